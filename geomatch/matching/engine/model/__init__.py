"""One day as arrays: who may help whom, and what each pair is worth.

problem      the day, prepared once
rules        what is forbidden, and how to say so
score        what a pair is worth, part by part
walking      where everybody stands on the streets, if distances are walks
pairs        every feasible pair
unmatched    why a request stays open
"""
