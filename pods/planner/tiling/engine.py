"""Plan a whole town: one quick plan, better plans of its tiles, and a sweep over the seams."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from geomatch.core.arrays import Floats, Ints
from pods.planner.effort import Effort
from pods.planner.search.construct import first_plan
from pods.planner.search.improve import improved
from pods.planner.tiling.tiles import (
    TilePlan,
    TileTask,
    at_seams,
    planned,
    put_together,
    tile_tasks,
)
from pods.planner.town.town import Limits, Town
from pods.planner.watch import Watch

Engine = Callable[[Sequence[TileTask], Watch], list[TilePlan]]
"""What plans some tiles, each by `tiles.planned`, and returns their plans in order."""

THREADS = 2
"""Threads at work; compiled work runs side by side. More would cost an old laptop its memory."""


def local_engine(tasks: Sequence[TileTask], watch: Watch) -> list[TilePlan]:
    """Plan tiles in threads of this process."""
    if len(tasks) == 1:
        return [planned(tasks[0], watch, THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        return watch.gathered([pool.submit(planned, task, watch) for task in tasks])


def best_plan(
    town: Town,
    limits: Limits,
    effort: Effort,
    seed: int,
    watch: Watch,
    engine: Engine = local_engine,
) -> tuple[Ints, Floats | None]:
    """Find the best plan the effort allows.

    Returns
    -------
    labels
        (m,) pods, -1 for blocks left out.
    price
        (m,) prices for the lower bound; None when the work was stopped before there were any.
    """
    labels = first_plan(town, limits, seed)
    only_improve = replace(effort, price_rounds=0)
    if town.n_blocks > 2 * effort.tile_size:
        labels, _ = planned_in_tiles(town, labels, limits, only_improve, seed + 1, watch, engine)
    else:
        labels = improved(town, labels, limits, effort.rounds, watch)
    if labels.max(initial=-1) < 0 or not watch():
        return labels, None
    return planned_in_tiles(town, labels, limits, effort, seed, watch, engine)


def planned_in_tiles(
    town: Town,
    labels: Ints,
    limits: Limits,
    effort: Effort,
    seed: int,
    watch: Watch,
    engine: Engine,
) -> tuple[Ints, Floats]:
    """Plan a town tile by tile from (m,) labels in hand, then improve it from the seams on.

    Returns
    -------
    labels, price
        (m,) pods, -1 for blocks left out; (m,) prices that the tiles found.
    """
    tasks = tile_tasks(town, labels, limits, effort, seed)
    plans = engine(tasks, watch)
    labels = put_together(labels, tasks, [plan.labels for plan in plans])
    price = np.zeros(town.n_blocks)
    for task, plan in zip(tasks, plans, strict=True):
        price[task.blocks] = plan.price
    rounds = 0 if effort.price_rounds else effort.rounds  # tiles that kept their number of pods
    seams = at_seams(town, tasks)
    return improved(town, labels, limits, rounds, watch, unsettled=seams), price
