"""Spanish as in the United States.

formats   separators, by the names Django looks for
"""
