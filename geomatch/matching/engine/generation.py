"""The best assignment over all pairs, seeing few of them: column generation.

1. The best few pairs of each request, and a best assignment on those, with its prices.
2. Price every feasible pair: does any request have one that would leave it more than its
   surplus? If none does, the prices prove the assignment best over all pairs.
3. Otherwise add those pairs and go back to 1.

At every stage the prices give a valid upper bound (Dantzig and Wolfe 1960; the bound is the
Lagrangean one), so stopping early leaves an honest gap.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomatch.matching.engine.candidates import along_a_curve
from geomatch.matching.engine.flow import Slots
from geomatch.matching.engine.forest import Forest, askers, helpers, plant, points_of
from geomatch.matching.engine.kernels import search
from geomatch.matching.engine.paths import Graph, State, insert_all, merged, new_state
from geomatch.matching.engine.problem import Bools, Integers, MatchProblem
from geomatch.matching.engine.rules import REMOTE

__all__ = ["Generated", "Ground", "generate"]

_FIRST_PAIRS = 12
_FIRST_LOOKS = 400  # candidates need not be the very best: pricing finds whoever was missed
_MORE_PAIRS = 6
_UNKNOWN = 1 << 62

Found = tuple[NDArray[np.int32], NDArray[np.int32], Integers]


@dataclass(frozen=True, eq=False)
class Generated:
    """A best assignment and what proves it.

    Attributes
    ----------
    volunteer
        (n,) position, -1 where open.
    prices
        (m,)
    bound
        What any assignment of the searched requests can add at most.
    graph, state
        For insertions later.
    rounds
        How often pairs were priced.
    """

    volunteer: Integers
    prices: Integers
    bound: int
    graph: Graph
    state: State
    rounds: int


def generate(
    problem: MatchProblem,
    slots: Slots,
    searched: Bools,
    *,
    seconds: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Generated:
    """Solve by column generation.

    Parameters
    ----------
    slots
        Room of the volunteers beside pinned tasks.
    searched
        (n,) requests to assign.
    seconds
        Stop after so long, with the bound reached.
    progress
        Called after each round with the rounds done and the requests that still want another pair.
    """
    started = time.monotonic()
    n, m = problem.shape
    ground = Ground(problem, slots, searched)
    graph = Graph(
        start=np.zeros(n + 1, dtype=np.int64),
        volunteer=np.empty(0, dtype=np.int32),
        score=np.empty(0, dtype=np.int32),
        base=problem.urgency_points * problem.requests.urgency,
        capacity=slots.capacity,
        costs=slots.costs,
    )
    nothing = np.zeros(n, dtype=np.int64)
    found = ground.search(np.zeros(m, np.int64), nothing, _FIRST_PAIRS, looks=_FIRST_LOOKS)
    best, price = np.full(n, _UNKNOWN), np.zeros(m, dtype=np.int64)
    rounds, bound = 0, _UNKNOWN
    while True:
        graph = merged(graph, *found[:2])
        state = new_state(n, slots)
        insert_all(ground.rows, graph, state)
        found = ground.price(state, best, price)
        best, price = found[2], state.price
        rounds += 1
        bound = min(bound, int(best[ground.rows].sum()) + slots.profit(price, n))
        wanting = int((found[0][:, 0] >= 0).sum())
        if progress:
            progress(rounds, wanting)
        if not wanting or (seconds is not None and time.monotonic() - started > seconds):
            break
    prices = price.copy()
    # whoever is full by pinned tasks alone has no slot to pay for: a price beyond anybody's value
    full = slots.taken >= np.maximum(slots.capacity, 1)
    prices[full] = 4 * problem.urgency_points + 10_000
    return Generated(state.match, prices, bound, graph, state, rounds)


class Ground:
    """Everything a day's searches need, laid out once.

    Attributes
    ----------
    rows
        Requests that somebody might serve, neighbours one after the other.
    """

    def __init__(self, problem: MatchProblem, slots: Slots, searched: Bools) -> None:
        self._problem = problem
        self._side, self._askers = helpers(problem), askers(problem)
        self._points = points_of(problem)
        self._searched = searched & (problem.r_withheld == 0)
        self._able = np.flatnonzero(
            (slots.capacity > slots.taken) & ~problem.resting & (problem.v_withheld == 0)
        )
        self._trees = plant(problem, self._side, self._able, self._searched)
        self.rows = self._in_order(self._trees[2])

    def search(self, prices: Integers, floors: Integers, k: int, looks: int | None = None) -> Found:
        """Search for every request; see :func:`geomatch.matching.engine.kernels.search`."""
        return self._search(self._trees, self.rows, prices, floors, k, looks)

    def price(self, state: State, best: Integers, before: Integers) -> Found:
        """Find the pairs that leave a request more than it has, looking only where one may be.

        Nobody could have more than `best` at the prices of `before`. At the new prices that still
        holds for volunteers whose price did not fall; so requests that have `best` already need
        look only at those whose price fell.

        Returns
        -------
        As `search`; the third array is the new `best`.
        """
        poorer = state.surplus < best
        rows = self.rows[poorer[self.rows]]
        found = self._search(self._trees, rows, state.price, state.surplus, _MORE_PAIRS)
        fell = np.intersect1d(np.flatnonzero(state.price < before), self._able)
        if len(fell) and len(rows) < len(self.rows):
            trees = plant(self._problem, self._side, fell, self._searched & ~poorer)
            rows = self._in_order(trees[2])
            others = self._search(trees, rows, state.price, state.surplus, _MORE_PAIRS)
            _overwrite(found, others, rows)
        return found

    def choices(self, load: Integers) -> tuple[Integers, Bools]:
        """Count who could serve each request, and say whether one of them has room left.

        Parameters
        ----------
        load
            (m,) tasks of each volunteer.
        """
        n, m = self._problem.shape
        nothing = np.zeros(n, dtype=np.int64)
        counts = self.search(np.zeros(m, np.int64), nothing, 0)[2]
        full = load >= self._problem.volunteers.capacity
        least = np.full(n, -_UNKNOWN // 2)
        best = self.search(np.where(full, _UNKNOWN // 2, 0), least, 1)[2]
        return counts, best > 0

    def _search(
        self,
        trees: tuple[Forest, Forest, Integers],
        rows: Integers,
        prices: Integers,
        floors: Integers,
        k: int,
        looks: int | None = None,
    ) -> Found:
        remote = self._problem.requests.mode[rows] == REMOTE
        near, far, roots = trees
        common = (roots, self._points, prices, floors, k)
        found = search(self._askers, near, *common, rows[~remote], looks=looks)
        if remote.any():
            by_phone = search(self._askers, far, *common, rows[remote], looks=looks)
            _overwrite(found, by_phone, rows[remote])
        return found

    def _in_order(self, roots: Integers) -> Integers:
        rows = np.flatnonzero(roots >= 0)
        return rows[along_a_curve(np.nan_to_num(self._problem.requests.lonlat[rows]))]


def _overwrite(found: Found, others: Found, rows: Integers) -> None:
    found[0][rows], found[1][rows], found[2][rows] = (column[rows] for column in others)
