"""The capacitated p-median part: medoids, and blocks exchanged between them.

p_median          capacitated p-median by alternating steps
ejection_chains   a block pushes out a block that pushes out a block
local_search      moves and swaps under the size limits
"""
