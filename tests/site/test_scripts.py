"""Our scripts as the site serves them: modules a browser accepts, and finds."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from maps.assets import modules

SITE = Path(__file__).resolve().parents[2] / "geomatch" / "site"
OURS = [*modules(), *(f"site/{path.name}" for path in (SITE / "static" / "site").glob("*.js"))]
IMPORT = re.compile(r'^import .* from "([^"]+)";$', re.M)


@pytest.mark.parametrize("path", OURS)
def test_whatever_a_module_imports_is_served(path: str) -> None:
    text = Path(finders.find(path)).read_text("utf-8")
    for target in IMPORT.findall(text.replace("\n  ", " ").replace(",\n}", " }")):
        assert target.startswith(("./", "../")), target
        assert finders.find(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))


def test_a_module_comes_with_the_type_browsers_insist_on() -> None:
    answer = Client().get("/static/maps/main.js")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")


def test_maps_look_at_no_file_of_the_rooms_above() -> None:
    """Import-linter sees imports only; a room can be entered by a path as well."""
    for path in (SITE.parents[1] / "maps").rglob("*.py"):
        text = path.read_text("utf-8")
        assert not re.search(r"""["'](?:geomatch|pods|site)["']\s*/|import geomatch$""", text), path
