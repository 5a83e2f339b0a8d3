"""Where an address is: a local gazetteer, and geopy's providers behind one protocol.

geocodefile      a table of addresses geocoded
results          what a geocoder answers, and its words
gazetteer        addresses found in a local table of address points
index            that table by town, street and number
points           which of its points cannot be right
scope            which towns an address may be in
streetfinder     streets that may be meant by a name no street has
streetwords      words that real streets are called by
typos            streets one typing mistake away
siblings         streets of one name with another direction or type
former           addresses from before a renumbering
interpolation    where a number that no row has would be
fallback         what can honestly be said without a row
suggestions      places for a person to choose from
unitedstates     where an American address can be at all
geopygazetteer   the gazetteer as one of geopy's geocoders
providers        geocoding services on other machines
"""

from geomatch.geocoding.gazetteer import Gazetteer
from geomatch.geocoding.results import QUALITIES, Candidate, Geocode

__all__ = ["QUALITIES", "Candidate", "Gazetteer", "Geocode"]
