"""A request comes into a solved day: its best place, without solving the day again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from geomatch.matching.day import Day, figures, open_requests, request_id, volunteer_id
from geomatch.matching.engine import MatchProblem, explain
from geomatch.matching.engine.model.problem import Integers
from geomatch.matching.engine.solver.solve import pinned_positions
from geomatch.matching.models import Assignment, Match
from geomatch.matching.offers import LIVE, NoLongerOpenError, lock
from geomatch.network.models import Network, Request, Volunteer
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record

if TYPE_CHECKING:
    from geomatch.matching.engine.solver.online import LivingDay

State = Match.State


@dataclass(frozen=True)
class Move:
    """One request that changes its suggested volunteer; None is nobody."""

    request: Request
    before: Volunteer | None
    after: Volunteer | None


@dataclass(frozen=True)
class Insertion:
    """The best way to let a request in.

    Attributes
    ----------
    volunteer
        Who would take it; None if it had better stay open.
    moves
        Other suggestions that change for it. Offers and promises never do.
    proven
        Whether the whole day is then proven best.
    problem
        What was looked at, for explaining.
    """

    volunteer: Volunteer | None
    moves: tuple[Move, ...]
    proven: bool
    problem: MatchProblem


def best_insertion(
    request: Request, *, pod_of: Mapping[int, str], today: dt.date
) -> Insertion | None:
    """Find the best place of a request that came after everything was matched.

    Goes on from the last assignment and its prices (`LivingDay`): one look at every pair, and one
    shortest path. Suggestions may move; offers, promises and pinned choices may not.

    Returns
    -------
    None where there is nothing to go on from, or the request has somebody, or nobody may be sent.
    """
    assignment = Assignment.objects.first()
    taken = Match.objects.filter(request=request, state__in=LIVE).exists()
    if assignment is None or taken or request.state != Request.State.OPEN:
        return None
    day = Day(pod_of, today)
    day.ask_nobody_twice()
    problem = day.with_offers_that_hold()
    at = {row.pk: i for i, row in enumerate(day.open)}
    if request.pk not in at or problem.r_withheld[at[request.pk]]:
        return None
    before = _suggested(day, at)
    living = _living(day, problem, assignment, before, at[request.pk])
    living.insert(request_id(request.pk))
    after = living.volunteer
    helper = dict(enumerate(day.helpers)).get  # nobody at -1
    return Insertion(
        volunteer=helper(after[at[request.pk]]),
        moves=tuple(
            Move(day.open[i], helper(before[i]), helper(after[i]))
            for i in np.flatnonzero(before != after)
            if day.open[i].pk != request.pk and day.open[i].pk not in day.kept
        ),
        proven=living.objective == living.upper_bound,
        problem=problem,
    )


def _living(
    day: Day, problem: MatchProblem, assignment: Assignment, before: Integers, newcomer: int
) -> LivingDay:
    """Take the day up where “match all” left it: other newcomers wait until they are let in."""
    from geomatch.matching.engine.solver.online import LivingDay  # loads compiled code

    known = set(assignment.unmatched)
    waiting = np.array([str(row.pk) not in known for row in day.open]) & (before < 0)
    waiting[newcomer] = True
    prices = np.array([assignment.prices.get(str(v.pk), 0) for v in day.helpers], dtype=np.int64)
    pins = pinned_positions(problem, day.pinned)
    return LivingDay(problem, waiting, pins, earlier=(before, prices))


def _suggested(day: Day, at: Mapping[int, int]) -> Integers:
    """(n,) the volunteer suggested to each request, -1 for none; pinned ones are the solver's."""
    place = {helper.pk: j for j, helper in enumerate(day.helpers)}
    before = np.full(len(day.open), -1, dtype=np.int64)
    proposals = Match.objects.filter(state=State.PROPOSED, pinned=False)
    for request, volunteer in proposals.values_list("request_id", "volunteer_id"):
        if request in at and volunteer in place:
            before[at[request]] = place[volunteer]
    return before


def take_insertion(
    *,
    network: Network,
    request: Request,
    actor: AbstractBaseUser | None,
    pod_of: Mapping[int, str],
    today: dt.date | None = None,
) -> Insertion:
    """Suggest what `best_insertion` finds, and move the suggestions that make room for it.

    Raises
    ------
    NoLongerOpenError
        There is no better place for it than to stay open.
    """
    with use_network(network):
        lock(open_requests().values_list("pk", flat=True))
        found = best_insertion(request, pod_of=pod_of, today=today or timezone.localdate())
        if found is None or found.volunteer is None:
            raise NoLongerOpenError("Nobody is free for this any more; look at the list again.")
        moves = (*found.moves, Move(request, None, found.volunteer))
        touched = [move.request.pk for move in moves]
        Match.objects.filter(request__in=touched, state=State.PROPOSED).delete()
        Match.objects.bulk_create(
            Match(
                network=network,
                request=move.request,
                volunteer=move.after,
                **figures(
                    explain(found.problem, request_id(move.request.pk), volunteer_id(move.after.pk))
                ),
            )
            for move in moves
            if move.after is not None
        )
        record(
            actor=actor,
            verb="let a request in",
            target=f"request {request.pk}",
            moved=len(found.moves),
        )
    return found
