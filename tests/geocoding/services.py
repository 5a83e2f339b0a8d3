"""Geocoding services played on this machine, with a clock that only the tests move."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request

from geomatch.geocoding import Geocode
from geomatch.geocoding.providers import Pacer, ProviderGeocoder, service_named
from geomatch.geocoding.providers.transport import GuardedAdapter

LON, LAT = -134.4, 58.3
ADDRESS = "12 Spruce Ln, Port Alder, AK 99801"

Reply = Callable[[BaseHTTPRequestHandler], None]


def nominatim(**changes: Any) -> list[dict[str, Any]]:
    parts = {
        "house_number": "12",
        "road": "Spruce Lane",
        "town": "Port Alder",
        "state": "Alaska",
        "postcode": "99801",
    }
    parts |= changes.pop("address", {})
    return [
        {
            "lat": str(LAT),
            "lon": str(LON),
            "osm_type": "node",
            "class": "place",
            "type": "house",
            "display_name": "12, Spruce Lane, Port Alder, Alaska",
            "address": {name: value for name, value in parts.items() if value},
        }
        | changes
    ]


def photon(**changes: Any) -> dict[str, Any]:
    parts = {
        "housenumber": "12",
        "street": "Spruce Lane",
        "city": "Port Alder",
        "state": "Alaska",
        "postcode": "99801",
        "type": "house",
    } | changes
    point = {"type": "Point", "coordinates": [LON, LAT]}
    return {"features": [{"geometry": point, "properties": parts}]}


def pelias(**changes: Any) -> dict[str, Any]:
    parts = {
        "label": "12 Spruce Lane, Port Alder, AK",
        "name": "12 Spruce Lane",
        "housenumber": "12",
        "street": "Spruce Lane",
        "locality": "Port Alder",
        "region_a": "AK",
        "match_type": "exact",
    } | changes
    point = {"type": "Point", "coordinates": [LON, LAT]}
    return {"features": [{"geometry": point, "properties": parts}]}


def census(line: str = "12 SPRUCE LN, PORT ALDER, AK, 99801") -> dict[str, Any]:
    match = {"matchedAddress": line, "coordinates": {"x": LON, "y": LAT}}
    return {"result": {"addressMatches": [match]}}


def batch_lines(upload: str) -> list[list[str]]:
    """The rows of the table that was uploaded."""
    table = upload.partition("text/csv\r\n\r\n")[2].partition("\r\n--")[0]
    return [row for row in csv.reader(io.StringIO(table)) if row]


def census_batch(handler: BaseHTTPRequestHandler) -> None:
    """Know every even number, and give the rows back in another order."""
    rows = []
    for number, street, city, region, _ in batch_lines(handler.body):
        asked = f"{street}, {city}, {region}, "
        if int(street.split()[0]) % 2:
            rows.append([number, asked, "No_Match"])
        else:
            rows.append([number, asked, "Match", "Exact", asked, f"{LON},{LAT}", "1", "L"])
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(reversed(rows))
    send(handler, text.getvalue().encode())


def send(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    *,
    status: int = 200,
    length: int | None = None,
    **headers: str,
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def as_json(answer: Any) -> Reply:
    return lambda handler: send(handler, json.dumps(answer).encode())


@contextmanager
def server(*replies: Reply) -> Iterator[tuple[str, list[str]]]:
    """A server that gives the replies in turn (the last again and again), and what it was asked."""
    asked: list[str] = []
    left = list(replies)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(self.path)

        def do_POST(self) -> None:
            self.body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(self.body)

        def answer(self, question: str) -> None:
            asked.append(question)
            reply = left.pop(0) if len(left) > 1 else left[0]
            try:
                reply(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client had enough, as it should

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    running = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}", asked
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def asker(url: str, name: str = "nominatim", **options: Any) -> tuple[ProviderGeocoder, Clock]:
    clock = Clock()
    adapter = partial(_direct, timeout_s=options.pop("timeout_s", None))
    service = service_named(name, url, adapter=adapter)
    pacer = Pacer(options.pop("every_s", 0.0), clock=clock, sleep=clock.sleep)
    return ProviderGeocoder(service, pacer=pacer, **options), clock


class _Impatient(GuardedAdapter):
    """Waits no longer than it is told, for one line's answer as for a batch's."""

    def __init__(self, *, timeout_s: float, **options: Any) -> None:
        super().__init__(**options)
        self._timeout_s = timeout_s

    def _text(self, request: Request, timeout: float) -> str:
        return super()._text(request, min(timeout, self._timeout_s))


def _direct(*, proxies: Any, ssl_context: Any, timeout_s: float | None) -> GuardedAdapter:
    """The guarded adapter, past any proxy of the machine, with a shorter patience if asked."""
    if timeout_s is None:
        return GuardedAdapter(proxies={}, ssl_context=ssl_context)
    return _Impatient(proxies={}, ssl_context=ssl_context, timeout_s=timeout_s)


def ask(reply: Reply, address: str = ADDRESS, **options: Any) -> Geocode:
    with server(reply) as (url, _):
        return asker(url, **options)[0].geocode_many([address])[0]
