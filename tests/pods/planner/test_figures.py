"""Figures against slower ways to count the same."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pods.planner.report import figures
from pods.planner.report.figures import barrier_crossings, diameters_m, wish_figures
from pods.planner.town.wishes import Wishes

Point = tuple[float, float]


@pytest.mark.parametrize("hull_from", [3, 1_000])
def test_diameters_are_the_largest_distances_between_members(
    hull_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "HULL_FROM", hull_from)
    monkeypatch.setattr(figures, "PAIRS_AT_ONCE", 50)
    random = np.random.default_rng(1)
    points = random.random((90, 2)) * 900
    labels = random.integers(-1, 14, 90) * 3  # numbers need not be in a row
    labels[labels < 0] = -1
    labels[0] = 99  # a pod of one
    points[labels < 0] = np.nan
    expected = [
        max(
            (math.dist(a, b) for a, b in itertools.combinations(points[labels == pod], 2)),
            default=0,
        )
        for pod in sorted(set(labels) - {-1})
    ]
    assert np.allclose(diameters_m(points, labels), expected)
    assert diameters_m(points, np.full(90, -1)).tolist() == []


def side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two segments cross, by the side their ends are on."""
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_ways_over_barriers_are_counted_once_each(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = random.random((30, 2)) * 100
    labels = random.integers(-1, 4, 30)
    medoids = np.array([np.flatnonzero(labels == pod)[0] for pod in np.unique(labels[labels >= 0])])
    medoid_of = dict(zip(np.unique(labels[labels >= 0]).tolist(), medoids.tolist(), strict=True))
    corners = random.random((3, 4, 2)) * 100
    expected = sum(
        any(
            cross(points[row], points[medoid_of[label]], one, two)
            for line in corners
            for one, two in itertools.pairwise(line)
        )
        for row, label in enumerate(labels.tolist())
        if label >= 0
    )
    barriers = [shapely.LineString(line) for line in corners]
    assert barrier_crossings(points, labels, medoids, barriers) == expected


def test_who_lives_at_the_medoid_has_no_way_even_inside_a_barrier() -> None:
    points = np.array([[5.0, 5.0], [5.0, 5.0], [50.0, 5.0], [60.0, 5.0]])
    lake = shapely.box(0, 0, 10, 10)
    assert barrier_crossings(points, np.zeros(4, int), np.array([0]), [lake]) == 2
    assert barrier_crossings(points, np.zeros(4, int), np.array([0]), []) == 0
    assert barrier_crossings(points, np.full(4, -1), np.array([], int), [lake]) == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_the_share_on_main_streets_is_counted_pod_by_pod(seed: int) -> None:
    random = np.random.default_rng(seed)
    labels, street = random.integers(-1, 5, 60), random.integers(-1, 12, 60)
    shares, streets = [], []
    for pod in sorted(set(labels.tolist()) - {-1}):
        homes = Counter(street[(labels == pod) & (street >= 0)].tolist())
        if homes:
            shares.append(sum(n for _, n in homes.most_common(2)) / homes.total())
            streets.append(len(homes))
    found = wish_figures(Wishes(street=street), labels)
    assert math.isclose(found["share_on_two_main_streets"], np.mean(shares), abs_tol=1e-4)
    assert math.isclose(found["streets_per_pod"], np.mean(streets), abs_tol=1e-3)


def test_what_is_not_given_has_no_figure() -> None:
    labels = np.zeros(3, dtype=int)
    assert wish_figures(Wishes(), labels) == {}
    assert wish_figures(Wishes(street=np.full(3, -1)), labels) == {}
    drives = np.array([True, False, False])
    assert wish_figures(Wishes(drives=drives), labels) == {"pods_without_driver": 0}
    assert wish_figures(Wishes(drives=drives), np.full(3, -1)) == {"pods_without_driver": 0}
