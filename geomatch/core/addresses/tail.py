"""What stands behind a street without a comma: unit, town, state, ZIP code."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from geomatch.core.addresses.parts import normalise_city, unit_from_words
from geomatch.core.addresses.states import STATE_NAMES, STATES
from geomatch.core.addresses.words import (
    COMMON_SUFFIXES,
    DIRECTIONS,
    ORDINALS,
    SUFFIXES,
    UNIT_WORDS,
    UNIT_WORDS_ALONE,
    word_set,
)

__all__ = ["Place", "is_unit", "split_place", "split_unit", "unglued"]

_ZIP: Final = re.compile(r"(\d{5})(?:-?\d{4})?$")
_SHORT_ZIP: Final = re.compile(r"\d{4}$")  # a spreadsheet ate the leading zero
_ZERO_STATES: Final = word_set("CT MA ME NH NJ RI VT")
_NAME_OF_UNIT: Final = re.compile(r"(?:\d+[A-Z]{0,2}|[A-Z]{1,2}-?\d+[A-Z]?|[A-Z]|\d+-[A-Z0-9]+)$")
_BARE_UNIT: Final = re.compile(r"(?:\d+[A-Z]?|[A-Z]-?\d+[A-Z]?|[A-DF-MO-RT-VX-Z]|\d+-[A-Z0-9]+)$")
_LETTER: Final = re.compile(r"[A-Z]$")
_ORDINAL: Final = re.compile(r"\d+(?:ST|ND|RD|TH)$")
_GLUED_BETWEEN: Final = re.compile(
    r"([A-Z]{2,}?)(?:(APT|UNIT)|(APT|UNIT|STE|LOT|BLDG|TRLR|SPC)(\d[A-Z0-9\-]*))$"
)
_GLUED_UNIT: Final = re.compile(r"([A-Z]{2,})(\d[A-Z0-9\-]*)$|(APT|UNIT)([A-RT-Z](?:-?\d+)?)$")
# A street may be called Key, Front or Lower: these mean a unit only behind a type of street …
_RISKY: Final = word_set("DOOR FL KEY NO NUM NUMBER PH PIER SLIP SP SPACE STOP")
# … and these (Lot St, Ste Marie Rd, Floor Dr) there, or before something with a digit.
_RISKY_WITHOUT_DIGIT: Final = word_set("BUILDING DEPT FLOOR LOT OFFICE ROOM STE TRAILER")
_ROUTES: Final = word_set("HWY HIGHWAY ROUTE RTE RT LOOP")
_COMPLETE: Final = COMMON_SUFFIXES | frozenset(DIRECTIONS.values())
_CARRIERS: Final = COMMON_SUFFIXES - _ROUTES
_ROUTE_OWNERS: Final = word_set("COUNTY CO CNTY CTY FOREST STATE TOWNSHIP TWP") | STATES


class Place(NamedTuple):
    """A street's words, and the place named behind them."""

    before: tuple[str, ...]
    city: str = ""
    region: str = ""
    postcode: str = ""


def split_place(
    tokens: tuple[str, ...], towns: frozenset[str], longest: int, *, needs_street: bool
) -> Place:
    """Take town, state and ZIP code off the end of `tokens`.

    Parameters
    ----------
    tokens
        Words behind a house number, or of a piece without one.
    towns, longest
        Normal names of known towns, and the number of words of the longest of them.
    needs_street
        Whether at least one word must remain for the street.
    """
    postcode = region = ""
    least = 1 if needs_street else 0
    if len(tokens) > least + 2 and tokens[-2:] == ("UNITED", "STATES"):
        tokens = tokens[:-2]
    if len(tokens) > least + 1 and tokens[-1] in ("USA", "US") and _ends_country(tokens[-2]):
        tokens = tokens[:-1]
    if len(tokens) > least and (found := _ZIP.match(tokens[-1])) and not _is_route(tokens):
        tokens, postcode = tokens[:-1], found[1]
    elif len(tokens) > 1 and _SHORT_ZIP.match(tokens[-1]) and tokens[-2] in _ZERO_STATES:
        tokens, postcode = tokens[:-1], tokens[-1].zfill(5)
    tokens, region = _split_region(tokens, towns, longest, least, is_sure=bool(postcode))
    before, city = _split_known_town(tokens, towns, longest, least)
    if not city and needs_street:
        before, city = _split_unknown_town(tokens)
    return Place(before, city, region, postcode)


