"""A lower bound on moves that holds for a whole county: what leaves a pod must go somewhere.

Forgets who is next to whom. What is left is who can stay: whole blocks, pods of allowed size with
one point person at most, each in one part of the town; and everybody who does not stay must fill
up a pod or be one of a new pod that is large enough.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from pods.planner.currentpods import CurrentPods
from pods.planner.town import Limits, Town

Ints = NDArray[np.int64]

MOST_NODES = 200


def moves_bound(town: Town, current: CurrentPods, placed: Ints, limits: Limits) -> int:
    """Return a number of moves that every valid plan needs that places exactly these blocks.

    Parameters
    ----------
    placed
        (b,) blocks.
    """
    arrays = town.arrays
    inside = np.zeros(town.n_blocks, dtype=bool)
    inside[placed] = True
    block = np.repeat(np.arange(town.n_blocks), np.diff(current.ptr))
    pair = np.flatnonzero(inside[block])
    if not len(pair):
        return 0
    block, stay = block[pair], current.homes[pair]
    part = arrays.part[block]
    # A pod in one part of the town is a unit: of a pod that barriers cut, only one unit goes on.
    unit_key, unit = np.unique(
        np.column_stack([current.pod[pair], part]), axis=0, return_inverse=True
    )
    unit = unit.ravel()
    units, pairs = len(unit_key), len(pair)
    parts, unit_part = np.unique(unit_key[:, 1], return_inverse=True)
    total = np.bincount(unit, arrays.size[block], units)
    pod_units = np.bincount(unit_key[:, 0])
    fragile = (total < limits.min_size) | (pod_units[unit_key[:, 0]] > 1)
    # Columns: pair stays | unit goes on | size that joins a unit | size and number of new pods.
    opens, joins = pairs, pairs + units
    news, count = pairs + 2 * units, pairs + 2 * units + len(parts)
    width = count + len(parts)
    rows = _Rows(width)
    size = arrays.size[block].astype(float)
    at = np.arange(units)
    for limit, low, high in ((limits.max_size, -np.inf, 0.0), (limits.min_size, 0.0, np.inf)):
        rows.add(
            np.concatenate([unit, at, at]),
            np.concatenate([np.arange(pairs), joins + at, opens + at]),
            np.concatenate([size, np.ones(units), np.full(units, -float(limit))]),
            low,
            high,
        )
    several = np.flatnonzero(np.bincount(block, minlength=town.n_blocks)[block] > 1)
    if len(several):
        number = np.unique(block[several], return_inverse=True)[1].ravel()
        rows.add(number, several, np.ones(len(several)), -np.inf, 1.0)
    led = np.flatnonzero(arrays.leader[block] >= 0)
    if len(led):
        number = np.unique(unit[led], return_inverse=True)[1].ravel()
        rows.add(number, led, np.ones(len(led)), -np.inf, 1.0)
    rows.add(unit_key[:, 0], opens + at, np.ones(units), -np.inf, 1.0)
    weak = np.flatnonzero(fragile[unit])
    if len(weak):
        one = np.arange(len(weak))
        rows.add(
            np.concatenate([one, one]),
            np.concatenate([weak, opens + unit[weak]]),
            np.concatenate([np.ones(len(weak)), -np.ones(len(weak))]),
            -np.inf,
            0.0,
        )
    # Who does not stay joins a pod of the part, or a new one.
    p = np.arange(len(parts))
    everybody = np.bincount(
        np.searchsorted(parts, arrays.part[placed])[np.isin(arrays.part[placed], parts)],
        arrays.size[placed][np.isin(arrays.part[placed], parts)],
        len(parts),
    )
    rows.add(
        np.concatenate([unit_part[unit].ravel(), unit_part.ravel(), p]),
        np.concatenate([np.arange(pairs), joins + at, news + p]),
        np.concatenate([size, np.ones(units + len(parts))]),
        everybody,
        everybody,
    )
    for limit, low, high in ((limits.max_size, -np.inf, 0.0), (limits.min_size, 0.0, np.inf)):
        rows.add(
            np.concatenate([p, p]),
            np.concatenate([news + p, count + p]),
            np.concatenate([np.ones(len(parts)), np.full(len(parts), -float(limit))]),
            low,
            high,
        )
    whole = np.zeros(width, dtype=np.int64)
    whole[opens : opens + units] = fragile
    whole[count:] = 1
    top = np.ones(width)
    top[joins:] = np.inf
    found = milp(
        np.concatenate([-stay.astype(float), np.zeros(width - pairs)]),
        integrality=whole,
        bounds=Bounds(np.zeros(width), top),
        constraints=rows.constraint(),
        options={"node_limit": MOST_NODES, "mip_rel_gap": 0.0},
    )
    if found.mip_dual_bound is None or not np.isfinite(found.mip_dual_bound):
        return 0
    known = int(current.known[placed].sum())
    return max(0, int(np.ceil(known + found.mip_dual_bound - 1e-6)))


class _Rows:
    """Rows of a program, many at a time."""

    def __init__(self, width: int) -> None:
        self.width, self.count = width, 0
        self.parts: list[tuple[Ints, Ints, NDArray[np.float64]]] = []
        self.low: list[NDArray[np.float64]] = []
        self.high: list[NDArray[np.float64]] = []

    def add(
        self, row: Ints, column: Ints, value: NDArray[np.float64], low: object, high: object
    ) -> None:
        """Add rows numbered from 0, each with the same or its own limits."""
        many = int(row.max()) + 1
        self.parts.append((row + self.count, column, value))
        self.low.append(np.broadcast_to(np.asarray(low, dtype=float), many))
        self.high.append(np.broadcast_to(np.asarray(high, dtype=float), many))
        self.count += many

    def constraint(self) -> LinearConstraint:
        """All rows."""
        row, column, value = (np.concatenate([part[k] for part in self.parts]) for k in range(3))
        matrix = coo_array((value, (row, column)), shape=(self.count, self.width)).tocsr()
        return LinearConstraint(matrix, np.concatenate(self.low), np.concatenate(self.high))
