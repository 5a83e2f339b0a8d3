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

from maps.data import Ground, Household, Pod, PodMapData
from maps.elements import MapParts
from tests.maps import hostile

ROOT = Path(__file__).resolve().parents[2]
SHELVES = (ROOT / "maps" / "static", ROOT / "geomatch" / "site" / "static")
KINDS = {".js": "text/javascript", ".css": "text/css", ".png": "image/png", ".woff2": "font/woff2"}

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Map</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/maps/tokens.css">
<link rel="stylesheet" href="/static/site/base.css">
{styles}<link rel="stylesheet" href="/fill.css"></head><body><main><h1 class="hush">Map</h1>
<section class="gm-map" id="{parts.id}" aria-label="Map and table">
{parts.stage}{parts.panel}</section></main>
{parts.data}{scripts}<script type="module" nonce="{nonce}">{parts.script}</script></body></html>"""


# In every frame, before anything else: a string that runs calls pwned, and the policy's own word
# is kept.
WATCH = """
window.pwned = (n) => console.error("a string ran as code: " + n);
window.alert = window.pwned;
document.addEventListener("securitypolicyviolation", (e) =>
  console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
"""
# Open everything that shows a string: rows, cards, details, search, key, filters.
POKE = """
async ([texts, kind]) => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const breath = () => new Promise((done) => requestAnimationFrame(done));
  for (let i = 0; i < texts.length; i++) {
    all(".gm-list tbody .gm-row-button")[i].click();
    if (kind === "pods") for (const home of all(".gm-list tbody .gm-row-button")) home.click();
    if (kind === "pods" && !document.querySelector(".gm-card")) throw new Error("no card");
    await breath();
    document.querySelector(".gm-back").click();
  }
  const box = document.querySelector(".gm-search-input");
  for (const text of texts) {
    box.value = text.slice(0, 12);
    box.dispatchEvent(new Event("input"));
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    await breath();
  }
  document.querySelector(".gm-legend summary").click();
  for (const layer of all(".gm-legend input")) { layer.click(); await breath(); layer.click(); }
  for (const chip of all(".gm-chip")) { chip.click(); await breath(); }
}
"""
# Where a thing of the map is on the page: PIXEL(map.layerPointToContainerPoint(…)).
PIXEL = """((p) => {
  const box = f.holder.getBoundingClientRect();
  return [p.x + box.left, p.y + box.top];
})"""
COUNT_ASKING = """
const ask = Geolocation.prototype.getCurrentPosition;
window.asked = 0;
Geolocation.prototype.getCurrentPosition = function (...rest) {
  window.asked += 1;
  return ask.apply(this, rest);
};
"""


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
            scripts="".join(f'<script src="/static/{p}"></script>' for p in parts.scripts)
            + "".join(f'<script type="module" src="/static/{p}"></script>' for p in parts.modules),
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


def small_town() -> PodMapData:
    """Four pods in a row along one street, one home in none, one building of three doors."""
    homes = [
        Household(
            lon=-134.420 + 0.004 * pod + 0.0004 * k,
            lat=58.3000 + 0.0004 * (k % 2),
            label=f"{100 * pod + k} Harbor Street",
            pod=pod,
            key=f"{pod}-{k}",
            point_person=k == 2,
        )
        for pod in range(1, 5)
        for k in range(6)
    ]
    doors = [
        Household(-134.4118, 58.3006, "9 Alder Court", 2, unit=f"Unit {k}", building="Alder")
        for k in range(1, 4)
    ]
    loose = [Household(-134.400, 58.302, "1 Far Road", None, reason="Too few neighbours here")]
    street = hostile.feature(
        hostile.shapely.LineString([(-134.420, 58.3002), (-134.396, 58.3002)]), name="Harbor Street"
    )
    lake = hostile.feature(hostile.shapely.box(-134.43, 58.2900, -134.39, 58.2985), name="Lake")
    pods = [Pod(1, "West end", longest_walk_m=180), Pod(3, needs=("Nobody drives here",))]
    return PodMapData(homes + doors + loose, pods, Ground(streets=[street], water=[lake]), "Town")


def many_pods() -> PodMapData:
    """As many pods as a town has: numbers of one, two and three digits."""
    return PodMapData(
        [
            Household(-134.4 + 0.004 * (pod % 12), 58.3 + 0.004 * (pod // 12), f"{pod} Bay", pod)
            for pod in range(1, 121)
        ],
        title="Many pods",
    )
