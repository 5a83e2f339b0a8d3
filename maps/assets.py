"""The scripts and styles a map needs, in order: as paths under `/static/` and as text to inline."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from pathlib import Path

from maps.modules import as_one_script, in_order

__all__ = ["SCRIPTS", "STYLES", "inlined_scripts", "inlined_style", "modules"]

STYLES: tuple[str, ...] = ("vendor/leaflet/leaflet.css", "maps/map.css")
"""Style sheets, as paths under the static root. A page brings the design tokens itself."""

SCRIPTS: tuple[str, ...] = ("vendor/leaflet/leaflet.js",)
"""Plain scripts of others, before any module of ours."""

ENTRY = "maps/main.js"
"""The module that gives a page `GeomatchMaps.open`; it imports the others."""

_STATIC = Path(__file__).resolve().parent / "static"
_TOKENS = _STATIC / "maps" / "tokens.css"
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
def modules() -> tuple[str, ...]:
    """Return our modules as paths under the static root, the entry last.

    A page names them all: the browser then asks for them at once, instead of one import after
    the other, and runs each once.
    """
    return tuple(path.relative_to(_STATIC).as_posix() for path in in_order(_STATIC / ENTRY))


@lru_cache(maxsize=1)
def inlined_scripts() -> tuple[str, ...]:
    """Return the scripts of a page that stands alone: those of others, and our modules as one."""
    others = (_STATIC / path for path in SCRIPTS)
    return (*(path.read_text("utf-8") for path in others), as_one_script(_STATIC / ENTRY))


@lru_cache(maxsize=1)
def inlined_style() -> str:
    """Return one style sheet: type, design tokens, Leaflet and ours, with no address in it.

    Images become `data:` URLs. The tokens are the file every page of the site loads: an exported
    map and a page look the same because they draw from the same list.
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
