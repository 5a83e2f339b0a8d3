"""How far it is on foot from stop to stop, and along which streets."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse.csgraph import dijkstra

from geomatch.core.arrays import Floats, Geometries, Ints
from geomatch.core.proximity import StreetNetwork

__all__ = ["Walking"]


class Walking:
    """Walking distances between the stops of one pod.

    Parameters
    ----------
    points_m : ndarray of float64, shape (n, 2)
        The stops in local metres.
    streets : ndarray of shapely lines, shape (m,)
        Streets around them in the same metres; without any, people walk in straight lines.

    Attributes
    ----------
    distance_mm : ndarray of int64, shape (n, n)
        Symmetric, in whole millimetres (see `tour`).
    """

    distance_mm: Ints

    def __init__(self, points_m: Floats, streets: Geometries) -> None:
        self._points = points_m
        self._network = None
        if len(streets) and len(points_m) > 1:
            self._network = StreetNetwork(list(streets), points_m)
        metres = self._straight() if self._network is None else self._along_streets()
        distance = np.rint(metres * 1000).astype(np.int64)
        self.distance_mm = np.minimum(distance, distance.T)
        np.fill_diagonal(self.distance_mm, 0)

    def _straight(self) -> Floats:
        return np.asarray(np.linalg.norm(self._points[:, None] - self._points[None], axis=2))

    def _along_streets(self) -> Floats:
        assert self._network is not None
        return self._network.walks(np.arange(len(self._points)))

    def route(self, order: list[int]) -> list[Floats]:
        """Return the lines to walk, one per leg, in local metres.

        Parameters
        ----------
        order : list of int
            Stops as they are visited.

        Returns
        -------
        list of ndarray, each of shape (k, 2)
            From stop to stop: out to the street, along it, and in again; straight where no street
            joins the two.
        """
        if self._network is None:
            return [self._points[[here, there]] for here, there in pairwise(order)]
        here = np.array(order[:-1], dtype=np.int64)
        _, before = dijkstra(self._network.graph, indices=here, return_predecessors=True)
        legs = []
        for row, (start, end) in enumerate(pairwise(order)):
            via = self._vertices(before[row], start, end)
            ends = self._points[[start]], self._points[[end]]
            legs.append(_without_repeats(np.concatenate([ends[0], via, ends[1]])))
        return legs

    def _vertices(self, before: npt.NDArray[np.int32], start: int, end: int) -> Floats:
        assert self._network is not None
        path = [end]
        while path[-1] != start:
            if before[path[-1]] < 0:  # no street joins them
                return np.empty((0, 2))
            path.append(int(before[path[-1]]))
        return np.asarray(self._network.vertices[path[::-1]])


def _without_repeats(line: Floats) -> Floats:
    kept = np.ones(len(line), dtype=bool)
    kept[1:] = np.linalg.norm(np.diff(line, axis=0), axis=1) > 0.01
    kept[-1] = True
    return line[kept]


def total_length_m(legs: list[Floats]) -> float:
    """Length of all legs in metres."""
    return float(sum(shapely.length(shapely.linestrings(leg)) for leg in legs if len(leg) > 1))
