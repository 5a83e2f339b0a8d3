from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomatch.core.errors import ParameterError
from pods.planner import PodClustering
from pods.planner.check.plan import check_plan
from tests.pods.planner.towns import TownCase, towns


def fitted(case: TownCase, **parameters: object) -> PodClustering:
    low, high, target = case.limits
    pods = PodClustering(low, high, target, size_by=case.size_by, **parameters)
    return pods.fit(case.points, **case.fit_arguments())


def broken_rules(case: TownCase, pods: PodClustering) -> list[object]:
    return check_plan(
        case.points,
        pods.labels_,
        current=case.current,
        locked=case.locked,
        **case.rules(),
        objective=pods.objective_,
        lower_bound=pods.lower_bound_,
        explained=[unplaced.index for unplaced in pods.unplaced_],
    )


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_every_hard_rule_is_kept_in_strange_towns(case: TownCase) -> None:
    assert broken_rules(case, fitted(case)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns(max_homes=40), st.integers(0, 3))
def test_a_seed_reproduces_the_plan(case: TownCase, seed: int) -> None:
    one, two = (fitted(case, random_state=seed) for _ in range(2))
    assert one.labels_.tobytes() == two.labels_.tobytes()
    assert one.lower_bound_ == two.lower_bound_


def partitions(rows: list[int], low: int, high: int) -> list[list[tuple[int, ...]]]:
    """Every way to put rows into pods of low..high."""
    if not rows:
        return [[]]
    first, rest = rows[0], rows[1:]
    found = []
    for count in range(low - 1, min(high, len(rows))):
        for others in itertools.combinations(rest, count):
            left = [row for row in rest if row not in others]
            found += [[(first, *others), *more] for more in partitions(left, low, high)]
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(4, 9), st.integers(0, 10**6), st.booleans())
def test_the_bound_is_below_the_optimum_and_the_plan_is_near_it(
    n: int, seed: int, wall: bool
) -> None:
    """Against brute force over every plan that the independent checker accepts."""
    points = np.random.default_rng(seed).random((n, 2)) * 100
    barriers = [shapely.LineString([(50, -9), (50, 55)])] if wall else []
    pods = PodClustering(2, 4, 3).fit(points, barriers=barriers)
    if pods.unplaced_:
        return
    best = np.inf
    for plan in partitions(list(range(n)), 2, 4):
        labels = np.empty(n, dtype=int)
        for number, rows in enumerate(plan):
            labels[list(rows)] = number
        legal = not check_plan(points, labels, min_size=2, max_size=4, barriers=barriers)
        if legal and len(plan) == pods.n_pods_:
            best = min(best, objective_of(points, plan))
    assert pods.lower_bound_ <= best + 1e-6
    assert best <= pods.objective_ + 1e-6
    assert pods.objective_ <= 1.25 * best


def objective_of(points: np.ndarray, plan: list[tuple[int, ...]]) -> float:
    return sum(
        min(sum(float(np.hypot(*(points[a] - points[b]))) for b in rows) for a in rows)
        for rows in plan
    )


def test_the_number_of_pods_follows_the_target_in_each_part() -> None:
    random = np.random.default_rng(3)
    points = np.vstack([random.random((100, 2)) * 500, random.random((60, 2)) * 500 + [900, 0]])
    river = shapely.LineString([(700, -9999), (700, 9999)])
    pods = PodClustering().fit(points, barriers=[river])
    east = points[:, 0] > 700
    assert len(np.unique(pods.labels_[~east])) == round(100 / 13)
    assert len(np.unique(pods.labels_[east])) == round(60 / 13)


def test_a_chain_that_cannot_be_cut_evenly_leaves_out_only_what_it_must() -> None:
    """Towers of 29 with 3 homes between them: the middle home fits nowhere, the others do."""
    places = np.repeat(np.arange(5) * 100.0, [29, 3, 29, 3, 29])
    points = np.column_stack([places, np.zeros(93)])
    points[places == 100] += [[0, 0], [1, 0], [2, 0]]
    points[places == 300] += [[0, 0], [1, 0], [2, 0]]
    buildings = np.where(np.isin(places, [0, 200, 400]), places.astype(int), -1)
    pods = PodClustering().fit(points, buildings=buildings)
    left = sorted(u.index for u in pods.unplaced_)
    assert len(left) == 3
    assert not np.isin(places[left], [0, 200, 400]).any()
    assert {u.code for u in pods.unplaced_} == {"no_room"}
    assert np.bincount(pods.labels_[pods.labels_ >= 0]).tolist() == [30, 30, 30]


def test_two_point_people_never_share_a_pod() -> None:
    points = np.random.default_rng(1).random((60, 2)) * 200
    led = np.zeros(60, dtype=bool)
    led[np.argsort(points[:, 0])[[0, 1, 20, 21]]] = True  # two and two next to each other
    pods = PodClustering().fit(points, point_person=led)
    assert pods.unplaced_ == []
    assert len(set(pods.labels_[led])) == 4
    assert set(np.flatnonzero(led)) <= set(pods.medoid_indices_)


