"""Which current pods still stand, and in which pieces a plan lies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geomatch.core.arrays import Ints
from pods.planner.rebalance.current import CurrentPods
from pods.planner.town.town import Limits, Town, TownArrays


def pieces_of(town: Town, labels: Ints) -> Ints:
    """(m,) number of the connected piece of its pod each block lies in, -1 for blocks in none."""
    placed = np.flatnonzero(labels >= 0)
    piece = np.full(len(labels), -1)
    piece[placed] = pieces_among(town.arrays, placed, labels[placed])
    return piece


def pieces_among(arrays: TownArrays, blocks: Ints, labels: Ints) -> Ints:
    """(b,) number of the connected piece of its pod each of some blocks lies in.

    Parameters
    ----------
    blocks, labels
        (b,) blocks and the pods they are in; a block may be in several.
    """
    if not len(blocks):
        return np.empty(0, dtype=np.int64)
    width = int(labels.max()) + 1
    # A pod's blocks at one node are together; so are its nodes that are neighbours.
    keys, where = np.unique(arrays.node[blocks] * width + labels, return_inverse=True)
    node, label = np.divmod(keys, width)
    degree = np.diff(arrays.node_ptr)[node]
    source = np.repeat(np.arange(len(keys)), degree)
    first = np.repeat(arrays.node_ptr[node] - np.concatenate([[0], np.cumsum(degree)[:-1]]), degree)
    target = arrays.node_neighbour[first + np.arange(len(source))] * width + label[source]
    found = np.minimum(np.searchsorted(keys, target), len(keys) - 1)
    met = keys[found] == target
    graph = csr_array(
        (np.ones(int(met.sum())), (source[met], found[met])), shape=(len(keys), len(keys))
    )
    return np.asarray(connected_components(graph, directed=False)[1][where.ravel()])


def beside(arrays: TownArrays, blocks: Ints) -> Ints:
    """Blocks at or next to the nodes of some blocks, these among them."""
    nodes = np.unique(arrays.node[blocks])
    near = [nodes, *_spans(arrays.node_ptr, arrays.node_neighbour, nodes)]
    found = list(_spans(arrays.node_block_ptr, arrays.node_block, np.unique(np.concatenate(near))))
    return np.unique(np.concatenate(found)) if found else blocks


def _spans(ptr: Ints, values: Ints, rows: Ints) -> Iterator[Ints]:
    return (values[ptr[row] : ptr[row + 1]] for row in rows.tolist())


def standing(town: Town, current: CurrentPods) -> Ints:
    """(m,) slot of each block in the current pods, as far as these are in one piece.

    A block whose households are in several pods counts to the one most of them are in; of a pod in
    pieces the one goes on that has locked households, or else the most households.
    """
    m = town.n_blocks
    block = np.repeat(np.arange(m), np.diff(current.ptr))
    best = np.lexsort((current.pod, -current.homes, block))
    best = best[np.unique(block[best], return_index=True)[1]]
    labels = np.full(m, -1)
    labels[block[best]] = current.pod[best]
    labels[current.lock >= 0] = current.lock[current.lock >= 0]
    return main_pieces(town, current, labels)


def main_pieces(town: Town, current: CurrentPods, labels: Ints) -> Ints:
    """Labels, but -1 outside the piece of each pod that has locked or else most households."""
    piece = pieces_of(town, labels)
    placed = np.flatnonzero(labels >= 0)
    count = int(piece.max(initial=-1)) + 1
    weight = np.bincount(piece[placed], current.known[placed], count)
    weight = weight + 2.0**30 * np.bincount(piece[placed], current.lock[placed] >= 0, count)
    pod = np.zeros(count, dtype=np.int64)
    pod[piece[placed]] = labels[placed]
    order = np.lexsort((np.arange(count), -weight, pod))
    first = order[np.unique(pod[order], return_index=True)[1]]
    kept = np.zeros(count + 1, dtype=bool)
    kept[first] = True
    return np.where((piece >= 0) & kept[piece], labels, -1)


def broken_slots(town: Town, labels: Ints, limits: Limits) -> Ints:
    """Pods that are too small, too large, or have several point people."""
    placed = np.flatnonzero(labels >= 0)
    used, number = np.unique(labels[placed], return_inverse=True)
    size = np.bincount(number.ravel(), town.arrays.size[placed], len(used))
    led = np.bincount(number.ravel(), town.arrays.leader[placed] >= 0, len(used))
    return used[(size < limits.min_size) | (size > limits.max_size) | (led > 1)]
