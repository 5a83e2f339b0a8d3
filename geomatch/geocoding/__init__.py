"""Where an address is: a local gazetteer, and geopy's providers behind one protocol."""

from geomatch.geocoding.gazetteer import Gazetteer
from geomatch.geocoding.results import QUALITIES, Candidate, Geocode

__all__ = ["QUALITIES", "Candidate", "Gazetteer", "Geocode"]
