"""Asking volunteers, and what becomes of the answers: the services.

An offer is asked by a link or by phone and answered the same two ways. A no, or no answer in time,
passes it on to the next candidate; neither is counted anywhere. Every change first locks the
request, so that two coordinators do one thing after the other; the database's own constraint
(`one_accepted_match_per_request`) holds even where somebody forgets that.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from geomatch.core.errors import InputError, ParameterError
from geomatch.core.translation import gettext
from geomatch.matching.day import AGREED_OR_ASKED, Day, figures, request_id, volunteer_id
from geomatch.matching.engine import BUILT_IN_CODES, shortlist, why_not
from geomatch.matching.engine.answers.explain import explain
from geomatch.matching.models import Match
from geomatch.network.models import Member, Network, Request, Role, Volunteer
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record

State = Match.State
LIVE = (State.PROPOSED, State.OFFERED, State.ACCEPTED)
Urgency = Request.Urgency
# How long an answer is waited for before somebody else is asked.
ANSWER_WITHIN = {
    Urgency.URGENT: dt.timedelta(hours=4),
    Urgency.SOON: dt.timedelta(hours=24),
    Urgency.CAN_WAIT: dt.timedelta(hours=48),
}
# Rules that somebody's own yes cannot lift: they protect the other person.
NOT_THEIRS_TO_LIFT = frozenset({"quiet", "do-not-contact", "same-person", "never-pair"})

Pods = Mapping[int, str]
Actor = User | None


class NoLongerOpenError(InputError):
    """An offer cannot be answered so any more: somebody else is going, or it was called off."""


def offer(
    *,
    network: Network,
    request: Request,
    volunteer: Volunteer,
    actor: Actor,
    pod_of: Pods | None = None,
    told: bool = True,
    now: dt.datetime | None = None,
) -> Match:
    """Ask a volunteer to take a request; proposals for it give way.

    Parameters
    ----------
    told
        Whether the volunteer hears of it at once. If not, the time to answer begins with `tell`.
    now
        The time; its day decides which risk flags hold.

    Raises
    ------
    ParameterError
        A rule forbids the pair; the message names it.
    NoLongerOpenError
        Somebody has the request already, or this volunteer was asked already.
    """
    now = now or timezone.now()
    with use_network(network):
        request, match = _match_to_make(request, volunteer)
        _judge(network, match, actor, pod_of or {}, now)
        Match.objects.filter(request=request, state=State.PROPOSED).exclude(pk=match.pk).delete()
        ask(match, now if told else None)
        record(actor=actor, verb="asked a volunteer", target=f"request {request.pk}")
    return match


def tell(*, network: Network, match: Match, actor: Actor, now: dt.datetime | None = None) -> Match:
    """Note that the volunteer hears of an offer now, and make a new link for it."""
    with use_network(network):
        request, match = _both(match)
        _refuse_unless_offered(request, match)
        ask(match, now or timezone.now())
        record(actor=actor, verb="asked a volunteer", target=f"request {request.pk}")
    return match


def accept(
    *, network: Network, match: Match, actor: Actor, now: dt.datetime | None = None
) -> Match:
    """Take a yes. Whoever else was asked need not go any more.

    Parameters
    ----------
    actor
        The coordinator who noted it; None for an answer by the link, which must be in time.

    Raises
    ------
    NoLongerOpenError
        Somebody else said yes first, the offer is over, or a rule now keeps the two apart.
    """
    now = now or timezone.now()
    with use_network(network):
        request, match = _both(match)
        if match.state == State.ACCEPTED:
            return match
        _refuse_unless_offered(request, match)
        if actor is None and is_late(match, now):
            raise NoLongerOpenError(gettext("The time to answer is over."))
        _refuse_if_kept_apart(match, now)
        match.state, match.answered_at = State.ACCEPTED, now
        try:
            with transaction.atomic():
                match.save()
        except IntegrityError:
            raise NoLongerOpenError(gettext("Somebody else is going already.")) from None
        Request.objects.filter(pk=request.pk).update(state=Request.State.MATCHED)
        others = Match.objects.filter(request=request).exclude(pk=match.pk)
        others.filter(state=State.PROPOSED).delete()
        others.filter(state=State.OFFERED).update(state=State.CANCELLED, updated_at=now)
        record(actor=actor, verb="noted a yes", target=f"request {request.pk}")
    return match


def decline(
    *,
    network: Network,
    match: Match,
    actor: Actor,
    pod_of: Pods | None = None,
    now: dt.datetime | None = None,
) -> Match | None:
    """Take a no. It is never held against anybody: nothing counts it.

    Returns
    -------
    The next offer, not told yet, if a link said no and somebody else can go. A coordinator who
    notes a no has the list of candidates before them, and chooses.
    """
    now = now or timezone.now()
    with use_network(network):
        request, match = _both(match)
        if match.state == State.DECLINED:
            return None
        _refuse_unless_offered(request, match)
        match.state, match.answered_at = State.DECLINED, now
        match.save()
        record(actor=actor, verb="noted a no", target=f"request {request.pk}")
        if actor is not None:
            return None
        return ask_next(request=request, pod_of=pod_of or {}, now=now)


def call_off(
    *, network: Network, match: Match, actor: Actor, now: dt.datetime | None = None
) -> Match:
    """Take back an offer, or a yes: the request is open again."""
    with use_network(network):
        request, match = _both(match)
        if match.state not in (State.OFFERED, State.ACCEPTED):
            raise NoLongerOpenError(gettext("This offer is over already."))
        match.state, match.answered_at = State.CANCELLED, now or timezone.now()
        match.save()
        Request.objects.filter(pk=request.pk, state=Request.State.MATCHED).update(
            state=Request.State.OPEN
        )
        record(actor=actor, verb="called off an offer", target=f"request {request.pk}")
    return match


def complete(
    *, network: Network, match: Match, actor: Actor, now: dt.datetime | None = None
) -> Match:
    """Note that the help was given. The address is hidden from the volunteer again."""
    with use_network(network):
        request, match = _both(match)
        if match.state == State.DONE:
            return match
        if match.state != State.ACCEPTED:
            raise NoLongerOpenError(
                gettext("Nobody has said yes to this, so it cannot be done yet.")
            )
        match.state, match.answered_at = State.DONE, now or timezone.now()
        match.save()
        Request.objects.filter(pk=request.pk).update(state=Request.State.DONE)
        record(actor=actor, verb="noted a task as done", target=f"request {request.pk}")
    return match


def not_done(*, network: Network, match: Match, actor: Actor) -> Match:
    """Take a wrong “done” back: the volunteer is on their way again."""
    with use_network(network):
        request, match = _both(match)
        if match.state != State.DONE:
            raise NoLongerOpenError(gettext("This is not noted as done."))
        match.state = State.ACCEPTED
        match.save()
        Request.objects.filter(pk=request.pk).update(state=Request.State.MATCHED)
        record(actor=actor, verb="took a done back", target=f"request {request.pk}")
    return match


def pin(
    *, network: Network, request: Request, volunteer: Volunteer, actor: Actor, pod_of: Pods
) -> Match:
    """Choose a volunteer without asking yet; “match all” leaves the choice alone.

    Raises
    ------
    ParameterError
        A rule forbids the pair.
    NoLongerOpenError
        The request has somebody, or this volunteer has been asked.
    """
    with use_network(network):
        request, match = _match_to_make(request, volunteer)
        _judge(network, match, actor, pod_of, timezone.now())
        Match.objects.filter(request=request, state=State.PROPOSED).exclude(pk=match.pk).delete()
        match.pinned = True
        match.save()
        record(actor=actor, verb="chose a volunteer", target=f"request {request.pk}")
    return match


def unpin(*, network: Network, match: Match, actor: Actor) -> None:
    """Let “match all” decide again."""
    with use_network(network):
        request, match = _both(match)
        match.pinned = False
        match.save()
        record(actor=actor, verb="let a choice go", target=f"request {request.pk}")


def ask_next(*, request: Request, pod_of: Pods, now: dt.datetime) -> Match | None:
    """Offer a locked request to the best candidate who was not asked for it yet.

    A choice that somebody pinned goes first. Nobody is asked while somebody thinks it over.
    """
    matches = Match.objects.filter(request=request)
    if matches.filter(state__in=AGREED_OR_ASKED).exists():
        return None
    match = matches.filter(state=State.PROPOSED, pinned=True).first()
    if match is None:
        matches.filter(state=State.PROPOSED).delete()
        match = _best_of_the_others(request, pod_of, now)
    if match is not None:
        ask(match, None)
    return match


def _best_of_the_others(request: Request, pod_of: Pods, now: dt.datetime) -> Match | None:
    asked = Match.objects.filter(request=request).values_list("volunteer_id", flat=True)
    gone = {volunteer_id(pk) for pk in asked}
    day = Day.from_network(
        pod_of, timezone.localdate(now), requests=[request], busy=AGREED_OR_ASKED
    )
    problem = day.problem()
    found = shortlist(problem, request_id(request.pk), top=len(gone) + 1, excluded=0)
    for choice in found.choices:
        if choice.volunteer not in gone:
            helper = day.helpers[problem.volunteers.ids.index(choice.volunteer)]
            return Match(request=request, volunteer=helper, **figures(choice))
    return None


def is_late(match: Match, now: dt.datetime) -> bool:
    """Whether the time to answer is over."""
    return match.answer_by is not None and match.answer_by < now


def is_steward(network: Network, actor: Actor) -> bool:
    """Whether somebody may choose for hidden households."""
    if actor is None:
        return False
    return Member.objects.filter(network=network, user=actor, role=Role.STEWARD).exists()


def has_hidden_end(match: Match) -> bool:
    """Whether a hidden household is at either end."""
    homes = (match.request.person.household, match.volunteer.person.household)
    return any(home is not None and home.hidden for home in homes)


# ── inside ──────────────────────────────────────────────────────────────────────────────────────


def _locked(pk: int) -> Request:
    """Read a request so that everybody else who would change its matches waits."""
    lock([pk])
    return Request.objects.select_related("person__household").get(pk=pk)


def lock(requests: Iterable[int]) -> None:
    """Make everybody else who would change the matches of these requests wait."""
    list(
        Request.objects.select_for_update()
        .filter(pk__in=set(requests))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _both(match: Match) -> tuple[Request, Match]:
    """Lock a match's request and read the match anew."""
    request = _locked(match.request_id)
    fresh = Match.objects.select_related("volunteer__person__household").get(pk=match.pk)
    fresh.request = request
    return request, fresh


