from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pods.planner import PodClustering
from pods.planner.check.bound import check_bound, proven_bound
from tests.pods.planner.test_clustering import fitted
from tests.pods.planner.towns import TownCase, towns


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns(max_homes=40))
def test_the_prices_prove_the_bound(case: TownCase) -> None:
    pods = fitted(case, effort="fast")
    bound, prices = pods.lower_bound_, pods.prices_
    assert check_bound(bound, case.points, pods.labels_, prices, **case.rules()) == []


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 4), (3, 9), (5, 30)]))
def test_no_prices_lift_the_bound_above_a_plan(seed: int, limits: tuple[int, int]) -> None:
    """Weak duality: whatever the prices, the bound is below the plan they are asked about."""
    random = np.random.default_rng(seed)
    points = random.random((40, 2)) * 300
    pods = PodClustering(*limits, limits[0] + 1).fit(points)
    prices = random.exponential(60.0, 40)
    size_limits = {"min_size": limits[0], "max_size": limits[1]}
    proven = proven_bound(points, pods.labels_, prices, **size_limits)
    assert proven <= pods.objective_ * (1 + 1e-9)
    assert check_bound(proven + 1.0, points, pods.labels_, prices, **size_limits) != []


def test_whole_buildings_lift_the_bound() -> None:
    """Three towers of 20 for pods of at most 30: shared out, they would fill two pods evenly."""
    points = np.repeat([[0.0, 0.0], [400.0, 0.0], [800.0, 0.0]], 20, axis=0)
    points = np.vstack([points, np.column_stack([np.linspace(0, 800, 30), np.full(30, 40.0)])])
    towers = np.concatenate([np.repeat([0, 1, 2], 20), np.full(30, -1)])
    whole = PodClustering(5, 30, 25).fit(points, buildings=towers)
    apart = PodClustering(5, 30, 25).fit(points)
    assert whole.gap_ < 0.05
    assert whole.lower_bound_ > apart.objective_


def test_without_a_certificate_there_is_no_bound() -> None:
    points = np.random.default_rng(4).random((60, 2)) * 300
    proven, bare = PodClustering().fit(points), PodClustering(certify=False).fit(points)
    assert bare.labels_.tobytes() == proven.labels_.tobytes()
    assert (bare.lower_bound_, bare.gap_) == (0.0, np.inf)
    assert proven.lower_bound_ > 0.9 * proven.objective_
