"""The planner's doors to numba, and which of its files have which others built in."""

from __future__ import annotations

from pathlib import Path

from geomatch.core.jit import CORE, build_in, compiled, inner, inner_of_whole_numbers

__all__ = ["compiled", "inner", "inner_of_whole_numbers"]

_HERE = Path(__file__).parent


def _ours(*names: str) -> tuple[Path, ...]:
    return tuple(_HERE / name for name in names)


_SUBPROBLEM = (
    *_ours("town/town.py", "town/wishes.py"),
    CORE / "walks.py",
    CORE / "hublabels.py",
)
_CUT = (*_ours("search/knapsack.py", "search/subproblem.py"), *_SUBPROBLEM)
_PLAN = (*_ours("search/plan.py", "search/kernels.py"), *_CUT)

build_in(
    {
        _HERE / "search/subproblem.py": _SUBPROBLEM,
        _HERE / "search/kernels.py": _CUT,
        _HERE / "search/plan.py": (*_ours("search/kernels.py"), *_CUT),
        _HERE / "search/insertion.py": _PLAN,
        _HERE / "bounds/relaxation.py": _SUBPROBLEM,
        _HERE / "bounds/proposals.py": _PLAN,
        _HERE / "bounds/exact_bound.py": _ours("search/knapsack.py"),
        _HERE / "capacitated/local_search.py": _PLAN,
        _HERE / "rebalance/current.py": _SUBPROBLEM,
        _HERE / "rebalance/priced_moves.py": (
            *_ours("rebalance/current.py", "search/insertion.py"),
            *_PLAN,
        ),
    }
)
