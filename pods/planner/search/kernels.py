"""Compiled inner loops: the best way to cut a handful of neighbouring blocks into two pods.

The best cut in two of a patch (see `patch.py`) is found in two steps. *Screening* adds up, for each
pair of medoids, the cheaper of the two costs of every block: exact without size limits,
and a lower bound with them. *Mending* takes the most promising pairs in that order and makes the
cut keep the rules: sizes first (the cheapest blocks change sides), then connection (stray pieces
change sides), then each side takes its best medoid. It stops when the next bound is no better than
what is in hand. Wishes (see `wishes.py`) cost nothing in the bound, and count in the cut.

All distances are whole numbers of units held in float64, so every sum is exact.
"""

from __future__ import annotations

import numpy as np

from geomatch.core.arrays import Bools, Floats, Ints
from pods.planner.jit import inner, inner_of_whole_numbers
from pods.planner.search.knapsack import EXACT_SIZE, cheapest_sides, price_of_limits
from pods.planner.search.subproblem import Patch, pieces
from pods.planner.town.wishes import wish_cost

PROMISING = 12  # medoid pairs mended per patch, at most

FORBIDDEN = 2.0**45  # cost of a side a block must not be on: above any real cost

APART = 2.0**42
"""Price of moving a block to a side it does not touch: only when nobody else can move."""

EXACT_SITES = 96  # larger patches try only this many sites as medoids


@inner
def best_medoid(patch: Patch, side: Ints, which: int, leader: int) -> float:
    """Cost of one side with its best medoid, or with the leader's home if it has one.

    The walks, and what the side leaves to be wished for.
    """
    best = np.inf
    size = 0
    for t in range(len(side)):
        size += patch.size[t] * (side[t] == which)
    for a in range(len(patch.sites)):
        if side[patch.site_block[a]] != which or (leader >= 0 and a != leader):
            continue
        if patch.high[a] < size:
            continue
        total = 0.0
        for t in range(len(side)):
            if side[t] == which:
                total += patch.cost[a, t]
        best = min(best, total)
    return best + wish_cost(patch.wishes, patch.blocks, side, which)


@inner_of_whole_numbers
def cheaper_of_each(one: Floats, two: Floats) -> float:
    """Sum of the cheaper of two costs of every block."""
    total = 0.0
    for t in range(len(one)):
        total += two[t] if two[t] < one[t] else one[t]
    return total


@inner
def screen(
    patch: Patch, extra: Floats, heads: Ints, tails: Ints, ordered: bool, limit: float
) -> tuple[int, Floats, Ints]:
    """Keep the most promising medoid pairs with a bound below `limit`, best first.

    `extra` (2, t) is added to a block's cost on either side: a price, or FORBIDDEN.
    """
    bound = np.empty(PROMISING)
    pair = np.empty((PROMISING, 2), np.int64)
    found = 0
    count = len(patch.size)
    size = 0
    for t in range(count):
        size += patch.size[t]
    smallest = patch.high[0]
    for a in range(len(patch.high)):
        smallest = min(smallest, patch.high[a])
    scarce = 2 * smallest < size  # some pairs of medoids cannot hold everybody
    one = np.empty(count)
    two = np.empty((len(tails), count))
    for j in range(len(tails)):
        for t in range(count):
            two[j, t] = patch.cost[tails[j], t] + extra[1, t]
    for i in range(len(heads)):
        a = heads[i]
        for t in range(count):
            one[t] = patch.cost[a, t] + extra[0, t]
        for j in range(0 if ordered else i + 1, len(tails)):
            b = tails[j]
            if a == b or (scarce and patch.high[a] + patch.high[b] < size):
                continue
            total = cheaper_of_each(one, two[j])
            if total >= limit or (found == PROMISING and total >= bound[found - 1]):
                continue
            at = found if found < PROMISING else PROMISING - 1
            while at > 0 and bound[at - 1] > total:
                bound[at] = bound[at - 1]
                pair[at, 0], pair[at, 1] = pair[at - 1, 0], pair[at - 1, 1]
                at -= 1
            bound[at] = total
            pair[at, 0] = a
            pair[at, 1] = b
            if found < PROMISING:
                found += 1
    return found, bound, pair


