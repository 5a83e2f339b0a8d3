"""A first plan that keeps every rule: cut a spanning tree, exactly.

Any connected piece of a spanning tree is connected in the neighbour graph, so cutting a tree into
pieces of allowed size makes pods that keep the rules. Among all ways to cut one tree, dynamic
programming from the leaves up finds the best: it leaves out as few households as possible, then
keeps sizes near the average and cuts where the tree is meant to be cut. The tree is built so that
good pods hang together: first the town is halved again and again into compact cells of the right
size, then short edges inside cells come before edges between them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.unique_rows import unique_rows
from pods.planner.jit import compiled, inner
from pods.planner.town.grouping import grouped
from pods.planner.town.seeds import seed_groups
from pods.planner.town.town import Limits, Town, TownArrays

TREES = 24
"""Spanning trees tried where the first leaves somebody out."""

RETRIED_BLOCKS = 100_000
"""Blocks cut again in all: in a large town whoever is left out is rescued next door instead."""

LEFT_OUT = 1e9
"""Cost of leaving out one unit of size; dwarfs every cost of shape."""

BUCKETS = 256
"""Sizes told apart in the table: exact up to 255, in equal steps above."""


def first_plan(
    town: Town, limits: Limits, seed: int, *, turn_rad: float = 0.0, trees: int = TREES
) -> Ints:
    """Return (m,) pod labels 0..k-1, -1 for blocks left out.

    `turn_rad` turns the town before it is halved into cells, which gives another plan as good.
    Where somebody is left out, up to `trees` other trees are tried.
    """
    arrays = town.arrays
    if town.n_blocks == 0:
        return np.empty(0, dtype=np.int64)
    group, stranded = seed_groups(town)
    arrays = arrays._replace(size=np.where(stranded, limits.max_size + 1, arrays.size))
    unstretched, no_cells = np.ones(town.n_blocks), np.zeros(town.n_blocks, dtype=np.int64)
    labels = _cut_tree(arrays, group, _cells(arrays, limits, turn_rad), limits, unstretched)
    random = np.random.default_rng(seed)
    for _ in range(min(trees, RETRIED_BLOCKS // town.n_blocks)):
        short = _parts_left_short(arrays, labels)
        if not len(short):
            break
        stretch = np.exp(random.normal(size=town.n_blocks))
        other = _cut_tree(arrays, group, no_cells, limits, stretch)
        labels = _better_of(arrays, labels, other, short)
    return _numbered(labels)


def _parts_left_short(arrays: TownArrays, labels: Ints) -> Ints:
    return np.unique(arrays.part[labels < 0])


def _better_of(arrays: TownArrays, labels: Ints, other: Ints, parts: Ints) -> Ints:
    """Take the other plan in the parts where it leaves out less."""
    top = int(arrays.part.max()) + 1
    weight = arrays.size + 1e-3
    out = np.bincount(arrays.part[labels < 0], weight[labels < 0], top)
    out_other = np.bincount(arrays.part[other < 0], weight[other < 0], top)
    better = np.isin(arrays.part, parts) & (out_other < out)[arrays.part]
    return np.where(better, np.where(other < 0, -1, other + labels.max() + 1), labels)


def _numbered(labels: Ints) -> Ints:
    """Renumber pods 0..k-1 by first appearance, -1 kept."""
    placed = labels >= 0
    found, first, inverse = np.unique(labels[placed], return_index=True, return_inverse=True)
    rank = np.empty(len(found), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(found))
    numbered = np.full(len(labels), -1)
    numbered[placed] = rank[inverse.ravel()]
    return numbered


def _cells(arrays: TownArrays, limits: Limits, turn_rad: float) -> Ints:
    """(m,) compact cells of about equal size: each part halved again and again."""
    middle = arrays.site_xy[arrays.site_ptr[:-1]]
    if middle.shape[1] == 2 and turn_rad:
        cosine, sine = np.cos(turn_rad), np.sin(turn_rad)
        middle = middle @ np.array([[cosine, -sine], [sine, cosine]])
    cell = np.zeros(len(arrays.size), dtype=np.int64)
    weight = arrays.size + 1e-9
    count = 0
    for blocks in grouped(arrays.part):
        pending = [(blocks, limits.pods_for(int(arrays.size[blocks].sum())))]
        while pending:
            mine, pods = pending.pop()
            if pods <= 1 or len(mine) <= 1:
                cell[mine] = count
                count += 1
                continue
            axis = int(np.ptp(middle[mine], axis=0).argmax())
            along = mine[np.argsort(middle[mine, axis], kind="stable")]
            running = np.cumsum(weight[along])
            place = running[-1] * (pods // 2) / pods
            at = int(np.clip(np.abs(running - place).argmin() + 1, 1, len(along) - 1))
            pending += [(along[:at], pods // 2), (along[at:], pods - pods // 2)]
    return cell


def _cut_tree(arrays: TownArrays, group: Ints, cell: Ints, limits: Limits, stretch: Floats) -> Ints:
    """Cut one spanning tree; `stretch` (m,) lengthens edges at random to get another one."""
    one, two = _block_edges(arrays)
    step = np.linalg.norm(
        arrays.site_xy[arrays.site_ptr[one]] - arrays.site_xy[arrays.site_ptr[two]], axis=1
    )
    step = (step + 1.0) * stretch[one] * stretch[two]
    apart = cell[one] != cell[two]
    one, two = group[one], group[two]
    order = np.lexsort((two, one, step, apart))
    order = order[one[order] != two[order]]
    count = int(group.max()) + 1
    rank = np.arange(1, len(order) + 1, dtype=np.float64)
    # Between two groups joined by several edges, the shortest counts.
    pairs = np.sort(np.column_stack([one[order], two[order]]), axis=1)
    pairs, first, _ = unique_rows(pairs)
    graph = coo_array((rank[first], (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    tree = minimum_spanning_tree(graph.tocsr()).tocoo()
    inside = ~apart[order][tree.data.astype(np.int64) - 1]
    sequence, parent, parent_inside = _rooted(
        tree.row.astype(np.int64), tree.col.astype(np.int64), inside, count
    )

    size = np.bincount(group, arrays.size, count).astype(np.int64)
    led = np.bincount(group, arrays.leader >= 0, count) > 0
    locked = np.bincount(group, arrays.lock >= 0, count) > 0
    flag = led.astype(np.int64) + 2 * locked.astype(np.int64)
    average = _average_size(arrays, limits)[arrays.part]
    wish = np.zeros(count)
    wish[group] = average
    labels = cut_tree(
        sequence,
        parent,
        parent_inside,
        size,
        flag,
        4 if flag.any() else 1,
        wish,
        limits.min_size,
        limits.max_size,
    )
    return labels[group]


def _average_size(arrays: TownArrays, limits: Limits) -> Floats:
    """(parts,) wanted size of a pod in each part."""
    total = np.bincount(arrays.part, arrays.size)
    return np.array([size / limits.pods_for(int(size)) if size else 1.0 for size in total])


def _block_edges(arrays: TownArrays) -> tuple[Ints, Ints]:
    """Edges among blocks enough to connect what is connected: chains at nodes, firsts across."""
    first = arrays.node_block_ptr[:-1]
    occupied = np.diff(arrays.node_block_ptr) > 0
    node_one = np.repeat(np.arange(len(arrays.node_ptr) - 1), np.diff(arrays.node_ptr))
    node_two = arrays.node_neighbour
    use = (node_one < node_two) & occupied[node_one] & occupied[node_two]
    one = arrays.node_block[first[node_one[use]]]
    two = arrays.node_block[first[node_two[use]]]
    same = np.flatnonzero(np.diff(arrays.node[arrays.node_block]) == 0)
    chain_one, chain_two = arrays.node_block[same], arrays.node_block[same + 1]
    return np.concatenate([one, chain_one]), np.concatenate([two, chain_two])


def _rooted(row: Ints, col: Ints, inside: Bools, count: int) -> tuple[Ints, Ints, Bools]:
    """Order of a forest from the roots down, each node's parent (-1) and its edge's kind."""
    both = np.concatenate([row, col]), np.concatenate([col, row])
    graph = coo_array((np.ones(2 * len(row)), both), shape=(count, count)).tocsr()
    parent = np.full(count, -1)
    sequence = []
    seen = np.zeros(count, dtype=bool)
    for start in range(count):
        if not seen[start]:
            order, before = breadth_first_order(graph, start, directed=False)
            seen[order] = True
            parent[order[1:]] = before[order[1:]]
            sequence.append(order)
    kind = np.zeros(count, dtype=bool)
    child = np.where(parent[col] == row, col, row)
    kind[child] = inside
    return np.concatenate(sequence).astype(np.int64), parent.astype(np.int64), kind


@compiled
def cut_tree(
    sequence: Ints,
    parent: Ints,
    inside: Bools,
    size: Ints,
    flag: Ints,
    flags: int,
    wish: Floats,
    low: int,
    high: int,
) -> Ints:
    """Cut a rooted forest into pieces of size low..high, leaving out as little as possible.

    A table per node holds, for each size of the piece it is in (and whether that piece has a point
    person, flag 1, or locked neighbours, flag 2: at most one of each), the least cost of everything
    below. Returns the piece of each node, -1 for those left out.
    """
    n = len(size)
    buckets = min(high, BUCKETS - 1) + 1
    states = buckets * flags
    cost = np.full((n, states), np.inf)
    exact = np.zeros((n, states), np.int64)
    from_parent = np.full((n, states), -1, np.int32)  # the parent's state before this child joined
    from_child = np.full((n, states), -1, np.int32)  # the child's state if it joined, else -1
    closed_cost = np.zeros(n)
    closed_state = np.zeros(n, np.int64)
    left_out = np.zeros(n, np.bool_)
    for v in range(n):
        if size[v] <= high:
            state = bucket_of(size[v], high) * flags + flag[v]
            cost[v, state] = 0.0
            exact[v, state] = size[v]
    new_cost = np.empty(states)
    new_exact = np.empty(states, np.int64)
    for at in range(n - 1, -1, -1):
        v = sequence[at]
        close(v, cost, exact, wish[v], low, closed_cost, closed_state, left_out)
        p = parent[v]
        if p < 0:
            continue
        penalty = 0.5 * wish[v] * wish[v] if inside[v] else 0.0
        for s in range(states):
            new_cost[s] = np.inf
        for s in range(states):
            if cost[p, s] == np.inf:
                continue
            apart = cost[p, s] + closed_cost[v] + penalty
            if apart < new_cost[s]:
                new_cost[s], new_exact[s] = apart, exact[p, s]
                from_parent[v, s], from_child[v, s] = s, -1
            for c in range(states):
                total = exact[p, s] + exact[v, c]
                if cost[v, c] == np.inf or total > high or (s % flags) & (c % flags):
                    continue
                joined = bucket_of(total, high) * flags + ((s % flags) | (c % flags))
                together = cost[p, s] + cost[v, c]
                if together < new_cost[joined]:
                    new_cost[joined], new_exact[joined] = together, total
                    from_parent[v, joined], from_child[v, joined] = s, c
        for s in range(states):
            cost[p, s], exact[p, s] = new_cost[s], new_exact[s]
    return collect(sequence, parent, flags, size, from_parent, from_child, closed_state, left_out)


@inner
def bucket_of(size: int, high: int) -> int:
    """Row of the table for a size."""
    return size if high < BUCKETS else size * (BUCKETS - 1) // high


@inner
def close(
    v: int,
    cost: Floats,
    exact: Ints,
    wish: float,
    low: int,
    closed_cost: Floats,
    closed_state: Ints,
    left_out: Bools,
) -> None:
    """Best way to end the piece that v is in: as a pod, or left out."""
    best = np.inf
    for s in range(cost.shape[1]):
        if cost[v, s] == np.inf:
            continue
        size = exact[v, s]
        out = size < low
        price = LEFT_OUT * max(size, 1) if out else (size - wish) * (size - wish)
        if cost[v, s] + price < best:
            best = cost[v, s] + price
            closed_state[v], left_out[v] = s, out
    if best == np.inf:  # larger than any pod: it cannot be placed at all
        best = LEFT_OUT
        closed_state[v], left_out[v] = -1, True
    closed_cost[v] = best


@inner
def collect(
    sequence: Ints,
    parent: Ints,
    flags: int,
    size: Ints,
    from_parent: NDArray[np.int32],
    from_child: NDArray[np.int32],
    closed_state: Ints,
    left_out: Bools,
) -> Ints:
    """Read the best cut back from the tables, from the roots down."""
    n = len(size)
    labels = np.full(n, -1, np.int64)
    state = np.full(n, -1, np.int64)
    pieces = 0
    # Children joined their parent in reverse order of the sequence; undo them in its order.
    for at in range(n):
        v = sequence[at]
        p = parent[v]
        joined = -1
        if p >= 0 and state[p] >= 0:
            joined = from_child[v, state[p]]
            state[p] = from_parent[v, state[p]]
        if joined >= 0:
            state[v], labels[v] = joined, labels[p]
            continue
        state[v] = closed_state[v]
        if left_out[v]:
            labels[v] = -1
        else:
            labels[v] = pieces
            pieces += 1
    return labels
