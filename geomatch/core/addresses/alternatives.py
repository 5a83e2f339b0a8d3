"""What else the words of an address may mean.

"149A" is a number or flat A of 149; "10-4" a number, flat 4 of 10, or flat 10 of 4; "Main St 12" a
flat or a number written last. No text can decide that. A gazetteer can: it takes an alternative
only when that address, unit included, really exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from geomatch.core.addresses.address import Address
from geomatch.core.addresses.parts import normalise_city, take_number
from geomatch.core.addresses.street import Street, street_from_words
from geomatch.core.addresses.text import fold
from geomatch.core.addresses.words import CARDINALS, DIRECTIONS, word_set

__all__ = ["alternatives", "in_longer_town"]

_LETTERED: Final = re.compile(r"(\d+)([A-Z])$")
_PAIR: Final = re.compile(r"(\d+)-(\w+)$")
_RELATIVE: Final = word_set(
    "ABOVE ACROSS ADJACENT AFTER BEFORE BEHIND BELOW BESIDE BETWEEN BY FORMERLY NEAR NEXT NOT"
    " OPPOSITE PAST TOWARD TOWARDS"
)
"""Before a number they say that it is another door of the street: across from 12 Main St."""
_WAYS: Final = "|".join(DIRECTIONS)
_SHORT: Final = re.compile(r"[0-9]*[A-Z]?$|[A-Z]\d+$")


def alternatives(address: Address) -> Iterator[Address]:
    """Other readings of `address`, the likelier first.

    Parameters
    ----------
    address : Address
        Its literal reading.

    Yields
    ------
    Address
        Every word of the literal reading is used in each; none repeats it.

    Examples
    --------
    >>> from geomatch.core.addresses import parse_address
    >>> [str(other) for other in alternatives(parse_address("149A Main St"))]
    ['149 MAIN ST # A', '149 A MAIN ST']
    >>> [str(other) for other in alternatives(parse_address("Main St 12"))]
    ['12 MAIN ST']
    """
    if address.cross:
        yield from _whole_names(address)
    elif address.number:
        yield from _from_number(address)
        yield from _from_street(address)
    elif address.street:
        yield from _number_elsewhere(address)
    is_one_town = bool(address.city) and "," not in address.city
    if is_one_town and address.street and not address.cross:
        tokens = (*str(address.street).split(), *address.city.split())
        yield address._replace(street=street_from_words(tokens), city="")


def _from_number(address: Address) -> Iterator[Address]:
    """Take the number apart."""
    number = address.number
    tokens = str(address.street).split()
    if lettered := _LETTERED.match(number):
        if not address.unit:
            yield address._replace(number=lettered[1], unit=lettered[2])
        yield address._replace(number=lettered[1], street=street_from_words([lettered[2], *tokens]))
    elif pair := _PAIR.match(number):
        if not address.unit:
            yield address._replace(number=pair[1], unit=pair[2])
            if pair[2].isdigit():
                yield address._replace(number=pair[2], unit=pair[1])
    elif number.startswith("MILE "):
        miles = number.removeprefix("MILE ")
        if "." not in miles:  # 12 | Mile Creek Rd
            yield address._replace(number=miles, street=street_from_words(["MILE", *tokens]))
            yield address._replace(number="", street=street_from_words([miles, "MILE", *tokens]))


def _from_street(address: Address) -> Iterator[Address]:
    """Find a unit, a letter of the number, or another number among the street's words."""
    tokens = str(address.street).split()
    if len(tokens) < 2:
        return
    if not address.unit:
        if _SHORT.match(tokens[-1]) or tokens[-1] in DIRECTIONS:  # Broadway | 4B; Main St | N
            yield address._replace(street=street_from_words(tokens[:-1]), unit=tokens[-1])
        second, used = take_number(tokens)
        if second and used < len(tokens):  # 4 | 10 Eva Ln
            yield address._replace(
                number=second, street=street_from_words(tokens[used:]), unit=address.number
            )
    elif address.unit.isalnum():  # Main Ave | B: a street called Avenue B
        yield address._replace(street=street_from_words([*tokens, address.unit]), unit="")
    if address.number.isdigit() and len(tokens[0]) == 1 and tokens[0].isalpha():
        yield address._replace(
            number=address.number + tokens[0], street=street_from_words(tokens[1:])
        )


def _number_elsewhere(address: Address) -> Iterator[Address]:
    """Find the number of an address that seems to have none."""
    tokens = str(address.street).split()
    if address.unit:
        number, used = take_number([address.unit])
        if used:  # Main St 12
            yield address._replace(number=number, unit="")
    if len(tokens) > 1:
        number, used = take_number(tokens[-1:])
        if used:
            yield address._replace(number=number, street=street_from_words(tokens[:-1]))
        if tokens[0] in CARDINALS:
            yield address._replace(
                number=str(CARDINALS[tokens[0]]), street=street_from_words(tokens[1:])
            )
    for at in range(1, len(tokens) - 1):  # Elk House 100 Main St: a building's name before it
        number, used = take_number(tokens[at:])
        if used and at + used < len(tokens):
            street = street_from_words(tokens[at + used :])
            is_there = _RELATIVE.isdisjoint(tokens[:at])
            yield address._replace(number=number if is_there else "", street=street)
            break


def _whole_names(address: Address) -> Iterator[Address]:
    """Read a corner as one street with AND in its name: Wind and Fire Dr."""
    tokens = (*str(address.street).split(), "AND", *str(address.cross).split())
    number, used = take_number(tokens)
    if used and used < len(tokens):
        yield address._replace(
            number=number, street=street_from_words(tokens[used:]), cross=Street("")
        )
    yield address._replace(street=street_from_words(tokens), cross=Street(""))


def in_longer_town(address: Address) -> Address | None:
    """Take the street's last direction for the first word of the town, where it may be that.

    Examples
    --------
    >>> from geomatch.core.addresses import parse_address
    >>> str(in_longer_town(parse_address("9 Main St S Burlington", towns=["Burlington"])))
    '9 MAIN ST, SOUTH BURLINGTON'
    >>> in_longer_town(parse_address("9 Main St South, Burlington", towns=["Burlington"]))
    """
    if not (address.street.after and address.city):
        return None
    behind = re.escape(address.city).replace(r"\ ", r"\s+")
    if not re.search(rf"\b(?:{_WAYS})\.?\s+{behind}\b", fold(address.text)):
        return None
    town = normalise_city(f"{address.street.after} {address.city}")
    return address._replace(street=address.street._replace(after=""), city=town, text="")
