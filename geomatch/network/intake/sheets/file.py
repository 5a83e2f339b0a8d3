"""All sheets of one file, read in the order in which they must be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from geomatch.core.errors import ColumnError, TableError
from geomatch.network.intake.sheets.columns import Kind, Recognised
from geomatch.network.intake.sheets.rows import SheetRows, read_rows
from geomatch.tables import Table
from geomatch.tables.progress import Progress

# Neighbours first: volunteers and requests are tied to them.
ORDER = (Kind.HOUSEHOLDS, Kind.VOLUNTEERS, Kind.REQUESTS)
Sheets = Mapping[str, Table]
Understood = Sequence[tuple[str, SheetRows[Any]]]


def understand(
    sheets: Sheets,
    file_name: str,
    corrected: Mapping[str, Recognised] | None = None,
    progress: Progress | None = None,
) -> list[tuple[str, SheetRows[Any]]]:
    """Read every sheet that can be read, in the order they must be taken.

    Parameters
    ----------
    corrected
        Sheet name → what its columns are, where somebody said so.
    progress
        Called with the rows that were read, and how many there are.

    Raises
    ------
    geomatch.core.errors.InputError
        If there is none.
    """
    corrected = corrected or {}
    understood: list[tuple[str, SheetRows[Any]]] = []
    failures: list[ColumnError] = []
    rows_in_all, before = sum(len(table) for table in sheets.values()), 0
    for name, table in sheets.items():
        tell = progress and partial(_tell_of_all, progress, before, rows_in_all)
        before += len(table)
        try:
            rows = read_rows(table, sheet=name, recognised=corrected.get(name), progress=tell)
            understood.append((name, rows))
        except ColumnError as error:
            failures.append(error)
    if failures and len(sheets) == 1:
        raise failures[0]
    if not understood:
        raise TableError(
            "no sheet has columns for neighbours, volunteers or requests; "
            "a neighbours' sheet needs at least “Name” and “Address”",
            file=file_name,
        )
    return sorted(understood, key=lambda item: ORDER.index(item[1].recognised.kind))


def _tell_of_all(
    progress: Progress, before: int, rows_in_all: int, done: float, _: float | None
) -> None:
    """Tell how far the reading of one sheet is as part of all of them."""
    progress(before + done, rows_in_all)
