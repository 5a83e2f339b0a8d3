"""Every fault of every service, by a real server: a reason on each address, and in bounded time."""

from __future__ import annotations

import csv
import io
import json
import math
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tests.geocoding.services import (
    LAT,
    LON,
    Reply,
    asker,
    census,
    nominatim,
    pelias,
    photon,
    send,
    server,
)

BATCH = "census batch"
LINES = [f"{number} Spruce Ln, Port Alder, AK 99801" for number in (12, 14)]
read_to_the_end: list[str] = []
"""Services whose endless answers somebody has listened to until they stopped."""


def body_of(name: str, lon: Any = LON, lat: Any = LAT) -> bytes:
    """What a service says about number 12 (and in a batch about 14 as well), at a point."""
    if name == BATCH:
        text = io.StringIO()
        for row, line in enumerate(LINES):
            csv.writer(text).writerow((row, line, "Match", "Exact", line, f"{lon},{lat}", "1", "L"))
        return text.getvalue().encode()
    answer: Any = {"nominatim": nominatim, "photon": photon, "pelias": pelias, "census": census}[
        name
    ]()
    if name == "nominatim":
        answer[0] |= {"lon": str(lon), "lat": str(lat)}
    elif name == "census":
        answer["result"]["addressMatches"][0]["coordinates"] = {"x": lon, "y": lat}
    else:
        answer["features"][0]["geometry"]["coordinates"] = [lon, lat]
    return json.dumps(answer).encode()


def with_status(status: int, **headers: str) -> Callable[[str], Reply]:
    return lambda name: lambda handler: send(handler, body_of(name), status=status, **headers)


def at(lon: Any, lat: Any) -> Callable[[str], Reply]:
    return lambda name: lambda handler: send(handler, body_of(name, lon, lat))


def truncated(name: str) -> Reply:
    body = body_of(name)
    return lambda handler: send(handler, body[:-20], length=len(body))


def drip(name: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(3_000):  # a minute, so that a reader without a deadline fails, and ends
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)
        read_to_the_end.append(name)

    return reply


def flood(name: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body_of(name))
        for _ in range(50 * 64):
            handler.wfile.write(b" " * 16384)
        read_to_the_end.append(name)

    return reply


FAULTS: dict[str, Callable[[str], Reply]] = {
    "refused": lambda name: lambda handler: handler.connection.close(),
    "slow drip": drip,
    "429": with_status(429, Retry_After="7"),
    "429 for an hour": with_status(429, Retry_After="3600"),
    "429 until a date": with_status(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),
    "403": with_status(403),
    "500": with_status(500),
    "502": with_status(502),
    "503": with_status(503),
    "504": with_status(504),
    "truncated": truncated,
    "wrong type": lambda name: lambda handler: send(handler, b"[[5, null], {}]"),
    "a page": lambda name: lambda handler: send(handler, b"<html>busy</html>"),
    "bytes": lambda name: lambda handler: send(handler, b"\xff\xfe\x00"),
    "NaN": at(math.nan, math.nan),
    "infinite": at(math.inf, LAT),
    "words for a point": at("west", "north"),
    "no point": at(None, None),
    "swapped axes": at(LAT, LON),
    "(0, 0)": at(0, 0),
    "far away": at(-0.12, 51.5),
    "50 MB": flood,
}


@pytest.mark.parametrize("name", ["nominatim", "photon", "pelias", "census", BATCH])
class TestEveryProvider:
    def ask(self, name: str, url: str) -> tuple[list[Any], list[float]]:
        lines = LINES if name == BATCH else LINES[:1]
        geocoder, clock = asker(url, name.partition(" ")[0], timeout_s=0.15)
        return geocoder.geocode_many(lines), clock.slept

    def test_places_what_it_knows(self, name: str) -> None:
        with server(at(LON, LAT)(name)) as (url, asked):
            found, _ = self.ask(name, url)
        assert len(asked) == 1
        assert all((one.lon, one.lat) == (LON, LAT) for one in found), found

    @pytest.mark.parametrize("fault", FAULTS)
    def test_leaves_a_reason_where_it_fails(self, name: str, fault: str) -> None:
        read_to_the_end.clear()
        with server(FAULTS[fault](name)) as (url, asked):
            found, _ = self.ask(name, url)
            assert not read_to_the_end
        assert asked
        for one in found:
            assert one.quality == "none"
            assert math.isnan(one.lon)
            assert one.reason
            assert "spruce" not in one.reason.lower()  # nor the service's words about the address

    def test_that_nobody_runs_is_a_reason(self, name: str) -> None:
        with server(at(LON, LAT)(name)) as (url, _):
            pass
        found, _ = self.ask(name, url)
        assert all("cannot be reached" in one.reason for one in found)

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_carries_nothing_to_where_a_redirect_points(self, name: str, status: int) -> None:
        with server(at(LON, LAT)(name)) as (inside, overheard):
            with server(with_status(status, Location=inside + "/")(name)) as (url, _):
                found, _ = self.ask(name, url)
            assert overheard == []
        assert all(one.quality == "none" and one.reason for one in found)

    def test_waits_as_long_as_it_is_told_and_goes_on(self, name: str) -> None:
        with server(FAULTS["429"](name), at(LON, LAT)(name)) as (url, asked):
            found, slept = self.ask(name, url)
        assert slept == [7.0]
        assert len(asked) == 2
        assert all(one.is_placed for one in found)
