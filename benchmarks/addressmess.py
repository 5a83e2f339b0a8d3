"""Accidents that happen to addresses on their way into a spreadsheet, seeded.

Each accident takes a true address and returns the line a person may have typed, or None where the
accident cannot happen to that address (no direction to forget). The accidents know nothing of the
geocoder: they have word lists of their own, so that a gap in its lists shows.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final, NamedTuple

__all__ = ["ACCIDENTS", "Accident", "AddressRow"]


class AddressRow(NamedTuple):
    """A true address and its point (WGS84 degrees)."""

    number: str
    street: str
    unit: str
    city: str
    region: str
    postcode: str
    lon: float
    lat: float

    @property
    def door(self) -> str:
        unit = f" #{self.unit}" if self.unit and not self.street.endswith(self.unit) else ""
        return f"{self.number} {self.street}{unit}"

    def line(self, *, door: str | None = None, city: bool = True, postcode: bool = True) -> str:
        place = [self.city] if city else []
        state = f"{self.region} {self.postcode if postcode else ''}".strip()
        return ", ".join([door or self.door, *place, state])


Make = Callable[[AddressRow, random.Random], str | None]


class Accident(NamedTuple):
    """One way to mess up an address.

    Attributes
    ----------
    name
        For people.
    kind
        "ordinary", "typo" or "street": which target it is measured against.
    make
        Messes up one address.
    """

    name: str
    kind: str
    make: Make


_LONG: Final = {
    "St": "Street", "Ave": "Avenue", "Rd": "Road", "Dr": "Drive", "Ln": "Lane", "Ct": "Court",
    "Cir": "Circle", "Blvd": "Boulevard", "Pl": "Place", "Trl": "Trail", "Pkwy": "Parkway",
    "Lp": "Loop", "Ter": "Terrace", "Hwy": "Highway", "Wy": "Way", "Hl": "Hill", "Grn": "Green",
    "Sq": "Square", "Hts": "Heights", "Holw": "Hollow", "Mdws": "Meadows", "Ctr": "Center",
    "N": "North", "S": "South", "E": "East", "W": "West",
}  # fmt: skip
_SHORT: Final = {long: short for short, long in _LONG.items() if short not in ("Lp", "Wy")}
_OTHER_TYPES: Final = ("St", "Ave", "Rd", "Dr", "Ln", "Ct", "Way")
_WAYS: Final = ("N", "S", "E", "W", "North", "South", "East", "West")
_UNITS: Final = (" #{}", " Apt {}", ", Apt. {}", " Unit {}", " {}", ", #{}", " apt{}", " # {}")


def _titled(street: str) -> str:
    return street.title() if street.isupper() else street


def _swapped_words(street: str, table: dict[str, str]) -> str | None:
    """Replace the type and the directions at either end, as people do; the name stays."""
    words = _titled(street).split()
    ends = {0, len(words) - 1, len(words) - 2}
    changed = [
        table.get(word, word) if at in ends and len(words) > 1 else word
        for at, word in enumerate(words)
    ]
    # "North St" is a name, not a direction: nobody who lives there shortens it.
    if len(words) == 2 and words[0] in _WAYS and words[1] not in _WAYS:
        changed[0] = words[0]
    return " ".join(changed) if changed != words else None


def _with_street(row: AddressRow, street: str | None) -> str | None:
    if street is None:
        return None
    return row.line(door=row._replace(street=street).door)


def _spelled_out(row: AddressRow, _: random.Random) -> str | None:
    return _with_street(row, _swapped_words(row.street, _LONG))


def _abbreviated(row: AddressRow, _: random.Random) -> str | None:
    return _with_street(row, _swapped_words(row.street, _SHORT))


def _dotted(row: AddressRow, chance: random.Random) -> str | None:
    street = _swapped_words(row.street, _SHORT) or _titled(row.street)
    words = [f"{word}." if word in _LONG else word for word in street.split()]
    return _with_street(row, " ".join(words)) if any(word[-1] == "." for word in words) else None


def _mixed_case(row: AddressRow, chance: random.Random) -> str:
    return chance.choice([str.upper, str.lower, str.title, str.swapcase])(row.line())


def _no_commas(row: AddressRow, chance: random.Random) -> str:
    return row.line().replace(",", "").lower()


def _spaces(row: AddressRow, chance: random.Random) -> str:
    return "  " + row.line().replace(" ", "  ").replace(",", " ,") + ",, "


def _city_first(row: AddressRow, _: random.Random) -> str:
    return f"{row.city}, {row.door}"


def _no_postcode(row: AddressRow, _: random.Random) -> str:
    return row.line(postcode=False)


def _no_city(row: AddressRow, _: random.Random) -> str:
    return row.line(city=False)


def _door_only(row: AddressRow, _: random.Random) -> str:
    return row.door


def _unit_glued(row: AddressRow, chance: random.Random) -> str:
    """Write the unit in one of the ways people do; a household without one gets one."""
    unit = row.unit or chance.choice(["4", "B", "2A", "12"])
    street = row.street
    if row.unit:
        street = re.sub(r"\s+(?:Unit|Apt)(?:\s+\S+)?$", "", street)
    elif re.search(r"\b(?:Unit|Apt)\b", street) or row.street[-1].isdigit():
        return row.line()
    form = chance.choice(_UNITS)
    if form == " {}" and not re.search(r"\d", unit):
        form = " #{}"
    return row.line(door=f"{row.number} {street}{form.format(unit)}")


def _letters_of(street: str) -> list[int]:
    return [at for at, letter in enumerate(street) if letter.isalpha()]


def _one_typo(street: str, chance: random.Random) -> str:
    """Change one letter: another one, one missing, one too many, or two exchanged."""
    places = _letters_of(street)
    at = chance.choice(places)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    kind = chance.randrange(4)
    if kind == 0:
        while letter.lower() == street[at].lower():
            letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
        return street[:at] + letter + street[at + 1 :]
    if kind == 1:
        return street[:at] + street[at + 1 :]
    if kind == 2:
        return street[:at] + letter + street[at:]
    pairs = [i for i in places if i + 1 in places and street[i].lower() != street[i + 1].lower()]
    if not pairs:
        return street[:at] + street[at + 1 :]
    at = chance.choice(pairs)
    return street[:at] + street[at + 1] + street[at] + street[at + 2 :]


def _typo(row: AddressRow, chance: random.Random) -> str:
    return row.line(door=row._replace(street=_one_typo(_titled(row.street), chance)).door)


def _typo_spelled_out(row: AddressRow, chance: random.Random) -> str:
    street = _swapped_words(row.street, _LONG) or _titled(row.street)
    return row.line(door=row._replace(street=_one_typo(street, chance)).door)


def _typo_no_town(row: AddressRow, chance: random.Random) -> str:
    door = row._replace(street=_one_typo(_titled(row.street), chance)).door
    return row.line(door=door, city=False, postcode=False)


def _typo_in_town(row: AddressRow, chance: random.Random) -> str:
    return row._replace(city=_one_typo(_titled(row.city), chance)).line()


def _is_type(word: str) -> bool:
    return word.title() in _LONG and word.title() not in _WAYS


def _type_at(words: list[str]) -> int | None:
    for at in (len(words) - 1, len(words) - 2):
        if at >= 1 and (_is_type(words[at]) or words[at].title() in _SHORT):
            return at if words[at].title() not in _WAYS else None
    return None


def _no_type(row: AddressRow, _: random.Random) -> str | None:
    words = row.street.split()
    at = _type_at(words)
    if at is None:
        return None
    return _with_street(row, " ".join(words[:at] + words[at + 1 :]))


def _wrong_type(row: AddressRow, chance: random.Random) -> str | None:
    words = row.street.split()
    at = _type_at(words)
    if at is None:
        return None
    now = _SHORT.get(words[at].title(), words[at].title())
    words[at] = chance.choice([word for word in _OTHER_TYPES if word != now])
    return _with_street(row, " ".join(words))


def _direction_at(words: list[str]) -> int | None:
    if len(words) < 3:
        return None
    return 0 if words[0].title() in _WAYS else None


def _no_direction(row: AddressRow, _: random.Random) -> str | None:
    words = row.street.split()
    at = _direction_at(words)
    return None if at is None else _with_street(row, " ".join(words[:at] + words[at + 1 :]))


def _wrong_direction(row: AddressRow, chance: random.Random) -> str | None:
    words = row.street.split()
    at = _direction_at(words)
    if at is None:
        return None
    now = words[at][0].upper()
    words[at] = chance.choice([way for way in "NSEW" if way != now])
    return _with_street(row, " ".join(words))


ACCIDENTS: Final = (
    Accident("as the county writes it", "ordinary", lambda row, _: row.line()),
    Accident("other case", "ordinary", _mixed_case),
    Accident("spelled out", "ordinary", _spelled_out),
    Accident("abbreviated", "ordinary", _abbreviated),
    Accident("with dots", "ordinary", _dotted),
    Accident("no commas, lower case", "ordinary", _no_commas),
    Accident("spaces and commas", "ordinary", _spaces),
    Accident("town first", "ordinary", _city_first),
    Accident("no ZIP", "ordinary", _no_postcode),
    Accident("no town", "ordinary", _no_city),
    Accident("unit glued on", "ordinary", _unit_glued),
    Accident("number and street only", "door only", _door_only),
    Accident("one typo in the street", "typo", _typo),
    Accident("one typo, street spelled out", "typo", _typo_spelled_out),
    Accident("one typo, number and street only", "typo alone", _typo_no_town),
    Accident("one typo in the town", "town typo", _typo_in_town),
    Accident("type missing", "street", _no_type),
    Accident("type wrong", "street", _wrong_type),
    Accident("direction missing", "street", _no_direction),
    Accident("direction wrong", "street", _wrong_direction),
)
