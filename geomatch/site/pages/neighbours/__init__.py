"""Neighbours and their homes: list, detail, duplicates, points to look at."""