def ask(match: Match, now: dt.datetime | None) -> None:
    """Make a match an offer with a new link; the time to answer runs from `now`."""
    match.state, match.key = State.OFFERED, secrets.token_hex(16)
    match.answered_at = None
    match.answer_by = now + ANSWER_WITHIN[Urgency(match.request.urgency)] if now else None
    try:
        with transaction.atomic():
            match.save()
    except IntegrityError:
        raise NoLongerOpenError(gettext("This volunteer has been asked already.")) from None


def _match_to_make(request: Request, volunteer: Volunteer) -> tuple[Request, Match]:
    """Lock an open request; return it, and its suggestion of this volunteer or a new match."""
    request = _locked(request.pk)
    _refuse_unless_open(request)
    match = Match.objects.filter(request=request, volunteer=volunteer, state__in=LIVE).first()
    if match is not None and match.state != State.PROPOSED:
        raise NoLongerOpenError(
            gettext("{name} has been asked already.").format(name=volunteer.person.name)
        )
    return request, match or Match(request=request, volunteer=volunteer)


def _refuse_unless_open(request: Request) -> None:
    if request.state != Request.State.OPEN:
        raise NoLongerOpenError(
            gettext("This request is {state} already.").format(state=request.get_state_display())
        )


def _refuse_unless_offered(request: Request, match: Match) -> None:
    if match.state != State.OFFERED or request.state != Request.State.OPEN:
        raise NoLongerOpenError(
            gettext("This offer is over: somebody else is going, or it was called off.")
        )


