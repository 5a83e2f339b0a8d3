"""Typed doors to numba, so that the kernels read as plain Python.

Every kernel is cached beside its file (or in NUMBA_CACHE_DIR) and releases the interpreter lock.
Sums are not reordered for the processor's wide registers, because the same plan on every machine
needs the same sums to the last bit; but for those of whole numbers (`inner_of_whole_numbers`),
which come out the same in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

_COMMON: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
}

_njit: Any = njit  # numba's own annotations lack some of its options

CORE = Path(__file__).parent

_built_in: dict[Path, tuple[Path, ...]] = {CORE / "walks.py": (CORE / "hublabels.py",)}


def build_in(files: Mapping[Path, Sequence[Path]]) -> None:
    """Say which files have kernels or arrays of which others built into theirs.

    To be called before the first of them is imported.
    """
    _built_in.update({file: tuple(others) for file, others in files.items()})


def compiled(function: Function) -> Function:
    """Compile a function to machine code on its first call."""
    return cast(Function, _stamped(_njit(**_COMMON)(function)))


def inner(function: Function) -> Function:
    """Compile a function that only compiled functions call: half the work for the compiler."""
    return cast(
        Function,
        _stamped(_njit(**_COMMON, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)),
    )


def inlined(function: Function) -> Function:
    """Compile a function into each of its callers: for what is asked for every pair."""
    return cast(Function, _stamped(_njit(**_COMMON, inline="always")(function)))


def inner_of_whole_numbers(function: Function) -> Function:
    """Compile an inner function whose sums are exact, so that they may be added in any order."""
    options: dict[str, Any] = {**_COMMON, "fastmath": {"reassoc"}}
    return cast(
        Function,
        _stamped(_njit(**options, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)),
    )


def _stamped(dispatcher: Any) -> Any:
    """Make a cached kernel stale when a file that it has built in changes.

    Numba looks only at the file a function is in, and would keep machine code that has an old
    version of a kernel from another file in it.
    """
    own = Path(dispatcher.py_func.__code__.co_filename)
    files = [own, *_built_in.get(own, ())]
    stamp = tuple((file.name, file.stat().st_mtime, file.stat().st_size) for file in files)
    index = dispatcher._cache._cache_file
    index._source_stamp = stamp
    index._load_index = _forgiving(index._load_index)
    return dispatcher


def _forgiving(load: Callable[[], dict[Any, str]]) -> Callable[[], dict[Any, str]]:
    """Let what was compiled for a type that has moved to another file since be compiled anew.

    Numba reads the types before it looks at the stamp, and would end every run after an update.
    """

    def load_or_nothing() -> dict[Any, str]:
        try:
            return load()
        except (ImportError, AttributeError):
            return {}

    return load_or_nothing
