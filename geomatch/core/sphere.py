"""Great-circle distance from unit vectors, in a form every kernel reproduces to the bit.

Points are unit vectors; the chord between two of them gives the angle by ``2 asin(chord / 2)``.
Up to about 1,270 km the arcsine is its own Taylor series, which uses only operations that IEEE 754
rounds exactly: numpy and numba then agree on every digit, so no whole metre and no score depends
on which of them ran. The series is right to a micrometre below 1,000 km. (The usual haversine is
the same angle; see `geomatch.core.geodesy`, which takes degrees.)
"""

from __future__ import annotations

import numpy as np

from geomatch.core.arrays import Floats

__all__ = ["EARTH_RADIUS_M", "SERIES_REACH", "arc_metres", "unit_vectors"]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (R1 of the IUGG, Moritz 2000), in metres."""

SERIES_REACH = 0.1
"""Largest half chord for which the series is used."""


def unit_vectors(lonlat: Floats) -> Floats:
    """Turn (n, 2) longitude and latitude in degrees into (n, 3) unit vectors; NaN stays NaN."""
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def arc_metres(a: Floats, b: Floats) -> Floats:
    """Great-circle metres between unit vectors (last axis 3; the others broadcast)."""
    step = a - b
    x, y, z = step[..., 0], step[..., 1], step[..., 2]
    half = np.sqrt(x * x + y * y + z * z) * 0.5
    square = half * half
    series = half * (
        1.0
        + square
        * (1.0 / 6.0 + square * (3.0 / 40.0 + square * (15.0 / 336.0 + square * (105.0 / 3456.0))))
    )
    angle = np.where(half <= SERIES_REACH, series, np.arcsin(np.minimum(half, 1.0)))
    metres: Floats = 2.0 * EARTH_RADIUS_M * angle
    return metres
