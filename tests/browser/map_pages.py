"""A small site that shows maps under the strict policy, without Django or a database.

`/NAME/` is a page as our templates make one: linked styles and scripts, JSON, one inline call with
a nonce. Whatever a browser reports against the policy is kept in `reports`.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from maps.elements import MapParts

ROOT = Path(__file__).resolve().parents[2]
SHELVES = (ROOT / "maps" / "static", ROOT / "geomatch" / "site" / "static")
KINDS = {".js": "text/javascript", ".css": "text/css", ".png": "image/png", ".woff2": "font/woff2"}

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Map</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/site/tokens.css">
<link rel="stylesheet" href="/static/site/base.css">
{styles}<link rel="stylesheet" href="/fill.css"></head><body><main><h1 class="hush">Map</h1>
<section class="gm-map" id="{parts.id}" aria-label="Map and table">
{parts.stage}{parts.panel}</section></main>
{parts.data}{scripts}<script nonce="{nonce}">{parts.script}</script></body></html>"""


@dataclass
class Site:
    """Pages by name, JSON by address, and what browsers complained of."""

    url: str = ""
    pages: dict[str, MapParts] = field(default_factory=dict)
    json: dict[str, object] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    reports: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[str, bytes, str]:
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self';"
            " img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none';"
            " form-action 'none'; report-uri /report"
        )
        if path == "/fill.css":
            return "text/css", b"main{height:100vh}", policy
        if path.startswith("/static/"):
            file = next(f for shelf in SHELVES if (f := shelf / path[8:]).is_file())
            return KINDS[file.suffix], file.read_bytes(), policy
        if path in self.failing:
            raise KeyError(path)
        if path in self.json:
            return "application/json", json.dumps(self.json[path]).encode(), policy
        if path in self.html:  # somebody else's page, a notebook: its policy is not ours to set
            return "text/html; charset=utf-8", self.html[path].encode(), ""
        parts = self.pages[path.strip("/")]
        page = _PAGE.format(
            parts=parts,
            nonce=nonce,
            styles="".join(f'<link rel="stylesheet" href="/static/{p}">' for p in parts.styles),
            scripts="".join(f'<script src="/static/{p}"></script>' for p in parts.scripts),
        )
        return "text/html; charset=utf-8", page.encode(), policy


@contextmanager
def running(site: Site) -> Iterator[Site]:
    """Serve the site on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                kind, body, policy = site.answer(self.path.partition("?")[0])
            except (KeyError, StopIteration):
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", kind)
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            site.reports.append(self.rfile.read(size).decode("utf-8", "replace"))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
