"""Say why whoever is left over was left over."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geomatch.core.arrays import Ints
from geomatch.core.translation import gettext
from pods.planner.town.reasons import Unplaced, homes, reason
from pods.planner.town.town import Households, Limits, Town


def explained(town: Town, households: Households, labels: Ints, limits: Limits) -> list[Unplaced]:
    """Return one record per row in no pod: those set aside, and those the plan left out."""
    known = {unplaced.index for unplaced in town.set_aside}
    left = np.array([row for row in np.flatnonzero(labels < 0) if row not in known], dtype=np.int64)
    records = list(town.set_aside)
    for rows in _clumps(town, left):
        records += _records(town, households, rows, limits)
    return sorted(records)


def _clumps(town: Town, rows: Ints) -> list[Ints]:
    """Left-over rows in groups of neighbours."""
    if not len(rows):
        return []
    arrays = town.arrays
    count = len(arrays.node_ptr) - 1
    node = arrays.node[town.block_of[rows]]
    left = np.zeros(count, dtype=bool)
    left[node] = True
    source = np.repeat(np.arange(count), np.diff(arrays.node_ptr))
    use = left[source] & left[arrays.node_neighbour]
    graph = csr_array(
        (np.ones(int(use.sum())), (source[use], arrays.node_neighbour[use])), shape=(count, count)
    )
    clump = connected_components(graph, directed=False)[1][node]
    return [rows[clump == number] for number in np.unique(clump)]


def _records(town: Town, households: Households, rows: Ints, limits: Limits) -> list[Unplaced]:
    blocks = town.block_of[rows]
    locks = town.arrays.lock[blocks]
    if (locks >= 0).any():
        pod = int(town.lock_pods[locks.max()])
        why = gettext("no connected pod of allowed size holds them")
        return [reason(row, "locks_contradict", pod=pod, why=why) for row in rows]
    if households.point_person[rows].any():
        part = town.arrays.part == town.arrays.part[blocks[0]]
        led = int((town.arrays.leader[part] >= 0).sum())
        if led > int(town.arrays.size[part].sum()) // limits.min_size:
            return [reason(r, "too_many_point_people", min_size=limits.min_size) for r in rows]
    return [reason(row, "no_room", int(rows[0]), homes=homes(len(rows))) for row in rows]
