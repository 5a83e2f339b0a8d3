"""How good a plan can be at all: prices that prove a lower bound.

lower_bound   the bound itself, and the prices that prove it
relaxation    the Lagrangian relaxation
proposals     columns: the pods that prices propose
nearby        who is near on foot
exact_bound   the bound for small towns, exact to the last unit
"""
