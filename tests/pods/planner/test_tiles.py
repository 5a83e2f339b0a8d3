from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.towns import invented_town
from geomatch.core.proximity import neighbour_graph
from pods.planner import PodClustering
from pods.planner.check.plan import check_plan
from pods.planner.effort import EFFORTS
from pods.planner.search.construct import first_plan
from pods.planner.tiling import engine as engines
from pods.planner.tiling.tiles import at_seams, tile_tasks
from pods.planner.town.blocks import group_into_blocks
from pods.planner.town.town import Households, Limits, build_town
from tests.pods.planner.test_clustering import broken_rules, fitted
from tests.pods.planner.towns import TownCase, towns

TOWN = invented_town(900)


def planned(**parameters: object) -> PodClustering:
    pods = PodClustering(effort="fast", **parameters)
    return pods.fit(TOWN.points, buildings=TOWN.building, barriers=[TOWN.channel])


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns(), st.integers(1, 40))
def test_every_hard_rule_is_kept_across_the_seams_of_tiles(case: TownCase, tile: int) -> None:
    assert broken_rules(case, fitted(case, effort="fast", tile_size=tile)) == []


@pytest.mark.parametrize("tile_size", [None, 150])
def test_the_plan_is_the_same_on_any_number_of_threads(
    tile_size: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(engines, "THREADS", threads)
        plans.append(planned(tile_size=tile_size))
    assert len({pods.labels_.tobytes() for pods in plans}) == 1
    assert len({pods.lower_bound_ for pods in plans}) == 1


def test_tiles_cost_little() -> None:
    whole, tiled = planned(), planned(tile_size=150)
    assert tiled.n_pods_ == whole.n_pods_
    assert tiled.objective_ < 1.03 * whole.objective_
    assert tiled.gap_ < 0.06


def test_seams_are_where_a_neighbour_is_in_another_tile() -> None:
    n, limits = len(TOWN), Limits(5, 30, 13)
    zeros = np.zeros(n, dtype=np.int64)
    households = Households(
        TOWN.points, zeros + 1, np.ones(n), TOWN.building, zeros, zeros - 1, zeros > 0, zeros > 0
    )
    graph = neighbour_graph(TOWN.points, buildings=TOWN.building, barriers=[TOWN.channel])
    blocks, set_aside = group_into_blocks(households, graph, limits)
    town = build_town(households, graph, blocks, set_aside)
    labels = first_plan(town, limits, seed=0)
    labels[5] = -1
    tasks = tile_tasks(town, labels, limits, replace(EFFORTS["fast"], tile_size=150), seed=0)
    assert len(tasks) > 3
    tile = {int(block): number for number, task in enumerate(tasks) for block in task.blocks}
    seams = set()
    for block, node in enumerate(town.arrays.node):
        first, last = town.arrays.node_ptr[node : node + 2]
        near = {int(node), *town.arrays.node_neighbour[first:last].tolist()}
        others = [b for b, at in enumerate(town.arrays.node) if int(at) in near]
        if len({tile.get(b, -1) for b in others}) > 1:
            seams.add(block)
    assert set(np.flatnonzero(at_seams(town, tasks)).tolist()) == seams
    assert 0 < len(seams) < town.n_blocks


def test_proposed_pods_shorten_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the prices propose is used, and is worth it."""
    with_them = planned()
    monkeypatch.setattr("pods.planner.bounds.proposals.ProposedPods.valid", lambda *_: [])
    without = planned()
    assert with_them.objective_ < without.objective_


@pytest.mark.parametrize("calls", [1, 3, 10, 30])
def test_work_that_is_stopped_anywhere_leaves_a_whole_plan(calls: int) -> None:
    told: list[float] = []

    def stop_later(share: float) -> bool:
        told.append(share)
        return len(told) < calls

    pods = planned(tile_size=150, progress=stop_later)
    assert told == sorted(told)
    assert check_plan(
        TOWN.points, pods.labels_, buildings=TOWN.building, barriers=[TOWN.channel],
        objective=pods.objective_, lower_bound=pods.lower_bound_,
        explained=[unplaced.index for unplaced in pods.unplaced_],
    ) == []  # fmt: skip
