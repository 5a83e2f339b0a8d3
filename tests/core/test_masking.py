"""Masks keep their promises: never too near, never too few to hide among, never drawn twice."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.core import masking
from geomatch.core.errors import ParameterError
from geomatch.core.masking import mask_points

coordinate = st.integers(-2000, 2000).map(float)
homes_lists = st.lists(st.tuples(coordinate, coordinate), min_size=0, max_size=40)


def town(n: int, seed: int = 0, width_m: float = 2000) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, width_m, (n, 2))


def others_as_near(homes: np.ndarray, published: np.ndarray, index: int) -> int:
    """Count by brute force the other places as near to a published point as the real one."""
    places = np.unique(homes[~np.isnan(homes).any(axis=1)], axis=0)
    real = np.hypot(*(published[index] - homes[index]))
    away = np.hypot(*(places - published[index]).T)
    return int((away <= real + 1e-5).sum()) - 1


def test_doctests():
    failed, tried = doctest.testmod(masking, extraglobs={"np": np})
    assert (failed, tried > 0) == (0, True)


@given(homes_lists, st.integers(0, 6), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_whatever_is_published_is_hidden(homes, k, seed):
    points = np.array(homes, dtype=float).reshape(-1, 2)
    mask = mask_points(points, r_min_m=30, r_max_m=120, k=k, random_state=seed)
    for index in np.flatnonzero(~np.isnan(mask.points).any(axis=1)):
        moved = np.hypot(*(mask.points[index] - points[index]))
        assert moved == pytest.approx(mask.displacement_m[index])
        assert moved >= 30
        assert others_as_near(points, mask.points, index) == mask.anonymity[index] >= k
    if len({tuple(home) for home in homes}) <= k:
        assert np.isnan(mask.points).all()


def test_a_town_is_published_whole_and_close():
    homes = town(1000)
    mask = mask_points(homes, r_min_m=50, r_max_m=250, k=5, random_state=1)
    assert not np.isnan(mask.points).any()
    assert mask.displacement_m.min() >= 50
    # In a town this dense nearly nobody needs a wider donut.
    assert np.quantile(mask.displacement_m, 0.9) <= 250


def test_few_neighbours_are_moved_farther():
    dense, lonely = town(200, width_m=500), np.array([[9000.0, 9000.0]])
    mask = mask_points(np.vstack([dense, lonely]), r_min_m=20, r_max_m=100, k=5, random_state=2)
    assert mask.displacement_m[-1] > 10 * np.median(mask.displacement_m[:-1])


def test_distance_fills_the_donut_evenly_by_area():
    homes = town(4000, width_m=50_000)
    moved = mask_points(homes, r_min_m=100, r_max_m=200, k=0, random_state=3).displacement_m
    assert moved.min() >= 100
    assert moved.max() <= 200
    inner_half = (moved <= np.sqrt((100**2 + 200**2) / 2)).mean()
    assert inner_half == pytest.approx(0.5, abs=0.03)


def test_directions_are_not_one_sided():
    homes = town(4000, width_m=50_000)
    mask = mask_points(homes, r_min_m=100, r_max_m=200, k=0, random_state=3)
    assert np.abs((mask.points - homes).mean(axis=0)).max() < 10


def test_doors_of_one_building_share_a_mask():
    homes = np.vstack([town(50), np.full((12, 2), 700.0)])
    mask = mask_points(homes, k=5, random_state=4)
    assert len(np.unique(mask.points[50:], axis=0)) == 1
    assert mask.anonymity[50] >= 5


def test_stored_masks_stay_and_newcomers_are_added():
    homes = town(60)
    first = mask_points(homes[:50], random_state=5)
    stored = np.vstack([first.points, np.full((10, 2), np.nan)])
    second = mask_points(homes, stored=stored, random_state=6)
    assert np.array_equal(second.points[:50], first.points)
    assert not np.isnan(second.points[50:]).any()


def test_a_new_door_of_a_stored_building_takes_its_mask():
    homes = np.vstack([town(50), [[700.0, 700.0], [700.0, 700.0]]])
    first = mask_points(homes[:51], random_state=7)
    stored = np.vstack([first.points, [[np.nan, np.nan]]])
    second = mask_points(homes, stored=stored, random_state=8)
    assert np.array_equal(second.points[51], first.points[50])


def test_homes_without_a_point_are_left_out():
    homes = town(30)
    homes[3] = np.nan
    homes[4, 1] = np.nan
    mask = mask_points(homes, random_state=9)
    assert np.isnan(mask.points[[3, 4]]).all()
    assert np.isnan(mask.displacement_m[[3, 4]]).all()
    assert not np.isnan(np.delete(mask.points, [3, 4], axis=0)).any()


def test_a_removed_point_takes_its_stored_mask_off_the_map():
    homes = town(30)
    stored = mask_points(homes, random_state=1).points
    homes[0] = np.nan
    assert np.isnan(mask_points(homes, stored=stored, random_state=1).points[0]).all()


def test_seed_reproduces_and_no_seed_does_not():
    homes = town(30)
    same = [mask_points(homes, random_state=11).points for _ in range(2)]
    assert np.array_equal(*same)
    assert not np.array_equal(mask_points(homes).points, mask_points(homes).points)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"r_min_m": 100, "r_max_m": 100}, "less than the outer"),
        ({"r_min_m": -1}, "at least 0"),
        ({"r_max_m": float("nan")}, "less than the outer"),
        ({"k": -1}, "k must be 0 or more"),
        ({"stored": np.zeros((2, 2))}, "they must be the same"),
    ],
)
def test_nonsense_is_refused(arguments, said):
    with pytest.raises(ParameterError, match=said):
        mask_points(town(5), **arguments)


def test_wrong_shape_and_infinity_are_refused():
    with pytest.raises(ParameterError, match=r"shape \(n, 2\), not \(3,\)"):
        mask_points([1, 2, 3])
    with pytest.raises(ParameterError, match="infinite"):
        mask_points([[np.inf, 1]])
