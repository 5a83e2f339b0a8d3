"""Who a row means: the register's index, and how alike a row and a known person are.

records     rows as their columns only
draft       rows changed in memory, not yet written
known       who is in the network, found by id, door, name or phone
index       the index that `known` looks in
likeness    how alike a row and a known person are, as a score with its reasons
addresses   the address and the point that a row gives a household
outcomes    what a comparison says of each row
progress    how far all that is before its first row
"""
