"""Who is near on foot: the lists of neighbours that the lower bound looks at."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from geomatch.core.arrays import Floats, Ints
from geomatch.core.walks import walks_of_rows
from pods.planner.town.town import TownArrays

LOOKED_AT = 12
"""Sites nearest by straight line that are looked at for each one listed."""

CHUNK = 5_000
"""Sites whose neighbours are searched for at once: a bound on memory."""


def nearest_on_foot(town: TownArrays, mine: Ints, listed: int) -> tuple[Ints, Floats, bool]:
    """List the nearest others of each site by walking distance.

    Parameters
    ----------
    town
        A town with walks.
    mine
        (p,) the sites of one part: whoever may be listed, for each of them.
    listed
        How many others each one lists at most.

    Returns
    -------
    near
        (p, l) others.
    last
        (p,) no more than the walk to anybody not listed, in units: the least walk left off the
        list, or the straight line to the last site looked at, for nobody walks less than that.
    whole
        Whether everybody is listed.
    """
    tree = cKDTree(town.site_xy[mine])
    looked = min(LOOKED_AT * listed + 1, len(mine))
    kept = min(listed, len(mine) - 1)
    near, last = np.empty((len(mine), kept), dtype=np.int64), np.full(len(mine), np.inf)
    for first in range(0, len(mine), CHUNK):
        rows = mine[first : first + CHUNK]
        found = tree.query(town.site_xy[rows], looked, workers=2)
        straight = np.asarray(found[0]).reshape(len(rows), looked)
        other = mine[np.asarray(found[1]).reshape(len(rows), looked)]
        walk = walks_of_rows(town.walks, town.step, rows, other, straight)
        walk[other == rows[:, None]] = np.inf  # nobody lists itself
        here = slice(first, first + len(rows))
        if looked < len(mine):
            last[here] = straight[:, -1]
        order = np.argsort(walk, axis=1, kind="stable")
        if kept < looked:
            left_off = np.take_along_axis(walk, order[:, kept : kept + 1], axis=1)[:, 0]
            last[here] = np.minimum(last[here], left_off)
        near[here] = np.take_along_axis(other, order[:, :kept], axis=1)
    return near, last, kept == len(mine) - 1
