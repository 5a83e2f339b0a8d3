"""The US Census Bureau's service: many lines with one request, and places it cannot choose from."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tests.geocoding.services import (
    Reply,
    as_json,
    ask,
    asker,
    batch_lines,
    census,
    census_batch,
    send,
    server,
)


def test_a_batch_is_one_request_with_the_lines_and_nothing_else() -> None:
    lines = [f"Ana's, {n} Spruce Ln Apt {n}, Port Alder, AK" for n in range(1, 8)]
    with server(census_batch) as (url, asked):
        geocoder, _ = asker(url, "census")
        found = geocoder.geocode_many([*lines, "PO Box 5", lines[0]])
    (upload,) = asked
    assert batch_lines(upload) == [
        [str(n - 1), f"{n} SPRUCE LN", "PORT ALDER", "AK", ""] for n in range(1, 8)
    ]
    assert "Ana" not in upload
    assert [one.quality for one in found[:7]] == ["none", "interpolated"] * 3 + ["none"]
    assert "does not know it" in found[0].reason
    assert "mail only" in found[7].reason
    assert found[8] == found[0]


def _two_streets(apart_deg: float) -> dict[str, Any]:
    """What the Census Bureau answers about "12 Spruce Ln" where there are a north and a south."""
    first, second = (census(f"12 {way} SPRUCE LN, PORT ALDER, AK") for way in "NS")
    (match,) = second["result"]["addressMatches"]
    match["coordinates"]["y"] += apart_deg
    return {"result": {"addressMatches": [*first["result"]["addressMatches"], match]}}


def test_two_interpolated_places_far_apart_are_candidates() -> None:
    far = ask(as_json(_two_streets(0.01)), name="census")
    assert far.quality == "none"
    assert [one.address[:4] for one in far.candidates] == ["12 N", "12 S"]
    assert ask(as_json(_two_streets(0.001)), name="census").quality == "interpolated"


def test_a_tie_in_a_batch_is_asked_about_by_itself_and_stays_open() -> None:
    def tie(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "POST":
            send(handler, b'"0","a","Tie"\n"1","b","No_Match"\n')
        else:
            as_json(_two_streets(0.01))(handler)

    with server(tie) as (url, asked):
        found = asker(url, "census")[0].geocode_many(
            ["12 Spruce Ln, Port Alder, AK", "14 Spruce Ln, Port Alder, AK"]
        )
    assert len(asked) == 2
    assert [len(one.candidates) for one in found] == [2, 0]
    assert "Say which" in found[0].reason
    assert "does not know it" in found[1].reason


def test_many_batches_go_on_after_each_other_and_a_killed_run_loses_one_at_most() -> None:
    lines = [f"{n} Spruce Ln, Port Alder, AK" for n in range(2, 502, 2)]
    with server(census_batch) as (url, asked):
        answers: dict[str, Any] = {}
        geocoder, _ = asker(url, "census", answers=answers)
        for _, answer in zip(range(120), geocoder.geocode_each(iter(lines)), strict=False):
            assert answer.quality == "interpolated"
        assert len(asked) == 2
        assert len(answers) == 200
        assert len(geocoder.geocode_many(lines)) == 250
        assert len(asked) == 3


BATCH_FAULTS: dict[str, Reply] = {
    "a page": lambda handler: send(handler, b"<html>busy</html>"),
    "nothing": lambda handler: send(handler, b""),
    "an error": lambda handler: send(handler, b"", status=500),
    "another table": lambda handler: send(handler, b'"900","x","Match","Exact","x","1,2","1","L"'),
    "broken off": lambda handler: send(handler, b'"0","x"', length=5000),
    "swapped axes": lambda handler: send(
        handler, b'"0","x","Match","Exact","12 SPRUCE LN, PORT ALDER, AK","58.3,-134.4","1","L"'
    ),
    "NaN": lambda handler: send(
        handler, b'"0","x","Match","Exact","12 SPRUCE LN, PORT ALDER, AK","nan,nan","1","L"'
    ),
    "no point": lambda handler: send(handler, b'"0","x","Match","Exact","12 SPRUCE LN","","",""'),
    "one endless cell": lambda handler: send(handler, b'"' + b"x" * 200_000),
    "too large": lambda handler: send(handler, b'"0","x"\n' * 200_000),
}


@pytest.mark.parametrize("fault", BATCH_FAULTS)
def test_a_fault_of_a_batch_is_a_reason_on_each_of_its_lines(fault: str) -> None:
    with server(BATCH_FAULTS[fault]) as (url, _):
        geocoder, _ = asker(url, "census")
        found = geocoder.geocode_many([f"{n} Spruce Ln, Port Alder, AK" for n in (12, 14)])
    assert [one.quality for one in found] == ["none", "none"]
    assert all(one.reason for one in found)


def test_after_five_failed_batches_nothing_more_is_sent() -> None:
    lines = [f"{n} Spruce Ln, Port Alder, AK" for n in range(2, 2002, 2)]
    with server(BATCH_FAULTS["an error"]) as (url, asked):
        found = asker(url, "census")[0].geocode_many(lines)
    assert len(asked) == 5
    assert "not asked" in found[-1].reason
    assert all(one.reason for one in found)
