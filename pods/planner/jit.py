"""The planner's doors to numba, and which of its files have which others built in."""

from __future__ import annotations

from pathlib import Path

from geomatch.core.jit import CORE, build_in, compiled, inner, inner_of_whole_numbers

__all__ = ["compiled", "inner", "inner_of_whole_numbers"]

_HERE = Path(__file__).parent


def _ours(*names: str) -> tuple[Path, ...]:
    return tuple(_HERE / name for name in names)


_PATCH = (*_ours("town.py", "wishes.py"), CORE / "walks.py", CORE / "hublabels.py")
_CUT = (*_ours("knapsack.py", "patch.py"), *_PATCH)

build_in(
    {
        _HERE / "patch.py": _PATCH,
        _HERE / "kernels.py": _CUT,
        _HERE / "plan.py": (*_ours("kernels.py"), *_CUT),
        _HERE / "relaxation.py": _PATCH,
        _HERE / "columns.py": (*_ours("plan.py", "kernels.py"), *_CUT),
        _HERE / "rescue.py": (*_ours("plan.py", "kernels.py"), *_CUT),
        _HERE / "sharing.py": (*_ours("plan.py", "kernels.py"), *_CUT),
        _HERE / "exactbound.py": _ours("knapsack.py"),
        _HERE / "currentpods.py": _PATCH,
        _HERE / "priced.py": (
            *_ours("currentpods.py", "rescue.py", "plan.py", "kernels.py"),
            *_CUT,
        ),
    }
)
