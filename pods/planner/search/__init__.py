"""A plan, and how it is made better.

construct    the first plan, by cutting a tree
plan         a plan as arrays, and its moves (compiled)
subproblem   a patch of the town, cut out to be solved alone
kernels      compiled cuts and mends
knapsack     exact knapsacks by dynamic programming
improve      rounds of local search
insertion    homes in no pod, put where they fit
recombine    pods of several plans put together by an integer program
"""
