"""The pod planner: `PodClustering` and what it reports. Pure: no Django, no files, no network.

In the order of the work::

    arguments     what `PodClustering` is given, refused in plain words
    town          homes, buildings, streets and wishes as arrays; who is beside whom
    search        a plan, and how it is made better
    bounds        how good a plan can be at all: prices that prove a lower bound
    capacitated   medoids and blocks exchanged between pods, under the size limits
    rebalance     from the pods there are to better ones, with few moves
    tiling        towns too large for one piece, planned side by side
    report        what a plan tells about itself
    clustering    all of it, as a scikit-learn estimator
    check         independent judges, which share no code with what they judge

Beside them: `effort` (how much work), `watch` (when to stop), `program` (integer programs),
`jit` (compiled kernels), `warm` (compiles them once).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pods.planner.clustering import PodClustering
    from pods.planner.town.reasons import Unplaced
    from pods.planner.town.wishes import WishWeights

__all__ = ["PodClustering", "Unplaced", "WishWeights"]


def __getattr__(name: str) -> Any:
    """Import the engine only when it is used: it brings scikit-learn and numba with it."""
    if name == "PodClustering":
        from pods.planner.clustering import PodClustering

        return PodClustering
    if name == "Unplaced":
        from pods.planner.town.reasons import Unplaced

        return Unplaced
    if name == "WishWeights":
        from pods.planner.town.wishes import WishWeights

        return WishWeights
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