def day_of(
    matches: list[Match], pod_of: Pods, now: dt.datetime, *, hidden_too: bool = False
) -> Day:
    """Read the day of some pairs alone."""
    helpers = {match.volunteer_id: match.volunteer for match in matches}
    return Day.from_network(
        pod_of,
        timezone.localdate(now),
        requests=[match.request for match in matches],
        helpers=helpers.values(),
        hidden_too=hidden_too,
    )


def _judge(network: Network, match: Match, actor: Actor, pod_of: Pods, now: dt.datetime) -> None:
    """Refuse a pair that a rule forbids; write down what the pair is worth."""
    day = day_of([match], pod_of, now, hidden_too=is_steward(network, actor))
    pair = (request_id(match.request.pk), volunteer_id(match.volunteer.pk))
    problem = day.problem()
    if blocks := why_not(problem, *pair).blocks:
        name = match.volunteer.person.name
        raise ParameterError(
            gettext("{name} cannot be asked: {sentence}.").format(
                name=name, sentence=blocks[0].sentence
            )
        )
    for name, value in figures(explain(problem, *pair)).items():
        setattr(match, name, value)


def _refuse_if_kept_apart(match: Match, now: dt.datetime) -> None:
    """Judge again what may have changed since the offer: a new flag, a death."""
    day = day_of([match], {}, now, hidden_too=True)
    pair = (request_id(match.request_id), volunteer_id(match.volunteer_id))
    codes = {block.code for block in why_not(day.problem(), *pair).blocks}
    if codes & NOT_THEIRS_TO_LIFT or codes - set(BUILT_IN_CODES):
        raise NoLongerOpenError(gettext("This is not open any more; your coordinator knows why."))