@inner
def beside(patch: Patch, t: int, touched: Bools) -> bool:
    """Whether a block is at a touched place or next to one."""
    place = patch.place[t]
    if touched[place]:
        return True
    for q in range(patch.near_ptr[place], patch.near_ptr[place + 1]):
        if touched[patch.near[q]]:
            return True
    return False


@inner
def mend_sizes(
    patch: Patch, gain: Floats, side: Ints, low: int, high_zero: int, high_one: int
) -> bool:
    """Move the cheapest blocks until both sides have a size within limits.

    Where nothing must be in one piece, the cheapest exchange is found exactly. Else blocks next to
    the side they move to come first, so that sides stay in one piece.
    `gain[t]` is what block t pays on side 1 less what it pays on side 0.
    """
    count = len(side)
    total, zero = 0, 0
    touched = np.zeros(len(patch.near_ptr) - 1, np.bool_)
    for t in range(count):
        total += patch.size[t]
        if side[t] == 0:
            zero += patch.size[t]
    least, most = max(low, total - high_one), min(high_zero, total - low)
    if least > most:
        return False
    if len(touched) == 1 and most <= EXACT_SIZE and not least <= zero <= most:
        return cheapest_sides(gain, patch.size, side, least, most)
    for _ in range(count):
        if least <= zero <= most:
            return True
        short = zero < least  # side 0 needs more
        room = most - zero if short else zero - least
        best, chosen = np.inf, -1
        for p in range(len(touched)):
            touched[p] = False
        for t in range(count):
            if (side[t] == 0) == short:
                touched[patch.place[t]] = True
        for t in range(count):
            if (side[t] == 1) == short and 0 < patch.size[t] <= room:
                price = gain[t] / patch.size[t] * (-1.0 if short else 1.0)
                if not beside(patch, t, touched):
                    price += APART
                if price < best:
                    best, chosen = price, t
        if chosen < 0:
            return False
        side[chosen] = 0 if short else 1
        zero += patch.size[chosen] if short else -patch.size[chosen]
    return least <= zero <= most


@inner
def mend_pieces(patch: Patch, gain: Floats, side: Ints, piece: Ints, stack: Ints) -> bool:
    """Give stray pieces of a side to the other until both sides are connected."""
    weight = np.zeros(len(patch.near_ptr), np.int64)
    for attempt in range(6):
        which = attempt % 2
        count = pieces(patch, side, which, piece, stack)
        if count > 1:
            for c in range(count):
                weight[c] = 0
            for t in range(len(side)):
                if side[t] == which:
                    fixed = abs(gain[t]) > FORBIDDEN / 2
                    weight[piece[patch.place[t]]] += 1 + patch.size[t] + fixed * 2**40
            keep = 0
            for c in range(count):
                if weight[c] > weight[keep]:
                    keep = c
            for t in range(len(side)):
                if side[t] == which and piece[patch.place[t]] != keep:
                    if abs(gain[t]) > FORBIDDEN / 2:
                        return False
                    side[t] = 1 - which
        elif attempt > 0 and pieces(patch, side, 1 - which, piece, stack) == 1:
            return True
    return False


@inner
def grant_wishes(
    patch: Patch, gain: Floats, side: Ints, low: int, high: int, piece: Ints, stack: Ints
) -> None:
    """Let single blocks change sides where that grants more than the longer walks cost.

    The sides keep the rules before and after; the walks are those to the two medoids in hand.
    """
    wished = wished_of_both(patch, side)
    moved = wished > 0.0
    for _ in range(2):
        if not moved:
            break
        moved = False
        for t in range(len(side)):
            longer = gain[t] if side[t] == 0 else -gain[t]
            if longer >= wished or abs(gain[t]) > FORBIDDEN / 2:
                continue
            side[t] = 1 - side[t]
            then = wished_of_both(patch, side)
            if then + longer < wished and valid_cut(patch, side, low, high, piece, stack):
                wished = then
                moved = True
            else:
                side[t] = 1 - side[t]


