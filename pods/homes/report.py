"""The figures of a plan: of all homes, or of those that may be counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomatch.core.arrays import Bools, Ints
from pods.homes.plan import PlannedHomes


def plan_report(planned: PlannedHomes, *, visible: Bools | None = None) -> dict[str, Any]:
    """Return the figures of a plan, named as COMMANDS.md names them.

    Parameters
    ----------
    planned
        The plan.
    visible
        (n,) homes that may be counted, all by default. The others are in no count, no mean and no
        extreme; a pod that seems smaller than the least size is told at that size, as it must have
        more homes than are counted. What is proven of the plan as a whole (`objective`,
        `lower_bound`, `gap`, moves, `wish_cost_m`) stays whole.
    """
    seen = np.ones(len(planned.homes), dtype=bool) if visible is None else visible
    labels = np.where(seen, planned.labels, -1)
    unplaced = [record.code for record in planned.unplaced if seen[record.index]]
    return {
        "pods": len(planned.numbers),
        "households": int(seen.sum()),
        "people": int(planned.homes.people[seen].sum()),
        "unplaced": int((seen & (labels < 0)).sum()),
        "unplaced_by_reason": dict(sorted(Counter(unplaced).items())),
        **_counts(planned, labels, all_seen=visible is None),
        **_distances(planned, labels),
        **_proof(planned),
        **_wishes(planned, visible),
        "distance": "walking" if planned.walking else "straight",
        "notes": list(planned.notes),
    }


def _counts(planned: PlannedHomes, labels: Ints, *, all_seen: bool) -> dict[str, int | None]:
    """Fewest and most of a pod, in what sizes count, in people and in households."""
    homes, options = planned.homes, planned.options
    placed = labels >= 0
    pod = np.unique(labels[placed], return_inverse=True)[1].ravel()
    people, households = np.bincount(pod, homes.people[placed]), np.bincount(pod)
    by_people = options.size_by == "people"
    least = {
        "people": 0 if all_seen or not by_people else options.min_size,
        "households": 0 if all_seen or by_people else options.min_size,
    }
    size = "people" if by_people else "households"
    counted = {"people": people, "households": households}
    return {
        "size_min": _extreme(counted[size].min, counted[size], least[size]),
        "size_max": _extreme(counted[size].max, counted[size], least[size]),
        "people_placed": int(people.sum()),
        "people_min": _extreme(people.min, people, least["people"]),
        "people_max": _extreme(people.max, people, least["people"]),
        "households_min": _extreme(households.min, households, least["households"]),
        "households_max": _extreme(households.max, households, least["households"]),
    }


def _distances(planned: PlannedHomes, labels: Ints) -> dict[str, float | int | None]:
    """How far homes are from the middle of their pods, and how wide pods are."""
    from pods.planner.report.figures import barrier_crossings, diameters_m

    clustering, placed = planned.clustering, labels >= 0
    away = clustering.distances_m_[placed]
    across = diameters_m(planned.points, labels)
    medoids = clustering.medoid_indices_[np.unique(labels[placed])]
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


def _wishes(planned: PlannedHomes, visible: Bools | None) -> dict[str, float]:
    """How far wishes are granted, as those may know who see these homes."""
    cost = {"wish_cost_m": _rounded(planned.clustering.wish_cost_)}
    if visible is None:
        return {**planned.clustering.wishes_, **cost}
    from pods.planner.report.figures import wish_figures
    from pods.planner.town.wishes import Wishes

    homes = planned.homes
    seen = Wishes(
        willing=None if homes.willing is None else (homes.willing | homes.point_person) & visible,
        drives=None if homes.drives is None else homes.drives & visible,
        languages=None if homes.languages is None else homes.languages & visible[:, None],
        street=None if homes.street_of is None else np.where(visible, homes.street_of, -1),
    )
    return {**wish_figures(seen, planned.labels), **cost}


def _extreme(extreme: Any, values: NDArray[Any], least: int) -> int | None:
    return max(int(extreme()), least) if len(values) else None


def _rounded(value: float) -> float:
    return round(float(value), 3)
