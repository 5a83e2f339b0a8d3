"""Walks along streets for the independent check: plain Python that no planner or matcher uses.

Streets are taken apart into straight segments, each cut wherever another meets it; a home goes to
the nearest piece it reaches without crossing a barrier; Dijkstra's search runs on a heap. It is
slow and simple on purpose, as `check.py` is.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import defaultdict
from collections.abc import Sequence

import shapely

Point = tuple[float, float]
Piece = tuple[Point, Point]


class StreetWalks:
    """Walks between homes.

    Parameters
    ----------
    homes
        x, y in metres.
    streets, barriers
        In the same metres.
    step_m
        Round each way to the street, piece of street and place on it to whole steps, a power of
        two: sums are then exact, and the same for whoever rounds the same lengths.
    """

    def __init__(
        self,
        homes: Sequence[Point],
        streets: Sequence[shapely.Geometry],
        barriers: Sequence[shapely.Geometry] = (),
        *,
        step_m: float | None = None,
    ) -> None:
        self.homes = list(homes)
        self._step_m = step_m
        self._pieces = _cut_where_they_meet(_segments(streets))
        self._roads: dict[Point, list[tuple[float, Point]]] = defaultdict(list)
        for one, two in self._pieces:
            self._roads[one].append((self._whole(math.dist(one, two)), two))
            self._roads[two].append((self._whole(math.dist(one, two)), one))
        lines = [shapely.LineString(piece) for piece in self._pieces]
        tree = shapely.STRtree(lines)
        doors = [shapely.Point(home) for home in self.homes]
        self._on = [_piece_of(door, lines, tree, barriers) for door in doors]
        ways = [(lines[on], door) for on, door in zip(self._on, doors, strict=True)]
        self._to_street = [self._whole(line.distance(door)) for line, door in ways]
        self._along = [self._whole(line.project(door)) for line, door in ways]

    def _whole(self, length: float) -> float:
        """Round a length to whole steps, if there are any."""
        return (
            float(length) if self._step_m is None else round(length / self._step_m) * self._step_m
        )

    def walks_from(self, home: int, others: Sequence[int]) -> list[float]:
        """Metres on foot from one home to others."""
        ways = self.ways_from(home, others)
        return [self._walk(home, other, way) for other, way in zip(others, ways, strict=True)]

    def ways_from(self, home: int, others: Sequence[int]) -> list[float]:
        """Metres along streets from one home to others, infinite where none lead there."""
        missing = {end for other in others for _, end in self._ends(other)}
        reached: dict[Point, float] = {}
        waiting = self._ends(home)
        heapq.heapify(waiting)
        while waiting and missing:
            far, corner = heapq.heappop(waiting)
            if corner not in reached:
                reached[corner] = far
                missing.discard(corner)
                for length, onward in self._roads[corner]:
                    heapq.heappush(waiting, (far + length, onward))
        return [self._way(home, other, reached) for other in others]

    def _way(self, home: int, other: int, reached: dict[Point, float]) -> float:
        along = min(reached.get(end, math.inf) + far for far, end in self._ends(other))
        if self._on[home] == self._on[other]:
            along = min(along, abs(self._along[home] - self._along[other]))
        return self._to_street[home] + along + self._to_street[other]

    def _walk(self, home: int, other: int, way: float) -> float:
        straight = math.dist(self.homes[home], self.homes[other])
        if straight == 0.0:
            return 0.0
        if way == math.inf:
            return 3.0 * straight  # no street joins them
        return max(straight, way)

    def _ends(self, home: int) -> list[tuple[float, Point]]:
        """How far along the street both ends of a home's piece are."""
        one, two = self._pieces[self._on[home]]
        length = self._whole(math.dist(one, two))
        return [(self._along[home], one), (length - self._along[home], two)]


def _segments(streets: Sequence[shapely.Geometry]) -> list[Piece]:
    """Straight segments of all lines, each once."""
    paths = [part for street in streets for part in getattr(street, "geoms", [street])]
    found = {
        (min(piece), max(piece)): None
        for path in paths
        if path.geom_type == "LineString"
        for piece in itertools.pairwise((x, y) for x, y, *_ in path.coords)
        if piece[0] != piece[1]
    }
    return list(found)


def _cut_where_they_meet(segments: list[Piece]) -> list[Piece]:
    """Pieces that meet at their ends only, each once."""
    lines = [shapely.LineString(segment) for segment in segments]
    cuts: list[set[Point]] = [set(segment) for segment in segments]
    for one, two in shapely.STRtree(lines).query(lines, predicate="intersects").T.tolist():
        if one < two:
            for x, y in shapely.get_coordinates(lines[one].intersection(lines[two])).tolist():
                cuts[one].add((x, y))
                cuts[two].add((x, y))
    pieces: dict[Piece, None] = {}
    for (start, _), corners in zip(segments, cuts, strict=True):
        row = sorted(corners, key=lambda corner: math.dist(start, corner))
        for piece in itertools.pairwise(row):
            pieces[min(piece), max(piece)] = None
    return list(pieces)


def _piece_of(
    door: shapely.Point,
    lines: list[shapely.LineString],
    tree: shapely.STRtree,
    barriers: Sequence[shapely.Geometry],
) -> int:
    """Nearest piece on the door's side of the barriers; the very nearest where there is none.

    Only the eight nearest are tried, within 100 m and four times the way to the nearest. Of those
    equally near, the one whose lower end comes first goes first.
    """
    reach = 4.0 * float(lines[int(tree.nearest(door))].distance(door)) + 100.0
    near = tree.query(door, predicate="dwithin", distance=reach).tolist()
    near.sort(key=lambda number: (lines[number].distance(door), sorted(lines[number].coords)))
    for number in near[:8]:
        way = shapely.shortest_line(door, lines[number])
        if not any(barrier.intersects(way) for barrier in barriers):
            return int(number)
    return int(near[0])