def test_progress_can_stop_the_work_and_the_plan_in_hand_is_whole() -> None:
    points = np.random.default_rng(2).random((300, 2)) * 900
    shares: list[float] = []

    def stop_at_once(share: float) -> bool:
        shares.append(share)
        return False

    stopped = PodClustering(progress=stop_at_once).fit(points)
    finished = PodClustering(progress=shares.append).fit(points)
    assert check_plan(points, stopped.labels_, objective=stopped.objective_) == []
    assert finished.objective_ < stopped.objective_
    assert all(0 <= share <= 1 for share in shares)


def test_it_is_a_scikit_learn_estimator() -> None:
    from sklearn.utils.estimator_checks import check_estimator

    expected_failed_checks: dict[str, str] = {}  # check -> why it may fail; none does
    results = check_estimator(
        PodClustering(), expected_failed_checks=expected_failed_checks, on_fail=None, on_skip=None
    )
    not_passed = {r["check_name"] for r in results if r["status"] not in ("passed", "skipped")}
    assert not_passed == set(expected_failed_checks)
    # Skipped where the environment variable SCIPY_ARRAY_API is not set; arrays are NumPy's here.
    assert {r["check_name"] for r in results if r["status"] == "skipped"} <= {
        "check_array_api_input"
    }


@pytest.mark.parametrize(
    ("parameters", "arguments", "words"),
    [
        ({"min_size": 6, "max_size": 5}, {}, "no pod could be both"),
        ({"min_size": 2.5}, {}, "whole number"),
        ({"size_by": "dogs"}, {}, "one of households, people"),
        ({"effort": "heroic"}, {}, "one of fast"),
        ({"seconds": -1}, {}, "seconds"),
        ({}, {"people": [1, 2]}, "one value per household"),
        ({}, {"people": [-1] * 9}, "between 0"),
        ({}, {"buildings": [0.5] * 9}, "whole numbers"),
        ({}, {"locked": [2] * 9}, "between 0 and 1"),
        ({}, {"sample_weight": [np.nan] * 9}, "finite weights"),
        ({}, {"sample_weight": [0] * 9}, "zero throughout"),
        ({"max_size": 10**30}, {}, "max_size"),
        ({"seconds": "long"}, {}, "seconds"),
        ({"seconds": np.inf}, {}, "seconds"),
        ({"tile_size": np.nan}, {}, "tile_size"),
        ({"engine": "dask"}, {}, "engine must be a function"),
        ({"progress": 1}, {}, "progress must be a function"),
        ({"random_state": "today"}, {}, "today"),
        ({}, {"people": [[1]] * 4 + [[1, 2]] * 5}, "people must hold numbers only"),
        ({}, {"current": ["north"] * 9}, "current must hold numbers only"),
        ({}, {"sample_weight": "heavy"}, "sample_weight must hold numbers only"),
        ({}, {"languages": [["en"], ["es", "en"]]}, "languages must hold numbers only"),
        ({}, {"street_of": [np.inf] * 9}, "street_of"),
        ({}, {"barriers": "river"}, r"barriers\[0\] is no shapely geometry"),
        ({}, {"barriers": [shapely.Point(np.nan, 1)]}, r"barriers\[0\] has a corner"),
        ({}, {"crossings": 3}, "crossings must be a list"),
        ({}, {"streets": 3}, "streets must be a list"),
    ],
)
def test_what_cannot_be_used_is_refused(
    parameters: dict[str, object], arguments: dict[str, object], words: str
) -> None:
    points = np.random.default_rng(0).random((9, 2))
    with pytest.raises(ParameterError, match=words):
        PodClustering(**parameters).fit(points, **arguments)


@pytest.mark.parametrize(
    "points", [[["a", "b"]], [[1, 2], [3]], np.zeros((2, 2, 2)), [[np.inf, 0]], np.empty((0, 2))]
)
def test_points_that_are_none_are_refused(points: object) -> None:
    with pytest.raises(ParameterError):
        PodClustering().fit(points)


def test_the_checker_finds_every_kind_of_broken_rule() -> None:
    points = np.array([[x * 10.0, y * 9.0] for x in range(6) for y in range(2)])
    good = np.repeat([0, 1], 6)
    wall = shapely.LineString([(45, -99), (45, 99)])

    def rules(labels: object, **arguments: object) -> set[str]:
        found = check_plan(points, labels, min_size=5, max_size=7, **arguments)
        return {broken.rule for broken in found}

    assert rules(good) == set()
    assert rules(np.repeat([0, 1], [8, 4])) == {"size"}
    assert rules([0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0]) == {"connected"}
    assert rules(good, barriers=[wall]) == {"connected", "barrier"}
    assert rules(good, buildings=[-1] * 5 + [1, 1] + [-1] * 5) == {"building"}
    assert rules(good, point_person=[1, 1] + [0] * 10) == {"point people"}
    assert rules(good, current=[4] * 12, locked=[1] + [0] * 11) == {"lock"}
    assert rules(good, objective=1.0) == {"objective"}
    assert rules(good, lower_bound=1e9) == {"bound"}
    assert rules(good, explained=[3]) == {"reasons"}
