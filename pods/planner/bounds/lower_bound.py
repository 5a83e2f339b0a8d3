"""A lower bound: no plan with as many pods can be shorter in total than this.

Good prices of the relaxed problem (see `relaxation.py`) are found by a subgradient ascent with a
smoothed direction. The pods the relaxed problem chooses on the way are nearly a plan themselves,
and the ascent can hand them on: they are what the best plans are put together from.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from geomatch.core.arrays import Floats, Ints
from geomatch.core.unique_rows import unique_rows
from pods.planner.bounds.relaxation import Lists, cover, near_lists, price_pods
from pods.planner.town.town import TownArrays
from pods.planner.watch import Watch


class Pace(NamedTuple):
    """How boldly an ascent goes: the first step, and how much of a new direction it takes."""

    step: float
    fresh: float


FROM_A_PLAN = Pace(step=0.2, fresh=0.2)
"""For prices read off a plan: the best of twelve tried on 13,000 homes, 1.3 % after 150 rounds."""

FROM_PRICES = Pace(step=0.1, fresh=0.6)
"""For prices of tiles, good but at the seams: of eight tried on 100,000 homes the best at 40."""

SITES_PER_THREAD = 4_000
"""Fewer than this are priced sooner than a thread has started."""

ROUNDS_PER_STEP = 10
"""Rounds that count as one step of work."""

Chosen = Callable[[Ints, Ints], None]
"""Gets the pods the relaxed problem chooses in a round: CSR pointers and blocks."""


class Relaxation:
    """The relaxed problem of a town: bounds, and who is covered how often, for given prices.

    Parameters
    ----------
    town
        The town, everybody in it to be placed.
    pods
        (parts,) number of pods in each part.
    low, high
        Size limits.
    weight
        (s,) weight of each site in the objective; by default the town's own.
    threads
        Threads to work with; the result does not depend on it.
    """

    def __init__(
        self,
        town: TownArrays,
        pods: Ints,
        low: int,
        high: int,
        *,
        weight: Floats | None = None,
        threads: int = 1,
    ) -> None:
        self.town, self.pods, self.low, self.high = town, pods, low, high
        self.lists: Lists = near_lists(town, town.site_weight if weight is None else weight)
        sites = len(self.lists.own)
        threads = max(1, min(threads, sites // SITES_PER_THREAD))
        self._ranges = np.linspace(0, sites, threads + 1).astype(np.int64).tolist()
        part = np.repeat(town.part, np.diff(town.site_ptr))
        self._sites = np.argsort(part, kind="stable")
        self._cuts = np.searchsorted(part[self._sites], np.arange(len(pods) + 1))

    def first_prices(self, walk: Floats, pod: Ints) -> Floats:
        """(m,) prices from a known plan: one's own walk, and a share of what a pod is worth.

        Parameters
        ----------
        walk
            (m,) what each block pays in the plan.
        pod
            (m,) its pod, numbered from 0.
        """
        size = np.bincount(pod, self.town.size)
        worth = 0.62 * float(walk.sum()) / max(len(size), 1)
        share = self.town.size / np.maximum(size[pod], 0.6 * max(size.mean(), 1e-300))
        return self.capped(walk + worth * share)

    def capped(self, price: Floats) -> Floats:
        """Prices within what the lists allow."""
        return np.minimum(np.maximum(price, 0.0), self.lists.cap)

    def evaluate(self, price: Floats) -> tuple[float, Floats, tuple[Ints, Ints]]:
        """Return the bound, (m,) one less how often each block is covered, and the pods chosen."""
        cost = np.empty(len(self.lists.own))

        def price_range(first: int, stop: int) -> None:
            price_pods(self.lists, price, self.low, self.high, first, stop, cost)

        if len(self._ranges) == 2:
            price_range(*self._ranges)
        else:
            with ThreadPoolExecutor(len(self._ranges) - 1) as pool:
                list(pool.map(price_range, self._ranges[:-1], self._ranges[1:]))
        bound, chosen = float(price.sum()), []
        for part, pods in enumerate(self.pods):
            mine = self._sites[self._cuts[part] : self._cuts[part + 1]]
            if pods:
                best = mine[np.argpartition(cost[mine], min(pods, len(mine)) - 1)[:pods]]
                bound += float(np.sort(cost[best]).sum())
                chosen.append(np.sort(best))
        uncovered = np.ones(len(price))
        taken = cover(self.lists, price, self.low, self.high, np.concatenate(chosen), uncovered)
        return bound, uncovered, taken


def ascend(
    relaxation: Relaxation,
    price: Floats,
    target: float,
    rounds: int,
    *,
    pace: Pace = FROM_A_PLAN,
    chosen: Chosen | None = None,
    watch: Watch | None = None,
) -> tuple[float, Floats]:
    """Raise the bound by a subgradient ascent.

    Parameters
    ----------
    relaxation
        The relaxed problem.
    price
        (m,) prices to start from.
    target
        Length of a known plan.
    rounds
        Steps.
    pace
        How boldly to go.
    chosen
        Gets the pods chosen in each round.
    watch
        Asked now and then whether to go on.

    Returns
    -------
    bound, price
        The best bound met and the (m,) prices that prove it.
    """
    best, best_price = -np.inf, price
    direction = np.zeros(len(price))
    step, stalled = pace.step, 0
    for round_ in range(rounds):
        bound, uncovered, taken = relaxation.evaluate(price)
        if chosen is not None:
            chosen(*taken)
        if watch is not None and round_ % ROUNDS_PER_STEP == 0 and not watch():
            return max(best, bound), price if bound > best else best_price
        if bound > best + 1e-6 * target:
            best, best_price, stalled = bound, price, 0
        else:
            stalled += 1
            if stalled >= 8:
                step, stalled = 0.75 * step, 0
                price, direction = best_price, 0.3 * direction
                continue
        direction = (1 - pace.fresh) * direction + pace.fresh * uncovered if round_ else uncovered
        norm = float((direction * direction).sum())
        if norm < 1e-12 or step < 1e-4:
            break
        length = step * max(1.005 * target - bound, 1e-4 * target) / norm
        price = relaxation.capped(price + length * direction)
    return best, best_price


def lower_bound(
    town: TownArrays,
    labels: Ints,
    walk: Floats,
    low: int,
    high: int,
    rounds: int,
    *,
    weight: Floats | None = None,
    price: Floats | None = None,
    watch: Watch | None = None,
) -> tuple[float, Floats]:
    """Bound the objective of every plan with as many pods per part and the same blocks placed.

    Parameters
    ----------
    town
        The blocks that are placed.
    labels, walk
        (m,) pods of a known plan, numbered from 0, and what each block pays in it.
    low, high
        Size limits.
    rounds
        Steps of the subgradient ascent.
    weight
        (s,) weight of each site in the objective; by default the town's own.
    price
        (m,) prices to start from; by default they come from the known plan.
    watch
        Asked now and then whether to go on.

    Returns
    -------
    bound
        In the unit of `walk`, units of length.
    price
        (m,) the prices that prove it.
    """
    if len(town.size) < 2:
        return 0.0, np.zeros(len(town.size))
    pods = unique_rows(np.column_stack([town.part, labels])).distinct[:, 0]
    relaxation = Relaxation(town, np.bincount(pods), low, high, weight=weight, threads=2)
    start, pace = relaxation.first_prices(walk, labels), FROM_A_PLAN
    if price is not None:
        start, pace = relaxation.capped(price), FROM_PRICES
    bound, price = ascend(relaxation, start, float(walk.sum()), rounds, pace=pace, watch=watch)
    return max(0.0, bound), price
