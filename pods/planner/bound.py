"""A lower bound: no plan with as many pods can be shorter in total than this."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def nearest_home_bound(points: Floats, weight: Floats, labels: Ints) -> float:
    """Bound by the nearest other home: whoever is not a medoid walks at least that far.

    Parameters
    ----------
    points
        (n, d) metres.
    weight
        (n,) weight of each household in the objective.
    labels
        (n,) pods; only how many there are matters, and who is placed.

    Returns
    -------
    float
        Metres, valid for every plan that places the same households in as many pods. It knows
        nothing of sizes, buildings or barriers, which only make plans longer.
    """
    placed = np.flatnonzero(labels >= 0)
    if len(placed) < 2:
        return 0.0
    near = np.asarray(cKDTree(points[placed]).query(points[placed], 2)[0])[:, 1] * weight[placed]
    k = len(np.unique(labels[placed]))
    return float(np.sort(near)[: len(placed) - k].sum())
