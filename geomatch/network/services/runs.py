"""Long work as rows: wanted, carried out by one worker at a time, and over in one of three ways.

A run is *claimed* by one statement that only one worker can win, on both databases. Whoever holds
the claim gives a sign of life every few seconds; one who falls silent (killed, or cut off from the
database) loses it, and another goes on. Everything written about a run names the claim it was
written under, so that a worker who was only slow cannot write over its successor.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, QuerySet
from django.utils import timezone

from geomatch.core.translation import gettext_noop
from geomatch.network.models import Network, Run
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record
from geomatch.network.services.signs import ask_to_stop, sign_of, take_signs_away
from geomatch.network.speaking import spoken

Progress = Callable[[float, float], bool]
"""Told how much is done of how much; answers whether to go on (see `performing.Told`)."""

OVER = (Run.State.DONE, Run.State.FAILED, Run.State.CANCELLED)
UNDER_WAY = (Run.State.WAITING, Run.State.RUNNING)

BEAT_S = 2.0
# Several beats: a machine that is busy or asleep for a moment has not died.
SILENCE = dt.timedelta(seconds=20)
MOST_ATTEMPTS = 3
LONGEST_WAIT = dt.timedelta(hours=24)
CUT_OFF = gettext_noop("This was cut off; please start it again.")
CUT_OFF_AGAIN = gettext_noop(
    "This was cut off three times; it may be too much for this machine. What was finished before "
    "is kept. Free some memory, or ask for less at once, and start it again."
)


def untold(done: float, total: float) -> None:
    """Stand in where nobody wants to be told how far the work is."""


def create_run(
    *,
    network: Network,
    kind: Run.Kind,
    actor: User | None,
    options: Mapping[str, Any] | None = None,
) -> Run:
    """Write down that some work is wanted."""
    with use_network(network):
        return Run.objects.create(kind=kind, started_by=actor, options=dict(options or {}))


def claim_run(*, network: Network, run: Run) -> str | None:
    """Take a waiting run, and return the claim; None where somebody else was first."""
    claim, now = secrets.token_hex(8), timezone.now()
    with use_network(network):
        won = Run.objects.filter(pk=run.pk, state=Run.State.WAITING).update(
            state=Run.State.RUNNING,
            claim=claim,
            attempts=F("attempts") + 1,
            seen_at=now,
            paced_at=None,
        )
        run.refresh_from_db()
    return claim if won else None


def cancel_run(*, network: Network, run: Run, actor: User) -> None:
    """Call work off: at once where nobody carries it out, else at its next step.

    Work that is over already stays as it is.
    """
    # First past the database: a long transaction may keep us waiting at the run's row.
    ask_to_stop(run)
    with use_network(network):
        asked, run = run, Run.objects.select_for_update().get(pk=run.pk)
        if run.state in OVER:  # it ended meanwhile, and took the signs away before we asked
            take_signs_away(asked.pk, asked.claim)
        if run.state in OVER or run.cancel_asked:
            return
        if run.state == Run.State.WAITING or is_silent(run):
            run.state, run.claim, run.finished_at = Run.State.CANCELLED, "", timezone.now()
        run.cancel_asked = True
        run.save(update_fields=["state", "claim", "finished_at", "cancel_asked"])
        with spoken("en"):
            kind = run.get_kind_display().lower()
        record(actor=actor, verb="called off", target=kind)


def note_report(*, run: Run, report: Mapping[str, Any]) -> None:
    """Write down what came of work so far, inside the transaction that did it."""
    Run.objects.filter(pk=run.pk).update(report=dict(report))


def put_back(*, network: Network, run: Run, claim: str) -> None:
    """Let a run wait again, because its worker has to leave; the attempt is not counted."""
    with use_network(network):
        _let_go(_held(run, claim), attempts=F("attempts") - 1)


def take_up_cut_off(run: Run) -> bool:
    """Let a run of the current network whose worker fell silent wait again, or give it up.

    Returns
    -------
    bool
        Whether it waits for a worker now.
    """
    if is_silent(run):
        # A sign of life while we look keeps the run with its worker.
        held = _held(run, run.claim).filter(seen_at=run.seen_at)
        if run.attempts < MOST_ATTEMPTS:
            _let_go(held)
        else:
            _let_go(held, state=Run.State.FAILED, message=CUT_OFF_AGAIN, finished_at=timezone.now())
        run.refresh_from_db()
    return run.state == Run.State.WAITING


def _held(run: Run, claim: str) -> QuerySet[Run]:
    return Run.objects.filter(pk=run.pk, state=Run.State.RUNNING, claim=claim)


def _let_go(held: QuerySet[Run], **fields: Any) -> None:
    """Take a run from whoever holds it; one that was called off meanwhile is over."""
    held.filter(cancel_asked=True).update(
        state=Run.State.CANCELLED, finished_at=timezone.now(), claim=""
    )
    held.update(**{"state": Run.State.WAITING, "claim": ""} | fields)


def is_forgotten(run: Run) -> bool:
    """Whether a run of the current network has waited long for somebody to carry it out.

    Its place in the queue may be lost: a restored backup holds no queue.
    """
    return take_up_cut_off(run) and timezone.now() - _last_sign(run) > SILENCE


def is_silent(run: Run) -> bool:
    """Whether a run is being carried out by somebody who gave no sign of life for long."""
    return run.state == Run.State.RUNNING and timezone.now() - _last_sign(run) > SILENCE


def end_cut_off_runs() -> None:
    """Give up the current network's runs that no worker came for in a day."""
    now = timezone.now()
    under_way = Run.objects.filter(state__in=UNDER_WAY)
    gone = [run.pk for run in under_way if now - _last_sign(run) > LONGEST_WAIT]
    if gone:  # a page that is only looked at writes nothing otherwise
        Run.objects.filter(pk__in=gone, state__in=UNDER_WAY).update(
            state=Run.State.FAILED, message=CUT_OFF, claim="", finished_at=now
        )


def _last_sign(run: Run) -> dt.datetime:
    sign = sign_of(run)
    return sign.at if sign else run.seen_at or run.created_at
