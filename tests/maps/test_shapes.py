"""A pod's shape holds its homes, keeps out of its neighbours, and gives no home away."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.shapes import label_points, pod_areas, touching_pairs


def town(seed: int, n: int, n_pods: int) -> tuple[np.ndarray, np.ndarray]:
    """Homes in clumps; each pod is the homes nearest one of `n_pods` places."""
    rng = np.random.default_rng(seed)
    points = rng.normal(0, 250, (n, 2)) + rng.integers(0, 3, (n, 1)) * 900.0
    seats = points[rng.choice(n, n_pods, replace=False)]
    labels = np.argmin(np.hypot(*(points[:, None] - seats).transpose(2, 0, 1)), axis=1)
    labels[rng.random(n) < 0.05] = -1
    return points, labels.astype(np.int64)


towns = st.builds(town, st.integers(0, 10**6), st.integers(8, 90), st.integers(1, 6))


@settings(max_examples=25, deadline=None)
@given(towns)
def test_every_home_lies_in_or_beside_its_own_shape(case) -> None:
    points, labels = case
    areas = pod_areas(points, labels)
    for point, pod in zip(points, labels, strict=True):
        if pod >= 0:
            # Rounding may cut the tip of a narrow cell, never more than a garden's depth.
            assert shapely.distance(areas[pod], shapely.Point(point)) < 25


@settings(max_examples=25, deadline=None)
@given(towns)
def test_shapes_do_not_overlap_and_leave_no_home_of_another_pod_inside(case) -> None:
    points, labels = case
    areas = pod_areas(points, labels)
    for a in range(len(areas)):
        for b in range(a):
            assert shapely.intersection(areas[a], areas[b]).area < 1.0
        others = shapely.points(points[labels != a])
        deep = shapely.buffer(areas[a], -2.0)
        assert not shapely.contains_properly(deep, others).any()


@settings(max_examples=25, deadline=None)
@given(towns)
def test_no_corner_of_a_shape_is_a_home(case) -> None:
    points, labels = case
    corners = shapely.get_coordinates(pod_areas(points, labels))
    if len(corners):
        gaps = np.hypot(*(corners[:, None] - points[None]).transpose(2, 0, 1))
        assert gaps.min() > 1.0


@settings(max_examples=15, deadline=None)
@given(towns)
def test_the_number_stands_inside_its_shape(case) -> None:
    areas = pod_areas(*case)
    for area, point in zip(areas, label_points(areas), strict=True):
        if shapely.is_empty(area):
            assert np.isnan(point).all()
        else:
            assert shapely.contains(area, shapely.Point(point))


def test_a_pod_does_not_cover_the_water() -> None:
    points = np.array([(0.0, 0.0), (0.0, 60.0), (30.0, 30.0)])
    water = shapely.box(40, -500, 500, 500)
    (area,) = pod_areas(points, np.zeros(3, dtype=np.int64), water=[water])
    assert area.area > 0
    assert shapely.intersection(area, water).area < 1.0


@pytest.mark.parametrize(
    "points",
    [
        [(5.0, 5.0)],
        [(5.0, 5.0)] * 40,
        [(0.0, 0.0), (50.0, 0.0), (100.0, 0.0), (150.0, 0.0)],
        [(0.0, 0.0), (9_000.0, 0.0)],
    ],
    ids=["one home", "one building", "all on one line", "very far apart"],
)
def test_awkward_pods_have_a_shape(points) -> None:
    (area,) = pod_areas(np.array(points), np.zeros(len(points), dtype=np.int64))
    assert shapely.is_valid(area)
    assert area.area > 1_000


def test_a_building_shared_by_two_pods_is_drawn_once_and_both_have_a_shape() -> None:
    points = np.array([(0.0, 0.0)] * 40)
    areas = pod_areas(points, np.repeat([0, 1], [25, 15]))
    assert all(area.area > 0 for area in areas)


def test_numbers_without_homes_and_no_homes_at_all() -> None:
    assert len(pod_areas(np.empty((0, 2)), np.empty(0, dtype=np.int64))) == 0
    areas = pod_areas(np.array([(0.0, 0.0), (0.0, 30.0)]), np.array([2, 2]))
    assert [shapely.is_empty(area) for area in areas] == [True, True, False]


def test_touching_is_near_and_once() -> None:
    areas = np.array([shapely.box(x, 0, x + 10, 10) for x in (0, 30, 200)], dtype=object)
    assert touching_pairs(areas).tolist() == [[0, 1]]
    assert touching_pairs(areas[:0]).shape == (0, 2)
