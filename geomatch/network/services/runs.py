"""Long work as rows: started, moving, finished, or failed with a sentence."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from geomatch.core.errors import GeomatchError
from geomatch.network.models import Network, Run
from geomatch.network.scope import use_network

# A bar that moves twice a second looks alive; writing more often would slow the work.
SECONDS_BETWEEN_WRITES = 0.5

OVER = (Run.State.DONE, Run.State.FAILED)
UNDER_WAY = (Run.State.WAITING, Run.State.RUNNING)
# A worker that was killed says nothing. After this long without a word, its work is given up.
SILENCE_WHILE_RUNNING = dt.timedelta(hours=2)
LONGEST_WAIT = dt.timedelta(hours=24)
CUT_OFF = "This was cut off; please start it again."

Progress = Callable[[float, float], None]
Work = Callable[[Run, Progress], Mapping[str, Any]]


def create_run(
    *,
    network: Network,
    kind: Run.Kind,
    actor: AbstractBaseUser | None,
    options: Mapping[str, Any] | None = None,
) -> Run:
    """Write down that some work is wanted."""
    with use_network(network):
        return Run.objects.create(kind=kind, started_by=actor, options=dict(options or {}))


def perform(*, network: Network, run: Run, work: Work) -> Run:
    """Do the work of a run and keep its row up to date.

    Progress is written in transactions of its own, so that pages see it while the work goes on;
    the work decides its own transactions. A refusal becomes the run's message. A run that was
    given up meanwhile (`end_cut_off_runs`) is left alone: another may have taken its place.
    """
    if run.state in OVER:
        return run
    _update(network, run, state=Run.State.RUNNING, report=_sign_of_life())
    try:
        report = work(run, _progress_writer(network, run))
    except GeomatchError as error:
        return _update(
            network,
            run,
            state=Run.State.FAILED,
            message=str(error)[:500],
            report={},
            finished_at=timezone.now(),
        )
    except Exception:
        _update(
            network,
            run,
            state=Run.State.FAILED,
            message="Something went wrong on our side; nothing was changed. Please try again.",
            report={},
            finished_at=timezone.now(),
        )
        raise
    return _update(
        network,
        run,
        state=Run.State.DONE,
        message="",  # it may have been given up too early
        report=dict(report),
        finished_at=timezone.now(),
    )


def end_cut_off_runs() -> None:
    """Give up the current network's runs whose worker was killed or never came."""
    now = timezone.now()
    gone = [run.pk for run in Run.objects.filter(state__in=UNDER_WAY) if _is_cut_off(run, now)]
    if gone:  # a page that is only looked at writes nothing otherwise
        Run.objects.filter(pk__in=gone, state__in=UNDER_WAY).update(
            state=Run.State.FAILED, message=CUT_OFF, report={}, finished_at=now
        )


def _is_cut_off(run: Run, now: dt.datetime) -> bool:
    if run.state == Run.State.WAITING:
        return now - run.created_at > LONGEST_WAIT
    seen = run.report.get("seen_at")
    return now - (dt.datetime.fromisoformat(seen) if seen else run.created_at) > (
        SILENCE_WHILE_RUNNING
    )


def _sign_of_life() -> dict[str, str]:
    """Make what stands in a run's report until there is one."""
    return {"seen_at": timezone.now().isoformat()}


def _progress_writer(network: Network, run: Run) -> Progress:
    last = time.monotonic()

    def progress(done: float, total: float) -> None:
        nonlocal last
        # Inside somebody's transaction a write would be seen only at its end.
        now = time.monotonic()
        if (
            now - last >= SECONDS_BETWEEN_WRITES
            and not transaction.get_connection().in_atomic_block
        ):
            last = now
            _update(network, run, done=done, total=total, report=_sign_of_life())

    return progress


def _update(network: Network, run: Run, **fields: Any) -> Run:
    with use_network(network):
        for name, value in fields.items():
            setattr(run, name, value)
        run.save(update_fields=list(fields))
    return run
