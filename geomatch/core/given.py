"""What callers of the engines hand over, checked: numbers are numbers, and shapes are shapes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike

from geomatch.core.arrays import Floats
from geomatch.core.errors import ParameterError


def numbers_given(values: ArrayLike, name: str) -> Floats:
    """Return an array of numbers.

    Raises
    ------
    ParameterError
        When something in it is no number, or its rows are of different lengths.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(f"{name} must hold numbers only, in rows of one length.") from None


def shapes_given(shapes: Sequence[shapely.Geometry], name: str) -> list[shapely.Geometry]:
    """Return a list of shapes.

    Raises
    ------
    ParameterError
        When it is no list, or something in it is no shape or has a corner nowhere.
    """
    try:
        found = list(shapes)
    except TypeError:
        raise ParameterError(f"{name} must be a list of shapes, not {shapes!r:.60}.") from None
    for number, shape in enumerate(found):
        if not isinstance(shape, shapely.Geometry):
            raise ParameterError(f"{name}[{number}] is no shapely geometry: {shape!r:.60}.")
        if not np.isfinite(shapely.get_coordinates(shape)).all():
            raise ParameterError(f"{name}[{number}] has a corner that is not a finite number.")
    return found
