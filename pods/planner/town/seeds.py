"""Locked neighbours hold together from the start, with whoever stands between them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geomatch.core.arrays import Bools, Ints
from pods.planner.town.town import Town


def seed_groups(town: Town) -> tuple[Ints, Bools]:
    """Decide which blocks one pod must contain at the start.

    Locked blocks of one pod that are not next to each other are joined by the fewest blocks
    between them that belong to no other lock.

    Returns
    -------
    group
        (m,) group numbers from 0.
    stranded
        (m,) locked blocks with no such way to each other: no plan found here can place them.
    """
    arrays = town.arrays
    group = np.arange(town.n_blocks)
    stranded = np.zeros(town.n_blocks, dtype=bool)
    taken = (arrays.lock >= 0) | (arrays.leader >= 0)
    for lock in range(int(arrays.lock.max(initial=-1)) + 1):
        mine = np.flatnonzero(arrays.lock == lock)
        held = _joined(town, mine, taken)
        if not len(held):
            stranded[mine] = True
            continue
        taken[held] = True
        group[held] = mine[0]
    return np.unique(group, return_inverse=True)[1].ravel(), stranded


def _joined(town: Town, mine: Ints, taken: Bools) -> Ints:
    """Blocks of a lock and of the shortest ways between them; none where there is no way."""
    arrays = town.arrays
    held = {int(mine[0])}
    missing = {int(block) for block in mine[1:]} - held
    free_node = np.zeros(len(arrays.node_ptr) - 1, dtype=bool)
    free_node[arrays.node[~taken]] = True
    free_node[arrays.node[mine]] = True
    graph = csr_array(
        (np.ones(len(arrays.node_neighbour)), arrays.node_neighbour, arrays.node_ptr),
        shape=(len(free_node), len(free_node)),
    ).tocoo()
    usable = free_node[graph.row] & free_node[graph.col]
    open_graph = csr_array(
        (graph.data[usable], (graph.row[usable], graph.col[usable])), shape=graph.shape
    )
    while missing:
        sources = np.unique(arrays.node[list(held)])
        way: Any = dijkstra  # the stubs lack this overload
        steps, before, _ = way(open_graph, indices=sources, return_predecessors=True, min_only=True)
        nearest = min(missing, key=lambda block: (steps[arrays.node[block]], block))
        if not np.isfinite(steps[arrays.node[nearest]]):
            return np.empty(0, dtype=np.int64)
        missing.discard(nearest)
        held.add(nearest)
        node = int(before[arrays.node[nearest]])
        while node >= 0 and node not in sources:
            held.add(_free_block(town, node, taken, mine))
            node = int(before[node])
    return np.array(sorted(held))


def _free_block(town: Town, node: int, taken: Bools, mine: Ints) -> int:
    """Smallest block at a node that no other lock has taken."""
    arrays = town.arrays
    here = arrays.node_block[arrays.node_block_ptr[node] : arrays.node_block_ptr[node + 1]]
    own = np.isin(here, mine)
    usable = here[own | ~taken[here]]
    return int(usable[np.argmin(arrays.size[usable])])
