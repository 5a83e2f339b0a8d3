"""Local search of the capacitated p-median problem: share out, recut, seat anew, again.

For given medians the customers are shared out by chains (`chains.py`); the pods this makes are
recut pair by pair as any pods are (`plan.sweep`), which moves medians as well; then again from the
medians found, until nothing gets shorter.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from geomatch.core.arrays import Floats, Ints
from geomatch.core.proximity import neighbour_graph
from pods.planner.capacitated.ejection_chains import chain, share_out
from pods.planner.jit import compiled
from pods.planner.search.plan import Plan, new_plan, sweep
from pods.planner.search.subproblem import distance
from pods.planner.town.town import NO_LIMIT, Households, Town, TownArrays, build_town

CHOICES = 8
"""Nearest medians a customer may be moved to."""

ROUNDS = 60
"""Rounds of chains over all customers, at most."""


class Solution(NamedTuple):
    """Medians, the median that serves each customer (both as blocks), and the cost in units."""

    medians: Ints  # (p,)
    owner: Ints  # (m,) position in `medians`
    cost: float


def scattered_town(points: Floats, sizes: Ints, capacities: Ints) -> Town:
    """Lay out customers as a town whose pods need not be in one piece, each with its capacity.

    Parameters
    ----------
    points
        (n, 2).
    sizes, capacities
        (n,) demand of each customer, and the most each can serve as a median.
    """
    n = len(points)
    nothing, nobody = np.full(n, -1), np.zeros(n, dtype=bool)
    everyone = Households(
        points, sizes, np.ones(n), nothing, np.zeros(n, np.int64), nothing, nobody, nobody
    )
    town = build_town(everyone, neighbour_graph(points), np.arange(n), [])
    town.arrays = town.arrays._replace(
        site_high=capacities[town.site_row], scattered=np.ones(1, dtype=bool)
    )
    return town


class Sharing:
    """The customers of one problem, and the local search on them."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.size, self.high = town.arrays.size, town.arrays.site_high

    def costs(self, medians: Ints) -> Floats:
        """(p, m) distances in units."""
        return distances_from(self.town.arrays, medians)

    def shared(self, medians: Ints, owner: Ints | None = None) -> Solution | None:
        """Share everybody out among medians, from scratch or from a known way; None: no room."""
        cost = self.costs(medians)
        owner = np.full(len(self.size), -1) if owner is None else owner.copy()
        for choices in (CHOICES, 4 * CHOICES, len(medians)):
            near = nearest(cost, choices)
            if (owner < 0).all():
                share_out(cost, near, self.size, self.high[medians], owner)
            chain(cost, near, self.size, self.high[medians], owner, ROUNDS)
            if (owner >= 0).all():
                total = float(cost[owner, np.arange(len(owner))].sum())
                return Solution(medians, owner, total)
            if choices >= len(medians):
                break
        return None

    def descended(self, medians: Ints) -> Solution | None:
        """Return a local optimum found from the given medians; None where they have no room."""
        best = self.shared(medians)
        while best is not None:
            known = best
            if len(np.unique(best.owner)) == len(medians):
                best = min(best, self._recut(best), key=lambda found: found.cost)
            if best.cost > known.cost - 0.5:
                return best
        return None

    def _recut(self, known: Solution) -> Solution:
        plan = new_plan(self.town, known.owner, spare=0)
        while sweep(self.town.arrays, plan, 1, NO_LIMIT):
            pass
        return self.seated(plan.label) or known

    def makes_pods(self, found: Solution) -> bool:
        """Whether each median serves somebody who could be its pod's median as well."""
        pods = len(np.unique(found.owner))
        cost = new_plan(self.town, found.owner, spare=0).cost
        return pods == len(found.medians) and bool(np.isfinite(cost).all())

    def seated(self, labels: Ints) -> Solution | None:
        """Seat a median in every pod; None where a pod has no member that may serve it all."""
        medians = middles(self.town.arrays, new_plan(self.town, labels, spare=0))
        return None if (medians < 0).any() else self.shared(medians, labels)

    def fitted(self, medians: Ints, seconds: float) -> Solution | None:
        """Share everybody out by integer programming: slow, and finds room where chains do not."""
        p, m = len(medians), len(self.size)
        cost = self.costs(medians)
        column = np.arange(p * m)
        median, customer = column // m, column % m
        rows = np.concatenate([customer, m + median])
        load = np.concatenate([np.ones(p * m), self.size[customer].astype(float)])
        matrix = coo_array((load, (rows, np.tile(column, 2))), shape=(m + p, p * m)).tocsc()
        room = self.high[medians].astype(float)
        answer = milp(
            cost.ravel() / max(float(cost.mean()), 1.0),
            integrality=np.ones(p * m, dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(
                matrix, np.append(np.ones(m), np.full(p, -np.inf)), np.append(np.ones(m), room)
            ),
            options={"node_limit": 500, "mip_rel_gap": 0.2, "time_limit": seconds},
        )
        if answer.x is None:
            return None
        owner = answer.x.reshape(p, m).argmax(axis=0)
        if (np.bincount(owner, self.size, p) > room).any():
            return None
        return self.shared(medians, owner.astype(np.int64))


def nearest(cost: Floats, choices: int) -> Ints:
    """(m, k) the cheapest medians of each customer, cheapest first."""
    count = min(choices, len(cost))
    some = np.argpartition(cost, count - 1, axis=0)[:count]
    some.sort(axis=0)
    order = np.argsort(np.take_along_axis(cost, some, 0), axis=0, kind="stable")
    return np.ascontiguousarray(np.take_along_axis(some, order, 0).T)


@compiled
def distances_from(town: TownArrays, sites: Ints) -> Floats:
    """(p, m) distances in units from some sites to every site."""
    cost = np.empty((len(sites), len(town.site_xy)))
    for a in range(len(sites)):
        for t in range(len(town.site_xy)):
            cost[a, t] = distance(town, sites[a], t)
    return cost


@compiled
def middles(town: TownArrays, plan: Plan) -> Ints:
    """Best median among the members of each pod of a town of single sites, -1 where none can."""
    medians = np.full(len(plan.head), -1)
    for pod in range(len(plan.head)):
        best = np.inf
        a = plan.head[pod]
        while a >= 0:
            total = 0.0
            t = plan.head[pod]
            while t >= 0:
                total += distance(town, a, t)
                t = plan.next[t]
            if total < best and town.site_high[a] >= plan.size[pod]:
                best, medians[pod] = total, a
            a = plan.next[a]
    return medians
