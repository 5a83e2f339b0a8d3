"""Compiled searches: the best volunteers for each request, over every feasible pair.

`search` is both halves of column generation. With no prices and no floor it finds candidates; with
the prices of an assignment, and each request's surplus as floor, it finds every request that would
rather pay another price, or proves that there is none. The rules and the score are those of
`rules` and `score`, fused; the tests compare them pair by pair.

The kernels release the interpreter's lock: `search` runs chunks of requests on threads, and
each writes rows of its own, so the result does not depend on their number.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from math import asin, floor, sqrt
from pathlib import Path
from typing import Any

import numpy as np

from geomatch.core import jit
from geomatch.core.arrays import Ints
from geomatch.core.proximity.streets import OFF_STREET_FACTOR
from geomatch.core.sphere import EARTH_RADIUS_M, SERIES_REACH
from geomatch.matching.engine.model.walking import Ways
from geomatch.matching.engine.solver.volunteer_index import Askers, Forest, Points

__all__ = ["Found", "compiled", "search"]

Found = tuple[np.typing.NDArray[np.int32], np.typing.NDArray[np.int32], Ints]
"""Volunteers and scores, (n, k), and the best surplus, (n,); see `search`."""

_CHUNK = 512
_STACK = 256
_QUICK = 3_000_000
_MOST = np.int64(1 << 62)

_ENGINE = Path(__file__).parents[1]

# Their arrays' names and their constants are in the machine code as well.
jit.build_in(
    {
        Path(__file__): (
            _ENGINE / "solver" / "volunteer_index.py",
            _ENGINE / "model" / "walking.py",
            jit.CORE / "sphere.py",
            jit.CORE / "proximity" / "streets.py",
        )
    }
)

# What these compile is typed by numba, from its arguments, and by nobody else: hence every
# "no-untyped-def" in this file.
compiled: Any = jit.compiled
inlined: Any = jit.inlined


@inlined
def _at_most(bits, enough):  # type: ignore[no-untyped-def]
    """Count bits, but no more than enough."""
    count = 0
    while bits and count < enough:
        bits &= bits - np.uint32(1)
        count += 1
    return count


@inlined
def _arc_metres(ax, ay, az, bx, by, bz):  # type: ignore[no-untyped-def]
    x, y, z = ax - bx, ay - by, az - bz
    half = sqrt(x * x + y * y + z * z) * 0.5
    square = half * half
    if half <= SERIES_REACH:
        angle = half * (
            1.0
            + square
            * (
                1.0 / 6.0
                + square * (3.0 / 40.0 + square * (15.0 / 336.0 + square * (105.0 / 3456.0)))
            )
        )
    else:
        angle = asin(min(half, 1.0))
    return 2.0 * EARTH_RADIUS_M * angle


@inlined
def _spread_out(ways, before, i, reached):  # type: ignore[no-untyped-def]
    """Say how far from request `i` the hubs of its two junctions are; forget those of `before`."""
    for a in range(2 if before >= 0 else 0):
        end = ways.r_end[before, a]
        for p in range(ways.ptr[end], ways.ptr[end + 1]):
            reached[ways.hub[p]] = np.inf
    for a in range(2):
        end = ways.r_end[i, a]
        for p in range(ways.ptr[end], ways.ptr[end + 1]):
            far = ways.r_to_end[i, a] + ways.length[p]
            reached[ways.hub[p]] = min(reached[ways.hub[p]], far)


@inlined
def _way_to(ways, i, j, reached, asked, to_junction):  # type: ignore[no-untyped-def]
    """Metres along streets to volunteer `j`, infinite where none lead; a junction is asked once."""
    best = np.inf
    for b in range(2):
        junction = ways.v_end[j, b]
        if asked[junction] != i:
            far = np.inf
            for q in range(ways.ptr[junction], ways.ptr[junction + 1]):
                far = min(far, reached[ways.hub[q]] + ways.length[q])
            asked[junction], to_junction[junction] = i, far
        best = min(best, to_junction[junction] + ways.v_to_end[j, b])
    if ways.r_stretch[i] == ways.v_stretch[j] and ways.r_stretch[i] >= 0:
        best = min(best, abs(ways.r_to_end[i, 0] - ways.v_to_end[j, 0]))
    return (ways.r_access[i] + best + ways.v_access[j]) * ways.step_m


@compiled
def _keep(j, score, surplus, k, size, out_j, out_score, kept):  # type: ignore[no-untyped-def]
    """Put a pair into the heap of the k largest surpluses; return the new size."""
    if size < k:
        at = size
        size += 1
        while at > 0:
            above = (at - 1) >> 1
            if kept[above] <= surplus:
                break
            kept[at], out_j[at], out_score[at] = kept[above], out_j[above], out_score[above]
            at = above
    else:
        at = 0
        while True:
            below = 2 * at + 1
            if below >= k:
                break
            if below + 1 < k and kept[below + 1] < kept[below]:
                below += 1
            if kept[below] >= surplus:
                break
            kept[at], out_j[at], out_score[at] = kept[below], out_j[below], out_score[below]
            at = below
    kept[at], out_j[at], out_score[at] = surplus, j, score
    return size


@compiled
def _search_some(  # type: ignore[no-untyped-def]
    rows, roots, r, t, points, ways, prices, floors, most_looks, k, out_j, out_score, best
):
    """Search the trees for some requests; see `search`.

    One long function on purpose: handing tuples of arrays to another one costs more, in counted
    references, than what it would do. It is compiled twice, with streets and without: where `ways`
    is None, what asks about it is not there at all.
    """
    kept = np.empty(k, np.int64)
    stack = np.empty(_STACK, np.int64)
    hope = np.empty(_STACK, np.int64)
    words, languages = r.needs.shape[1], r.speaks.shape[1]
    if ways is not None:
        # how far the hubs of the request's own labels are, and the junctions looked up from it
        spread, reached = -1, np.full(ways.hubs, np.inf)
        asked, to_junction = np.full(ways.ptr.size, -1), np.empty(ways.ptr.size)
    for i in rows:
        best[i] = floors[i]
        if roots[i] < 0:
            continue
        x, y, z = r.xyz[i, 0], r.xyz[i, 1], r.xyz[i, 2]
        needs, speaks, first, times = r.needs[i, 0], r.speaks[i, 0], r.first[i, 0], r.times[i]
        skills, person, pod, base = 1 + r.skill_count[i], r.person[i], r.pod[i], r.base[i]
        is_remote = r.remote[i]
        pod_bit = np.uint64(1) << np.uint64(pod % 64) if pod >= 0 else np.uint64(0)
        size, looks, limit = 0, 0, floors[i]
        if k == 0:
            best[i], limit = 0, -_MOST
        top = 0
        stack[0], hope[0] = roots[i], _MOST
        while top >= 0:
            node, promised = t.node[stack[top]], hope[top]
            top -= 1
            if promised <= limit:
                continue
            if looks > most_looks and size == k:
                break
            if node.leaf:
                for e in range(node.first, node.first + node.count):
                    j = t.member[e]
                    v = t.side[j]
                    both = times & v.times
                    if both == 0 or needs & v.lacks or (person >= 0 and person == t.person[j]):
                        continue
                    looks += 1
                    shared, preferred = speaks & v.speaks != 0, first & v.speaks != 0
                    for word in range(1, languages):
                        shared |= r.speaks[i, word] & t.speaks[j, word] != 0
                        preferred |= r.first[i, word] & t.speaks[j, word] != 0
                    if not shared:
                        continue
                    score = np.int64(v.load_points)
                    score += min(points.skills * skills // (1 + v.skill_count), points.skills)
                    score += points.language if preferred else points.language // 2
                    score += points.time * _at_most(both, points.enough) // points.enough
                    if pod >= 0 and pod == v.pod:
                        score += points.pod
                    for a in range(r.helped_start[i], r.helped_start[i + 1]):
                        if r.helped[a] == j:
                            score += points.continuity
                    price = prices[j]
                    if base + score + points.distance - price <= limit:
                        continue
                    if is_remote:
                        score += points.distance
                    else:
                        metres = _arc_metres(x, y, z, v.x, v.y, v.z)
                        if not metres <= v.reach_m:  # also where a place is unknown
                            continue
                        whole = floor(metres + 0.5)
                        if ways is not None:
                            near = points.by_metre[whole] if whole < points.by_metre.size else 0
                            # a walk is never shorter: whoever is too far straight needs none
                            if base + score + near - price <= limit:
                                continue
                            if spread != i:
                                _spread_out(ways, spread, i, reached)
                                spread = i
                            way = _way_to(ways, i, j, reached, asked, to_junction)
                            if metres > 0.0:  # at one door is no walk
                                walk = max(metres, way)
                                metres = OFF_STREET_FACTOR * metres if way == np.inf else walk
                            whole = floor(metres + 0.5)
                        if whole < points.by_metre.size:
                            score += points.by_metre[whole]
                    surplus = base + score - price
                    if surplus <= limit:
                        continue
                    forbidden = False
                    for word in range(1, words):
                        forbidden |= r.needs[i, word] & t.lacks[j, word] != 0
                    for a in range(r.never_start[i], r.never_start[i + 1]):
                        forbidden |= r.never[a] == j
                    if forbidden:
                        continue
                    if k == 0:  # only counting
                        best[i] += 1
                        continue
                    size = _keep(j, score, surplus, k, size, out_j[i], out_score[i], kept)
                    best[i] = max(best[i], surplus)
                    if size == k:
                        limit = max(limit, kept[0])
                continue
            bottom = top + 1
            for child in range(node.first, node.first + node.count):
                c = t.node[child]
                # more than the surplus of anyone below, or pass over all of them
                both = times & c.times
                if both == 0 or needs & c.lacks or (languages == 1 and speaks & c.speaks == 0):
                    continue
                promise = base - c.cheapest
                promise += min(points.skills * skills // (1 + c.least_skills), points.skills)
                half = languages == 1 and first & c.speaks == 0
                promise += points.language // 2 if half else points.language
                promise += points.time * _at_most(both, points.enough) // points.enough
                if pod_bit & c.pods:
                    promise += points.pod
                if r.helped_start[i] < r.helped_start[i + 1]:
                    promise += points.continuity
                near = points.distance
                if not is_remote:
                    if promise + near <= limit:
                        continue
                    dx, dy, dz = x - c.x, y - c.y, z - c.z
                    # a chord is shorter than its arc; a micrometre pays for rounding
                    metres = (sqrt(dx * dx + dy * dy + dz * dz) - c.radius) * EARTH_RADIUS_M - 1e-6
                    if metres > c.reach_m:
                        continue
                    whole = max(0, int(metres))
                    near = points.by_metre[whole] if whole < points.by_metre.size else 0
                promise += near
                if promise > limit:
                    top += 1
                    at = top  # the most promising on top
                    while at > bottom and hope[at - 1] > promise:
                        hope[at], stack[at] = hope[at - 1], stack[at - 1]
                        at -= 1
                    hope[at], stack[at] = promise, child


@compiled
def _put_prices(t, prices):  # type: ignore[no-untyped-def]
    """Write into every node the lowest price below it, less the points for a small load."""
    for at in range(t.node.size):
        node = t.node[at]
        lowest = _MOST
        for e in range(node.first, node.first + node.count):
            if node.leaf:
                j = t.member[e]
                lowest = min(lowest, prices[j] - t.side[j].load_points)
            else:
                lowest = min(lowest, t.node[e].cheapest)
        t.node[at].cheapest = lowest


def search(
    r: Askers,
    forest: Forest,
    roots: Ints,
    points: Points,
    ways: Ways | None,
    prices: Ints,
    floors: Ints,
    k: int,
    rows: Ints,
    *,
    looks: int | None = None,
    into: Found | None = None,
) -> Found:
    """Find for each request the k pairs with the largest surplus above its floor.

    Surplus is `base + score - price`. All numbers are those of the layout; the lowest prices are
    written into the forest.

    Parameters
    ----------
    roots
        (n,) the tree to search for each request; -1: none.
    ways
        Everybody's places on the streets; None where distances are straight lines.
    prices
        (m,) price of each volunteer.
    floors
        (n,) only larger surpluses count.
    k
        At most so many pairs by request; 0 counts every feasible pair instead, into `best`.
    rows
        The requests to search, neighbours one after the other.
    looks
        Stop with what there is after looking at so many volunteers; None: miss nobody.
    into
        What was found for other requests, to be completed.

    Returns
    -------
    volunteers, scores
        (n, k) int32, -1 where there are fewer; in no particular order.
    best
        (n,) largest surplus, or the floor.
    """
    out_j, out_score, best = into or (
        np.full((len(floors), k), -1, dtype=np.int32),
        np.zeros((len(floors), k), dtype=np.int32),
        floors.copy(),
    )
    _put_prices(forest, prices)
    most_looks = (1 << 62) if looks is None else looks

    def run(start: int) -> None:
        some = rows[start : start + _CHUNK]
        _search_some(
            *(some, roots, r, forest, points, ways, prices, floors, most_looks, k),
            *(out_j, out_score, best),
        )

    chunks = range(0, len(rows), _CHUNK)
    if len(rows) * len(forest.member) < _QUICK:  # done before a thread has started
        for start in chunks:
            run(start)
    else:
        with ThreadPoolExecutor(_threads()) as pool:
            list(pool.map(run, chunks))
    return out_j, out_score, best


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
