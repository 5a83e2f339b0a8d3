"""How numbers are written where Django would write them another way.

es   Spanish as in the United States
"""
