"""Read one address: a line as somebody typed it, or the columns of a table.

A line is cut at its commas. A piece that begins with a house number is the street; what is left
are towns, states, ZIP codes, units, and names of buildings (which no gazetteer here knows, and
which are dropped). Where commas are missing, the towns that a gazetteer knows end the street; for
an unknown town the street ends after its type ("… LANE | CHESHIRE").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Final

from geomatch.core.addresses.address import Address
from geomatch.core.addresses.parts import (
    MILE_WORDS,
    normalise_city,
    normalise_postcode,
    normalise_region,
    normalise_unit,
    take_number,
    unit_from_words,
)
from geomatch.core.addresses.pieces import Piece, read_piece
from geomatch.core.addresses.states import ABROAD, STATES
from geomatch.core.addresses.street import Street, street_from_words
from geomatch.core.addresses.tail import split_place, split_unit, unglued
from geomatch.core.addresses.text import words
from geomatch.core.addresses.words import DIRECTIONS, word_set

__all__ = ["AddressReader", "parse_address"]

_CUT: Final = re.compile(r"[,;\n\r\t|()\[\]\"“”]+")
_SIMPLE: Final = re.compile(
    r"\s*0*([1-9][0-9]{0,6})\s+(?!(?:mi|mile|mp|mm|milepost|no|[a-df-mo-rt-vx-z])\b)([a-z][^,;\n\r\t|()\[\]\"“”#@&/]*)$",
    re.IGNORECASE,
)
_MAYBE_BOX: Final = re.compile(
    r"box|bx|\bp\.?\s?o\b|\bpob\b|drawer|delivery|pmb|\brr\b|\bhc\b", re.IGNORECASE
)
_BOX: Final = re.compile(
    r"(?:(?P<route>R ?R|RURAL ROUTE|RTE?|ROUTE|H ?C|STAR ROUTE|HIGHWAY CONTRACT)(?: ROUTE)?"
    r"(?: #)? ?(?P<route_number>\d+[A-Z]?)? )?"
    r"(?P<kind>(?:P ?O |POST OFFICE )?(?:BOX|BX)|P ?O DRAWER|LOCKBOX|P ?O ?B?|PMB"
    r"|PRIVATE MAIL ?BOX)"
    r"(?: (?:#|NO|NUMBER))* ?(?P<number>\d[\dA-Z\-]*|[A-Z]\d*)(?= |$)"
)
_ROUTE_ONLY: Final = re.compile(r"(?:R R|RR|HC|RURAL ROUTE) (?:# )?(?P<route_number>\d+)(?= |$)")
_CARE_OF: Final = re.compile(r"\b(?:c/o|care of|attn)\b[^,;\n\d]*", re.IGNORECASE)
_QUADRANTS: Final = ("NE", "NW", "SE", "SW")
_ASKING: Final = word_set("ASK BUZZ CALL KNOCK LEAVE PLEASE RING TEXT USE")
"""Words that begin a note to whoever comes, and no town."""
_GENERAL: Final = re.compile(r"GENERAL DELIVERY|GEN(?:L)? DEL(?:IVERY)?(?= |$)")


_LONGEST: Final = 400
"""Letters of a line that are read: no address is longer, and a hostile file must not be slow."""


class AddressReader:
    """Reads addresses, knowing the names of the towns they may be in.

    Parameters
    ----------
    towns : iterable of str
        Names of towns, in any spelling. They end a street where a comma is missing.
    splits_place : bool
        Whether town, state and ZIP code may stand in the line at all. False for a column that
        holds number and street only, so that "Park Lane Village" stays one name.

    Examples
    --------
    >>> reader = AddressReader(towns=["Driggs"])
    >>> reader.read("357 east 500 north driggs id")[:5]
    ('357', Street(name='500', suffix='', before='E', after='N'), '', 'DRIGGS', 'ID')
    """

    def __init__(self, towns: Iterable[str] = (), *, splits_place: bool = True) -> None:
        names = {normalise_city(town) for town in towns} - {""}
        self.towns = frozenset(names)
        self._splits_place = splits_place
        self._longest = max((len(name.split()) for name in names), default=0)
        # One cache for pieces that repeat (streets, towns), bounded: half a million rows of a
        # hostile file must not fill the memory.
        self._rest = lru_cache(maxsize=1 << 16)(self._read_rest)
        self._other = lru_cache(maxsize=1 << 14)(partial(read_piece, self.read_rest))

    def read(self, line: str) -> Address:
        """Read an address from one line.

        Parameters
        ----------
        line : str
            As typed. Nothing is refused: what is not understood is left out, and an empty line
            gives an empty address.

        Returns
        -------
        Address
            its most literal reading; `alternatives` gives the others.
        """
        if len(line) > _LONGEST:
            return self.read(line[:_LONGEST])._replace(text=line)
        if _CARE_OF.search(line):  # a person's name, no part of the place
            return self.read(_CARE_OF.sub(" ", line))._replace(text=line)
        if _MAYBE_BOX.search(line):
            return self._read_with_box(line)
        cuts = _CUT.split(line)
        pieces = [self._piece(cut) for cut in cuts]
        for at, piece in enumerate(pieces):
            # A town was guessed behind the street's type, and then another was given: the guess
            # was part of the street's name (Rocky Road Industrial Loop, Driggs).
            if piece.city and piece.city not in self.towns and self._names_town(pieces[at + 1 :]):
                pieces[at] = read_piece(_read_door, cuts[at])
        return self._merge(pieces, line)

    def _names_town(self, pieces: list[Piece]) -> bool:
        return any(
            piece.street
            and not piece.number
            and normalise_region(" ".join(piece.street)) not in STATES
            for piece in pieces
        )

    def read_fields(
        self,
        *,
        number: str = "",
        street: str = "",
        unit: str = "",
        city: str = "",
        region: str = "",
        postcode: str = "",
    ) -> Address:
        """Read an address from the columns of a table.

        The columns need not be clean: a number at the head of `street`, a unit at its end and a
        box in its place are understood.
        """
        text = ", ".join(
            part
            for part in (
                " ".join(part for part in (number.strip(), street.strip(), unit.strip()) if part),
                city.strip(),
                " ".join(part for part in (region.strip(), postcode.strip()) if part),
            )
            if part
        )
        read = self._door(number, street, has_city=bool(city.strip()))
        unit = normalise_unit(unit[:_LONGEST])
        if unit.startswith("PMB"):
            read = read._replace(box=read.box or unit)
        return Address(
            read.number,
            read.street,
            unit or read.unit,
            self._with_town(normalise_city(city[:_LONGEST]), read.city),
            normalise_region(region[:_LONGEST]) or read.region,
            normalise_postcode(postcode) or read.postcode,
            read.cross,
            read.box,
            text,
        )

    def _door(self, number: str, street: str, *, has_city: bool) -> Address:
        """Read the columns for number and street."""
        plain = _plain_street(street) if len(street) <= _LONGEST else None
        if plain and number.isdigit() and number.isascii():
            return Address(number.lstrip("0") or "0", *plain)
        line = f"{number[:_LONGEST]} {street}".strip()
        reader = _DOOR_READER if has_city and "," not in line else self
        return reader.read(line)

    def _piece(self, cut: str) -> Piece:
        simple = _SIMPLE.match(cut)
        if simple:
            return self._rest(simple[2])._replace(number=simple[1])
        return self._other(cut)

    def _read_rest(self, text: str) -> Piece:
        """Read what follows a house number: street, unit, town, state, ZIP code."""
        return self.read_rest(words(text))

    def read_rest(self, tokens: tuple[str, ...], *, is_street: bool = True) -> Piece:
        """Read words that follow a house number (or, not `is_street`, that stand alone)."""
        if not self._splits_place:
            return _read_door(tokens, is_street=is_street)
        tokens = unglued(tokens)
        place = split_place(tokens, self.towns, self._longest, needs_street=is_street)
        street, unit, behind = split_unit(place.before)
        city = place.city or (normalise_city(" ".join(behind)) if behind else "")
        if city and city not in self.towns and city[-1].isdigit():
            # No town ends in a number: it is a unit whose word is misspelled (Adpt 4).
            city, unit = "", unit or unit_from_words(city.split()[-1:])
        return Piece("", street, unit, city, place.region, place.postcode)

    def _read_with_box(self, line: str) -> Address:
        """Take the box out of a line; what is left may still be a street address."""
        plain = " , ".join(" ".join(words(cut)) for cut in _CUT.split(line))
        found = _BOX.search(plain) or _GENERAL.search(plain) or _ROUTE_ONLY.search(plain)
        before = plain[: found.start()].split(",")[-1].split() if found else []
        if not found or (found[0].startswith("BOX ") and before):
            # "16510 Strong Box": a street's name, no mail box.
            return self._merge([self._piece(cut) for cut in _CUT.split(line)], line)
        rest = plain[: found.start()] + "," + plain[found.end() :]
        read = self._merge([self._piece(cut) for cut in rest.split(",")], line)
        if read.street and not read.number and not read.cross:
            # What stood beside the box was the town, not a street.
            city = read.city or normalise_city(str(read.street))
            read = read._replace(street=Street(""), city=city, unit="")
        return read._replace(box=_box_name(found))

    def _merge(self, pieces: list[Piece], line: str) -> Address:
        """Put the pieces of a line together, the first of each kind first."""
        number = unit = city = region = postcode = ""
        street: tuple[str, ...] = ()
        cross: tuple[str, ...] = ()
        loose: list[tuple[str, ...]] = []
        seen_street = False
        for piece in pieces:
            if seen_street and piece.street and piece.city and not (piece.number or piece.cross):
                piece = _with_whole_town(piece)
            if piece.street and (piece.number or piece.cross) and not seen_street:
                number, street, cross, seen_street = piece.number, piece.street, piece.cross, True
            elif piece.street:
                loose.append(piece.street)
            elif piece.number and not number:
                number = piece.number
            elif piece.number and not unit:
                unit = normalise_unit(piece.number)  # 100 Main St, 4B
            unit = unit or piece.unit
            city = self._with_town(city, piece.city)
            region = piece.region or region  # the last: a state stands at the end
            postcode = postcode or piece.postcode
        if loose:
            street, city, region = self._settle(loose, street, city, region)
        return Address(
            number,
            street_from_words(street),
            unit,
            city,
            region,
            postcode,
            street_from_words(cross),
            "",
            line,
        )

    def _with_town(self, city: str, other: str) -> str:
        """Add a town that a line names as well: of two that are known, either may be meant."""
        if not self.towns.issuperset((city, other)) or other in city.split(", "):
            return city or other
        return f"{city}, {other}"

    def _settle(
        self,
        loose: list[tuple[str, ...]],
        street: tuple[str, ...],
        city: str,
        region: str,
    ) -> tuple[tuple[str, ...], str, str]:
        """Say which of the pieces without a number is the town, and which the street."""
        left: list[tuple[str, ...]] = []
        for at, tokens in enumerate(loose):
            if _continues_street(tokens, street, city):
                street, tokens = (*street, tokens[0]), tokens[1:]
                if not tokens:
                    continue
            name = normalise_city(" ".join(tokens))
            state = normalise_region(" ".join(tokens))
            if not city and name in self.towns:
                city = name
            elif not city and len(tokens[0]) > 2 and street and at + 1 < len(loose):
                left.append(tokens)  # Washington, District of Columbia
            elif not region and (state in STATES or state in ABROAD):
                region = state
            elif name in self.towns:
                city = self._with_town(city, name)
            elif street and len(tokens) > 1 and tokens[0] in _ASKING:
                continue  # Apt 3; ring twice
            else:
                left.append(tokens)
        if left and not street:
            street = left.pop(0)
        if left and not city:
            # Behind the street: a town not known here. A building's name before it is dropped,
            # as the street's piece came first or the town did.
            city = normalise_city(" ".join(left[-1]))
        return street, city, region


def _with_whole_town(piece: Piece) -> Piece:
    """Read "South Burlington" behind a street as one town, even where Burlington alone is known."""
    before = [word for word in piece.street if word not in ("DOWNTOWN", "NEAR")]
    town = normalise_city(" ".join((*before, piece.city)))
    return piece._replace(street=(), city=town) if _may_begin_town(before) else piece


def _may_begin_town(before: list[str]) -> bool:
    """Whether words in front of a known town make it another one: no unit, no SW, no stray sign."""
    if not before:
        return True
    first, *others = before
    if first in DIRECTIONS:
        return first not in _QUADRANTS and not (others and others[0] in DIRECTIONS)
    return len(first) > 2 and all(word.isalpha() for word in before)


def _continues_street(tokens: tuple[str, ...], street: tuple[str, ...], city: str) -> bool:
    """Whether a piece begins with the street's direction: "1180 Peachtree St, | NE"."""
    if not street or city or tokens[0] not in DIRECTIONS or street[-1] in DIRECTIONS:
        return False
    return len(tokens) == 1 or tokens[0] in _QUADRANTS


