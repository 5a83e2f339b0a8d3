"""Propose what each column of a sheet holds: by its name, by its values, by what it was last time.

A proposal never fails. What is missing is said, and a person corrects it; `recognise` is for when
nobody is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from geomatch.network.intake.sheets import values
from geomatch.network.intake.sheets.columns import (
    FIELDS,
    Kind,
    Recognised,
    field_named,
    kind_of,
    missing_fields,
    plain,
)
from geomatch.tables import Table

SAMPLES = 3
LOOKED_AT = 200  # values of a column that are enough to tell what it holds
ENOUGH = 0.8  # of them

BY_NAME, BY_VALUES, BY_MEMORY, BY_HAND = "name", "values", "memory", "hand"


@dataclass(frozen=True)
class ColumnGuess:
    """One column of a sheet.

    Attributes
    ----------
    name
        As the sheet spells it.
    field
        What it holds; None where nobody asks for it.
    told_by
        `"name"`, `"values"`, `"memory"` or `"hand"`; empty where there is no field.
    samples
        Its first different values.
    """

    name: str
    field: str | None
    told_by: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """What a sheet is taken for.

    Attributes
    ----------
    kind
        What its rows are; None if it is left out.
    columns
        All of them, in the sheet's order.
    missing
        Groups of fields of which one is needed and none is there.
    """

    sheet: str
    kind: Kind | None
    columns: tuple[ColumnGuess, ...]
    missing: tuple[tuple[str, ...], ...]

    @property
    def recognised(self) -> Recognised | None:
        """What `read_rows` needs, or None if the sheet cannot be read like this."""
        if self.kind is None or self.missing:
            return None
        fields = {guess.field: guess.name for guess in self.columns if guess.field}
        unknown = tuple(guess.name for guess in self.columns if not guess.field)
        return Recognised(self.kind, fields, unknown)


def header_digest(names: Sequence[str]) -> str:
    """Sum up a header row, so that the next sheet with the same columns is known again.

    >>> header_digest(["Name", "Teléfono"]) == header_digest(["name ", "TELEFONO"])
    True
    """
    return blake2b("\n".join(map(plain, names)).encode(), digest_size=16).hexdigest()


def propose(
    table: Table,
    *,
    sheet: str = "",
    kind: Kind | None = None,
    remembered: Mapping[str, str] | None = None,
) -> Proposal:
    """Say what a sheet and each of its columns probably is.

    Parameters
    ----------
    kind
        What its rows are, where somebody said so.
    remembered
        Field → column, from the last sheet with this header.
    """
    kind = kind or kind_of(table.names, sheet)
    fields: dict[str, tuple[str, str]] = {}  # column → field, told by
    for field, name in (remembered or {}).items():
        if name in table.columns and field in FIELDS[kind]:
            fields[name] = (field, BY_MEMORY)
    if remembered is None:
        for name in table.names:
            found = field_named(name, kind)
            if found and found not in _taken(fields):
                fields[name] = (found, BY_NAME)
        for name in table.names:
            found = None if name in fields else _field_by_values(table.columns[name], kind)
            if found and found not in _taken(fields):
                fields[name] = (found, BY_VALUES)
    return _proposal(table, sheet, kind, fields)


def corrected(
    table: Table, *, sheet: str, kind: Kind | None, fields: Mapping[str, str]
) -> Proposal:
    """Return the proposal that a person made.

    Parameters
    ----------
    kind
        What the rows are; None leaves the sheet out.
    fields
        Field → column; what no longer exists is forgotten.
    """
    if kind is None:
        return _proposal(table, sheet, None, {})
    said = {
        name: (field, BY_HAND)
        for field, name in fields.items()
        if name in table.columns and field in FIELDS[kind]
    }
    return _proposal(table, sheet, kind, said)


def _taken(fields: Mapping[str, tuple[str, str]]) -> set[str]:
    return {field for field, _ in fields.values()}


def _proposal(
    table: Table, sheet: str, kind: Kind | None, fields: Mapping[str, tuple[str, str]]
) -> Proposal:
    columns = tuple(
        ColumnGuess(name, field, told_by, _samples(table.columns[name]))
        for name in table.names
        for field, told_by in (fields.get(name, (None, "")),)
    )
    missing = tuple(missing_fields(_taken(fields), kind)) if kind is not None else ()
    return Proposal(sheet, kind, columns, missing)


def _samples(cells: Sequence[str]) -> tuple[str, ...]:
    different = dict.fromkeys(cell for cell in cells[:LOOKED_AT] if cell)
    return tuple(different)[:SAMPLES]


def looks_like_data(table: Table) -> bool:
    """Whether the column names are a row of the table: one of them is itself an address, say.

    >>> looks_like_data(Table.from_columns({"Ana Ruiz": ["Bo Lind"], "12 Main St": ["14 Main St"]}))
    True
    """
    telling = [_A_FRACTION, *(looks for field, looks in _LOOKS if field in _TELLING)]
    return any(looks(name) for name in table.names for looks in telling)


def looks_like_title(table: Table) -> bool:
    """Whether the row of column names is a title above them: it names one column, and no field.

    >>> looks_like_title(Table.from_columns({"Our street": ["Who"], "column B": ["Tel."]}))
    True
    >>> looks_like_title(Table.from_columns({"Name": ["Ana"], "column B": ["12 Main St"]}))
    False
    """
    named = [name for name in table.names if not re.fullmatch(r"column [A-Z]+", name)]
    if len(table.names) < 2 or len(named) > 1:
        return False
    return not any(guess.told_by == "name" for guess in propose(table).columns)


# --- what values look like ---------------------------------------------------------------------


def _can(read: Callable[[str], object]) -> Callable[[str], bool]:
    def looks(cell: str) -> bool:
        try:
            return bool(read(cell))
        except ValueError:
            return False

    return looks


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda cell: re.fullmatch(pattern, cell) is not None


# The first that fits is proposed. Yes and no fit too many fields to tell one.
_LOOKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("email", _matches(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    ("postcode", _matches(r"\d{5}(-\d{4})?")),
    ("phone", _matches(r"(?=(\D*\d){7,15}\D*$)[\d\s().+/-]+(x\s?\d+)?")),
    ("availability", lambda c: _can(values.availability)(c) and not c.isdecimal()),
    ("languages", lambda c: len(c) > 1 and _can(values.languages)(c)),
    ("address", _matches(r"\d+[\w/.-]*\s+[^\d\W].{2,}")),
    ("name", _matches(r"[^\W\d_][\w.'’-]*(\s+[^\W\d_][\w.'’-]*){1,3}")),
)


# What no column is called: a header that says it is a row.
_A_FRACTION = _matches(r"[+-]?\d+\.\d+")
_TELLING = frozenset({"email", "postcode", "phone", "address"})


def _field_by_values(cells: Sequence[str], kind: Kind) -> str | None:
    filled = [cell for cell in cells[:LOOKED_AT] if cell]
    if len(filled) < min(2, len(cells)):
        return None
    for field, looks in _LOOKS:
        if field in FIELDS[kind] and sum(map(looks, filled)) >= ENOUGH * len(filled):
            return field
    return None
