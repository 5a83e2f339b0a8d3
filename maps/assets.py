"""The scripts and styles a map needs, in order: as paths under `/static/` and as text to inline."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from pathlib import Path

import geomatch

__all__ = ["SCRIPTS", "STYLES", "inlined_scripts", "inlined_style"]

STYLES: tuple[str, ...] = ("vendor/leaflet/leaflet.css", "maps/map.css")
"""Style sheets, as paths under the static root. A page brings the design tokens itself."""

SCRIPTS: tuple[str, ...] = (
    "vendor/leaflet/leaflet.js",
    "maps/words.js",
    "maps/dom.js",
    "maps/sheet.js",
    "maps/labels.js",
    "maps/ground.js",
    "maps/homes.js",
    "maps/controls.js",
    "maps/search.js",
    "maps/panel.js",
    "maps/frame.js",
    "maps/podmodel.js",
    "maps/podpanel.js",
    "maps/pods.js",
    "maps/links.js",
    "maps/matchmodel.js",
    "maps/matches.js",
)
"""Scripts, in the order they must run. Plain scripts, not modules: an exported file has no paths
from which a module could import another."""

_STATIC = Path(__file__).resolve().parent / "static"
_TOKENS = Path(geomatch.__file__).resolve().parent / "site" / "static" / "site" / "tokens.css"
_URL = re.compile(r"url\(\s*['\"]?(?!data:)([^'\")]+)['\"]?\s*\)")
_KINDS = {".png": "image/png", ".woff2": "font/woff2"}
_FACE = """@font-face {{ font-family: "Atkinson Hyperlegible"; font-weight: {weight};{range}
  src: url("data:font/woff2;base64,{data}") format("woff2"); }}
"""
# What the fonts' own style sheet says of the subset beyond Latin-1.
_LATIN_EXT = (
    " unicode-range: U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF,"
    " U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2C60-2C7F;"
)


@lru_cache(maxsize=1)
def inlined_scripts() -> tuple[str, ...]:
    """Return the text of every script, in order."""
    return tuple((_STATIC / path).read_text("utf-8") for path in SCRIPTS)


@lru_cache(maxsize=1)
def inlined_style() -> str:
    """Return one style sheet: type, design tokens, Leaflet and ours, with no address in it.

    Images become `data:` URLs. The tokens are the site's own file, read as data: an exported map
    and a page look the same because they draw from the same list.
    """
    parts = [_fonts(), _TOKENS.read_text("utf-8")]
    parts += [_with_images((_STATIC / path).read_text("utf-8"), _STATIC / path) for path in STYLES]
    return "\n".join(parts)


def _fonts() -> str:
    faces = []
    for subset, unicode_range in (("latin", ""), ("latin-ext", _LATIN_EXT)):
        for weight in (400, 700):
            name = f"atkinson-hyperlegible-{subset}-{weight}-normal.woff2"
            data = _encoded(_STATIC / "vendor" / "fonts" / name)
            faces.append(_FACE.format(weight=weight, range=unicode_range, data=data))
    return "".join(faces)


def _with_images(css: str, path: Path) -> str:
    def image(found: re.Match[str]) -> str:
        if found[1].startswith("#"):  # a reference inside the page, as in Leaflet's VML rule
            return "none"
        target = (path.parent / found[1]).resolve()
        return f'url("data:{_KINDS[target.suffix]};base64,{_encoded(target)}")'

    return _URL.sub(image, css)


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode("ascii")
