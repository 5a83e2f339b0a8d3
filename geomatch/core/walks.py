"""Walking distance inside the compiled kernels: exactly that of `StreetNetwork.walks`, but quick.

A street graph is mostly bends and front doors. Only where streets meet does a walk have a choice,
so the graph is reduced to those *junctions*, which get hub labels, and to the *stretches* between
them. A home is a place on a stretch: its walk leaves by one of the two ends, or stays on it. All
lengths are whole multiples of a tiny power of two, the *step* (a millionth of a millimetre in a
county), so sums are exact and do not depend on their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array

from geomatch.core.arrays import Floats, Ints
from geomatch.core.errors import ParameterError
from geomatch.core.given import shapes_given
from geomatch.core.hublabels import NO_LABELS, HubLabels, hub_labels, label_distance
from geomatch.core.jit import compiled, inner
from geomatch.core.proximity.streets import OFF_STREET_FACTOR, StreetNetwork

WHOLE_BITS = 51
"""All streets and ways to the street together are 2**51 steps at most: every sum stays exact."""


class Walks(NamedTuple):
    """How s homes are joined by streets; lengths in steps. Without streets, no homes (s = 0)."""

    step_m: float  # metres, a power of two
    access: Floats  # (s,) from each home to its place on the street
    stretch: Ints  # (s,) -1 for a place that is a junction
    end: Ints  # (s, 2) junctions at both ends of the stretch
    to_end: Floats  # (s, 2) from the place to each of them
    labels: HubLabels = NO_LABELS  # of the junctions

    def some(self, homes: Ints) -> Walks:
        """Keep only some homes, numbered anew from 0, and the labels of their junctions."""
        if not len(self.access):
            return self
        kept, end = np.unique(self.end[homes], return_inverse=True)
        return self._replace(
            access=self.access[homes],
            stretch=self.stretch[homes],
            end=end.reshape(-1, 2).astype(np.int64),
            to_end=self.to_end[homes],
            labels=self.labels.some(kept),
        )


def usable_streets(
    streets: Sequence[shapely.Geometry], points: Floats
) -> Sequence[shapely.Geometry]:
    """Return the streets, checked.

    Raises
    ------
    ParameterError
        When the points are not in the plane, or a street is no shape or has a corner nowhere.
    """
    if points.shape[1] != 2:
        raise ParameterError(
            f"Streets lie in the plane: give X two columns, x and y, not {points.shape[1]}."
        )
    return shapes_given(streets, "streets")


NO_WALKS = Walks(
    step_m=1.0,
    access=np.empty(0),
    stretch=np.empty(0, np.int64),
    end=np.empty((0, 2), np.int64),
    to_end=np.empty((0, 2)),
)
"""Walks of a town without streets."""


class Skeleton(NamedTuple):
    """A street graph of v vertices, reduced to its junctions and the c stretches between them."""

    stretch: Ints  # (v,) -1 for junctions
    place: Floats  # (v,) from the start of the stretch
    junction: Ints  # (v,) number of each junction, -1 for other vertices
    ends: Ints  # (c, 2) junctions each stretch starts and ends at
    lengths: Floats  # (c,)
    labels: HubLabels  # of the junctions


def skeleton_of(graph: csr_array, vertices: Floats) -> Skeleton:
    """Reduce a street graph to its junctions and label them.

    Parameters
    ----------
    graph
        (v, v) symmetric, lengths in whole steps.
    vertices
        (v, 2) where each vertex is.
    """
    row = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
    apart = row != graph.indices
    one, two, length = row[apart], graph.indices[apart], graph.data[apart]
    ptr = np.searchsorted(one, np.arange(graph.shape[0] + 1))
    stretch, place, ends, lengths = trace_stretches(ptr, two.astype(np.int64), length)
    junction = np.full(graph.shape[0], -1)
    at = np.flatnonzero(stretch < 0)
    junction[at] = np.arange(len(at))
    roads = _roads(junction, one, two, length, ends, lengths)
    labels = hub_labels(roads, vertices[at])
    return Skeleton(stretch, place, junction, junction[ends], lengths, labels)


def walks_on(network: StreetNetwork) -> Walks:
    """Prepare the walks between all homes of a street network."""
    homes = len(network.points)
    graph = network.graph.copy()
    total = float(graph.data.sum() / 2 + network.access_m.sum())
    step_m = float(2.0 ** (np.ceil(np.log2(max(total, 1e-9))) - WHOLE_BITS))
    graph.data = np.rint(graph.data / step_m)
    streets = skeleton_of(graph, network.vertices)
    mine, start = streets.stretch[:homes], np.arange(homes)
    on = mine >= 0
    end, to_end = np.empty((homes, 2), np.int64), np.zeros((homes, 2))
    end[on], end[~on] = streets.ends[mine[on]], streets.junction[start[~on], None]
    to_end[on, 0] = streets.place[:homes][on]
    to_end[on, 1] = streets.lengths[mine[on]] - streets.place[:homes][on]
    return Walks(
        step_m=step_m,
        access=np.rint(network.access_m / step_m),
        stretch=mine,
        end=end,
        to_end=to_end,
        labels=streets.labels,
    )


def _roads(
    junction: Ints, one: Ints, two: Ints, length: Floats, ends: Ints, lengths: Floats
) -> csr_array:
    """Graph of the junctions: direct edges and stretches, of parallel ones the shortest."""
    direct = (junction[one] >= 0) & (junction[two] >= 0)
    start, finish = junction[ends[:, 0]], junction[ends[:, 1]]
    tail = np.concatenate([junction[one[direct]], start, finish])
    head = np.concatenate([junction[two[direct]], finish, start])
    weight = np.concatenate([length[direct], lengths, lengths])
    order = np.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    keep = tail != head
    keep[1:] &= (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    count = int(junction.max(initial=-1)) + 1
    return coo_array((weight[keep], (tail[keep], head[keep])), shape=(count, count)).tocsr()


@compiled
def trace_stretches(ptr: Ints, near: Ints, length: Floats) -> tuple[Ints, Floats, Ints, Floats]:
    """Follow every chain of vertices with two neighbours from end to end.

    Returns
    -------
    stretch
        (v,) stretch of each vertex, -1 for junctions: vertices with one neighbour or three, and
        one vertex of each ring without any.
    place
        (v,) distance of each vertex from the start of its stretch.
    ends
        (c, 2) junctions each stretch starts and ends at.
    lengths
        (c,) of the stretches.
    """
    count = len(ptr) - 1
    stretch, place = np.full(count, -1), np.zeros(count)
    junction = np.empty(count, np.bool_)
    for v in range(count):
        junction[v] = ptr[v + 1] - ptr[v] != 2
    ends, lengths = np.empty((count, 2), np.int64), np.empty(count)
    found = 0
    for rings in range(2):  # what no junction leads to is a ring
        for start in range(count):
            if rings and not junction[start] and stretch[start] < 0:
                junction[start] = True
            elif rings or not junction[start]:
                continue
            for q in range(ptr[start], ptr[start + 1]):
                before, here, along = start, near[q], length[q]
                if junction[here] or stretch[here] >= 0:
                    continue
                while not junction[here]:
                    stretch[here], place[here] = found, along
                    onward = ptr[here] if near[ptr[here]] != before else ptr[here] + 1
                    before, here, along = here, near[onward], along + length[onward]
                ends[found, 0], ends[found, 1], lengths[found] = start, here, along
                found += 1
    return stretch, place, ends[:found].copy(), lengths[:found].copy()


@inner
def steps_between(walks: Walks, one: int, two: int) -> float:
    """Walk between two homes in steps by streets alone, infinite where no street joins them."""
    best = np.inf
    for a in range(2):
        for b in range(2):
            way = label_distance(walks.labels, walks.end[one, a], walks.end[two, b])
            best = min(best, walks.to_end[one, a] + way + walks.to_end[two, b])
    if walks.stretch[one] == walks.stretch[two] and walks.stretch[one] >= 0:
        best = min(best, abs(walks.to_end[one, 0] - walks.to_end[two, 0]))
    return float(walks.access[one] + best + walks.access[two])


@inner
def steps_among(walks: Walks, homes: Ints) -> Floats:
    """(h, h) walks among homes in steps, as `steps_between`; neighbours share most of the work."""
    count = len(homes)
    ends = np.empty(2 * count, np.int64)  # distinct junctions, and which ones each home is between
    which = np.empty((count, 2), np.int64)
    distinct = 0
    for h in range(count):
        for a in range(2):
            junction = walks.end[homes[h], a]
            at = 0
            while at < distinct and ends[at] != junction:
                at += 1
            if at == distinct:
                ends[distinct] = junction
                distinct += 1
            which[h, a] = at
    way = np.zeros((distinct, distinct))
    for i in range(distinct):
        for j in range(i):
            way[i, j] = way[j, i] = label_distance(walks.labels, ends[i], ends[j])
    steps = np.empty((count, count))
    for h in range(count):
        one = homes[h]
        first, last = way[which[h, 0]], way[which[h, 1]]
        to_first, to_last = walks.to_end[one, 0], walks.to_end[one, 1]
        for k in range(h + 1):
            two = homes[k]
            p, q = which[k, 0], which[k, 1]
            best = min(
                min(to_first + first[p], to_last + last[p]) + walks.to_end[two, 0],
                min(to_first + first[q], to_last + last[q]) + walks.to_end[two, 1],
            )
            if walks.stretch[one] == walks.stretch[two] and walks.stretch[one] >= 0:
                best = min(best, abs(to_first - walks.to_end[two, 0]))
            steps[h, k] = steps[k, h] = walks.access[one] + best + walks.access[two]
    return steps


@inner
def on_foot(way: float, straight: float) -> float:
    """Walk for a way along streets, in the unit of both: `StreetNetwork.walks` word for word."""
    if straight == 0.0:
        return 0.0
    if way == np.inf:
        return OFF_STREET_FACTOR * straight
    return max(way, straight)


@compiled
def walks_of_rows(walks: Walks, step: float, homes: Ints, others: Ints, straight: Floats) -> Floats:
    """(h, o) walks from homes to (h, o) others so far apart straight; each junction asked once."""
    walk = np.empty(others.shape)
    junctions = len(walks.labels.ptr) - 1
    way, asked = np.empty(junctions), np.full(junctions, -1)
    for h in range(len(homes)):
        one = homes[h]
        for k in range(others.shape[1]):
            two, best = others[h, k], np.inf
            for b in range(2):
                junction = walks.end[two, b]
                if asked[junction] != h:
                    asked[junction] = h
                    way[junction] = min(
                        walks.to_end[one, 0]
                        + label_distance(walks.labels, walks.end[one, 0], junction),
                        walks.to_end[one, 1]
                        + label_distance(walks.labels, walks.end[one, 1], junction),
                    )
                best = min(best, way[junction] + walks.to_end[two, b])
            if walks.stretch[one] == walks.stretch[two] and walks.stretch[one] >= 0:
                best = min(best, abs(walks.to_end[one, 0] - walks.to_end[two, 0]))
            along = walks.access[one] + best + walks.access[two]
            walk[h, k] = on_foot(along * step, straight[h, k])
    return walk


@compiled
def walks_among(walks: Walks, step: float, homes: Ints, straight: Floats) -> Floats:
    """(h, h) walks among a few homes so far apart straight; `step` is a step in that unit."""
    walk = steps_among(walks, homes)
    for h in range(len(homes)):
        for k in range(len(homes)):
            walk[h, k] = on_foot(walk[h, k] * step, straight[h, k])
    return walk


@compiled
def walks_of_pairs(walks: Walks, one: Ints, two: Ints, straight_m: Floats) -> Floats:
    """(k,) walks in metres of pairs so far apart straight; quickest with equal `one` in a row.

    What the labels of `one` reach is spread out over all hubs, so that each `two` is one look
    through its own labels.
    """
    labels = walks.labels
    walk = np.empty(len(one))
    reached = np.full(labels.hub.max() + 1 if len(labels.hub) else 0, np.inf)
    here = -1
    for k in range(len(one)):
        if one[k] != here:
            for a in range(2 if here >= 0 else 0):
                for p in range(labels.ptr[walks.end[here, a]], labels.ptr[walks.end[here, a] + 1]):
                    reached[labels.hub[p]] = np.inf
            here = one[k]
            for a in range(2):
                for p in range(labels.ptr[walks.end[here, a]], labels.ptr[walks.end[here, a] + 1]):
                    far = walks.to_end[here, a] + labels.length[p]
                    reached[labels.hub[p]] = min(reached[labels.hub[p]], far)
        there, best = two[k], np.inf
        for b in range(2):
            for p in range(labels.ptr[walks.end[there, b]], labels.ptr[walks.end[there, b] + 1]):
                way = reached[labels.hub[p]] + labels.length[p] + walks.to_end[there, b]
                best = min(best, way)
        if walks.stretch[here] == walks.stretch[there] and walks.stretch[here] >= 0:
            best = min(best, abs(walks.to_end[here, 0] - walks.to_end[there, 0]))
        along = walks.access[here] + best + walks.access[there]
        walk[k] = on_foot(along * walks.step_m, straight_m[k])
    return walk
