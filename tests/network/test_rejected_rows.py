"""Rows that cannot be read are kept beside a preview: each once, and no more than a bound."""

from __future__ import annotations

import json
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from geomatch.network.intake.files import rejected as rejectedrows
from geomatch.network.intake.files.rejected import press, unpress
from geomatch.network.models import SheetImport
from geomatch.network.scope import use_network
from tests.factories import NetworkFactory
from tests.network.sheets_of import table, take

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
def test_no_more_are_kept_than_there_is_room_for(rows):
    faults = faults_of(rows=3, faults=2)
    line = len(json.dumps(next(rejectedrows._by_row(faults)), ensure_ascii=False))
    kept = press(faults, most=rows * line)
    assert kept.rows == min(rows, 3)
    assert unpress(kept.text) == faults[: 2 * rows]


def test_an_import_keeps_all_of_them_and_each_ones_cells_once(inside):
    rows = 300
    cells = {name: [f"{name} {row}" for row in range(rows)] for name in ("Name", "Address")}
    wrong = {"# in household": ["lots"] * rows, "Exposed until": ["soon"] * rows}
    result = take(inside, Neighbors=table(**cells, **wrong))
    kept = SheetImport.objects.get().rejected_pressed
    assert len(result.rejected) == 2 * rows
    assert unpress(kept) == result.rejected
    assert len(kept) < len(json.dumps(result.rejected)) / 20


def test_what_earlier_imports_kept_is_pressed_and_can_be_written_out_again(network):
    """In every network, and on PostGIS behind the wall between them."""
    networks = [network, NetworkFactory()]
    migration = ("network", "0015_press_rejected_rows")
    apps = MigrationLoader(connection).project_state(migration).apps
    step = import_module("geomatch.network.migrations.0015_press_rejected_rows")
    editor = SimpleNamespace(connection=connection)
    faults = faults_of(rows=2, faults=2)
    as_it_was = json.dumps(faults, ensure_ascii=False)
    for place in networks:
        with use_network(place):
            SheetImport.objects.create(file_name="old", rejected_pressed=as_it_was)
            SheetImport.objects.create(file_name="good", rejected_pressed="")

    def kept(place) -> dict[str, str]:
        with use_network(place):
            return dict(SheetImport.objects.values_list("file_name", "rejected_pressed"))

    step.press_all(apps, editor)
    for place in networks:
        assert unpress(kept(place)["old"]) == faults
        assert unpress(kept(place)["good"]) == []
    step.unpress_all(apps, editor)
    assert [json.loads(kept(place)["old"]) for place in networks] == [faults, faults]
