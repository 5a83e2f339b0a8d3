"""An assignment that stays optimal while requests come: one shortest path per request.

Successive shortest augmenting paths with prices (Edmonds and Karp 1972, Tomizawa 1971): whoever is
in already stays optimally assigned; the new request starts a Dijkstra search over reduced costs
through volunteers, their tasks, and the other volunteers of those, until the cheapest end is
known: a free slot, or a task that had better stay open. Then everybody on the path moves up one.
Prices of volunteers and surpluses of requests stay a proof of optimality throughout.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.core.arrays import Bools, Ints
from geomatch.matching.engine.solver.flow import Slots
from geomatch.matching.engine.solver.kernels import compiled

__all__ = [
    "Back",
    "Graph",
    "State",
    "dismiss_all",
    "improve_all",
    "insert_all",
    "merged",
    "new_state",
    "turned",
]


class Graph(NamedTuple):
    """Pairs by request: those of request i are `start[i]` to `stop[i]`.

    Attributes
    ----------
    start, stop
        (n,) the pairs of a request that are in play; beyond `stop` are some that are not yet.
    volunteer, score
        (pairs,) int32.
    base
        (n,) a pair adds `base + score`.
    capacity
        (m,) tasks each volunteer can take in all.
    costs
        Cost of the first, second, … task; the last repeats.
    """

    start: Ints
    stop: Ints
    volunteer: NDArray[np.int32]
    score: NDArray[np.int32]
    base: Ints
    capacity: Ints
    costs: Ints


class State(NamedTuple):
    """An assignment and its proof.

    Attributes
    ----------
    match
        (n,) volunteer of each request, -1 if open.
    load
        (m,) tasks of each volunteer.
    price
        (m,) of a volunteer's time.
    surplus
        (n,) what a request keeps after paying.
    head, after, before
        The tasks of each volunteer as linked lists.
    present
        (n,) bool, whether a request has been brought in.
    distance, parent, toward, stamp, clock
        Scratch of the searches.
    """

    match: Ints
    load: Ints
    price: Ints
    surplus: Ints
    head: Ints
    after: Ints
    before: Ints
    present: Bools
    distance: Ints
    parent: Ints
    toward: Ints
    stamp: Ints
    clock: Ints


def new_state(n: int, slots: Slots) -> State:
    """Nobody assigned but for the tasks that volunteers have already."""
    m = len(slots.capacity)
    return State(
        match=np.full(n, -1, dtype=np.int64),
        load=slots.taken.astype(np.int64),
        price=np.zeros(m, dtype=np.int64),
        surplus=np.zeros(n, dtype=np.int64),
        head=np.full(m, -1, dtype=np.int64),
        after=np.full(n, -1, dtype=np.int64),
        before=np.full(n, -1, dtype=np.int64),
        present=np.zeros(n, dtype=np.bool_),
        distance=np.zeros(m, dtype=np.int64),
        parent=np.full(m, -1, dtype=np.int64),
        toward=np.full(m, -1, dtype=np.int64),
        stamp=np.full(m, -1, dtype=np.int64),
        clock=np.zeros(1, dtype=np.int64),
    )


@compiled
def _unlink(s, i, j):  # type: ignore[no-untyped-def]
    """Take request i from volunteer j's list."""
    before, after = s.before[i], s.after[i]
    if before >= 0:
        s.after[before] = after
    else:
        s.head[j] = after
    if after >= 0:
        s.before[after] = before


@compiled
def _link(s, i, j):  # type: ignore[no-untyped-def]
    """Give request i to volunteer j."""
    s.match[i] = j
    s.after[i], s.before[i] = s.head[j], -1
    if s.head[j] >= 0:
        s.before[s.head[j]] = i
    s.head[j] = i


