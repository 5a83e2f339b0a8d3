"""Share everybody out among given medoids: greedily, then by chains of moves.

With medoids fixed and sizes that differ, sharing out is the generalised assignment problem. Where
one household does not fit, another may leave to make room, and a third to make room for that one:
such chains, through up to four pods, find what no exchange between two pods can (the ejection
chains of Yagiura, Ibaraki and Glover 2006, as a plain descent). Whoever has no pod yet is only a
very costly member of none, so that the same chains complete a plan.
"""

from __future__ import annotations

import numpy as np

from geomatch.core.arrays import Floats, Ints
from pods.planner.jit import compiled, inner

NOWHERE = 2.0**46
"""Cost of being in no pod: above any chain of real costs."""


def share_out(cost: Floats, near: Ints, size: Ints, high: Ints, owner: Ints) -> None:
    """Give everybody a medoid, those with most to lose by waiting first; -1 where none has room.

    Parameters
    ----------
    cost
        (p, m) what block t costs with medoid a.
    near
        (m, k) the medoids each block may have, cheapest first.
    size, high
        (m,) sizes; (p,) capacities.
    owner
        (m,) gets the medoid of each block.
    """
    everyone = np.arange(len(size))
    second = near[:, min(1, near.shape[1] - 1)]
    urgency = (cost[second, everyone] - cost[near[:, 0], everyone]) / np.maximum(size, 1)
    seat_in_turn(near, size, high, np.argsort(-urgency, kind="stable"), owner)


@compiled
def seat_in_turn(near: Ints, size: Ints, high: Ints, order: Ints, owner: Ints) -> None:
    """Give everybody the nearest medoid with room, in the given order."""
    load = np.zeros(len(high), np.int64)
    for at in range(len(order)):
        t = order[at]
        owner[t] = -1
        for k in range(near.shape[1]):
            a = near[t, k]
            if load[a] + size[t] <= high[a]:
                owner[t] = a
                load[a] += size[t]
                break


@compiled
def chain(cost: Floats, near: Ints, size: Ints, high: Ints, owner: Ints, rounds: int) -> int:
    """Improve an assignment by chains of one to three moves; return how many were made.

    Parameters are those of `share_out`; `owner` is changed in place, within capacities always.
    """
    count = len(size)
    load = np.zeros(len(high), np.int64)
    head = np.empty(len(high), np.int64)
    following = np.empty(count, np.int64)
    for t in range(count):
        if owner[t] >= 0:
            load[owner[t]] += size[t]
    list_members(owner, head, following)
    move = np.empty((3, 2), np.int64)
    done = 0
    for _ in range(rounds):
        before = done
        for t in range(count):
            while best_chain(cost, near, size, high, owner, load, head, following, t, move) < -0.5:
                for k in range(3):
                    i, a = move[k, 0], move[k, 1]
                    if i < 0:
                        break
                    if owner[i] >= 0:
                        load[owner[i]] -= size[i]
                    owner[i] = a
                    load[a] += size[i]
                list_members(owner, head, following)
                done += 1
        if done == before:
            break
    return done


@inner
def list_members(owner: Ints, head: Ints, following: Ints) -> None:
    """Linked lists of the members of each medoid."""
    for a in range(len(head)):
        head[a] = -1
    for t in range(len(owner) - 1, -1, -1):
        if owner[t] >= 0:
            following[t] = head[owner[t]]
            head[owner[t]] = t


@inner
def best_chain(
    cost: Floats,
    near: Ints,
    size: Ints,
    high: Ints,
    owner: Ints,
    load: Ints,
    head: Ints,
    following: Ints,
    t: int,
    move: Ints,
) -> float:
    """Find the best chain that starts with block t; `move` gets its moves (block, medoid)."""
    best = 0.0
    choices = near.shape[1]
    a = owner[t]
    now = cost[a, t] if a >= 0 else NOWHERE
    for k in range(choices):
        b = near[t, k]
        if b == a:
            continue
        first = cost[b, t] - now
        if load[b] + size[t] <= high[b]:
            if first < best:
                best = first
                move[0, 0], move[0, 1], move[1, 0] = t, b, -1
            continue
        i = head[b]
        while i >= 0:
            over = load[b] + size[t] - size[i] - high[b]
            if over > 0:
                i = following[i]
                continue
            for q in range(choices):
                c = near[i, q]
                if c == b:
                    continue
                second = first + cost[c, i] - cost[b, i]
                if second >= best and second > 0.0:
                    break  # the rest are dearer still
                lacking = load[c] + size[i] - high[c] - (size[t] if c == a else 0)
                if lacking <= 0:
                    if second < best:
                        best = second
                        move[0, 0], move[0, 1], move[1, 0], move[1, 1] = t, b, i, c
                        move[2, 0] = -1
                    continue
                j = head[c]
                while j >= 0:
                    if size[j] >= lacking and j != t:
                        for r in range(choices):
                            d = near[j, r]
                            if d == c:
                                continue
                            third = second + cost[d, j] - cost[c, j]
                            if third >= best:
                                break
                            room = high[d] - load[d] - size[j]
                            room += size[t] if d == a else 0
                            room += size[i] - size[t] if d == b else 0
                            if room >= 0:
                                best = third
                                move[0, 0], move[0, 1] = t, b
                                move[1, 0], move[1, 1] = i, c
                                move[2, 0], move[2, 1] = j, d
                    j = following[j]
            i = following[i]
    return best
