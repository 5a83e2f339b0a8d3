"""Plans of pods, and their street lists.

pods           the list of plans, one on the map, publishing
lists          street lists of the published plan
street_lists   what may be on paper, read into lists
"""
