"""`python -m benchmarks.cpmp`: reads, refuses, and believes nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.cpmp import main, objective_if_sound, read_instance
from geomatch.core.errors import TableError
from pods.planner.capacitated.p_median import CapacitatedPlan

STREET = "6 2\n0 0 3 1\n1 0 3 1\n2 0 3 1\n\n10.5 0 3 1\n11.5 0 3 1\n12.5\t0 3 1\n"


@pytest.fixture
def street(tmp_path: Path) -> Path:
    path = tmp_path / "street.txt"
    path.write_text(STREET)
    return path


def test_it_prints_a_line_per_file(street: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(street), str(street), "--seconds", "0.5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "objective", "lower", "bound", "gap", "seconds"]
    assert [line.split()[:2] for line in lines[1:]] == [["street", "4.00"]] * 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        ("2 1\n0 0 1 1\n", "line 1 announces 2 points, and 1 follow"),
        ("1 2\n0 0 1 1\n", "line 1: p must lie between 1 and n"),
        ("2 1\n0 0 1\n0 0 1 1\n", "line 2 should hold 4 numbers"),
        ("1 1\n0 zero 1 1\n", "line 2: y must be a number, not “zero”"),
        ("1 1\n0 nan 1 1\n", "line 2: y must be a number"),
        ("1 1\n0 0 1.5 1\n", "line 2: capacity must be a whole number from 0, not “1.5”"),
        ("1 1\n\n0 0 1 -1\n", "line 3: demand must be a whole number from 0"),
    ],
)
def test_a_malformed_file_is_refused_in_words(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.txt"
    path.write_text(text)
    with pytest.raises(TableError, match=words):
        read_instance(path)
    assert main([str(path)]) == 1
    assert "odd.txt" in capsys.readouterr().err


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    for name in ("bytes.txt", "absent.txt"):
        with pytest.raises(TableError, match="cannot be read"):
            read_instance(tmp_path / name)


def test_demands_that_fit_nowhere_end_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "full.txt"
    path.write_text("2 1\n0 0 3 2\n1 0 3 2\n")
    assert main([str(path)]) == 1
    assert "sum to 4" in capsys.readouterr().err


def test_the_check_finds_every_fault(street: Path) -> None:
    instance = read_instance(street)
    good = CapacitatedPlan(np.array([1, 4]), np.array([0, 0, 0, 1, 1, 1]), 4.0, 3.9)
    assert objective_if_sound(instance, good) == 4.0
    for broken, words in (
        (replace(good, medians=np.array([1, 1])), "1 medians instead of 2"),
        (replace(good, labels=np.array([0, 0, 0, 0, 1, 1])), "more than its capacity"),
        (replace(good, lower_bound=4.1), "bound is above"),
    ):
        with pytest.raises(AssertionError, match=words):
            objective_if_sound(instance, broken)
