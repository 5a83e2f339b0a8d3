"""How much work to spend: presets measured in work, never in seconds, so that results repeat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pods.planner.construct import first_plan
from pods.planner.improve import Watch, improved
from pods.planner.town import Limits, Town

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Effort:
    """Work allowed.

    Attributes
    ----------
    plans
        Plans made from different starts, whose pods are then recombined.
    rounds
        Rounds of trades of a split for a merge, per plan.
    bound_rounds
        Steps towards the best lower bound.
    """

    plans: int
    rounds: int
    bound_rounds: int


EFFORTS = {
    "fast": Effort(plans=1, rounds=15, bound_rounds=220),
    "balanced": Effort(plans=10, rounds=40, bound_rounds=250),
    "best": Effort(plans=32, rounds=100, bound_rounds=500),
}


def best_plan(town: Town, limits: Limits, effort: Effort, seed: int, watch: Watch) -> Ints:
    """Return (m,) labels of the best plan the effort finds; -1 for blocks left out."""
    random = np.random.default_rng(seed)
    turns = np.append(0.0, random.uniform(0.0, np.pi, effort.plans - 1))
    seeds = random.integers(2**31, size=effort.plans)

    def plan(number: int) -> Ints:
        start = first_plan(town, limits, int(seeds[number]), float(turns[number]))
        return improved(town, start, limits, effort.rounds, watch)

    plans = [plan(0)]
    if effort.plans == 1 or not watch() or plans[0].max(initial=-1) < 1:
        return plans[0]
    with ThreadPoolExecutor(2) as pool:  # compiled work runs side by side; the order stays
        plans += pool.map(plan, range(1, effort.plans))
    if not watch():
        return plans[0]
    from pods.planner.recombine import recombined

    size = town.arrays.size
    plans.sort(key=lambda labels: int(size[labels < 0].sum()))  # stable: least left out first
    return improved(town, recombined(town, plans), limits, effort.rounds, watch)
