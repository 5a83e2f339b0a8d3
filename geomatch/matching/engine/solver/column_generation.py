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

import numpy as np

from geomatch.core.arrays import Bools, Ints
from geomatch.matching.engine.model.problem import MatchProblem
from geomatch.matching.engine.model.rules import feasible
from geomatch.matching.engine.model.score import scores
from geomatch.matching.engine.model.walking import ways_of
from geomatch.matching.engine.solver.augmenting_paths import (
    Graph,
    State,
    dismiss_all,
    improve_all,
    insert_all,
    merged,
    new_state,
    turned,
)
from geomatch.matching.engine.solver.flow import Slots
from geomatch.matching.engine.solver.kernels import Found, search
from geomatch.matching.engine.solver.volunteer_index import Forest, lay_out, plant, points_of

__all__ = ["Ground", "Solver"]

_FIRST_PAIRS = 12
_FIRST_LOOKS = 1_200  # candidates need not be the very best: pricing finds whoever was missed
_MORE_PAIRS = 6
_WATCHED_PAIRS = 12
_MANY = 0.3  # when more requests than this share want another pair, starting over is quicker
_AT_HAND = 8_192
_UNKNOWN = 1 << 62
_BEYOND = 1 << 60  # a price nobody pays


class Solver:
    """An assignment of a day that is best for the requests brought in so far.

    Callers use the numbers of the table. Inside, everything has the numbers of the ground's layout,
    where neighbours stand beside each other.

    Parameters
    ----------
    problem
        The day.
    slots
        Room of the volunteers beside pinned tasks.
    searched
        (n,) requests that may be brought in.

    Attributes
    ----------
    rows
        Requests that somebody might serve, neighbours one after the other.
    state
        Who serves whom, prices and surpluses, in the numbers of the layout.
    rounds
        How often all pairs were priced.
    """

    def __init__(self, problem: MatchProblem, slots: Slots, searched: Bools) -> None:
        n, m = problem.shape
        self._problem = problem
        self._ground = Ground(problem, slots, searched)
        self._here = self._ground.layout
        at = self._here.volunteer
        self._slots = slots = Slots(slots.capacity[at], slots.taken[at], slots.costs)
        self._graph = Graph(
            start=np.zeros(n + 1, dtype=np.int64),
            stop=np.zeros(n, dtype=np.int64),
            volunteer=np.empty(0, dtype=np.int32),
            score=np.empty(0, dtype=np.int32),
            base=self._here.askers.base,
            capacity=slots.capacity.copy(),
            costs=slots.costs,
        )
        # no pair beyond those in the graph left a request more than its guard, at these prices
        self._guard = np.full(n, _UNKNOWN)
        self._before = np.zeros(m, dtype=np.int64)
        self._margin = 0
        self._bound = _UNKNOWN
        self._rows = self._ground.rows
        self.rows = self._here.request[self._rows]
        self.state = new_state(n, slots)
        self.rounds = 0

    @property
    def match(self) -> Ints:
        """(n,) volunteer of each request, -1 if it is open or not brought in."""
        match = np.full(len(self.state.match), -1, dtype=np.int64)
        done = np.flatnonzero(self.state.match >= 0)
        match[self._here.request[done]] = self._here.volunteer[self.state.match[done]]
        return match

    def has(self, request: int) -> bool:
        """Whether a request has been brought in."""
        return bool(self.state.present[self._here.request_here[request]])

    @property
    def bound(self) -> int:
        """What any assignment of the requests brought in can add at most."""
        return self._bound

    @property
    def prices(self) -> Ints:
        """(m,) prices that prove `bound`."""
        # whoever is full by pinned tasks alone has no slot to pay for: a price beyond any value
        full = self._graph.capacity <= self._slots.taken
        prices = np.where(full, 4 * self._problem.urgency_points + 10_000, self.state.price)
        return prices[self._here.volunteer_here]

    def bring_in(
        self,
        rows: Ints,
        *,
        seconds: float | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Assign more requests, and everybody again where that is better.

        Parameters
        ----------
        rows
            Some of `self.rows`.
        seconds
            Stop after so long, with the bound reached.
        progress
            Called after each round with the rounds done and the requests that want another pair.
        """
        started = time.monotonic()
        rows = self._here.request_here[rows]
        floors = np.zeros(len(self._problem.requests), dtype=np.int64)
        self._bound = _UNKNOWN
        found = self._ground.search(
            self.state.price, floors, _FIRST_PAIRS, rows, looks=_FIRST_LOOKS
        )
        self._graph = merged(self._graph, *found[:2])
        self._graph.stop[rows] = self._graph.start[rows + 1]
        insert_all(rows, self._graph, self.state)
        self._guard[rows] = _UNKNOWN
        while True:
            wanting = self._price()
            if progress:
                progress(self.rounds, len(wanting))
            if not len(wanting) or (seconds is not None and time.monotonic() - started > seconds):
                return
            self.reconsider(wanting)

    def resume(self, match: Ints, prices: Ints, rows: Ints) -> None:
        """Go on from an earlier assignment and its prices instead of from nothing.

        The day may have changed meanwhile: whatever is not possible or not worth its price any
        more is let go and assigned anew, and every pair is priced, so that the result is best for
        the day as it is now. Where nothing changed, that one look finds nothing to do.

        Parameters
        ----------
        match
            (n,) the volunteer each request had, -1 for none.
        prices
            (m,) of the volunteers' time then.
        rows
            Requests that are there; some of `self.rows`.
        """
        kept = np.zeros(len(match), dtype=np.bool_)
        kept[rows] = match[rows] >= 0
        i = np.flatnonzero(kept)
        i = i[feasible(self._problem, i, match[i])]
        score = scores(self._problem, i, match[i])
        i, j = self._here.request_here[i], self._here.volunteer_here[match[i]]
        i, j, score, price = self._affordable(i, j, score, prices[self._here.volunteer])
        state = self.state
        state.match[i], state.present[i] = j, True
        state.price[:] = price
        state.load[:] += np.bincount(j, minlength=len(price))
        state.surplus[i] = self._graph.base[i] + score - price[j]
        for task, volunteer in zip(i, j, strict=True):
            state.after[task] = state.head[volunteer]
            if state.head[volunteer] >= 0:
                state.before[state.head[volunteer]] = task
            state.head[volunteer] = task
        pairs = np.full((2, len(match), 1), -1, dtype=np.int32)
        pairs[0, i, 0], pairs[1, i, 0] = j, score
        self._graph = merged(self._graph, *pairs)
        self._graph.stop[i] = self._graph.start[i + 1]
        self.bring_in(rows[~state.present[self._here.request_here[rows]]])

    def _affordable(
        self, i: Ints, j: Ints, score: Ints, prices: Ints
    ) -> tuple[Ints, Ints, Ints, Ints]:
        """Keep what fits each volunteer's room and is worth its price, at prices that fit."""
        able = self._ground.able
        i, j, score = i[able[j]], j[able[j]], score[able[j]]
        slots, value = self._slots, self._graph.base[i] + score
        order = np.lexsort((-value, j))
        nth = np.arange(len(order)) - np.searchsorted(j[order], j[order])
        keep = np.zeros(len(order), dtype=np.bool_)
        keep[order] = nth < (slots.capacity - slots.taken)[j[order]]
        while True:
            load = slots.taken + np.bincount(j[keep], minlength=len(prices))
            low = np.where(load > slots.taken, slots.cost_at(np.maximum(load - 1, 0)), 0)
            high = np.where(load < slots.capacity, slots.cost_at(load), _BEYOND)
            # whoever can take nothing has no price yet, as in a new state
            price = np.where(able, np.clip(prices, low, np.maximum(low, high)), 0)
            poor = keep & (value < price[j])
            if not poor.any():
                return i[keep], j[keep], score[keep], price
            keep &= ~poor

    def leave(self, volunteer: int) -> None:
        """Let a volunteer take nothing more; everybody is assigned again where that is better."""
        volunteer = int(self._here.volunteer_here[volunteer])
        tasks = np.flatnonzero(self.state.match == volunteer)
        self._graph.capacity[volunteer] = 0
        self.state.price[volunteer] = _BEYOND
        dismiss_all(tasks, self._graph, self.state)
        while len(wanting := self._price()):
            self.reconsider(wanting)

    def watch(self, margin: int) -> None:
        """Hold, from now on, every pair within `margin` of being wanted, up to a dozen by request.

        Later prices then move a good way before anybody has to search again.
        """
        self._margin = margin
        self._guard[:] = _UNKNOWN
        self._price()

    def _price(self) -> Ints:
        """Price every pair; return the requests that want another one, with those pairs added."""
        state = self.state
        pairs = _MORE_PAIRS if not self._margin else _WATCHED_PAIRS
        found, self._guard = self._ground.price(
            state, self._guard, self._before, self._margin, pairs
        )
        self._before = state.price.copy()
        self.rounds += 1
        best = np.where(state.present, np.maximum(found[2], state.surplus), 0)
        room = Slots(self._graph.capacity, self._slots.taken, self._slots.costs)
        profit = room.profit(state.price, len(self._problem.requests))
        self._bound = min(self._bound, int(best.sum()) + profit)
        wants = state.present & (best > state.surplus)
        if (found[0][:, 0] >= 0).any():
            self._graph = merged(self._graph, *found[:2])
            calm = ~wants  # what they do not want may be in play at once
            self._graph.stop[calm] = self._graph.start[1:][calm]
        wanting: Ints = self._rows[wants[self._rows]]
        return wanting

    def reconsider(self, wanting: Ints) -> None:
        """Let requests choose again among all pairs found for them."""
        if len(wanting) <= _MANY * len(self._rows):
            improve_all(wanting, self._graph, turned(self._graph), self.state)
            return
        present = self._rows[self.state.present[self._rows]]
        closed = self.state.price >= _BEYOND
        self._graph.stop[:] = self._graph.start[1:]
        self.state = new_state(len(self._problem.requests), self._slots)
        self.state.price[closed] = _BEYOND
        insert_all(present, self._graph, self.state)


class Ground:
    """Everything a day's searches need, laid out once; its numbers are those of the layout.

    Attributes
    ----------
    layout
        Where everybody stands.
    rows
        Requests that somebody might serve, neighbours one after the other.
    able
        (m,) bool, volunteers who can take a task.
    """

    def __init__(self, problem: MatchProblem, slots: Slots, searched: Bools) -> None:
        self.layout = here = lay_out(problem)
        self._points = points_of(problem)
        self._ways = ways_of(problem.on_foot, here.request, here.volunteer)
        self._searched = (searched & (problem.r_withheld == 0))[here.request]
        able = (slots.capacity > slots.taken) & ~problem.resting & (problem.v_withheld == 0)
        self.able = able[here.volunteer]
        self._able = np.flatnonzero(self.able)
        self._trees = plant(here, self._able, self._searched)
        self.rows = np.flatnonzero(self._trees[2] >= 0)

    def search(
        self,
        prices: Ints,
        floors: Ints,
        k: int,
        rows: Ints | None = None,
        looks: int | None = None,
    ) -> Found:
        """Search for some requests or all; see `kernels.search`."""
        rows = self.rows if rows is None else rows
        return self._search(self._trees, rows, prices, floors, k, looks)

    def price(
        self, state: State, guard: Ints, before: Ints, margin: int, k: int
    ) -> tuple[Found, Ints]:
        """Find the pairs that leave a request more than it has, looking only where one may be.

        No pair outside the graph left a request more than `guard` at the prices of `before`. That
        still holds for volunteers whose price did not fall; so requests that have as much look
        only at those whose price fell.

        Parameters
        ----------
        margin
            Also find pairs that would leave up to so much less than a request has.
        k
            At most so many pairs by request.

        Returns
        -------
        As `search`, and the new guard.
        """
        poorer = state.present & (state.surplus < guard)
        rows = self.rows[poorer[self.rows]]
        floors = state.surplus - margin
        found = self._search(self._trees, rows, state.price, floors, k)
        guard = guard.copy()
        guard[rows] = self._guard(found, rows, state.price, floors)
        fell = self._able[state.price[self._able] < before[self._able]]
        others = self._searched & state.present & ~poorer
        if len(fell) and others.any():
            trees = plant(self.layout, fell, others)
            rows = np.flatnonzero(trees[2] >= 0)
            self._search(trees, rows, state.price, guard, k, into=found)
            guard[rows] = self._guard(found, rows, state.price, guard)
        return found, guard

    def _guard(self, found: Found, rows: Ints, prices: Ints, floors: Ints) -> Ints:
        """Bound what pairs that were not found can leave a request."""
        volunteer, score = found[0][rows], found[1][rows]
        full = volunteer[:, -1] >= 0
        base = self.layout.askers.base[rows]
        least = (base[:, None] + score - prices[volunteer]).min(axis=1)
        return np.where(full, least, floors[rows])

    def choices(self, full: Bools, open_: Bools) -> tuple[Ints, Bools]:
        """Count who could serve each request, and say of open ones if one of them has room left.

        Parameters
        ----------
        full
            (m,) bool, volunteers who can take nothing more.
        open_
            (n,) bool, requests nobody serves. Numbers are those of the table, as in the answer.
        """
        here = self.layout
        n, m = len(here.request), len(here.volunteer)
        counts = self.search(np.zeros(m, np.int64), np.zeros(n, dtype=np.int64), 0)[2]
        prices = np.where(full, _UNKNOWN // 2, 0)[here.volunteer]
        rows = self.rows[open_[here.request[self.rows]]]
        best = self.search(prices, np.full(n, -_UNKNOWN // 2), 1, rows)[2]
        return counts[here.request_here], (best > 0)[here.request_here]

    def _search(
        self,
        trees: tuple[Forest, Forest, Ints],
        rows: Ints,
        prices: Ints,
        floors: Ints,
        k: int,
        looks: int | None = None,
        into: Found | None = None,
    ) -> Found:
        askers = self.layout.askers
        near, far, roots = trees
        rows = _tree_by_tree(rows, roots)
        remote = askers.remote[rows]
        common = (roots, self._points, self._ways, prices, floors, k)
        found = search(askers, near, *common, rows[~remote], looks=looks, into=into)
        if remote.any():
            search(askers, far, *common, rows[remote], looks=looks, into=found)
        return found


def _tree_by_tree(rows: Ints, roots: Ints) -> Ints:
    """Let neighbours who ask the same tree ask it one after the other, while it is at hand."""
    place = np.arange(len(rows)) // _AT_HAND
    return rows[np.lexsort((roots[rows], place))]
