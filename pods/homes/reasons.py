"""Why homes are in no pod, with the streets people know and the pod they could join.

Nothing here knows of hidden homes: what they are told stands in `hidden`, and names no place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.translation import gettext, gettext_noop
from pods.homes.homes import Homes
from pods.planner.town.reasons import Unplaced
from pods.planner.town.reasons import homes as homes_in_words


class Limits(Protocol):
    """The sizes of pods that were asked for."""

    @property
    def min_size(self) -> int: ...
    @property
    def max_size(self) -> int: ...
    @property
    def size_by(self) -> str: ...


NAME_LENGTH = 40  # a longer name of a street is cut off
LOOKED_AT = 200  # nearest placed households among which a pod with room is looked for


INSIDE_A_BARRIER = gettext_noop(
    "This home stands inside a barrier, which nobody crosses: move its pin to the building, or "
    "correct the barrier's shape."
)
PARTS_TOO_SMALL = gettext_noop(
    "This building has more than one pod may hold, and its equal parts are smaller than the least "
    "size of a pod: allow larger pods or smaller ones, or make it a phone pod."
)
LEFT_OVER = ("too_few_neighbours", "no_room")


def told_again(
    unplaced: Sequence[Unplaced],
    homes: Homes,
    limits: Limits,
    points: Floats,
    barriers: Sequence[Any],
) -> list[Unplaced]:
    """Tell those whom the planner finds without neighbours what is really in the way.

    Parameters
    ----------
    unplaced
        As the planner explains them.
    homes, limits
        What was planned, and the sizes asked for.
    points, barriers
        Where the homes are, and what nobody crosses, in the same metres.

    Returns
    -------
    list of Unplaced
        Homes that stand inside a barrier, and buildings whose equal parts are no pod, have a code
        and a reason of their own; the others are as they were.
    """
    rows = np.array([each.index for each in unplaced if each.code in LEFT_OVER], dtype=np.int64)
    inside = set(rows[inside_of(points[rows], barriers)].tolist())
    parted = set(rows[_in_too_small_parts(homes, limits, points)[rows]].tolist())

    def told(record: Unplaced) -> Unplaced:
        if record.index in inside:
            return replace(
                record, code="inside_barrier", reason=gettext(INSIDE_A_BARRIER), group=-1
            )
        if record.index in parted:
            return replace(
                record, code="parts_too_small", reason=gettext(PARTS_TOO_SMALL), group=-1
            )
        return record

    return [told(record) for record in unplaced]


def inside_of(points: Floats, barriers: Sequence[Any]) -> Bools:
    """(m,) whether each point lies inside a barrier that is an area."""
    inside = np.zeros(len(points), dtype=bool)
    if len(points) and len(barriers):
        tree = shapely.STRtree(list(barriers))
        inside[tree.query(shapely.points(points), predicate="within")[0]] = True
    return inside


def _in_too_small_parts(homes: Homes, limits: Limits, points: Floats) -> Bools:
    """(n,) homes of buildings above the most of a pod whose equal parts are below the least."""
    planned = (homes.buildings >= 0) & np.isfinite(points).all(axis=1)
    size = homes.sizes(limits.size_by)
    total = np.bincount(homes.buildings[planned], size[planned])
    parts = np.ceil(total / limits.max_size)
    small = (parts > 1) & (total // np.maximum(parts, 1) < limits.min_size)
    found = np.zeros(len(homes), dtype=bool)
    found[planned] = small[homes.buildings[planned]]
    return found


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
    numbers
        (k,) what people call the pod of a label.
    pod_names
        What people call a current pod, by the number the planner was given for it.
    """

    points: Floats
    labels: Ints
    size: Ints
    max_size: int
    streets: Sequence[str]
    numbers: Sequence[int]
    pod_names: Mapping[int, str]


def with_places(unplaced: Sequence[Unplaced], where: Whereabouts) -> dict[int, str]:
    """Return the reason of each unplaced row, with names of places where they are known.

    Parameters
    ----------
    unplaced
        As the planner explains them.
    where
        Streets and pods.

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
            reasons[record.index] = record.again(pod=where.pod_names[former])
        if record.group >= 0:
            groups[record.group].append(record)
    neighbours = _Neighbours(where) if groups else None
    for records in groups.values():
        rows = np.array([record.index for record in records])
        facts: dict[str, object] = {"homes": homes_in_words(len(rows))}
        if street := _main_street(where, rows):
            facts["place"] = gettext("at {street}").format(street=street)
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
        self.rows = np.flatnonzero(placed)
        self.tree = cKDTree(where.points[self.rows]) if len(self.rows) else None

    def nearest_with_room(self, rows: Ints) -> str:
        """Name the nearest pod with room for these rows and how far it is; "" for none near."""
        where = self.where
        if self.tree is None:
            return ""
        k = np.arange(1, min(LOOKED_AT, len(self.rows)) + 1)
        away, nearest = self.tree.query(where.points[rows], k)
        far, found = np.asarray(away), np.asarray(nearest)
        label = where.labels[self.rows[found]]
        far[self.total[label] + where.size[rows].sum() > where.max_size] = np.inf
        at = np.unravel_index(np.argmin(far), far.shape)
        if not np.isfinite(far[at]):
            return ""
        pod = int(label[at])
        members = self.rows[where.labels[self.rows] == pod]
        street = _main_street(where, members)
        inside = f"{street}, {_away(far[at])}" if street else _away(far[at])
        return gettext("pod {number} ({inside})").format(number=where.numbers[pod], inside=inside)


def _away(metres: float) -> str:
    if metres >= 950:
        return gettext("{number:,.1f} km away").format(number=metres / 1000)
    return gettext("{number:,.0f} m away").format(number=max(round(metres, -1), 10))
