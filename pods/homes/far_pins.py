"""Pins that cannot be right: too far from everybody to be anyone's neighbour."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geomatch.core.arrays import Floats, Ints
from geomatch.core.geodesy import haversine_m
from geomatch.core.sphere import EARTH_RADIUS_M, unit_vectors
from geomatch.core.translation import gettext

APART_KM = 100.0
"""Nobody is anyone's neighbour across this distance."""


def far_pins(lonlat: Floats, sizes: Ints, min_size: int) -> dict[int, str]:
    """Find pins too few to make a pod and 100 km or more from everybody else.

    Parameters
    ----------
    lonlat
        (n, 2) degrees, NaN where unknown.
    sizes
        (n,) what each home counts against the limits.
    min_size
        Least size of a pod.

    Returns
    -------
    dict
        Row -> reason, for rows that should be unplaced.
    """
    rows = np.flatnonzero(~np.isnan(lonlat).any(axis=1))
    if len(rows) < 2:
        return {}
    group = _groups(lonlat[rows])
    largest = int(np.bincount(group).argmax())
    small = np.bincount(group, sizes[rows]) < min_size
    small[largest] = False
    home = lonlat[rows[group == largest]]
    middle = np.median(home, axis=0)
    reasons = {}
    for place in np.flatnonzero(small[group]):
        row = int(rows[place])
        away_km = float(haversine_m(lonlat[row], middle)) / 1000
        swapped_km = float(haversine_m(lonlat[row, ::-1], middle)) / 1000
        said = (
            gettext(
                "This pin is {away_km:,.0f} km from the others: are longitude and latitude swapped?"
            )
            if swapped_km < APART_KM
            else gettext(
                "This pin is {away_km:,.0f} km from the others: check the pin, or make it a phone "
                "pod."
            )
        )
        reasons[row] = said.format(away_km=away_km)
    return reasons


def _groups(lonlat: Floats) -> Ints:
    """(n,) groups of pins with steps of less than `APART_KM` between them.

    Pins are first gathered in cells of a fifth of that size: a town is a handful of cells.
    """
    directions = unit_vectors(lonlat)
    step = 2 * np.sin(APART_KM * 1000 / EARTH_RADIUS_M / 2)
    cells, cell_of = np.unique(np.floor(directions / (step / 5)), axis=0, return_inverse=True)
    cell_of = cell_of.ravel()
    middle = np.stack(
        [np.bincount(cell_of, c) / np.bincount(cell_of) for c in directions.T], axis=1
    )
    pairs = cKDTree(middle).query_pairs(step, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (len(cells), len(cells)))
    return np.asarray(connected_components(graph, directed=False)[1][cell_of], dtype=np.int64)
