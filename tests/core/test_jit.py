"""Kernels that were compiled by an older version of the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

KERNEL = """
from geomatch.core.jit import compiled

@compiled
def total(pair):
    return pair.one + pair.other
"""
TYPE = """
from typing import NamedTuple

class Pair(NamedTuple):
    one: float
    other: float
"""


def total_of(folder: Path, module: str) -> str:
    asked = f"from kernel import total; from {module} import Pair; print(total(Pair(1.0, 2.0)))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, '.'); {asked}"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_a_type_that_moved_to_another_file_ends_no_run(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(KERNEL)
    (tmp_path / "here.py").write_text(TYPE)
    assert total_of(tmp_path, "here") == "3.0\n"
    (tmp_path / "here.py").rename(tmp_path / "there.py")
    assert total_of(tmp_path, "there") == "3.0\n"
