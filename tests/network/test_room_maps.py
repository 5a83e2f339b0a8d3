"""The map in each package's docstring names its modules: all of them, and no others."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from geomatch.network import intake, signups
from geomatch.site.pages import imports

INTAKE = Path(intake.__file__).parent
ROOMS = [
    *sorted(room.parent for room in INTAKE.rglob("__init__.py")),
    Path(signups.__file__).parent,
    Path(imports.__file__).parent,
]
LINES = re.compile(r"^ *([a-z_]+) {2,}\S", re.MULTILINE)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_names_what_is_in_it(room):
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8")))
    rooms = {inside.parent.name for inside in room.glob("*/__init__.py")}
    modules = {module.stem for module in room.glob("*.py")} - {"__init__"}
    assert set(LINES.findall(said)) == rooms | modules


def test_no_module_of_the_intake_is_long():
    long = {path.name for path in INTAKE.rglob("*.py") if len(path.read_text().splitlines()) > 400}
    assert not long
