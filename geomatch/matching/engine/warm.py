"""Compile the kernels once, for everybody: ``python -m geomatch.matching.engine.warm``.

numba keeps the machine code beside the source (or in `NUMBA_CACHE_DIR`); later processes load it
in about a second. Small days never need it: they are solved without compiled code.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import shapely

from geomatch.core.streetmap import StreetMap
from geomatch.matching.engine import Policy, Requests, Volunteers, prepare, solve_problem
from geomatch.matching.engine.solver.online import LivingDay

__all__ = ["warm"]


def warm() -> None:
    """Run every kernel on the smallest day that reaches it."""
    places = [(-134.4, 58.3), (-134.41, 58.3), (-134.42, 58.3)]
    volunteers = Volunteers.build(["a", "b", "c"], places, skills=[["x"], [], []])
    requests = Requests.build(
        ["p", "q", "r", "s"],
        [*places, places[0]],
        skills=[["x"], [], [], []],
        mode=["in_person", "in_person", "contactless", "remote"],
    )
    streets = StreetMap([shapely.LineString(places)])
    for along in (streets, None):
        problem = prepare(
            volunteers, requests, Policy.default(), today=dt.date(2026, 1, 1), streets=along
        )
        solve_problem(problem, method="generation")
    day = LivingDay(problem, waiting=np.array([False, False, False, True]))
    day.insert("s")
    day.cancel("a")
    # nobody reconsiders on so small a day: compile that part by its types
    day.solver.reconsider(np.empty(0, dtype=np.int64))


if __name__ == "__main__":
    warm()
