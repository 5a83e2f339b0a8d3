"""Geomatch: pods of neighbours, matches and street lists for mutual-aid networks."""

__version__ = "0.1.0"
