"""The relaxed problem behind the lower bound: the cheapest pod about each site, for given prices.

Lagrangean relaxation of the size-bounded k-median (Beasley 1993 for the capacitated p-median). The
rule "every block in exactly one pod" is dropped, and each block pays a price u for the freedom.
What is left falls apart: for each site j, the cheapest pod with its medoid there takes whoever has
the most negative cost c(j, B) - u(B), within the size limits; the k cheapest of those pods in each
part of the town, plus all prices, are a lower bound for *any* prices.

What it knows: sizes, whole blocks, the number of pods in each part, parts cut off by barriers, and
that a point person's home is the medoid of its pod. What it does not know: contiguity and locks.
These only make plans longer, so the bound stays valid.

Each site looks only at a list of near blocks. That stays valid because prices are kept so low
(u(B) <= 0.8 times what B would pay if each of its sites stood as far from the medoid as from its
own last listed neighbour) that nobody outside a list could ever be worth taking. With streets, all
these distances are walks, and `nearby.py` says why nobody outside a list walks less than its last.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.walks import on_foot, steps_between
from pods.planner.bounds.nearby import nearest_on_foot
from pods.planner.jit import compiled, inner
from pods.planner.town.grouping import grouped
from pods.planner.town.town import TownArrays

LISTED = 64
"""Nearest sites each site lists; lists are then made symmetric."""

LISTED_OF_MANY, MANY = 48, 500_000
"""Sites listed in a town of many sites: a quarter less memory for a bound 0.1 % lower."""

PRICE_CAP = 0.8
"""Largest price, as a share of what a block pays at the distance of its last listed neighbours."""

SAFETY = 1.0 - 1e-6
"""Costs are lowered by this, so that rounding to 32 bits cannot lift the bound above the truth."""

CHUNK = 100_000
"""Sites whose neighbours are searched for at once: a bound on memory."""

LARGEST_ROOM = 255
"""Pods with more room than this may be filled with parts of a block: a bound on work."""


class Lists(NamedTuple):
    """What each site can take (s sites, m blocks); costs in units, lowered by a hair."""

    ptr: Ints  # (s + 1,) entries of each site
    block: NDArray[np.int32]  # near blocks, its own left out
    cost: NDArray[np.float32]  # what the block pays with its medoid at this site
    own: Ints  # (s,) its own block, -1 where no medoid can be
    own_cost: Floats  # (s,) what its own block pays
    outside: Floats  # (s,) least reduced cost of anybody not listed, per unit of size
    cap: Floats  # (m,) largest price of each block
    size: Ints  # (m,)


def near_lists(town: TownArrays, weight: Floats) -> Lists:
    """List for each site the blocks worth looking at.

    Parameters
    ----------
    town
        The town, everybody in it to be placed.
    weight
        (s,) weight of each site in the objective.
    """
    near, last, whole = _nearest_sites(town)
    owner = np.repeat(np.arange(len(town.size)), np.diff(town.site_ptr))
    load = np.bincount(owner, weight, len(town.size))
    reach = np.bincount(owner, weight * np.where(whole, 0.0, last), len(town.size))
    cap = np.where(np.bincount(owner, whole, len(town.size)) > 0, np.inf, PRICE_CAP * reach)
    sized = town.size > 0
    per_size = float((load[sized] / town.size[sized]).min()) if sized.any() else 0.0
    outside = np.where(whole, np.inf, (1.0 - PRICE_CAP) * per_size * last)
    ptr, block, cost, own, own_cost = _listed(town, weight, owner, *_both_ways(near), near)
    return Lists(ptr, block, cost, own, own_cost, outside, cap, town.size)


def _nearest_sites(town: TownArrays) -> tuple[NDArray[np.int32], Floats, Bools]:
    """Find the nearest sites of each site in its part of the town.

    Returns
    -------
    near
        (s, l) near sites, -1 where there are no more.
    last
        (s,) no more than the distance to anybody else of the part, lowered by a hair.
    whole
        (s,) whether they are all there are.
    """
    s = len(town.site_weight)
    part = np.repeat(town.part, np.diff(town.site_ptr))
    listed = LISTED if s < MANY else LISTED_OF_MANY
    near = np.full((s, min(listed, max(s - 1, 1))), -1, dtype=np.int32)
    last, whole = np.zeros(s), np.zeros(s, dtype=bool)
    for mine in grouped(part):
        if len(town.walks.access):
            on_list, reach, whole[mine] = nearest_on_foot(town, mine, near.shape[1])
            near[mine, : on_list.shape[1]] = on_list
            last[mine] = np.where(np.isfinite(reach), reach, 0.0) * SAFETY
            continue
        tree = cKDTree(town.site_xy[mine])
        count = min(near.shape[1] + 1, len(mine))
        for first in range(0, len(mine), CHUNK):
            rows = mine[first : first + CHUNK]
            found = tree.query(town.site_xy[rows], count, workers=2)
            away = np.asarray(found[0]).reshape(len(rows), count)
            other = mine[np.asarray(found[1]).reshape(len(rows), count)]
            last[rows] = away[:, -1] * SAFETY
            others = other != rows[:, None]
            others[others.all(axis=1), -1] = False  # so many at one point that it missed itself
            near[rows, : count - 1] = other[others].reshape(len(rows), count - 1)
        whole[mine] = count == len(mine)
    return near, last, whole


@compiled
def _both_ways(near: NDArray[np.int32]) -> tuple[Ints, NDArray[np.int32]]:
    """CSR lists of the sites that list each site."""
    s = len(near)
    ptr = np.zeros(s + 1, np.int64)
    for i in range(s):
        for q in range(near.shape[1]):
            if near[i, q] >= 0:
                ptr[near[i, q] + 1] += 1
    for i in range(s):
        ptr[i + 1] += ptr[i]
    place = ptr[:-1].copy()
    lister = np.empty(ptr[s], np.int32)
    for i in range(s):
        for q in range(near.shape[1]):
            if near[i, q] >= 0:
                lister[place[near[i, q]]] = i
                place[near[i, q]] += 1
    return ptr, lister


@inner
def _on_foot(town: TownArrays, site: int, other: int, apart: float) -> float:
    """Return the walk between two sites that are so far apart."""
    return on_foot(steps_between(town.walks, site, other) * town.step, apart)


@compiled
def _listed(
    town: TownArrays,
    weight: Floats,
    owner: Ints,
    lister_ptr: Ints,
    lister: NDArray[np.int32],
    near: NDArray[np.int32],
) -> tuple[Ints, NDArray[np.int32], NDArray[np.float32], Ints, Floats]:
    """Blocks each site lists or is listed by, each once, and what they pay."""
    s = len(near)
    xy, site_ptr, leader = town.site_xy, town.site_ptr, town.leader
    on_streets = len(town.walks.access) > 0
    seen = np.full(len(town.size), -1)
    room = len(lister)
    for i in range(s):
        room += lister_ptr[i + 1] - lister_ptr[i]
    block = np.empty(room, np.int32)
    cost = np.empty(room, np.float32)
    ptr = np.zeros(s + 1, np.int64)
    own = np.empty(s, np.int64)
    own_cost = np.zeros(s)
    used = 0
    for j in range(s):
        mine = owner[j]
        own[j] = mine if leader[mine] < 0 or leader[mine] == j else -1
        # Its own block first, then those it lists, then those that list it.
        listed = near.shape[1]
        for q in range(-1, listed + lister_ptr[j + 1] - lister_ptr[j] if own[j] >= 0 else -1):
            if q < 0:
                taken = mine
            else:
                i = near[j, q] if q < listed else lister[lister_ptr[j] + q - listed]
                # A point person's home belongs to a pod of its own.
                if i < 0 or seen[owner[i]] == j or leader[owner[i]] >= 0:
                    continue
                taken = owner[i]
            seen[taken] = j
            total = 0.0
            for other in range(site_ptr[taken], site_ptr[taken + 1]):
                square = 0.0
                for axis in range(xy.shape[1]):
                    step = xy[j, axis] - xy[other, axis]
                    square += step * step
                apart = np.sqrt(square)
                if on_streets:
                    apart = _on_foot(town, j, other, apart)
                total += weight[other] * apart
            if q < 0:
                own_cost[j] = total * SAFETY
            else:
                block[used] = taken
                cost[used] = total * SAFETY
                used += 1
        ptr[j + 1] = used
    # Room that was never written to takes no memory, so it need not be given back.
    return ptr, block[:used], cost[:used], own, own_cost


@compiled
def price_pods(
    lists: Lists, price: Floats, low: int, high: int, first: int, stop: int, cost: Floats
) -> None:
    """Cost of the cheapest pod with its medoid at each site j in first..stop-1."""
    scratch = scratch_for(lists, high)
    for j in range(first, stop):
        cost[j] = cheapest_pod(lists, price, low, high, j, scratch)


class Scratch(NamedTuple):
    """Room to work in, so that nothing is allocated per site."""

    taken: Floats  # (longest list,) share of each listed block that is taken
    worth: Floats  # (longest list,) its cost less its price
    best: Floats  # (room + 1,) least cost of filling a pod with exactly so much
    picked: Bools  # (longest list, room + 1)


@inner
def scratch_for(lists: Lists, high: int) -> Scratch:
    """Room for the longest list."""
    longest = 1
    for j in range(len(lists.own)):
        longest = max(longest, lists.ptr[j + 1] - lists.ptr[j])
    room = min(high, LARGEST_ROOM) + 1
    return Scratch(
        np.empty(longest), np.empty(longest), np.empty(room), np.empty((longest, room), np.bool_)
    )


@inner
def cheapest_pod(
    lists: Lists, price: Floats, low: int, high: int, j: int, scratch: Scratch
) -> float:
    """Cheapest pod about site j; `scratch.taken[q]` gets the share of its q-th block it takes."""
    own = lists.own[j]
    if own < 0:
        return np.inf
    start, count = lists.ptr[j], lists.ptr[j + 1] - lists.ptr[j]
    taken, worth = scratch.taken, scratch.worth
    total, filled = lists.own_cost[j] - price[own], 0.0
    room, least = float(high - lists.size[own]), float(low - lists.size[own])
    for q in range(count):  # everybody worth taking
        worth[q] = lists.cost[start + q] - price[lists.block[start + q]]
        taken[q] = 0.0
        if worth[q] < 0.0 and lists.size[lists.block[start + q]] <= room:
            taken[q] = 1.0
            filled += lists.size[lists.block[start + q]]
            total += worth[q]
    whole = True
    while filled > room:  # too many: leave out the least worth per size
        worst, chosen = -np.inf, -1
        for q in range(count):
            size = lists.size[lists.block[start + q]]
            if taken[q] > 0.0 and size > 0 and worth[q] > worst * size:
                worst, chosen = worth[q] / size, q
        size = float(lists.size[lists.block[start + chosen]])
        share = min(size * taken[chosen], filled - room)
        total -= worst * share
        filled -= share
        taken[chosen] -= share / size
        whole = taken[chosen] < 1e-12
        if whole:
            taken[chosen] = 0.0
    while filled < least:  # too few: the cheapest of the others, or somebody not listed
        best, chosen = np.inf, -1
        for q in range(count):
            size = lists.size[lists.block[start + q]]
            if taken[q] == 0.0 and 0 < size <= room and worth[q] < best * size:
                best, chosen = worth[q] / size, q
        if chosen < 0 or best > lists.outside[j]:
            if lists.outside[j] < np.inf:
                total += (least - filled) * lists.outside[j]
            break
        size = float(lists.size[lists.block[start + chosen]])
        share = min(size, least - filled)
        total += best * share
        filled += share
        taken[chosen] = share / size
        whole = whole and share == size
    if whole or room > LARGEST_ROOM:
        return float(total)
    alone = lists.own_cost[j] - price[own]
    return float(alone + filled_exactly(lists, j, int(room), int(max(least, 0.0)), scratch))


@inner
def filled_exactly(lists: Lists, j: int, room: int, least: int, scratch: Scratch) -> float:
    """Cheapest filling of a pod with whole blocks, by dynamic programming over its size."""
    start, count = lists.ptr[j], lists.ptr[j + 1] - lists.ptr[j]
    taken, worth, best, picked = scratch.taken, scratch.worth, scratch.best, scratch.picked
    for c in range(room + 1):
        best[c] = 0.0 if c == 0 else np.inf
    free = 0.0
    for q in range(count):
        size = lists.size[lists.block[start + q]]
        taken[q] = 0.0
        if size == 0 and worth[q] < 0.0:
            taken[q] = 1.0
            free += worth[q]
        for c in range(room + 1):
            picked[q, c] = False
        if 0 < size <= room and (worth[q] < 0.0 or least > 0):
            for c in range(room, size - 1, -1):
                if best[c - size] + worth[q] < best[c]:
                    best[c] = best[c - size] + worth[q]
                    picked[q, c] = True
    cheapest, at = np.inf, -1
    for c in range(room + 1):
        lack = max(least - c, 0)
        cost = best[c] + (lack * lists.outside[j] if lack > 0 else 0.0)
        if cost < cheapest:
            cheapest, at = cost, c
    for q in range(count - 1, -1, -1):
        if at >= 0 and picked[q, at]:
            taken[q] = 1.0
            at -= lists.size[lists.block[start + q]]
    return cheapest + free


@compiled
def cover(
    lists: Lists, price: Floats, low: int, high: int, chosen: Ints, uncovered: Floats
) -> tuple[Ints, Ints]:
    """Take from each block what the chosen pods cover of it; return those pods.

    Returns
    -------
    ptr, blocks
        CSR: the blocks that each chosen pod takes whole, its own first.
    """
    scratch = scratch_for(lists, high)
    ptr = np.zeros(len(chosen) + 1, np.int64)
    blocks = np.empty(len(chosen) * (len(scratch.taken) + 1), np.int64)
    used = 0
    for k in range(len(chosen)):
        j = chosen[k]
        cheapest_pod(lists, price, low, high, j, scratch)
        uncovered[lists.own[j]] -= 1.0
        blocks[used] = lists.own[j]
        used += 1
        for q in range(lists.ptr[j + 1] - lists.ptr[j]):
            if scratch.taken[q] > 0.0:
                block = lists.block[lists.ptr[j] + q]
                uncovered[block] -= scratch.taken[q]
                if scratch.taken[q] == 1.0:
                    blocks[used] = block
                    used += 1
        ptr[k + 1] = used
    return ptr, blocks[:used].copy()
