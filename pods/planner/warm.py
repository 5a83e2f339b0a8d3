"""Compile every kernel once, so that nobody waits for it: `python -m pods.planner.warm`."""

from __future__ import annotations

import sys

import numpy as np
import shapely

from pods.planner.capacitated.p_median import capacitated_medians
from pods.planner.clustering import PodClustering


def warm() -> int:
    """Plan small towns that between them reach every kernel; return the pods they made."""
    random = np.random.default_rng(0)
    homes = random.random((90, 2)) * 500.0
    locked = np.zeros(90, dtype=bool)
    locked[:2] = True
    pods = 0
    for arguments in (
        {
            "barriers": [shapely.LineString([(250.0, -1.0), (250.0, 501.0)])],
            "streets": [shapely.LineString([(-1.0, y), (501.0, y)]) for y in (100.0, 400.0)],
        },
        {"current": np.where(locked, 3, -1), "locked": locked, "point_person": locked[::-1]},
    ):
        pods += PodClustering(min_size=3, max_size=9, target_size=5).fit(homes, **arguments).n_pods_
    filed = np.append(np.arange(80) % 16, np.full(10, -1))
    rebalance = PodClustering(min_size=3, max_size=9, target_size=5, max_moves=20)
    pods += rebalance.fit(homes, current=filed).n_pods_
    demand, room = np.arange(90) % 3 + 1, np.full(90, 25)
    return pods + len(capacitated_medians(homes, demand, room, 9, passes=1).medians)


if __name__ == "__main__":
    warm()
    sys.stderr.write("The pod planner is compiled.\n")
