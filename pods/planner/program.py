"""An integer program put together rule by rule, many columns and rows at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from geomatch.core.arrays import Floats, Ints


class Program:
    """Columns from 0 to their own upper limits, and rows between two limits."""

    def __init__(self) -> None:
        self.width = self.height = 0
        self._top: list[Floats] = []
        self._cost: list[Floats] = []
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._low: list[Floats] = []
        self._high: list[Floats] = []

    def columns(self, count: int, *, top: ArrayLike = 1.0, cost: ArrayLike = 0.0) -> Ints:
        """Add columns; return their numbers."""
        self._top.append(np.broadcast_to(np.asarray(top, dtype=np.float64), count))
        self._cost.append(np.broadcast_to(np.asarray(cost, dtype=np.float64), count))
        self.width += count
        return np.arange(self.width - count, self.width)

    def rows(
        self,
        *entries: tuple[Ints, Ints, ArrayLike],
        low: ArrayLike = -np.inf,
        high: ArrayLike = np.inf,
    ) -> None:
        """Add rows, numbered from 0 among themselves.

        Parameters
        ----------
        *entries
            Rows, columns and values, each (k,) or the values a single number.
        low, high
            Limits of each row, or of all.
        """
        row = np.concatenate([part[0] for part in entries])
        if not len(row):
            return
        value = [np.broadcast_to(np.asarray(v, dtype=np.float64), len(r)) for r, _, v in entries]
        column = np.concatenate([part[1] for part in entries])
        self._entries.append((row + self.height, column, np.concatenate(value)))
        many = int(row.max()) + 1
        self._low.append(np.broadcast_to(np.asarray(low, dtype=np.float64), many))
        self._high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), many))
        self.height += many

    def solved(self, whole: Ints, *, most_nodes: int) -> tuple[float, Floats | None]:
        """Solve it with HiGHS: the least cost where some columns are whole numbers.

        Parameters
        ----------
        whole
            Those columns; none for a linear program.
        most_nodes
            Branch-and-bound nodes it may take.

        Returns
        -------
        bound
            No solution costs less; -inf where none was found.
        values
            (columns,) of the best solution found, None where none was.
        """
        row, column, value = (np.concatenate([part[k] for part in self._entries]) for k in range(3))
        matrix = coo_array((value, (row, column)), shape=(self.height, self.width)).tocsr()
        integrality = np.zeros(self.width, dtype=np.int64)
        integrality[whole] = 1
        found = milp(
            np.concatenate(self._cost),
            integrality=integrality,
            bounds=Bounds(np.zeros(self.width), np.concatenate(self._top)),
            constraints=LinearConstraint(
                matrix, np.concatenate(self._low), np.concatenate(self._high)
            ),
            options={"node_limit": most_nodes, "mip_rel_gap": 0.0},
        )
        bound = found.mip_dual_bound if len(whole) else found.fun
        known = bound is not None and np.isfinite(bound) and found.x is not None
        return float(bound or 0.0) if known else -np.inf, found.x
