"""Who is next to whom: the neighbour graph, cut by barriers, and distance along streets."""

from geomatch.core.proximity.graph import NeighbourGraph, neighbour_graph
from geomatch.core.proximity.streets import StreetNetwork

__all__ = ["NeighbourGraph", "StreetNetwork", "neighbour_graph"]
