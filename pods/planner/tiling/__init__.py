"""Towns too large for one piece: tiles made of pods, planned side by side.

tiles     how a town is cut
engine    who plans the tiles: threads here, workers elsewhere
anytime   better as long as the clock allows
"""
