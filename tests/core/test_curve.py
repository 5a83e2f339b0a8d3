"""Morton order against its definition, bit by bit."""

from __future__ import annotations

import doctest

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geomatch.core import curve

cells = st.integers(0, curve.CELLS)


def test_doctests() -> None:
    failed, tried = doctest.testmod(curve, extraglobs={"np": np})
    assert tried
    assert not failed


@given(st.lists(st.tuples(cells, cells), max_size=30))
def test_bits_stand_in_turn(pairs: list[tuple[int, int]]) -> None:
    codes = curve.morton_codes(np.array(pairs, dtype=np.float64).reshape(-1, 2))
    for (x, y), code in zip(pairs, codes.tolist(), strict=True):
        for bit in range(16):
            assert code >> (2 * bit) & 1 == x >> bit & 1
            assert code >> (2 * bit + 1) & 1 == y >> bit & 1


@given(st.lists(cells, max_size=30))
def test_along_one_axis_it_is_the_order_of_numbers(numbers: list[int]) -> None:
    codes = curve.morton_codes(np.array(numbers, dtype=np.float64).reshape(-1, 1))
    assert np.array_equal(np.argsort(codes, kind="stable"), np.argsort(numbers, kind="stable"))
