"""Which of a gazetteer's points cannot be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from geomatch.core.arrays import Bools, Floats
from geomatch.core.errors import Problem, RowError
from geomatch.core.translation import gettext
from geomatch.geocoding.unitedstates import in_united_states

__all__ = ["checked_points"]


_NULL_ISLAND_DEG: Final = 0.01
_NEAR_DEG: Final = 5.0


def checked_points(
    lon: npt.ArrayLike, lat: npt.ArrayLike, row_numbers: Sequence[int], *, file: str | None = None
) -> tuple[Floats, Floats, tuple[Problem, ...]]:
    """Set aside the points that cannot be right, and say which rows they are.

    Parameters
    ----------
    lon, lat : array_like of float, shape (n,)
        WGS84 degrees; NaN where the file has none.
    row_numbers : sequence of int, shape (n,)
        Rows as the file counts them, for the messages.
    file : str, optional
        Name of the file, for the messages.

    Returns
    -------
    lon, lat : ndarray of float64, shape (n,)
        As given, NaN where a point is set aside.
    problems : tuple of Problem
        One for each row set aside, in the order of the file.

    Raises
    ------
    RowError
        If more than half of the points are swapped or impossible: then it is the file that is
        wrong, not some of its rows.
    """
    lon_deg = np.array(lon, dtype=np.float64)
    lat_deg = np.array(lat, dtype=np.float64)
    given = ~(np.isnan(lon_deg) & np.isnan(lat_deg))
    why: dict[int, tuple[str, str]] = {
        int(i): ("lat", gettext("has no coordinates; left out")) for i in np.flatnonzero(~given)
    }
    half = given & (np.isnan(lon_deg) | np.isnan(lat_deg))
    why |= {int(i): ("lon", gettext("has half a point; left out")) for i in np.flatnonzero(half)}
    null = given & (np.hypot(lon_deg, lat_deg) < _NULL_ISLAND_DEG)
    why |= {
        int(i): ("lon", gettext("lies at (0, 0), in the Atlantic: a lost point; left out"))
        for i in np.flatnonzero(null)
    }
    impossible = given & ((np.abs(lat_deg) > 90) | (np.abs(lon_deg) > 180))
    good = given & ~half & ~null & ~impossible
    swapped = impossible & (np.abs(lat_deg) <= 180) & (np.abs(lon_deg) <= 90)
    swapped |= _looks_swapped(lon_deg, lat_deg, good)
    why |= {
        int(i): ("lat", gettext("looks as if lon and lat were swapped; left out"))
        for i in np.flatnonzero(swapped)
    }
    why |= {
        int(i): ("lat", gettext("is not on the Earth; left out"))
        for i in np.flatnonzero(impossible & ~swapped)
    }
    problems = tuple(
        Problem(
            message, row=int(row_numbers[i]), column=column, value=_written(lon_deg, lat_deg, i)
        )
        for i, (column, message) in sorted(why.items())
    )
    bad = swapped | impossible
    if bad.sum() * 2 > max(1, (given & ~null).sum()):
        raise RowError(
            gettext(
                "lon and lat look swapped in most rows; change the two column names for each other"
            ),
            file=file,
            problems=problems,
        )
    aside = np.zeros(len(lon_deg), dtype=bool)
    aside[list(why)] = True
    return np.where(aside, np.nan, lon_deg), np.where(aside, np.nan, lat_deg), problems


def _looks_swapped(lon: Floats, lat: Floats, good: Bools) -> Bools:
    """Find points that lie far from the rest, and near it once lon and lat change places.

    Where the rest lies outside the United States and would lie within, it is the rest that is
    swapped: east of 90° W both orders are legal, and nothing stands out.
    """
    if not good.any():
        return np.zeros(len(lon), dtype=bool)
    is_abroad = good & ~in_united_states(lon, lat) & in_united_states(lat, lon)
    if is_abroad.sum() * 2 > good.sum():
        return is_abroad
    middle_lon, middle_lat = np.median(lon[good]), np.median(lat[good])
    far = np.maximum(np.abs(lon - middle_lon), np.abs(lat - middle_lat)) > _NEAR_DEG
    near_swapped = np.maximum(np.abs(lat - middle_lon), np.abs(lon - middle_lat)) < _NEAR_DEG
    swapped: Bools = good & far & near_swapped
    return swapped


def _written(lon: Floats, lat: Floats, row: int) -> str | None:
    if np.isnan(lon[row]) and np.isnan(lat[row]):
        return None
    return f"{lon[row]:g}, {lat[row]:g}"
