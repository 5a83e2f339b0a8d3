"""A volunteer cancels: their tasks are given to others together, with the fewest phone calls."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from geomatch.matching.day import AGREED_OR_ASKED, Day, figures, request_id, volunteer_id
from geomatch.matching.engine import MatchProblem, explain, hand_over
from geomatch.matching.models import Match
from geomatch.matching.offers import LIVE, NoLongerOpenError, ask, lock
from geomatch.network.models import Network, Request, Volunteer
from geomatch.network.scope import lock_network, use_network
from geomatch.network.services.audit import record

State = Match.State
# Of several matches of one request, the one that has come furthest counts; where somebody else was
# asked as well, the request is in their hands.
FURTHEST = {State.ACCEPTED: 0, State.OFFERED: 1, State.PROPOSED: 2}


@dataclass(frozen=True)
class Handed:
    """One task and who takes it over; None if nobody can."""

    match: Match
    taker: Volunteer | None


@dataclass(frozen=True)
class HandoverPlan:
    """What would become of somebody's tasks; nothing has changed yet.

    Attributes
    ----------
    tasks
        Every task they had.
    calls
        Whom to call and for how many tasks, most tasks first.
    proven
        Whether no other way serves as much with fewer calls.
    fingerprint
        Of the plan: applying refuses when it would do something else than was shown.
    problem
        What was looked at, for explaining.
    """

    tasks: tuple[Handed, ...]
    calls: tuple[tuple[Volunteer, int], ...]
    proven: bool
    fingerprint: str
    problem: MatchProblem


def plan_handover(
    volunteer: Volunteer, *, pod_of: Mapping[int, str], today: dt.date
) -> HandoverPlan:
    """Find who takes over: as many tasks as possible, then few calls, then the best fit.

    Nobody else's tasks move. Whoever was asked for a task before is not asked for it again.
    """
    live = Match.objects.filter(state__in=LIVE).select_related(
        "request__person__household", "volunteer__person__household"
    )
    chosen: dict[int, Match] = {}

    def furthest(m: Match) -> tuple[int, bool, int]:
        return FURTHEST[State(m.state)], m.volunteer_id == volunteer.pk, m.pk

    for match in sorted(live, key=furthest):
        chosen.setdefault(match.request_id, match)
    day = Day(pod_of, today, requests=[match.request for match in chosen.values()])
    mine = [m for m in chosen.values() if m.volunteer_id == volunteer.pk]
    before = Match.objects.filter(request__in=[m.request_id for m in mine])
    day.never += [
        (volunteer_id(helper), request_id(request))
        for request, helper in before.values_list("request_id", "volunteer_id")
    ]
    problem = day.problem()
    place = {helper.pk: j for j, helper in enumerate(day.helpers)}
    assigned = np.array([place[m.volunteer_id] for m in chosen.values()], dtype=np.int64)
    found = hand_over(problem, assigned, volunteer_id(volunteer.pk))
    by_id = {volunteer_id(helper.pk): helper for helper in day.helpers}
    takers = [by_id.get(found.takers.get(request_id(m.request_id), "")) for m in mine]
    counts = Counter(taker.pk for taker in takers if taker)
    return HandoverPlan(
        tasks=tuple(Handed(m, taker) for m, taker in zip(mine, takers, strict=True)),
        calls=tuple((by_id[name], counts[by_id[name].pk]) for name in found.calls),
        proven=found.proven,
        fingerprint=_fingerprint(
            (m.pk, m.state, taker.pk if taker else None)
            for m, taker in zip(mine, takers, strict=True)
        ),
        problem=problem,
    )


def hand_over_tasks(
    *,
    network: Network,
    volunteer: Volunteer,
    actor: AbstractBaseUser | None,
    pod_of: Mapping[int, str],
    fingerprint: str,
    resting_until: dt.date | None = None,
    today: dt.date | None = None,
) -> HandoverPlan:
    """Do what `plan_handover` showed: the tasks are open again, and their takers to be called.

    Parameters
    ----------
    fingerprint
        Of the plan that was shown.
    resting_until
        Last day on which the volunteer is not to be asked; None leaves it as it is.

    Raises
    ------
    NoLongerOpenError
        The plan would be another by now.
    """
    with use_network(network):
        lock_network()
        lock(
            Match.objects.filter(volunteer=volunteer, state__in=LIVE).values_list(
                "request_id", flat=True
            )
        )
        plan = plan_handover(volunteer, pod_of=pod_of, today=today or timezone.localdate())
        if plan.fingerprint != fingerprint:
            raise NoLongerOpenError("Something changed meanwhile. This is the plan as it is now.")
        _release(volunteer)
        for handed in plan.tasks:
            if handed.taker is not None:
                _ask_to_take_over(handed.match.request, handed.taker, plan.problem)
        if resting_until is not None:
            Volunteer.objects.filter(pk=volunteer.pk).update(resting_until=resting_until)
        record(
            actor=actor,
            verb="handed over tasks",
            target=f"volunteer {volunteer.pk}",
            tasks=len(plan.tasks),
            calls=len(plan.calls),
        )
    return plan


def _release(volunteer: Volunteer) -> None:
    mine = Match.objects.filter(volunteer=volunteer)
    promised = mine.filter(state=State.ACCEPTED).values_list("request_id", flat=True)
    Request.objects.filter(pk__in=list(promised), state=Request.State.MATCHED).update(
        state=Request.State.OPEN
    )
    mine.filter(state=State.PROPOSED).delete()
    mine.filter(state__in=AGREED_OR_ASKED).update(
        state=State.CANCELLED, answered_at=timezone.now(), updated_at=timezone.now()
    )


def _ask_to_take_over(request: Request, taker: Volunteer, problem: MatchProblem) -> None:
    request.state = Request.State.OPEN
    Match.objects.filter(request=request, state=State.PROPOSED).delete()
    choice = explain(problem, request_id(request.pk), volunteer_id(taker.pk))
    ask(Match(request=request, volunteer=taker, **figures(choice)), None)


def _fingerprint(rows) -> str:
    return hashlib.sha256(json.dumps(sorted(rows)).encode()).hexdigest()[:16]
