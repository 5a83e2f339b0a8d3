"""A patch: the blocks of one or two pods under discussion, laid out for the compiled loops.

Its cost matrix C[a, t] holds what block t pays when site a of the patch is its medoid. All
distances are whole numbers of units held in float64, so every sum is exact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geomatch.core.arrays import Floats, Ints
from geomatch.core.walks import on_foot, steps_among, steps_between
from pods.planner.jit import inner
from pods.planner.town.town import TownArrays
from pods.planner.town.wishes import WishArrays


class Patch(NamedTuple):
    """Blocks under discussion; rows of `cost` are sites (a), columns blocks (t)."""

    blocks: Ints  # (t,)
    sites: Ints  # (a,)
    site_block: Ints  # (a,) position in `blocks` of the block each site belongs to
    cost: Floats  # (a, t)
    size: Ints  # (t,)
    place: Ints  # (t,) place of each block: its node, numbered within the patch
    near_ptr: Ints  # (places + 1,) neighbours of each place within the patch
    near: Ints
    high: Ints  # (a,) largest pod each site can be the medoid of
    wishes: WishArrays  # the town's: read by `blocks`


@inner
def distance(town: TownArrays, one: int, two: int) -> float:
    """Distance between two sites in whole units: the walk where there are streets."""
    if len(town.walks.access):
        steps = steps_between(town.walks, one, two)
        return float(np.rint(on_foot(steps * town.step, straight(town, one, two))))
    return float(np.rint(straight(town, one, two)))


@inner
def straight(town: TownArrays, one: int, two: int) -> float:
    """Straight line between two sites in units."""
    total = 0.0
    for axis in range(town.site_xy.shape[1]):
        step = town.site_xy[one, axis] - town.site_xy[two, axis]
        total += step * step
    return float(np.sqrt(total))


@inner
def make_patch(town: TownArrays, blocks: Ints) -> Patch:
    """Gather costs, sizes and neighbours of some blocks."""
    count = len(blocks)
    n_sites = 0
    for t in range(count):
        n_sites += town.site_ptr[blocks[t] + 1] - town.site_ptr[blocks[t]]
    sites = np.empty(n_sites, np.int64)
    site_block = np.empty(n_sites, np.int64)
    a = 0
    for t in range(count):
        for site in range(town.site_ptr[blocks[t]], town.site_ptr[blocks[t] + 1]):
            sites[a] = site
            site_block[a] = t
            a += 1
    cost = np.zeros((n_sites, count))
    if len(town.walks.access):
        steps = steps_among(town.walks, sites)
        for a in range(n_sites):
            for b in range(n_sites):
                apart = straight(town, sites[a], sites[b])
                walk = np.rint(on_foot(steps[a, b] * town.step, apart))
                cost[a, site_block[b]] += town.site_weight[sites[b]] * walk
    else:
        straight_costs(town.site_xy, town.site_weight, sites, site_block, cost)
    size = np.empty(count, np.int64)
    for t in range(count):
        size[t] = town.size[blocks[t]]
    high = np.empty(n_sites, np.int64)
    for a in range(n_sites):
        high[a] = town.site_high[sites[a]]
    if town.scattered[0]:  # all at one place: every block is beside every other
        place, near_ptr, near = np.zeros(count, np.int64), np.zeros(2, np.int64), sites[:0]
    else:
        place, near_ptr, near = places_within(town.node, town.node_ptr, town.node_neighbour, blocks)
    return Patch(blocks, sites, site_block, cost, size, place, near_ptr, near, high, town.wishes)


@inner
def straight_costs(
    site_xy: Floats, site_weight: Floats, sites: Ints, site_block: Ints, cost: Floats
) -> None:
    """Add up the straight lines, each measured once: they are the same there and back."""
    count, axes = len(sites), site_xy.shape[1]
    xy = np.empty((count, axes))  # gathered, so that the loop reads one small array
    weight = np.empty(count)
    for a in range(count):
        weight[a] = site_weight[sites[a]]
        for axis in range(axes):
            xy[a, axis] = site_xy[sites[a], axis]
    for a in range(count):
        for b in range(a):
            total = 0.0
            for axis in range(axes):
                step = xy[a, axis] - xy[b, axis]
                total += step * step
            apart = np.rint(np.sqrt(total))
            cost[a, site_block[b]] += weight[b] * apart
            cost[b, site_block[a]] += weight[a] * apart


@inner
def places_within(
    node_of: Ints, node_ptr: Ints, node_neighbour: Ints, blocks: Ints
) -> tuple[Ints, Ints, Ints]:
    """Places (nodes) of a patch, numbered from 0, and which of them are neighbours."""
    count = len(blocks)
    node = np.empty(count, np.int64)
    places = 0
    for t in range(count):  # ascending, each once; neighbours in memory are nearly in order
        value = node_of[blocks[t]]
        at = places
        while at > 0 and node[at - 1] > value:
            at -= 1
        if at > 0 and node[at - 1] == value:
            continue
        for k in range(places, at, -1):
            node[k] = node[k - 1]
        node[at] = value
        places += 1
    place = np.empty(count, np.int64)
    for t in range(count):
        place[t] = find(node, places, node_of[blocks[t]])
    room = 0
    for p in range(places):
        room += node_ptr[node[p] + 1] - node_ptr[node[p]]
    ptr = np.zeros(places + 1, np.int64)
    near = np.empty(room, np.int64)
    used = 0
    for p in range(places):
        for q in range(node_ptr[node[p]], node_ptr[node[p] + 1]):
            at = find(node, places, node_neighbour[q])
            if at >= 0:
                near[used] = at
                used += 1
        ptr[p + 1] = used
    return place, ptr, near


@inner
def find(ascending: Ints, count: int, value: int) -> int:
    """Position of a value among the first `count` of an ascending array, -1 when absent.

    Small enough to compile in a blink, which `np.searchsorted` is not; so are the loops in place
    of slices and `np.sort` elsewhere in these kernels: a first run waits for the compiler.
    """
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low if low < count and ascending[low] == value else -1


@inner
def pieces(patch: Patch, side: Ints, which: int, piece: Ints, stack: Ints) -> int:
    """Count the connected pieces of one side; `piece` gets a number per place, -1 elsewhere."""
    places = len(patch.near_ptr) - 1
    for p in range(places):
        piece[p] = -1
    for t in range(len(side)):
        if side[t] == which:
            piece[patch.place[t]] = -2
    count = 0
    for start in range(places):
        if piece[start] != -2:
            continue
        piece[start] = count
        stack[0] = start
        top = 1
        while top > 0:
            top -= 1
            p = stack[top]
            for q in range(patch.near_ptr[p], patch.near_ptr[p + 1]):
                if piece[patch.near[q]] == -2:
                    piece[patch.near[q]] = count
                    stack[top] = patch.near[q]
                    top += 1
        count += 1
    return count
