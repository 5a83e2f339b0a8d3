"""Compile the solvers' kernels once, so that no person waits for it: `python -m geomatch.warm`.

Two processes share the work, and a stamp says when it is done, so that asking again costs nothing.
The machine code itself lies where numba keeps it: beside the kernels, or in `NUMBA_CACHE_DIR`.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("geomatch/core", "geomatch/matching/engine", "pods/planner")
"""Folders whose kernels are compiled: a change in any of them makes the stamp stale."""

PLANS = "pods.planner.warm:warm_plans"
LANES = (
    (PLANS, "pods.planner.warm:warm_current"),
    ("geomatch.matching.engine.warm:warm", "pods.planner.warm:warm_capacitated"),
)
"""What each process compiles, in this order: little of one is built into the other."""


def main(steps: Sequence[str] = ()) -> int:
    """Compile what is stale; with names of steps, do those and print each that is done."""
    if steps:
        _do(steps)
        return 0
    with _alone():
        if is_warm():
            return 0
        sys.stderr.write("Preparing the solvers …\n")
        before = _stamp()
        lanes = [
            subprocess.Popen([sys.executable, "-m", "geomatch.warm", *lane])  # noqa: S603
            for lane in LANES
        ]
        failed = [lane.returncode for lane in lanes if lane.wait()]
        if not failed:
            with suppress(OSError):  # an installation that nobody may write to
                _stamp_file().write_text(before, "utf-8")
        return 1 if failed else 0


def is_warm() -> bool:
    """Return whether everything was compiled since the kernels' files last changed."""
    try:
        return _stamp_file().read_text("utf-8") == _stamp()
    except OSError:
        return False


@contextmanager
def beside() -> Iterator[Callable[[], None]]:
    """Compile beside the block, to the end of both; what it yields waits for the planner."""
    if is_warm():
        yield lambda: None
        return
    with subprocess.Popen(
        [sys.executable, "-m", "geomatch.warm"], stdout=subprocess.PIPE, text=True
    ) as process:
        lines = process.stdout
        assert lines is not None

        def wait_for_plans() -> None:
            for line in lines:
                if line.strip() == PLANS:
                    return

        yield wait_for_plans
        lines.read()


def _do(steps: Sequence[str]) -> None:
    for step in steps:
        module, _, function = step.partition(":")
        getattr(importlib.import_module(module), function)()
        sys.stdout.write(f"{step}\n")
        sys.stdout.flush()


@contextmanager
def _alone() -> Iterator[None]:
    """Let a second one wait, and then find nothing left to do."""
    try:
        file = (_folder() / "warm.lock").open("w")
    except OSError:
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _folder() -> Path:
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or ROOT / "geomatch" / "__pycache__")
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _stamp_file() -> Path:
    return _folder() / "warm.stamp"


def _stamp() -> str:
    digest = hashlib.sha256(f"{sys.version} numba {version('numba')}".encode())
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            status = file.stat()
            known = (str(file.relative_to(ROOT)), status.st_mtime_ns, status.st_size)
            digest.update(repr(known).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
