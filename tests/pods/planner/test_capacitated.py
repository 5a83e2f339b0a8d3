"""Capacitated medians against the optimum by integer programming, and against the rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from geomatch.core.errors import InfeasibleError, ParameterError
from pods.planner.capacitated.local_search import Sharing, scattered_town
from pods.planner.capacitated.p_median import CapacitatedPlan, capacitated_medians


def distances(points: np.ndarray) -> np.ndarray:
    return np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))


def optimum(points: np.ndarray, size: np.ndarray, high: np.ndarray, p: int) -> float:
    """Least sum of distances by HiGHS, infinite where no choice fits; shares no code with us.

    Variables x[i, j] (i is served by j), then y[j] (j is a median).
    """
    n = len(points)
    cost = np.append(distances(points).ravel(), np.zeros(n))
    rows, low, top = [], [], []

    def rule(row: np.ndarray, least: float, most: float) -> None:
        rows.append(row)
        low.append(least)
        top.append(most)

    for i in range(n):
        row = np.zeros(n * n + n)
        row[i * n : i * n + n] = 1
        rule(row, 1, 1)
    for j in range(n):
        row = np.zeros(n * n + n)
        row[j : n * n : n] = size
        row[n * n + j] = -high[j]
        rule(row, -np.inf, 0)
        for i in range(n):
            link = np.zeros(n * n + n)
            link[i * n + j], link[n * n + j] = 1, -1
            rule(link, -np.inf, 0)
    count = np.zeros(n * n + n)
    count[n * n :] = 1
    rule(count, p, p)
    answer = milp(
        cost,
        integrality=np.ones(len(cost), dtype=int),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.array(rows), low, top),
    )
    return float(answer.fun) if answer.x is not None else np.inf


def faults(
    plan: CapacitatedPlan, points: np.ndarray, size: np.ndarray, high: np.ndarray, p: int
) -> list[str]:
    found = []
    if len(set(plan.medians.tolist())) != p:
        found.append("medians")
    if (np.bincount(plan.labels, size, p) > high[plan.medians]).any():
        found.append("capacity")
    walks = distances(points)[np.arange(len(points)), plan.medians[plan.labels]]
    if not np.isclose(walks.sum(), plan.objective):
        found.append("objective")
    return found


def problem(
    seed: int, n: int, p: int, fill: float, *, own: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Half the points in clumps; one capacity for all, or one for each."""
    random = np.random.default_rng(seed)
    points = random.random((n, 2)) * 100.0
    clumps = random.random((3, 2)) * 100.0
    points[: n // 2] = clumps[random.integers(0, 3, n // 2)] + random.normal(0, 4, (n // 2, 2))
    size = random.integers(1, 30, n)
    high = np.full(n, max(int(np.ceil(size.sum() / p / fill)), size.max()))
    if own:
        high = np.maximum((high * random.uniform(0.7, 1.5, n)).astype(int), size.max())
    return points, size, high, p


@pytest.mark.parametrize(
    ("seed", "n", "p", "fill", "own"),
    [
        (1, 14, 3, 0.9, False),
        (2, 16, 4, 0.85, True),
        (3, 18, 3, 0.95, False),
        (4, 18, 5, 0.8, True),
    ],
)
def test_small_problems_are_solved_to_the_optimum(
    seed: int, n: int, p: int, fill: float, own: int
) -> None:
    case = problem(seed, n, p, fill, own=bool(own))
    plan = capacitated_medians(*case)
    assert faults(plan, *case) == []
    least = optimum(*case)
    assert plan.objective == pytest.approx(least, rel=1e-6)
    assert plan.lower_bound <= least * (1 + 1e-9)
    assert plan.gap < 0.1


@settings(max_examples=25)
@given(st.data())
def test_every_rule_is_kept_and_the_bound_is_one(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 9))
    p = data.draw(st.integers(1, n))
    places = st.tuples(st.integers(0, 6), st.integers(0, 6))  # with equal points
    points = np.array(data.draw(st.lists(places, min_size=n, max_size=n)), float)
    size = np.array(data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)))
    high = np.array(data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)))
    least = optimum(points, size, high, p)
    try:
        plan = capacitated_medians(points, size, high, p, passes=1)
    except InfeasibleError:
        assert least == np.inf
        return
    assert faults(plan, points, size, high, p) == []
    assert plan.objective >= least - 1e-6
    assert plan.lower_bound <= least + 1e-6


def test_a_median_may_be_served_elsewhere_where_that_makes_room() -> None:
    # Only point 1 can serve point 0, and then has no room left for itself.
    points = np.array([(0.0, 0.0), (1.0, 0.0), (5.0, 0.0)])
    plan = capacitated_medians(points, [3, 1, 1], [0, 3, 2], 2)
    assert plan.medians.tolist() == [1, 2]
    assert plan.labels.tolist() == [0, 1, 1]
    assert plan.objective == 5.0


def test_the_same_seed_gives_the_same_plan() -> None:
    case = problem(5, 60, 6, 0.9, own=True)
    one, two = (capacitated_medians(*case, passes=1, seed=3) for _ in range(2))
    assert one.labels.tolist() == two.labels.tolist()
    assert one.lower_bound == two.lower_bound


def test_seconds_are_used_and_an_early_stop_is_heard() -> None:
    points, size, high, p = problem(6, 40, 5, 0.95, own=False)
    ticks = iter(range(10**6))
    shares: list[float] = []
    plan = capacitated_medians(
        points, size, high, p, seconds=600, clock=lambda: next(ticks), progress=shares.append
    )
    assert faults(plan, points, size, high, p) == []
    assert next(ticks) > 600 or plan.gap < 1e-6
    assert shares == sorted(shares)
    stopped = capacitated_medians(points, size, high, p, progress=lambda _: False)
    assert faults(stopped, points, size, high, p) == []
    at_once = capacitated_medians(points, size, high, p, seconds=0)
    assert faults(at_once, points, size, high, p) == []
    assert at_once.objective >= plan.objective


def test_integer_programming_finds_room_where_everything_must_fit_exactly() -> None:
    size = np.array([5, 5, 4, 4, 4, 3, 3, 2])
    points = np.column_stack([np.arange(8.0), np.zeros(8)])
    sharing = Sharing(scattered_town(points, size, np.full(8, 10)))
    found = sharing.fitted(np.array([0, 3, 6]), 60.0)
    assert found is not None
    assert np.bincount(found.owner, sharing.size).tolist() == [10, 10, 10]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([(0, 0)], [1], [1], 2), ParameterError, "p must lie between 1 and the 1 points"),
        (([(0, np.nan)], [1], [1], 1), ParameterError, "finite x and y"),
        (([(0, 0)], [1, 2], [1], 1), ParameterError, "one number from 0 per point"),
        (([(0, 0)], [0.5], [1], 1), ParameterError, "sizes must be whole numbers"),
        (([(0, 0)], [2], [1], 1), InfeasibleError, "sum to 2, and the 1 largest capacities to 1"),
        (([(0, 0), (1, 0)], [3, 0], [2, 2], 2), InfeasibleError, "Point 1 has a demand of 3"),
        (([(k, 0) for k in range(3)], [2, 2, 2], [3] * 3, 2), InfeasibleError, "No way was found"),
    ],
)
def test_what_cannot_be_solved_is_refused(
    arguments: tuple[object, ...], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        capacitated_medians(*arguments)
