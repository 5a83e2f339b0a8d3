"""Spanish as in the United States."""