def _ends_country(token: str) -> bool:
    return bool(_ZIP.match(token)) or token in STATES


def _is_route(tokens: tuple[str, ...]) -> bool:
    """Whether five digits here are a road's: HIGHWAY 10000, or the grid's W 10000."""
    return len(tokens) > 1 and (
        tokens[-2] in _ROUTES or (len(tokens) == 2 and tokens[0] in DIRECTIONS)
    )


def _split_region(
    tokens: tuple[str, ...], towns: frozenset[str], longest: int, least: int, *, is_sure: bool
) -> tuple[tuple[str, ...], str]:
    if len(tokens) <= least:
        return tokens, ""
    last = tokens[-1]
    if last == "FL" and len(tokens) > 1 and _is_floor(tokens[-2]):
        return tokens, ""  # … ST 6TH FL
    if last in STATES:
        rest = tokens[:-1]
        is_word = last in SUFFIXES or last in DIRECTIONS
        if is_sure or _ends_in_town(rest, towns, longest, least):
            return rest, last
        # Behind a street a state without a town is taken only where the street is complete.
        is_complete = not least or (len(rest) > 1 and SUFFIXES.get(rest[-1], rest[-1]) in _COMPLETE)
        return (rest, last) if is_complete and not is_word else (tokens, "")
    for length in (4, 3, 2, 1):
        name = " ".join(tokens[-length:])
        if len(tokens) >= length + least and name in STATE_NAMES:
            rest = tokens[:-length]
            if is_sure or (length < 4 and _ends_in_town(rest, towns, longest, least)):
                return rest, STATE_NAMES[name]
            return tokens, ""
    return tokens, ""


def _ends_in_town(tokens: tuple[str, ...], towns: frozenset[str], longest: int, least: int) -> bool:
    """Whether a town seems to end here: a known one, or words behind a type of street."""
    return bool(
        _split_known_town(tokens, towns, longest, least)[1]
        or (least and _split_unknown_town(tokens)[1])
    )


def _split_known_town(
    tokens: tuple[str, ...], towns: frozenset[str], longest: int, least: int
) -> tuple[tuple[str, ...], str]:
    for length in range(min(longest + 2, len(tokens) - least), 0, -1):
        name = normalise_city(" ".join(tokens[-length:]))
        rest = tokens[:-length]
        if name in towns and not (least and len(rest) == 1 and rest[0] in DIRECTIONS):
            return rest, name
    return tokens, ""


