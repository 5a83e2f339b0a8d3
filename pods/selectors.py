"""Read plans and pods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from geomatch.network.models import Role
from pods.models import Membership, Plan, Pod

ORGANIZERS = frozenset({Role.STEWARD, Role.ORGANIZER})


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
        .select_related("point_person", "medoid")
        .annotate(
            doors=Count("memberships", filter=seen),
            people=Sum("memberships__household__people_count", filter=seen, default=0),
        )
    )


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
    return PlanNumbers(
        pods=len(doors),
        households=sum(doors),
        unplaced=visible_memberships(plan, roles).filter(pod=None).count(),
        smallest=min(doors, default=0),
        largest=max(doors, default=0),
    )


def pods_of_reader(plan: Plan, roles: Collection[Role], user_id: int) -> QuerySet[Pod]:
    """Return the pods whose lists somebody may print: all for organizers, else their own."""
    pods = pods_with_counts(plan, roles)
    return pods if ORGANIZERS & set(roles) else pods.filter(point_person__user_id=user_id)
