"""The process that does background work, and goes on where another was killed."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from types import FrameType
from typing import Any

from django.db import Error, connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from geomatch.network.models import Network, Run
from geomatch.network.scope import use_network
from geomatch.network.services import runs
from geomatch.site.jobs.cleanup import forget_what_is_over
from geomatch.site.jobs.tasks import carry_out

LOOK_S = 5.0
TIDY_S = 3600.0


class SiteWorker(Worker):
    """A worker of django-tasks-db that leaves at once when it is told to, and looks after others.

    Parameters
    ----------
    beside
        Process that the worker belongs to: when that one is gone, so is the worker.
    options
        As `Worker` takes them.
    """

    def __init__(self, *, beside: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._beside, self._tidied_at = beside, float("-inf")

    def run(self) -> None:
        """Work until stopped, put back into the queue what other workers left, and tidy up."""
        self._look()
        over = threading.Event()
        lookout = threading.Thread(target=self._look_out, args=(over,), daemon=True)
        lookout.start()
        try:
            super().run()
        finally:
            over.set()
            lookout.join()

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Leave now: the run in hand is put back, and whoever comes next takes it."""
        self.running = False
        self.reset_signals()  # a second signal does not wait for that
        logging.getLogger("django_tasks").setLevel(logging.CRITICAL)  # to leave is no error
        sys.exit(0)

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        """Do one task; its row in the queue then says what its run says."""
        super().run_task(db_task_result)
        run = _run_of(db_task_result)
        if run is not None and run.state == Run.State.WAITING:  # put back by us, as we must leave
            _set(db_task_result, TaskResultStatus.READY)
        elif run is not None and run.state == Run.State.RUNNING:  # another worker has it now
            _set(db_task_result, TaskResultStatus.RUNNING)

    def _look_out(self, over: threading.Event) -> None:
        while not over.wait(LOOK_S):
            self._look()
            if self._beside is not None and os.getppid() != self._beside:
                self.running = False  # after the run in hand

    def _look(self) -> None:
        try:
            take_up_cut_off_work()
            if time.monotonic() - self._tidied_at >= TIDY_S:
                self._tidied_at = time.monotonic()
                forget_what_is_over()
        except Error:  # the database is busy or away: the next look may reach it
            pass
        finally:
            connection.close()


def take_up_cut_off_work() -> int:
    """Queue the runs again whose worker was killed; return how many."""
    carried = DBTaskResult.objects.running().filter(task_path=carry_out.module_path)
    # Between its being taken from the queue and its being claimed, a run waits for a moment.
    settled = carried.filter(started_at__lt=timezone.now() - runs.SILENCE)
    return sum(_take_up(row) for row in settled)


def _take_up(row: DBTaskResult[..., Any]) -> int:
    run = _run_of(row)
    if run is None or run.state in runs.OVER:  # killed between the run's end and the row's
        return _set(row, TaskResultStatus.SUCCESSFUL)
    if run.state == Run.State.RUNNING and not runs.is_silent(run):
        return 0
    with use_network(run.network):
        waits = runs.take_up_cut_off(run)
    return _set(row, TaskResultStatus.READY) if waits else 0


def _run_of(row: DBTaskResult[..., Any]) -> Run | None:
    network_id, run_id = row.args_kwargs["args"]
    network = Network.objects.filter(pk=network_id).first()
    if network is None:
        return None
    with use_network(network, reading=True):
        return Run.objects.select_related("network").filter(pk=run_id).first()


def _set(row: DBTaskResult[..., Any], status: TaskResultStatus) -> int:
    """Change what a row of the queue says; answer 1 where it is queued again by us."""
    same = DBTaskResult.objects.filter(pk=row.pk, status=row.status)
    is_over = status == TaskResultStatus.SUCCESSFUL
    changed = same.update(status=status, finished_at=timezone.now() if is_over else None)
    return changed if status == TaskResultStatus.READY else 0
