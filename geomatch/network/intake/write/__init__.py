"""A comparison becomes rows, and a before-image by which it can be undone.

writer         a draft becomes rows
before_images  what rows said before, as JSON
undo           a before-image becomes the register as it was
hidden_counts  what an import says of hidden homes, for those who may know
"""