@compiled
def _insert(i, g, s, hole):  # type: ignore[no-untyped-def]
    """Bring request i in; return the volunteer whose load grew, -1 if none did.

    `hole` is a volunteer whose slot i has just left (-1: none). It is as good an end as a free
    slot that costs what the volunteer's time is worth: coming back to it leaves no hole behind.
    """
    s.clock[0] += 1
    mark = s.clock[0]
    s.present[i] = True
    own = np.int64(0)
    for e in range(g.start[i], g.stop[i]):
        own = max(own, g.base[i] + g.score[e] - s.price[g.volunteer[e]])
    s.surplus[i] = own
    # the cheapest end so far: i stays open, which costs its surplus
    best, end, leaver = own, np.int64(-1), i
    heap = [(np.int64(0), np.int64(-1))]
    heap.pop()
    touched = [np.int64(0)]
    touched.pop()
    asker, away = i, np.int64(0)
    while True:
        for e in range(g.start[asker], g.stop[asker]):
            j = np.int64(g.volunteer[e])
            d = away + s.surplus[asker] + s.price[j] - g.base[asker] - g.score[e]
            if d < best and (s.stamp[j] != mark or d < s.distance[j]):
                if s.stamp[j] != mark:
                    touched.append(j)
                    s.stamp[j] = mark
                s.distance[j], s.parent[j] = d, asker
                heapq.heappush(heap, (d, j))
        if asker == i or s.after[asker] < 0:
            # the tasks of one volunteer are done: settle the next
            found = False
            while len(heap) > 0:
                d, j = heapq.heappop(heap)
                if d > s.distance[j]:
                    continue
                if d >= best:
                    break
                if s.load[j] < g.capacity[j]:
                    cost = g.costs[min(s.load[j], g.costs.size - 1)]
                    if j == hole:
                        cost = s.price[j]
                    if d + cost - s.price[j] < best:
                        best, end, leaver = d + cost - s.price[j], j, -1
                    if d >= best:
                        break
                if s.head[j] < 0:
                    continue
                asker, away, found = s.head[j], d, True
                break
            if not found:
                break
        else:
            asker = s.after[asker]
        if away + s.surplus[asker] < best:  # this task had better stay open
            best, end, leaver = away + s.surplus[asker], s.match[asker], asker
    for j in touched:
        rise = best - s.distance[j]
        if rise > 0:
            s.price[j] += rise
            other = s.head[j]
            while other >= 0:
                s.surplus[other] -= rise
                other = s.after[other]
    s.surplus[i] -= best
    if end < 0:
        return end
    if leaver >= 0:
        _unlink(s, leaver, end)
        s.match[leaver] = -1
    else:
        s.load[end] += 1
    j = end
    while True:
        mover = s.parent[j]
        old = s.match[mover]
        if mover != i:
            _unlink(s, mover, old)
        _link(s, mover, j)
        if mover == i:
            return -1 if leaver >= 0 else end
        j = old


@compiled
def insert_all(rows, g, s):  # type: ignore[no-untyped-def]
    """Bring requests in one after the other."""
    for i in rows:
        _insert(i, g, s, -1)


@compiled
def _leave(i, s):  # type: ignore[no-untyped-def]
    """Take request i from its volunteer; return who has a slot too many now, -1 if nobody."""
    j = s.match[i]
    s.present[i], s.match[i], s.surplus[i] = False, -1, 0
    if j >= 0:
        _unlink(s, i, j)
        s.load[j] -= 1
    return j


@compiled
def _fill(hole, g, back, s):  # type: ignore[no-untyped-def]
    """Use a slot that became free as well as possible.

    The hole moves: to a volunteer whose task comes over, until it is cheapest to leave it empty
    or a request that was open takes it. A Dijkstra search like that of `_insert`, backwards.
    """
    s.clock[0] += 1
    mark = s.clock[0]
    last = g.costs.size - 1
    best, end, joiner = s.price[hole] - g.costs[min(s.load[hole], last)], hole, np.int64(-1)
    heap = [(np.int64(0), hole)]
    touched = [hole]
    s.stamp[hole], s.distance[hole] = mark, 0
    while len(heap) > 0:
        d, j = heapq.heappop(heap)
        if d > s.distance[j]:
            continue
        if d >= best:
            break
        if j != hole:
            empty = d + s.price[j] - g.costs[min(s.load[j] - 1, last)]
            if empty < best:
                best, end, joiner = empty, j, np.int64(-1)
        for a in range(back.start[j], back.start[j + 1]):
            e = back.pair[a]
            mover = np.int64(back.request[a])
            if not s.present[mover] or e >= g.stop[mover] or s.match[mover] == j:
                continue
            away = d + s.surplus[mover] + s.price[j] - g.base[mover] - g.score[e]
            if away >= best:
                continue
            other = s.match[mover]
            if other < 0:
                best, end, joiner = away, j, mover
            elif s.stamp[other] != mark or away < s.distance[other]:
                if s.stamp[other] != mark:
                    touched.append(other)
                    s.stamp[other] = mark
                s.distance[other], s.parent[other], s.toward[other] = away, mover, j
                heapq.heappush(heap, (away, other))
    for j in touched:
        fall = best - s.distance[j]
        if fall > 0:
            s.price[j] -= fall
            other = s.head[j]
            while other >= 0:
                s.surplus[other] += fall
                other = s.after[other]
    if joiner < 0:
        s.load[end] -= 1
    s.load[hole] += 1  # if the hole stays where it is, these two are one
    j = end
    while j != hole:
        mover, to = s.parent[j], s.toward[j]
        _unlink(s, mover, j)
        _link(s, mover, to)
        j = to
    if joiner >= 0:
        _link(s, joiner, end)


