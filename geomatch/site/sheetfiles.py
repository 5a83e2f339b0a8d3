"""Spreadsheet files in and out: the sheets of an upload, and the rows that were refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from geomatch.tables import Table, read_sheets, read_table, write_table

WORKBOOKS = frozenset({".xlsx", ".ods"})


def read_sheets_of(path: Path) -> dict[str, Table]:
    """Read every sheet of a workbook, or the one table of any other file.

    Raises
    ------
    geomatch.core.errors.TableError
        If the file is empty, too large, damaged, or holds no table.
    """
    if path.suffix.casefold() in WORKBOOKS:
        return read_sheets(path)
    return {path.stem: read_table(path, needed=())}


def write_rejected(path: Path, rejected: Sequence[Mapping[str, Any]]) -> None:
    """Write refused rows with their reasons, so that they can be mended and dropped again."""
    write_table(path, rejected_columns(rejected))


def rejected_columns(rejected: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Lay refused rows out as columns: where, why, then the row as it was."""
    names = dict.fromkeys(name for row in rejected for name in row["cells"])
    columns: dict[str, list[str]] = {
        "sheet": [row["sheet"] for row in rejected],
        "row": [str(row["row"] or "") for row in rejected],
        "column": [row["column"] or "" for row in rejected],
        "what to do": [row["message"] for row in rejected],
    }
    for name in names:
        title = name if name not in columns else f"{name} (as written)"
        columns[title] = [row["cells"].get(name, "") for row in rejected]
    return columns
