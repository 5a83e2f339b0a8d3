"""Streets that may be meant by a name that no street of the town has."""

from __future__ import annotations

from collections import defaultdict
from typing import Final, NamedTuple

from geomatch.core.addresses import Street
from geomatch.geocoding.index import GazetteerIndex, StreetOfTown
from geomatch.geocoding.interpolation import Interpolator
from geomatch.geocoding.scope import Scope
from geomatch.geocoding.siblings import differences
from geomatch.geocoding.typos import TypoIndex, within_one_typo

__all__ = ["FoundStreet", "StreetFinder"]

_SHORTEST_TO_CORRECT: Final = 4
"""Shorter names (Elm, Elk, Oak) are one letter from too many others."""


class FoundStreet(NamedTuple):
    """A street that may be meant, why, and what that costs the score."""

    street: StreetOfTown
    note: str = ""
    factor: float = 1.0


class StreetFinder:
    """Finds streets whose name differs a little from the one asked for.

    A street that exists in the town under the very name asked for is the street meant: its
    neighbours in spelling are then other streets, and are not offered.
    """

    def __init__(self, index: GazetteerIndex, interpolator: Interpolator) -> None:
        self._index = index
        self._interpolator = interpolator
        self._by_name: dict[str, list[Street]] | None = None
        self._typos: TypoIndex | None = None

    def forget(self) -> None:
        """Drop what was built from names, after names were added."""
        self._by_name = self._typos = None

    def exact(self, street: Street, scope: Scope) -> list[FoundStreet]:
        """Streets of exactly this name."""
        return [
            FoundStreet(found)
            for found in self._index.streets.get(street, ())
            if scope.holds(found)
        ]

    def siblings(self, street: Street, scope: Scope) -> list[FoundStreet]:
        """Streets of the same name with another direction or type, or without one."""
        if self.exact(street, scope):
            return []
        if self._by_name is None:
            self._by_name = defaultdict(list)
            for known in self._index.streets:
                self._by_name[known.name].append(known)
        is_a_street = self._interpolator.knows(street)
        found = []
        for known in self._by_name.get(street.name, ()):
            difference = differences(street, known)
            # In a grid a direction is half of the name: 357 W 500 N is not 357 E 500 N.
            if difference.conflicts > (0 if is_a_street or known.name.isdigit() else 1):
                continue
            factor = 0.9**difference.missing * 0.8**difference.conflicts
            found += self._in_scope(known, scope, difference.words, factor)
        return found

    def typos(self, street: Street, scope: Scope) -> list[FoundStreet]:
        """Streets whose name is one typing mistake away."""
        if len(street.name) < _SHORTEST_TO_CORRECT or self._interpolator.knows(street):
            return []
        if self.exact(street, scope):
            return []
        if self._typos is None:
            self._typos = TypoIndex(self._index.streets)
        near = self._typos.find(street)
        whole = [known for known in near if _is_near_in_whole(street, known)]
        found = []
        for known in whole or near:
            found += self._in_scope(known, scope, "a letter differs", 0.9)
        return found

    def any_way(self, street: Street, scope: Scope) -> list[FoundStreet]:
        """Streets meant by a name, the surest way of finding any."""
        return (
            self.exact(street, scope) or self.siblings(street, scope) or self.typos(street, scope)
        )

    def _in_scope(self, known: Street, scope: Scope, why: str, factor: float) -> list[FoundStreet]:
        return [
            FoundStreet(found, f"street read as {found.label} ({why})", round(factor, 3))
            for found in self._index.streets[known]
            if scope.holds(found)
        ]


def _is_near_in_whole(asked: Street, known: Street) -> bool:
    """Whether the names differ by one mistake with direction and type counted in."""
    difference = differences(asked, known)
    return not (difference.missing or difference.conflicts) or within_one_typo(
        str(asked), str(known)
    )
