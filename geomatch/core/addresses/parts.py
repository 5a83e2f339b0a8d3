"""Normal spellings of an address's parts other than the street."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from geomatch.core.addresses.states import STATE_NAMES, STATES
from geomatch.core.addresses.text import words
from geomatch.core.addresses.words import (
    DIRECTIONS,
    ORDINALS,
    UNIT_WORDS,
    UNIT_WORDS_ALONE,
    word_set,
)

__all__ = [
    "MILE_WORDS",
    "normalise_city",
    "normalise_number",
    "normalise_postcode",
    "normalise_region",
    "normalise_unit",
    "take_number",
    "unit_from_words",
]

MILE_WORDS: Final = word_set("MILE MI MP MM MILEPOST")
_PLAIN: Final = re.compile(r"\d+$")
_DECIMAL: Final = re.compile(r"\d+\.\d+$")
_LETTERED: Final = re.compile(r"(\d+)-?([A-Z])$")
_RANGE: Final = re.compile(r"(\d+)-(\d+[A-Z]?)$")
_FRACTION: Final = re.compile(r"\d/\d$")
_ZIP: Final = re.compile(r"(\d{3,5})(?:\.0)?(?:[-\s]?\d{4})?$")
_UNIT_WITH_ORDINAL: Final = re.compile(r"(\d+)(?:ST|ND|RD|TH)$")
_CITY_WORDS: Final = {"ST": "SAINT", "STE": "SAINTE", "MT": "MOUNT", "FT": "FORT", "PT": "POINT"}
_CITY_PREFIX: Final = re.compile(r"(CITY|TOWN|TOWNSHIP|VILLAGE|BOROUGH|CITY AND BOROUGH) OF (?=.)")


def _without_zeros(digits: str) -> str:
    return digits.lstrip("0") or "0"


def take_number(tokens: Sequence[str]) -> tuple[str, int]:
    """Read a house number off the front of `tokens`.

    Returns
    -------
    number : str
        Its normal spelling: "12", "149A", "35 1/2", "37-15", "MILE 13.8"; "" if there is none.
    used : int
        How many tokens it took.

    Examples
    --------
    >>> take_number(["35", "1/2", "MAIN", "ST"])
    ('35 1/2', 2)
    >>> take_number(["MI", "12.40", "GLACIER", "HWY"])
    ('MILE 12.4', 2)
    >>> take_number(["1ST", "AVE"])
    ('', 0)
    """
    if not tokens:
        return "", 0
    if tokens[0] in MILE_WORDS:
        at = 2 if len(tokens) > 2 and tokens[1] in ("MARKER", "POST") else 1
        miles, used = _miles(tokens[at:])
        return (f"MILE {miles}", at + used) if used else ("", 0)
    number, used = _house_number(tokens)
    if used and len(tokens) > used and tokens[used] in MILE_WORDS:
        miles, _ = _miles(tokens[:used])
        if miles and (len(tokens) != used + 2 or "." in miles):
            # "6 Mile Rd" alone is a street of that name.
            return f"MILE {miles}", used + 1
    if used and "." in number:  # no house has a decimal: it counts miles
        return f"MILE {_miles(tokens[:1])[0]}", used
    return number, used


def _miles(tokens: Sequence[str]) -> tuple[str, int]:
    if not tokens or not (_PLAIN.match(tokens[0]) or _DECIMAL.match(tokens[0])):
        return "", 0
    if len(tokens) > 1 and _FRACTION.match(tokens[1]) and "." not in tokens[0]:
        over, under = tokens[1].split("/")
        if under != "0":
            exact = int(tokens[0]) + int(over) / int(under)
            return f"{exact:.3f}".rstrip("0").rstrip("."), 2
    whole, _, part = tokens[0].partition(".")
    if len(_without_zeros(whole)) > 3:
        return "", 0  # MI 49506 is Michigan
    part = part.rstrip("0")
    return _without_zeros(whole) + (f".{part}" if part else ""), 1


def _house_number(tokens: Sequence[str]) -> tuple[str, int]:
    token = tokens[0]
    if _PLAIN.match(token):
        number = _without_zeros(token)
        if len(tokens) > 1 and _FRACTION.match(tokens[1]):
            return f"{number} {tokens[1]}", 2
        return number, 1
    if lettered := _LETTERED.match(token):
        return _without_zeros(lettered[1]) + lettered[2], 1
    if pair := _RANGE.match(token):
        return f"{_without_zeros(pair[1])}-{_without_zeros(pair[2])}", 1
    if _DECIMAL.match(token):
        return token, 1
    return "", 0


@lru_cache(maxsize=1 << 16)
def normalise_number(text: str) -> str:
    """Spell a house number or milepost in one way; of anything else, keep the words.

    Examples
    --------
    >>> normalise_number("0149-a"), normalise_number("35½"), normalise_number("13.80 mile")
    ('149A', '35 1/2', 'MILE 13.8')
    """
    tokens = words(text)
    while tokens and tokens[0] in ("#", "NO", "NUMBER"):
        tokens = tokens[1:]
    number, used = take_number(tokens)
    if used and len(tokens) == used + 1 and number[-1].isdigit() and len(tokens[used]) == 1:
        return number + tokens[used] if tokens[used].isalpha() else " ".join(tokens)
    return number if used and used == len(tokens) else " ".join(tokens)


@lru_cache(maxsize=1 << 16)
def normalise_unit(text: str) -> str:
    """Spell a unit in one way: its word dropped unless that is a building or a floor.

    Examples
    --------
    >>> normalise_unit("Apt. 4-B"), normalise_unit("#04b"), normalise_unit("unit 4 b")
    ('4B', '4B', '4B')
    >>> normalise_unit("Bldg 3, Apt 12"), normalise_unit("2nd Floor"), normalise_unit("Rear")
    ('BLDG 3 12', 'FL 2', 'REAR')
    """
    return unit_from_words(words(text))


def unit_from_words(tokens: Sequence[str]) -> str:
    """As `normalise_unit`, of words already split."""
    parts: list[str] = []
    kind = name = ""  # kind: BLDG or FL, which stay; the word for a flat says nothing
    for word in (*_floors_first(tokens), "#"):
        if word != "#" and word not in UNIT_WORDS and word not in UNIT_WORDS_ALONE:
            if not (kind and name):
                name += word
                continue
            parts.append(_unit_name(kind, name))
            kind, name = "", word
            continue
        if name:
            parts.append(_unit_name(kind, name))
            kind = name = ""
        if word in ("BLDG", "BUILDING", "BLD", "FL", "FLOOR", "FLR"):
            kind = UNIT_WORDS[word]
        elif word in UNIT_WORDS_ALONE:
            parts.append(UNIT_WORDS_ALONE[word])
    return " ".join(dict.fromkeys(parts))  # "Unit 1 #1" says one thing twice


def _floors_first(tokens: Sequence[str]) -> list[str]:
    """Turn "2ND FL" and "SECOND FL" into "FL 2"."""
    result: list[str] = []
    for token in tokens:
        number = _floor_number(result[-1]) if result and UNIT_WORDS.get(token) == "FL" else ""
        if number:
            result[-1:] = ["FL", number]
        else:
            result.append(token)
    return result


def _floor_number(word: str) -> str:
    if word in ORDINALS:
        return str(ORDINALS[word])
    found = _UNIT_WITH_ORDINAL.match(word)
    return found[1] if found else ""


def _unit_name(kind: str, name: str) -> str:
    name = (_floor_number(name) if kind == "FL" else "") or name.replace("-", "").replace("/", "")
    name = name.lstrip("0") or name[:1]
    return f"{kind} {name}" if kind else name


@lru_cache(maxsize=1 << 14)
def normalise_city(text: str) -> str:
    """Spell a town in one way: abbreviations written out, "City of" dropped.

    Examples
    --------
    >>> normalise_city("St. Johnsbury"), normalise_city("City of Driggs"), normalise_city("N Pole")
    ('SAINT JOHNSBURY', 'DRIGGS', 'NORTH POLE')
    """
    tokens = [
        word if "-" not in word else word.replace("-", " ")
        for word in words(text)
        if word not in ("#", "/")
    ]
    spelled = [_CITY_WORDS.get(word, word) for word in tokens]
    if len(spelled) > 1 and spelled[0] in DIRECTIONS:
        spelled[0] = _LONG_DIRECTIONS[DIRECTIONS[spelled[0]]]
    return _CITY_PREFIX.sub("", " ".join(spelled), count=1)


_LONG_DIRECTIONS: Final = {
    short: long for long, short in DIRECTIONS.items() if len(long) > 3 and long != short
}


@lru_cache(maxsize=1 << 10)
def normalise_region(text: str) -> str:
    """Two-letter state for a state's name or abbreviation; anything else in plain words.

    Examples
    --------
    >>> normalise_region("Idaho"), normalise_region("wy."), normalise_region("Yukon")
    ('ID', 'WY', 'YUKON')
    """
    plain = " ".join(words(text))
    if plain in STATES:
        return plain
    return STATE_NAMES.get(plain, plain)


@lru_cache(maxsize=1 << 14)
def normalise_postcode(text: str) -> str:
    """Five digits of a ZIP code: without +4, with the zeros that spreadsheets eat; else "".

    Examples
    --------
    >>> normalise_postcode("05602-1234"), normalise_postcode("5602"), normalise_postcode("83422.0")
    ('05602', '05602', '83422')
    """
    found = _ZIP.match(text.strip())
    return found[1].zfill(5) if found else ""
