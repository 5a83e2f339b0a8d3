"""The capacitated p-median problem of the literature, by the pod planner.

Exactly p of n points become medians; every point is served by one of them; what a median serves
must fit its capacity; the sum of distances is least. Pods are the same problem with one common
limit, a least size and contiguity, so the same parts solve both: recut pairs (`plan.sweep`),
recombine pods by set partitioning, bound by Lagrangean prices.

The prices also say where medians should be: the p medians cheapest at the prices of the moment are
the start of a local search (`sharing.py`), a few times a second (Mulvey and Beck 1984 seat medians
so). All pods met go into one pool, from which the best cover is picked. Then the prices are shaken.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geomatch.core.arrays import Floats, Ints
from geomatch.core.errors import InfeasibleError, ParameterError
from pods.planner.bounds.exact_bound import ExactRelaxation
from pods.planner.bounds.lower_bound import Pace, ascend
from pods.planner.bounds.proposals import ProposedPods
from pods.planner.capacitated.local_search import Sharing, Solution, scattered_town
from pods.planner.search.recombine import recombined
from pods.planner.town.town import NO_LIMIT, Town
from pods.planner.watch import Watch

REMEMBERED = 60
"""Rounds of the ascent whose pods are offered to the recombination."""

STRIDE = 3
"""Steps of the ascent between two sets of medians that are tried."""

WARMING = 30
"""First steps of an ascent, whose medians are not worth a search."""

BATCH = 8
"""Sets of medians tried side by side."""

POOL = 160
"""Best solutions whose pods are recombined."""

STEPS = 300
"""Steps of an ascent to the best bound."""

SHAKEN_STEPS = 200
"""Steps of an ascent from shaken prices, which is there for the medians it meets."""

SHAKE = 0.15
"""How far the prices are shaken, as a share."""

FITTING_S = 60.0
"""Seconds for the last resort where nothing seems to fit."""

LONGEST_RECOMBINING_S = 20.0
"""Longest time for one recombination."""

BOLD = Pace(step=0.7, fresh=0.3)
"""Of the ascents: medians far from each other are met on the way."""

PROVEN = 1e-7
"""Gap at which nothing is left to do."""


@dataclass(frozen=True)
class CapacitatedPlan:
    """Who is served by whom.

    Attributes
    ----------
    medians
        (p,) rows of the medians.
    labels
        (n,) position in `medians` of the median that serves each point.
    objective
        Sum of the distances.
    lower_bound
        No choice of p medians comes to less.
    """

    medians: Ints
    labels: Ints
    objective: float
    lower_bound: float

    @property
    def gap(self) -> float:
        """Excess of the objective over the lower bound, as a share of the bound."""
        if self.lower_bound > 0:
            return self.objective / self.lower_bound - 1.0
        return 0.0 if self.objective <= 0 else float("inf")


def capacitated_medians(
    points: ArrayLike,
    sizes: ArrayLike,
    capacities: ArrayLike,
    p: int,
    *,
    seconds: float | None = None,
    passes: int = 2,
    seed: int = 0,
    progress: Callable[[float], object] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> CapacitatedPlan:
    """Choose p medians and share everybody out among them.

    A median need not serve itself: its own demand may be served elsewhere to make room, as the
    problem is usually stated. The search prefers medians that do, because an exchange of equal
    demands never gains by it; the last sharing out, and the bound, know no such preference.

    Parameters
    ----------
    points : array-like of shape (n, 2)
        Coordinates; distances are Euclidean, in the same unit.
    sizes, capacities : array-like of shape (n,)
        Demand of each point, and the most it can serve as a median; whole numbers from 0.
    p : int
        Number of medians.
    seconds : float or None
        Search so long, bound included (the first solution takes what it takes). None: `passes`
        passes, which give the same answer on every machine.
    passes : int
        Passes without `seconds`: of prices, local searches and a recombination.
    seed : int
        Of everything random.
    progress : callable or None
        Called now and then with the share done, 0 to 1; returning False stops with what is found.
    clock : callable
        Tells the time, in seconds.

    Returns
    -------
    CapacitatedPlan
        Capacities are kept, and there are exactly p medians.

    Raises
    ------
    ParameterError
        When an argument cannot be used.
    InfeasibleError
        When the demands do not fit any p capacities, or no way to fit them was found.

    Examples
    --------
    >>> street = [(0, 0), (1, 0), (2, 0), (10, 0), (11, 0), (12, 0)]
    >>> plan = capacitated_medians(street, [1] * 6, [3] * 6, 2)
    >>> plan.medians.tolist(), plan.labels.tolist(), plan.objective
    ([1, 4], [0, 0, 0, 1, 1, 1], 4.0)
    """
    xy, size, capacity = _checked(points, sizes, capacities, p)
    watch = Watch(progress, seconds, passes * STEPS // (STRIDE * BATCH), clock)
    town = scattered_town(xy, size, capacity)
    search = _Search(town, p, seed, watch)
    count = 0
    while search.going() and (seconds is not None or count < passes):
        if count < 2:  # twice: the second time a good solution sets the pace
            search.climb(search.price, STEPS, BOLD)
        else:
            search.climb(search.shaken_price(), SHAKEN_STEPS, BOLD)
        search.recombine()
        count += 1
    return _published(xy, town, search.best, search.bound * town.unit_m)


class _Search:
    """The best solution so far, the bound, the prices behind it and the pool."""

    def __init__(self, town: Town, p: int, seed: int, watch: Watch) -> None:
        self.town, self.p, self.watch = town, p, watch
        self.random = np.random.default_rng(seed)
        self.sharing = Sharing(town)
        self.best = self._first()
        self.bound = 0.0  # in units, like every cost
        self.pool: list[Solution] = []
        self._keep(self.best)
        self.proposed = ProposedPods(REMEMBERED)
        self.waiting: list[Ints] = []
        self.tried = {self.best.medians.tobytes()}
        self.steps = 0
        self.relaxation = ExactRelaxation(town.arrays, p, self._met)
        walk = self.sharing.costs(self.best.medians)[self.best.owner, np.arange(town.n_blocks)]
        self.price = self.relaxation.first_prices(walk, self.best.owner)  # the best met

    def going(self) -> bool:
        """Whether there is time, something left to gain, and nobody has said stop."""
        return self.watch.look() and self.best.cost > self.bound * (1.0 + PROVEN)

    def climb(self, price: Floats, steps: int, pace: Pace) -> None:
        """Climb to better prices, and search from the medians they choose on the way."""
        self.steps = 0
        ascend(
            self.relaxation,
            price,
            self.best.cost,
            steps,
            pace=pace,
            chosen=self.proposed.take,
            watch=self.watch,
        )
        self._search_waiting()

    def _met(self, bound: float, price: Floats, medians: Ints) -> None:
        """Take note of a step of an ascent."""
        self.steps += 1
        if bound > self.bound:
            self.bound, self.price = bound, price
        due = self.steps > WARMING and self.steps % STRIDE == 0
        if due and medians.tobytes() not in self.tried:
            self.tried.add(medians.tobytes())
            self.waiting.append(medians)
        if len(self.waiting) == BATCH:
            self._search_waiting()

    def shaken_price(self) -> Floats:
        """Return prices at random about the best."""
        shake = self.random.uniform(1.0 - SHAKE, 1.0 + SHAKE, len(self.price))
        return self.relaxation.capped(self.price * shake)

    def _first(self) -> Solution:
        """Return any solution: by chance, else with the largest capacities, which fit if any do."""
        high, count = self.town.arrays.site_high, self.town.n_blocks
        for _ in range(20):
            found = self.sharing.shared(self.random.choice(count, self.p, replace=False))
            if found is not None:
                return self.sharing.descended(found.medians) or found
        largest = np.sort(np.argsort(-high, kind="stable")[: self.p])
        patience = min(self.watch.left(), FITTING_S)
        found = self.sharing.shared(largest) or self.sharing.fitted(largest, patience)
        if found is None:
            raise InfeasibleError(
                "No way was found to fit the demands into the capacities of "
                f"{self.p:,} medians, not even the {self.p:,} largest. Allow more medians, or "
                "larger capacities."
            )
        return found

    def _search_waiting(self) -> None:
        """Search from the medians that wait; what is found is kept in their order."""
        if self.waiting and self.watch():
            with ThreadPoolExecutor(2) as pool:
                for found in pool.map(self._descended, self.waiting):
                    if found is not None:
                        self._keep(found)
        self.waiting.clear()

    def _descended(self, medians: Ints) -> Solution | None:
        return self.sharing.descended(medians) if self.watch.look() else None

    def _keep(self, found: Solution) -> None:
        self.best = min(self.best, found, key=lambda solution: solution.cost)
        if self.sharing.makes_pods(found):
            self.pool.append(found)
            self.pool.sort(key=lambda solution: solution.cost)
            del self.pool[POOL:]

    def recombine(self) -> None:
        """Pick the best pods of all solutions kept, and search on from their medians."""
        if len(self.pool) < 2 or not self.going():
            return
        longest = min(self.watch.left(), LONGEST_RECOMBINING_S)
        proposed = self.proposed.valid(self.town, 1, NO_LIMIT)
        plans = [found.owner for found in self.pool]
        labels = recombined(self.town, plans, proposed, longest)
        found = self.sharing.seated(labels)
        if found is not None:
            self._keep(found)
            again = self.sharing.descended(found.medians)
            if again is not None:
                self._keep(again)


def _checked(
    points: ArrayLike, sizes: ArrayLike, capacities: ArrayLike, p: int
) -> tuple[Floats, Ints, Ints]:
    xy = np.asarray(points, dtype=np.float64)
    if xy.ndim != 2 or xy.shape[1] != 2 or not len(xy) or not np.isfinite(xy).all():
        raise ParameterError("points must be a table of finite x and y, one row per point.")
    size, capacity = (
        _whole(values, name, len(xy))
        for values, name in ((sizes, "sizes"), (capacities, "capacities"))
    )
    if not 1 <= p <= len(xy):
        raise ParameterError(f"p must lie between 1 and the {len(xy):,} points, not {p}.")
    room = int(np.sort(capacity)[-p:].sum())
    if size.sum() > room:
        raise InfeasibleError(
            f"The demands sum to {int(size.sum()):,}, and the {p:,} largest capacities to {room:,}."
        )
    if size.max() > capacity.max():
        row = int(size.argmax())
        raise InfeasibleError(
            f"Point {row + 1:,} has a demand of {int(size[row]):,}, and no capacity is larger than "
            f"{int(capacity.max()):,}."
        )
    return xy, size, capacity


def _whole(values: ArrayLike, name: str, n: int) -> Ints:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.shape != (n,) or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise ParameterError(f"{name} must hold one number from 0 per point ({n:,}).")
    if (numbers != np.rint(numbers)).any() or (numbers > 2**31).any():
        raise ParameterError(f"{name} must be whole numbers below 2**31.")
    return numbers.astype(np.int64)


def _published(xy: Floats, town: Town, found: Solution, bound: float) -> CapacitatedPlan:
    """Turn blocks back into rows, and measure in full precision."""
    labels = found.owner[town.block_of]
    medians = town.site_row[found.medians]
    order = np.argsort(medians, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    labels, medians = rank[labels], medians[order]
    objective = float(np.sqrt(((xy - xy[medians[labels]]) ** 2).sum(axis=1)).sum())
    return CapacitatedPlan(medians, labels, objective, max(0.0, min(bound, objective)))
