"""Read who could take a request, who could not and why, and which offers wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from geomatch.matching.day import AGREED_OR_ASKED, Day, all_helpers, request_id, volunteer_id
from geomatch.matching.engine import Choice, Exclusion, Policy, shortlist
from geomatch.matching.models import Assignment, Match
from geomatch.matching.models import Policy as StoredPolicy
from geomatch.network.models import Request, Role, Volunteer

State = Match.State
EXPLAINED = 60  # of those who cannot go, nearest to qualifying first


@dataclass(frozen=True)
class Candidate:
    """Somebody who could go.

    Attributes
    ----------
    volunteer, choice
        Who, and the pair explained.
    tasks
        Tasks agreed or asked at present.
    state
        Of their newest match for this request, "" if there is none.
    """

    volunteer: Volunteer
    choice: Choice
    tasks: int
    state: str


@dataclass(frozen=True)
class Candidates:
    """Everybody the reader may choose among, the best in full.

    Attributes
    ----------
    choices
        The best, best first.
    excluded
        Who cannot go, with the rules that forbid it, nearest to qualifying first.
    n_feasible, n_excluded
        How many there are in all.
    """

    choices: tuple[Candidate, ...]
    excluded: tuple[tuple[Volunteer, Exclusion], ...]
    n_feasible: int
    n_excluded: int


def visible_helpers(roles: Collection[Role]) -> QuerySet[Volunteer]:
    """Return the volunteers these roles may choose among: hidden ones are a steward's choice."""
    helpers: QuerySet[Volunteer] = all_helpers().exclude(person__household__quiet=True)
    if Role.STEWARD in roles:
        return helpers
    return helpers.exclude(person__household__hidden=True)


def visible_matches(roles: Collection[Role]) -> QuerySet[Match]:
    """Return matches with whom they tie together; a hidden end is for stewards only."""
    matches = Match.objects.select_related(
        "request__person__household", "volunteer__person__household"
    )
    if Role.STEWARD in roles:
        return matches
    return matches.exclude(request__person__household__hidden=True).exclude(
        volunteer__person__household__hidden=True
    )


def candidates(
    request: Request,
    *,
    roles: Collection[Role],
    pod_of: Mapping[int, str],
    today: dt.date,
    top: int = 20,
    policy: Policy | None = None,
) -> Candidates:
    """Rank the volunteers for one request, and explain those who cannot go."""
    day = Day.from_network(
        pod_of,
        today,
        requests=[request],
        helpers=visible_helpers(roles),
        busy=AGREED_OR_ASKED,
        policy=policy,
        hidden_too=Role.STEWARD in roles,
    )
    found = shortlist(day.problem(), request_id(request.pk), top=top, excluded=EXPLAINED)
    by_id = {volunteer_id(helper.pk): helper for helper in day.helpers}
    states = dict(
        Match.objects.filter(request=request).order_by("id").values_list("volunteer_id", "state")
    )
    return Candidates(
        choices=tuple(
            Candidate(helper, choice, day.busy[helper.pk], states.get(helper.pk, ""))
            for choice in found.choices
            for helper in [by_id[choice.volunteer]]
        ),
        excluded=tuple((by_id[out.volunteer], out) for out in found.excluded),
        n_feasible=found.n_feasible,
        n_excluded=len(day.helpers) - found.n_feasible,
    )


CURRENT = (State.PROPOSED, State.OFFERED, State.ACCEPTED)


def current_matches(roles: Collection[Role]) -> QuerySet[Match]:
    """Return the matches proposed, asked or agreed, with whom they tie together.

    One that has a hidden household at either end is for stewards only.
    """
    return visible_matches(roles).filter(state__in=CURRENT)


@dataclass(frozen=True)
class RequestNumbers:
    """The requests and their matches in numbers, none of a hidden home.

    Attributes
    ----------
    open
        Requests that are open.
    served, waiting
        Those of them that have somebody (suggested, asked or agreed), and those that have nobody.
    suggested, to_tell, asked
        Matches of open requests: nobody decided yet; an offer that the volunteer was not told
        of yet; an offer that they were told of and did not answer yet.
    """

    open: int
    served: int
    waiting: int
    suggested: int
    to_tell: int
    asked: int


def request_numbers() -> RequestNumbers:
    """Count the current network's requests: the same for whoever asks."""
    requests = Request.objects.filter(state=Request.State.OPEN)
    waiting = without_anybody(requests.exclude(person__household__hidden=True)).count()
    everything = requests.exclude(person__household__hidden=True).count()
    matches = visible_matches(()).filter(request__state=Request.State.OPEN)
    offered = matches.filter(state=State.OFFERED)
    return RequestNumbers(
        open=everything,
        served=everything - waiting,
        waiting=waiting,
        suggested=matches.filter(state=State.PROPOSED).count(),
        to_tell=offered.filter(answer_by=None).count(),
        asked=offered.exclude(answer_by=None).count(),
    )


def without_anybody(requests: QuerySet[Request], roles: Collection[Role] = ()) -> QuerySet[Request]:
    """Narrow requests to those that have nobody: no suggestion, no offer, no yes to be seen."""
    return requests.exclude(pk__in=current_matches(roles).values("request_id"))


def waiting_offers(roles: Collection[Role]) -> QuerySet[Match]:
    """Return the offers nobody has answered: those not told yet first, then by time left."""
    waiting = visible_matches(roles).filter(state=State.OFFERED, request__state=Request.State.OPEN)
    return waiting.order_by("answer_by", "volunteer_id", "id")


def live_match(request: Request, roles: Collection[Role]) -> Match | None:
    """Return the furthest that a request has come: a yes, an offer, or a suggestion."""
    matches = visible_matches(roles).filter(request=request)
    for state in (State.DONE, State.ACCEPTED, State.OFFERED, State.PROPOSED):
        if match := matches.filter(state=state).last():
            return match
    return None


def whereabouts(match: Match) -> dict[str, Any] | None:
    """Return what a volunteer needs to go: only between their yes and the end of the task.

    Help by phone needs no address. Before the yes, and after it is done, there is nothing.
    """
    home = match.request.person.household
    if match.state != State.ACCEPTED or (home is not None and home.quiet):
        return None
    remote = match.request.mode == "remote"
    where = "" if home is None or remote else home.meeting_place or home.address
    return {
        "who": match.request.person.name,
        "where": where,
        "phone": match.request.person.phone,
        "details": match.request.details or "",
    }


def visible_requests(roles: Collection[Role]) -> QuerySet[Request]:
    """Return the requests these roles may know of; those from hidden homes are for stewards."""
    rows = Request.objects.select_related("person__household", "network")
    return rows if Role.STEWARD in roles else rows.exclude(person__household__hidden=True)


def visible_volunteers(roles: Collection[Role]) -> QuerySet[Volunteer]:
    """Return the volunteers these roles may know of, by name."""
    rows = Volunteer.objects.select_related("person__household").order_by("person__name", "id")
    return rows if Role.STEWARD in roles else rows.exclude(person__household__hidden=True)


def newest_assignment() -> Assignment | None:
    """Return what the solver said last."""
    return Assignment.objects.first()


def policy_versions() -> QuerySet[StoredPolicy]:
    """Return every version of the network's policy, the newest first, with who made it."""
    return StoredPolicy.objects.select_related("created_by")
