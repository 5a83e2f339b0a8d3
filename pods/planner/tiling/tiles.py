"""Plan a large town tile by tile: each tile is planned several times, and the best pods are kept.

A *tile* is a few thousand neighbouring blocks that make whole pods of a plan in hand, so whatever
is done inside a tile leaves a whole plan of the town. Tiles know nothing of each other: they can be
worked on side by side, in threads or on other machines, and the result does not depend on where or
in which order. Pods cannot change across the seams between tiles meanwhile; afterwards the seams
are swept in the whole town.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geomatch.core.arrays import Bools, Floats, Ints
from pods.planner.bounds.lower_bound import Relaxation, ascend
from pods.planner.bounds.proposals import ProposedPods, walks
from pods.planner.effort import Effort
from pods.planner.search.construct import first_plan
from pods.planner.search.improve import improved, pods_per_part
from pods.planner.search.recombine import recombined
from pods.planner.town.grouping import grouped
from pods.planner.town.subtown import subtown
from pods.planner.town.town import Limits, Town, TownArrays
from pods.planner.watch import Watch


@dataclass(frozen=True)
class TileTask:
    """All there is to know for planning one tile; small enough to send to another machine.

    Attributes
    ----------
    town
        The tile as a town of its own.
    blocks
        (t,) its blocks in the whole town.
    labels
        (t,) pods 0..k-1 of the plan in hand.
    limits
        Size limits.
    effort
        Work allowed.
    seed
        Of this tile.
    """

    town: Town
    blocks: Ints
    labels: Ints
    limits: Limits
    effort: Effort
    seed: int


class TilePlan(NamedTuple):
    """What comes of a tile: (t,) pods 0..k-1, and (t,) prices for the lower bound."""

    labels: Ints
    price: Floats


class Proposals(NamedTuple):
    """Pods that keep every rule (blocks ascending, cost), and the (t,) prices they come from."""

    pods: list[tuple[Ints, float]]
    price: Floats


def tile_tasks(
    town: Town, labels: Ints, limits: Limits, effort: Effort, seed: int
) -> list[TileTask]:
    """Cut a town into tiles along the pods of a plan.

    Parameters
    ----------
    town
        The town.
    labels
        (m,) pods of the plan in hand, -1 for blocks left out (they are in no tile).
    limits
        Size limits.
    effort
        Size of a tile, and work per tile.
    seed
        Each tile's seed, and how tiles lie, follow from it.
    """
    random = np.random.default_rng(seed)
    tiles = _tiles(town.arrays, labels, effort.tile_size, float(random.uniform(0.0, np.pi)))
    seeds = random.integers(2**31, size=len(tiles))
    return [
        TileTask(
            town=subtown(town, blocks),
            blocks=blocks,
            labels=np.unique(labels[blocks], return_inverse=True)[1].ravel().astype(np.int64),
            limits=limits,
            effort=effort,
            seed=int(tile_seed),
        )
        for blocks, tile_seed in zip(tiles, seeds, strict=True)
    ]


def planned(task: TileTask, watch: Watch, threads: int = 1) -> TilePlan:
    """Plan a tile as well as the effort allows.

    It is planned several times, the best pods are put together with those that prices propose, and
    what comes of it is improved; without price rounds the plan in hand is only improved. The
    result does not depend on the number of threads.
    """
    labels, price = task.labels, np.zeros(task.town.n_blocks)
    if task.effort.price_rounds:
        with ThreadPoolExecutor(threads) as pool:
            proposed = pool.submit(_proposals, task, watch)
            others = [
                pool.submit(_another_plan, task, number, watch)
                for number in range(1, task.effort.plans)
            ]
            plans = [task.labels, *watch.gathered(others)]
            pods, price = watch.gathered([proposed])[0]
        if watch.look():
            labels = recombined(task.town, plans, pods)
    wanted = pods_per_part(task.town, task.labels)
    labels = improved(task.town, labels, task.limits, task.effort.rounds, watch, wanted)
    return TilePlan(labels, price)


def _another_plan(task: TileTask, number: int, watch: Watch) -> Ints:
    """(t,) labels of a plan from another start, as many pods in each part as in hand.

    The tile is turned before it is halved into cells, which gives another plan as good.
    """
    if not watch():
        return task.labels
    random = np.random.default_rng([task.seed, number])
    turn_rad, seed = float(random.uniform(0.0, np.pi)), int(random.integers(2**31))
    start = first_plan(task.town, task.limits, seed, turn_rad=turn_rad, trees=0)
    wanted = pods_per_part(task.town, task.labels)
    return improved(task.town, start, task.limits, task.effort.rounds, watch, wanted)


def _proposals(task: TileTask, watch: Watch) -> Proposals:
    """Pods that the prices of the tile's lower bound propose, and those prices."""
    low, high = task.limits.min_size, task.limits.max_size
    relaxation = Relaxation(task.town.arrays, pods_per_part(task.town, task.labels), low, high)
    walk = walks(task.town, task.labels)
    start, target = relaxation.first_prices(walk, task.labels), float(walk.sum())
    rounds, proposed = task.effort.price_rounds, ProposedPods(task.effort.proposing_rounds)
    price = ascend(relaxation, start, target, rounds, chosen=proposed.take, watch=watch)[1]
    return Proposals(proposed.valid(task.town, low, high), price)


