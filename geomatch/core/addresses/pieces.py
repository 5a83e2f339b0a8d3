"""Read one piece of an address line: what stands between two commas.

A piece may begin with a unit, a number sign, a house number or a milepost; be a ZIP code or a unit
alone; or name the two streets of a corner.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, Protocol

from geomatch.core.addresses.parts import MILE_WORDS, take_number, unit_from_words
from geomatch.core.addresses.tail import is_unit, unglued
from geomatch.core.addresses.text import words
from geomatch.core.addresses.words import DIRECTIONS, SUFFIXES, UNIT_WORDS

__all__ = ["Piece", "ReadRest", "read_piece"]

_ZIP_AND_FOUR: Final = re.compile(r"\d{5}[- ]?\d{4}$")
_UNIT_ALONE: Final = re.compile(r"[A-Z]{1,2}-?\d+[A-Z]?(?:-\w+)?$")  # C-5, B6-347B
_GRID: Final = re.compile(r"(\d+)([NSEW])$")
_CORNER: Final = re.compile(
    r"^(?:(?:THE )?(?:CORNER|INTERSECTION)(?: OF)? )?(?P<one>.+?) (?:AND|AT|/) (?P<two>.+)$"
)
_UNIT_FIRST: Final = re.compile(
    r"^(?:(?:APT|APARTMENT|UNIT|STE|SUITE|LOT|RM|ROOM|TRLR|TRAILER|SPC|SPACE)(?: #)? ?|# ?)"
    r"(?P<unit>\d+-?[A-Z]?|[A-Z]-?\d*) (?=\d)"
)


class Piece(NamedTuple):
    """What one piece of a line between commas says."""

    number: str = ""
    street: tuple[str, ...] = ()
    unit: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    cross: tuple[str, ...] = ()
    box: str = ""


class ReadRest(Protocol):
    """Reads the words behind a house number, or of a piece that has none."""

    def __call__(self, tokens: tuple[str, ...], *, is_street: bool = True) -> Piece:
        """Tell street, unit, town, state and ZIP code apart."""


def read_piece(read_rest: ReadRest, cut: str) -> Piece:
    """Read a piece that is not simply a number and a street."""
    tokens = words(cut)
    if not tokens:
        return Piece()
    text = " ".join(tokens)
    if len(tokens) == 1 and len(text) == 5 and text.isdigit():
        return Piece(postcode=text)
    if _ZIP_AND_FOUR.match(text):
        return Piece(postcode=text[:5])
    if len(tokens) == 1 and _UNIT_ALONE.match(text):
        return Piece(unit=unit_from_words(tokens))
    if first := _UNIT_FIRST.match(text):
        rest = read_piece(read_rest, text[first.end() :])
        if rest.number and rest.street:
            return rest._replace(unit=rest.unit or unit_from_words(first["unit"].split()))
    if tokens[0] == "ONE" and len(tokens) > 2:
        tokens = ("1", *tokens[1:])
    elif (grid := _GRID.match(tokens[0])) and len(tokens) > 1 and _GRID.match(tokens[1]):
        tokens = (grid[1], grid[2], *tokens[1:])  # 357E 500N
    at = 0
    if tokens[0] in ("#", "NO", "NUMBER") and len(tokens) > 2 and tokens[1][:1].isdigit():
        at = 1
    number, used = take_number(tokens[at:])
    if number and at + used < len(tokens):
        behind = tokens[at + used :]
        if number.isdigit() and _is_glueable(behind):
            number, behind = number + behind[0], behind[1:]
        rest = read_rest(behind)
        if rest.street:
            return rest._replace(number=number)
    if number and used == len(tokens):
        return Piece(number=number)
    if is_unit(unglued(tokens)):
        return Piece(unit=unit_from_words(unglued(tokens)))
    if len(tokens) > 2 and tokens[0] in UNIT_WORDS and is_unit(tokens[:2]):
        rest = read_rest(tokens[2:], is_street=False)  # Suite 530 Atlanta
        return rest._replace(unit=unit_from_words(tokens[:2]))
    if corner := _CORNER.match(text):
        two = read_rest(tuple(corner["two"].split()))
        return two._replace(street=tuple(corner["one"].split()), cross=two.street)
    rest = read_rest(tokens, is_street=False)
    return _with_trailing_mile(rest)


def _is_glueable(tokens: tuple[str, ...]) -> bool:
    """Whether a letter here belongs to the number before it: 149 | A MAIN ST, not 149 | A ST."""
    letter, *name = tokens
    return (
        len(letter) == 1
        and letter.isalpha()
        and letter not in DIRECTIONS
        and len(name) >= 2
        and name[0] not in SUFFIXES
        and len(name[0]) > 1  # 2964 | L B J Fwy
        and not name[0][0].isdigit()  # 11745 | I 10
    )


def _with_trailing_mile(piece: Piece) -> Piece:
    """Read "GLACIER HWY MILE 12.4" as a milepost on a street."""
    street = piece.street
    for at in range(1, len(street) - 1):
        if street[at] in MILE_WORDS:
            number, used = take_number(street[at:])
            if number and at + used == len(street):
                return piece._replace(number=number, street=street[:at])
    return piece
