"""A short walk past every stop, from wherever it begins to wherever it ends.

The walk is an open travelling-salesman path. Pods have 5 to 30 stops, so a good local search from
several starts is as short as anybody would want and takes milliseconds: nearest neighbour
(Rosenkrantz, Stearns and Lewis, 1977) and whatever orders the caller knows, each improved by 2-opt
(Croes, 1958) and Or-opt (Or, 1976) until neither finds anything. A stop that costs nothing to reach
from everywhere is added first: with it the open path is a closed tour, and one set of moves does.

Distances are whole millimetres, so that equal is equal on every machine and a move that "gains"
0.000000001 m cannot go round in circles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from geomatch.core.arrays import Ints

__all__ = ["path_length", "short_path"]


STARTS = 8
"""Nearest-neighbour starts, spread evenly over the stops."""
SEGMENT = 3
"""Longest run of stops that Or-opt moves at once, as in Or's own description."""


def path_length(distance_mm: Ints, path: Sequence[int]) -> int:
    """Length of a path in millimetres.

    Parameters
    ----------
    distance_mm : ndarray of int64, shape (n, n)
        Symmetric.
    path : sequence of int
        Stops in the order of the walk.
    """
    stops = np.asarray(path, dtype=np.int64)
    return int(distance_mm[stops[:-1], stops[1:]].sum())


def short_path(distance_mm: Ints, known: Iterable[Sequence[int]] = ()) -> list[int]:
    """Find a short path through every stop, both ends free.

    Parameters
    ----------
    distance_mm : ndarray of int64, shape (n, n)
        Symmetric walking distances in millimetres, zero on the diagonal.
    known : iterable of sequences of int
        Orders to improve on as well (each a permutation of ``range(n)``). The answer is never
        longer than any of them.

    Returns
    -------
    list of int
        A permutation of ``range(n)``; the same for the same distances, always. Of its two
        directions, the one with the smaller end first.
    """
    n = len(distance_mm)
    if n <= 1:
        return list(range(n))
    closed = np.zeros((n + 1, n + 1), dtype=np.int64)  # stop n is the one that costs nothing
    closed[:n, :n] = distance_mm
    starts = sorted({round(i * (n - 1) / (STARTS - 1)) for i in range(STARTS)})
    seeds = [list(order) for order in known]
    seeds += [_nearest_neighbour(distance_mm, start) for start in starts]
    tours = {_improve(closed, np.array([n, *seed], dtype=np.int64)) for seed in seeds}
    best = min(tours, key=lambda tour: (path_length(distance_mm, tour), tour))
    return list(best)


def _nearest_neighbour(distance_mm: Ints, start: int) -> list[int]:
    path = [start]
    left = np.ones(len(distance_mm), dtype=bool)
    left[start] = False
    while left.any():
        nearest = np.where(left, distance_mm[path[-1]], np.iinfo(np.int64).max).argmin()
        path.append(int(nearest))
        left[nearest] = False
    return path


def _improve(closed: Ints, tour: Ints) -> tuple[int, ...]:
    """Improve until nothing helps, and open the tour at the stop that costs nothing."""
    while True:
        better = _two_opt(closed, tour)
        if better is None:
            better = _or_opt(closed, tour)
        if better is None:
            break
        tour = better
    at = int(np.flatnonzero(tour == len(closed) - 1)[0])
    path = [int(stop) for stop in np.roll(tour, -at)[1:]]
    return tuple(path if path[0] <= path[-1] else path[::-1])


def _two_opt(closed: Ints, tour: Ints) -> Ints | None:
    """Reverse the one run of stops that gains most, if any does."""
    after = np.roll(tour, -1)
    kept = closed[tour, after]
    # Row i, column j: the edges out of positions i and j become (i, j) and (i+1, j+1).
    change = (
        closed[np.ix_(tour, tour)] + closed[np.ix_(after, after)] - kept[:, None] - kept[None, :]
    )
    np.fill_diagonal(change, 0)  # an edge with itself is no exchange
    i, j = divmod(int(change.argmin()), len(tour))
    if change[i, j] >= 0:
        return None
    i, j = min(i, j), max(i, j)
    better = tour.copy()
    better[i + 1 : j + 1] = tour[i + 1 : j + 1][::-1]
    return better


def _or_opt(closed: Ints, tour: Ints) -> Ints | None:
    """Move the one short run of stops, either way round, that gains most, if any does."""
    n = len(tour)
    twice = np.concatenate([tour, tour])
    best: tuple[int, Ints] | None = None
    for length in range(1, min(SEGMENT, n - 2) + 1):
        for start in range(n):
            run, rest = twice[start : start + length], twice[start + length : start + n]
            gain = closed[rest[-1], run[0]] + closed[run[-1], rest[0]] - closed[rest[-1], rest[0]]
            if gain <= 0:
                continue
            here, there = rest[:-1], rest[1:]
            between = closed[here, there]
            for way in (run, run[::-1]):
                change = closed[here, way[0]] + closed[way[-1], there] - between - gain
                at = int(change.argmin())
                if change[at] < 0 and (best is None or change[at] < best[0]):
                    better = np.concatenate([rest[: at + 1], way, rest[at + 1 :]])
                    best = (int(change[at]), better)
    return None if best is None else best[1]