def _split_unknown_town(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Cut behind the street's type: "465 PACK LANE | CHESHIRE"."""
    if SUFFIXES.get(tokens[-1]) in COMMON_SUFFIXES if tokens else True:
        return tokens, ""
    for at in range(1, len(tokens) - 1):
        if SUFFIXES.get(tokens[at]) not in COMMON_SUFFIXES:
            continue
        if tokens[at] in ("ST", "DR") and at == 1 and tokens[0] in DIRECTIONS:
            continue  # S St Thomas Ave, S Dr Martin Luther King Dr
        end = at + 1
        while end < len(tokens) - 1 and SUFFIXES.get(tokens[end]) in COMMON_SUFFIXES:
            if tokens[end] == "ST":
                break  # … Ave | St Louis
            end += 1
        if end < len(tokens) - 1 and SUFFIXES.get(tokens[end]) == "EXT":
            end += 1
        if _is_direction_behind_type(tokens, end):
            end += 1
        if _is_bare_unit(tokens[end:]) and not _is_lettered_street(tokens[:end]):
            return tokens, ""  # … St 4B: left to `split_unit`
        street, unit, behind = _unit_at(tokens, end)
        if unit:
            return street + _marked(unit), _town_name(behind)
        if _is_route_number(tokens, at, end):
            return tokens, ""
        return tokens[:end], _town_name(tokens[end:])
    return tokens, ""


def _is_direction_behind_type(tokens: tuple[str, ...], at: int) -> bool:
    """Whether the street's direction stands at `at`; "… ST | NORTH LITTLE ROCK" is a town."""
    if at >= len(tokens) or tokens[at] not in DIRECTIONS:
        return False
    behind = tokens[at + 1 :]
    if tokens[at] == "NO" and behind and _NAME_OF_UNIT.match(behind[0]):
        return False  # … CIR NO L2
    is_spelled_out = tokens[at] in ("NORTH", "SOUTH", "EAST", "WEST")
    return not is_spelled_out or not behind or _end_of_unit(behind, 0, is_behind_type=True) > 0


def _is_bare_unit(tokens: tuple[str, ...]) -> bool:
    return len(tokens) == 1 and bool(_BARE_UNIT.match(tokens[0]))


def _is_unnamed_route(words: list[str]) -> bool:
    """Whether a route's number must follow: US HIGHWAY, but not GLACIER HIGHWAY."""
    if not words or words[-1] not in _ROUTES:
        return False
    return len(words) == 1 or words[-2] in _ROUTE_OWNERS or words[-2] in ("US", "S", *DIRECTIONS)


def _is_lettered_street(tokens: tuple[str, ...]) -> bool:
    """Whether only a type, with or without a direction, stands here: S AVENUE | H."""
    return len([token for token in tokens if token not in DIRECTIONS]) < 2


def _is_route_number(tokens: tuple[str, ...], at: int, end: int) -> bool:
    return end < len(tokens) and tokens[end][0].isdigit() and not _ORDINAL.match(tokens[end])


def _marked(unit: tuple[str, ...]) -> tuple[str, ...]:
    return unit if unit[0] == "#" or unit[0] in UNIT_WORDS else ("#", *unit)


def _town_name(tokens: tuple[str, ...]) -> str:
    return normalise_city(" ".join(tokens))


def _unit_at(
    tokens: tuple[str, ...], at: int
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Split a unit that begins at `at`: words before it, of it, behind it."""
    end = _end_of_unit(tokens, at, is_behind_type=True)
    return tokens[:at], tokens[at:end], tokens[end:]


def _end_of_unit(tokens: tuple[str, ...], at: int, *, is_behind_type: bool) -> int:
    """Where the unit that begins at `at` ends; `at` itself where none does."""
    end = at
    while end < len(tokens):
        used = _unit_words_used(tokens[end:], is_behind_type=is_behind_type)
        if not used:
            break
        # Behind a word that can only mean a unit, the risky ones mean units as well.
        end, is_behind_type = end + used, True
    return end


def _unit_words_used(tokens: tuple[str, ...], *, is_behind_type: bool) -> int:
    """How many words at the front of `tokens` name one part of a unit."""
    word = tokens[0]
    following = tokens[1] if len(tokens) > 1 else ""
    if _is_floor(word) and UNIT_WORDS.get(following) == "FL":
        return 2
    if is_behind_type and word in UNIT_WORDS_ALONE and len(tokens) == 1:
        return 1
    if word == "#" and (following in UNIT_WORDS or following in UNIT_WORDS_ALONE):
        return 1
    skip = 2 if following == "#" else 1
    name = tokens[skip] if len(tokens) > skip else ""
    if word != "#" and word not in UNIT_WORDS:
        return 0
    if not is_behind_type and (
        word in _RISKY or (word in _RISKY_WITHOUT_DIGIT and not name[:1].isdigit())
    ):
        return 0
    if not name:
        return 0 if word == "#" else 1  # "… Rd Apt": the name is in another column, or lost
    if not _NAME_OF_UNIT.match(name) and not (name in UNIT_WORDS_ALONE and word != "#"):
        return 0
    if UNIT_WORDS.get(word) in ("BLDG", "FL") and len(tokens) == skip + 2:
        return skip + 1 + bool(_BARE_UNIT.match(tokens[-1]))  # BLDG 3 12
    if name.isdigit() and len(tokens) == skip + 2 and _LETTER.match(tokens[-1]):
        return skip + 2  # APT 13 C
    return skip + 1


def _is_floor(token: str) -> bool:
    return bool(_ORDINAL.match(token)) or token in ORDINALS


def is_unit(tokens: tuple[str, ...]) -> bool:
    """Whether the words name a unit and nothing else: APT 4, # 4B, 2ND FLOOR, REAR."""
    if tokens[0] in STATES and len(tokens) > 1 and _ZIP.match(tokens[1]):
        return False  # FL 33702
    return _end_of_unit(tokens, 0, is_behind_type=True) == len(tokens)


def split_unit(
    tokens: tuple[str, ...],
) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Split a street's words from its unit.

    Returns
    -------
    street : tuple of str
    unit : str
        Normal name, "" if there is none.
    behind : tuple of str
        Words behind the unit (a town), mostly none.

    Examples
    --------
    >>> split_unit(("MAIN", "ST", "APT", "4B"))
    (('MAIN', 'ST'), '4B', ())
    >>> split_unit(("MAIN", "ST", "4B"))
    (('MAIN', 'ST'), '4B', ())
    >>> split_unit(("HWY", "33"))
    (('HWY', '33'), '', ())
    """
    for at in range(1, len(tokens)):
        is_behind_type = at >= 2 and (tokens[at - 1] in SUFFIXES or tokens[at - 1] in DIRECTIONS)
        end = _end_of_unit(tokens, at, is_behind_type=is_behind_type)
        if end > at:
            return tokens[:at], unit_from_words(tokens[at:end]), tokens[end:]
    if len(tokens) >= 3 and _BARE_UNIT.match(tokens[-1]) and _may_carry_unit(*tokens):
        return tokens[:-1], unit_from_words(tokens[-1:]), ()
    return tokens, "", ()


def _may_carry_unit(*tokens: str) -> bool:
    """Whether the last word, a number or letter, can be a unit: … RD 4, not HWY 33."""
    *street, unit = tokens
    if street[-1] in DIRECTIONS and len(street) >= 3:
        *street, _ = street
        if street[-1].isdigit():  # W 5500 S 12
            return True
    *before, last = street
    if last not in SUFFIXES or last in _ROUTES:
        return False
    if unit[0].isdigit():
        return not (last in ("RD", "ROAD") and before[-1] in _ROUTE_OWNERS)
    return not _is_lettered_street(tuple(street))


def unglued(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Split "APT4B", "ST4B" and "STAPT4B", and take "NO" out of "HIGHWAY NO 33"."""
    result: list[str] = []
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        is_number_word = token in ("NO", "NUMBER", "#") and following.isdigit()
        if is_number_word and _is_unnamed_route(result):
            continue
        between = _GLUED_BETWEEN.match(token)
        if between and SUFFIXES.get(between[1]) in _CARRIERS:  # STAPT4B, STAPT 4B
            result += [part for part in between.groups() if part]
            continue
        glued = _GLUED_UNIT.match(token) if token[-1:].isalnum() and len(token) > 2 else None
        if glued and glued[3]:  # APTB
            result += [glued[3], glued[4]]
        elif glued and (glued[1] in UNIT_WORDS or SUFFIXES.get(glued[1]) in _CARRIERS):
            result += [glued[1], glued[2]]
        else:
            result.append(token)
    return tuple(result)
