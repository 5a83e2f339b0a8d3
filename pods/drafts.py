"""Write a plan that was drawn: pods with numbers, names, colours and point people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.spatial import cKDTree

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.palette import assign_colours
from geomatch.network.models import Household, Person
from pods.homes import Homes, PlannedHomes, plan_report
from pods.homes.from_network import NetworkHomes
from pods.models import Membership, Plan, Pod

BATCH = 1_000
NEAREST = 12  # households looked at to tell which pods lie beside each other


def save_pods(plan: Plan, network: NetworkHomes, planned: PlannedHomes) -> None:
    """Write pods, everybody's membership, and the plan's report.

    Hidden homes come last, so that no other row is numbered otherwise for them.
    """
    homes, labels, numbers = planned.homes, planned.labels, planned.numbers
    hidden = planned.hidden
    leaders = _leaders(network, planned)
    names = _names(homes, labels)
    colours = _colours(planned.points, labels)
    pods = Pod.objects.bulk_create(
        [
            Pod(
                network=plan.network,
                plan=plan,
                number=numbers[label],
                name=names[label],
                medoid=network.households[medoid],
                point_person=leaders[label],
                colour=colours[label],
            )
            for label, medoid in enumerate(planned.clustering.medoid_indices_)
        ],
        batch_size=BATCH,
    )
    seen = _memberships(pods, network.households, labels, homes.locked, planned.reasons)
    unseen = _memberships(
        pods, network.hidden_households, hidden.labels, network.hidden.locked, hidden.reasons
    )
    for membership in (memberships := [*seen, *unseen]):
        membership.network, membership.plan = plan.network, plan
    Membership.objects.bulk_create(memberships, batch_size=BATCH)
    plan.report |= plan_report(planned)
    plan.save(update_fields=["report"])


def _memberships(
    pods: Sequence[Pod],
    households: Sequence[Household],
    labels: Ints,
    locked: Bools,
    reasons: Mapping[int, str],
) -> list[Membership]:
    """Put each household into its pod, or into none with the reason."""
    return [
        Membership(
            household=household,
            pod=pods[label] if label >= 0 else None,
            locked=bool(locked[row]) and label >= 0,
            reason=reasons.get(row, "")[:300],
        )
        for row, (household, label) in enumerate(zip(households, labels, strict=True))
    ]


def _leaders(network: NetworkHomes, planned: PlannedHomes) -> list[Person | None]:
    """Choose each pod's point person: who was named, else the willing one nearest its middle."""
    leaders: list[Person | None] = []
    for label in range(len(planned.numbers)):
        members = np.flatnonzero(planned.labels == label)
        away = planned.clustering.distances_m_[members]
        ids = [network.households[row].pk for row in members[np.argsort(away, kind="stable")]]
        leading = [network.leading[home] for home in ids if home in network.leading]
        willing = [network.willing[home] for home in ids if home in network.willing]
        leaders.append(next(iter(leading + willing), None))
    return leaders


def _names(homes: Homes, labels: Ints) -> list[str]:
    """Call each pod by the street most of its homes are on."""
    streets: dict[int, Counter[str]] = defaultdict(Counter)
    for street, label in zip(homes.streets, labels, strict=True):
        if label >= 0 and street:
            streets[int(label)][street] += 1
    return [
        streets[label].most_common(1)[0][0][:80] if streets[label] else ""
        for label in range(int(labels.max(initial=-1)) + 1)
    ]


def _colours(points: Floats, labels: Ints) -> list[int]:
    """Give every pod one of the look's colours, other than its neighbours'."""
    placed = np.flatnonzero(labels >= 0)
    if not len(placed):
        return []
    nearest = cKDTree(points[placed]).query(points[placed], min(NEAREST, len(placed)))[1]
    mine = np.repeat(labels[placed], nearest.reshape(len(placed), -1).shape[1])
    beside = np.column_stack((mine, labels[placed][nearest.ravel()]))
    colours = assign_colours(int(labels.max()) + 1, beside[beside[:, 0] != beside[:, 1]])
    return [int(colour) + 1 for colour in colours]
