"""Who is next to whom: the neighbour graph, cut by barriers, and distance along streets.

graph     the neighbour graph: what "next to each other" and *contiguous* mean
streets   walking distance: to the street, along streets, to the other door
"""

from geomatch.core.proximity.graph import NeighbourGraph, neighbour_graph
from geomatch.core.proximity.streets import StreetNetwork

__all__ = ["NeighbourGraph", "StreetNetwork", "neighbour_graph"]
