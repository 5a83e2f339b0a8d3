"""Hidden homes: nobody plans with them, and they ride along in the nearest pod with room.

A plan that counted them would tell of them: by a pod below its least size, by its number of pods,
by who has to move. So pods are planned for everybody else, and not one of them is other than it
would be if there were no hidden home at all. See ADR 0100.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.proximity import neighbour_graph
from geomatch.core.translation import gettext, gettext_noop
from pods.homes.far_pins import APART_KM
from pods.homes.homes import FlatMap, Homes
from pods.homes.reasons import INSIDE_A_BARRIER, Limits, inside_of
from pods.homes.ride_along import Parts, Riders, Seated, Seats, ride_along
from pods.planner.town.reasons import WORDS

NO_LOCATION = WORDS["no_location"]
NO_ROOM = gettext_noop("Every pod in reach is full: allow larger pods, or make it a phone pod.")
NO_POD = gettext_noop(
    "There is no pod in reach: a barrier lies between, or the others are far away. Check the pin, "
    "or make it a phone pod."
)
LOCK_LOST = gettext_noop(
    "The pod it is locked to is full, or is none any more: unlock it, or allow larger pods."
)


@dataclass(frozen=True)
class HiddenHomes:
    """Everything about hidden homes that finding them a pod asks for; see `Homes`.

    Attributes
    ----------
    lonlat, people, locked, unplaceable
        As in `Homes`.
    buildings
        (m,) numbers as those of the homes that are planned; -1 for none known.
    current
        (m,) numbers as those of the homes that are planned; -1 for none.
    """

    lonlat: Floats
    people: Ints
    buildings: Ints
    current: Ints
    locked: Bools
    unplaceable: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lonlat)

    def sizes(self, size_by: str) -> Ints:
        """(m,) what each home counts against the limits: 1, or its people."""
        return self.people if size_by == "people" else np.ones(len(self), dtype=np.int64)


@dataclass(frozen=True)
class HiddenSeats:
    """The pod of each hidden home, and why some have none.

    Attributes
    ----------
    labels
        (m,) pods as the plan's labels, -1 for none.
    reasons
        Row → why it is in no pod. No place is named.
    """

    labels: Ints
    reasons: Mapping[int, str]


NOBODY_HIDDEN = HiddenHomes(
    lonlat=np.empty((0, 2)),
    people=np.empty(0, dtype=np.int64),
    buildings=np.empty(0, dtype=np.int64),
    current=np.empty(0, dtype=np.int64),
    locked=np.empty(0, dtype=bool),
)


def seats_of_hidden(
    hidden: HiddenHomes,
    homes: Homes,
    limits: Limits,
    *,
    points: Floats,
    labels: Ints,
    flat_map: FlatMap,
    barriers: Sequence[Any],
    crossings: Sequence[Any],
    stays: bool,
) -> HiddenSeats:
    """Find hidden homes a seat beside a plan, which stays what it is.

    Parameters
    ----------
    hidden, homes, limits
        Who wants a seat, who was planned, and the sizes asked for.
    points, labels
        (n, 2) and (n,) where the planned homes are on the flat map, and their pods.
    flat_map, barriers, crossings
        The map in metres, and what lies between, in its metres.
    stays
        Whether a hidden home keeps the pod it is in, as when rebalancing. A locked one always does.
    """
    if not len(hidden):
        return HiddenSeats(np.empty(0, dtype=np.int64), {})
    places = np.asarray(flat_map.to_metres(hidden.lonlat), dtype=np.float64)
    places[~np.isfinite(places).all(axis=1)] = np.nan
    current = _labels_now(hidden.current, homes.current, labels)
    seats = ride_along(
        Seated(points, labels, homes.sizes(limits.size_by), homes.buildings),
        Riders(
            points=places,
            sizes=hidden.sizes(limits.size_by),
            buildings=hidden.buildings,
            held=np.where(hidden.locked | stays, current, -1),
            locked=hidden.locked,
        ),
        limits.max_size,
        _parts(points, places, barriers, crossings),
        within_m=APART_KM * 1000,
    )
    return HiddenSeats(seats.labels, _reasons(hidden, places, seats, barriers))


def _labels_now(current: Ints, known: Ints, labels: Ints) -> Ints:
    """(m,) labels of the pods that somebody is in now, -1 for one that is none any more.

    A pod is the one it was where most of its planned homes know it by the same number.
    """
    both = (known >= 0) & (labels >= 0)
    pairs, count = np.unique(
        np.column_stack((known[both], labels[both])), axis=0, return_counts=True
    )
    label_of = {
        int(known): int(label) for known, label in pairs[np.argsort(count, kind="stable")].tolist()
    }
    return np.array([label_of.get(int(number), -1) for number in current], dtype=np.int64)


def _parts(
    points: Floats, places: Floats, barriers: Sequence[Any], crossings: Sequence[Any]
) -> list[Parts]:
    """Sides of the barriers, and what crossings join of them."""
    if not len(barriers):
        return []
    everybody, ways = np.concatenate((points, places)), [[], crossings] if len(crossings) else [[]]
    return [_parts_by(everybody, len(points), barriers, over) for over in ways]


def _parts_by(everybody: Floats, planned: int, barriers: Any, crossings: Any) -> Parts:
    graph = neighbour_graph(everybody, barriers=barriers, crossings=crossings)
    part = np.full(len(everybody), -1)
    known = graph.node_of >= 0
    part[known] = graph.parts[graph.node_of[known]]
    return Parts(part[:planned], part[planned:])


def _reasons(
    hidden: HiddenHomes, places: Floats, seats: Seats, barriers: Sequence[Any]
) -> dict[int, str]:
    """Row → why a hidden home has no seat."""
    inside = inside_of(places, barriers)

    def why(row: int) -> str:
        if row in hidden.unplaceable:
            return hidden.unplaceable[row]
        if np.isnan(places[row]).any():
            return gettext(NO_LOCATION)
        if inside[row]:
            return gettext(INSIDE_A_BARRIER)
        if hidden.locked[row]:
            return gettext(LOCK_LOST)
        return gettext(NO_ROOM if seats.full[row] else NO_POD)

    return {int(row): why(int(row)) for row in np.flatnonzero(seats.labels < 0)}
