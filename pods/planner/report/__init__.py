"""What a plan tells about itself.

figures     distances, crossings, spread
unplaced    homes in no pod, and why
numbering   which pod keeps which number
"""
