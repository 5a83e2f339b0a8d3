"""Spreadsheet files in and out: the sheets of an upload, and rejected rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from geomatch.core.errors import TableError
from geomatch.network.intake.files.rejected import rejected_rows, said_at_once
from geomatch.network.intake.sheets.columns import needed_words, plain
from geomatch.tables import Table, read_rows, sheet_names, write_table
from geomatch.tables.encoding import guessed_encoding
from geomatch.tables.raw import RawRows

SHEET = "of sheet"
ROW, COLUMN, TODO = "rejected row", "rejected column", "what to do"
WHERE = (SHEET, ROW, COLUMN, TODO)
WHERE_BEFORE = (SHEET, "refused row", "refused column", TODO)  # until 0.1.0, in people's folders
WORKBOOKS = (".xlsx", ".ods", ".gpkg")
TEXTS = (".csv", ".tsv")


def letters_of(file_name: str, content: bytes) -> dict[str, str]:
    """Say how the letters of a text file are written, where it is not how they should be."""
    is_text = Path(file_name).suffix.casefold() in TEXTS
    found = guessed_encoding(content) if is_text else None
    return {"encoding": found} if found else {}


def read_sheets_of(path: Path, **reading: Any) -> dict[str, Table]:
    """Read every sheet of a workbook, or the one table of any other file.

    Parameters
    ----------
    reading
        As for `Spreadsheet`.

    Raises
    ------
    geomatch.core.errors.TableError
        If the file is empty, too large, damaged, or holds no table.
    """
    return Spreadsheet(path, **reading).tables()


class Spreadsheet:
    """A file whose sheets are read once, whichever rows their column names are looked for in.

    Parameters
    ----------
    path
        Where it lies, as long as it is read.
    name
        What the file is called by whoever sent it, for messages.
    progress, reading
        As for `read_rows`: `encoding`, `delimiter`.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str | None = None,
        progress: Callable[[float, float | None], object] | None = None,
        **reading: Any,
    ) -> None:
        self._path, self._name = path, name or path.name
        self._reading = {"name": self._name, "progress": progress, **reading}
        self._sheets: dict[str | None, RawRows] = {}
        self._names: list[str] = []

    def tables(
        self,
        *,
        header_row: int = 1,
        header_rows: Mapping[str, int] | None = None,
        only: Collection[str] | None = None,
    ) -> dict[str, Table]:
        """Make a table of each sheet.

        A sheet of a workbook that is no table (notes, a chart, a cover) is left out as long as
        another one is.

        Parameters
        ----------
        header_row
            Row of the column names.
        header_rows
            Sheet of a workbook → that row, where it is another than the others'.
        only
            Sheets of a workbook that are wanted; without it, all.

        Raises
        ------
        geomatch.core.errors.TableError
            If the file is empty, too large, damaged, or holds no table.
        """
        if self._path.suffix.casefold() not in WORKBOOKS:
            table = self._rows(None).table(header_row)
            return split_by_sheet(table) if _is_ours(table) else {Path(self._name).stem: table}
        tables: dict[str, Table] = {}
        errors: list[TableError] = []
        for sheet in self._all_names() if only is None else only:
            try:
                row = (header_rows or {}).get(sheet, header_row)
                tables[sheet] = self._rows(sheet).table(row)
            except TableError as error:
                errors.append(error)
        if not tables:
            raise errors[0] if errors else TableError("no sheet was chosen", file=self._name)
        return tables

    def _all_names(self) -> list[str]:
        self._names = self._names or sheet_names(self._path, name=self._name)
        return self._names

    def _rows(self, sheet: str | None) -> RawRows:
        if sheet not in self._sheets:
            self._sheets[sheet] = read_rows(self._path, sheet=sheet, **self._reading)
        return self._sheets[sheet]


def _is_ours(table: Table) -> bool:
    """Whether a file is one of ours with rejected rows, mended and dropped again."""
    return tuple(table.names[: len(WHERE)]) in (WHERE, WHERE_BEFORE)


def split_by_sheet(table: Table) -> dict[str, Table]:
    """Give rejected rows of several sheets, which share one file, back to their sheets.

    A column that none of a sheet's rows fills belongs to another sheet, unless a row of this kind
    cannot do without it.
    """
    sheets: dict[str, Table] = {}
    of_row = table.columns[SHEET]
    for sheet in dict.fromkeys(of_row):
        rows = [i for i, name in enumerate(of_row) if name == sheet]
        cells = {name: [table.columns[name][i] for i in rows] for name in table.names}
        needed = needed_words(sheet)
        names = [
            name for name in table.names[len(WHERE) :] if any(cells[name]) or plain(name) in needed
        ]
        sheets[sheet] = Table(
            names=names,
            columns={name: cells[name] for name in names},
            row_numbers=table.row_numbers[rows],
            file=table.file,
        )
    return sheets


def write_rejected(path: Path, rejected: Sequence[Mapping[str, Any]]) -> None:
    """Write rejected rows with their reasons, so that they can be mended and dropped again."""
    write_table(path, rejected_columns(rejected))


def one_file(path: Path, sheets: Mapping[str, Table]) -> None:
    """Write several sheets into one file, which `split_by_sheet` takes apart again."""
    rows = [
        {
            "sheet": name,
            "row": "",
            "column": "",
            "message": "",
            "cells": {column: table.columns[column][i] for column in table.names},
        }
        for name, table in sheets.items()
        for i in range(len(table))
    ]
    write_rejected(path, rows)


def rejected_columns(rejected: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Lay rejected rows out as columns, each once: where, why, then the row as it was."""
    rows = rejected_rows(rejected)
    said = [said_at_once(row) for row in rows]
    names = dict.fromkeys(name for row in rows for name in row["cells"])
    columns: dict[str, list[str]] = {
        SHEET: [row["sheet"] for row in rows],
        ROW: [str(row["row"] or "") for row in rows],
        COLUMN: [column for column, _ in said],
        TODO: [todo for _, todo in said],
    }
    for name in names:
        title = name if name not in columns else f"{name} (as written)"
        columns[title] = [row["cells"].get(name, "") for row in rows]
    return columns
