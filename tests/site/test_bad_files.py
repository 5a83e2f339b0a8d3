"""Bad input to a file command: refused in words with nothing written, or taken with reasons."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from fixtures import hostile


def pods(path, out) -> str:
    said = StringIO()
    call_command("pods", str(path), "--out", str(out), stderr=said, stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("make", hostile.REFUSED, ids=lambda make: make.__name__)
def test_refused_files_say_why_and_leave_nothing(tmp_path, make):
    path, out = make(tmp_path), tmp_path / "pods.csv"
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CommandError) as refused:
        pods(path, out)
    message = str(refused.value)
    assert path.name in message
    assert len(message.split()) > 6
    assert sorted(tmp_path.iterdir()) == before, "no output, and no half of one"


@pytest.mark.parametrize("make", hostile.TAKEN, ids=lambda make: make.__name__)
def test_taken_files_place_everybody_or_say_why_not(tmp_path, make):
    out = tmp_path / "pods.csv"
    pods(make(tmp_path), out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(bool(row["pod"]) != bool(row["reason"]) for row in rows)


@pytest.mark.parametrize("make", [hostile.blank_rows], ids=["100,000 blank rows"])
def test_blank_rows_only_are_recognised_in_a_workbook_too(tmp_path, make):
    path = make(tmp_path, ending="xlsx")
    with pytest.raises(CommandError, match="blank"):
        pods(path, tmp_path / "pods.csv")
