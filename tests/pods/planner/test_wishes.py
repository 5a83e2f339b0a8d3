"""Wishes are weighed against distance, counted right, and never against a hard rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomatch.core.errors import ParameterError
from geomatch.core.proximity import neighbour_graph
from pods.planner import PodClustering, WishWeights
from pods.planner.effort import EFFORTS
from pods.planner.search.plan import new_plan
from pods.planner.tiling.tiles import tile_tasks
from pods.planner.town.subtown import subtown
from pods.planner.town.town import Households, Limits, build_town
from pods.planner.town.wishes import DEAREST, NO_WISHES, Wishes, wish_arrays
from pods.tilefiles import read_tile, write_tile
from tests.pods.planner.test_clustering import broken_rules
from tests.pods.planner.towns import TownCase, towns

OFF = WishWeights(0, 0, 0, 0)
ABSURD = WishWeights(1e15, 1e15, 1e15, 1e15)


def traits(n: int, seed: int) -> dict[str, Any]:
    """What wishes are about, for n households: some of it unknown."""
    random = np.random.default_rng(seed)
    return {
        "willing": random.random(n) < 0.15,
        "drives": random.random(n) < 0.2,
        "languages": random.random((n, 4)) < [0.6, 0.2, 0.1, 0.05],
        "street_of": random.integers(-1, max(n // 6, 1), n),
    }


def recounted_m(weights: WishWeights, given: dict[str, Any], pods: dict[int, list[int]]) -> float:
    """Price the pods by definition, household by household."""
    total = 0.0
    for rows in pods.values():
        total += weights.willing * (not any(given["willing"][row] for row in rows))
        total += weights.driver * (not any(given["drives"][row] for row in rows))
        speaks = [set(np.flatnonzero(given["languages"][row])) for row in rows]
        for me, mine in enumerate(speaks):
            others = [theirs for other, theirs in enumerate(speaks) if other != me]
            total += weights.language * bool(mine and not any(mine & theirs for theirs in others))
        streets = {int(given["street_of"][row]) for row in rows} - {-1}
        total += weights.street * max(len(streets) - 1, 0)
    return total


def pods_of(labels: np.ndarray) -> dict[int, list[int]]:
    pods: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels.tolist()):
        if label >= 0:
            pods[label].append(row)
    return pods


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 40), st.integers(0, 10**6))
def test_the_planner_prices_pods_as_an_independent_recount_does(n: int, seed: int) -> None:
    """The compiled cost of every pod, with wishes less without, is the recount's."""
    random = np.random.default_rng(seed)
    points = random.integers(0, 9, (n, 2)) * 16.0
    given_ = traits(n, seed)
    blank = np.full(n, -1)
    weights = WishWeights(*random.integers(0, 500, 4).astype(float))
    households = Households(
        points, np.ones(n, int), np.ones(n), blank, blank, blank, blank > 0, blank > 0,
        Wishes(weights, *given_.values()),
    )  # fmt: skip
    graph = neighbour_graph(points)
    blocks = random.integers(0, max(n // 2, 1), n)  # some hold several households
    blocks = np.array([np.flatnonzero(blocks == block)[0] for block in blocks])
    costs = []
    for wishes in (households.wishes, replace(households.wishes, weights=OFF)):
        town = build_town(replace(households, wishes=wishes), graph, blocks, [])
        labels = np.arange(town.n_blocks) % 3
        costs.append(new_plan(town, labels).cost.sum())
    rows = labels[town.block_of]
    # The extent is a multiple of 16 m, so whole metres are whole units: equal to the last bit.
    assert (costs[0] - costs[1]) * town.unit_m == recounted_m(weights, given_, pods_of(rows))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns(), st.integers(0, 99), st.sampled_from([WishWeights(), ABSURD]))
def test_whatever_is_wished_every_hard_rule_is_kept(
    case: TownCase, seed: int, weights: WishWeights
) -> None:
    given_ = traits(len(case.points), seed)
    pods = PodClustering(*case.limits, size_by=case.size_by, wish_weights=weights)
    pods.fit(case.points, **case.fit_arguments(), **given_)
    assert broken_rules(case, pods) == []
    if case.point_person is not None:
        given_["willing"] = given_["willing"] | case.point_person
    assert np.isclose(pods.wish_cost_, recounted_m(weights, given_, pods_of(pods.labels_)))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns(max_homes=40), st.integers(0, 99))
