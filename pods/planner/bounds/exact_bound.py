"""A sharper bound for the capacitated p-median problem: every knapsack filled exactly.

The relaxation of `bound.py`, for the problem of the literature: each site has a capacity of its
own, a median may be served by another median, and no pod is too small. What the prices make of one
site j is then a plain knapsack: whom to serve, within j's capacity. Filled in part it is quick and
a little too good; the few sites that may be among the p cheapest are filled by whole customers
(Ceselli and Righini 2005 price the same knapsacks).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.spatial import cKDTree

from geomatch.core.arrays import Floats, Ints
from pods.planner.bounds.lower_bound import Relaxation
from pods.planner.bounds.relaxation import PRICE_CAP, SAFETY
from pods.planner.jit import compiled, inner
from pods.planner.search.knapsack import EXACT_SIZE, cheapest_sides
from pods.planner.town.town import TownArrays

LISTED = 1000
"""Nearest sites each site lists; lists are then made symmetric."""

Met = Callable[[float, Floats, Ints], None]
"""Told of each bound evaluated, its prices and the medians then cheapest."""


class Customers(NamedTuple):
    """What each site may serve (m sites, each a customer as well); distances in units."""

    ptr: Ints  # (m + 1,) entries of each site
    near: Ints  # near customers, the site itself left out
    distance: Floats  # lowered by a hair
    size: Ints  # (m,)
    high: Ints  # (m,) capacities


class ExactRelaxation(Relaxation):
    """The relaxed problem of a town of single sites in one part.

    Parameters
    ----------
    town
        Every block has one site, with its capacity.
    p
        Number of medians.
    met
        Told of every evaluation.
    """

    def __init__(self, town: TownArrays, p: int, met: Met) -> None:
        self.town, self.p, self.met = town, p, met
        self.customers, self.cap = customers_of(town)

    def capped(self, price: Floats) -> Floats:
        """Prices within what the lists allow."""
        return np.minimum(np.maximum(price, 0.0), self.cap)

    def evaluate(self, price: Floats) -> tuple[float, Floats, tuple[Ints, Ints]]:
        """Return the bound, (m,) one less how often each is served, and the pods chosen."""
        in_part, exact = np.empty(len(price)), np.empty(len(price))
        fill_in_part(self.customers, price, in_part)
        order = np.argsort(in_part, kind="stable")
        fill_exactly(self.customers, price, in_part, order, self.p, exact)
        medians = np.sort(order[np.argsort(exact[order], kind="stable")[: self.p]])
        served = served_by(self.customers, price, medians)
        bound = float(price.sum() + np.sort(exact[medians]).sum())
        self.met(bound, price, medians)
        times = np.bincount(served[1], minlength=len(price))
        return bound, np.subtract(1.0, times, dtype=np.float64), served


def customers_of(town: TownArrays) -> tuple[Customers, Floats]:
    """List the sites near each site, and say how high (m,) prices may be.

    Lists stay valid because nobody outside one is ever worth serving: a price is at most
    `PRICE_CAP` times the distance to the last listed neighbour.
    """
    m = len(town.size)
    count = min(LISTED, m)
    found = cKDTree(town.site_xy).query(town.site_xy, count)
    away, near = (np.asarray(part).reshape(m, count) for part in found)
    head, tail = np.repeat(np.arange(m), count), near.ravel().astype(np.int64)
    head, tail = head[head != tail], tail[head != tail]
    both = np.concatenate([head, tail]), np.concatenate([tail, head])
    lists = coo_array((np.ones(len(both[0]), dtype=np.int8), both), shape=(m, m)).tocsr()
    other = lists.indices.astype(np.int64)
    owner = np.repeat(np.arange(m), np.diff(lists.indptr))
    distance = np.sqrt(((town.site_xy[owner] - town.site_xy[other]) ** 2).sum(axis=1)) * SAFETY
    cap = np.full(m, np.inf) if count == m else PRICE_CAP * SAFETY * away[:, -1]
    ptr = lists.indptr.astype(np.int64)
    return Customers(ptr, other, distance, town.size, town.site_high), cap


@inner
def worth_serving(customers: Customers, price: Floats, j: int, site: Ints, worth: Floats) -> int:
    """Gather whom median j would gain by serving, itself perhaps; return how many."""
    count = 0
    if price[j] > 0.0 and customers.size[j] <= customers.high[j]:
        site[0], worth[0] = j, price[j]
        count = 1
    for q in range(customers.ptr[j], customers.ptr[j + 1]):
        i = customers.near[q]
        gain = price[i] - customers.distance[q]
        if gain > 0.0 and customers.size[i] <= customers.high[j]:
            site[count] = i
            worth[count] = gain
            count += 1
    return count


@compiled
def fill_in_part(customers: Customers, price: Floats, cost: Floats) -> None:
    """Cost of the best pod of each median when the last one served may be served in part."""
    size = customers.size
    site, worth = np.empty(len(price), np.int64), np.empty(len(price))
    for j in range(len(price)):
        count = worth_serving(customers, price, j, site, worth)
        room = float(customers.high[j])
        filled, total = 0.0, 0.0
        for k in range(count):
            filled += size[site[k]]
            total += worth[k]
        while filled > room:
            least, at = np.inf, -1
            for k in range(count):
                if size[site[k]] > 0 and worth[k] < least * size[site[k]]:
                    least, at = worth[k] / size[site[k]], k
            share = min(float(size[site[at]]), filled - room)
            total -= least * share
            filled -= share
            worth[at] = np.inf
        cost[j] = -total


@inner
def fill_one(
    customers: Customers, price: Floats, j: int, site: Ints, worth: Floats
) -> tuple[int, float]:
    """Fill the best pod of median j; those served come first in `site`. Returns how many, cost."""
    count = worth_serving(customers, price, j, site, worth)
    total, filled = 0.0, 0
    for k in range(count):
        filled += customers.size[site[k]]
        total += worth[k]
    high = customers.high[j]
    while filled > high > EXACT_SIZE:  # roughly: those worth least per size stay out
        least, at = np.inf, -1
        for k in range(count):
            if worth[k] < least * customers.size[site[k]]:
                least, at = worth[k] / customers.size[site[k]], k
        filled -= customers.size[site[at]]
        total -= worth[at]
        count -= 1
        site[at], worth[at] = site[count], worth[count]
    if filled > high:
        size, side = np.empty(count, np.int64), np.empty(count, np.int64)
        for k in range(count):
            size[k] = customers.size[site[k]]
        cheapest_sides(worth[:count], size, side, 0, high)
        total, kept = 0.0, 0
        for k in range(count):
            if side[k] == 0:
                total += worth[k]
                site[kept] = site[k]
                kept += 1
        count = kept
    return count, -total


@compiled
def fill_exactly(
    customers: Customers, price: Floats, in_part: Floats, order: Ints, p: int, cost: Floats
) -> None:
    """Exact cost of every median that may be among the p cheapest; infinite for the others.

    `order` sorts `in_part`, which no exact cost is below.
    """
    site, worth = np.empty(len(price), np.int64), np.empty(len(price))
    cheapest = np.full(p, np.inf)
    for j in range(len(price)):
        cost[j] = np.inf
    for at in range(len(order)):
        j = order[at]
        if in_part[j] >= cheapest[p - 1]:
            break
        if customers.high[j] > EXACT_SIZE:
            cost[j] = in_part[j]
        else:
            cost[j] = fill_one(customers, price, j, site, worth)[1]
        k = p - 1
        while k > 0 and cheapest[k - 1] > cost[j]:
            cheapest[k] = cheapest[k - 1]
            k -= 1
        cheapest[k] = min(cheapest[k], cost[j])


@compiled
def served_by(customers: Customers, price: Floats, medians: Ints) -> tuple[Ints, Ints]:
    """CSR of whom each of some medians serves."""
    site, worth = np.empty(len(price), np.int64), np.empty(len(price))
    ptr = np.zeros(len(medians) + 1, np.int64)
    served = np.empty(len(medians) * 8 + 8, np.int64)
    for m in range(len(medians)):
        count = fill_one(customers, price, medians[m], site, worth)[0]
        end = ptr[m] + count
        if end > len(served):
            longer = np.empty(2 * end, np.int64)
            for k in range(ptr[m]):
                longer[k] = served[k]
            served = longer
        for k in range(count):
            served[ptr[m] + k] = site[k]
        ptr[m + 1] = end
    return ptr, served[: ptr[len(medians)]]
