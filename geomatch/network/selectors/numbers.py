"""The network's own numbers, counted as the person who asks may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from geomatch.network.models import PRECISE, GroundFeature, Request, Role, Volunteer
from geomatch.network.selectors.doubtful import DOUBTFUL, UNLOOKED
from geomatch.network.selectors.households import visible_households


@dataclass(frozen=True)
class Numbers:
    """Counts for the first page.

    Attributes
    ----------
    households, people
        Doors in the pods' list, and the people behind them.
    helpers_doors
        Doors known only as a volunteer's home: counted in no pod.
    located, doubtful, unlooked
        Doors whose point is their own; homes, volunteers' too, whose point somebody should look
        at; doors nobody has looked up yet.
    volunteers, open_requests, urgent_requests
        Who helps and who waits.
    """

    households: int
    people: int
    helpers_doors: int
    located: int
    doubtful: int
    unlooked: int
    volunteers: int
    open_requests: int
    urgent_requests: int


def has_streets() -> bool:
    """Whether the current network's ground has streets to walk along."""
    return GroundFeature.objects.filter(kind=GroundFeature.Kind.STREET).exists()


def network_numbers(roles: Collection[Role]) -> Numbers:
    """Count the current network."""
    in_pods = Q(in_pods=True)
    doors = visible_households(roles).aggregate(
        households=Count("id", filter=in_pods),
        people=Sum("people_count", filter=in_pods, default=0),
        helpers_doors=Count("id", filter=~in_pods),
        located=Count("id", filter=in_pods & Q(quality__in=PRECISE)),
        doubtful=Count("id", filter=DOUBTFUL & ~UNLOOKED),
        unlooked=Count("id", filter=in_pods & UNLOOKED),
    )
    waiting = Request.objects.filter(state=Request.State.OPEN)
    helpers = Volunteer.objects.all()
    if Role.STEWARD not in roles:
        waiting = waiting.exclude(person__household__hidden=True)
        helpers = helpers.exclude(person__household__hidden=True)
    return Numbers(
        **doors,
        volunteers=helpers.count(),
        open_requests=waiting.count(),
        urgent_requests=waiting.filter(urgency=Request.Urgency.URGENT).count(),
    )
