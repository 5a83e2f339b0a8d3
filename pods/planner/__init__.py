"""Plan pods: `PodClustering` and what it reports. Pure: no Django, no files, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pods.planner.clustering import PodClustering
    from pods.planner.reasons import Unplaced
    from pods.planner.wishes import WishWeights

__all__ = ["PodClustering", "Unplaced", "WishWeights"]


def __getattr__(name: str) -> Any:
    """Import the engine only when it is used: it brings scikit-learn and numba with it."""
    if name == "PodClustering":
        from pods.planner.clustering import PodClustering

        return PodClustering
    if name == "Unplaced":
        from pods.planner.reasons import Unplaced

        return Unplaced
    if name == "WishWeights":
        from pods.planner.wishes import WishWeights

        return WishWeights
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
