"""From the pods there are to better ones, with few moves.

rebalance      the whole of it
current        the pods there are, as arrays
contiguity     who keeps a pod in one piece
max_stay       an integer program: who of the pods in trouble can stay
min_moves      the fewest moves, and the proof
repair         pods mended from there
priced_moves   moves at the price of a move
"""
