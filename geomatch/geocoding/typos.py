"""Find streets that are one typing mistake away.

One mistake is one letter wrong, missing, too many, or two neighbours exchanged (optimal string
alignment distance 1, Damerau 1964). Half of the text then stands unchanged, so streets are kept by
each half, and only those that share a half are compared.

A word that is a real word of street names is not taken for a mistake: Elk is not Elm mistyped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from rapidfuzz.distance import OSA

from geomatch.core.addresses import Street
from geomatch.core.addresses.text import words
from geomatch.core.addresses.words import DIRECTIONS, ORDINALS, PRIMARY_WORDS, SUFFIXES
from geomatch.geocoding.streetwords import STREET_WORDS

__all__ = ["TypoIndex", "within_one_typo"]

_NUMBERED: Final = re.compile(r"(\d{2,})(?:ST|ND|RD|TH)$")
_DIGITS: Final = re.compile(r"\d+")
_LONG_DIRECTIONS: Final = {
    short: long for long, short in DIRECTIONS.items() if len(long) > 3 and long != short
}
_SHORT_WORDS: Final = {"MOUNT": "MT", "SAINT": "ST", "FORT": "FT", "HWY": "HIGHWAY"}
_ORDINAL_WORDS: Final = {number: word for word, number in ORDINALS.items()}


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
    streets : iterable of (Street, str)
        The names to find, each with the way it is written.
    """

    def __init__(self, streets: Iterable[tuple[Street, str]]) -> None:
        self._halves: dict[tuple[bool, int, str], list[str]] = {}
        self._by_form: dict[str, list[Street]] = {}
        self._known_words: set[str] = set(STREET_WORDS)
        for street, label in streets:
            self._known_words.update(street.name.split())
            for form in {*_forms(street), " ".join(words(label))}:
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
            In the order of the index; empty where the word that differs is a word of its own.
        """
        found: dict[Street, None] = {}
        for text in _asked_forms(street):
            for form in self._near(text):
                if within_one_typo(text, form) and not self._is_another_word(text, form):
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

    def _is_another_word(self, asked: str, form: str) -> bool:
        """Whether the word that differs is one that streets are called by."""
        mine, theirs = asked.split(), form.split()
        if len(mine) != len(theirs):
            return False  # a space more or less
        for word, known in zip(mine, theirs, strict=True):
            if word == known:
                continue
            if known in DIRECTIONS or known in SUFFIXES:
                # N for S is another direction, Ct for St another type; Main Lake is Lane garbled.
                return word in DIRECTIONS or word in SUFFIXES
            return word in self._known_words
        return False


def _asked_forms(street: Street) -> Iterator[str]:
    """Ways to write what was asked: a direction may be half of the name (North Avenue)."""
    yield str(street)
    if street.before in _LONG_DIRECTIONS:
        yield str(street._replace(before=_LONG_DIRECTIONS[street.before]))
    if street.suffix and (numbered := _NUMBERED.match(street.name)):
        yield str(street._replace(name=numbered[1]))  # N 1000 Est, read as N 1000th Est


def _forms(street: Street) -> Iterator[str]:
    """List spellings in which a mistake may be: "S UNION ST", "SOUTH UNION ST", "UNION"."""
    # The mistake is in one part: it alone is left as written, the others are normal.
    yield str(street)
    if street.before in _LONG_DIRECTIONS:
        yield str(street._replace(before=_LONG_DIRECTIONS[street.before]))
    if street.suffix:
        yield str(street._replace(suffix=PRIMARY_WORDS[street.suffix]))
    if street.after in _LONG_DIRECTIONS:
        yield str(street._replace(after=_LONG_DIRECTIONS[street.after]))
    if street.before or street.suffix or street.after:
        yield street.name
    first, *rest = street.name.split()
    for short, long in _SHORT_WORDS.items():
        if first == short:
            yield str(street._replace(name=" ".join([long, *rest])))
    if first[:-2].isdigit() and int(first[:-2]) in _ORDINAL_WORDS and first[-1].isalpha():
        word = _ORDINAL_WORDS[int(first[:-2])]
        yield str(street._replace(name=" ".join([word, *rest])))
