"""Read a staged spreadsheet: its tables, what each is taken for, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geomatch.core.errors import BlankHeaderError, InputError, RowError, TableError
from geomatch.network.intake.files.spreadsheets import WORKBOOKS, letters_of, read_sheets_of
from geomatch.network.intake.sheets.columns import Kind
from geomatch.network.intake.sheets.file import understand
from geomatch.network.intake.sheets.mapping import (
    Proposal,
    corrected,
    looks_like_data,
    looks_like_title,
    propose,
)
from geomatch.network.intake.sheets.rows import SheetRows
from geomatch.network.intake.staging.scratch import open_folder
from geomatch.network.intake.staging.sheets import content_of, remembered_columns
from geomatch.network.models import Network, StagedSheet
from geomatch.network.scope import use_network
from geomatch.tables import Table
from geomatch.tables.progress import Progress

HEADERS_TRIED = 8  # rows from the top among which column names are looked for
READ_ONCE_BYTES = 20_000_000  # a file so large is not read again for every row tried


@dataclass(frozen=True)
class ReadSheet:
    """A staged file, read.

    Attributes
    ----------
    tables
        Sheet name → its rows as text.
    proposals
        Sheet name → what it and its columns are taken for.
    """

    file_name: str
    tables: Mapping[str, Table]
    proposals: Mapping[str, Proposal]

    def understood(self, progress: Progress | None = None) -> list[tuple[str, SheetRows]]:
        """Return the typed rows of every sheet that can be read as it is taken for."""
        recognised = {
            name: proposal.recognised
            for name, proposal in self.proposals.items()
            if proposal.recognised is not None
        }
        if not recognised:
            return []
        tables = {name: self.tables[name] for name in recognised}
        return understand(tables, self.file_name, recognised, progress)

    @property
    def rows(self) -> int:
        """How many rows there are in the sheets that are read."""
        return sum(
            len(self.tables[name])
            for name, proposal in self.proposals.items()
            if proposal.recognised is not None
        )


def read_staged(
    network: Network, staged: StagedSheet, progress: Progress | None = None
) -> ReadSheet:
    """Read a staged file, and say what its sheets are.

    Raises
    ------
    geomatch.core.errors.InputError
        If the file cannot be read.
    """
    tables = tables_of(
        content_of(staged), staged.file_name, reading=staged.reading, progress=progress
    )
    return read_tables(network, staged.file_name, tables, staged.columns)


def read_tables(
    network: Network,
    file_name: str,
    tables: Mapping[str, Table],
    corrections: Mapping[str, Any],
) -> ReadSheet:
    """Say what the tables of a staged file are: as corrected, as remembered, or proposed.

    Beside one that is understood, a sheet of which not one column is (notes, a rota) is left out
    until somebody says what it holds.
    """
    with use_network(network, reading=True):
        proposals = {name: _proposal(name, table, corrections) for name, table in tables.items()}
    if any(proposal.recognised for proposal in proposals.values()):
        for name, proposal in proposals.items():
            if name not in corrections and not any(guess.field for guess in proposal.columns):
                proposals[name] = replace(proposal, kind=None, missing=())
    return ReadSheet(file_name, tables, proposals)


def tables_of(
    content: bytes,
    file_name: str,
    *,
    reading: Mapping[str, Any],
    progress: Progress | None = None,
) -> dict[str, Table]:
    """Read a file's bytes from a private temporary file, whatever its name."""
    name = Path(file_name).name
    with open_folder() as folder:
        path = folder / f"sheet{Path(name).suffix.casefold()}"
        path.write_bytes(content)
        return read_sheets_of(path, name=name, progress=progress, **reading)


