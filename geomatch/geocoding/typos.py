"""Find streets that are one typing mistake away.

One mistake is one letter wrong, missing, too many, or two neighbours exchanged (optimal string
alignment distance 1, Damerau 1964). Half of the text then stands unchanged, so streets are kept by
each half, and only those that share a half are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from rapidfuzz.distance import OSA

from geomatch.core.addresses import Street
from geomatch.core.addresses.words import DIRECTIONS, PRIMARY_WORDS

__all__ = ["TypoIndex", "within_one_typo"]

_DIGITS: Final = re.compile(r"\d+")
_LONG_DIRECTIONS: Final = {
    short: long for long, short in DIRECTIONS.items() if len(long) > 3 and long != short
}


def within_one_typo(one: str, other: str) -> bool:
    """Whether one letter (never a digit) separates two texts.

    Examples
    --------
    >>> within_one_typo("HORSESHOE MEADOWS", "HORESSHOE MEADOWS")
    True
    >>> within_one_typo("4500", "3500")
    False
    """
    if OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    return _DIGITS.findall(one) == _DIGITS.findall(other)


class TypoIndex:
    """Normal street names, found in spite of one typing mistake.

    Parameters
    ----------
    streets : iterable of Street
        The names to find.
    """

    def __init__(self, streets: Iterable[Street]) -> None:
        self._halves: dict[tuple[bool, int, str], list[str]] = {}
        self._by_form: dict[str, list[Street]] = {}
        for street in streets:
            for form in _forms(street):
                known = self._by_form.setdefault(form, [])
                if not known:
                    self._add(form)
                if street not in known:
                    known.append(street)

    def _add(self, form: str) -> None:
        length = len(form)
        middle = length // 2
        # An exchange across the middle leaves the end beyond it unchanged, hence the + 1.
        self._halves.setdefault((True, length, form[:middle]), []).append(form)
        self._halves.setdefault((False, length, form[middle + 1 :]), []).append(form)

    def find(self, street: Street) -> list[Street]:
        """Streets whose name, in some spelling, is at most one mistake from `street`.

        Returns
        -------
        list of Street
            In the order of the index; empty if the name is too short to say.
        """
        text = str(street)
        found: dict[Street, None] = {}
        for form in self._near(text):
            if within_one_typo(text, form):
                for known in self._by_form[form]:
                    found[known] = None
        return list(found)

    def _near(self, text: str) -> Iterator[str]:
        seen: set[str] = set()
        for length in range(len(text) - 1, len(text) + 2):
            middle = length // 2
            ends = (
                (True, length, text[:middle]),
                (False, length, text[len(text) - (length - middle - 1) :]),
            )
            for key in ends:
                for form in self._halves.get(key, ()):
                    if form not in seen:
                        seen.add(form)
                        yield form


def _forms(street: Street) -> Iterator[str]:
    """List spellings in which a mistake may be: "S UNION ST", "SOUTH UNION ST", "UNION"."""
    before = _spellings(street.before, _LONG_DIRECTIONS.get(street.before, ""))
    suffix = _spellings(street.suffix, PRIMARY_WORDS.get(street.suffix, ""))
    after = _spellings(street.after, _LONG_DIRECTIONS.get(street.after, ""))
    # The mistake is in one part: it alone is left as written, the others are normal.
    yield str(street)
    for spelled in before[1:]:
        yield str(street._replace(before=spelled))
    for spelled in suffix[1:]:
        yield str(street._replace(suffix=spelled))
    for spelled in after[1:]:
        yield str(street._replace(after=spelled))
    if street.before or street.suffix or street.after:
        yield street.name


def _spellings(short: str, long: str) -> list[str]:
    return [short, long] if long and long != short else [short]