@inner
def wished_of_both(patch: Patch, side: Ints) -> float:
    """Price what both sides leave to be wished for."""
    total = 0.0
    for which in range(2):
        total += wish_cost(patch.wishes, patch.blocks, side, which)
    return total


@inner
def cut_in_two(
    patch: Patch,
    extra: Floats,
    leaders: Ints,
    low: int,
    high: int,
    limit: float,
    best_side: Ints,
    best_cost: Floats,
) -> float:
    """Find a cut of the patch in two pods that costs less than `limit`.

    Parameters
    ----------
    patch
        The blocks.
    extra
        (2, t) what a block pays on top on either side.
    leaders
        (2,) position of the point person's site each side must take as medoid, -1 for none.
    low, high
        Size limits.
    limit
        Cost to beat.
    best_side
        (t,) gets 0 or 1 per block when a cut is found.
    best_cost
        (2,) gets the plain costs of the sides.

    Returns
    -------
    total
        Cost of the cut with `extra`; infinite when none is found.
    """
    count = len(patch.size)
    heads = candidate_medoids(patch, leaders[0])
    tails = candidate_medoids(patch, leaders[1])
    ordered = leaders[0] >= 0 or leaders[1] >= 0
    for t in range(count):
        ordered = ordered or extra[0, t] != extra[1, t]
    found, bound, pair = screen(patch, extra, heads, tails, ordered, limit)
    scattered = len(patch.near_ptr) == 2  # all at one place: sizes are all that matters
    size = 0
    for t in range(count):
        size += patch.size[t]
    best = np.inf
    cost = np.empty(2)
    side = np.empty(count, np.int64)
    gain = np.empty(count)
    piece = np.empty(len(patch.near_ptr), np.int64)
    stack = np.empty(len(patch.near_ptr), np.int64)
    for k in range(found):
        if bound[k] >= min(best, limit):
            break
        for t in range(count):
            gain[t] = (
                patch.cost[pair[k, 1], t] + extra[1, t] - patch.cost[pair[k, 0], t] - extra[0, t]
            )
            side[t] = 0 if gain[t] >= 0.0 else 1
        high_zero, high_one = min(high, patch.high[pair[k, 0]]), min(high, patch.high[pair[k, 1]])
        if scattered:
            least, most = max(low, size - high_one), min(high_zero, size - low)
            if bound[k] + price_of_limits(gain, patch.size, side, least, most) >= min(best, limit):
                continue
        for _ in range(2):
            sized = mend_sizes(patch, gain, side, low, high_zero, high_one)
            if not sized or mend_pieces(patch, gain, side, piece, stack):
                break
        if not sized or not valid_cut(patch, side, low, high, piece, stack):
            continue
        grant_wishes(patch, gain, side, low, high, piece, stack)
        total = 0.0
        for which in range(2):
            cost[which] = best_medoid(patch, side, which, leaders[which])
            total += cost[which]
        for t in range(count):
            total += extra[side[t], t]
        if total < best and total < FORBIDDEN / 2:
            best = total
            best_cost[0], best_cost[1] = cost[0], cost[1]
            for t in range(count):
                best_side[t] = side[t]
    return best


@inner
def candidate_medoids(patch: Patch, leader: int) -> Ints:
    """Return the leader's site; without one all sites, or of a large patch a spread of them."""
    count = 1 if leader >= 0 else min(len(patch.sites), EXACT_SITES)
    chosen = np.empty(count, np.int64)
    for k in range(count):
        chosen[k] = leader if leader >= 0 else k * len(patch.sites) // count
    return chosen


@inner
def valid_cut(patch: Patch, side: Ints, low: int, high: int, piece: Ints, stack: Ints) -> bool:
    """Whether both sides have a size within limits and are connected."""
    size = np.zeros(2, np.int64)
    for t in range(len(side)):
        size[side[t]] += patch.size[t]
    if min(size[0], size[1]) < low or max(size[0], size[1]) > high:
        return False
    zero = pieces(patch, side, 0, piece, stack)
    return zero == 1 and pieces(patch, side, 1, piece, stack) == 1
