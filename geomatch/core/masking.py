"""Displaced points for public maps: near enough to be useful, too far to knock on the door.

Donut masking (Hampton, Fitch, Wolf and others, "Mapping health data: improved privacy protection
with donut method geomasking", American Journal of Epidemiology 172(9), 2010): each home is moved in
a random direction, by at least an inner and at most an outer radius. Where neighbours are few the
outer radius grows, until at least `k` other homes are as near to the published point as the real
one is.

Displacing again is a leak: the mean of many published maps is the home. So a mask is drawn once,
stored, and handed back in (`stored`) whenever others are added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geomatch.core.arrays import Floats, Ints
from geomatch.core.errors import ParameterError

__all__ = ["Mask", "mask_points"]


_ROUNDS = 96
_GROWTH = 1.1


@dataclass(frozen=True)
class Mask:
    """Published places of some homes.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 2)
        Published x and y in metres. NaN for a home that has no point, or cannot be hidden: leave
        it off the map.
    displacement_m : ndarray of float64, shape (n,)
        How far each was moved; NaN where it is not published.
    anonymity : ndarray of int64, shape (n,)
        Other homes that are as near to the published point as the real one, or nearer. Homes at
        one place count once.
    """

    points: Floats
    displacement_m: Floats
    anonymity: Ints


def mask_points(
    points: npt.ArrayLike,
    *,
    r_min_m: float = 50.0,
    r_max_m: float = 200.0,
    k: int = 5,
    stored: npt.ArrayLike | None = None,
    random_state: int | np.random.Generator | None = None,
) -> Mask:
    """Move every home to a random place near it.

    Parameters
    ----------
    points : array_like of float, shape (n, 2)
        Homes, x and y in metres; NaN for one that has no point.
    r_min_m, r_max_m : float
        Inner and outer radius of the donut. The inner one always holds; the outer one grows where
        it must.
    k : int
        Other homes that each one has to hide among; 0 keeps to the radii.
    stored : array_like of float, shape (n, 2), optional
        Masks published before, NaN for new homes and for those that moved. They are returned
        unchanged.
    random_state : int, Generator or None
        Where the displacements come from. Whoever knows the seed can undo the mask: for anything
        that is published use None (the system's own randomness), and store the result.

    Returns
    -------
    Mask
        Homes at exactly one place (the doors of a building) share one displacement; several
        would give their middle away. `k` is met by every home that is published anew: a home for
        which no such place is found, as in a network of fewer than ``k + 1`` places, is not
        published.

    Raises
    ------
    ParameterError
        If a shape, a radius or `k` makes no sense.

    Notes
    -----
    The direction is uniform, and the distance such that the place is uniform over the donut's
    area. A place with too few homes around is drawn again with an outer radius larger by a
    tenth, at first at least the distance to the home's k-th nearest neighbour. So at the edge
    of a town the mask leans towards the town.

    Examples
    --------
    >>> homes = np.array([[x * 30.0, y * 40.0] for x in range(5) for y in range(5)])
    >>> mask = mask_points(homes, r_min_m=40, r_max_m=100, k=4, random_state=0)
    >>> bool(mask.displacement_m.min() >= 40), bool(mask.anonymity.min() >= 4)
    (True, True)
    """
    homes = _checked_points(points, "points")
    _check_donut(r_min_m, r_max_m, k)
    published = np.full_like(homes, np.nan)
    if stored is not None:
        published = _checked_points(stored, "stored").copy()
        if published.shape != homes.shape:
            raise ParameterError(
                f"stored has shape {published.shape}, points {homes.shape}; they must be the same"
            )
    known = ~np.isnan(homes).any(axis=1)
    published[~known] = np.nan
    places, place_of = np.unique(homes[known], axis=0, return_inverse=True)
    drawn = _shared(published[known], place_of.ravel(), len(places))
    new = np.flatnonzero(np.isnan(drawn).any(axis=1))
    drawn[new] = _drawn(places, new, r_min_m, r_max_m, k, np.random.default_rng(random_state))
    published[known] = np.where(
        np.isnan(published[known]).any(axis=1, keepdims=True),
        drawn[place_of.ravel()],
        published[known],
    )
    displacement = np.hypot(*(published - homes).T)
    anonymity = np.zeros(len(homes), dtype=np.int64)
    shown = np.flatnonzero(~np.isnan(displacement))
    anonymity[shown] = _as_near(places, published[shown], displacement[shown])
    return Mask(published, displacement, anonymity)


def _shared(published: Floats, place_of: Ints, count: int) -> Floats:
    """Mask of each place that one of its homes has already; NaN for a new place."""
    shared = np.full((count, 2), np.nan)
    have = ~np.isnan(published).any(axis=1)
    # Backwards, so that the first home's mask is the one that stays.
    shared[place_of[have][::-1]] = published[have][::-1]
    return shared


def _drawn(
    places: Floats,
    which: Ints,
    r_min_m: float,
    r_max_m: float,
    k: int,
    rng: np.random.Generator,
) -> Floats:
    """Draw a masked place for some of the places; NaN where none hides it well enough."""
    masked = np.full((len(which), 2), np.nan)
    outer = np.maximum(r_max_m, _distance_to_neighbour(places, which, k))
    waiting = np.flatnonzero(np.isfinite(outer))
    for _ in range(_ROUNDS):
        if not len(waiting):
            break
        angle = rng.uniform(0.0, 2 * np.pi, len(waiting))
        share = rng.uniform(0.0, 1.0, len(waiting))
        reach = np.sqrt(r_min_m**2 + share * (outer[waiting] ** 2 - r_min_m**2))
        # Rounding must not bring anybody inside the inner radius.
        reach = np.maximum(reach, np.nextafter(r_min_m, np.inf))
        at = places[which[waiting]] + reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
        moved = np.hypot(*(at - places[which[waiting]]).T)
        hidden = (_as_near(places, at, moved) >= k) & (moved >= r_min_m)
        masked[waiting[hidden]] = at[hidden]
        waiting = waiting[~hidden]
        outer[waiting] *= _GROWTH
    return masked


def _distance_to_neighbour(places: Floats, which: Ints, k: int) -> Floats:
    """Distance from places to their k-th nearest other place; infinite where there is none."""
    from scipy.spatial import cKDTree

    if k == 0 or not len(which):
        return np.zeros(len(which))
    if len(places) <= k:
        return np.full(len(which), np.inf)
    distances, _ = cKDTree(places).query(places[which], k=[k + 1])
    return np.asarray(distances, dtype=np.float64).reshape(-1)


def _as_near(places: Floats, masked: Floats, moved: Floats) -> Ints:
    """Count the other places within the distance that each masked point was moved."""
    from scipy.spatial import cKDTree

    if not len(masked):
        return np.zeros(0, dtype=np.int64)
    # A hair wider, so that the place itself is always among those counted, then taken away.
    radius = moved * (1 + 1e-9) + 1e-6
    within = cKDTree(places).query_ball_point(masked, radius, return_length=True)
    count: Ints = np.asarray(within, dtype=np.int64) - 1
    return count


def _checked_points(values: npt.ArrayLike, name: str) -> Floats:
    points = np.asarray(values, dtype=np.float64)
    if points.size == 0:
        points = points.reshape(0, 2)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ParameterError(f"{name} must have shape (n, 2), not {points.shape}")
    if np.isinf(points).any():
        raise ParameterError(f"{name} must be metres or NaN, not infinite")
    return points


def _check_donut(r_min_m: float, r_max_m: float, k: int) -> None:
    if not 0 <= r_min_m < r_max_m < np.inf:
        raise ParameterError(
            f"the inner radius ({r_min_m} m) must be at least 0 and less than the outer one "
            f"({r_max_m} m)"
        )
    if k < 0:
        raise ParameterError(f"k must be 0 or more, not {k}")
