"""Solvers are compiled once: whoever asks again, or beside, finds nothing left to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

from geomatch import warm

COUNTED = "tests.test_warm:count"


def count() -> None:
    """Stand in for a solver: leave a mark each time it is compiled."""
    with (warm._folder() / "compiled").open("a") as file:
        file.write("x")


@pytest.fixture
def kernels(tmp_path, monkeypatch):
    """A package of kernels and a cache of their machine code, both new."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "kernels.py").write_text("one = 1\n")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(warm, "ROOT", tmp_path)
    monkeypatch.setattr(warm, "PACKAGES", ("package",))
    monkeypatch.setattr(warm, "LANES", ((COUNTED,),))
    return package


def compiled(kernels) -> int:
    return len((kernels.parent / "cache" / "compiled").read_text())


def test_what_is_compiled_is_not_compiled_again(kernels):
    assert not warm.is_warm()
    assert [warm.main(), warm.main()] == [0, 0]
    assert compiled(kernels) == 1


def test_a_kernel_that_changed_is_compiled_again(kernels):
    warm.main()
    (kernels / "kernels.py").write_text("one = 1 + 1\n")
    assert not warm.is_warm()
    warm.main()
    assert compiled(kernels) == 2


def test_what_failed_is_tried_again(kernels, monkeypatch):
    monkeypatch.setattr(warm, "LANES", (("tests.test_warm:no_such_function",),))
    assert warm.main() == 1
    assert not warm.is_warm()


def test_every_step_exists():
    import importlib

    for step in [step for lane in warm.LANES for step in lane]:
        module, _, function = step.partition(":")
        assert callable(getattr(importlib.import_module(module), function))
    assert any(warm.PLANS in lane for lane in warm.LANES)
    assert all((warm.ROOT / package).is_dir() for package in warm.PACKAGES)


def test_a_step_that_is_done_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "geomatch.warm", COUNTED, COUNTED],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [COUNTED, COUNTED]
