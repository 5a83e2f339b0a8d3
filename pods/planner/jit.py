"""Typed doors to numba, so that the kernels read as plain Python.

Every kernel is cached beside its file (or in NUMBA_CACHE_DIR) and releases the interpreter lock.
Sums are not reordered for the processor's wide registers, because the same plan on every machine
needs the same sums to the last bit; but for those of whole numbers (`inner_of_whole_numbers`),
which come out the same in any order.
"""

from __future__ import annotations

from collections.abc import Callable
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

_PATCH = ("town.py", "walks.py", "hublabels.py", "wishes.py")
_CUT = ("knapsack.py", "patch.py", *_PATCH)

_BUILT_IN = {
    "walks.py": ("hublabels.py",),
    "patch.py": _PATCH,
    "kernels.py": _CUT,
    "plan.py": ("kernels.py", *_CUT),
    "relaxation.py": _PATCH,
    "columns.py": ("plan.py", "kernels.py", *_CUT),
    "rescue.py": ("plan.py", "kernels.py", *_CUT),
    "sharing.py": ("plan.py", "kernels.py", *_CUT),
    "exactbound.py": ("knapsack.py",),
    "currentpods.py": _PATCH,
    "priced.py": ("currentpods.py", "rescue.py", "plan.py", "kernels.py", *_CUT),
}
"""Files whose kernels or arrays the kernels of a file have built into them."""


def compiled(function: Function) -> Function:
    """Compile a function to machine code on its first call."""
    return cast(Function, _stamped(_njit(**_COMMON)(function)))


def inner(function: Function) -> Function:
    """Compile a function that only compiled functions call: half the work for the compiler."""
    return cast(
        Function,
        _stamped(_njit(**_COMMON, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)),
    )


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
    files = [own, *(own.with_name(name) for name in _BUILT_IN.get(own.name, ()))]
    stamp = tuple((file.name, file.stat().st_mtime, file.stat().st_size) for file in files)
    dispatcher._cache._cache_file._source_stamp = stamp
    return dispatcher
