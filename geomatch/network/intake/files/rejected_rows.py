"""Rows that were handed back: each is one row, however much of it is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from geomatch.network.intake.files.rejected import FAULT


def refused_rows(faults: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Gather the faults of each row, in the order of the sheets.

    Whoever mends rows counts rows, and a file that held one of them twice would be refused for it.

    Parameters
    ----------
    faults
        As `handed_back` returns them: sheet, row, what is wrong, and the row's own cells. What has
        no row of its own yet stays as it is.

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
