"""How alike a row and somebody known are: points for the name, the address and the phone.

| | points | |
|---|---|---|
| name | 50 | equal; a spelling of it in proportion, from 75 % alike (“Ana” and “Anna”) |
| address | 30 | the same door; 15 where only one of the two says which unit |
| phone | 20 | the same number; 10 where only one of the two has one |

Two addresses are the same door when number, street and unit are, in whatever spelling, and town
and ZIP do not contradict. An address without a number is nobody's door, and a point on the map
counts for nothing here: points of a street or a town are shared by many.

A row **is** somebody known when name and address are equal, or when all three agree and come to
`SURE` points. A row about help, which does not move anybody's home, is also somebody's whose name
and phone are equal. It **may be** somebody from `POSSIBLE` points on; a person decides then. A
shared phone alone comes to 20 points, and a shared phone and door to 50: never enough.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from geomatch.core.addresses import Address, parse_address
from geomatch.core.spelling import comparable

NAME, ADDRESS, PHONE = 50, 30, 20
SURE, POSSIBLE = 90, 65
SAME_NAME = 75  # of 100: “Ana” and “Anna”, not “Ana” and “Bo”
LOCAL_DIGITS = 7  # a number without its area code


class Who(NamedTuple):
    """What tells one neighbour from another."""

    name: str
    address: str
    phone: str = ""


class Likeness(NamedTuple):
    """How alike two are.

    Attributes
    ----------
    score
        Points, 0-100.
    reasons
        What agrees and what does not, in words.
    is_sure
        Whether they are one and the same without anybody being asked.
    is_person
        Whether name and phone are the same, wherever they live.
    """

    score: int
    reasons: tuple[str, ...]
    is_sure: bool
    is_person: bool


def digits(phone: str) -> str:
    """Reduce a phone number to the digits two spellings of it share; too few are no number.

    >>> digits("+1 (907) 555-0101"), digits("907.555.0101"), digits("ext 12")
    ('9075550101', '9075550101', '')
    """
    kept = "".join(filter(str.isdecimal, phone))
    if len(kept) == 11 and kept[0] == "1":
        kept = kept[1:]
    return kept if len(kept) >= LOCAL_DIGITS else ""


def first_number(address: str) -> str:
    """Return the first number of an address: those of one door share it, however spelled.

    >>> first_number("Apt 4, 0012 Main St"), first_number("012 Main St"), first_number("Main St")
    ('4', '12', '')
    """
    number = re.search(r"\d+", address)
    return number.group().lstrip("0") if number else ""


def is_respelled(one: str, other: str) -> bool:
    """Say whether two names are one name spelled twice.

    >>> is_respelled("Ana Ruiz", "Anna Ruiz"), is_respelled("Ana Ruiz", "Bo Lind")
    (True, False)
    """
    return fuzz.token_sort_ratio(one.casefold(), other.casefold()) >= SAME_NAME


def likeness(one: Who, other: Who) -> Likeness:
    """Compare two neighbours.

    >>> likeness(Who("Ana Ruiz", "12 Main St"), Who("Anna Ruiz", "12 MAIN STREET"))[:2]
    (87, ('similar name', 'same address', 'no phone to compare'))
    >>> likeness(Who("Ana", "12 Main St", "555-0101"), Who("Bo", "12 Main St", "5550101")).score
    50
    """
    name, name_words = _name_points(one.name, other.name)
    door, door_words = _address_points(one.address, other.address)
    phone, phone_words = _phone_points(one.phone, other.phone)
    score = round(name + door + phone)
    agreed = name == NAME and door == ADDRESS
    all_agree = bool(name) and door == ADDRESS and phone == PHONE
    return Likeness(
        score,
        (name_words, door_words, phone_words),
        is_sure=agreed or (all_agree and score >= SURE),
        is_person=name == NAME and phone == PHONE,
    )


def _name_points(one: str, other: str) -> tuple[float, str]:
    if comparable(one) == comparable(other):
        return NAME, "same name"
    alike = fuzz.token_sort_ratio(one.casefold(), other.casefold())
    if alike < SAME_NAME:
        return 0, "another name"
    return NAME * alike / 100, "similar name"


def _address_points(one: str, other: str) -> tuple[float, str]:
    if not one or not other:
        return 0, "no address to compare"
    here, there = address_parts(one), address_parts(other)
    if not _is_same_building(here, there):
        return 0, "another address"
    if here.unit == there.unit:
        return ADDRESS, "same address"
    if here.unit and there.unit:
        return 0, "another unit of the same building"
    return ADDRESS / 2, "same building, the unit only on one side"


def is_same_door(one: str, other: str) -> bool:
    """Say whether two addresses are one door, however they are spelled.

    >>> is_same_door("12 Main St., Apt 4", "12 MAIN STREET #4"), is_same_door("Main St", "Main St")
    (True, False)
    """
    return _address_points(one, other)[0] == ADDRESS


def _is_same_building(one: Address, other: Address) -> bool:
    """Whether number and street are the same, and town and ZIP do not contradict."""
    if not one.number or (one.number, one.street) != (other.number, other.street):
        return False
    pairs = ((one.city, other.city), (one.postcode[:5], other.postcode[:5]))
    return all(not a or not b or a == b for a, b in pairs)


def is_same_phone(one: str, other: str) -> bool:
    """Say whether two phones are one number, however spelled; one may lack its area code.

    >>> is_same_phone("(907) 555-0101", "555.0101"), is_same_phone("907 555 0101", "907 555 0102")
    (True, False)
    """
    here, there = digits(one), digits(other)
    shorter = min(len(here), len(there))
    return shorter > 0 and here[-shorter:] == there[-shorter:]


def _phone_points(one: str, other: str) -> tuple[float, str]:
    if not digits(one) or not digits(other):
        return PHONE / 2, "no phone to compare"
    if is_same_phone(one, other):
        return PHONE, "same phone"
    return 0, "another phone"


@lru_cache(maxsize=100_000)
def address_parts(text: str) -> Address:
    """Read an address once, however often it is compared."""
    return parse_address(text)
