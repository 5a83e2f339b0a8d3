"""What `PodClustering` is given: refused in plain words where it cannot be used."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geomatch.core.errors import ParameterError
from pods.planner.effort import EFFORTS

Ints = NDArray[np.int64]


def check_parameters(estimator: Any) -> None:
    """Refuse parameters of the estimator that cannot be used.

    Raises
    ------
    ParameterError
        Naming the parameter and its value.
    """
    for name in ("min_size", "max_size", "target_size"):
        value = getattr(estimator, name)
        if not isinstance(value, Integral) or value < 1:
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
    if estimator.tile_size is not None and not estimator.tile_size >= 1:
        raise ParameterError(f"tile_size must be 1 or more, not {estimator.tile_size!r}.")
    if estimator.seconds is not None and not estimator.seconds >= 0:
        raise ParameterError(f"seconds must be 0 or more, not {estimator.seconds!r}.")
    moves = estimator.max_moves
    if moves is not None and not (isinstance(moves, (int, np.integer)) and moves >= 0):
        raise ParameterError(f"max_moves must be a whole number from 0, not {moves!r}.")
    if estimator.move_price_m is not None and not estimator.move_price_m >= 0:
        raise ParameterError(f"move_price_m must be 0 or more, not {estimator.move_price_m!r}.")


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
    array = np.asarray(values)
    if array.shape != (n,):
        raise ParameterError(f"{name} must hold one value per household ({n}), not {array.shape}.")
    numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all() or (numbers != np.rint(numbers)).any():
        raise ParameterError(f"{name} must be whole numbers.")
    low = -np.inf if minimum is None else minimum
    high = 2.0**31 if maximum is None else maximum
    if ((numbers < low) | (numbers > high)).any():
        raise ParameterError(f"{name} must lie between {minimum} and {high:.0f}.")
    return numbers.astype(np.int64)


def weights(sample_weight: ArrayLike | None, n: int, size: Ints) -> NDArray[np.float64]:
    """Return the weight of each row in the objective, checked; its size by default."""
    if sample_weight is None:
        return size.astype(np.float64)
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.ndim == 0:
        weight = np.full(n, weight)
    if weight.shape != (n,) or not np.isfinite(weight).all() or (weight < 0).any():
        raise ParameterError(f"sample_weight must hold {n} finite weights of 0 or more.")
    if n and not weight.any():
        raise ParameterError("sample_weight is zero throughout: nothing would be near or far.")
    return weight
