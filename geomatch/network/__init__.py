"""Networks, the people in them, and who may see what."""
