"""Group households into blocks that stay together, and set aside what no plan can place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geomatch.core.arrays import Ints
from geomatch.core.proximity import NeighbourGraph
from geomatch.core.translation import gettext
from pods.planner.town.grouping import grouped
from pods.planner.town.reasons import Unplaced, homes, reason
from pods.planner.town.town import Households, Limits


def group_into_blocks(
    households: Households, graph: NeighbourGraph, limits: Limits
) -> tuple[Ints, list[Unplaced]]:
    """Decide which households are inseparable.

    Returns
    -------
    blocks
        (n,) block of each row, -1 for rows set aside.
    set_aside
        One record per row set aside.
    """
    n = len(households)
    blocks = np.arange(n)
    aside: dict[int, Unplaced] = {}

    def put_aside(rows: Ints, code: str, group: int = -1, **facts: object) -> None:
        for row in rows:
            aside.setdefault(int(row), reason(row, code, group, **facts))
        blocks[rows] = -1

    put_aside(np.flatnonzero(graph.node_of < 0), "no_location")
    for row in np.flatnonzero((households.size > limits.max_size) & (blocks >= 0)):
        facts = {"size": int(households.size[row]), "max_size": limits.max_size}
        put_aside(np.array([row]), "household_too_large", **facts)
    for rows in _groups(households.building, blocks):
        if len(np.unique(graph.parts[graph.node_of[rows]])) > 1:
            put_aside(rows, "building_across_barrier")
            continue
        for share in shares_of_building(rows, households, limits):
            blocks[share] = share[0]
            led = int(households.point_person[share].sum())
            if led > 1:
                put_aside(share, "point_people_together", people=led)
    for pod, rows in _locked_groups(households, blocks):
        why = _lock_problem(rows, households, graph, blocks, limits)
        if why:
            put_aside(rows, "locks_contradict", pod=pod, why=why)
    for rows in _small_parts(households, graph, blocks, limits):
        put_aside(rows, "too_few_neighbours", group=int(rows[0]), homes=homes(len(rows)))
    return blocks, sorted(aside.values())


def shares_of_building(rows: Ints, households: Households, limits: Limits) -> list[Ints]:
    """Return the rows of one building, whole if a pod can hold it, else in equal shares.

    Shares follow the order of units; there are as few as the maximum size allows, and sizes differ
    by one household at most (by people: by as little as whole households allow, in unit order).
    """
    size = households.size[rows]
    if size.sum() <= limits.max_size:
        return [rows]
    ordered = rows[np.lexsort((rows, households.unit_rank[rows]))]
    size = households.size[ordered]
    count = -(-int(size.sum()) // limits.max_size)
    while True:
        ends = _even_ends(size, count)
        shares = np.split(ordered, ends)
        if max(int(households.size[share].sum()) for share in shares) <= limits.max_size:
            return [share for share in shares if len(share)]
        count += 1  # people: large families may need one share more


def _even_ends(size: Ints, count: int) -> Ints:
    """Where to cut a row of sizes into `count` shares, each cut nearest to its even place."""
    running = np.concatenate([[0], np.cumsum(size)])
    if running[-1] == len(size):  # all ones: as `np.array_split`, the larger shares first
        each, more = divmod(len(size), count)
        return np.cumsum([each + 1] * more + [each] * (count - more))[:-1]
    places = running[-1] * np.arange(1, count) / count
    after = np.searchsorted(running, places)
    before = np.maximum(after - 1, 0)
    nearer = np.where(running[after] - places <= places - running[before], after, before)
    return np.asarray(nearer, dtype=np.int64)


def _groups(key: Ints, blocks: Ints) -> Iterator[Ints]:
    """Rows with the same key >= 0 that are not set aside, two or more at a time."""
    return (rows for rows in grouped(np.where(blocks >= 0, key, -1)) if len(rows) > 1)


def _locked_groups(households: Households, blocks: Ints) -> Iterator[tuple[int, Ints]]:
    """Each current pod with locked members, and the rows of every block these hold in place."""
    locked = households.locked & (households.current >= 0) & (blocks >= 0)
    for pod in np.unique(households.current[locked]):
        held = np.unique(blocks[locked & (households.current == pod)])
        yield int(pod), np.flatnonzero(np.isin(blocks, held) & (blocks >= 0))


def _lock_problem(
    rows: Ints, households: Households, graph: NeighbourGraph, blocks: Ints, limits: Limits
) -> str:
    """Say what keeps the locked rows of one pod from staying together, or nothing."""
    if (blocks[rows] < 0).any():
        return gettext("their building is locked to another pod as well")
    locked = rows[households.locked[rows] & (households.current[rows] >= 0)]
    if len(np.unique(households.current[locked])) > 1:
        return gettext("one building is locked to two pods")
    if len(np.unique(graph.parts[graph.node_of[rows]])) > 1:
        return gettext("a barrier lies between them")
    size = int(households.size[rows].sum())
    if size > limits.max_size:
        return gettext("together they count {size}, and a pod holds at most {max_size}").format(
            size=size, max_size=limits.max_size
        )
    if households.point_person[rows].sum() > 1:
        return gettext("two point-people among them")
    return ""


def _small_parts(
    households: Households, graph: NeighbourGraph, blocks: Ints, limits: Limits
) -> Iterator[Ints]:
    placed = np.flatnonzero(blocks >= 0)
    part = graph.parts[graph.node_of[placed]]
    total = np.bincount(part, households.size[placed], graph.n_parts)
    for number in np.unique(part):
        if total[number] < limits.min_size:
            yield placed[part == number]
