"""Spreadsheet files in and out: the sheets of an upload, and the rows that were refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from geomatch.core.errors import TableError
from geomatch.network.intake.files.rejected_rows import refused_rows, said_at_once
from geomatch.network.intake.sheets.columns import needed_words, plain
from geomatch.tables import Table, read_table, sheet_names, write_table
from geomatch.tables.encoding import guessed_encoding

SHEET = "of sheet"
WHERE = (SHEET, "refused row", "refused column", "what to do")


WORKBOOKS = (".xlsx", ".ods", ".gpkg")
TEXTS = (".csv", ".tsv")


def letters_of(file_name: str, content: bytes) -> dict[str, str]:
    """Say how the letters of a text file are written, where it is not how they should be."""
    is_text = Path(file_name).suffix.casefold() in TEXTS
    found = guessed_encoding(content) if is_text else None
    return {"encoding": found} if found else {}


def read_sheets_of(
    path: Path,
    *,
    name: str | None = None,
    only: Collection[str] | None = None,
    header_rows: Mapping[str, int] | None = None,
    progress: Callable[[float, float | None], object] | None = None,
    **reading: Any,
) -> dict[str, Table]:
    """Read every sheet of a workbook, or the one table of any other file.

    A sheet of a workbook that is no table (notes, a chart, a cover) is left out as long as
    another one is.

    Parameters
    ----------
    name
        What the file is called by whoever sent it, for messages.
    only
        Sheets of a workbook that are read; without it, all.
    header_rows
        Sheet of a workbook → the row of its column names, where that is another than the others'.
    progress, reading
        As for `read_table`: `encoding`, `delimiter`, `header_row`.

    Raises
    ------
    geomatch.core.errors.TableError
        If the file is empty, too large, damaged, or holds no table.
    """
    name = name or path.name
    if path.suffix.casefold() not in WORKBOOKS:
        table = read_table(path, needed=(), name=name, progress=progress, **reading)
        return split_by_sheet(table) if _is_ours(table) else {Path(name).stem: table}
    tables: dict[str, Table] = {}
    refusals: list[TableError] = []
    for sheet in sheet_names(path, name=name) if only is None else only:
        own_row = (header_rows or {}).get(sheet)
        said = reading if own_row is None else reading | {"header_row": own_row}
        try:
            tables[sheet] = read_table(
                path, needed=(), sheet=sheet, name=name, progress=progress, **said
            )
        except TableError as error:
            refusals.append(error)
    if not tables:
        raise refusals[0] if refusals else TableError("no sheet of it was chosen", file=name)
    return tables


def _is_ours(table: Table) -> bool:
    """Whether a file is one of ours with refused rows, mended and dropped again."""
    return tuple(table.names[: len(WHERE)]) == WHERE


def split_by_sheet(table: Table) -> dict[str, Table]:
    """Give refused rows of several sheets, which share one file, back to their sheets.

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
            name
            for name in table.names
            if name not in WHERE and (any(cells[name]) or plain(name) in needed)
        ]
        sheets[sheet] = Table(
            names=names,
            columns={name: cells[name] for name in names},
            row_numbers=table.row_numbers[rows],
            file=table.file,
        )
    return sheets


def write_rejected(path: Path, rejected: Sequence[Mapping[str, Any]]) -> None:
    """Write refused rows with their reasons, so that they can be mended and dropped again."""
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
    """Lay refused rows out as columns, each once: where, why, then the row as it was."""
    rows = refused_rows(rejected)
    said = [said_at_once(row) for row in rows]
    names = dict.fromkeys(name for row in rows for name in row["cells"])
    columns: dict[str, list[str]] = {
        SHEET: [row["sheet"] for row in rows],
        "refused row": [str(row["row"] or "") for row in rows],
        "refused column": [column for column, _ in said],
        "what to do": [todo for _, todo in said],
    }
    for name in names:
        title = name if name not in columns else f"{name} (as written)"
        columns[title] = [row["cells"].get(name, "") for row in rows]
    return columns
