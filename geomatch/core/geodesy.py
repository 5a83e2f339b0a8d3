"""Where things are on the Earth: great-circle metres, a flat map of one town, a CRS for storage.

Coordinates are WGS84 longitude and latitude in degrees, in that order, everywhere in this package.
NaN means "not known" and stays NaN; it is never an error here, because a household without a point
is an ordinary household.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from geomatch.core.arrays import Floats
from geomatch.core.errors import ParameterError
from geomatch.core.sphere import EARTH_RADIUS_M, unit_vectors

if TYPE_CHECKING:
    from pyproj import Proj

__all__ = ["METRES_PER_MILE", "LocalProjection", "haversine_m", "projected_srid_for"]

METRES_PER_MILE = 1609.344
"""The international mile, exactly."""

GeometryT = TypeVar("GeometryT")


def haversine_m(a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """Great-circle distance between points on the Earth, in metres.

    Parameters
    ----------
    a, b : array_like of float, shape (..., 2)
        Longitude and latitude in degrees. The leading axes broadcast: ``haversine_m(a, b)`` pairs
        row with row, ``haversine_m(a[:, None], b)`` gives every pair.

    Returns
    -------
    ndarray of float64, shape (...)
        Metres; NaN where either point has a NaN.

    Raises
    ------
    ParameterError
        If the last axis is not 2 long, or the leading axes do not fit each other.

    Notes
    -----
    The Earth is a sphere of radius `EARTH_RADIUS_M`: within 0.6 % of the ellipsoid, and without
    the loss of digits that the law of cosines has between neighbours (Sinnott, "Virtues of the
    Haversine", Sky and Telescope 68, 1984). For metres that are added up, use `LocalProjection`.

    Examples
    --------
    >>> juneau, sitka = (-134.4197, 58.3019), (-135.3300, 57.0531)
    >>> round(float(haversine_m(juneau, sitka)) / 1000, 1)
    149.0
    >>> haversine_m(np.empty((0, 2)), juneau)
    array([], dtype=float64)
    >>> haversine_m([juneau, (np.nan, np.nan)], juneau)
    array([ 0., nan])
    """
    from_deg, to_deg = _lonlat(a, "a"), _lonlat(b, "b")
    try:
        lon_gap, lat_gap = np.moveaxis(np.radians(to_deg - from_deg), -1, 0)
    except ValueError:
        raise ParameterError(
            f"points of shape {from_deg.shape} and {to_deg.shape} cannot be paired; "
            "give both the same length, or add an axis for every pair"
        ) from None
    lat_from, lat_to = np.radians(from_deg[..., 1]), np.radians(to_deg[..., 1])
    chord = np.sin(lat_gap / 2) ** 2 + np.cos(lat_from) * np.cos(lat_to) * np.sin(lon_gap / 2) ** 2
    # Rounding can push antipodes a hair past 1, where arcsin has no answer.
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return metres


@dataclass(frozen=True)
class LocalProjection:
    """A flat map about one place, in metres: x to the east, y to the north.

    Lambert azimuthal equal-area on the WGS84 ellipsoid. Of the usual choices it bends distances
    least in every direction at once: at a distance r from the middle by r² / 8R², which is 3 cm
    in a kilometre at 100 km. It has no zones, no seam at the antimeridian and no trouble at the
    poles.

    Parameters
    ----------
    lon_deg, lat_deg : float
        The middle of the map, which becomes (0, 0).

    Examples
    --------
    >>> homes = np.array([[-134.42, 58.30], [-134.41, 58.30], [np.nan, np.nan]])
    >>> projection = LocalProjection.around(homes)
    >>> metres = projection.to_metres(homes)
    >>> round(float(metres[1, 0] - metres[0, 0]), 1)
    586.4
    >>> np.allclose(projection.to_lonlat(metres), homes, equal_nan=True)
    True
    """

    lon_deg: float
    lat_deg: float

    @classmethod
    def around(cls, lonlat: npt.ArrayLike) -> LocalProjection:
        """Make the projection for a set of points.

        Parameters
        ----------
        lonlat : array_like of float, shape (n, 2)
            Longitude and latitude in degrees; rows with NaN are left out.

        Returns
        -------
        LocalProjection
            About the median of the points, so that one pin dropped in the ocean does not bend the
            map of the town, rounded to a hundredth of a degree, so that one household more does
            not shift everybody's metres. Without any known point: about (0, 0).

        Raises
        ------
        ParameterError
            If the shape is not (n, 2).
        """
        points = _lonlat(lonlat, "lonlat").reshape(-1, 2)
        known = points[np.isfinite(points).all(axis=1)]
        if not len(known):
            return cls(0.0, 0.0)
        # Directions rather than degrees: 179.9 and -179.9 are neighbours.
        directions = unit_vectors(known)
        x, y, z = np.median(directions, axis=0)
        if np.hypot(np.hypot(x, y), z) < 1e-6:  # all over the globe: no middle, any will do
            x, y, z = directions[0]
        lon_deg = float(np.degrees(np.arctan2(y, x)))
        lat_deg = float(np.degrees(np.arctan2(z, np.hypot(x, y))))
        return cls(round(lon_deg, 2), round(lat_deg, 2))

    def to_metres(self, lonlat: npt.ArrayLike) -> Floats:
        """Project longitude and latitude to local metres.

        Parameters
        ----------
        lonlat : array_like of float, shape (n, 2)
            Degrees. Any longitude is taken modulo 360.

        Returns
        -------
        ndarray of float64, shape (n, 2)
            x (east) and y (north) in metres; both NaN where either coordinate is NaN, is no place
            on Earth, or is the one point opposite the middle.
        """
        return self._project(_lonlat(lonlat, "lonlat"), inverse=False)

    def to_lonlat(self, metres: npt.ArrayLike) -> Floats:
        """Turn local metres back into longitude and latitude.

        Parameters
        ----------
        metres : array_like of float, shape (n, 2)
            x (east) and y (north).

        Returns
        -------
        ndarray of float64, shape (n, 2)
            Degrees, longitude within ±180; both NaN where either number is NaN or off the map.
        """
        return self._project(_lonlat(metres, "metres"), inverse=True)

    def geometry_to_metres(self, geometry: GeometryT) -> GeometryT:
        """Project shapely geometries from longitude and latitude to local metres.

        Parameters
        ----------
        geometry : shapely geometry or array of them
            In degrees. None and empty geometries come back as they are; heights are dropped.

        Returns
        -------
        shapely geometry or array of them
            The same kinds in metres. Only corners are projected: an edge stays straight.
        """
        return _transformed(geometry, self.to_metres)

    def geometry_to_lonlat(self, geometry: GeometryT) -> GeometryT:
        """Turn shapely geometries in local metres back into longitude and latitude."""
        return _transformed(geometry, self.to_lonlat)

    def _project(self, pairs: Floats, *, inverse: bool) -> Floats:
        first, second = pairs[..., 0].ravel(), pairs[..., 1].ravel()
        if not first.size:
            return np.empty(pairs.shape)
        out = np.stack(_proj(self.lon_deg, self.lat_deg)(first, second, inverse=inverse), axis=-1)
        # PROJ answers inf for what it cannot place; here that is "not known", in both numbers.
        out[~np.isfinite(out).all(axis=-1)] = np.nan
        return out.reshape(pairs.shape)


def projected_srid_for(west: float, south: float, east: float, north: float) -> int:
    """EPSG code of the projected CRS in which to store a network's points in metres.

    Parameters
    ----------
    west, south, east, north : float
        Bounds in degrees. ``west > east`` means that the bounds cross the antimeridian, as in
        GeoJSON (RFC 7946, 5.2).

    Returns
    -------
    int
        The UTM zone that holds the middle of the bounds: 32601-32660 north of the equator,
        32701-32760 south of it, with the usual exceptions of south-west Norway and Svalbard.
        Beyond 84° N or 80° S, where UTM ends, the polar stereographic 32661 or 32761.

    Raises
    ------
    ParameterError
        If a bound is not a number, lies beyond ±90° or ±180°, or south is north of north.

    Examples
    --------
    >>> projected_srid_for(-135.2, 58.1, -133.8, 58.9)  # Juneau
    32608
    >>> projected_srid_for(174.6, -41.4, 175.0, -41.1)  # Wellington
    32760
    >>> projected_srid_for(177.0, 51.5, -176.0, 53.0)  # Aleutians, across the antimeridian
    32601
    """
    _check_bounds(west, south, east, north)
    width = east - west if east >= west else east - west + 360
    lon = (west + width / 2 + 180) % 360 - 180
    lat = (south + north) / 2
    if lat > 84:
        return 32661
    if lat < -80:
        return 32761
    return (32600 if lat >= 0 else 32700) + _utm_zone(lon, lat)


def _utm_zone(lon: float, lat: float) -> int:
    if 56 <= lat < 64 and 3 <= lon < 12:  # zone 32 is widened over south-west Norway
        return 32
    if lat >= 72 and 0 <= lon < 42:  # Svalbard has four wide zones instead of seven
        return 31 if lon < 9 else 33 if lon < 21 else 35 if lon < 33 else 37
    return int((lon + 180) // 6) % 60 + 1


def _check_bounds(west: float, south: float, east: float, north: float) -> None:
    said = f"west {west}, south {south}, east {east}, north {north}"
    if not np.isfinite([west, south, east, north]).all():
        raise ParameterError(f"bounds must be numbers, not {said}")
    if max(abs(south), abs(north)) > 90 or max(abs(west), abs(east)) > 180:
        raise ParameterError(
            f"bounds must be degrees of longitude within ±180 and latitude within ±90, not {said}"
        )
    if south > north:
        raise ParameterError(f"the south bound lies north of the north bound: {said}")


def _lonlat(values: npt.ArrayLike, name: str) -> Floats:
    pairs = np.asarray(values, dtype=np.float64)
    if pairs.ndim == 1 and pairs.size == 0:  # an empty list has no shape of its own
        pairs = pairs.reshape(0, 2)
    if pairs.ndim == 0 or pairs.shape[-1] != 2:
        raise ParameterError(f"{name} must have shape (n, 2), not {pairs.shape}")
    return pairs


@lru_cache(maxsize=64)
def _proj(lon_deg: float, lat_deg: float) -> Proj:
    from pyproj import Proj

    return Proj(proj="laea", lat_0=lat_deg, lon_0=lon_deg, ellps="WGS84")


def _transformed(geometry: GeometryT, function: Callable[[Floats], Floats]) -> GeometryT:
    import shapely

    moved: GeometryT = shapely.transform(geometry, function)
    return moved
