"""Pins that cannot be right: too far from everybody to be anyone's neighbour."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EARTH_KM = 6371.0
ASTRAY_KM = 100.0
"""Nobody is anyone's neighbour across this distance."""


class _Sizes(Protocol):
    @property
    def min_size(self) -> int: ...
    @property
    def size_by(self) -> str: ...


def astray_reasons(lonlat: Floats, people: Ints, sizes: _Sizes) -> dict[int, str]:
    """Find pins too few to make a pod and 100 km or more from everybody else.

    Parameters
    ----------
    lonlat
        (n, 2) degrees, NaN where unknown.
    people
        (n,) people in each household.
    sizes
        Smallest pod, and what sizes count.

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
    weight = people[rows] if sizes.size_by == "people" else np.ones(len(rows), dtype=np.int64)
    small = np.bincount(group, weight) < sizes.min_size
    small[largest] = False
    home = lonlat[rows[group == largest]]
    middle = np.median(home, axis=0)
    reasons = {}
    for place in np.flatnonzero(small[group]):
        row = int(rows[place])
        away = _apart_km(lonlat[row], middle)
        swapped = _apart_km(lonlat[row, ::-1], middle)
        question = (
            "are longitude and latitude swapped?"
            if swapped < ASTRAY_KM
            else "check the pin, or make it a phone pod."
        )
        reasons[row] = f"This pin is {away:,.0f} km from the others: {question}"
    return reasons


def _on_sphere(lonlat: Floats) -> Floats:
    lon, lat = np.radians(lonlat[..., 0]), np.radians(lonlat[..., 1])
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def _apart_km(one: Floats, two: Floats) -> float:
    chord = float(np.linalg.norm(_on_sphere(one) - _on_sphere(two)))
    return 2 * EARTH_KM * float(np.arcsin(min(chord / 2, 1.0)))


def _groups(lonlat: Floats) -> Ints:
    """(n,) groups of pins with steps of less than `ASTRAY_KM` between them.

    Pins are first gathered in cells of a fifth of that size: a town is a handful of cells.
    """
    places = _on_sphere(lonlat)
    step = 2 * np.sin(ASTRAY_KM / EARTH_KM / 2)
    cells, cell_of = np.unique(np.floor(places / (step / 5)), axis=0, return_inverse=True)
    cell_of = cell_of.ravel()
    middle = np.stack([np.bincount(cell_of, c) / np.bincount(cell_of) for c in places.T], axis=1)
    pairs = cKDTree(middle).query_pairs(step, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (len(cells), len(cells)))
    return np.asarray(connected_components(graph, directed=False)[1][cell_of], dtype=np.int64)
