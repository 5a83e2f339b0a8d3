"""Each room fits into one head: maps that name what is there, short files, few doors a folder."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.house import ROOMS, ROOT, modules, tree_of

LONGEST_FILE = 420
MOST_MODULES = 12

# Folders with more modules than that, and why they have no rooms. The list only gets shorter.
WIDE = {
    "fixtures": "one town, drawn in one go; nothing outside looks in",
    "geomatch/core": "each stands alone: nothing to group that would not be grouped by accident",
    "geomatch/geocoding": "providers have a room; the rest is one way from an address to a point",
    "geomatch/matching": "the engine has a room; the services beside it are a file each",
    "geomatch/site/management/commands": "Django looks for commands in one folder",
    "geomatch/site/shell": "each is one thing that every page shares; a room would hold one file",
    "geomatch/tables": "one file a format, and what they share",
    "maps/streetlists": "one sheet of paper, from doors to ink",
}

PACKAGES = [module.parent for module in modules() if module.name == "__init__.py"]


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_a_package_begins_with_the_thing_and_maps_what_is_in_it(package: Path) -> None:
    said = ast.get_docstring(tree_of(package / "__init__.py"))
    assert said, "a package begins with what it is"
    absent = [name for name in _inside(package) if not _names(said, name)]
    assert not absent, f"the docstring of {package} does not name {', '.join(absent)}"


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_a_map_names_nothing_that_is_gone(package: Path) -> None:
    said = ast.get_docstring(tree_of(package / "__init__.py")) or ""
    listed = re.findall(r"(?m)^ {0,4}([a-z_]+) {2,}\S", said)
    assert set(listed) <= {*_inside(package), "__main__"}


def test_no_file_is_long() -> None:
    long = {
        module.as_posix(): lines
        for module in modules()
        if (lines := len((ROOT / module).read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long


def test_no_folder_is_wide() -> None:
    held = Counter(module.parent.as_posix() for module in modules() if module.stem != "__init__")
    wide = {folder for folder, count in held.items() if count > MOST_MODULES}
    assert wide == set(WIDE), "a new one needs rooms; one that got them leaves the list"


def test_the_types_of_arrays_are_named_once() -> None:
    """In `geomatch.core.arrays`; the demo town is drawn without geomatch and has its own."""
    alias = re.compile(
        r"^\w+ = (?:np\.typing\.|npt\.)?NDArray\[np\.(?:float64|int64|bool_)\]", re.M
    )
    again = [
        module.as_posix()
        for module in modules()
        if module.parts[0] != "fixtures" and alias.search((ROOT / module).read_text("utf-8"))
    ]
    assert again == ["geomatch/core/arrays.py"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_that_it_is_typed(room: str) -> None:
    assert (ROOT / room / "py.typed").is_file()


def _inside(package: Path) -> list[str]:
    """Modules and packages of one package; `apps` is Django's own and needs no word."""
    folder = ROOT / package
    here = [path.stem for path in folder.glob("*.py") if path.stem not in ("__init__", "apps")]
    below = [path.parent.name for path in folder.glob("*/__init__.py")]
    return sorted({*here, *below} - {"migrations"})


def _names(said: str, module: str) -> bool:
    return bool(re.search(rf"(?m)^\s*{module}\b|`{module}`", said))
