"""A lower bound: no plan with as many pods can be shorter in total than this.

Lagrangean relaxation of the size-bounded k-median (Beasley 1993 for the capacitated p-median). The
rule "everybody in exactly one pod" is dropped, and each household pays a price u for the freedom.
What is left falls apart: for each site j, the cheapest pod with its medoid there takes whoever has
the most negative d(i, j) - u(i), within the size limits; the k cheapest of those pods in each part
of the town, plus all prices, are a lower bound for *any* prices. Good prices are found by a
subgradient ascent.

What it knows: sizes, the number of pods in each part, parts cut off by barriers. What it does not
know: contiguity, whole buildings (a building of one point is priced whole but may be filled in
part), locks and point people. All of these only make plans longer, so the bound stays valid.

Each site j looks only at a list of near sites. That stays valid because prices are kept so low
(u(i) <= 0.8 w(i) D(i), D(i) the distance to i's last listed neighbour) that nobody outside a list
could ever be worth taking.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.spatial import cKDTree

from pods.planner.jit import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LISTED = 64
"""Nearest sites each site lists; lists are then made symmetric."""

PRICE_CAP = 0.8
"""Largest price, as a share of the distance to the last listed neighbour."""

SAFETY = 1.0 - 1e-9
"""Distances are shortened by this, so that rounding cannot lift the bound above the truth."""


@dataclass(frozen=True)
class Sites:
    """Distinct (block, point) sites of everybody placed.

    Attributes
    ----------
    xy
        (s, d) metres.
    weight, size
        (s,) weight in the objective, and what it counts against size limits.
    part
        (s,) part of the town.
    medoid_m
        (s,) distance to the medoid in a known plan, to start prices from.
    pod
        (s,) its pod in that plan.
    """

    xy: Floats
    weight: Floats
    size: Ints
    part: Ints
    medoid_m: Floats
    pod: Ints


def lower_bound(sites: Sites, low: int, high: int, rounds: int) -> float:
    """Bound the objective of every plan with as many pods per part and the same people placed.

    Parameters
    ----------
    sites
        Whom to place, and a known plan.
    low, high
        Size limits.
    rounds
        Steps of the subgradient ascent.

    Returns
    -------
    float
        Metres, weighted as the objective is.
    """
    if len(sites.weight) < 2:
        return 0.0
    pods = np.unique(np.column_stack([sites.part, sites.pod]), axis=0)
    k = np.bincount(pods[:, 0], minlength=int(sites.part.max()) + 1)
    relaxation = _Relaxation(sites, low, high, k)
    target = float((sites.weight * sites.medoid_m).sum())
    return max(0.0, _ascent(relaxation, relaxation.first_prices(), target, rounds))


def _ascent(relaxation: _Relaxation, price: Floats, target: float, rounds: int) -> float:
    """Subgradient ascent with a smoothed direction; returns the best bound met."""
    best, best_price = -np.inf, price
    direction = np.zeros(len(price))
    step, stalled = 0.7, 0
    for round_ in range(rounds):
        bound, uncovered = relaxation.evaluate(price)
        if bound > best + 1e-6 * target:
            best, best_price, stalled = bound, price, 0
        else:
            stalled += 1
            if stalled >= 8:
                step, stalled = 0.75 * step, 0
                price, direction = best_price, 0.3 * direction
                continue
        direction = 0.7 * direction + 0.3 * uncovered if round_ else uncovered
        norm = float((direction * direction).sum())
        if norm < 1e-12 or step < 1e-4:
            break
        length = step * max(1.005 * target - bound, 1e-4 * target) / norm
        price = relaxation.capped(price + length * direction)
    return best


class _Relaxation:
    """The relaxed problem: evaluates a bound and who is covered how often, for given prices."""

    def __init__(self, sites: Sites, low: int, high: int, k: Ints) -> None:
        self.sites, self.low, self.high, self.k = sites, low, high, k
        ptr, near, distance, last, whole = _near_lists(sites)
        self.ptr, self.near, self.distance = ptr, near, distance
        weight = sites.weight
        self.cap = np.where(whole, np.inf, PRICE_CAP * weight * last)
        # Whoever is outside list j costs at least this per unit of size.
        per_size = float((weight / np.maximum(sites.size, 1e-300)).min())
        self.outside = np.where(whole, np.inf, (1 - PRICE_CAP) * per_size * last)
        self.order = np.argsort(sites.part, kind="stable")
        self.cuts = np.searchsorted(sites.part[self.order], np.arange(len(k) + 1))

    def first_prices(self) -> Floats:
        """Prices from the known plan: one's own walk, and a share of what a pod is worth."""
        sites = self.sites
        pods = np.bincount(sites.pod, sites.size)
        worth = 0.62 * float((sites.weight * sites.medoid_m).sum()) / max((pods > 0).sum(), 1)
        share = sites.size / np.maximum(pods[sites.pod], 0.6 * pods[pods > 0].mean())
        return self.capped(sites.weight * sites.medoid_m + worth * share)

    def capped(self, price: Floats) -> Floats:
        return np.minimum(np.maximum(price, 0.0), self.cap)

    def evaluate(self, price: Floats) -> tuple[float, Floats]:
        """Return the bound, and (s,) one less how often each site is covered."""
        s = len(price)
        cost = np.empty(s)
        arguments = (
            self.ptr, self.near, self.distance, self.sites.weight, self.sites.size,
            price, self.outside, self.low, self.high,
        )  # fmt: skip
        half = s // 2
        with ThreadPoolExecutor(2) as pool:
            jobs = [
                pool.submit(price_pods, *arguments, a, b, cost) for a, b in ((0, half), (half, s))
            ]
            for job in jobs:
                job.result()
        bound, chosen = float(price.sum()), []
        for part, pods in enumerate(self.k):
            mine = self.order[self.cuts[part] : self.cuts[part + 1]]
            if pods:
                best = mine[np.argpartition(cost[mine], min(pods, len(mine)) - 1)[:pods]]
                bound += float(np.sort(cost[best]).sum())
                chosen.append(np.sort(best))
        uncovered = np.ones(s)
        cover(*arguments, np.concatenate(chosen), uncovered)
        return bound, uncovered


