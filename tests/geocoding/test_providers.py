"""Services on other machines, played by a real server on this one that can misbehave."""

from __future__ import annotations

import copy
import json
import math
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from geomatch.core.errors import ParameterError
from geomatch.geocoding import Gazetteer
from geomatch.geocoding.geopygazetteer import GazetteerGeocoder
from geomatch.geocoding.providers import (
    SERVICES,
    provider_geocoder,
    service_named,
    transport,
)
from tests.geocoding.services import (
    ADDRESS,
    LAT,
    LON,
    Reply,
    as_json,
    ask,
    asker,
    census,
    nominatim,
    pelias,
    photon,
    send,
    server,
)
from tests.geocoding.town import PORT_ALDER, gazetteer


@pytest.mark.parametrize(
    ("name", "answer", "quality"),
    [
        ("nominatim", nominatim(), "rooftop"),
        ("photon", photon(), "rooftop"),
        ("pelias", pelias(), "rooftop"),
        ("census", census(), "interpolated"),
        ("nominatim", nominatim(osm_type="way"), "interpolated"),
        ("pelias", pelias(match_type="interpolated"), "interpolated"),
        ("nominatim", nominatim(address={"house_number": ""}), "street"),
        ("photon", photon(housenumber="", street="", name="Spruce Lane", type="street"), "street"),
        ("pelias", pelias(housenumber=""), "street"),
        ("nominatim", nominatim(address={"house_number": "", "road": ""}), "town"),
        ("nominatim", nominatim(address={"house_number": "14"}), "street"),
        ("photon", photon(housenumber="12A"), "street"),
        ("nominatim", nominatim(address={"road": "Walnut Road"}), "none"),
        ("nominatim", nominatim(address={"town": "Nome", "postcode": "99762"}), "none"),
        ("census", census("12 SPRUCE LN, PORT ALDER, WA, 98101"), "none"),
        ("nominatim", [], "none"),
        ("census", {"result": {"addressMatches": []}}, "none"),
    ],
)
def test_an_answer_counts_as_far_as_it_is_the_address_asked(
    name: str, answer: Any, quality: str
) -> None:
    found = ask(as_json(answer), name=name)
    assert found.quality == quality, found
    assert (found.quality == "none") == math.isnan(found.lon)
    if quality != "none":
        assert (found.lon, found.lat) == (LON, LAT)
    if quality not in ("rooftop", "interpolated"):
        assert found.reason


def test_two_rooftops_far_apart_are_candidates() -> None:
    both = nominatim() + nominatim(lat=str(LAT + 0.1))
    found = ask(as_json(both))
    assert found.quality == "none"
    assert len(found.candidates) == 2


