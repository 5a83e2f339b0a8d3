"""What `PodClustering` is given: refused in plain words where it cannot be used."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from geomatch.core.arrays import Floats, Ints
from geomatch.core.errors import ParameterError
from geomatch.core.given import numbers_given
from pods.planner.effort import EFFORTS

LARGEST = 2**31
"""Largest whole number that is taken: sums of them stay far below what an integer holds."""


def check_parameters(estimator: Any) -> None:
    """Refuse parameters of the estimator that cannot be used.

    Raises
    ------
    ParameterError
        Naming the parameter and its value.
    """
    for name in ("min_size", "max_size", "target_size"):
        value = getattr(estimator, name)
        if not isinstance(value, int | np.integer) or not 1 <= value <= LARGEST:
            raise ParameterError(f"{name} must be a whole number from 1, not {value!r}.")
    if estimator.min_size > estimator.max_size:
        raise ParameterError(
            f"min_size ({estimator.min_size}) is more than max_size ({estimator.max_size}): "
            "no pod could be both."
        )
    if not estimator.min_size <= estimator.target_size <= estimator.max_size:
        raise ParameterError(
            f"target_size ({estimator.target_size}) must lie between "
            f"min_size ({estimator.min_size}) and max_size ({estimator.max_size})."
        )
    for name, choices in (("size_by", ("households", "people")), ("effort", tuple(EFFORTS))):
        if getattr(estimator, name) not in choices:
            raise ParameterError(
                f"{name} must be one of {', '.join(choices)}, not {getattr(estimator, name)!r}."
            )
    for name, least in (("tile_size", 1), ("seconds", 0), ("move_price_m", 0)):
        value = getattr(estimator, name)
        if value is not None and not (
            isinstance(value, int | float | np.number) and least <= value < np.inf
        ):
            raise ParameterError(f"{name} must be {least} or more, not {value!r}.")
    for name in ("engine", "progress"):
        value = getattr(estimator, name)
        if value is not None and not callable(value):
            raise ParameterError(f"{name} must be a function, not {value!r:.60}.")
    moves = estimator.max_moves
    if moves is not None and not (isinstance(moves, (int, np.integer)) and moves >= 0):
        raise ParameterError(f"max_moves must be a whole number from 0, not {moves!r}.")


def column(
    values: ArrayLike | None,
    name: str,
    n: int,
    default: int,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
) -> Ints:
    """Return one whole number per row, checked."""
    if values is None:
        return np.full(n, default)
    numbers = numbers_given(values, name)
    if numbers.shape != (n,):
        raise ParameterError(
            f"{name} must hold one value per household ({n}), not {numbers.shape}."
        )
    if not np.isfinite(numbers).all() or (numbers != np.rint(numbers)).any():
        raise ParameterError(f"{name} must be whole numbers.")
    low = -np.inf if minimum is None else minimum
    high = LARGEST if maximum is None else maximum
    if ((numbers < low) | (numbers > high)).any():
        raise ParameterError(f"{name} must lie between {minimum} and {high}.")
    return numbers.astype(np.int64)


def weights(sample_weight: ArrayLike | None, n: int, size: Ints) -> Floats:
    """Return the weight of each row in the objective, checked; its size by default."""
    if sample_weight is None:
        return size.astype(np.float64)
    weight = numbers_given(sample_weight, "sample_weight")
    if weight.ndim == 0:
        weight = np.full(n, weight)
    if weight.shape != (n,) or not np.isfinite(weight).all() or (weight < 0).any():
        raise ParameterError(f"sample_weight must hold {n} finite weights of 0 or more.")
    if n and not weight.any():
        raise ParameterError("sample_weight is zero throughout: nothing would be near or far.")
    return weight