def _read_door(tokens: tuple[str, ...], *, is_street: bool = True) -> Piece:
    """Read words that hold a street and perhaps a unit, and no town."""
    street, unit, behind = split_unit(unglued(tokens))
    return Piece("", street + behind, unit)


@lru_cache(maxsize=1 << 16)
def _plain_street(street: str) -> tuple[Street, str] | None:
    """Read a simple street column; None where it needs a closer look."""
    tokens = words(street)
    if not tokens or (tokens[0][0].isdigit() and len(tokens) == 1):
        return None
    if tokens[0] in MILE_WORDS or "/" in street or "&" in street or "@" in street:
        return None
    if _MAYBE_BOX.search(street) or (take_number(tokens)[0] and tokens[0][-1].isalpha()):
        return None
    rest, unit, behind = split_unit(tokens)
    return (street_from_words(rest), unit) if rest and not behind else None


def _box_name(found: re.Match[str]) -> str:
    parts = found.groupdict()
    if not parts:
        return "GENERAL DELIVERY"
    number = parts.get("number") or ""
    is_contract = found[0].startswith(("H", "STAR"))
    route = f"{'HC' if is_contract else 'RR'} {parts['route_number'] or ''}".strip()
    if "kind" not in parts:
        return route
    kind = "PMB" if "PMB" in parts["kind"] or "PRIVATE" in parts["kind"] else "BOX"
    if kind == "BOX":
        kind = f"{route} BOX" if parts.get("route") else "PO BOX"
    return f"{kind.strip()} {number}"


_DOOR_READER: Final = AddressReader(splits_place=False)
_LINE_READER: Final = AddressReader()  # what it has read of streets and towns is read once


def parse_address(line: str, *, towns: Iterable[str] = ()) -> Address:
    """Read one US address from a line, in its most literal reading.

    Parameters
    ----------
    line : str
        As somebody typed it.
    towns : iterable of str, optional
        Names of towns that may end a street where a comma is missing. To read many lines, make one
        `AddressReader`.

    Returns
    -------
    Address
        Its parts in normal spelling.

    Examples
    --------
    >>> str(parse_address("35½ E. Main Street, Apt 4b, Driggs, Idaho 83422-0001"))
    '35 1/2 E MAIN ST # 4B, DRIGGS, ID 83422'
    >>> parse_address("p.o. box 12, Driggs").is_mail_only
    True
    >>> str(parse_address("corner of Main & First St, Driggs ID"))
    'MAIN AND 1ST ST, DRIGGS, ID'
    """
    return (AddressReader(towns) if towns else _LINE_READER).read(line)
