"""Pods beside each other never share a colour, as long as colours suffice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from geomatch.core.errors import ParameterError
from geomatch.core.palette import N_COLOURS, assign_colours


def clashes(colours: np.ndarray, pairs: np.ndarray) -> int:
    return sum(colours[a] == colours[b] for a, b in pairs if a != b)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 80))
def test_a_planar_map_needs_six_colours_at_most(seed: int, n: int) -> None:
    points = np.random.default_rng(seed).random((n, 2))
    faces = Delaunay(points).simplices
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    colours = assign_colours(n, pairs, n_colours=6)
    assert clashes(colours, pairs) == 0
    assert set(colours.tolist()) <= set(range(6))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=60),
        )
    )
)
def test_fewer_neighbours_than_colours_never_clash_and_the_answer_repeats(case) -> None:
    n, pairs = case
    colours = assign_colours(n, pairs)
    assert colours.shape == (n,)
    assert set(colours.tolist()) <= set(range(N_COLOURS))
    shuffled = [(b, a) for a, b in reversed(pairs)]
    assert assign_colours(n, shuffled).tolist() == colours.tolist()
    beside = {i: {b for a, b in pairs + shuffled if a == i and b != i} for i in range(n)}
    if all(len(others) < N_COLOURS for others in beside.values()):
        assert clashes(colours, np.array(pairs).reshape(-1, 2)) == 0


def test_too_few_colours_still_give_an_answer_with_few_clashes() -> None:
    everybody = [(a, b) for a in range(10) for b in range(a)]
    colours = assign_colours(10, everybody)
    assert clashes(colours, np.array(everybody)) == 2  # ten pods, eight colours: two pairs share


def test_colours_are_spread_over_pods_far_apart() -> None:
    assert sorted(np.bincount(assign_colours(80, []), minlength=8).tolist()) == [10] * 8


@pytest.mark.parametrize("pairs", [[(0, 3)], [(-1, 0)]])
def test_a_pod_that_does_not_exist_is_refused(pairs: list[tuple[int, int]]) -> None:
    with pytest.raises(ParameterError, match="outside 0 to 2"):
        assign_colours(3, pairs)


def test_no_colour_is_refused() -> None:
    with pytest.raises(ParameterError, match="at least one colour"):
        assign_colours(3, [], n_colours=0)
