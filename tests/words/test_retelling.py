"""Stored English sentences are said again, and file commands speak the terminal's language."""

from __future__ import annotations

import csv
import os
import subprocess
import sys

import pytest

from geomatch.core.retelling import retold
from geomatch.core.translation import gettext, ngettext, speaking
from pods.planner.town.reasons import homes, reason


def unplaced(place: bool) -> str:
    record = reason(0, "too_few_neighbours", homes=homes(3))
    facts = {"place": gettext("at {street}").format(street="Spruce Ln")} if place else {}
    return record.again(homes=homes(3), **facts)


def no_volunteer() -> str:
    said = [
        gettext("{number:,} of {total:,} have no vehicle").format(number=41, total=1060),
        gettext("{number:,} of {total:,} are resting").format(number=2, total=1060),
    ]
    return gettext("no volunteer qualifies: {reasons}").format(reasons="; ".join(said))


def busy(number: int) -> str:
    return ngettext(
        "the one volunteer who qualifies is needed more elsewhere",
        "all {number:,} volunteers who qualify are needed more elsewhere",
        number,
    ).format(number=number)


@pytest.mark.parametrize(
    "sentence",
    [
        lambda: unplaced(place=False),
        lambda: unplaced(place=True),
        no_volunteer,
        lambda: busy(1),
        lambda: busy(1200),
        lambda: gettext("no street {street} in the gazetteer").format(street="Elm St"),
        lambda: f"{gettext('no house number')}: {gettext('on the street')}",
    ],
)
def test_a_stored_sentence_is_said_as_if_it_were_made_now(sentence):
    stored = sentence()
    with speaking("es"):
        made_now = sentence()
        assert made_now != stored
        assert retold(stored) == made_now
    assert retold(stored) == stored


@pytest.mark.parametrize("text", ["", "Somebody wrote this.", "Home", "12: {braces"])
def test_what_is_not_ours_stays(text):
    with speaking("es"):
        if text != "Home":
            assert retold(text) == text
        assert retold(f"x {text}") == f"x {text}"


def run(*arguments: object, language: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "LANG": language}
    for name in ("LC_ALL", "LC_MESSAGES", "DJANGO_SETTINGS_MODULE"):
        surroundings.pop(name, None)
    return subprocess.run(
        [sys.executable, "-m", "geomatch.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=surroundings,
    )


def test_a_file_command_says_its_error_in_spanish(tmp_path):
    households = tmp_path / "homes.csv"
    households.write_text("id,lon,lat\na,x,58.3\n")
    done = run("pods", households, "--out", tmp_path / "pods.csv", language="es_US.UTF-8")
    assert done.returncode == 1
    assert "1 fila no se puede usar" in done.stderr
    assert "fila 2, columna “lon”, valor “x”: esto debe ser un número" in done.stderr


def test_a_file_command_gives_its_reasons_in_spanish(tmp_path):
    (tmp_path / "volunteers.csv").write_text("id,lon,lat,vehicle\nv,-134.4,58.3,no\n")
    (tmp_path / "requests.csv").write_text("id,lon,lat,needs_vehicle\nr,-134.4,58.3,yes\n")
    out = tmp_path / "matches.csv"
    files = (tmp_path / "volunteers.csv", tmp_path / "requests.csv")
    done = run("match", *files, "--out", out, language="es_US.UTF-8")
    assert done.returncode == 0, done.stderr
    assert "0 de 1 pedidos tienen una persona voluntaria" in done.stderr
    with out.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["reason"] == "ninguna persona voluntaria cumple: 1 de 1 no tienen vehículo"
