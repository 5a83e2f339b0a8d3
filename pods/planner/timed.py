"""Work for so many seconds, and use them: plan again and again from the best plan in hand.

The presets of `effort.py` stop by work done, so that results repeat; here the clock decides. Every
turn cuts the town into other tiles, plans them from other starts and keeps what is better, so the
plan in hand never gets worse and can be had at any time. The first plan takes what it takes: it is
also the answer when the seconds are too few for more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pods.planner.effort import EFFORTS
from pods.planner.engines import Engine, best_plan, local_engine, planned_in_tiles
from pods.planner.town import Limits, Town
from pods.planner.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLAN_SHARE = 0.8
"""Share of the seconds that goes into plans; the lower bound has the rest."""

BOUND_ROUNDS = 1500
"""Steps towards the lower bound, at most: it hardly rises after them."""

MOST_PLANS = 24
"""Plans of a tile in one turn, at most; every turn makes twice as many as the one before."""


class UntilShare(Watch):
    """Goes on as long as another watch does, and until a share of its seconds is spent."""

    def __init__(self, whole: Watch, share: float) -> None:
        super().__init__()
        self._whole, self._share = whole, share

    def look(self) -> bool:
        """Return whether to go on."""
        return self._whole.look() and self._whole.spent() < self._share


def best_plan_within(
    town: Town,
    limits: Limits,
    tile_size: int,
    seed: int,
    watch: Watch,
    engine: Engine = local_engine,
) -> tuple[Ints, Floats | None]:
    """Find the best plan there is time for.

    Parameters
    ----------
    town, limits
        What is planned.
    tile_size
        Blocks per tile, about.
    seed
        Of everything random; how much of it is used depends on the clock.
    watch
        Knows the seconds; plans have `PLAN_SHARE` of them.
    engine
        What plans tiles.

    Returns
    -------
    labels
        (m,) pods, -1 for blocks left out.
    price
        (m,) prices for the lower bound; None when the time was over before there were any.
    """
    planning = UntilShare(watch, PLAN_SHARE)
    fast, best = (replace(EFFORTS[name], tile_size=tile_size) for name in ("fast", "best"))
    labels, price = best_plan(town, limits, fast, seed, planning, engine)
    if labels.max(initial=-1) < 1:
        return labels, price
    plans, turn = fast.plans, 0
    while planning.look():
        plans, turn = min(2 * plans, MOST_PLANS), turn + 1
        effort = replace(best, plans=plans)
        labels, found = planned_in_tiles(
            town, labels, limits, effort, seed + turn, planning, engine
        )
        if price is None or planning.look():  # prices cut short are no better than those in hand
            price = found
    return labels, price
