"""Workers as processes: killed in the middle, two at once, told to stop, told to leave."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import connection
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from geomatch.network.models import Household, Run
from geomatch.network.scope import use_network
from geomatch.network.services.ground import replace_gazetteer
from geomatch.site.tasks import start
from tests.factories import HouseholdFactory, MemberFactory, NetworkFactory
from tests.network.test_locating import DOORS
from tests.reliability.test_installation import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

HOMES = 12
# Our own worker, with a look-up that takes a while, small batches, and little patience.
WORKER = """
import datetime as dt, os, sys, time
import django
django.setup()
from django.core.management import call_command
from geomatch.geocoding import Gazetteer
from geomatch.network.services import locating, performing, runs
from geomatch.site import worker
locating.BATCH, performing.SECONDS_BETWEEN_WRITES = 1, 0
runs.BEAT_S, runs.SILENCE, worker.LOOK_S = 0.1, dt.timedelta(seconds=1), 0.2
look_up = Gazetteer.geocode_many
def slowly(self, addresses):
    with open(sys.argv[1], "a") as log:
        log.write("".join(f"{os.getpid()} {address}\\n" for address in addresses))
    time.sleep(0.06)
    return look_up(self, addresses)
Gazetteer.geocode_many = slowly
call_command("work")
"""


@pytest.fixture
def town(settings):
    """A network whose homes nobody has looked up, and a queue that only workers look at."""
    import numpy as np

    from geomatch.tables import Table

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    network = NetworkFactory()
    with use_network(network):
        table = Table(list(DOORS), dict(DOORS), np.arange(2, 5), "gazetteer.csv")
        replace_gazetteer(network=network, table=table, actor=None)
        for n in range(HOMES):
            address = f"{12 + 2 * (n % 3)} Main St, Unit {n}"
            HouseholdFactory(given_address=address, lonlat=None, quality="none")
    return network


class Log(NamedTuple):
    """Who looked which address up, in order."""

    path: Path

    def lines(self) -> list[tuple[int, str]]:
        lines = self.path.read_text("utf-8").splitlines()
        return [(int(pid), address) for pid, address in (line.split(" ", 1) for line in lines)]


@pytest.fixture
def log(tmp_path) -> Log:
    return Log(tmp_path / "looked-up")


@pytest.fixture
def workers(log):
    """Two workers on the tests' database, by process id; both are gone at the end."""
    name = connection.settings_dict["NAME"]
    url = f"spatialite:///{name}"
    if connection.vendor == "postgresql":
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    variables = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "geomatch.settings"}
    words = [sys.executable, "-W", "ignore", "-c", WORKER, str(log.path)]
    started = [subprocess.Popen(words, env={**os.environ, **variables}) for _ in range(2)]
    yield {worker.pid: worker for worker in started}
    for worker in started:
        worker.kill()
        worker.wait()


def placed(network) -> dict[int, object]:
    with use_network(network, reading=True):
        homes = Household.objects.exclude(location=None)
        return dict(homes.values_list("pk", "updated_at"))


def now_of(run: Run) -> Run:
    with use_network(run.network, reading=True):
        run.refresh_from_db()
    return run


def test_a_run_outlives_its_worker_and_is_done_by_one_at_a_time(town, workers, log, client):
    member = MemberFactory(network=town)
    run = start(network=town, kind=Run.Kind.GEOCODE, actor=member.user)

    wait_until(lambda: len(placed(town)) >= 3, seconds=60)
    killed = log.lines()[0][0]
    workers.pop(killed).kill()
    before = placed(town)
    assert now_of(run).state == Run.State.RUNNING

    wait_until(lambda: now_of(run).state == Run.State.DONE, seconds=60)
    assert run.attempts == 2
    after = placed(town)
    assert len(after) == HOMES
    assert {pk: after[pk] for pk in before} == before, "what was saved is not done again"
    assert (run.done, run.total) == (HOMES, HOMES)
    lines = log.lines()
    by_first = [address for pid, address in lines if pid == killed]
    by_second = [address for pid, address in lines if pid != killed]
    assert [pid for pid, _ in lines] == [killed] * len(by_first) + [*workers] * len(by_second)
    assert len(set(by_first) & set(by_second)) <= 1, "but for the one that was in hand"

    # The one that lives is stopped from the page, and then has to leave in the middle.
    run = again(town, member.user)
    client.force_login(member.user)
    client.post(reverse("run_cancel", args=[town.slug, run.pk]))
    wait_until(lambda: now_of(run).state == Run.State.CANCELLED, seconds=60)
    assert 1 <= len(placed(town)) < HOMES
    assert sum(run.report.values()) == HOMES

    run = again(town, member.user)
    [last] = workers.values()
    last.terminate()
    assert last.wait(timeout=60) == 0
    assert (now_of(run).state, run.attempts) == (Run.State.WAITING, 0)
    assert 1 <= len(placed(town)) < HOMES
    assert DBTaskResult.objects.ready().count() == 1, "whoever comes next finds it"


def again(network, user) -> Run:
    """Forget every place, want them again, and come back while that is being done."""
    with use_network(network):
        Household.objects.update(location=None, location_m=None, geocode_reason="")
    run = start(network=network, kind=Run.Kind.GEOCODE, actor=user)
    wait_until(lambda: placed(network), seconds=60)
    return run


def test_a_worker_leaves_with_the_process_it_belongs_to(settings, monkeypatch):
    from geomatch.site import worker as workers

    monkeypatch.setattr(workers, "LOOK_S", 0.01)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    start_of_test = time.monotonic()
    workers.SiteWorker(
        beside=os.getpid(),  # our own parent is another
        queue_names=["*"],
        interval=0.05,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="tested",
        excluded_queue_names=[],
    ).run()
    assert time.monotonic() > start_of_test, "it came back"
