"""One neighbour who stands in the register twice: found, looked at side by side, made one, undone.

finding   pairs that may be the same neighbour, with the reasons
rows      rows changed and removed one by one, with what they were
merging   two people become one, field by field, and two again, but for what people changed since
flags     risk flags raised while two records were one
"""
