"""Which towns an address may be in."""

from __future__ import annotations

from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from geomatch.core.addresses import Address
from geomatch.core.translation import gettext
from geomatch.geocoding.index import GazetteerIndex, StreetOfTown, Town

__all__ = ["Scope", "ScopeFinder"]

_SHORTEST_TO_CORRECT: Final = 3
_LONG: Final = 9
_WAYS: Final = frozenset({"NORTH", "SOUTH", "EAST", "WEST"})


class Scope(NamedTuple):
    """Towns an address may be in, and how that was found out.

    Attributes
    ----------
    towns
        The towns; None for all of them, () for none.
    note
        What was corrected or left open, for people.
    factor
        What that costs the score.
    """

    towns: tuple[Town, ...] | None
    note: str = ""
    factor: float = 1.0

    def holds(self, street: StreetOfTown) -> bool:
        """Whether a street lies in one of the towns."""
        return self.towns is None or street.town in self.towns


class ScopeFinder:
    """Finds the towns an address may be in, by its town and state.

    A town that the gazetteer does not know is another town, so its scope is empty, unless exactly
    one known name is a typing mistake away.
    """

    def __init__(self, index: GazetteerIndex) -> None:
        self._index = index
        self._known: dict[tuple[str, str], Scope] = {}

    def find(self, address: Address) -> Scope:
        """Towns of an address, remembered per town and state."""
        key = (address.city, address.region)
        scope = self._known.get(key)
        if scope is None:
            if len(self._known) > 100_000:  # a hostile file must not fill the memory
                self._known.clear()
            scope = self._known[key] = self._find(*key)
        return scope

    def _find(self, city: str, region: str) -> Scope:
        if not city:
            return self._without_city(region)
        if ", " in city:
            return self._either(city.split(", "), region)
        towns = self._index.towns_named(city, region)
        if towns:
            return Scope(tuple(towns))
        corrected = self._corrected(city, region)
        if len(corrected) == 1:
            towns = self._index.towns_named(corrected[0], region)
            return Scope(
                tuple(towns), gettext("town read as {town}").format(town=towns[0].label), 0.95
            )
        nameless = self._index.towns_named("", region)
        if nameless and not self._index.towns_named(city):
            return Scope(tuple(nameless), gettext("the gazetteer's row names no town"), 0.9)
        town = f"{city.title()}, {region}" if region else city.title()
        return Scope((), gettext("no town {town} in the gazetteer").format(town=town))

    def _either(self, cities: list[str], region: str) -> Scope:
        """Towns of a line that names several: the address may be in any of them."""
        towns = [town for city in cities for town in self._index.towns_named(city, region)]
        return Scope(tuple(towns), gettext("{number} towns given").format(number=len(cities)), 0.95)

    def _without_city(self, region: str) -> Scope:
        if not region:
            return Scope(None, gettext("no town given"), 0.95)
        towns = [
            town
            for named in self._index.towns.values()
            for town in named
            if not town.region or town.region == region
        ]
        return Scope(tuple(towns), gettext("no town given"), 0.95)

    def _corrected(self, city: str, region: str) -> list[str]:
        """Known towns one typing mistake away (two in a long name)."""
        if len(city) < _SHORTEST_TO_CORRECT:
            return []
        limit = 2 if len(city) >= _LONG else 1
        near: dict[int, list[str]] = {}
        for name in self._index.towns:
            distance = OSA.distance(city, name, score_cutoff=limit)
            is_near = bool(name) and distance <= limit and not _point_apart(city, name)
            if is_near and self._index.towns_named(name, region):
                near.setdefault(distance, []).append(name)
        return near[min(near)] if near else []


def _point_apart(city: str, other: str) -> bool:
    """Whether two towns' names begin with different directions: no slip makes South of North."""
    first, second = city.split()[0], other.split()[0]
    return first != second and {first, second} <= _WAYS
