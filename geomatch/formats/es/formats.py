"""Numbers in the Spanish of the United States: 1,302 and 0.6."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