def test_a_wish_worth_nothing_changes_nothing(case: TownCase, seed: int) -> None:
    low, high, target = case.limits
    plain = PodClustering(low, high, target, size_by=case.size_by, wish_weights=ABSURD)
    plain.fit(case.points, **case.fit_arguments())
    off = PodClustering(low, high, target, size_by=case.size_by, wish_weights=OFF)
    off.fit(case.points, **case.fit_arguments(), **traits(len(case.points), seed))
    assert plain.labels_.tobytes() == off.labels_.tobytes()
    assert plain.lower_bound_ == off.lower_bound_
    assert (plain.wishes_, plain.wish_cost_) == ({}, 0.0)


def two_hamlets() -> np.ndarray:
    """Six and six homes in a row, 40 m apart where the hamlets meet and 10 m elsewhere."""
    x = np.concatenate([np.arange(6) * 10.0, 90.0 + np.arange(6) * 10.0])
    return np.column_stack([x, np.zeros(12)])


@pytest.mark.parametrize(
    ("weights", "driverless", "left"), [(WishWeights(driver=30), 1, 6), (WishWeights(), 0, 5)]
)
def test_a_wish_is_granted_when_it_costs_less_than_it_is_worth(
    weights: WishWeights, driverless: int, left: int
) -> None:
    """Both drivers live in the east: the nearer one joins the west for 45 m more in all."""
    drives = np.zeros(12, dtype=bool)
    drives[[6, 9]] = True
    pods = PodClustering(5, 7, 6, wish_weights=weights).fit(two_hamlets(), drives=drives)
    assert pods.wishes_ == {"pods_without_driver": driverless}
    assert sorted(np.bincount(pods.labels_)) == [left, 12 - left]


def test_a_driver_is_never_fetched_across_a_barrier() -> None:
    import shapely

    drives = np.zeros(12, dtype=bool)
    drives[[6, 9]] = True
    river = shapely.LineString([(70, -999), (70, 999)])
    pods = PodClustering(5, 7, 6, wish_weights=ABSURD)
    pods.fit(two_hamlets(), drives=drives, barriers=[river])
    assert pods.labels_.tolist() in ([0] * 6 + [1] * 6, [1] * 6 + [0] * 6)
    assert pods.wishes_ == {"pods_without_driver": 1}


def test_a_household_is_moved_to_where_it_is_understood() -> None:
    languages = np.zeros((12, 2), dtype=bool)
    languages[:, 0] = True
    languages[5:12] = [False, True]  # the last of the west speaks as the east does
    pods = PodClustering(5, 7, 6).fit(two_hamlets(), languages=languages)
    assert pods.labels_[5] == pods.labels_[6]
    assert pods.wishes_ == {"households_alone_in_language": 0}


def test_unknown_is_nobodys_language() -> None:
    """Five whose languages are unknown and one who speaks: alone is who speaks, and only they."""
    languages = np.zeros((6, 2), dtype=bool)
    languages[2, 0] = True
    pods = PodClustering(5, 7, 6).fit(two_hamlets()[:6], languages=languages)
    assert pods.wishes_ == {"households_alone_in_language": 1}


def test_a_pod_with_a_point_person_has_somebody_willing() -> None:
    led = np.arange(6) == 3
    pods = PodClustering(5, 7, 6)
    pods.fit(two_hamlets()[:6], willing=np.zeros(6, dtype=bool), point_person=led)
    assert pods.wishes_ == {"pods_without_willing": 0}


