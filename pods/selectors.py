"""Read plans and pods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from geomatch.network.access import ORGANIZERS
from geomatch.network.models import Household, Person, Role
from pods.models import Membership, Plan, Pod


def published_plan() -> Plan | None:
    """Return the plan that lists are printed from, if there is one."""
    return Plan.objects.filter(state=Plan.State.PUBLISHED).first()


def published_pod_of_households() -> dict[int, str]:
    """Map household id → pod number in the published plan."""
    plan = published_plan()
    if plan is None:
        return {}
    inside = Membership.objects.filter(plan=plan, pod__isnull=False)
    return {
        household: str(number)
        for household, number in inside.values_list("household_id", "pod__number")
    }


def visible_memberships(plan: Plan, roles: Collection[Role]) -> QuerySet[Membership]:
    """Return who is in a plan, as far as these roles may know: hidden households for stewards."""
    memberships = Membership.objects.filter(plan=plan).select_related("household", "pod")
    return memberships if Role.STEWARD in roles else memberships.filter(household__hidden=False)


def pods_with_counts(plan: Plan, roles: Collection[Role]) -> QuerySet[Pod]:
    """Return the plan's pods with `doors` and `people`, counted as these roles may see them."""
    seen = Q() if Role.STEWARD in roles else Q(memberships__household__hidden=False)
    return (
        Pod.objects.filter(plan=plan)
        .select_related("point_person__household", "medoid")
        .annotate(
            doors=Count("memberships", filter=seen),
            people=Sum("memberships__household__people_count", filter=seen, default=0),
        )
    )


def shown_point_person(pod: Pod, roles: Collection[Role]) -> Person | None:
    """Return who looks after a pod, as far as these roles may know.

    A household that was hidden or became quiet after the plan was published names nobody any
    more, but to a steward. No roles at all: what may be printed.
    """
    leader = pod.point_person
    if leader is None or leader.household is None or Role.STEWARD in roles:
        return leader
    return None if leader.household.hidden or leader.household.quiet else leader


@dataclass(frozen=True)
class PlanNumbers:
    """A plan in numbers, hidden households counted for stewards only."""

    pods: int
    households: int
    unplaced: int
    smallest: int
    largest: int


def plan_numbers(plan: Plan, roles: Collection[Role]) -> PlanNumbers:
    """Count a plan as these roles may see it: no number gives a hidden door away."""
    doors = [pod.doors for pod in pods_with_counts(plan, roles)]
    least = _least_doors(plan, roles) if doors else 0
    return PlanNumbers(
        pods=len(doors),
        households=sum(doors),
        unplaced=visible_memberships(plan, roles).filter(pod=None).count(),
        smallest=max(least, min(doors, default=0)),
        largest=max(least, max(doors, default=0)),
    )


def _least_doors(plan: Plan, roles: Collection[Role]) -> int:
    """Fewest doors to admit to: a pod seen below the plan's own minimum has a hidden door."""
    told_all = Role.STEWARD in roles or plan.size_by != "households"
    return 0 if told_all else plan.min_size


def pods_of_reader(plan: Plan, roles: Collection[Role], user_id: int) -> QuerySet[Pod]:
    """Return the pods whose lists somebody may print: all for organizers, else their own."""
    pods = pods_with_counts(plan, roles)
    return pods if ORGANIZERS & set(roles) else pods.filter(point_person__user_id=user_id)


@dataclass(frozen=True)
class Change:
    """What a rebalanced plan would change for one household; no number stands for no pod."""

    household: Household
    before: int | None
    after: int | None
    point_person: Person | None


def changes_of(plan: Plan, roles: Collection[Role]) -> list[Change]:
    """Return who is elsewhere in a rebalanced plan than in the one it goes on from.

    Those who move come first, then newcomers, then whoever would be left without a pod; each group
    by address. Hidden households for stewards only.
    """
    before = dict(
        Membership.objects.filter(plan__version=plan.report["rebalanced_from"]).values_list(
            "household_id", "pod__number"
        )
    )
    leaders = {pod.pk: shown_point_person(pod, roles) for pod in pods_with_counts(plan, roles)}
    changes = [
        Change(
            household=member.household,
            before=before.get(member.household_id),
            after=member.pod.number if member.pod else None,
            point_person=leaders.get(member.pod_id),
        )
        for member in visible_memberships(plan, roles)
    ]
    return sorted(
        (change for change in changes if change.before != change.after),
        key=lambda c: (c.after is None, c.before is None, c.household.address),
    )