def find_tables(
    content: bytes,
    file_name: str,
    reading: Mapping[str, Any],
    progress: Progress | None = None,
) -> tuple[dict[str, Any], dict[str, Table]]:
    """Find how a file must be read, and read it: its letters, and names below a title.

    Parameters
    ----------
    reading
        What was said about it. Where that names the row of the column names, no other is tried.

    Raises
    ------
    geomatch.core.errors.InputError
        If it cannot be read at all.
    """
    reading = letters_of(file_name, content) | dict(reading)
    if "header_row" in reading:
        said = dict(reading)
        return said, tables_of(content, file_name, reading=said, progress=progress)
    refusal: InputError | None = None
    first: tuple[int, dict[str, Table]] = (1, {})
    deepest = HEADERS_TRIED if len(content) < READ_ONCE_BYTES else 1
    for header_row in range(1, deepest + 1):
        tried = {**reading, "header_row": header_row}
        try:
            tables = tables_of(content, file_name, reading=tried, progress=progress)
        except InputError as error:
            if header_row == 1:
                refusal = error
                if not _may_stand_lower(error):
                    break
            continue
        if not first[1] or not any(map(_may_be_names, first[1].values())):
            first = header_row, tables
        if any(_is_understood(name, table) for name, table in tables.items()):
            return _each_sheets_own(content, file_name, tried, tables, deepest)
        if header_row == 1 and all(map(looks_like_data, tables.values())):
            refusal = TableError(
                "row 1 looks like data; put a row of column names above it", file=file_name
            )
    if refusal is not None:
        raise refusal
    return {**reading, "header_row": first[0]}, first[1]


def _each_sheets_own(
    content: bytes,
    file_name: str,
    reading: dict[str, Any],
    tables: dict[str, Table],
    deepest: int,
) -> tuple[dict[str, Any], dict[str, Table]]:
    """Look lower for the column names of a workbook's other sheets: one may have a title."""
    header_rows: dict[str, int] = {}
    for header_row in range(reading["header_row"] + 1, deepest + 1):
        waiting = [name for name, table in tables.items() if not _is_understood(name, table)]
        if len(tables) == 1 or not waiting:
            break
        tried = {**reading, "header_row": header_row, "only": waiting}
        with suppress(InputError):
            for name, table in tables_of(content, file_name, reading=tried).items():
                below_title = _may_be_names(table) and not _may_be_names(tables[name])
                if below_title or _is_understood(name, table):
                    tables[name], header_rows[name] = table, header_row
    return ({**reading, "header_rows": header_rows} if header_rows else reading), tables


def move_headers(
    content: bytes,
    file_name: str,
    reading: Mapping[str, Any],
    rows: Mapping[str, int],
    progress: Progress | None = None,
) -> tuple[dict[str, Any], dict[str, Table]]:
    """Read a file with the column names of some of its sheets in other rows.

    Parameters
    ----------
    reading
        How it was read so far; so are the sheets that are not named.
    rows
        Sheet → the row where its column names are said to stand.

    Raises
    ------
    geomatch.core.errors.InputError
        If one of those sheets cannot be read like that.
    """
    if not is_workbook(file_name):
        (row,) = rows.values()
        moved = {**reading, "header_row": row}
        return moved, tables_of(content, file_name, reading=moved, progress=progress)
    moved = {**reading, "header_rows": {**reading.get("header_rows", {}), **rows}}
    tables = tables_of(content, file_name, reading=moved, progress=progress)
    for sheet, row in rows.items():
        if sheet not in tables:
            only = {**moved, "only": [sheet]}
            tables_of(content, file_name, reading=only)  # says what is wrong with it
            raise TableError(f"row {row} holds no column names", file=f"{file_name}, {sheet}")
    return moved, tables


def is_workbook(file_name: str) -> bool:
    """Whether a file may have several sheets, each with a row of column names of its own."""
    return Path(file_name).suffix.casefold() in WORKBOOKS


def _is_understood(name: str, table: Table | None) -> bool:
    if table is None or not _may_be_names(table):
        return False
    return propose(table, sheet=name).recognised is not None


def _may_be_names(table: Table) -> bool:
    """Whether its column names are neither a title above them nor the first row below them."""
    return not looks_like_data(table) and not looks_like_title(table)


def _may_stand_lower(error: InputError) -> bool:
    """Whether a file is refused for its first row: blank, or narrower than those below it."""
    return isinstance(error, RowError | BlankHeaderError)


def _proposal(name: str, table: Table, corrections: Mapping[str, Any]) -> Proposal:
    said = corrections.get(name)
    if said is not None:
        kind = Kind(said["kind"]) if said["kind"] else None
        if kind is not None and said["columns"] is None:
            return propose(table, sheet=name, kind=kind)
        return corrected(table, sheet=name, kind=kind, fields=said["columns"])
    memory = remembered_columns(table.names)
    if memory is not None:
        return propose(table, sheet=name, kind=Kind(memory.kind), remembered=memory.columns)
    return propose(table, sheet=name)
