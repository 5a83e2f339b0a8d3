"""Geocode a table: what `geomatch geocode` and the site's import have in common."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from geomatch.core.addresses import Address, AddressReader
from geomatch.core.errors import ColumnError
from geomatch.core.translation import gettext
from geomatch.geocoding.former import FormerAddresses
from geomatch.geocoding.gazetteer import Gazetteer
from geomatch.geocoding.index import one_line
from geomatch.geocoding.results import QUALITIES, Geocode
from geomatch.tables import Table
from geomatch.tables.table import Column

if TYPE_CHECKING:
    from geomatch.geocoding.interpolation import StreetLine

__all__ = ["AddressGeocoder", "geocode_table", "read_addresses", "read_former", "read_gazetteer"]

_PARTS: Final = ("number", "street", "unit", "city", "region", "postcode")

Progress = Callable[[int], object]


class AddressGeocoder(Protocol):
    """What a table needs of a geocoder: the local gazetteer, or somebody else's service."""

    leaves_machine: bool
    """Whether an address asked for is sent to another machine."""

    def read(self, line: str) -> Address:
        """Read an address from one line."""

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
        """Read an address from columns."""

    def geocode_many(
        self, addresses: Sequence[Address | str], progress: Progress | None = None
    ) -> list[Geocode]:
        """Say where each address is, in order."""


def read_gazetteer(table: Table, streets: Sequence[StreetLine] = ()) -> Gazetteer:
    """Make a gazetteer of a table with `number, street, unit, city, region, postcode, lon, lat`.

    Parameters
    ----------
    table : Table
        Address points; `number`, `street`, `lon` and `lat` are needed.
    streets : sequence of features, optional
        Lines with `name, left_from, left_to, right_from, right_to`.

    Raises
    ------
    ColumnError
        If a needed column is missing, or no street has a name.
    RowError
        If a point is no point, or most points look swapped.
    ParameterError
        If the streets are no lines.
    """
    for name in ("number", "street", "lon", "lat"):
        table.name_of(name)
    points = table.points()
    gazetteer = Gazetteer.from_columns(
        *(table.texts(name) for name in _PARTS),
        lon=points[:, 0],
        lat=points[:, 1],
        row_numbers=table.row_numbers.tolist(),
        file=table.file,
    )
    if streets and not gazetteer.add_streets(streets):
        raise ColumnError(
            gettext(
                "the streets have no names: lines need a property “name”, and left_from, "
                "left_to, right_from, right_to where house numbers are known"
            )
        )
    return gazetteer


def read_former(table: Table) -> FormerAddresses:
    """Read addresses from before a renumbering.

    Parameters
    ----------
    table : Table
        `old_address` (one line), and today's `number, street, unit, city, region, postcode` with
        `lon, lat`.

    Raises
    ------
    ColumnError
        If a needed column is missing.
    RowError
        If a point is no point, or most points look swapped.
    """
    for name in ("old_address", "number", "street", "lon", "lat"):
        table.name_of(name)
    now = [table.texts(name) for name in _PARTS]
    reader = AddressReader(table.texts("city"))
    old = [
        reader.read_fields(street=line, city=city, region=region, postcode=postcode)
        for line, city, region, postcode in zip(table.texts("old_address"), *now[3:], strict=True)
    ]
    points = table.points()
    gazetteer = Gazetteer.from_columns(
        [address.number for address in old],
        [str(address.street) for address in old],
        [address.unit for address in old],
        *now[3:],
        lon=points[:, 0],
        lat=points[:, 1],
        row_numbers=table.row_numbers.tolist(),
        file=table.file,
    )
    labels = [one_line(*parts) for parts in zip(*now, strict=True)]
    return FormerAddresses(gazetteer, labels, points)


def read_addresses(table: Table, geocoder: AddressGeocoder) -> list[Address]:
    """Read the address of every row, from `address` or from the columns of its parts.

    Where a table has both, `street` goes first and `address` fills in for an empty one; `city`,
    `region` and `postcode` add to either.

    Raises
    ------
    ColumnError
        If the table has neither `address` nor `street`.
    """
    if "address" not in table and "street" not in table:
        raise ColumnError(
            gettext(
                "no column “address” and no column “street”: one of them must hold the "
                "addresses; there are: {list}"
            ).format(list=", ".join(table.names)),
            file=table.file,
        )
    number, street, unit, city, region, postcode = (table.texts(name) for name in _PARTS)
    lines = table.texts("address")
    read: list[Address] = []
    for row, line in enumerate(lines):
        door = street[row]
        if line and not (door or number[row]):
            if not (unit[row] or city[row] or region[row] or postcode[row]):
                read.append(geocoder.read(line))
                continue
            door = line
        address = geocoder.read_fields(
            number=number[row],
            street=door,
            unit=unit[row],
            city=city[row],
            region=region[row],
            postcode=postcode[row],
        )
        read.append(address)
    return read


def geocode_table(
    table: Table, geocoder: AddressGeocoder, *, progress: Progress | None = None
) -> tuple[dict[str, Column], dict[str, object]]:
    """Geocode every row of a table.

    Parameters
    ----------
    table : Table
        `id` and either `address` or `number, street, unit, city, region, postcode`; `hidden`.
    geocoder : Gazetteer or provider
        Who is asked. Hidden rows are asked of the local gazetteer, never of another machine.
    progress : callable, optional
        Called with the number of rows done since it was last called.

    Returns
    -------
    columns : dict
        Ready for `write_table`: what was there, with `lon, lat, quality, score, matched_address,
        reason` added or replaced; one row per input row, in its order.
    report : dict
        `rows`, a count of each quality, `seconds`.

    Raises
    ------
    ColumnError
        If `id` or the columns of the address are missing.
    RowError
        If ids are blank or repeated, or `hidden` is no truth value.
    """
    started = time.perf_counter()
    table.ids("id")
    hidden = table.booleans("hidden")
    addresses = read_addresses(table, geocoder)
    asked = [
        row for row in range(len(table)) if not (geocoder.leaves_machine and bool(hidden[row]))
    ]
    answers = [Geocode(reason=gettext("hidden: not sent to another machine"))] * len(table)
    found = geocoder.geocode_many([addresses[row] for row in asked], progress)
    for row, answer in zip(asked, found, strict=True):
        answers[row] = answer
    counts = Counter(answer.quality for answer in answers)
    report: dict[str, object] = {
        "rows": len(table),
        **{quality: counts[quality] for quality in QUALITIES},
        "seconds": round(time.perf_counter() - started, 3),
    }
    return table.merged(_answer_columns(answers)), report


def _answer_columns(answers: Sequence[Geocode]) -> dict[str, list[object]]:
    return {
        "lon": [answer.lon if answer.is_placed else None for answer in answers],
        "lat": [answer.lat if answer.is_placed else None for answer in answers],
        "quality": [answer.quality for answer in answers],
        "score": [answer.score for answer in answers],
        "matched_address": [answer.matched_address for answer in answers],
        "reason": [answer.reason for answer in answers],
    }