FAULTS: dict[str, Reply] = {
    "429": lambda handler: send(handler, b"", status=429, Retry_After="7"),
    "403": lambda handler: send(handler, b"no", status=403),
    "500": lambda handler: send(handler, b"oops", status=500),
    "503": lambda handler: send(handler, b"", status=503),
    "404": lambda handler: send(handler, b"[]", status=404),
    "204": lambda handler: send(handler, b"", status=204),
    "not JSON": lambda handler: send(handler, b"<html>busy</html>"),
    "not text": lambda handler: send(handler, b"\xff\xfe\x00"),
    "truncated JSON": lambda handler: send(handler, json.dumps(nominatim()).encode()[:-20]),
    "truncated body": lambda handler: send(handler, b"[", length=5000),
    "NaN": lambda handler: send(handler, json.dumps(nominatim(lat=math.nan)).encode()),
    "NaN as text": as_json(nominatim(lat="NaN")),
    "no point": as_json(nominatim(lat=None)),
    "swapped axes": as_json(nominatim(lat=str(LON), lon=str(LAT))),
    "(0, 0)": as_json(nominatim(lat="0", lon="0")),
    "a number": as_json(5),
    "a list of numbers": as_json([1, 2]),
    "a dict": as_json({"error": "x"}),
    "address is text": as_json([nominatim()[0] | {"address": "12 Spruce Ln"}]),
    "null": as_json([None]),
    "deep": lambda handler: send(handler, b"[" * 100_000),
    "redirect": lambda handler: send(handler, b"", status=302, Location="http://127.0.0.1:1/"),
    "closes": lambda handler: handler.connection.close(),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_is_a_reason_and_never_an_error(name: str) -> None:
    found = ask(FAULTS[name])
    assert found.quality == "none"
    assert math.isnan(found.lon)
    assert found.reason
    assert "Spruce" not in found.reason  # nor the service's words about the address


@pytest.mark.parametrize("name", ["photon", "pelias", "census"])
@pytest.mark.parametrize("answer", [5, [], {}, {"features": [{}]}, {"features": 3}, None, "x"])
def test_every_service_may_talk_nonsense(name: str, answer: Any) -> None:
    assert ask(as_json(answer), name=name).quality == "none"


def test_a_point_outside_the_bounds_is_not_believed() -> None:
    found = ask(as_json(nominatim()), bounds=(-111.4, 43.5, -110.9, 44.0))
    assert found.quality == "none"
    assert "far" in found.reason
    assert ask(as_json(nominatim()), bounds=(-135, 58, -134, 59)).quality == "rooftop"


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_BYTES", 100_000)
    sent = 0

    def flood(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        for _ in range(3000):
            handler.wfile.write(b" " * 16384)
            sent += 16384

    assert ask(flood).quality == "none"
    assert sent < 3000 * 16384


def test_a_slow_drip_ends_at_the_deadline() -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not stop.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    try:
        found = ask(drip, timeout_s=0.15)
    finally:
        stop.set()
    assert found.quality == "none"
    assert "in time" in found.reason


DRIPS = {  # what is sent first, and then a little more of for ever
    "status line": (b"", b"H"),
    "header": (b"HTTP/1.1 200 OK\r\n", b"X"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "chunk's size": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "error's headers": (b"HTTP/1.1 503 Busy\r\n", b"X: y\r\n"),
}


@pytest.mark.parametrize("name", DRIPS)
def test_a_drip_before_the_answer_ends_at_the_deadline_as_well(name: str) -> None:
    stop = threading.Event()
    opening, drop = DRIPS[name]

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(opening)
        while not stop.wait(0.02):
            handler.wfile.write(drop)
            handler.wfile.flush()

    end = threading.Timer(60, stop.set)  # so that a reader without a deadline fails, and ends
    end.start()
    try:
        found = ask(drip, timeout_s=0.15)
        still_dripping = not stop.is_set()
    finally:
        end.cancel()
        stop.set()
    assert found.quality == "none"
    assert "in time" in found.reason
    assert still_dripping


def test_a_service_that_asks_for_an_hour_is_left_alone() -> None:
    def hour(handler: Any) -> None:
        send(handler, b"", status=429, Retry_After="3600")

    with server(hour) as (url, asked):
        geocoder, clock = asker(url)
        found = geocoder.geocode_many([f"{n} Spruce Ln, Port Alder" for n in range(1, 9)])
        assert len(asked) == 1
    with server(hour) as (url, asked):
        batch, _ = asker(url, "census")
        found += batch.geocode_many([f"{n} Spruce Ln, Port Alder" for n in range(1, 201)])
        assert len(asked) == 1
    assert clock.slept == []
    assert "60 minutes" in found[0].reason
    assert all(answer.quality == "none" and answer.reason for answer in found)


@pytest.mark.parametrize("point", [(2.35, 48.86), (-63.6, 44.6), (151.2, -33.9), (-99.1, 19.4)])
def test_a_point_in_another_country_is_not_believed_where_no_bounds_are_known(
    point: tuple[float, float],
) -> None:
    found = ask(as_json(nominatim(lon=str(point[0]), lat=str(point[1]))))
    assert found.quality == "none"
    assert "far" in found.reason


@pytest.mark.parametrize(
    "point", [(-66.1, 18.4), (144.8, 13.5), (-170.7, -14.3), (178.9, 51.4), (-157.8, 21.3)]
)
def test_every_state_and_territory_is_near(point: tuple[float, float]) -> None:
    assert ask(as_json(nominatim(lon=str(point[0]), lat=str(point[1])))).quality == "rooftop"


def test_a_redirect_carries_the_address_nowhere() -> None:
    with server(as_json(nominatim())) as (elsewhere, overheard):
        redirect: Reply = lambda handler: send(  # noqa: E731
            handler, b"", status=307, Location=elsewhere + handler.path
        )
        assert ask(redirect).quality == "none"
        assert overheard == []


def test_what_may_pass_is_tried_again_after_a_wait() -> None:
    with server(FAULTS["429"], FAULTS["503"], as_json(nominatim())) as (url, asked):
        geocoder, clock = asker(url)
        assert geocoder.geocode_many([ADDRESS])[0].quality == "rooftop"
        assert len(asked) == 3
        assert clock.slept[0] == 7.0  # as the service asked
        assert clock.slept[1] > 0


def test_a_refusal_is_not_tried_again() -> None:
    with server(FAULTS["403"]) as (url, asked):
        geocoder, clock = asker(url)
        geocoder.geocode_many([ADDRESS])
        assert len(asked) == 1
        assert clock.slept == []


def test_after_five_failures_nothing_more_is_sent_and_every_row_has_a_reason() -> None:
    with server(FAULTS["500"]) as (url, asked):
        geocoder, _ = asker(url)
        lines = [f"{n} Spruce Ln, Port Alder" for n in range(1, 40)]
        found = geocoder.geocode_many(lines)
    assert len(asked) == 5
    assert all(answer.quality == "none" and answer.reason for answer in found)
    assert "not asked" in found[-1].reason


def test_a_service_that_cannot_be_reached_is_a_reason() -> None:
    with server(as_json([])) as (url, _):
        pass
    assert "cannot be reached" in asker(url)[0].geocode_many([ADDRESS])[0].reason


def test_requests_keep_the_distance_the_terms_ask_for() -> None:
    with server(as_json(nominatim())) as (url, _):
        geocoder, clock = asker(url, every_s=1.1)
        geocoder.geocode_many([f"{n} Spruce Ln, Port Alder" for n in (12, 14, 16)])
    assert clock.slept == pytest.approx([1.1, 1.1])
    assert service_named("nominatim").every_s >= 1.0


def test_only_the_street_address_is_sent_and_only_once() -> None:
    with server(as_json(nominatim())) as (url, asked):
        geocoder, _ = asker(url)
        done: list[int] = []
        found = geocoder.geocode_many(
            [
                "Ana's (ring twice), 12 Spruce Ln Apt 4, Port Alder, AK 99801",
                "12 spruce lane #7, port alder, AK 99801",
                "PO Box 12, Port Alder",
                "",
            ],
            done.append,
        )
    assert [answer.quality for answer in found] == ["rooftop", "rooftop", "none", "none"]
    assert "where help should come" in found[2].reason
    assert sum(done) == 4
    (path,) = asked
    (query,) = parse_qs(urlsplit(path).query)["q"]
    assert query == "12 SPRUCE LN, PORT ALDER, AK 99801"


@pytest.mark.parametrize("url", ["ftp://x.org", "http://", "file:///etc/passwd", "http:///x"])
def test_a_wrong_address_of_a_service_is_refused(url: str) -> None:
    with pytest.raises(ParameterError):
        provider_geocoder("nominatim", url=url)


def test_an_unknown_service_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ParameterError, match="nominatim"):
        provider_geocoder("gogle")
    with pytest.raises(ParameterError, match="provider-url"):
        provider_geocoder("pelias")
    for name in SERVICES:
        assert service_named(name, "http://127.0.0.1:1").host == "127.0.0.1:1"


def test_the_gazetteer_speaks_geopy_and_sends_nothing() -> None:
    geocoder = GazetteerGeocoder(gazetteer(*PORT_ALDER))
    found = geocoder.geocode("12 Spruce Ln, Port Alder")
    assert (found.longitude, found.latitude) == PORT_ALDER[6][6:]
    assert found.raw["quality"] == "rooftop"
    assert geocoder.geocode("1 Nowhere Rd, Nome") is None
    both = geocoder.geocode("100 Harbor St, Port Alder", exactly_one=False)
    assert len(both) == 2
    assert isinstance(geocoder.gazetteer, Gazetteer)


SHAPES: dict[str, Any] = {
    "list": [],
    "list of lists": [[]],
    "dict": {},
    "number": 5,
    "huge": 10**400,
    "truth": True,
    "null": None,
    "text": "x",
    "NUL": "\0",
    "half a character": "\ud800",
    "long": "x" * 5000,
}


def every_place(answer: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a value stands in an answer: each field, each entry, and the whole."""
    yield path
    entries = dict(enumerate(answer)) if isinstance(answer, list) else answer
    for key, value in entries.items() if isinstance(entries, dict) else ():
        yield from every_place(value, (*path, key))


def with_shape(answer: Any, path: tuple[Any, ...], shape: Any) -> Any:
    if not path:
        return shape
    changed = copy.deepcopy(answer)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = shape
    return changed


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("answer", [nominatim, photon, pelias, census])
def test_a_wrong_shape_in_any_field_is_a_reason_or_an_answer(
    answer: Callable[[], Any], shape: str
) -> None:
    """Nothing is raised, and what is kept of it can be written into any database."""
    for path in every_place(answer()):
        reply = as_json(with_shape(answer(), path, SHAPES[shape]))
        found = ask(reply, name=answer.__name__)
        assert found.reason or found.is_placed, path
        kept = "".join((found.reason, found.matched_address, *(c[0] for c in found.candidates)))
        kept.encode()
        assert "\0" not in kept, path


@pytest.mark.parametrize(
    "url",
    [
        *("[]", "http://[", "https://x:abc", "https://x:99999", "https://℀.org", "https://a b"),
        *("https://a\nb", "https://\0", "https://é\u202e.org", "https://.."),
        f"https://{'a' * 64}.org",
    ],
)
def test_an_address_that_is_none_is_said_so(url: str) -> None:
    with pytest.raises(ParameterError, match="no web address"):
        service_named("nominatim", url)


@pytest.mark.parametrize("url", ["http://[::1]:8080", "https://maps.exámple.org", "127.0.0.1:80/n"])
def test_an_unusual_address_is_one(url: str) -> None:
    assert service_named("nominatim", url).host
