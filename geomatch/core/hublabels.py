"""Hub labels: the exact distance between any two vertices of a road graph in a blink.

Every vertex keeps a short list of hubs and its distance to each, chosen so that some shortest way
between any two vertices passes a hub that both list (Cohen et al. 2003). A distance is then one
merge of two sorted lists. The lists are made by pruned landmark labelling (Akiba, Iwata & Yoshida
2013): a search from each vertex in order of importance, which stops wherever the hubs before it
already know a way as short. Important is what parts a town in two halves, then each half in two,
and so on (nested dissection), which suits road graphs because they are nearly flat.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geomatch.core.arrays import Floats, Ints
from geomatch.core.jit import compiled, inner

Array = TypeVar("Array", bound=NDArray[Any])


UNEVEN = 0.3
"""How far a cut may lie from the middle: 0.3 leaves 35 % of a cell on the smaller side."""


class HubLabels(NamedTuple):
    """Lists of hubs in CSR form, each ascending by the hub's rank."""

    ptr: Ints  # (v + 1,)
    hub: Ints
    length: Floats

    def some(self, vertices: Ints) -> HubLabels:
        """Keep only some vertices, numbered anew from 0; distances between them stay."""
        count = self.ptr[vertices + 1] - self.ptr[vertices]
        ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        at = np.repeat(self.ptr[vertices] - ptr[:-1], count) + np.arange(ptr[-1])
        return HubLabels(ptr, self.hub[at], self.length[at])


NO_LABELS = HubLabels(np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0))
"""Labels of no vertex at all."""


def hub_labels(graph: csr_array, places: Floats) -> HubLabels:
    """Label the vertices of a graph.

    Parameters
    ----------
    graph
        (v, v) symmetric lengths, zeros kept explicit. Where they are whole numbers whose sum stays
        below 2**52, every distance is whole and exact.
    places
        (v, 2) where each vertex is. Only the length of the lists depends on it.
    """
    order = dissection_order(graph, places)
    ptr, hub, length = label_pruned(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int64),
        graph.data.astype(np.float64),
        order,
    )
    return HubLabels(ptr, hub, length)


def dissection_order(graph: csr_array, places: Floats) -> Ints:
    """(v,) vertices, those first that hold the largest halves of the town together.

    The plane is cut into cells again and again, all cells of one level at once, where the fewest
    edges are cut. Of those, the ends on the side with fewer of them come before everything inside
    the two halves.
    """
    count = len(places)
    one = np.repeat(np.arange(count), np.diff(graph.indptr))
    two = graph.indices.astype(np.int64)
    cell = np.zeros(count, dtype=np.int64)
    level = np.full(count, -1)
    depth = 0
    while len(one):
        side = _sides(cell, places, one, two)
        ends = np.unique(one[side[one] != side[two]])
        mine, other = 2 * cell[ends] + side[ends], 2 * cell[ends] + 1 - side[ends]
        tally = np.bincount(mine, minlength=2 * int(cell.max()) + 2)
        fewer = 2 * tally[mine] + side[ends] < 2 * tally[other] + 1 - side[ends]
        level[ends[fewer]] = depth
        cell = np.unique(2 * cell + side, return_inverse=True)[1].ravel()
        inside = (level[one] < 0) & (level[two] < 0) & (one != two)
        one, two = one[inside], two[inside]
        depth += 1
    level[level < 0] = depth
    return np.lexsort((np.arange(count), -np.diff(graph.indptr), level))


def _sides(cell: Ints, places: Floats, one: Ints, two: Ints) -> Ints:
    """(v,) 0 or 1: the side of its cell's best cut, across either axis, that each vertex is on."""
    starts = np.searchsorted(np.sort(cell), np.arange(int(cell.max()) + 2))
    size, found = np.diff(starts), []
    for axis in range(places.shape[1]):
        order = np.lexsort((places[:, axis], cell))
        rank = np.empty(len(cell), dtype=np.int64)
        rank[order] = np.arange(len(cell))
        # How many edges a cut behind each vertex cuts.
        low, high = np.minimum(rank[one], rank[two]), np.maximum(rank[one], rank[two])
        opened, closed = (np.bincount(end, minlength=len(cell)) for end in (low, high))
        cuts = np.cumsum(opened - closed)
        within = np.arange(len(cell)) + 1 - np.repeat(starts[:-1], size)
        of = np.repeat(size, size)
        off = np.abs(2 * within - of)
        cuts = np.where(off <= np.maximum(UNEVEN * of, 1.0), cuts, cuts + 2 * len(one))
        best = np.lexsort((off, cuts, np.repeat(np.arange(len(size)), size)))[starts[:-1]]
        found.append((cuts[best], rank > best[cell]))
    across = found[1][0] < found[0][0]
    return np.where(across[cell], found[1][1], found[0][1]).astype(np.int64)


