"""A seat in a plan that is made already, for who was not planned: arrays in, arrays out.

A rider is a home that was not planned. It gets the first of these that has room:

1. the pod it is held in, where it is held in one;
2. a pod in which its own building is;
3. the pod of the nearest member on its side of the barriers, else over a crossing.

Sizes count everybody, so no pod gets larger than it may be. What is planned is read only: with
riders or without, it is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from geomatch.core.arrays import Bools, Floats, Ints

LOOKED_AT = 32
"""Nearest members among whom a pod with room is looked for first."""


@dataclass(frozen=True)
class Seated:
    """Homes that are in pods.

    Attributes
    ----------
    points
        (n, 2) metres.
    labels
        (n,) pods from 0, -1 for a home in none.
    sizes
        (n,) what each home counts against the limit.
    buildings
        (n,) number of the building, -1 for none known.
    """

    points: Floats
    labels: Ints
    sizes: Ints
    buildings: Ints


@dataclass(frozen=True)
class Riders:
    """Homes that want a seat.

    Attributes
    ----------
    points, sizes, buildings
        As of those who have one; a rider without a place on the map is NaN, and gets none.
    held
        (m,) the pod each is in already, -1 for none.
    locked
        (m,) whether no other pod will do.
    """

    points: Floats
    sizes: Ints
    buildings: Ints
    held: Ints
    locked: Bools


@dataclass(frozen=True)
class Parts:
    """Parts of the town that are not to be left: a number for every home and every rider."""

    of_seated: Ints
    of_riders: Ints


@dataclass(frozen=True)
class Seats:
    """Where riders sit.

    Attributes
    ----------
    labels
        (m,) the pod of each, -1 for none.
    full
        (m,) whether who has none had a pod in reach, and there was no room.
    """

    labels: Ints
    full: Bools


def ride_along(
    seated: Seated,
    riders: Riders,
    max_size: int,
    parts: Sequence[Parts] = (),
    *,
    within_m: float = np.inf,
) -> Seats:
    """Give every rider a seat for which some pod in reach has room.

    Those held in a pod come first, then those whose building is in one, then the others, whoever
    is nearest to a pod before who is farther away.

    Parameters
    ----------
    seated, riders
        The plan as it is, and who comes along.
    max_size
        Most of a pod, riders included.
    parts
        Ways to divide the town, the strictest first: the nearest pod with room in a rider's part
        is taken before one in the wider part that follows. None given: nothing divides it.
    within_m
        Nobody is anybody's neighbour from here on.

    Examples
    --------
    >>> import numpy as np
    >>> def numbers(*values): return np.array(values)
    >>> seated = Seated(
    ...     np.array([[0.0, 0], [10, 0], [50, 0]]), numbers(0, 0, 1), numbers(1, 1, 1),
    ...     numbers(-1, -1, -1),
    ... )
    >>> riders = Riders(
    ...     np.array([[12.0, 0], [11, 0]]), numbers(1, 1), numbers(-1, -1), numbers(-1, -1),
    ...     np.zeros(2, dtype=bool),
    ... )
    >>> ride_along(seated, riders, max_size=3).labels  # who is nearer takes the last seat
    array([1, 0])
    """
    if not len(riders.sizes):
        return Seats(np.empty(0, dtype=np.int64), np.empty(0, dtype=bool))
    parts = parts or (_undivided(seated, riders),)
    near = [_Near(seated, riders, part, within_m) for part in parts]
    placed = seated.labels >= 0
    room = max_size - np.bincount(seated.labels[placed], seated.sizes[placed]).astype(np.int64)
    pods_of = _pods_of_buildings(seated, riders)
    labels = np.full(len(riders.sizes), -1)
    full = np.zeros(len(riders.sizes), dtype=bool)
    for rider in _in_turn(riders, near[-1], pods_of):
        for pod in _pods_for(rider, riders, near, pods_of):
            full[rider] = True
            if riders.sizes[rider] <= room[pod]:
                labels[rider], full[rider] = pod, False
                room[pod] -= riders.sizes[rider]
                pods_of[int(riders.buildings[rider])].append(pod)
                break
    return Seats(labels, full)


def _undivided(seated: Seated, riders: Riders) -> Parts:
    """All of the town as one part."""
    return Parts(np.zeros_like(seated.labels), np.zeros_like(riders.sizes))


def _pods_of_buildings(seated: Seated, riders: Riders) -> dict[int, list[int]]:
    """Pods in which the buildings of riders are, in the order of rows."""
    theirs = (seated.labels >= 0) & (seated.buildings >= 0)
    theirs &= np.isin(seated.buildings, riders.buildings)
    pods_of: dict[int, list[int]] = defaultdict(list)
    for building, label in zip(seated.buildings[theirs], seated.labels[theirs], strict=True):
        pods_of[int(building)].append(int(label))
    return pods_of


def _in_turn(riders: Riders, near: _Near, pods_of: dict[int, list[int]]) -> list[int]:
    """Riders in the order in which they are seated."""
    waits = np.array([int(building) not in pods_of for building in riders.buildings], dtype=bool)
    order = np.lexsort((near.away_m, waits, riders.held < 0))
    return [int(rider) for rider in order]


def _pods_for(
    rider: int, riders: Riders, near: Sequence[_Near], pods_of: dict[int, list[int]]
) -> Iterator[int]:
    """Pods in reach of a rider, the most fitting first; some come twice."""
    widest, held = near[-1], int(riders.held[rider])
    if held >= 0 and widest.reaches(rider, held):
        yield held
    if riders.locked[rider]:
        return
    building = int(riders.buildings[rider])
    for pod in pods_of.get(building, ()) if building >= 0 else ():
        if widest.reaches(rider, pod):
            yield pod
    for part in near:
        yield from part.pods_by_distance(rider)


class _Near:
    """Finds the pods in a rider's part of the town, by their nearest member."""

    def __init__(self, seated: Seated, riders: Riders, parts: Parts, within_m: float) -> None:
        self.points, self.within_m = riders.points, within_m
        self.part = np.where(np.isfinite(riders.points).all(axis=1), parts.of_riders, -1)
        self.seated, self.part_of_seated = seated, parts.of_seated
        self.by_pod = np.argsort(seated.labels, kind="stable")
        self.pod_ends = np.searchsorted(
            seated.labels[self.by_pod], np.arange(int(seated.labels.max(initial=-1)) + 2)
        )
        self.trees: dict[int, tuple[cKDTree, Ints]] = {}
        for part in np.unique(self.part[self.part >= 0]):
            rows = np.flatnonzero((seated.labels >= 0) & (parts.of_seated == part))
            if len(rows):
                self.trees[int(part)] = cKDTree(seated.points[rows]), seated.labels[rows]
        self.away_m = np.array([self._nearest_m(rider) for rider in range(len(self.part))])

    def reaches(self, rider: int, pod: int) -> bool:
        """Whether a member of a pod lies in a rider's part of the town, and not too far."""
        members = self.by_pod[self.pod_ends[pod] : self.pod_ends[pod + 1]]
        members = members[self.part_of_seated[members] == self.part[rider]]
        away = np.hypot(*(self.seated.points[members] - self.points[rider]).T)
        return bool((away < self.within_m).any())

    def pods_by_distance(self, rider: int) -> Iterator[int]:
        """Pods of a rider's part, the nearest first (of equals, the first number)."""
        if int(self.part[rider]) not in self.trees:
            return
        tree, labels = self.trees[int(self.part[rider])]
        told: set[int] = set()
        looked_at = LOOKED_AT
        while True:
            k = np.arange(1, min(looked_at, len(labels)) + 1)
            nearest = tree.query(self.points[rider], k, distance_upper_bound=self.within_m)
            away, found = np.asarray(nearest[0]), np.asarray(nearest[1])
            near = labels[found[np.isfinite(away)]]
            for pod in near[np.lexsort((near, away[: len(near)]))].tolist():
                if pod not in told:
                    told.add(pod)
                    yield pod
            if len(near) < looked_at:
                return
            looked_at *= 8

    def _nearest_m(self, rider: int) -> float:
        if int(self.part[rider]) not in self.trees:
            return np.inf
        tree, _ = self.trees[int(self.part[rider])]
        return float(tree.query(self.points[rider], distance_upper_bound=self.within_m)[0])
