"""Read plans and pods."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, Q, QuerySet, Sum

from geomatch.network.access import ORGANIZERS
from geomatch.network.models import Household, Person, Role
from pods.models import Barrier, Membership, Plan, Pod

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    CountedPod = WithAnnotations[Pod, "PodCounts"]


class PodCounts(TypedDict):
    """What `pods_with_counts` adds to a pod."""

    homes: int
    people: int
    printed_homes: int
    printed_people: int


def published_plan() -> Plan | None:
    """Return the plan that lists are printed from, if there is one."""
    plan: Plan | None = Plan.objects.filter(state=Plan.State.PUBLISHED).first()
    return plan


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


def pods_with_counts(plan: Plan) -> QuerySet[CountedPod]:
    """Return the plan's pods by number, with `homes` and `people`, and what of both is printed.

    Nobody's count has a hidden home in it, and what is printed no quiet one either.
    """
    seen = Q(memberships__household__hidden=False)
    printed = seen & Q(memberships__household__quiet=False)
    return (
        Pod.objects.filter(plan=plan)
        .select_related("point_person__household", "medoid")
        .annotate(
            homes=Count("memberships", filter=seen),
            people=Sum("memberships__household__people_count", filter=seen, default=0),
            printed_homes=Count("memberships", filter=printed),
            printed_people=Sum("memberships__household__people_count", filter=printed, default=0),
        )
        .order_by("number")  # what counts its rows forgets the order of its model
    )


def shown_point_person(pod: Pod, roles: Collection[Role]) -> Person | None:
    """Return who looks after a pod, as far as these roles may know.

    A household that was hidden or became quiet after the plan was published names nobody any
    more, but to a steward. No roles at all: what may be printed.
    """
    leader: Person | None = pod.point_person
    if leader is None or leader.household is None or Role.STEWARD in roles:
        return leader
    return None if leader.household.hidden or leader.household.quiet else leader


@dataclass(frozen=True)
class PlanNumbers:
    """A plan in numbers: the same for whoever asks.

    Attributes
    ----------
    pods
        How many there are.
    households, unplaced
        Homes in a pod, and homes in none. Together they are the homes of the plan.
    smallest, largest
        Homes of the smallest and of the largest pod.
    hidden
        Hidden homes, in a pod or in none, for a steward; 0 for everybody else. They are in no
        other number.
    """

    pods: int
    households: int
    unplaced: int
    smallest: int
    largest: int
    hidden: int = 0

    @property
    def all_households(self) -> int:
        """Homes of the plan, in a pod or in none."""
        return self.households + self.unplaced


def plan_numbers(plan: Plan, roles: Collection[Role]) -> PlanNumbers:
    """Count a plan; only what a steward gets apart depends on the roles."""
    homes = [pod.homes for pod in pods_with_counts(plan)]
    least = _fewest_homes(plan) if homes else 0
    return PlanNumbers(
        pods=len(homes),
        households=sum(homes),
        unplaced=visible_memberships(plan, ()).filter(pod=None).count(),
        smallest=max(least, min(homes, default=0)),
        largest=max(least, max(homes, default=0)),
        hidden=visible_memberships(plan, roles).filter(household__hidden=True).count(),
    )


def _fewest_homes(plan: Plan) -> int:
    """Fewest homes to admit to: a pod seen below the plan's own minimum has a hidden one."""
    return plan.min_size if plan.size_by == "households" else 0


def pods_of_reader(plan: Plan | None, roles: Collection[Role], user_id: int) -> QuerySet[Pod]:
    """Return the pods whose lists somebody may print: all for organizers, else their own.

    Of no plan there are none.
    """
    if plan is None:
        return Pod.objects.none()
    pods = pods_with_counts(plan)
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
    leaders: dict[int | None, Person | None] = {
        pod.pk: shown_point_person(pod, roles) for pod in pods_with_counts(plan)
    }
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


def moved_and_joined(changes: Iterable[Change]) -> tuple[int, int]:
    """Count homes that would change pod, and newcomers that would get one; no hidden ones."""
    placed = [c for c in changes if c.after is not None and not c.household.hidden]
    joined = sum(change.before is None for change in placed)
    return len(placed) - joined, joined


def all_plans() -> QuerySet[Plan]:
    """Return every plan, with who drew it."""
    return Plan.objects.select_related("created_by")


def plan_in_use() -> Plan | None:
    """Return the published plan, else the newest draft."""
    plans = Plan.objects.exclude(state=Plan.State.ARCHIVED)
    return plans.order_by("-state", "-version").first()  # "published" sorts after "draft"


def memberships_of(plan: Plan, homes: Iterable[Household]) -> QuerySet[Membership]:
    """Return which of these homes are in which pod of a plan."""
    inside = Membership.objects.filter(plan=plan, household__in=homes, pod__isnull=False)
    return inside.select_related("pod")


def has_barriers() -> bool:
    """Whether anybody said what nobody crosses."""
    return Barrier.objects.exists()