def _near_lists(sites: Sites) -> tuple[Ints, Ints, Floats, Floats, NDArray[np.bool_]]:
    """Symmetric lists of near sites within each part.

    Returns
    -------
    ptr, near, distance
        CSR lists, without the site itself; metres.
    last
        (s,) distance to the last neighbour searched for.
    whole
        (s,) whether the list is the whole part.
    """
    s = len(sites.part)
    heads, tails = [], []
    last, whole = np.zeros(s), np.zeros(s, dtype=bool)
    for part in np.unique(sites.part):
        mine = np.flatnonzero(sites.part == part)
        count = min(LISTED + 1, len(mine))
        found = cKDTree(sites.xy[mine]).query(sites.xy[mine], count, workers=2)
        away = np.asarray(found[0]).reshape(len(mine), count)
        other = np.asarray(found[1]).reshape(len(mine), count)
        heads.append(np.repeat(mine, count))
        tails.append(mine[other].ravel())
        last[mine] = away[:, -1] * SAFETY
        whole[mine] = count == len(mine)
    head, tail = np.concatenate(heads), np.concatenate(tails)
    apart = head != tail
    head, tail = head[apart], tail[apart]
    both = np.concatenate([head, tail]), np.concatenate([tail, head])
    lists = coo_array((np.ones(len(both[0]), dtype=np.int8), both), shape=(s, s)).tocsr()
    near = lists.indices.astype(np.int64)
    owner = np.repeat(np.arange(s), np.diff(lists.indptr))
    distance = np.sqrt(((sites.xy[owner] - sites.xy[near]) ** 2).sum(axis=1)) * SAFETY
    return lists.indptr.astype(np.int64), near, distance, last, whole


@compiled
def price_pods(
    ptr: Ints,
    near: Ints,
    distance: Floats,
    weight: Floats,
    size: Ints,
    price: Floats,
    outside: Floats,
    low: int,
    high: int,
    first: int,
    stop: int,
    cost: Floats,
) -> None:
    """Cost of the cheapest pod with its medoid at each site j in first..stop-1."""
    taken = np.empty(len(price))  # no share is read that was not written for this j
    for j in range(first, stop):
        cost[j] = cheapest_pod(
            ptr, near, distance, weight, size, price, outside, low, high, j, taken
        )


@compiled
def cover(
    ptr: Ints,
    near: Ints,
    distance: Floats,
    weight: Floats,
    size: Ints,
    price: Floats,
    outside: Floats,
    low: int,
    high: int,
    chosen: Ints,
    uncovered: Floats,
) -> None:
    """Take from each site what the chosen pods cover of it."""
    taken = np.empty(len(price))
    for k in range(len(chosen)):
        j = chosen[k]
        cheapest_pod(ptr, near, distance, weight, size, price, outside, low, high, j, taken)
        uncovered[j] -= 1.0
        for q in range(ptr[j], ptr[j + 1]):
            uncovered[near[q]] -= taken[q - ptr[j]]


@compiled
def cheapest_pod(
    ptr: Ints,
    near: Ints,
    distance: Floats,
    weight: Floats,
    size: Ints,
    price: Floats,
    outside: Floats,
    low: int,
    high: int,
    j: int,
    taken: Floats,
) -> float:
    """Cheapest pod about site j, sites taken in part where that fills it exactly.

    `taken[q]` gets the share of the q-th listed site that it takes.
    """
    start, count = ptr[j], ptr[j + 1] - ptr[j]
    total, room = -price[j], float(high - size[j])
    filled = 0.0
    for q in range(count):  # everybody worth taking
        i = near[start + q]
        taken[q] = 0.0
        if weight[i] * distance[start + q] - price[i] < 0.0:
            taken[q] = 1.0
            filled += size[i]
            total += weight[i] * distance[start + q] - price[i]
    while filled > room:  # too many: leave out the least worth per size
        worst, chosen = -np.inf, -1
        for q in range(count):
            i = near[start + q]
            if taken[q] > 0.0 and size[i] > 0:
                ratio = (weight[i] * distance[start + q] - price[i]) / size[i]
                if ratio > worst:
                    worst, chosen = ratio, q
        amount = size[near[start + chosen]] * taken[chosen]
        share = min(amount, filled - room)
        total -= worst * share
        filled -= share
        taken[chosen] = (amount - share) / size[near[start + chosen]] if share < amount else 0.0
    lack = float(low - size[j]) - filled
    while lack > 0.0:  # too few: the cheapest of the others, or somebody from outside the list
        best, chosen = np.inf, -1
        for q in range(count):
            i = near[start + q]
            if taken[q] == 0.0 and size[i] > 0:
                ratio = (weight[i] * distance[start + q] - price[i]) / size[i]
                if ratio < best:
                    best, chosen = ratio, q
        if chosen < 0 or best > outside[j]:
            if outside[j] < np.inf:
                total += lack * outside[j]
            break
        share = min(float(size[near[start + chosen]]), lack)
        total += best * share
        lack -= share
        taken[chosen] = share / size[near[start + chosen]]
    return float(total)
