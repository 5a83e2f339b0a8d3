"""What holds the house together: walls, maps of rooms, sizes, the form of the docs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("geomatch", "pods", "maps", "fixtures")


def modules() -> Iterator[Path]:
    """Every Python file of the house, migrations aside, relative to its root."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT)


@cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text("utf-8"))
