"""Streets laid out once, on which places are found at any time.

`StreetNetwork` makes the doors vertices of its graph, which suits a plan that is made once. Here
the streets stand alone: joined, reduced to junctions and labelled, whatever lives beside them. A
place is then a look-up: which piece of street is nearest, and how far along it. The walk between
two places depends on nobody else, and a page need not lay a county out anew for one more request.

Every length is rounded, once, to whole steps of 1/1024 metre: each straight piece of street, the
way from the door, and the foot of that way along its piece. Sums are then exact, so that the same
walk has the same whole metres in numpy, in every kernel, and in a checker that adds up in another
order.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from scipy.sparse.csgraph import connected_components

from geomatch.core.arrays import Floats, Ints
from geomatch.core.errors import ParameterError
from geomatch.core.geodesy import LocalProjection
from geomatch.core.proximity.streets import nearest_pieces, shortest_parallel, street_pieces
from geomatch.core.walks import Walks, skeleton_of

__all__ = ["STEP_M", "StreetMap"]


STEP_M = 2.0**-10
"""Lengths along streets are whole multiples of this many metres."""


class StreetMap:
    """Streets that places are found on.

    Streets are joined wherever they meet or cross on the map about their own middle.

    Parameters
    ----------
    lines
        Street centre lines in longitude and latitude; what is no line is passed over.

    Attributes
    ----------
    projection
        The flat map they are measured on.

    Raises
    ------
    ParameterError
        When there is no street at all, or a corner of one is no place on Earth.
    """

    def __init__(self, lines: Sequence[shapely.Geometry]) -> None:
        shapes = np.array(list(lines), dtype=object)
        lonlat = shapely.get_coordinates(shapes)
        self.projection = LocalProjection.around(lonlat)
        if not np.isfinite(self.projection.to_metres(lonlat)).all():
            raise ParameterError(
                "A street has a corner that is no place on Earth; its corners are longitude and "
                "latitude in degrees."
            )
        starts, ends = street_pieces(self.projection.geometry_to_metres(shapes))
        corners, corner = np.unique(np.concatenate([starts, ends]), axis=0, return_inverse=True)
        pairs = np.sort(corner.reshape(2, -1), axis=0)
        pairs = np.unique(pairs[:, pairs[0] != pairs[1]], axis=1)
        if not pairs.size:
            raise ParameterError("The streets file has no line in it; give street centre lines.")
        first, last = corners[pairs[0]], corners[pairs[1]]
        self._pieces = shapely.linestrings(np.stack([first, last], axis=1))
        self._tree = shapely.STRtree(self._pieces)
        self._length = np.rint(np.linalg.norm(last - first, axis=1) / STEP_M)
        self._lay_out(corners, pairs, (first + last) / 2)

    def _lay_out(self, corners: Floats, pairs: Ints, middles: Floats) -> None:
        """Find each piece's place on its stretch, by a vertex in its middle.

        A middle has two neighbours, so it is never a junction, even between two of them.
        """
        self._half = np.floor(self._length / 2)
        middle = len(corners) + np.arange(len(middles))
        graph = shortest_parallel(
            np.concatenate([pairs[0], middle]),
            np.concatenate([middle, pairs[1]]),
            np.concatenate([self._half, self._length - self._half]),
            len(corners) + len(middles),
        )
        streets = skeleton_of(graph, np.concatenate([corners, middles]))
        self._stretch, self._place = streets.stretch[middle], streets.place[middle]
        self._ends, self._lengths = streets.ends, streets.lengths
        self._labels = streets.labels
        from_first = self._place - streets.place[pairs[0]]
        to_last = streets.place[pairs[1]] - self._place
        forward = self._ends[self._stretch, 0] == streets.junction[pairs[0]]
        forward = np.where(streets.stretch[pairs[1]] >= 0, to_last > 0, forward)
        known = (streets.stretch[pairs[0]] >= 0) & (from_first != 0)
        self._turn = np.where(np.where(known, from_first > 0, forward), 1.0, -1.0)
        self._part = connected_components(graph, directed=False)[1][middle]

    def walks(self, lonlat: Floats) -> tuple[Walks, Ints]:
        """Find places on the streets: each goes straight to the nearest point of a street.

        Parameters
        ----------
        lonlat
            (s, 2) degrees, NaN where unknown.

        Returns
        -------
        walks
            Between all of them; no street leads to an unknown place.
        part
            (s,) which places streets join: those of one number. -1 for unknown places.
        """
        metres = self.projection.to_metres(lonlat)
        known = np.isfinite(metres[:, 0])
        doors = shapely.points(metres[known])
        on = nearest_pieces(self._pieces, doors, tree=self._tree)
        along = np.rint(shapely.line_locate_point(self._pieces[on], doors) / STEP_M)
        place = self._place[on] + self._turn[on] * (along - self._half[on])
        stretch = np.full(len(lonlat), -1)
        part, end = stretch.copy(), np.zeros((len(lonlat), 2), np.int64)
        access, to_end = np.full(len(lonlat), np.inf), np.zeros((len(lonlat), 2))
        stretch[known], part[known] = self._stretch[on], self._part[on]
        access[known] = np.rint(shapely.distance(doors, self._pieces[on]) / STEP_M)
        end[known] = self._ends[stretch[known]]
        to_end[known] = np.column_stack([place, self._lengths[stretch[known]] - place])
        walks = Walks(STEP_M, access, stretch, end, to_end, self._labels)
        return walks.some(np.arange(len(lonlat))), part