def test_pods_follow_streets_when_that_is_worth_it() -> None:
    """Streets 40 m apart with uneven gaps: the shortest pods take in the house over the way."""
    random = np.random.default_rng(5)
    street = np.repeat(np.arange(5), 24)
    points = np.column_stack([random.random(120) * 600, street * 40.0])
    short, along = (
        PodClustering(wish_weights=WishWeights(street=price)).fit(points, street_of=street)
        for price in (0, 100)
    )
    assert along.wishes_["streets_per_pod"] < 0.75 * short.wishes_["streets_per_pod"]
    assert along.wishes_["share_on_two_main_streets"] > short.wishes_["share_on_two_main_streets"]
    assert along.objective_ > short.objective_


def test_a_price_is_capped_so_that_sums_stay_exact() -> None:
    few = Wishes(ABSURD, willing=np.ones(3, dtype=bool))
    price = wish_arrays(few, np.arange(3), 3, unit_m=0.001).price
    assert price.tolist() == [DEAREST, 0, 0, 0]  # and what is not given costs nothing


def test_households_can_be_taken_out_of_wishes() -> None:
    given_ = traits(9, 1)
    some = Wishes(WishWeights(), *given_.values()).of(np.array([2, 5]))
    assert some.street is not None
    assert some.street.tolist() == given_["street_of"][[2, 5]].tolist()
    assert Wishes().of(np.array([2, 5])) == Wishes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"willing": [2] * 9}, "willing must hold one value of yes or no"),
        ({"drives": [True] * 8}, "drives must hold one value"),
        ({"languages": [True] * 9}, "languages must hold a row"),
        ({"street_of": [0.5] * 9}, "one whole number per household"),
        ({"street_of": [-2] * 9}, "-1 for unknown"),
    ],
)
def test_wishes_that_cannot_be_read_are_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        PodClustering().fit(np.random.default_rng(0).random((9, 2)), **arguments)


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "much"])
def test_a_weight_is_a_number_of_metres(value: Any) -> None:
    with pytest.raises(ParameterError, match="“driver” is worth"):
        WishWeights(driver=value)
    with pytest.raises(ParameterError, match="wish_weights must be"):
        PodClustering(wish_weights=value).fit(two_hamlets())


def test_a_tile_wishes_what_the_town_does(tmp_path: Path) -> None:
    """The cost of a pod is the same in the town, in a town of some of its blocks, and in a file."""
    n = 60
    points = np.random.default_rng(4).integers(0, 9, (n, 2)) * 16.0
    blank = np.full(n, -1)
    households = Households(
        points, np.ones(n, int), np.ones(n), blank, blank, blank, blank > 0, blank > 0,
        Wishes(WishWeights(), *traits(n, 4).values()),
    )  # fmt: skip
    town = build_town(households, neighbour_graph(points), np.arange(n) // 2 * 2, [])
    blocks = np.flatnonzero(np.arange(town.n_blocks) % 3 > 0)
    pods = np.arange(len(blocks)) % 4
    labels = np.full(town.n_blocks, -1)
    labels[blocks] = pods
    whole, tile = new_plan(town, labels), new_plan(subtown(town, blocks), pods)
    assert whole.cost.tolist() == tile.cost.tolist()
    (task,) = tile_tasks(town, labels, Limits(1, 60, 15), EFFORTS["fast"], seed=0)
    write_tile(tmp_path / "tile.parquet", task)
    for mine, read in zip(
        task.town.arrays.wishes, read_tile(tmp_path / "tile.parquet")[0].arrays.wishes, strict=True
    ):
        assert (mine.tolist(), mine.dtype) == (read.tolist(), read.dtype)
    unwished = build_town(
        replace(households, wishes=Wishes()), neighbour_graph(points), np.arange(n), []
    )
    assert subtown(unwished, blocks).arrays.wishes is NO_WISHES
