"""Morton order: neighbours in the order are near in space (Morton, IBM Canada, 1966)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geomatch.core.arrays import Floats

__all__ = ["CELLS", "morton_codes"]

CELLS = 0xFFFF
"""Largest number of a cell along one axis: 16 bits."""

_Bits = NDArray[np.uint64]


def morton_codes(cells: Floats) -> _Bits:
    """Morton codes of (n, 1 or 2) cells from 0 to `CELLS`: their bits in turn, the first lowest.

    >>> morton_codes(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [3.9, 3.0]])).tolist()
    [0, 1, 2, 15]
    """
    code = np.zeros(len(cells), dtype=np.uint64)
    for axis in range(cells.shape[1]):
        code |= _spread(cells[:, axis].astype(np.uint64)) << np.uint64(axis)
    return code


def _spread(bits: _Bits) -> _Bits:
    """Put a zero before every one of 16 bits."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | bits << np.uint64(shift)) & np.uint64(mask)
    return bits
