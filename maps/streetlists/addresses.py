"""Addresses as a person at the kerb reads them: their order, and what is one building."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, radians

from geomatch.core.sphere import EARTH_RADIUS_M
from maps.streetlists.model import Door

__all__ = ["Stop", "natural_key", "stops_of", "street_address"]

SAME_M = 10.0
"""Doors of one address are one building within this; lots of a trailer park are farther apart."""

NaturalKey = tuple[tuple[int, int, str], ...]

_PIECES = re.compile(r"\d+|\D+")


@lru_cache(maxsize=65_536)
def natural_key(text: str) -> NaturalKey:
    """Sort key by which "Unit 9" comes before "Unit 10" and "2B" between "2A" and "3".

    Examples
    --------
    >>> sorted(["10", "9", "2B", "2A", ""], key=natural_key)
    ['', '2A', '2B', '9', '10']
    """
    pieces = _PIECES.findall(" ".join(text.split()).casefold())
    return tuple(
        # isdecimal and not isdigit: int() reads Arabic-Indic digits, and refuses "²".
        (0, int(piece[:18]), "") if piece.isdecimal() else (1, 0, piece)
        for piece in pieces
    )


def house_number(number: str) -> int | None:
    """Whole number at the front of a house number ("412 1/2" is 412), or None."""
    found = re.match(r"\s*(\d+)", number)
    return int(found[1][:18]) if found else None


def street_address(door: Door) -> str:
    """Return number and street as they are written on an envelope."""
    return " ".join(part for part in (door.number.strip(), door.street.strip()) if part)


@dataclass(frozen=True)
class Stop:
    """One place to stop at: a building, or a single door.

    Attributes
    ----------
    doors : tuple of int
        Indices into the list's doors, units in natural order.
    lon, lat : float or None
        Where it is: the first of its doors that has a place.
    key : tuple
        Street, number, city: sorts stops along streets.
    """

    doors: tuple[int, ...]
    lon: float | None
    lat: float | None
    key: tuple[NaturalKey, NaturalKey, NaturalKey]
    is_odd: bool

    @property
    def placed(self) -> bool:
        """Whether the stop can be on the map."""
        return self.lon is not None and self.lat is not None


def stops_of(doors: Sequence[Door]) -> list[Stop]:
    """Gather doors with one address into one stop.

    Parameters
    ----------
    doors : sequence of Door
        The doors of a pod.

    Returns
    -------
    list of Stop
        Sorted by street, number and city. Two households are one stop only when number, street and
        city are the same, there is a number, and their points (where known) are within `SAME_M` of
        each other: points that fall together may be guesses, "Glacier Highway" without a number is
        many places, and so is one address for a whole trailer park.
    """
    gathered: dict[tuple[object, ...], list[int]] = {}
    for index, door in enumerate(doors):
        gathered.setdefault(_address(door, index), []).append(index)
    stops = [
        _stop(doors, near)
        for members in gathered.values()
        for near in _near_each_other(doors, members)
    ]
    return sorted(stops, key=lambda stop: (stop.key, _door_key(doors[stop.doors[0]])))


def _address(door: Door, index: int) -> tuple[object, ...]:
    if not (door.number.strip() and door.street.strip()):
        return (index,)
    return (natural_key(door.number), natural_key(door.street), natural_key(door.city))


def _near_each_other(doors: Sequence[Door], members: list[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    placed_first = sorted(members, key=lambda i: (not doors[i].placed, _door_key(doors[i])))
    for index in placed_first:
        home = next((group for group in groups if _is_near(doors[group[0]], doors[index])), None)
        if home is None:
            groups.append([index])
        else:
            home.append(index)
    return groups


def _is_near(anchor: Door, door: Door) -> bool:
    """Whether two doors of one address are one place; an unknown place is taken on trust."""
    if anchor.lon is None or anchor.lat is None or door.lon is None or door.lat is None:
        return True
    east = (anchor.lon - door.lon + 180) % 360 - 180
    east_m = radians(east) * cos(radians(anchor.lat)) * EARTH_RADIUS_M
    north_m = radians(anchor.lat - door.lat) * EARTH_RADIUS_M
    return hypot(east_m, north_m) <= SAME_M


def _stop(doors: Sequence[Door], members: list[int]) -> Stop:
    members = sorted(members, key=lambda index: _door_key(doors[index]))
    first = doors[members[0]]
    at = next((doors[index] for index in members if doors[index].placed), first)
    number = house_number(first.number)
    return Stop(
        doors=tuple(members),
        lon=at.lon if at.placed else None,
        lat=at.lat if at.placed else None,
        key=(natural_key(first.street), natural_key(first.number), natural_key(first.city)),
        is_odd=number is None or number % 2 == 1,
    )


def _door_key(door: Door) -> tuple[object, ...]:
    """Order within a building; the last parts only settle ties, so input order never shows."""
    return (
        natural_key(door.unit),
        natural_key(door.name),
        door.lon or 0.0,
        door.lat or 0.0,
        door.phone,
    )
