"""The figures of a plan."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pods.homes.plan import PlannedHomes


def plan_report(planned: PlannedHomes) -> dict[str, Any]:
    """Return the figures of a plan, named as docs/reference/commands.md names them.

    Hidden homes are in none of them, as they are in no plan: they ride along.
    """
    labels = planned.labels
    return {
        "pods": len(planned.numbers),
        "households": len(planned.homes),
        "people": int(planned.homes.people.sum()),
        "unplaced": int((labels < 0).sum()),
        "unplaced_by_reason": dict(sorted(Counter(u.code for u in planned.unplaced).items())),
        **_counts(planned),
        **_distances(planned),
        **_proof(planned),
        **planned.clustering.wishes_,
        "wish_cost_m": _rounded(planned.clustering.wish_cost_),
        "distance": "walking" if planned.walking else "straight",
        "notes": list(planned.notes),
    }


def _counts(planned: PlannedHomes) -> dict[str, int | None]:
    """Fewest and most of a pod, in what sizes count, in people and in households."""
    placed = planned.labels >= 0
    pod = planned.labels[placed]
    people, households = np.bincount(pod, planned.homes.people[placed]), np.bincount(pod)
    size = people if planned.options.size_by == "people" else households
    return {
        "size_min": _extreme(size.min, size),
        "size_max": _extreme(size.max, size),
        "people_placed": int(people.sum()),
        "people_min": _extreme(people.min, people),
        "people_max": _extreme(people.max, people),
        "households_min": _extreme(households.min, households),
        "households_max": _extreme(households.max, households),
    }


def _distances(planned: PlannedHomes) -> dict[str, float | int | None]:
    """How far homes are from the middle of their pods, and how wide pods are."""
    from pods.planner.report.figures import barrier_crossings, diameters_m

    clustering, labels = planned.clustering, planned.labels
    away = clustering.distances_m_[labels >= 0]
    across = diameters_m(planned.points, labels)
    medoids = clustering.medoid_indices_
    return {
        "mean_distance_to_medoid_m": _rounded(away.mean()) if len(away) else None,
        "rms_distance_m": _rounded(np.sqrt((away**2).mean())) if len(away) else None,
        "diameter_p99_m": _rounded(np.percentile(across, 99)) if len(across) else None,
        "barrier_crossings": barrier_crossings(planned.points, labels, medoids, planned.barriers),
    }


def _proof(planned: PlannedHomes) -> dict[str, float | int | None]:
    """How good the plan is, and what is proven of that."""
    clustering = planned.clustering
    return {
        "objective": _rounded(clustering.objective_),
        "lower_bound": _rounded(clustering.lower_bound_),
        # Work that was called off early has proven nothing yet.
        "gap": round(float(clustering.gap_), 6) if np.isfinite(clustering.gap_) else None,
        "moves": int(clustering.moves_),
        "moves_needed": int(clustering.moves_needed_),
        "moves_lower_bound": int(clustering.moves_lower_bound_),
    }


def _extreme(extreme: Any, values: NDArray[Any]) -> int | None:
    return int(extreme()) if len(values) else None


def _rounded(value: float) -> float:
    return round(float(value), 3)
