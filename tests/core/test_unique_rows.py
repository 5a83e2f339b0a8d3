"""Distinct rows: the same as NumPy finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geomatch.core.unique_rows import unique_rows

FEW = st.integers(-2, 2)


@given(
    st.one_of(
        arrays(np.int64, st.tuples(st.integers(0, 30), st.integers(1, 3)), elements=FEW),
        arrays(
            np.float64,
            st.tuples(st.integers(0, 30), st.integers(1, 3)),
            elements=FEW.map(lambda number: number / 3),
        ),
    )
)
def test_rows_are_told_apart_as_numpy_does(rows: np.ndarray) -> None:
    expected = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    for mine, theirs in zip(unique_rows(rows), expected, strict=True):
        assert mine.tolist() == theirs.reshape(mine.shape).tolist()
