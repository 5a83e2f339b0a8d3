"""Rows that cannot be read are kept beside a preview: each once, and no more than a bound."""

from __future__ import annotations

import json

import pytest

from geomatch.network.services import rejectedrows
from geomatch.network.services.rejectedrows import press, unpress

COLUMNS = ("Name", "Address", "Phone", "People", "Drives", "Hidden", "Lon", "Lat", "Notes")


def faults_of(rows: int, faults: int) -> list[dict]:
    back = []
    for row in range(2, rows + 2):
        cells = {name: f"{name} of {row}\u2028 and\nmore" for name in COLUMNS}
        where = {"sheet": "n", "kind": "households", "row": row, "cells": cells, "hidden": True}
        back += [
            {**where, "column": name, "value": cells[name], "message": "Write it otherwise."}
            for name in COLUMNS[:faults]
        ]
    return back


def test_they_come_back_as_they_were():
    faults = faults_of(rows=3, faults=4) + faults_of(rows=1, faults=1)
    assert unpress(press(faults).text) == faults


def test_what_is_kept_is_less_than_the_sheet_however_much_is_wrong_in_it():
    faults = faults_of(rows=500, faults=len(COLUMNS))
    cells = {fault["row"]: fault["cells"] for fault in faults}
    sheet = sum(len(text) for row in cells.values() for text in row.values())
    assert len(json.dumps(faults)) > 10 * sheet
    assert len(press(faults).text) < sheet


@pytest.mark.parametrize("rows", [0, 2, 5])
def test_no_more_are_kept_than_there_is_room_for(monkeypatch, rows):
    faults = faults_of(rows=3, faults=2)
    line = len(json.dumps(next(rejectedrows._by_row(faults)), ensure_ascii=False))
    monkeypatch.setattr(rejectedrows, "MOST_KEPT", rows * line)
    kept = press(faults)
    assert kept.rows == min(rows, 3)
    assert unpress(kept.text) == faults[: 2 * rows]
