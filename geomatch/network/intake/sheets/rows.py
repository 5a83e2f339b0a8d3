"""Typed rows of a network's sheets: what was understood, and what was rejected and why."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar, overload

from geomatch.core.errors import Problem
from geomatch.core.yes_no import NO
from geomatch.network.intake.sheets import values
from geomatch.network.intake.sheets.columns import Kind, Recognised, recognise
from geomatch.tables import Table
from geomatch.tables.progress import Progress

T = TypeVar("T")
_EVERY = 500  # rows after which it is told how many were read


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it was written: one line, or its fields."""

    line: str = ""
    number: str = ""
    street: str = ""
    unit: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    lonlat: tuple[float, float] | None = None

    @property
    def as_written(self) -> str:
        """Everything the sheet says of the place, on one line."""
        street = self.line or f"{self.number} {self.street}".strip()
        parts = (street, self.unit, self.city, f"{self.region} {self.postcode}".strip())
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class PersonFields:
    """What any sheet may say of a person."""

    name: str = ""
    phone: str = ""
    email: str = ""
    languages: tuple[str, ...] = ()
    flags: tuple[tuple[str, date | None], ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """One row of the neighbours' sheet."""

    row: int
    ref: str
    address: Address
    person: PersonFields
    people: int = 1
    do_not_contact: bool = False
    hidden: bool = False
    quiet: bool = False
    point_person: bool = False
    drives: bool = False
    meeting_place: str = ""
    meeting_until: date | None = None
    written_on: date | None = None


@dataclass(frozen=True, slots=True)
class VolunteerRow:
    """One row of the volunteers' sheet."""

    row: int
    ref: str
    household_ref: str
    address: Address
    person: PersonFields
    skills: tuple[str, ...] = ()
    capacity: int = 1
    max_km: float = 10.0
    vehicle: bool = False
    modes: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    resting_until: date | None = None
    written_on: date | None = None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One row of the requests' sheet."""

    row: int
    ref: str
    household_ref: str
    address: Address
    person: PersonFields
    skills: tuple[str, ...] = ()
    urgency: int = 1
    mode: str = "in_person"
    needs_vehicle: bool = False
    availability: tuple[str, ...] = ()
    details: str = ""
    asked_on: date | None = None
    written_on: date | None = None


Row = TypeVar("Row", HouseholdRow, VolunteerRow, RequestRow)


class RowsOfTable(Sequence[Row]):
    """Typed rows that are read from the table's text whenever they are asked for.

    Cells weigh less than what they mean: of a large sheet only the text is held in memory.

    Parameters
    ----------
    table, recognised
        The text, and what its columns are.
    places
        Where in the table the rows are that can be read.
    """

    def __init__(self, table: Table, recognised: Recognised, places: Sequence[int]) -> None:
        self._table, self._recognised, self._places = table, recognised, places

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Row]:
        read: Callable[[_Cells], Any] = _READERS[self._recognised.kind]
        cells = _Cells(self._table, self._recognised)
        for place in self._places:
            yield read(cells.of_row(place))

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> RowsOfTable[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | RowsOfTable[Row]:
        if isinstance(index, slice):
            return RowsOfTable(self._table, self._recognised, self._places[index])
        return next(iter(self[index : index + 1 or None]))


@dataclass
class SheetRows(Generic[Row]):
    """What was understood of one sheet."""

    recognised: Recognised
    rows: Sequence[Row] = ()
    problems: list[Problem] = field(default_factory=list)


def read_rows(
    table: Table,
    *,
    sheet: str = "",
    kind: Kind | None = None,
    recognised: Recognised | None = None,
    progress: Progress | None = None,
) -> SheetRows[Any]:
    """Read a sheet: good rows typed, bad rows with row, column, value and reason.

    Parameters
    ----------
    table
        The sheet as text.
    sheet
        Its name, which hints at what it holds.
    kind
        What it holds, where the caller knows.
    recognised
        What its columns are, where somebody said so.
    progress
        Called with the rows that were read, and how many there are.

    Raises
    ------
    geomatch.core.errors.ColumnError
        If a needed column is missing or two columns claim one field.
    """
    recognised = recognised or recognise(table.names, sheet=sheet, kind=kind, file=table.file)
    read = _READERS[recognised.kind]
    cells = _Cells(table, recognised)
    places = array("l")
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for place in range(len(table)):
        if progress and place % _EVERY == 0:
            progress(place, len(table))
        row = read(cells.of_row(place))
        if row.ref and row.ref in seen:
            cells.reject("id", f"row {seen[row.ref]} has this id too; give each row its own")
        if cells.problems:
            problems += cells.problems
            continue
        if row.ref:
            seen[row.ref] = row.row
        places.append(place)
    return SheetRows(recognised, RowsOfTable(table, recognised, places), problems)


class _Cells:
    """The cells of one row after another, by field; remembers what it could not understand."""

    def __init__(self, table: Table, recognised: Recognised) -> None:
        self._names, self._row_numbers = recognised.columns, table.row_numbers
        self._columns = {name: table.columns[column] for name, column in self._names.items()}

    def of_row(self, place: int) -> _Cells:
        """Go to a row of the table."""
        self._place, self.row = place, int(self._row_numbers[place])
        self.problems: list[Problem] = []
        return self

    def text(self, name: str, *, most: int = 300) -> str:
        column = self._columns.get(name)
        if column is None:
            return ""
        text = column[self._place].strip()
        if len(text) > most:
            self.reject(name, f"longer than {most} characters; shorten it")
            return ""
        return text

    def read(self, name: str, parse: Callable[[str], T], *, most: int = 300) -> T:
        try:
            return parse(self.text(name, most=most))
        except ValueError as error:
            self.reject(name, str(error))
            return parse("")

    def reject(self, name: str, reason: str) -> None:
        value = self._columns[name][self._place] if name in self._columns else None
        column = self._names.get(name)
        self.problems.append(Problem(reason, row=self.row, column=column, value=value))


def _whole(default: int, least: int, most: int) -> Callable[[str], int]:
    return lambda text: values.whole(text, default=default, least=least, most=most)


def _address(cells: _Cells) -> Address:
    return Address(
        line=cells.text("address"),
        number=cells.text("number", most=20),
        street=cells.text("street", most=120),
        unit=cells.text("unit", most=40),
        city=cells.text("city", most=80),
        region=cells.text("region", most=40),
        postcode=cells.text("postcode", most=12),
        lonlat=_lonlat(cells),
    )


def _lonlat(cells: _Cells) -> tuple[float, float] | None:
    lon, lat = cells.text("lon"), cells.text("lat")
    if not lon and not lat:
        return None
    for name, text, limit in (("lon", lon, 180.0), ("lat", lat, 90.0)):
        if not re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
            cells.reject(name, "not a number of degrees; fill in both, or leave both empty")
            return None
        if abs(float(text)) > limit:
            cells.reject(name, f"beyond ±{limit:.0f} degrees; are the two columns swapped?")
            return None
    return float(lon), float(lat)


def _person(cells: _Cells) -> PersonFields:
    return PersonFields(
        name=cells.text("name", most=120),
        phone=cells.text("phone", most=40),
        email=cells.text("email", most=200),
        languages=tuple(cells.read("languages", values.languages)),
        flags=_flags(cells),
        notes=cells.text("notes", most=2000),
    )


def _written_on(cells: _Cells) -> date | None:
    """Say when a row was written, where its own column says so; no row is rejected for it."""
    try:
        return values.day(cells.text("written_on"))
    except ValueError:
        return None


def _flags(cells: _Cells) -> tuple[tuple[str, date | None], ...]:
    """Collect risk flags from a list column and from the two columns people often have."""
    until = cells.read("flags_until", values.day)
    flags = {flag: end or until for flag, end in cells.read("flags", flag_list)}
    for name in ("immunocompromised", "exposed"):
        found = cells.read(name, yes_or_day)
        if found is not False:
            flags[name] = until if found is True else found
    return tuple(flags.items())


def yes_or_day(text: str) -> bool | date:
    """Read a cell that says yes, no, or the last day something holds."""
    try:
        return values.yes_no(text)
    except ValueError:
        day = values.day(re.sub(r"(?i)^\s*(yes\W+)?(until|til|thru|through|to)?\s*", "", text))
    if day is None:
        raise ValueError("write yes, no, or the last day it holds")
    return day


def flag_list(text: str) -> list[tuple[str, date | None]]:
    """Read risk flags such as `"exposed until 2026-12-01; immunocompromised"`."""
    flags: list[tuple[str, date | None]] = []
    for piece in re.split(r"[;\n]|,(?!\s*\d)", text):
        found = re.fullmatch(r"\s*(.*?)\s*(?:(?:@|\buntil\b|\bthru\b|\btil\b)\s*(.+?))?\s*", piece)
        if found and found[1] and found[1].casefold() not in NO:
            flags.append((values.slug(found[1]), values.day(found[2] or "")))
    return flags


def _household(cells: _Cells) -> HouseholdRow:
    row = HouseholdRow(
        row=cells.row,
        ref=cells.text("id", most=60),
        address=_address(cells),
        person=_person(cells),
        people=cells.read("people", _whole(default=1, least=1, most=40)),
        do_not_contact=cells.read("do_not_contact", values.yes_no),
        hidden=cells.read("hidden", values.yes_no),
        quiet=cells.read("quiet", values.yes_no),
        point_person=cells.read("point_person", values.yes_no),
        drives=cells.read("drives", values.yes_no),
        meeting_place=cells.text("meeting_place", most=200),
        meeting_until=cells.read("meeting_until", values.day),
        written_on=_written_on(cells),
    )
    if not row.person.name and not row.address.as_written:
        cells.reject("name", "neither a name nor an address; fill in one of them")
    return row


def _volunteer(cells: _Cells) -> VolunteerRow:
    row = VolunteerRow(
        row=cells.row,
        ref=cells.text("id", most=60),
        household_ref=cells.text("household", most=60),
        address=_address(cells),
        person=_person(cells),
        skills=tuple(cells.read("skills", values.skills)),
        capacity=cells.read("capacity", _whole(default=1, least=0, most=100)),
        max_km=cells.read("max_km", lambda text: values.kilometres(text, default=10.0)),
        vehicle=cells.read("vehicle", values.yes_no),
        modes=tuple(cells.read("modes", values.modes)),
        availability=tuple(cells.read("availability", values.availability)),
        resting_until=cells.read("resting_until", values.day),
        written_on=_written_on(cells),
    )
    if not row.person.name and not row.household_ref:
        cells.reject("name", "no name; write who this is")
    return row


def _request(cells: _Cells) -> RequestRow:
    row = RequestRow(
        row=cells.row,
        ref=cells.text("id", most=60),
        household_ref=cells.text("household", most=60),
        address=_address(cells),
        person=_person(cells),
        skills=tuple(cells.read("skills", values.skills)),
        urgency=cells.read("urgency", values.urgency),
        mode=cells.read("mode", values.mode),
        needs_vehicle=cells.read("needs_vehicle", values.yes_no),
        availability=tuple(cells.read("availability", values.availability)),
        details=cells.text("details", most=2000),
        asked_on=cells.read("asked_on", values.day),
        written_on=_written_on(cells),
    )
    if not row.person.name and not row.household_ref:
        cells.reject("name", "no name and no home; write who asks")
    if not row.skills:
        cells.reject("skills", "nothing is asked for; write what is needed")
    return row


_READERS: dict[Kind, Callable[[_Cells], HouseholdRow | VolunteerRow | RequestRow]] = {
    Kind.HOUSEHOLDS: _household,
    Kind.VOLUNTEERS: _volunteer,
    Kind.REQUESTS: _request,
}
