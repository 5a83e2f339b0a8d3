from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomatch.core.errors import ParameterError
from geomatch.core.proximity import StreetNetwork
from geomatch.core.walks import Walks, walks_among, walks_on
from pods.planner import PodClustering
from pods.planner.bounds.nearby import nearest_on_foot
from pods.planner.check.bound import check_bound
from pods.planner.check.plan import check_plan
from pods.planner.town.town import TownArrays
from tests.core.streettowns import StreetTown, street_towns, two_banks
from tests.pods.planner.test_clustering import partitions

ROOT = Path(__file__).resolve().parents[3]
STRANGE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def fitted(town: StreetTown, **parameters: object) -> PodClustering:
    pods = PodClustering(2, 6, 4, **parameters)
    return pods.fit(town.points, barriers=town.barriers, streets=town.streets)


@STRANGE
@given(street_towns())
def test_plans_on_foot_keep_every_rule_and_their_figures_are_true(town: StreetTown) -> None:
    pods = fitted(town, effort="fast")
    facts = {"min_size": 2, "max_size": 6, "barriers": town.barriers, "streets": town.streets}
    figures = {"objective": pods.objective_, "lower_bound": pods.lower_bound_}
    left_out = [unplaced.index for unplaced in pods.unplaced_]
    assert check_plan(town.points, pods.labels_, **facts, **figures, explained=left_out) == []
    prices, plan = pods.prices_, (town.points, pods.labels_)
    assert check_bound(pods.lower_bound_, *plan, prices, **facts) == []
    wrong = check_plan(town.points, pods.labels_, **facts, objective=pods.objective_ * 1.001 + 0.1)
    assert [broken.rule for broken in wrong] == ["objective"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(street_towns(least=6), st.integers(0, 8), st.integers(0, 10**6))
def test_pods_are_rebalanced_on_foot_as_well(town: StreetTown, most: int, seed: int) -> None:
    random, n = np.random.default_rng(seed), len(town.points)
    current = fitted(town, effort="fast").labels_
    strays = random.random(n) < 0.15
    current[strays] = random.integers(-1, 4, strays.sum())
    pods = PodClustering(2, 6, 4, effort="fast", max_moves=most).fit(
        town.points, barriers=town.barriers, streets=town.streets, current=current
    )
    assert check_plan(
        town.points, pods.labels_, min_size=2, max_size=6, barriers=town.barriers,
        streets=town.streets, objective=pods.objective_,
        explained=[unplaced.index for unplaced in pods.unplaced_],
    ) == []  # fmt: skip
    moved = (current >= 0) & (pods.labels_ >= 0) & (current != pods.labels_)
    assert moved.sum() == pods.moves_
    assert pods.moves_lower_bound_ <= pods.moves_ <= most


@settings(max_examples=12, deadline=None)
@given(street_towns(least=4, most=8))
def test_the_bound_on_foot_is_below_the_optimum_and_the_plan_is_near_it(town: StreetTown) -> None:
    pods = PodClustering(2, 4, 3).fit(town.points, streets=town.streets)
    network = StreetNetwork(town.streets, town.points)
    walk = network.walks(np.arange(len(town.points)))
    best = np.inf
    for plan in partitions(list(range(len(town.points))), 2, 4):
        labels = np.empty(len(town.points), dtype=int)
        for number, rows in enumerate(plan):
            labels[list(rows)] = number
        if len(plan) != pods.n_pods_ or check_plan(town.points, labels, min_size=2, max_size=4):
            continue
        best = min(best, sum(walk[np.ix_(rows, rows)].sum(axis=1).min() for rows in plan))
    assert pods.unplaced_ == []
    assert pods.lower_bound_ <= best + 1e-6
    assert best <= pods.objective_ + 1e-6
    assert pods.objective_ <= 1.4 * best + 1e-6


def test_whoever_is_on_no_list_is_at_least_as_far_as_the_bound_believes() -> None:
    random = np.random.default_rng(8)
    points = random.random((500, 2)) * [2000.0, 300.0]
    lines = [shapely.LineString([(x, -20), (x + 30, 330)]) for x in range(0, 2000, 90)]
    lines.append(shapely.LineString([(-50, 5), (2050, 12)]))
    walks = walks_on(StreetNetwork(lines, points))
    homes = np.arange(500)
    straight = np.linalg.norm(points[:, None] - points[None], axis=2)
    walk = walks_among(walks, walks.step_m, homes, straight)
    town = town_of(points, walks)
    for many in (64, 499, 600):
        near, last, whole = nearest_on_foot(town, homes, many)
        assert whole == (many >= 499)
        assert near.shape == (500, min(many, 499))
        for home in range(500):
            others = np.setdiff1d(homes, [*near[home], home])
            assert home not in near[home]
            assert len(set(near[home])) == near.shape[1]
            assert last[home] <= walk[home, others].min(initial=np.inf)
        listed = np.take_along_axis(walk, near, axis=1)
        assert (listed.max(axis=1) <= last).mean() > 0.8  # near on foot, not only by the map


def town_of(points: np.ndarray, walks: Walks) -> TownArrays:
    """Only what `nearest_on_foot` reads, in metres."""
    blank = {name: np.empty(0) for name in TownArrays._fields}
    return TownArrays(**(blank | {"site_xy": points, "walks": walks, "step": walks.step_m}))


def test_a_river_with_one_far_bridge_parts_those_who_would_have_to_walk_round() -> None:
    points, streets = two_banks()
    bank = points[:, 1] > 15
    straight = PodClustering(4, 6, 5).fit(points)
    walking = PodClustering(4, 6, 5).fit(points, streets=streets)

    def both_banks(pods: PodClustering) -> int:
        return sum(len(np.unique(bank[pods.labels_ == pod])) > 1 for pod in range(pods.n_pods_))

    assert both_banks(straight) > 0
    assert both_banks(walking) == 0
    assert walking.distances_m_.max() <= 44.0
    # Measured on foot, the plan by straight lines would send people over the bridge.
    on_foot = StreetNetwork(streets, points).walks(np.arange(20))
    medoid = straight.medoid_indices_[straight.labels_]
    assert on_foot[np.arange(20), medoid].max() > 2000.0


def test_streets_change_the_distance_and_not_who_is_contiguous() -> None:
    points, streets = two_banks()
    graphs = [PodClustering().fit(points, streets=s).graph_ for s in (None, streets)]
    assert graphs[0].edges.tolist() == graphs[1].edges.tolist()


def test_homes_that_no_street_joins_are_planned_nonetheless() -> None:
    points = np.random.default_rng(2).random((40, 2)) * 400.0
    apart = [shapely.LineString([(x, 0), (x, 400)]) for x in (40.25, 350.5)]
    pods = PodClustering().fit(points, streets=apart)
    assert pods.unplaced_ == []
    assert check_plan(points, pods.labels_, streets=apart, objective=pods.objective_) == []


@pytest.mark.parametrize(
    ("streets", "words"),
    [
        ([], "no line in it"),
        ([shapely.Point(3, 4)], "no line in it"),
        ([shapely.LineString([(0, 0), (np.inf, 1)])], "finite"),
        (["Main St"], "no shapely geometry"),
    ],
)
def test_streets_that_cannot_be_used_are_refused(streets: list[object], words: str) -> None:
    points = np.random.default_rng(0).random((9, 2))
    with pytest.raises(ParameterError, match=words):
        PodClustering().fit(points, streets=streets)


def test_streets_need_the_plane() -> None:
    points = np.random.default_rng(0).random((9, 3))
    with pytest.raises(ParameterError, match="two columns"):
        PodClustering().fit(points, streets=[shapely.LineString([(0, 0), (1, 1)])])


def planned_bytes() -> str:
    """Plan a town of 250 homes and return everything that must not depend on threads."""
    points = np.random.default_rng(4).random((250, 2)) * 1600.0
    streets = [shapely.LineString([(x, -9), (x + 40, 1609)]) for x in range(0, 1600, 150)]
    streets += [shapely.LineString([(-9, y), (1609, y + 25)]) for y in range(30, 1600, 400)]
    pods = PodClustering(effort="balanced").fit(points, streets=streets)
    return f"{pods.labels_.tobytes().hex()} {pods.objective_!r} {pods.lower_bound_!r}"


ON_ONE_PROCESSOR = """
import os
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from tests.pods.planner.test_streets import planned_bytes
print(planned_bytes())
"""


def test_the_number_of_threads_changes_no_byte() -> None:
    one = dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    alone = subprocess.run(
        [sys.executable, "-c", ON_ONE_PROCESSOR],
        capture_output=True,
        text=True,
        env={**os.environ, **one, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        check=True,
    )
    assert alone.stdout.strip() == planned_bytes()
