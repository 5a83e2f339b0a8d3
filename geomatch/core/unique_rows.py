"""Rows that occur, each once: `numpy.unique(axis=0)`, several times faster where rows are many."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.core.arrays import Ints


class UniqueRows(NamedTuple):
    """What `unique_rows` returns."""

    distinct: NDArray[Any]  # (u, d) ascending, compared number by number
    first: Ints  # (u,) row where each occurs first
    inverse: Ints  # (n,) which of the distinct ones each row is


def unique_rows(rows: NDArray[Any]) -> UniqueRows:
    """Find the distinct rows of an array without NaN.

    NumPy compares rows as records, one at a time; here each column is sorted as numbers.

    Parameters
    ----------
    rows
        (n, d) numbers, d at least 1.

    Examples
    --------
    >>> unique_rows(np.array([[2, 1], [0, 5], [2, 1]])).inverse
    array([1, 0, 1])
    """
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    starts = np.ones(len(rows), dtype=bool)
    starts[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    inverse = np.empty(len(rows), dtype=np.int64)
    inverse[order] = np.cumsum(starts) - 1
    return UniqueRows(ordered[starts], order[starts], inverse)
