"""An independent check of a lower bound: what its prices prove, worked out the long way.

For any prices, the sum of all prices and of the cheapest pods they allow bounds every plan from
below (weak duality). The planner works that out from short lists, in rounds of compiled code; here
it is done once, in plain Python over every home and every block, exactly. Slow on purpose: for
hundreds of homes, not thousands.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike

from geomatch.core.arrays import Floats
from pods.planner.check.plan import Broken, Walk, cut_off_parts, walking

__all__ = ["check_bound", "proven_bound"]


def check_bound(lower_bound: float, *arguments: object, **more: object) -> list[Broken]:
    """Say whether a bound is above what its prices prove; arguments as for `proven_bound`."""
    proven = proven_bound(*arguments, **more)  # type: ignore[arg-type]  # passed on as they are
    if lower_bound > proven * (1 + 1e-9) + 1e-6:
        return [Broken("bound", f"said to be {lower_bound}, but its prices prove {proven}")]
    return []


def proven_bound(
    points: ArrayLike,
    labels: Sequence[int],
    prices: Sequence[float],
    *,
    min_size: int = 5,
    max_size: int = 30,
    size: Sequence[int] | None = None,
    weight: Sequence[float] | None = None,
    buildings: Sequence[int] | None = None,
    barriers: Sequence[shapely.Geometry] = (),
    crossings: Sequence[shapely.Geometry] = (),
    streets: Sequence[shapely.Geometry] | None = None,
    point_person: Sequence[bool] | None = None,
) -> float:
    """Return the bound that prices prove for plans with as many pods per part as a known one.

    Parameters
    ----------
    points
        (n, 2) metres.
    labels
        (n,) pods of the known plan, -1 for unplaced.
    prices
        (n,) price of each household, metres.
    min_size, max_size, size, weight, buildings, barriers, crossings, streets, point_person
        As for `check_plan`.
    """
    xy = [(float(x), float(y)) for x, y in np.asarray(points, dtype=float)]
    placed = [row for row, label in enumerate(labels) if label >= 0]
    size = [1] * len(xy) if size is None else [int(s) for s in size]
    weight = [1.0] * len(xy) if weight is None else [float(w) for w in weight]
    led = [False] * len(xy) if point_person is None else [bool(p) for p in point_person]
    walk = walking(xy, streets, barriers)
    part = cut_off_parts(xy, barriers, crossings)
    blocks: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in placed:
        building = -1 if buildings is None else int(buildings[row])
        blocks[(building, labels[row]) if building >= 0 else (-1, -1 - row)].append(row)
    by_part: dict[int, list[list[int]]] = defaultdict(list)
    for rows in blocks.values():
        by_part[part[xy[rows[0]]]].append(rows)
    total = math.fsum(float(prices[row]) for row in placed)
    for mine in by_part.values():
        pods = len({labels[rows[0]] for rows in mine})
        cheapest = [
            _cheapest_pod(medoid, rows, mine, walk, prices, size, weight, led, (min_size, max_size))
            for rows in mine
            for medoid in {xy[row]: row for row in rows if led[row] or not _any(led, rows)}.values()
        ]
        total += math.fsum(sorted(cheapest)[:pods])
    return total


def _any(flags: Sequence[bool], rows: list[int]) -> bool:
    return any(flags[row] for row in rows)


def _cheapest_pod(
    medoid: int,
    own: list[int],
    blocks: list[list[int]],
    walk: Walk,
    prices: Sequence[float],
    size: Sequence[int],
    weight: Sequence[float],
    led: Sequence[bool],
    limits: tuple[int, int],
) -> float:
    """Cost less price of the cheapest pod about a home, by dynamic programming over its size."""
    low, high = limits
    everybody = [row for rows in blocks for row in rows]
    away = dict(zip(everybody, walk(medoid, everybody), strict=True))

    def worth(rows: list[int]) -> float:
        return math.fsum(weight[row] * away[row] - float(prices[row]) for row in rows)

    least: Floats = np.full(high + 1, np.inf)
    own_size = sum(size[row] for row in own)
    if own_size > high:
        return math.inf
    least[own_size] = worth(own)
    for rows in blocks:
        count = sum(size[row] for row in rows)
        if rows is own or _any(led, rows) or count > high:
            continue
        joined = least[: high + 1 - count] + worth(rows)
        least[count:] = np.minimum(least[count:], joined)
    return float(least[low:].min())
