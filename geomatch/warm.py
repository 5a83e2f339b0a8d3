"""Compile the solvers' kernels once, so that no person waits for it: `python -m geomatch.warm`."""

from __future__ import annotations

import importlib

# Rooms with compiled kernels; each has a module `warm` with a function `warm`.
ENGINES = ("pods.planner.warm", "geomatch.matching.engine.warm")


def main() -> None:
    """Run every engine on a toy problem."""
    for name in ENGINES:
        importlib.import_module(name).warm()


if __name__ == "__main__":
    main()
