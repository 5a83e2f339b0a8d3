"""Work for so many seconds, and use them: plan again and again from the best plan in hand.

The presets of `effort.py` stop by work done, so that results repeat; here the clock decides. Every
turn cuts the town into other tiles, plans them from other starts and keeps what is better, so the
plan in hand never gets worse and can be had at any time. The first plan takes what it takes: it is
also the answer when the seconds are too few for more.
"""

from __future__ import annotations

from dataclasses import replace

from geomatch.core.arrays import Floats, Ints
from pods.planner.effort import EFFORTS
from pods.planner.tiling.engine import Engine, best_plan, local_engine, planned_in_tiles
from pods.planner.town.town import Limits, Town
from pods.planner.watch import Watch

PLAN_SHARE = 0.8
"""Share of the seconds that goes into plans; the lower bound has the rest."""

BOUND_ROUNDS = 1500
"""Steps towards the lower bound, at most: it hardly rises after them."""

LEAST_PLANS, MOST_PLANS = 2, 24
"""Plans of a tile in one turn. Every turn makes twice as many as the one before, if there is time
for them: what comes of a turn that is cut short is hardly better than the plan in hand."""


class UntilShare(Watch):
    """Goes on as long as another watch does, and until a share of its seconds is spent."""

    def __init__(self, whole: Watch, share: float) -> None:
        super().__init__()
        self._whole, self._share = whole, share

    def look(self) -> bool:
        """Return whether to go on."""
        return self._whole.look() and self._whole.spent() < self._share

    def left(self) -> float:
        """Return the seconds left of the share, infinite without an end."""
        unspent = 1.0 - self._whole.spent()
        if unspent <= 1.0 - self._share:
            return 0.0
        return self._whole.left() * (1.0 - (1.0 - self._share) / unspent)


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
    # Twice what was just afforded; from then on, what the last turn took says how many fit.
    plans, turn = 2 * fast.plans, 0
    while planning.look():
        before, turn = planning.left(), turn + 1
        effort = replace(best, plans=plans)
        labels, found = planned_in_tiles(
            town, labels, limits, effort, seed + turn, planning, engine
        )
        if price is None or planning.look():  # prices cut short are no better than those in hand
            price = found
        took = before - planning.left()
        fitting = int(plans * planning.left() / took) if took > 0 else MOST_PLANS
        plans = max(min(2 * plans, MOST_PLANS, fitting), LEAST_PLANS)
    return labels, price
