"""Exact knapsacks by dynamic programming over sizes: small, and worth being exact about.

With a few large households, filling a pod is a matter of which sizes fit together; a greedy choice
may leave a third of a pod empty. Sizes are whole numbers, so a table over them finds the best.
"""

from __future__ import annotations

import numpy as np

from geomatch.core.arrays import Floats, Ints
from pods.planner.jit import inner

EXACT_SIZE = 20_000
"""Longest table: above it sizes are filled greedily."""


@inner
def cheapest_sides(gain: Floats, size: Ints, side: Ints, least: int, most: int) -> bool:
    """Give every block a side, at least cost, so that side 0 has a size of least..most.

    Parameters
    ----------
    gain
        (t,) what a block costs on side 1 more than on side 0.
    size
        (t,) sizes.
    side
        (t,) gets 0 or 1.
    least, most
        Size limits of side 0.

    Returns
    -------
    found
        Whether there is such a choice; without one `side` is left as it was.
    """
    count = len(size)
    saved = np.full(most + 1, -np.inf)  # best sum of gains of side 0, by its size
    saved[0] = 0.0
    taken = np.zeros((count, most + 1), np.bool_)
    reach = 0
    for t in range(count):
        step = size[t]
        reach = min(most, reach + step)
        for filled in range(reach, step - 1, -1):
            with_it = saved[filled - step] + gain[t]
            if with_it > saved[filled]:
                saved[filled] = with_it
                taken[t, filled] = True
    best, filled = -np.inf, -1
    for total in range(least, most + 1):
        if saved[total] > best:
            best, filled = saved[total], total
    if filled < 0:
        return False
    for t in range(count - 1, -1, -1):
        side[t] = 0 if taken[t, filled] else 1
        if taken[t, filled]:
            filled -= size[t]
    return True


@inner
def price_of_limits(gain: Floats, size: Ints, side: Ints, least: int, most: int) -> float:
    """Least that it costs to bring side 0 to a size of least..most, blocks moved in part.

    Parameters are those of `cheapest_sides`, with everybody on the side that is cheaper; no exact
    choice costs less more than that. Infinite where not even moving everybody is enough.
    """
    count = len(size)
    zero = 0
    for t in range(count):
        if side[t] == 0:
            zero += size[t]
    lack = max(least - zero, zero - most, 0)
    mover = 1 if zero < least else 0
    moved = np.zeros(count, np.bool_)
    total = 0.0
    while lack > 0:
        best, chosen = np.inf, -1
        for t in range(count):
            movable = side[t] == mover and not moved[t] and size[t] > 0
            if movable and abs(gain[t]) < best * size[t]:
                best, chosen = abs(gain[t]) / size[t], t
        if chosen < 0:
            return np.inf
        moved[chosen] = True
        total += best * min(lack, size[chosen])
        lack -= size[chosen]
    return total
