"""Read a staged spreadsheet: its tables, what each is taken for, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geomatch.core.errors import BlankHeaderError, InputError, RowError, TableError
from geomatch.network.intake.files.kept_tables import unpress_tables
from geomatch.network.intake.files.spreadsheets import WORKBOOKS, Spreadsheet, letters_of
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
HELD_BYTES = 20_000_000  # of a file so large, not all rows are held to try one after the other
OF_NAMES = ("header_row", "header_rows", "only")  # where the column names of which sheets stand


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

    def understood(self, progress: Progress | None = None) -> list[tuple[str, SheetRows[Any]]]:
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


def read_staged(network: Network, staged: StagedSheet) -> ReadSheet:
    """Say what the sheets of a staged file are, by its rows as they were read before.

    Raises
    ------
    geomatch.core.errors.InputError
        If the file must be read and cannot be.
    """
    tables = kept_tables(network, staged)
    return sheet_of_tables(network, staged.file_name, tables, staged.columns)


def kept_tables(network: Network, staged: StagedSheet) -> dict[str, Table]:
    """Return the tables of a staged file as they were read before.

    Only what waits since an earlier geomatch, which kept no tables, is read here.
    """
    tables = unpress_tables(staged.tables_pressed or "")
    if tables is not None:
        return tables
    with use_network(network, reading=True):
        content = content_of(staged)
    return tables_of(content, staged.file_name, reading=staged.reading)


def sheet_of_tables(
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
    """Read a file's bytes as somebody said, or as was found before."""
    with _opened(content, file_name, reading, progress) as file:
        return file.tables(**{name: reading[name] for name in OF_NAMES if name in reading})


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
        return reading, tables_of(content, file_name, reading=reading, progress=progress)
    deepest = HEADERS_TRIED if len(content) < HELD_BYTES else 1
    with _opened(content, file_name, reading, progress) as file:
        stands, tables = _find_names(file, file_name, deepest)
    return reading | stands, tables


@contextmanager
def _opened(
    content: bytes, file_name: str, reading: Mapping[str, Any], progress: Progress | None
) -> Iterator[Spreadsheet]:
    """Lay a file's bytes into a private temporary folder, whatever its name, while it is read."""
    name = Path(file_name).name
    of_cells = {said: reading[said] for said in reading if said not in OF_NAMES}
    with open_folder() as folder:
        path = folder / f"sheet{Path(name).suffix.casefold()}"
        path.write_bytes(content)
        yield Spreadsheet(path, name=name, progress=progress, **of_cells)


def _find_names(
    file: Spreadsheet, file_name: str, deepest: int
) -> tuple[dict[str, Any], dict[str, Table]]:
    """Find the first row whose cells are the column names of a sheet, and the sheets read so."""
    error: InputError | None = None
    first: tuple[int, dict[str, Table]] = (1, {})
    for header_row in range(1, deepest + 1):
        try:
            tables = file.tables(header_row=header_row)
        except InputError as faulty:
            if header_row == 1:
                error = faulty
                if not _may_stand_lower(faulty):
                    break
            continue
        if not first[1] or not any(map(_may_be_names, first[1].values())):
            first = header_row, tables
        if any(_is_understood(name, table) for name, table in tables.items()):
            return _each_sheets_own(file, header_row, tables, deepest)
        if header_row == 1 and all(map(looks_like_data, tables.values())):
            error = TableError(
                "row 1 looks like data; put a row of column names above it", file=file_name
            )
    if error is not None:
        raise error
    return {"header_row": first[0]}, first[1]


def _each_sheets_own(
    file: Spreadsheet, found: int, tables: dict[str, Table], deepest: int
) -> tuple[dict[str, Any], dict[str, Table]]:
    """Look lower for the column names of a workbook's other sheets: one may have a title."""
    header_rows: dict[str, int] = {}
    for header_row in range(found + 1, deepest + 1):
        waiting = [name for name, table in tables.items() if not _is_understood(name, table)]
        if len(tables) == 1 or not waiting:
            break
        with suppress(InputError):
            for name, table in file.tables(header_row=header_row, only=waiting).items():
                below_title = _may_be_names(table) and not _may_be_names(tables[name])
                if below_title or _is_understood(name, table):
                    tables[name], header_rows[name] = table, header_row
    own = {"header_rows": header_rows} if header_rows else {}
    return {"header_row": found, **own}, tables


def move_headers(
    network: Network,
    staged: StagedSheet,
    rows: Mapping[str, int],
    progress: Progress | None = None,
) -> tuple[dict[str, Any], dict[str, Table]]:
    """Read a staged file with the column names of some of its sheets in other rows.

    Parameters
    ----------
    rows
        Sheet → the row where its column names are said to stand. The sheets that are not named
        stay as they were read before.

    Raises
    ------
    geomatch.core.errors.InputError
        If the file is gone, or one of those sheets cannot be read like that.
    """
    name, reading = staged.file_name, staged.reading
    with use_network(network, reading=True):
        content = content_of(staged)
    if not is_workbook(name):
        (row,) = rows.values()
        moved = {**reading, "header_row": row}
        return moved, tables_of(content, name, reading=moved, progress=progress)
    moved = {**reading, "header_rows": {**reading.get("header_rows", {}), **rows}}
    tables = kept_tables(network, staged)
    for sheet in rows:
        only = {**moved, "only": [sheet]}
        tables |= tables_of(content, name, reading=only, progress=progress)
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
