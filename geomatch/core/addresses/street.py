"""The name of a street, in parts and in one normal spelling.

A street has a name, and may have a direction before it, a type (suffix) and a direction after it:
``N | GLACIER | HWY | ``, ``E | 500 | | N``. The parts are what people get wrong or leave out, so
the gazetteer compares part by part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from geomatch.core.addresses.states import STATE_NAMES, STATES
from geomatch.core.addresses.text import words
from geomatch.core.addresses.words import (
    DIRECTIONS,
    NAME_WORDS,
    ORDINALS,
    PRIMARY_WORDS,
    SUFFIXES,
    TENS_WORDS,
    word_set,
)

__all__ = ["Street", "normalise_street", "street_from_words"]


class Street(NamedTuple):
    """A street's normal name; `str(street)` is its one normal spelling.

    Attributes
    ----------
    name
        What is left when direction and type are taken off, short words written out.
    suffix
        The type, as USPS Publication 28 abbreviates it, or "".
    before, after
        A direction before the name or behind the type (N, NE, …), or "".
    """

    name: str
    suffix: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        parts = (self.before, self.name, self.suffix, self.after)
        return " ".join(part for part in parts if part)

    def __bool__(self) -> bool:
        return bool(self.name)


_NUMBER: Final = re.compile(r"\d+[A-Z]?$")
_GLUED: Final = re.compile(r"(HIGHWAY|HWY|ROUTE|RTE|RT|SR|SH|CR|US|I|NFR)-?(\d+[A-Z]?)$")
_GRID: Final = re.compile(r"(\d{2,})([NSEW])$")
_GLUED_STATE: Final = re.compile(r"([A-Z]{2})-(\d+[A-Z]?)$")
_ORDINAL: Final = re.compile(r"0*(\d+)(ST|ND|RD|TH)$")
_ROAD: Final = word_set("HIGHWAY HWY HIWAY ROUTE RTE RT ROAD RD")
_WAY: Final = _ROAD - {"ROAD", "RD"}
_NO_ROUTES: Final = word_set("AS GU MP PR VI")  # "PR 12" is a private road
_FAMOUS: Final = {
    ("MLK",): ("MARTIN", "LUTHER", "KING"),
    ("M", "L", "KING"): ("MARTIN", "LUTHER", "KING"),
    ("JFK",): ("JOHN", "F", "KENNEDY"),
}
_STATE_PHRASES: Final = frozenset(tuple(name.split()) for name in STATE_NAMES)


@lru_cache(maxsize=1 << 16)
def normalise_street(text: str) -> Street:
    """Spell a street in one way.

    Parameters
    ----------
    text : str
        As anybody writes it: "S. Camp Road", "First Ave", "ID-33"; no house number, no unit.

    Returns
    -------
    Street
        Equal for two spellings of one street; normalising `str` of it changes nothing. An empty
        text gives an empty (false) street.

    Examples
    --------
    >>> str(normalise_street("South Camp Road")), str(normalise_street("S. CAMP RD."))
    ('S CAMP RD', 'S CAMP RD')
    >>> normalise_street("East 500 North")
    Street(name='500', suffix='', before='E', after='N')
    >>> str(normalise_street("State Highway 33")), str(normalise_street("ID-33"))
    ('HWY 33', 'HWY 33')
    >>> str(normalise_street("First Avenue")), str(normalise_street("North Street"))
    ('1ST AVE', 'NORTH ST')
    """
    return street_from_words(words(text))


def street_from_words(tokens: Sequence[str]) -> Street:
    """As `normalise_street`, of words already split by `text.words`."""
    return _street(tuple(tokens))


@lru_cache(maxsize=1 << 16)
def _street(tokens: tuple[str, ...]) -> Street:
    rest = _joined_directions(_with_ordinals(_with_highways(_unglued(tokens))))
    if not rest:
        return Street("")
    before, rest = _leading_direction(rest)
    after, rest = _trailing_direction(rest)
    suffix, rest = _trailing_suffix(rest)
    return Street(_name(rest, suffix, after), suffix, before, after)


def _unglued(tokens: Sequence[str]) -> list[str]:
    """Split "HWY33", "ID-33" and the grid's "S 4500W" in two; take "#" off a route's number."""
    result: list[str] = []
    for token in tokens:
        glued = _GLUED.match(token)
        if not glued and len(result) == 1 and result[0] in DIRECTIONS:
            glued = _GRID.match(token)
        if not glued and (state := _GLUED_STATE.match(token)) and state[1] in STATES:
            glued = state
        if glued:
            result += [glued[1], glued[2]]
        elif token in ("NO", "NUMBER") and result and result[-1] in _ROAD:
            continue  # US Highway No. 202
        elif token not in ("#", "/"):
            result.append(token.replace("/", "-") if "/" in token else token)
    return result


def _with_highways(tokens: list[str]) -> list[str]:
    """Write numbered roads in one way: HWY 33, US HWY 2, I 89, COUNTY RD 6."""
    for end in range(1, len(tokens)):
        if not _NUMBER.match(tokens[end]):
            continue
        for start in range(max(0, end - 4), end):
            kind = _numbered_road(tuple(tokens[start:end]), is_last=end >= len(tokens) - 2)
            if kind:
                return [*tokens[:start], *kind, *tokens[end:]]
    return tokens


def _numbered_road(before: tuple[str, ...], *, is_last: bool) -> tuple[str, ...]:
    """Find the normal words before a road's number, () where they name no such road."""
    *lead, last = before
    first = lead[0] if lead else ""
    is_state = first in ("STATE", "ST") or first in STATES
    if before in (("US",), ("U", "S")) or (first == "US" and len(lead) == 1 and last in _WAY):
        return ("US", "HWY")
    if before in (("I",), ("INTERSTATE",), ("INTERSTATE", "HIGHWAY"), ("INTERSTATE", "HWY")):
        return ("I",)
    if before in (("CR",), ("C", "R")) or (
        first in ("COUNTY", "CO", "CNTY", "CTY") and len(lead) == 1 and last in _ROAD
    ):
        return ("COUNTY", "RD")
    if before == ("NFR",) or (tuple(lead)[-1:] == ("FOREST",) and last in _ROAD):
        return ("NATIONAL", "FOREST", "RD")
    if before in (("SH",), ("SR",)) or (len(lead) == 1 and is_state and last in _ROAD):
        return ("HWY",)
    if tuple(lead) in _STATE_PHRASES and last in _ROAD:
        return ("HWY",)
    if not lead and last in _WAY:
        return ("HWY",)
    if is_last and not lead and last in STATES and last not in _NO_ROUTES:
        return ("HWY",)
    return ()


