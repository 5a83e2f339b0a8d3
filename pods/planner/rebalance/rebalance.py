"""Rebalance: from the pods there are to better ones, moving few households.

1. **Mend.** If the current pods break a rule, or somebody new is in none, find a valid plan with as
   few moves as possible (`repair.py`), never with more than are allowed.
2. **Spend.** Recut neighbouring pods where every move has a price: first a high one, so that the
   moves that shorten most come first, then lower and lower, until the moves are spent or another
   would not pay.

Pods keep their numbers throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geomatch.core.arrays import Ints
from geomatch.core.translation import gettext, ngettext
from pods.planner.rebalance.current import CurrentPods, current_pods, moves_of
from pods.planner.rebalance.max_stay import most_stay
from pods.planner.rebalance.priced_moves import priced_sweep
from pods.planner.rebalance.repair import repaired
from pods.planner.report.numbering import named_like
from pods.planner.search.construct import first_plan
from pods.planner.search.plan import Plan, new_plan
from pods.planner.town.reasons import Unplaced, reason
from pods.planner.town.town import Households, Limits, Town
from pods.planner.watch import Watch

DEAREST = 2.0**36
"""Price of a move, in units, that no shorter walk pays for."""

LEAST_GAIN_M = 1.0
"""A move must shorten the walks by this much in all, even when it is allowed."""

STEPS = 10
"""Prices tried on the way from the dearest that could pay to the one asked for."""


@dataclass(frozen=True)
class Rebalanced:
    """A plan that goes on from the current one.

    Attributes
    ----------
    labels
        (m,) numbers of pods, current ones as they were; -1 for blocks left out.
    needed
        Moves found to place everybody whom the rules allow: more than `max_moves` if that did not
        suffice.
    fewest
        Moves that every valid plan needs which places the same households.
    beyond
        Blocks left out only because the moves did not suffice.
    """

    labels: Ints
    needed: int
    fewest: int
    beyond: Ints


def rebalanced(
    town: Town,
    households: Households,
    limits: Limits,
    *,
    max_moves: int | None,
    move_price_m: float | None,
    seed: int,
    watch: Watch,
) -> Rebalanced:
    """Mend the current pods, and spend what moves are left where they shorten the walks most.

    Parameters
    ----------
    max_moves
        Most households that may change pod; None for as many as pay for themselves.
    move_price_m
        Metres of walk (weighted as in the objective) that a move must save; None for 1 m.
    """
    current = current_pods(town, households)
    everybody = int(current.known.sum())
    budget = everybody if max_moves is None else min(max_moves, everybody)
    repair = repaired(
        town,
        current,
        limits,
        budget,
        seed,
        fresh=lambda: _fresh(town, households, current, limits, seed),
        settled=lambda labels, most: _spent(town, current, labels, limits, most, DEAREST, watch),
    )
    price = min(max(move_price_m or 0.0, LEAST_GAIN_M) / town.unit_m, DEAREST)
    labels = _spent(town, current, repair.labels, limits, budget, price, watch)
    fewest = repair.fewest
    if fewest is None:
        fewest = most_stay(town, current, np.flatnonzero(labels >= 0), limits).moves
    return Rebalanced(_named(current, labels), repair.needed, fewest, repair.beyond)


def _fresh(
    town: Town, households: Households, current: CurrentPods, limits: Limits, seed: int
) -> Ints:
    """Slots of a plan that starts from nothing, numbered like the pods most of its people know."""
    rows = np.flatnonzero(town.block_of >= 0)
    blocks = town.block_of[rows]
    labels = first_plan(town, limits, seed)
    known = households.current[rows]
    named = named_like(labels[blocks], known, households.locked[rows] & (known >= 0))
    slot = np.searchsorted(current.names, named)
    strange = ~np.isin(named, current.names)
    slot[strange] = current.first_new + labels[blocks][strange]
    slots = np.full(town.n_blocks, -1)
    slots[blocks] = np.where(labels[blocks] >= 0, slot, -1)
    return slots


def _spent(
    town: Town,
    current: CurrentPods,
    labels: Ints,
    limits: Limits,
    budget: int,
    price: float,
    watch: Watch,
) -> Ints:
    """Recut pods at falling prices, never beyond the budget."""
    if labels.max(initial=-1) < 0:
        return labels
    plan = new_plan(town, labels, spare=0)
    room = np.array([budget - moves_of(current, labels)])
    for now in _falling_prices(plan, price):
        plan.stale[:] = True
        while priced_sweep(town.arrays, plan, current, now, room, limits.min_size, limits.max_size):
            if not watch():
                return plan.label.copy()
    return plan.label.copy()


def _falling_prices(plan: Plan, price: float) -> Sequence[float]:
    """No moves at all first (newcomers find their best pod), then each price half as high.

    In whole units, like every cost: the kernels' sums stay exact.
    """
    price = max(1.0, float(np.rint(price)))
    dearest = 4.0 * float(plan.cost.max(initial=0.0))
    prices = [DEAREST]
    steps = [float(np.rint(dearest * 0.5**k)) for k in range(2 * STEPS)]
    prices += [step for step in steps if step > price]
    return [*prices, price] if price < DEAREST else prices


def _named(current: CurrentPods, labels: Ints) -> Ints:
    """Numbers for slots: current pods keep theirs, new ones take the smallest nobody has."""
    new = np.unique(labels[labels >= current.first_new])
    taken = set(current.names.tolist())
    free = [number for number in range(len(taken) + len(new)) if number not in taken]
    # The last name is that of label -1.
    names = np.full(max(current.first_new, int(labels.max(initial=-1)) + 1) + 1, -1)
    names[: current.first_new] = current.names
    names[new] = free[: len(new)]
    return names[labels]


def beyond_the_moves(
    unplaced: Sequence[Unplaced], rows: Ints, max_moves: int, needed: int
) -> list[Unplaced]:
    """Give those their own reason who are left out only because the moves did not suffice."""
    short = set(rows.tolist())
    return [
        reason(one.index, "too_few_moves", allowed=_moves(max_moves), needed=_moves(needed))
        if one.index in short
        else one
        for one in unplaced
    ]


def _moves(count: int) -> str:
    if count == 0:
        return gettext("no moves")
    return ngettext("{number} move", "{number} moves", count).format(number=count)
