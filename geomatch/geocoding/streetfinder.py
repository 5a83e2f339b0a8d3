"""Streets that may be meant by a name that no street of the town has."""

from __future__ import annotations

from typing import Final, NamedTuple

from geomatch.core.addresses import Street
from geomatch.core.translation import gettext
from geomatch.geocoding.index import GazetteerIndex, StreetOfTown
from geomatch.geocoding.interpolation import Interpolator
from geomatch.geocoding.scope import Scope
from geomatch.geocoding.siblings import SiblingIndex
from geomatch.geocoding.typos import TypoIndex

__all__ = ["FoundStreet", "StreetFinder"]

_SHORTEST_TO_CORRECT: Final = 3
"""Of a single letter nothing can be said."""


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
        self._siblings: SiblingIndex | None = None
        self._typos: TypoIndex | None = None

    def forget(self) -> None:
        """Drop what was built from names, after names were added."""
        self._siblings = self._typos = None

    def exact(self, street: Street, scope: Scope) -> list[FoundStreet]:
        """Streets of exactly this name."""
        return [
            FoundStreet(found)
            for found in self._index.streets.get(street, ())
            if scope.holds(found)
        ]

    def left_out(self, street: Street, scope: Scope) -> list[FoundStreet]:
        """Streets of the same name, but for a direction or a type that one leaves out."""
        if self.exact(street, scope):
            return []
        return self._siblings_found(street, scope, wrong=False)

    def mistaken(self, street: Street, scope: Scope) -> list[FoundStreet]:
        """Streets one mistake away: a letter, or another type or direction in its place.

        A name with a part left out is that street, so where there is one, no mistake is looked for.
        """
        if self._interpolator.knows(street) or self.exact(street, scope):
            return []
        if self._siblings_found(street, scope, wrong=False):
            return []
        found = self._siblings_found(street, scope, wrong=True)
        seen = {id(one.street) for one in found}
        return found + [
            one for one in self._misspelled(street, scope) if id(one.street) not in seen
        ]

    def _misspelled(self, street: Street, scope: Scope) -> list[FoundStreet]:
        if len(str(street)) < _SHORTEST_TO_CORRECT:
            return []
        if self._typos is None:
            self._typos = TypoIndex(self._index.labels())
        found = []
        for known in self._typos.find(street):
            found += self._in_scope(known, scope, gettext("a letter differs"), 0.9)
        return found

    def _siblings_found(self, street: Street, scope: Scope, *, wrong: bool) -> list[FoundStreet]:
        if self._siblings is None:
            self._siblings = SiblingIndex(self._index.streets)
        found = []
        for known, difference in self._siblings.find(street):
            if bool(difference.wrong) == wrong and difference.wrong <= 1:
                factor = 0.9**difference.left_out * 0.8**difference.wrong
                found += self._in_scope(known, scope, difference.words, factor)
        return found

    def without_number(self, street: Street, scope: Scope) -> list[FoundStreet]:
        """Streets meant by a name although none of them has the number, the surest first.

        A street with another type or direction is not among them: that it lacks the number as well
        says that it is another street.
        """
        found = self.exact(street, scope) or self.left_out(street, scope)
        if found or self._interpolator.knows(street):
            return found
        return self._misspelled(street, scope)

    def _in_scope(self, known: Street, scope: Scope, why: str, factor: float) -> list[FoundStreet]:
        return [
            FoundStreet(
                found,
                gettext("street read as {street} ({why})").format(street=found.label, why=why),
                round(factor, 3),
            )
            for found in self._index.streets[known]
            if scope.holds(found)
        ]
