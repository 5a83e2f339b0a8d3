"""Compile every kernel once, so that nobody waits for it: `python -m pods.planner.warm`."""

from __future__ import annotations

import sys

import numpy as np
import shapely

from geomatch.core.arrays import Floats
from pods.planner.capacitated.p_median import capacitated_medians
from pods.planner.clustering import PodClustering

RIVER = shapely.LineString([(250.0, -1.0), (250.0, 501.0)])
STREETS = [shapely.LineString([(-1.0, y), (501.0, y)]) for y in (100.0, 400.0)]


def _planner(max_moves: int | None = None) -> PodClustering:
    return PodClustering(min_size=3, max_size=9, target_size=5, max_moves=max_moves)


def _homes() -> Floats:
    return np.random.default_rng(0).random((90, 2)) * 500.0


def warm() -> int:
    """Plan small towns that between them reach every kernel; return the pods they made."""
    return warm_plans() + warm_current() + warm_capacitated()


def warm_plans() -> int:
    """Plan a town from nothing, as every network does first."""
    return _planner().fit(_homes(), barriers=[RIVER]).n_pods_


def warm_current() -> int:
    """Plan along streets, around locked pods, and by moving few."""
    homes = _homes()
    locked = np.zeros(90, dtype=bool)
    locked[:2] = True
    current = np.where(locked, 3, -1)
    filed = np.append(np.arange(80) % 16, np.full(10, -1))
    plans = (
        _planner().fit(homes, barriers=[RIVER], streets=STREETS),
        _planner().fit(homes, current=current, locked=locked, point_person=locked[::-1]),
        _planner(max_moves=20).fit(homes, current=filed),
    )
    return sum(plan.n_pods_ for plan in plans)


def warm_capacitated() -> int:
    """Solve a capacitated p-median problem, whose kernels the planner does not use."""
    demand, room = np.arange(90) % 3 + 1, np.full(90, 25)
    return len(capacitated_medians(_homes(), demand, room, 9, passes=1).medians)


if __name__ == "__main__":
    warm()
    sys.stderr.write("The pod planner is compiled.\n")
