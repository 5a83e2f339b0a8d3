"""Compile every kernel once, so that nobody waits for it: `python -m pods.planner.warm`."""

from __future__ import annotations

import sys

import numpy as np
import shapely

from pods.planner.clustering import PodClustering


def warm() -> int:
    """Plan two small towns that between them reach every kernel; return the pods they made."""
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
    return pods


if __name__ == "__main__":
    warm()
    sys.stderr.write("The pod planner is compiled.\n")
