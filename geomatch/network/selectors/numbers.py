"""The network's own numbers: one definition each, the same for whoever asks.

What they mean stands in `docs/reference/glossary.md`. No number counts a hidden home, or anybody
who lives in one; a steward gets those apart.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from geomatch.network.models import (
    PRECISE,
    GroundFeature,
    Household,
    Request,
    Role,
    Volunteer,
)
from geomatch.network.selectors.doubtful import DOUBTFUL, UNLOOKED

IN_PODS = Q(in_pods=True)


@dataclass(frozen=True)
class Numbers:
    """The network in numbers.

    Attributes
    ----------
    households, people
        Homes of neighbours, and the people who live in them.
    volunteers_homes
        Homes known only as a volunteer's: counted in no pod.
    located, doubtful, unlooked
        Homes whose point is their own; homes, volunteers' too, whose point somebody should look
        at; homes nobody has looked up yet.
    volunteers, open_requests, urgent_requests
        Who helps and what is asked for.
    hidden
        The same of hidden homes, for a steward; None for everybody else.
    """

    households: int
    people: int
    volunteers_homes: int
    located: int
    doubtful: int
    unlooked: int
    volunteers: int
    open_requests: int
    urgent_requests: int
    hidden: Numbers | None = None

    def apart(self, name: str) -> int:
        """Return a number of hidden homes, 0 for whoever may not know."""
        return int(getattr(self.hidden, name)) if self.hidden else 0

    def known(self, name: str) -> int:
        """Return a number with what the reader gets apart: whether there is anything to do."""
        return int(getattr(self, name)) + self.apart(name)


@dataclass(frozen=True)
class HomeNumbers:
    """A list of homes in numbers, hidden ones apart."""

    households: int
    volunteers_homes: int
    hidden: int


def has_streets() -> bool:
    """Whether the current network's ground has streets to walk along."""
    return GroundFeature.objects.filter(kind=GroundFeature.Kind.STREET).exists()


def network_numbers(roles: Collection[Role]) -> Numbers:
    """Count the current network; only what a steward gets apart depends on the roles."""
    return _counted(hidden=False, apart=_counted(hidden=True) if Role.STEWARD in roles else None)


def home_numbers(households: QuerySet[Household]) -> HomeNumbers:
    """Count some homes by what they are, as everywhere."""
    # Counted by id: a list that was searched by name joins people, and may name a home twice.
    ids = households.order_by().values("id")
    return HomeNumbers(
        **Household.objects.filter(id__in=ids).aggregate(
            households=Count("id", filter=IN_PODS & Q(hidden=False)),
            volunteers_homes=Count("id", filter=~IN_PODS & Q(hidden=False)),
            hidden=Count("id", filter=Q(hidden=True)),
        )
    )


def _counted(*, hidden: bool, apart: Numbers | None = None) -> Numbers:
    """Count what belongs to hidden homes, or what does not."""
    homes = Household.objects.filter(hidden=hidden).aggregate(
        households=Count("id", filter=IN_PODS),
        people=Sum("people_count", filter=IN_PODS, default=0),
        volunteers_homes=Count("id", filter=~IN_PODS),
        located=Count("id", filter=IN_PODS & Q(quality__in=PRECISE)),
        doubtful=Count("id", filter=DOUBTFUL & ~UNLOOKED),
        unlooked=Count("id", filter=IN_PODS & UNLOOKED),
    )
    lives_hidden = Q(person__household__hidden=True)
    theirs = lives_hidden if hidden else ~lives_hidden
    requests = Request.objects.filter(theirs, state=Request.State.OPEN)
    return Numbers(
        **homes,
        volunteers=Volunteer.objects.filter(theirs).count(),
        open_requests=requests.count(),
        urgent_requests=requests.filter(urgency=Request.Urgency.URGENT).count(),
        hidden=apart,
    )
