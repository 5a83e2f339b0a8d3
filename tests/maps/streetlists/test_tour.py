"""The walk is a permutation, never longer than what the caller knew, and short."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.streetlists.tour import path_length, short_path

points = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=0, max_size=16).map(
    lambda xy: np.array(xy, dtype=float).reshape(-1, 2)
)


def distances(xy: np.ndarray) -> np.ndarray:
    return np.rint(np.linalg.norm(xy[:, None] - xy[None], axis=2) * 1000).astype(np.int64)


@settings(max_examples=60, deadline=None)
@given(points, st.randoms(use_true_random=False))
def test_walk_visits_each_stop_once_and_beats_what_was_known(xy, random):
    distance = distances(xy)
    known = list(range(len(xy)))
    random.shuffle(known)
    path = short_path(distance, [known])
    assert sorted(path) == list(range(len(xy)))
    assert path_length(distance, path) <= path_length(distance, known)


@settings(max_examples=25, deadline=None)
@given(points.filter(lambda xy: 2 <= len(xy) <= 7))
def test_small_walks_are_within_a_tenth_of_the_best(xy):
    distance = distances(xy[:7])
    best = min(path_length(distance, order) for order in permutations(range(len(distance))))
    assert path_length(distance, short_path(distance)) <= best * 1.1 + 1


def test_a_straight_street_is_walked_from_end_to_end():
    xy = np.array([(x, 0.0) for x in (40, 0, 20, 60, 10)])
    assert short_path(distances(xy)) in ([1, 4, 2, 0, 3], [3, 0, 2, 4, 1])


def test_doors_at_one_point_do_not_loop_for_ever():
    assert sorted(short_path(np.zeros((9, 9), dtype=np.int64))) == list(range(9))


def test_direction_and_choice_do_not_depend_on_the_seeds_order():
    rng = np.random.default_rng(3)
    distance = distances(rng.random((12, 2)) * 100)
    one, two = list(range(12)), list(range(12))[::-1]
    assert short_path(distance, [one, two]) == short_path(distance, [two, one])