@compiled
def label_pruned(ptr: Ints, near: Ints, length: Floats, order: Ints) -> tuple[Ints, Ints, Floats]:
    """Hub labels by pruned searches from the vertices in this order, in CSR form."""
    count = len(order)
    # Labels grow at their ends while searches run: chains of entries, put in a row afterwards.
    hub = np.empty(8 * count + 8, np.int64)
    away = np.empty(len(hub))
    following = np.full(len(hub), -1)
    head, tail = np.full(count, -1), np.full(count, -1)
    used = 0
    known = np.full(count, np.inf)  # distances of the root to the hubs on its own list
    best = np.full(count, np.inf)
    heap = np.empty(len(near) + 1, np.int64)
    key = np.empty(len(near) + 1)
    touched = np.empty(count, np.int64)
    for rank in range(count):
        root = order[rank]
        entry = head[root]
        while entry >= 0:
            known[hub[entry]] = away[entry]
            entry = following[entry]
        touched[0], reached = root, 1
        best[root] = 0.0
        waiting = push(heap, key, 0, root, 0.0)
        while waiting > 0:
            vertex, distance = heap[0], key[0]
            waiting = pop(heap, key, waiting)
            if distance > best[vertex]:
                continue
            entry, covered = head[vertex], False
            while entry >= 0 and not covered:
                covered = known[hub[entry]] + away[entry] <= distance
                entry = following[entry]
            if covered:
                continue
            if used == len(hub):
                hub, away, following = longer(hub), longer(away), longer(following)
            hub[used], away[used], following[used] = rank, distance, -1
            if head[vertex] < 0:
                head[vertex] = used
            else:
                following[tail[vertex]] = used
            tail[vertex] = used
            used += 1
            for q in range(ptr[vertex], ptr[vertex + 1]):
                farther = distance + length[q]
                if farther < best[near[q]]:
                    if best[near[q]] == np.inf:
                        touched[reached] = near[q]
                        reached += 1
                    best[near[q]] = farther
                    waiting = push(heap, key, waiting, near[q], farther)
        for t in range(reached):
            best[touched[t]] = np.inf
        entry = head[root]
        while entry >= 0:
            known[hub[entry]] = np.inf
            entry = following[entry]
    return in_a_row(head, following, hub, away, used)


@inner
def in_a_row(
    head: Ints, following: Ints, hub: Ints, away: Floats, used: int
) -> tuple[Ints, Ints, Floats]:
    """Lay chains of label entries out in CSR form."""
    ptr = np.zeros(len(head) + 1, np.int64)
    hubs, lengths = np.empty(used, np.int64), np.empty(used)
    at = 0
    for vertex in range(len(head)):
        entry = head[vertex]
        while entry >= 0:
            hubs[at], lengths[at] = hub[entry], away[entry]
            at += 1
            entry = following[entry]
        ptr[vertex + 1] = at
    return ptr, hubs, lengths


@inner
def longer(array: Array) -> Array:
    """Copy an array into one twice as long."""
    room: Any = np.empty(2 * len(array), array.dtype)
    for i in range(len(array)):
        room[i] = array[i]
    return room  # type: ignore[no-any-return]  # numba knows no cast


@inner
def push(heap: Ints, key: Floats, waiting: int, item: int, value: float) -> int:
    """Put an item on a binary heap; return how many wait on it now."""
    at = waiting
    while at > 0 and key[(at - 1) // 2] > value:
        heap[at], key[at] = heap[(at - 1) // 2], key[(at - 1) // 2]
        at = (at - 1) // 2
    heap[at], key[at] = item, value
    return waiting + 1


@inner
def pop(heap: Ints, key: Floats, waiting: int) -> int:
    """Take the first item off a binary heap; return how many are left."""
    waiting -= 1
    item, value = heap[waiting], key[waiting]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= waiting:
            break
        if child + 1 < waiting and key[child + 1] < key[child]:
            child += 1
        if key[child] >= value:
            break
        heap[at], key[at] = heap[child], key[child]
        at = child
    heap[at], key[at] = item, value
    return waiting


@inner
def label_distance(labels: HubLabels, one: int, two: int) -> float:
    """Distance between two vertices, infinite where no way joins them."""
    if one == two:
        return 0.0
    p, p_end = labels.ptr[one], labels.ptr[one + 1]
    q, q_end = labels.ptr[two], labels.ptr[two + 1]
    best = np.inf
    while p < p_end and q < q_end:
        if labels.hub[p] == labels.hub[q]:
            best = min(best, labels.length[p] + labels.length[q])
            p += 1
            q += 1
        elif labels.hub[p] < labels.hub[q]:
            p += 1
        else:
            q += 1
    return best