@compiled
def improve_all(rows, g, back, s):  # type: ignore[no-untyped-def]
    """Let requests reconsider, now that all their pairs are in play."""
    for i in rows:
        hole = _leave(i, s)
        g.stop[i] = g.start[i + 1]
        grown = _insert(i, g, s, hole)
        if hole >= 0 and grown != hole:
            _fill(hole, g, back, s)


@compiled
def dismiss_all(rows, g, s):  # type: ignore[no-untyped-def]
    """Assign the requests of a volunteer who takes nothing any more, and leave no hole behind."""
    for i in rows:
        _leave(i, s)
    for i in rows:
        _insert(i, g, s, -1)


class Back(NamedTuple):
    """Pairs by volunteer: `pair[start[j]:start[j + 1]]` and their requests."""

    start: Ints
    pair: Ints
    request: NDArray[np.int32]


@compiled
def _turn(g, start, pair, request):  # type: ignore[no-untyped-def]
    at = start.copy()
    for i in range(g.stop.size):
        for e in range(g.start[i], g.start[i + 1]):
            j = g.volunteer[e]
            pair[at[j]], request[at[j]] = e, i
            at[j] += 1


def turned(g: Graph) -> Back:
    """List a graph's pairs by volunteer."""
    start = np.zeros(len(g.capacity) + 1, dtype=np.int64)
    np.cumsum(np.bincount(g.volunteer, minlength=len(g.capacity)), out=start[1:])
    back = Back(start, np.empty(start[-1], dtype=np.int64), np.empty(start[-1], dtype=np.int32))
    _turn(g, *back)
    return back


@compiled
def _merge(start, volunteer, score, new_volunteer, new_score, at, out_volunteer, out_score):  # type: ignore[no-untyped-def]
    for i in range(at.size - 1):
        to = at[i]
        for e in range(start[i], start[i + 1]):
            out_volunteer[to], out_score[to] = volunteer[e], score[e]
            to += 1
        for k in range(new_volunteer.shape[1]):
            if new_volunteer[i, k] >= 0:
                out_volunteer[to], out_score[to] = new_volunteer[i, k], new_score[i, k]
                to += 1


@compiled
def _forget_known(start, known, volunteer):  # type: ignore[no-untyped-def]
    """Mark (-1) pairs that the graph has already."""
    for i in range(volunteer.shape[0]):
        for k in range(volunteer.shape[1]):
            if volunteer[i, k] < 0:
                continue
            for e in range(start[i], start[i + 1]):
                if known[e] == volunteer[i, k]:
                    volunteer[i, k] = -1
                    break


def merged(g: Graph, volunteer: NDArray[np.int32], score: NDArray[np.int32]) -> Graph:
    """Add the new ones of some pairs, (n, k) with -1 for none; they are not in play yet.

    Known ones are struck out of `volunteer`.
    """
    _forget_known(g.start, g.volunteer, volunteer)
    at = np.zeros(len(g.start), dtype=np.int64)
    np.cumsum(np.diff(g.start) + (volunteer >= 0).sum(axis=1), out=at[1:])
    out = g._replace(
        start=at,
        stop=at[:-1] + np.diff(g.start),
        volunteer=np.empty(at[-1], dtype=np.int32),
        score=np.empty(at[-1], dtype=np.int32),
    )
    _merge(g.start, g.volunteer, g.score, volunteer, score, at, out.volunteer, out.score)
    return out
