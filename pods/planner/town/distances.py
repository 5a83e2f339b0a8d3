"""Figures of a plan, in metres, straight from the definition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geomatch.core.arrays import Bools, Floats, Ints
from pods.planner.town.grouping import grouped


@dataclass(frozen=True)
class Measures:
    """What a plan comes to.

    Attributes
    ----------
    medoid_indices
        (k,) row of each pod's medoid, pods in ascending order.
    distance_m
        (n,) distance of each household to its pod's medoid, NaN for unplaced.
    objective
        Weighted sum of the distances, metres.
    """

    medoid_indices: Ints
    distance_m: Floats
    objective: float


def measured(
    points: Floats,
    weight: Floats,
    labels: Ints,
    point_person: Bools,
    metres_among: Callable[[Floats, Ints], Floats] | None = None,
) -> Measures:
    """Find every pod's medoid and add up the distances to it.

    The medoid is the point person's home where a pod has one, else the member with the least
    weighted sum of distances (of equals, the first). `metres_among` measures the (r, r) distances
    among some rows of the points: straight lines by default.
    """
    metres_among = metres_among or (lambda xy, rows: distances(xy[rows], xy[rows]))
    distance = np.full(len(labels), np.nan)
    medoids = []
    for rows in grouped(labels):
        between = metres_among(points, rows)
        total = between @ weight[rows]
        led = np.flatnonzero(point_person[rows])
        medoid = int(led[0]) if len(led) else int(total.argmin())
        medoids.append(int(rows[medoid]))
        distance[rows] = between[medoid]
    objective = float(np.nansum(distance * weight))
    return Measures(np.array(medoids, dtype=np.int64), distance, objective)


def distances(one: Floats, two: Floats) -> Floats:
    """Return the (a, b) straight-line distances between two sets of points."""
    return np.asarray(np.sqrt(((one[:, None, :] - two[None, :, :]) ** 2).sum(axis=2)))
