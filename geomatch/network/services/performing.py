"""Carry out one run: claim it, show how far it is, hear when to stop, and write how it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import Error, connection, transaction
from django.utils import timezone

from geomatch.core.errors import CancelledError, GeomatchError
from geomatch.core.translation import gettext_noop
from geomatch.network.models import Network, Run
from geomatch.network.scope import use_network
from geomatch.network.services import runs, signs
from geomatch.network.services.runs import claim_run, put_back
from geomatch.network.speaking import spoken

# A bar that moves twice a second looks alive; writing more often would slow the work.
SECONDS_BETWEEN_WRITES = 0.5

OUR_FAULT = gettext_noop(
    "Something went wrong on our side. What was finished before is kept, and nothing else was "
    "changed. Please try again."
)

Work = Callable[[Run, "Told"], Mapping[str, Any]]


class TakenOverError(GeomatchError):
    """Another worker has this run now: what we hold must not be saved."""


@spoken("en")  # what is kept of a run is said again to each reader in their language
def perform(*, network: Network, run: Run, work: Work) -> Run:
    """Do the work of a run and keep its row up to date; one that somebody else has is left alone.

    The work decides its own transactions, and calls `progress` (see `Told`) between its steps and
    inside each transaction that saves something. A refusal becomes the run's message. A worker
    that is told to leave in the middle (SystemExit) puts the run back for the next one.
    """
    claim = claim_run(network=network, run=run)
    if claim is None:
        return run
    told = Told(network, run.pk, claim)
    try:
        with _signs_of_life(told):
            report = work(run, told)
    except CancelledError:
        told.end(state=Run.State.CANCELLED)
    except TakenOverError:
        pass
    except GeomatchError as error:
        told.end(state=Run.State.FAILED, message=str(error)[:500])
    except Exception:  # a fault of ours: the page must not wait for ever, and the log must hear
        told.end(state=Run.State.FAILED, message=OUR_FAULT)
        raise
    except BaseException:
        put_back(network=network, run=run, claim=claim)
        raise
    else:
        state = Run.State.CANCELLED if told.is_cancelled else Run.State.DONE
        told.end(state=state, report=dict(report), message="")
    with use_network(network):
        run.refresh_from_db()
    return run


class Told:
    """Call it with how much is done of how much; it answers whether to go on.

    Between transactions it writes the figures, so that pages see them while the work goes on.
    Inside one (where pages see nothing until its end) it makes sure that the run is still ours,
    and keeps it so until the transaction is over; what pages must see meanwhile goes past the
    database (see `signs`).

    Raises
    ------
    TakenOverError
        If another worker has the run now.
    """

    def __init__(self, network: Network, run_pk: int, claim: str) -> None:
        self._network, self._run_pk, self._claim = network, run_pk, claim
        self._last, self._inside, self._is_paced = time.monotonic(), False, False
        self._told: dict[str, Any] = {}
        self.is_cancelled = False

    def __call__(self, done: float, total: float, step: str = "") -> bool:
        """Note how far the work is, and at which step of it; return whether to go on."""
        inside = transaction.get_connection().in_atomic_block
        is_soon = time.monotonic() - self._last < SECONDS_BETWEEN_WRITES
        if not (is_soon and self._told and inside == self._inside):
            self._last, self._inside = time.monotonic(), inside
            self._told = {"done": done, "total": total, "step": step}
            self._note()
        return not self.is_cancelled

    def _note(self) -> None:
        now = timezone.now()
        fields = {**self._told, "seen_at": now}
        if not self._is_paced:
            fields |= {"paced_at": now, "paced_from": self._told["done"]}
            self._is_paced = True
        with use_network(self._network):
            if not self._held().update(**fields):
                raise TakenOverError("another worker has taken this work over")
            self.is_cancelled = self._held().filter(cancel_asked=True).exists()
        if self._inside:
            self.is_cancelled |= signs.is_asked_to_stop(self._run_pk, self._claim)
            signs.leave_sign(self._run_pk, self._claim, **self._told)

    def give_sign(self) -> None:
        """Say that the work is alive, however long its present step takes."""
        if self._inside:  # the row is held until the transaction is over
            signs.leave_sign(self._run_pk, self._claim, **self._told)
            return
        with use_network(self._network):
            self._held().update(seen_at=timezone.now())

    def end(self, **fields: Any) -> None:
        """Write how the work ended, if it is still ours."""
        with use_network(self._network):
            self._held().update(**fields, claim="", finished_at=timezone.now())
        signs.take_signs_away(self._run_pk, self._claim)

    def _held(self) -> Any:
        return Run.objects.filter(pk=self._run_pk, state=Run.State.RUNNING, claim=self._claim)


@contextmanager
def _signs_of_life(told: Told) -> Iterator[None]:
    """Give a sign of life every few seconds from a thread, with a connection of its own."""
    if transaction.get_connection().in_atomic_block:  # a command's or test's own: nobody sees it
        yield
        return
    over = threading.Event()

    def beat() -> None:
        while not over.wait(runs.BEAT_S):
            try:
                told.give_sign()
            except Error:  # busy for long, or restarted: the next beat may reach it
                connection.close()
        connection.close()

    thread = threading.Thread(target=beat, name="signs of life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
