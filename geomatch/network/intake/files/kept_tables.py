"""Tables of a file as text that can be kept: a sheet is read once, and its rows are used again.

The text has one line for each sheet and for each of its columns, pressed. It is several times
faster to take apart than a workbook, and says the same whatever the file was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from geomatch.core.compression import pressed, unpressed
from geomatch.tables import Table

FORM = 1  # of what is kept


def press_tables(tables: Mapping[str, Table]) -> str:
    """Press the tables of a file, sheet by sheet."""
    return pressed(f"{json.dumps(line)}\n".encode() for line in _lines(tables))


def unpress_tables(text: str) -> dict[str, Table] | None:
    r"""Return the tables again; None where nothing was kept, or in a form of another geomatch.

    >>> ana = Table.from_columns({"Name": ["Ana"], "Notes": ["two\nlines"]}, file="n.csv")
    >>> unpress_tables(press_tables({"n": ana}))["n"].columns
    {'Name': ['Ana'], 'Notes': ['two\nlines']}
    >>> unpress_tables("") is None
    True
    """
    if not text:
        return None
    lines = map(json.loads, unpressed(text).splitlines())
    if next(lines) != {"form": FORM}:
        return None
    return {sheet["sheet"]: _table(sheet, lines) for sheet in lines}


def _lines(tables: Mapping[str, Table]) -> Iterator[Any]:
    yield {"form": FORM}
    for name, table in tables.items():
        yield {
            "sheet": name,
            "file": table.file,
            "names": table.names,
            "row_numbers": table.row_numbers.tolist(),
        }
        yield from (table.columns[column] for column in table.names)


def _table(sheet: Mapping[str, Any], lines: Iterator[Any]) -> Table:
    """Take the lines of one sheet's columns, which follow its own."""
    columns = {name: _each_once(next(lines)) for name in sheet["names"]}
    numbers = np.array(sheet["row_numbers"], dtype=np.int64)
    return Table(sheet["names"], columns, numbers, sheet["file"])


def _each_once(texts: list[str]) -> list[str]:
    """Hold each text of a column once: most columns repeat a few."""
    once: dict[str, str] = {}
    return [once.setdefault(text, text) for text in texts]
