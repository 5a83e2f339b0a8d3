"""Several addresses in one cell: "12 Oak St / 14 Elm St" is two doors, and nobody said which."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from geomatch.core.addresses.address import Address

__all__ = ["several_doors"]

_BETWEEN: Final = re.compile(
    r"(?:[,;|\n\r\t]|(?<!\d)/|/(?=\s)|\s&\s|\b(?:and|or)\b)\s*(?=\d)", re.IGNORECASE
)
"""What stands between two addresses; "1/2" does not."""


def several_doors(address: Address, read: Callable[[str], Address]) -> tuple[Address, ...]:
    """Tell apart the doors that one cell names.

    A door is a number and a street with its type, so that "12 Oak St, 3" (a unit), "12 Oak St, 3
    rings" (a note) and "Main St and 5th Ave" (a corner) are one door or none.

    Parameters
    ----------
    address
        As read, with its text.
    read
        Reads a line.

    Returns
    -------
    tuple of Address
        The doors in order, where there are two or more; else ().

    Examples
    --------
    >>> from geomatch.core.addresses import parse_address
    >>> line = parse_address("12 Oak St / 14 Elm St Apt 2, Salem")
    >>> [str(door) for door in several_doors(line, parse_address)]
    ['12 OAK ST, SALEM', '14 ELM ST # 2, SALEM']
    """
    if not _BETWEEN.search(address.text):
        return ()
    doors = {
        (door.number, door.street): door
        for door in map(read, _BETWEEN.split(address.text))
        if door.number and (door.street.suffix or (door.street.before and door.street.after))
    }
    if len(doors) < 2:
        return ()
    found = tuple(doors.values())
    last = found[-1]
    return tuple(
        door._replace(city=last.city, region=last.region, postcode=last.postcode)
        if not (door.city or door.region or door.postcode)
        else door
        for door in found
    )
