"""The homes to plan as arrays, one row a home, whether a table or a network said so."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from geomatch.core.arrays import Bools, Floats, Ints


class FlatMap(Protocol):
    """Where longitude and latitude lie in metres, x to the east and y to the north."""

    def to_metres(self, lonlat: Floats) -> Floats:
        """(n, 2) metres of (n, 2) degrees; NaN stays NaN."""

    def geometry_to_metres(self, geometry: Any) -> Any:
        """Shapes, or an array or list of them, in metres."""


@dataclass(frozen=True)
class Homes:
    """Everything about the homes that planning asks for. None of them is hidden (see `hidden`).

    Attributes
    ----------
    lonlat
        (n, 2) degrees, NaN where nobody knows, or not well enough.
    people
        (n,) how many live there.
    buildings
        (n,) number of the building, -1 for none known.
    units
        (n,) order of the unit within its building, as `unit_ranks` counts.
    current
        (n,) the pod it is in now, counted from 0; -1 for none.
    locked
        (n,) whether it must stay in that pod.
    point_person
        (n,) whether the point person of a pod lives there.
    streets
        (n,) names of streets, empty where unknown.
    willing, drives
        (n,) whether somebody is willing to be a point person, and whether somebody drives; None
        where nobody was asked.
    languages
        (n, L) which languages are spoken there, None where nobody was asked.
    street_of
        (n,) number of the street, -1 for unknown; None where no street is known.
    pod_names
        What people call the pods of `current`, by their number there.
    unplaceable
        Row → reason, of homes known beforehand not to be placed.
    flat_map
        The map on which distances are measured; by default one about the middle of the homes.
    """

    lonlat: Floats
    people: Ints
    buildings: Ints
    units: Ints
    current: Ints
    locked: Bools
    point_person: Bools
    streets: Sequence[str]
    willing: Bools | None = None
    drives: Bools | None = None
    languages: Bools | None = None
    street_of: Ints | None = None
    pod_names: Mapping[int, str] = field(default_factory=dict)
    unplaceable: Mapping[int, str] = field(default_factory=dict)
    flat_map: FlatMap | None = None

    def __len__(self) -> int:
        return len(self.lonlat)

    def sizes(self, size_by: str) -> Ints:
        """(n,) what each home counts against the limits: 1, or its people."""
        return self.people if size_by == "people" else np.ones(len(self), dtype=np.int64)


def unit_ranks(units: Sequence[str]) -> Ints:
    """(n,) rank of each unit as people count them: 2 before 10, 10 before 10B, none first."""
    pieces = [
        tuple((0, int(p), "") if p.isdigit() else (1, 0, p.casefold()) for p in parts)
        for parts in (re.findall(r"[0-9]+|[^\W\d_]+", unit) for unit in units)
    ]
    rank = {key: number for number, key in enumerate(sorted(set(pieces)))}
    return np.array([rank[key] for key in pieces], dtype=np.int64)


def numbered(names: Sequence[Hashable]) -> Ints:
    """(n,) number of each distinct name by first appearance, -1 for an empty one.

    >>> numbered(["b", "", "a", "b"]).tolist()
    [0, -1, 1, 0]
    """
    known: dict[Hashable, int] = {}
    return np.array(
        [known.setdefault(name, len(known)) if name else -1 for name in names], dtype=np.int64
    )
