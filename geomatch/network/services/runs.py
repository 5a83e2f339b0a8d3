"""Long work as rows: started, moving, finished, or failed with a sentence."""

from __future__ import annotations

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
    the work decides its own transactions. A refusal becomes the run's message.
    """
    _update(network, run, state=Run.State.RUNNING)
    try:
        report = work(run, _progress_writer(network, run))
    except GeomatchError as error:
        return _update(
            network,
            run,
            state=Run.State.FAILED,
            message=str(error)[:500],
            finished_at=timezone.now(),
        )
    except Exception:
        _update(
            network,
            run,
            state=Run.State.FAILED,
            message="Something went wrong on our side; nothing was changed. Please try again.",
            finished_at=timezone.now(),
        )
        raise
    return _update(
        network, run, state=Run.State.DONE, report=dict(report), finished_at=timezone.now()
    )


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
            _update(network, run, done=done, total=total)

    return progress


def _update(network: Network, run: Run, **fields: Any) -> Run:
    with use_network(network):
        for name, value in fields.items():
            setattr(run, name, value)
        run.save(update_fields=list(fields))
    return run
