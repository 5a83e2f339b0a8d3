"""Write a plan that was drawn: pods with numbers, names, colours and point people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from geomatch.core.palette import assign_colours
from geomatch.network.models import Person
from pods.doors import Doors
from pods.doorwishes import seen_wish_figures
from pods.models import Membership, Plan, Pod
from pods.places import Whereabouts, reasons_with_places
from pods.selectors import plan_numbers

BATCH = 1_000
NEAREST = 12  # households looked at to tell which pods lie beside each other


@dataclass(frozen=True)
class Drawn:
    """Pods as the planner drew them.

    Attributes
    ----------
    clustering
        The fitted `PodClustering`.
    labels
        (n,) pods 0..k-1, in the order of its medoids; -1 for doors in no pod.
    numbers
        (k,) the number each pod is known by.
    """

    clustering: Any
    labels: np.ndarray
    numbers: Sequence[int]


def save_pods(plan: Plan, doors: Doors, drawn: Drawn) -> None:
    """Write pods, everybody's membership, and the plan's report."""
    clustering, labels, numbers = drawn.clustering, drawn.labels, drawn.numbers
    leaders = _leaders(doors, drawn)
    names = _names(doors, labels)
    colours = _colours(doors.points_m, labels)
    pods = Pod.objects.bulk_create(
        [
            Pod(
                network=plan.network,
                plan=plan,
                number=numbers[number],
                name=names[number],
                medoid=doors.placed[medoid],
                point_person=leaders[number],
                colour=colours[number],
            )
            for number, medoid in enumerate(clustering.medoid_indices_)
        ],
        batch_size=BATCH,
    )
    reasons = _reasons(plan, doors, drawn)
    memberships = [
        Membership(
            network=plan.network,
            plan=plan,
            household=household,
            pod=pods[label] if label >= 0 else None,
            reason=reasons.get(i, "")[:300],
        )
        for i, (household, label) in enumerate(zip(doors.placed, labels, strict=True))
    ]
    memberships += [
        Membership(network=plan.network, plan=plan, household=household, reason=reason)
        for household, reason in doors.waiting.items()
    ]
    Membership.objects.bulk_create(memberships, batch_size=BATCH)
    plan.report |= _counts(plan) | _report(doors, drawn)
    plan.save(update_fields=["report"])


def _reasons(plan: Plan, doors: Doors, drawn: Drawn) -> dict[int, str]:
    """Return the reason of each door in no pod, with the streets people know."""
    by_people = plan.size_by == Plan.SizeBy.PEOPLE
    where = Whereabouts(
        points=doors.points_m,
        labels=drawn.labels,
        size=doors.people if by_people else np.ones(len(doors.placed), dtype=np.int64),
        max_size=plan.max_size,
        streets=[door.street for door in doors.placed],
        hidden=doors.hidden,
        pod_number=drawn.numbers.__getitem__,
        former_pod=str,
    )
    return reasons_with_places(drawn.clustering.unplaced_, where)


def _leaders(doors: Doors, drawn: Drawn) -> list[Person | None]:
    """Choose each pod's point person: who was named, else the willing one nearest its middle."""
    leaders: list[Person | None] = []
    for number in range(len(drawn.numbers)):
        members = np.flatnonzero(drawn.labels == number)
        members = members[np.argsort(drawn.clustering.distances_m_[members], kind="stable")]
        homes = [doors.placed[i].pk for i in members]
        named = [doors.named[home] for home in homes if home in doors.named]
        willing = [doors.willing[home] for home in homes if home in doors.willing]
        leaders.append(next(iter(named + willing), None))
    return leaders


def _names(doors: Doors, labels: np.ndarray) -> list[str]:
    """Call each pod by the street most of its doors are on; a hidden door names nothing."""
    streets: dict[int, Counter[str]] = defaultdict(Counter)
    for home, label in zip(doors.placed, labels, strict=True):
        if label >= 0 and home.street and not home.hidden:
            streets[int(label)][home.street] += 1
    return [
        streets[number].most_common(1)[0][0][:80] if streets[number] else ""
        for number in range(int(labels.max(initial=-1)) + 1)
    ]


def numbers_along_a_walk(medoids: np.ndarray) -> list[int]:
    """Give pods numbers from 1 in the west, each next one to the nearest left.

    Parameters
    ----------
    medoids
        (k, 2) planar metres.
    """
    numbers = [0] * len(medoids)
    left = np.ones(len(medoids), dtype=bool)
    here = int(np.argmin(medoids[:, 0])) if len(medoids) else 0
    for number in range(1, len(medoids) + 1):
        numbers[here] = number
        left[here] = False
        if left.any():
            away = np.hypot(*(medoids - medoids[here]).T)
            here = int(np.argmin(np.where(left, away, np.inf)))
    return numbers


def _colours(points_m: np.ndarray, labels: np.ndarray) -> list[int]:
    """Give every pod one of the look's colours, other than its neighbours'."""
    placed = np.flatnonzero(labels >= 0)
    if not len(placed):
        return []
    nearest = cKDTree(points_m[placed]).query(points_m[placed], min(NEAREST, len(placed)))[1]
    mine = np.repeat(labels[placed], nearest.reshape(len(placed), -1).shape[1])
    beside = np.column_stack((mine, labels[placed][nearest.ravel()]))
    colours = assign_colours(int(labels.max()) + 1, beside[beside[:, 0] != beside[:, 1]])
    return [int(colour) + 1 for colour in colours]


def _counts(plan: Plan) -> dict[str, int]:
    """Count as every page does: homes that are not hidden."""
    numbers = plan_numbers(plan, roles=())
    return {
        "pods": numbers.pods,
        "households": numbers.households,
        "unplaced": numbers.unplaced,
        "size_min": numbers.smallest,
        "size_max": numbers.largest,
    }


def _report(doors: Doors, drawn: Drawn) -> dict[str, Any]:
    """Measure a plan. Hidden homes are in no figure that is shown.

    How many homes and pods there are is counted from the memberships (`_counts`).
    """
    from pods.planner.report.figures import diameters_m

    clustering, labels = drawn.clustering, drawn.labels
    seen = np.where(doors.hidden, -1, labels)
    distances = clustering.distances_m_[seen >= 0]
    across = diameters_m(doors.points_m, seen)
    return {
        "mean_distance_to_medoid_m": round(float(distances.mean()), 1) if len(distances) else 0.0,
        # The proof is of the plan as it was drawn, hidden homes included: shown as a share only.
        "objective": round(float(clustering.objective_), 1),
        "lower_bound": round(float(clustering.lower_bound_), 1),
        # Work that was called off early has proven nothing yet.
        "gap": round(float(clustering.gap_), 4) if np.isfinite(clustering.gap_) else None,
        "diameter_p99_m": round(float(np.percentile(across, 99)), 1) if len(across) else None,
        **seen_wish_figures(doors.wishes, labels, doors.hidden),
    }
