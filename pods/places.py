"""Say where somebody is left over, and which pod they could join, by the names of streets.

A hidden household lends its street to no sentence, is counted in none that others read, and is
nobody's way to a pod. What it is told itself names no place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from pods.planner.town.reasons import Unplaced, homes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NAME_LENGTH = 40  # a longer name of a street is cut off
LOOKED_AT = 200  # nearest placed households among which a pod with room is looked for


@dataclass(frozen=True)
class Whereabouts:
    """What is known of places.

    Attributes
    ----------
    points
        (n, 2) metres, NaN where unknown.
    labels
        (n,) pods, -1 for unplaced.
    size
        (n,) what each household counts against the limits.
    max_size
        Most of a pod.
    streets
        (n,) street names, empty where unknown.
    hidden
        (n,) whose street and very being there nobody may learn.
    pod_number
        What people call the pod of a label.
    former_pod
        What people call a current pod, by the number the planner was given for it.
    """

    points: Floats
    labels: Ints
    size: Ints
    max_size: int
    streets: Sequence[str]
    hidden: Bools
    pod_number: Callable[[int], object]
    former_pod: Callable[[int], object]


def reasons_with_places(unplaced: Sequence[Unplaced], where: Whereabouts) -> dict[int, str]:
    """Return the reason of each unplaced row, with names of places where they are known.

    Parameters
    ----------
    unplaced
        As the planner explains them.
    where
        Streets, pods and who is hidden.

    Returns
    -------
    dict
        Row -> reason.
    """
    reasons = {record.index: record.reason for record in unplaced}
    groups: dict[int, list[Unplaced]] = defaultdict(list)
    for record in unplaced:
        former = record.facts.get("pod")
        if isinstance(former, int):
            reasons[record.index] = record.again(pod=where.former_pod(former))
        if record.group >= 0 and not where.hidden[record.index]:
            groups[record.group].append(record)
    neighbours = _Neighbours(where) if groups else None
    for records in groups.values():
        rows = np.array([record.index for record in records])
        facts: dict[str, object] = {"homes": homes(len(rows))}
        if street := _main_street(where, rows):
            facts["place"] = f"at {street}"
        if neighbours and (pod := neighbours.nearest_with_room(rows)):
            facts["neighbour"] = pod
        reasons |= {record.index: record.again(**facts) for record in records}
    return reasons


def _main_street(where: Whereabouts, rows: Ints) -> str:
    """Name the commonest street of some rows (of equals, the first)."""
    names = Counter(where.streets[row] for row in rows if where.streets[row])
    return names.most_common(1)[0][0][:NAME_LENGTH] if names else ""


class _Neighbours:
    """Finds the nearest pod that could take somebody more."""

    def __init__(self, where: Whereabouts) -> None:
        self.where = where
        placed = where.labels >= 0
        self.total = np.bincount(where.labels[placed], where.size[placed])
        self.rows = np.flatnonzero(placed & ~where.hidden)
        self.tree = cKDTree(where.points[self.rows]) if len(self.rows) else None

    def nearest_with_room(self, rows: Ints) -> str:
        """Name the nearest pod with room for these rows and how far it is; "" for none near."""
        where = self.where
        if self.tree is None:
            return ""
        k = np.arange(1, min(LOOKED_AT, len(self.rows)) + 1)
        far, found = self.tree.query(where.points[rows], k)
        label = where.labels[self.rows[found]]
        far[self.total[label] + where.size[rows].sum() > where.max_size] = np.inf
        at = np.unravel_index(np.argmin(far), far.shape)
        if not np.isfinite(far[at]):
            return ""
        pod = int(label[at])
        members = self.rows[where.labels[self.rows] == pod]
        street = _main_street(where, members)
        inside = f"{street}, {_away(far[at])}" if street else _away(far[at])
        return f"pod {where.pod_number(pod)} ({inside})"


def _away(metres: float) -> str:
    return (
        f"{metres / 1000:,.1f} km away"
        if metres >= 950
        else f"{max(round(metres, -1), 10):,.0f} m away"
    )
