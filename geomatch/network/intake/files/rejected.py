"""Rejected rows of a preview or of an import, each once: pressed to be kept, gathered to be shown.

A row that has ten faults has its cells once. They repeat each other and the sheet, so that pressed
they take a part of its size, however much is wrong in it. A preview keeps no more than a bound.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from geomatch.core.compression import pressed, unpressed

# Characters before they are pressed, so that the file can be made while somebody waits: some
# 100,000 rows of fourteen columns.
MOST_KEPT = 50_000_000
FAULT = ("column", "value", "message")


class Pressed(NamedTuple):
    """Rows as they are kept.

    Attributes
    ----------
    rows
        How many there are: fewer than there were where they were too many.
    """

    text: str
    rows: int


def press(faults: Sequence[Mapping[str, Any]], *, most: float = math.inf) -> Pressed:
    """Press what `rejected_faults` returns, where the faults of a row follow each other.

    Parameters
    ----------
    most
        Characters, before they are pressed, after which no more rows are kept.
    """
    lines: list[str] = []
    room = most
    for row in _by_row(faults):
        line = json.dumps(row, ensure_ascii=False)
        room -= len(line)
        if room < 0:
            break
        lines.append(line)
    return Pressed(pressed(["\n".join(lines).encode()]), len(lines))


def unpress(text: str) -> list[dict[str, Any]]:
    """Return the faults again, as `rejected_faults` returned them; none where nothing was kept.

    >>> fault = {"sheet": "n", "row": 2, "column": "Zip", "value": "x", "message": "no ZIP"}
    >>> both = [fault | {"cells": {"Zip": "x"}}, fault | {"column": "", "cells": {"Zip": "x"}}]
    >>> kept = press(both)
    >>> kept.rows, unpress(kept.text) == both, unpress(press([]).text)
    (1, True, [])
    """
    if not text:
        return []
    lines = unpressed(text).decode().split("\n")
    rows = [json.loads(line) for line in lines if line]
    return [{**row, **fault} for row in rows for fault in row.pop("faults")]


def rejected_rows(faults: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Gather the faults of each row, in the order of the sheets.

    Whoever mends rows counts rows, and a file that held one of them twice would be rejected for it.

    Parameters
    ----------
    faults
        As `rejected_faults` returns them: sheet, row, what is wrong, and the row's own cells. What
        has no row of its own yet stays as it is.

    Returns
    -------
    list of dict
        Each with `faults`: column, value and message of everything that is wrong.
    """
    rows: dict[object, dict[str, Any]] = {}
    for fault in faults:
        key = (fault["sheet"], fault["row"]) if fault["row"] else object()
        row = rows.setdefault(key, {**fault, "faults": []})
        row["faults"].append({name: fault.get(name) for name in FAULT})
    return list(rows.values())


def said_at_once(row: Mapping[str, Any]) -> tuple[str, str]:
    """Say in one cell each which columns of a row are wrong, and what to do.

    >>> one = {"column": "Zip", "value": "x", "message": "no ZIP"}
    >>> said_at_once({"faults": [one]})
    ('Zip', 'no ZIP')
    >>> said_at_once({"faults": [one, one | {"column": "Tel", "message": "no phone"}]})
    ('Zip; Tel', 'Zip: no ZIP; Tel: no phone')
    """
    faults = row["faults"]
    columns = "; ".join(dict.fromkeys(fault["column"] for fault in faults if fault["column"]))
    if len(faults) == 1:
        return columns, faults[0]["message"]
    said = [
        f"{fault['column']}: {fault['message']}" if fault["column"] else fault["message"]
        for fault in faults
    ]
    return columns, "; ".join(said)


def _by_row(faults: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for row, alike in groupby(faults, key=_without_fault):
        yield {**row, "faults": [{name: fault[name] for name in FAULT} for fault in alike]}


def _without_fault(fault: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fault.items() if name not in FAULT}
