"""In which order the doors stand on the list."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from geomatch.core.arrays import Ints
from maps.streetlists.addresses import Stop
from maps.streetlists.tour import path_length, short_path

__all__ = ["by_odd_even", "by_street", "by_walk"]


def by_street(stops: Sequence[Stop]) -> list[int]:
    """Street by street, by house number; `stops` come sorted that way from `stops_of`."""
    return list(range(len(stops)))


def by_odd_even(stops: Sequence[Stop]) -> list[int]:
    """Street by street: up the odd side, and back down the even one.

    Parameters
    ----------
    stops : sequence of Stop
        Sorted, as `stops_of` returns them.

    Returns
    -------
    list of int
        Indices into `stops`. A house without a number goes with the odd side.
    """
    order: list[int] = []
    for _, street in groupby(by_street(stops), key=lambda index: stops[index].key[0]):
        along = list(street)
        order += [index for index in along if stops[index].is_odd]
        order += [index for index in reversed(along) if not stops[index].is_odd]
    return order


def by_walk(
    stops: Sequence[Stop], placed: Sequence[int], distance_mm: Ints, home: int | None
) -> list[int]:
    """Return a short walk past every stop; those that are nowhere on the map come after it.

    Parameters
    ----------
    stops : sequence of Stop
        Sorted, as `stops_of` returns them.
    placed : sequence of int
        The stops that have a place, in that order.
    distance_mm : ndarray of int64, shape (len(placed), len(placed))
        Walking distances between them.
    home : int or None
        The point person's stop, an index into `stops`. The walk begins at the end that is nearer
        to it.

    Returns
    -------
    list of int
        Indices into `stops`. The walk is never longer than the same doors by street or by odd and
        even numbers: both are among the orders it improves on.
    """
    rank = {stop: at for at, stop in enumerate(placed)}
    known = [
        [rank[stop] for stop in order(stops) if stop in rank] for order in (by_street, by_odd_even)
    ]
    path = short_path(distance_mm, known)
    if home in rank:
        nearness = distance_mm[rank[home]]
        if nearness[path[-1]] < nearness[path[0]]:
            path.reverse()
    return [placed[at] for at in path] + [stop for stop in by_street(stops) if stop not in rank]


def walk_length_m(distance_mm: Ints, path: Sequence[int]) -> float:
    """Length of a walk in metres, given indices into the distances."""
    return path_length(distance_mm, np.asarray(path, dtype=np.int64).tolist()) / 1000
