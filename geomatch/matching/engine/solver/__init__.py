"""The best assignment and its proof.

solve              all of it: the method that suits the size
flow               the best assignment on given pairs, and its prices (small days)
column_generation  the same for large days: only the pairs that prices ask for
volunteer_index    volunteers as a tree that prices prune
kernels            the compiled search of that tree
augmenting_paths   the compiled assignment on the pairs so far
online             an assignment that lives: requests and volunteers come and go
"""