def _with_ordinals(tokens: list[str]) -> list[str]:
    """Write FIRST, TWENTY FIRST and 01ST as 1ST, 21ST and 1ST."""
    result: list[str] = []
    for token in tokens:
        if token in ORDINALS:
            number = ORDINALS[token]
            if number < 10 and result and result[-1] in TENS_WORDS:
                number += TENS_WORDS[result.pop()]
            result.append(_ordinal(number))
        elif (written := _ORDINAL.match(token)) and int(written[1]):
            result.append(_ordinal(int(written[1])))
        else:
            result.append(token)
    return result


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}TH"
    return f"{number}{ {1: 'ST', 2: 'ND', 3: 'RD'}.get(number % 10, 'TH') }"


def _joined_directions(tokens: list[str]) -> list[str]:
    """Read N W at either end as NW, where a name is left."""
    for at in (0, -2):
        if len(tokens) >= 3:
            at %= len(tokens)
            if tokens[at] in ("N", "S") and tokens[at + 1] in ("E", "W"):
                tokens = [*tokens[:at], tokens[at] + tokens[at + 1], *tokens[at + 2 :]]
    return tokens


def _leading_direction(tokens: list[str]) -> tuple[str, list[str]]:
    """Take a direction off the front, unless it is the name itself (North St, W)."""
    if len(tokens) < 2 or tokens[0] not in DIRECTIONS:
        return "", tokens
    rest = tokens[1:]
    if len(rest) == 1 and rest[0] in SUFFIXES:
        return "", tokens
    if len(rest) == 2 and rest[0] in SUFFIXES and rest[1] in DIRECTIONS:
        return "", tokens  # North Ave E
    if len(rest) == 2 and rest[0] in SUFFIXES and SUFFIXES.get(rest[1]) == "EXT":
        return "", tokens  # South St Extension
    return DIRECTIONS[tokens[0]], rest


