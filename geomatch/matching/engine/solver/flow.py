"""The best assignment on given pairs: a minimum-cost flow with convex costs, and prices for it.

Each request sends one unit, through a pair to a volunteer or straight to the sink (unserved). A
volunteer passes units on through one slot per further task; as those costs never fall, the flow
fills them in order. The optimum is exact and whole (Ahuja, Magnanti, Orlin, *Network Flows*,
chapters 9 and 14).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geomatch.core.arrays import Ints
from geomatch.core.errors import GeomatchError

__all__ = ["Slots", "assign_by_flow", "least_prices", "price_bound"]


@dataclass(frozen=True, eq=False)
class Slots:
    """What each volunteer's next tasks cost.

    Attributes
    ----------
    capacity
        (m,) tasks each volunteer can take.
    taken
        (m,) tasks already given (pinned pairs).
    costs
        Cost of the first, second, … task; the last one repeats. Never falls.
    """

    capacity: Ints
    taken: Ints
    costs: Ints

    def cost_at(self, load: Ints) -> Ints:
        """Cost of the task after `load` others, (m,)."""
        return self.costs[np.minimum(load, len(self.costs) - 1)]

    def total(self, load: Ints) -> int:
        """Cost of all tasks when each volunteer has `load` of them."""
        summed = np.concatenate([[0], np.cumsum(self.costs)])
        listed = np.minimum(load, len(self.costs))
        return int(summed[listed].sum() + self.costs[-1] * (load - listed).sum())

    def profit(self, prices: Ints, most: int) -> int:
        """Sum of `price - cost` over the free slots that are worth it, `most` at each volunteer."""
        profit, load = 0, self.taken.copy()
        room = np.clip(self.capacity - load, 0, most)
        while room.any():
            last = load >= len(self.costs) - 1  # from here on every task costs the same
            width = np.where(last, room, np.minimum(room, 1))
            profit += int((width * np.maximum(prices - self.cost_at(load), 0)).sum())
            room -= width
            load += 1
        return profit


def assign_by_flow(i: Ints, j: Ints, value: Ints, slots: Slots, n_requests: int) -> Ints:
    """Give each request its volunteer in a best assignment; -1 where none is best.

    Parameters
    ----------
    i, j, value
        Pairs and what each adds, (k,) each.
    slots
        Free room of the volunteers.
    n_requests
        Number of requests; those without a pair stay unserved.

    Returns
    -------
    (n_requests,) positions of volunteers.
    """
    from ortools.graph.python import min_cost_flow  # loads a large library

    served = np.full(n_requests, -1, dtype=np.int64)
    useful = value > slots.cost_at(slots.taken)[j]
    i, j, value = i[useful], j[useful], value[useful]
    if not len(i):
        return served
    requests, row = np.unique(i, return_inverse=True)
    volunteers, column = np.unique(j, return_inverse=True)
    sink = len(requests) + len(volunteers)
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        row.astype(np.int32),
        (len(requests) + column).astype(np.int32),
        np.ones(len(row), dtype=np.int64),
        -value,
    )
    room = np.minimum(slots.capacity - slots.taken, n_requests)[volunteers]
    taken = slots.taken[volunteers]
    while room.any():
        open_ = np.flatnonzero(room > 0)
        last = taken[open_] >= len(slots.costs) - 1  # from here on every task costs the same
        width = np.where(last, room[open_], 1)
        flow.add_arcs_with_capacity_and_unit_cost(
            (len(requests) + open_).astype(np.int32),
            np.full(len(open_), sink, dtype=np.int32),
            width,
            slots.cost_at(taken[open_]),
        )
        room[open_] -= width
        taken[open_] += 1
    everybody = np.arange(len(requests), dtype=np.int32)
    flow.add_arcs_with_capacity_and_unit_cost(
        everybody,
        np.full(len(requests), sink, dtype=np.int32),
        np.ones(len(requests), dtype=np.int64),
        np.zeros(len(requests), dtype=np.int64),
    )
    flow.set_nodes_supplies(everybody, np.ones(len(requests), dtype=np.int64))
    flow.set_node_supply(sink, -len(requests))
    status = flow.solve()
    if status != flow.OPTIMAL:  # never seen: the flow “everybody unserved” is always feasible
        raise GeomatchError(f"the assignment could not be computed (OR-Tools says {status})")
    used = flow.flows(arcs) > 0
    served[requests[row[used]]] = volunteers[column[used]]
    return served


def least_prices(i: Ints, j: Ints, value: Ints, served: Ints, slots: Slots) -> Ints:
    """Compute the least price of each volunteer's time that justifies a best assignment.

    A volunteer's price is at least the cost of their dearest task, and high enough that no
    request would rather pay it than what it pays now. Prices rise along such wishes until nobody
    has one (Bellman-Ford on the residual graph); they are whole because the values are.

    Returns
    -------
    (m,) prices, 0 or more.
    """
    m = len(slots.capacity)
    load = slots.taken + np.bincount(served[served >= 0], minlength=m)
    prices = np.where(load > slots.taken, slots.cost_at(np.maximum(load - 1, 0)), 0)
    if not len(i):
        return prices
    order = np.argsort(j, kind="stable")
    i, j, value = i[order], j[order], value[order]
    starts = np.flatnonzero(np.r_[True, j[1:] != j[:-1]])
    current = served[i]
    matched_value = np.zeros(len(served), dtype=np.int64)
    matched_value[i[current == j]] = value[current == j]
    has = served >= 0
    while True:
        surplus = np.zeros(len(served), dtype=np.int64)
        surplus[has] = matched_value[has] - prices[served[has]]
        wish = np.maximum.reduceat(value - surplus[i], starts)
        raised = np.maximum(prices[j[starts]], wish)
        if np.array_equal(raised, prices[j[starts]]):
            return prices
        prices[j[starts]] = raised


def price_bound(i: Ints, j: Ints, value: Ints, prices: Ints, slots: Slots, n_requests: int) -> int:
    """Bound what any assignment on these pairs can add, for any prices of 0 or more.

    Each request can add at most its best `value - price`, and each slot at most `price - cost`:
    the two together are what a pair adds. (Lagrangean dual of the assignment problem.)
    """
    best = np.zeros(n_requests, dtype=np.int64)
    np.maximum.at(best, i, value - prices[j])
    return int(best.sum()) + slots.profit(prices, n_requests)
