"""Neighbours and their homes: list, detail, duplicates, points to look at.

neighbours    the list of homes, and one home
duplicates    who may stand in the register twice
places        points to look at, one after the other
place_queue   one of them, as its page shows it
"""