def _trailing_direction(tokens: list[str]) -> tuple[str, list[str]]:
    """Take a direction off the end, unless it is the name itself (Avenue E)."""
    if len(tokens) < 2 or tokens[-1] not in DIRECTIONS:
        return "", tokens
    rest = tokens[:-1]
    if len(rest) == 1 and rest[0] in SUFFIXES:
        return "", tokens
    return DIRECTIONS[tokens[-1]], rest


def _trailing_suffix(tokens: list[str]) -> tuple[str, list[str]]:
    if len(tokens) < 2 or tokens[-1] not in SUFFIXES:
        return "", tokens
    return SUFFIXES[tokens[-1]], tokens[:-1]


def _name(tokens: list[str], suffix: str, after: str) -> str:
    """Spell the name: short words written out, a bare number with a type as an ordinal."""
    if len(tokens) == 1:
        (only,) = tokens
        if only.isdigit() and suffix and not after and int(only):
            return _ordinal(int(only))
        return only if only == "ST" else _INSIDE.get(only, only)
    spelled = list(tokens)
    for short, long in _FAMOUS.items():
        if tuple(spelled[: len(short)]) == short:
            spelled[: len(short)] = long
    last = len(spelled) - 1
    return " ".join(_name_word(word, i, last, spelled) for i, word in enumerate(spelled))


def _name_word(word: str, at: int, last: int, tokens: list[str]) -> str:
    if word == "ST":
        return "STREET" if at == last or (last == 1 and tokens[1] in DIRECTIONS) else "SAINT"
    if word == "DR":
        return "DOCTOR" if at == 0 else "DRIVE"
    if word in ("HWY", "RD") and at < last and _NUMBER.match(tokens[at + 1]):
        return word  # HWY 33, COUNTY RD 6: written by `_with_highways`
    if word in DIRECTIONS and not (len(tokens) == 2 and tokens[0] in SUFFIXES):
        return _DIRECTION_WORDS[DIRECTIONS[word]]  # Old N Rd, but Avenue N
    if at == 0:  # what a street begins with is rarely a type cut short: Est Main St is no estate
        return _INSIDE[word] if word in _OPENINGS else NAME_WORDS.get(word, word)
    return word if word in _TITLES else _INSIDE.get(word, word)


_DIRECTION_WORDS: Final = {
    short: long for long, short in DIRECTIONS.items() if len(long) > 3 and long != short
}
_TITLES: Final = word_set("GEN LT PRES SGT")
"""Short for something in front of a name only: Lt Col Rd, but not Berlin Lt."""
_OPENINGS: Final = word_set("AVE CTR HL MDWS PT SPG VW")
"""Types that are cut short in front of a name as well: Ave of the Pines, Hl Top Rd."""

# Inside a name a type is written out by its primary word, and a plural stays a plural:
# Meadow Ln and Meadows Ln may both exist.
_INSIDE: Final = {
    **{
        short: word
        for short, word in PRIMARY_WORDS.items()
        if short not in ("ST", "DR", "UN", "PR")
    },
    "AV": "AVENUE",
    "CMNS": "COMMONS",
    "ESTS": "ESTATES",
    "FLDS": "FIELDS",
    "GDNS": "GARDENS",
    "HLS": "HILLS",
    "KNLS": "KNOLLS",
    "LKS": "LAKES",
    "LP": "LOOP",
    "PKY": "PARKWAY",
    "PNES": "PINES",
    "STR": "STREET",
    "TERR": "TERRACE",
    "VWS": "VIEWS",
    "WY": "WAY",
    **NAME_WORDS,
}
