"""Answers of a service kept in a file: a run goes on, and no other file is harmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from geomatch.core.errors import TableError
from geomatch.geocoding import Geocode
from geomatch.geocoding.providers import AnswerFile
from tests.geocoding.services import ADDRESS, as_json, asker, nominatim, send, server


def test_answers_are_kept_and_a_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    kept = tmp_path / "answers.jsonl"
    lines = [ADDRESS, "14 Spruce Ln, Port Alder"]
    with server(as_json(nominatim())) as (url, asked):
        first = asker(url, answers=AnswerFile(kept))[0].geocode_many(lines)
        assert len(asked) == 2
        text = kept.read_text(encoding="utf-8")
        kept.write_text(text[:-30], encoding="utf-8")  # killed while writing
        again = asker(url, answers=AnswerFile(kept))[0].geocode_many(lines)
        assert len(asked) == 3
    assert again == first
    assert dict(AnswerFile(kept)).keys() == {
        "12 SPRUCE LN, PORT ALDER, AK 99801",
        "14 SPRUCE LN, PORT ALDER",
    }


def test_a_file_that_holds_no_answers_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "households.csv"
    other.write_text("id,address\n1,2\n", encoding="utf-8")
    with pytest.raises(TableError, match="line 1"):
        AnswerFile(other)
    assert other.read_text(encoding="utf-8") == "id,address\n1,2\n"


@pytest.mark.parametrize("other", ["id,address\n", "my notes", '{"a": 1}'])
def test_a_file_of_one_line_that_is_no_answer_is_left_as_it_is(tmp_path: Path, other: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(other, encoding="utf-8")
    with pytest.raises(TableError, match="line 1"):
        AnswerFile(path)
    assert path.read_text(encoding="utf-8") == other


def test_a_run_goes_on_whatever_line_breaks_and_letters_a_service_uses(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    AnswerFile(path)["12 A ST"] = Geocode(reason="Straße\u2028\x85\x0b")
    kept = path.read_bytes()
    assert AnswerFile(path)["12 A ST"].reason == "Straße\u2028\x85\x0b"
    half = '{"lon": null, "reason": "Straß'.encode()[:-1]  # killed within a letter
    path.write_bytes(kept + half)
    assert list(AnswerFile(path)) == ["12 A ST"]
    assert path.read_bytes() == kept


def test_faults_are_not_kept_as_answers(tmp_path: Path) -> None:
    kept = AnswerFile(tmp_path / "answers.jsonl")
    with server(lambda handler: send(handler, b"oops", status=500)) as (url, _):
        asker(url, answers=kept)[0].geocode_many([ADDRESS])
    assert len(kept) == 0