def put_together(labels: Ints, tasks: list[TileTask], results: list[Ints]) -> Ints:
    """Return (m,) labels of the whole town with those of its tiles put in."""
    whole = labels.copy()
    first = 0
    for task, mine in zip(tasks, results, strict=True):
        whole[task.blocks] = mine + first
        first += int(mine.max(initial=-1)) + 1
    return whole


def at_seams(town: Town, tasks: Sequence[TileTask]) -> Bools:
    """(m,) blocks whose neighbours are not all in the same tile; unplaced ones are in none."""
    arrays = town.arrays
    tile = np.full(town.n_blocks, -1)
    for number, task in enumerate(tasks):
        tile[task.blocks] = number
    mine = np.flatnonzero(np.diff(arrays.node_block_ptr) > 0)  # nodes that have blocks
    lowest = np.full(len(arrays.node_ptr) - 1, -1)
    highest = lowest.copy()
    first = arrays.node_block_ptr[mine]
    lowest[mine] = np.minimum.reduceat(tile[arrays.node_block], first)
    highest[mine] = np.maximum.reduceat(tile[arrays.node_block], first)
    node = np.repeat(np.arange(len(lowest)), np.diff(arrays.node_ptr))
    other = arrays.node_neighbour
    differs = (lowest[node] != lowest[other]) | (highest[node] != highest[other])
    seam: Bools = lowest != highest
    seam[node[differs]] = True
    return seam[arrays.node]


def _tiles(arrays: TownArrays, labels: Ints, tile_size: int, turn_rad: float) -> list[Ints]:
    """Blocks of each tile: the town halved along pods again and again, blocks ascending."""
    placed = np.flatnonzero(labels >= 0)
    pods, first, pod = np.unique(labels[placed], return_index=True, return_inverse=True)
    if not len(pods):
        return []
    count = np.bincount(pod.ravel())
    middle = arrays.site_xy[arrays.site_ptr[placed[first]]]
    if middle.shape[1] == 2:
        cosine, sine = np.cos(turn_rad), np.sin(turn_rad)
        middle = middle @ np.array([[cosine, -sine], [sine, cosine]])
    tile_of_pod = np.zeros(len(pods), dtype=np.int64)
    pending, tiles = [np.arange(len(pods))], 0
    while pending:
        mine = pending.pop()
        parts = round(int(count[mine].sum()) / tile_size)
        if parts <= 1 or len(mine) == 1:
            tile_of_pod[mine] = tiles
            tiles += 1
            continue
        axis = int(np.ptp(middle[mine], axis=0).argmax())
        along = mine[np.argsort(middle[mine, axis], kind="stable")]
        share = count[along].cumsum() / count[along].sum()
        at = int(np.clip(np.searchsorted(share, (parts // 2) / parts) + 1, 1, len(along) - 1))
        pending += [along[at:], along[:at]]
    return [placed[rows] for rows in grouped(tile_of_pod[pod.ravel()])]
