"""Where an American address can be, coarsely: to notice a point that cannot be one."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from geomatch.core.arrays import Bools

__all__ = ["in_united_states"]

_BOXES: Final = np.array(
    [
        (-125.0, 24.3, -66.8, 49.5),
        (-180.0, 51.0, -129.9, 71.6),  # Alaska,
        (172.0, 51.0, 180.0, 54.0),  # of which some islands lie beyond the 180th meridian
        (-178.5, 18.8, -154.7, 28.6),  # Hawaii
        (-68.0, 17.5, -64.4, 18.7),  # Puerto Rico, the Virgin Islands
        (144.5, 13.1, 146.2, 20.7),  # Guam, the Northern Marianas
        (-171.2, -14.7, -168.0, -10.9),  # American Samoa
    ]
)  # west, south, east, north


def in_united_states(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Bools:
    """Whether points lie where an American address can be; some sea and some neighbours do, too.

    Parameters
    ----------
    lon, lat : array_like of float, shape (n,)
        WGS84 degrees; NaN lies nowhere.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> in_united_states([-134.4, 2.35, 58.3], [58.3, 48.86, -134.4]).tolist()
    [True, False, False]
    """
    x, y = np.asarray(lon)[..., None], np.asarray(lat)[..., None]
    west, south, east, north = _BOXES.T
    inside = (west <= x) & (x <= east) & (south <= y) & (y <= north)
    return np.asarray(inside.any(axis=-1), dtype=np.bool_)
