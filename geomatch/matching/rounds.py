"""Many offers at once: all suggestions become offers, and the unanswered are passed on."""

from __future__ import annotations

import datetime as dt

import numpy as np
from django.utils import timezone

from geomatch.matching.engine.model.rules import feasible
from geomatch.matching.models import Match
from geomatch.matching.offers import (
    Actor,
    Pods,
    State,
    ask,
    ask_next,
    day_of,
    has_hidden_end,
    is_steward,
    lock,
)
from geomatch.network.models import Network, Request
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record

__all__ = ["offer_all", "pass_on"]


def offer_all(
    *, network: Network, actor: Actor, pod_of: Pods | None = None, now: dt.datetime | None = None
) -> tuple[int, int]:
    """Turn every proposal into an offer that waits to be told.

    Proposals with a hidden household are a steward's alone. One that a rule forbids by now stays a
    proposal: “match all” will replace it.

    Returns
    -------
    Offers made, and proposals left.
    """
    now = now or timezone.now()
    with use_network(network):
        suggested = Match.objects.filter(state=State.PROPOSED, request__state=Request.State.OPEN)
        lock(suggested.values_list("request_id", flat=True))
        steward = is_steward(network, actor)
        proposals = [
            match
            for match in suggested.select_related(
                "request__person__household", "volunteer__person__household"
            )
            if steward or not has_hidden_end(match)
        ]
        day = day_of(proposals, pod_of or {}, now, hidden_too=steward)
        problem, at = day.problem(), {v.pk: j for j, v in enumerate(day.helpers)}
        asked = 0
        for i, match in enumerate(proposals):
            if feasible(problem, np.array(i), np.array(at[match.volunteer_id])):
                ask(match, None)
                asked += 1
        record(actor=actor, verb="turned suggestions into offers", offers=asked)
    return asked, len(proposals) - asked


def pass_on(
    *,
    network: Network,
    actor: Actor,
    pod_of: Pods | None = None,
    now: dt.datetime | None = None,
) -> list[Match]:
    """End the offers that nobody answered in time, and choose whom to ask next.

    Returns
    -------
    The new offers, not told yet. Costs one query where nothing is overdue.
    """
    now = now or timezone.now()
    with use_network(network):
        overdue = Match.objects.filter(state=State.OFFERED, answer_by__lt=now)
        requests = sorted(overdue.values_list("request_id", flat=True).distinct())
        if not requests:
            return []
        lock(requests)
        # somebody may have answered while this waited for the lock
        overdue.update(state=State.EXPIRED, updated_at=now)
        waiting = Request.objects.filter(pk__in=requests, state=Request.State.OPEN)
        waiting = waiting.select_related("person__household").order_by("pk")
        record(actor=actor, verb="passed offers on", offers=len(requests))
        new = [ask_next(request=request, pod_of=pod_of or {}, now=now) for request in waiting]
    return [match for match in new if match is not None]
