"""Independent judges: they share no code with what they check.

plan    whether a plan keeps every rule
bound   what published prices prove, the long way
"""
