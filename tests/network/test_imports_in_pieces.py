"""A large sheet is taken some rows at a time: nobody can tell by what comes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geomatch.network.intake.compare import compare as comparing
from geomatch.network.intake.services import take_back
from geomatch.network.intake.write.before_images import unpacked
from geomatch.network.locating.look_up import to_planar
from geomatch.network.models import Household, Person, SheetImport
from geomatch.network.scope import use_network
from tests.factories import NetworkFactory
from tests.network.sheets_of import FILES, everything, look, table, take

WHOLE = 1_000  # more rows than any sheet here has
ANA = {"Name": ["Ana Ruiz"], "Address": ["12 Main St"]}
# A volunteer's row changes a neighbour whom the same file has just brought.
ADDED_THEN_CHANGED = {
    "Neighbors": table(**ANA, Phone=["555-0101"]),
    "Volunteers": table(**ANA, Phone=["907-555-0101"], Skills=["rides"]),
}

HERE = {"Lon": ["-134.4"], "Lat": ["58.3"]}
THERE = {"Lon": ["-134.4"], "Lat": ["58.35"]}
FIR = {"Name": ["Ana Ruiz"], "Address": ["99 Fir St"]}
BO = {"Neighbors": table(Name=["Bo"], Address=["1 Fir"])}
# Two sheets say, one after the other, where a neighbour lives.
_SAID = {
    "placed by the second": (ANA, {**ANA, **HERE}),
    "moved twice": ({**ANA, **THERE}, {**ANA, "Lon": ["-134.41"], "Lat": ["58.31"]}),
    "moved and back": ({**ANA, **THERE}, {**ANA, **HERE}),
    "another address, then placed": (FIR, {**FIR, **THERE}),
    "placed, then outside": ({**ANA, **THERE}, {**ANA, "Lon": ["-134.4"], "Lat": ["10"]}),
}
SECOND_SHEETS = {
    name: {"Neighbors": table(ID=["1"], **one), "Neighbors 2": table(ID=["1"], **other)}
    for name, (one, other) in _SAID.items()
}


def ranked(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Rows with their places in their tables instead of keys, and without the time."""
    ranks = {
        f"{model.lower()}_id": {row["id"]: rank for rank, row in enumerate(found)}
        for model, found in rows.items()
    }
    unsaid = {"id", "network_id", "updated_at", "created_at"}
    return {
        model: [
            {
                name: ranks[name].get(value) if name in ranks else value
                for name, value in row.items()
                if name not in unsaid
            }
            for row in found
        ]
        for model, found in rows.items()
    }


def through(every: int, first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Take two files, so many rows at a time, and the second one back; say all that came of it."""
    with pytest.MonkeyPatch.context() as patched, use_network(NetworkFactory()) as network:
        patched.setattr(comparing, "EVERY", every)
        take(network, **first)
        before = everything()
        seen = look(network, **second)
        # Written is what the preview showed, or this is refused.
        taken = take(network, looked_at=seen.fingerprint(), **second)
        came = ranked(everything())
        image = unpacked(taken.sheet_import.before_image)
        # What the file itself brought was nothing before, also where a later sheet changed it.
        assert not any(set(of["new"]) & set(of["changed"]) for of in image.values())
        done = take_back(network=network, sheet_import=taken.sheet_import, actor=None)
        assert (done.kept, everything()) == ([], before)
        return {
            "seen": seen.fingerprint(),
            "rows": came,
            "figures": taken.figures,
            "rejected": taken.rejected,
            "not imported": taken.not_imported,
            "undone": done.figures(),
            "image": {name: (len(of["new"]), len(of["changed"])) for name, of in image.items()},
        }


def pieces_of_two_sheets(test):
    """Try every way in which a later sheet says where a neighbour of an earlier one lives."""
    for second in SECOND_SHEETS.values():
        for first in (BO, {"Neighbors": table(ID=["1"], **ANA, **HERE)}):
            test = example(first=first, second=second, every=1)(test)
    return test


@pytest.mark.django_db
@settings(max_examples=30, deadline=None)
@given(first=FILES, second=FILES, every=st.integers(1, 3))
@example(first={"Neighbors": table(**ANA)}, second=ADDED_THEN_CHANGED, every=1)
@example(first=BO, second=ADDED_THEN_CHANGED, every=1)
@pieces_of_two_sheets
def test_it_makes_no_difference_how_many_rows_are_written_at_a_time(first, second, every):
    assert through(every, first, second) == through(WHOLE, first, second)


def test_what_was_before_the_first_of_two_changes_comes_back(inside, monkeypatch):
    monkeypatch.setattr(comparing, "EVERY", 1)
    take(inside, Neighbors=table(**ANA, Phone=["555-0101"]))
    before = everything()
    twice = {
        "Neighbors": table(**ANA, Phone=["555-0102"]),
        "Volunteers": table(**ANA, Phone=["555-0103"], Skills=["rides"]),
    }
    taken = take(inside, **twice).sheet_import
    (said,) = unpacked(taken.before_image)["Person"]["changed"].values()
    assert said == {"phone": ["555-0101", "555-0103"]}
    take_back(network=inside, sheet_import=taken, actor=None)
    assert everything() == before


@pytest.mark.parametrize("second", SECOND_SHEETS.values(), ids=SECOND_SHEETS)
@pytest.mark.parametrize("is_known", [False, True])
def test_the_planar_point_follows_whichever_sheet_places_a_neighbour(inside, second, is_known):
    take(inside, **({"Neighbors": table(ID=["1"], **ANA, **HERE)} if is_known else BO))
    before = everything()
    taken = take(inside, **second).sheet_import
    home = Household.objects.get(ref="1")
    if home.location is None:
        assert home.location_m is None
    else:
        (said,) = to_planar(inside, np.array([home.location.coords]))
        assert home.location_m.coords == pytest.approx(tuple(said), abs=0.01)
    assert take_back(network=inside, sheet_import=taken, actor=None).kept == []
    assert everything() == before


def test_a_row_rejected_at_the_end_leaves_nothing_of_those_before_it(network, monkeypatch):
    monkeypatch.setattr(comparing, "EVERY", 1)
    sheet = table(Name=["Ana", "Bo"], Address=["12 Main St", "14 Main St"], People=["1", "many"])
    with pytest.raises(Exception, match="nothing was imported"), use_network(network):
        take(network, Neighbors=sheet, strict=True)
    with use_network(network):
        for model in (Household, Person, SheetImport):
            assert not model.objects.exists()
