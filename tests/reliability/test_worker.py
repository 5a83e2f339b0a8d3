"""Workers as processes: killed in the middle, two at once, told to stop, told to leave."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from geomatch.network.models import Household, Run
from geomatch.network.scope import use_network
from geomatch.network.services.ground import replace_gazetteer
from geomatch.site.jobs.tasks import start
from tests.factories import HouseholdFactory, MemberFactory, NetworkFactory
from tests.network.test_locating import DOORS
from tests.reliability.test_installation import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

HOMES = 12
# Our own worker, with small batches and little patience. It writes down what it looks up, and
# stands still at a look-up that the test wants to see it at.
WORKER = """
import datetime as dt, os, sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from geomatch.geocoding import Gazetteer
from geomatch.network.locating import look_up
from geomatch.network.services import performing, runs
from geomatch.site.jobs import worker
look_up.BATCH, performing.SECONDS_BETWEEN_WRITES = 1, 0
runs.BEAT_S, runs.SILENCE, worker.LOOK_S = 0.1, dt.timedelta(seconds=1), 0.2
log, hold = Path(sys.argv[1]), Path(sys.argv[2])
geocode_many = Gazetteer.geocode_many
def most():
    try:
        return int(hold.read_text())
    except FileNotFoundError:  # taken away, perhaps in this moment: nothing holds us
        return float("inf")
def watched(self, addresses):
    with log.open("a") as file:
        file.write("".join(f"{os.getpid()} {address}\\n" for address in addresses))
    while len(log.read_text().splitlines()) > most():
        time.sleep(0.02)
    return geocode_many(self, addresses)
Gazetteer.geocode_many = watched
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


class Log:
    """Who looked which address up, in order; and where whoever looks up next stands still."""

    def __init__(self, folder: Path) -> None:
        self.path, self.hold = folder / "looked-up", folder / "hold"
        self.path.touch()

    def lines(self) -> list[tuple[int, str]]:
        lines = self.path.read_text("utf-8").splitlines()
        return [(int(pid), address) for pid, address in (line.split(" ", 1) for line in lines)]

    def stand_still_after(self, more: int) -> None:
        # Renamed into place: nobody reads half of it.
        half = self.hold.with_suffix(".half")
        half.write_text(str(len(self.lines()) + more))
        half.rename(self.hold)

    def is_standing_still(self) -> bool:
        return len(self.lines()) > int(self.hold.read_text())

    def go_on(self) -> None:
        self.hold.rename(self.hold.with_suffix(".old"))


@pytest.fixture
def log(tmp_path) -> Log:
    return Log(tmp_path)


@pytest.fixture
def workers(log):
    """Two workers on the tests' database, by process id; both are gone at the end."""
    name = connection.settings_dict["NAME"]
    url = f"spatialite:///{name}"
    if connection.vendor == "postgresql":
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    variables = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "geomatch.settings"}
    words = [sys.executable, "-W", "ignore", "-c", WORKER, str(log.path), str(log.hold)]
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
    run = started(town, member.user, log, stands_still_after=3)
    killed = log.lines()[0][0]
    workers.pop(killed).kill()
    before = placed(town)
    assert (now_of(run).state, len(before)) == (Run.State.RUNNING, 3)

    log.go_on()
    wait_until(lambda: now_of(run).state == Run.State.DONE, seconds=60)
    assert run.attempts == 2
    after = placed(town)
    assert len(after) == HOMES
    assert {pk: after[pk] for pk in before} == before, "what was saved is not done again"
    assert (run.done, run.total) == (HOMES, HOMES)
    # The fourth was in hand when the first worker was killed.
    assert [pid for pid, _ in log.lines()] == [killed] * 4 + [*workers] * (HOMES - 3)

    # The one that lives is stopped from the page, and then has to leave in the middle.
    run = started(town, member.user, log, stands_still_after=2)
    client.force_login(member.user)
    client.post(reverse("run_cancel", args=[town.slug, run.pk]))
    log.go_on()
    wait_until(lambda: now_of(run).state == Run.State.CANCELLED, seconds=60)
    assert len(placed(town)) == 3, "the batch in hand is kept whole"
    assert sum(run.report.values()) == HOMES

    run = started(town, member.user, log, stands_still_after=2)
    [last] = workers.values()
    last.terminate()
    assert last.wait(timeout=60) == 0
    assert (now_of(run).state, run.attempts, len(placed(town))) == (Run.State.WAITING, 0, 2)
    assert DBTaskResult.objects.ready().count() == 1, "whoever comes next finds it"


def started(network, user, log: Log, *, stands_still_after: int) -> Run:
    """Forget every place, want them again, and come back in the middle of that."""
    with use_network(network):
        Household.objects.update(location=None, location_m=None, geocode_reason="")
    log.stand_still_after(stands_still_after)
    run = start(network=network, kind=Run.Kind.GEOCODE, actor=user)
    wait_until(
        lambda: len(placed(network)) == stands_still_after and log.is_standing_still(), seconds=60
    )
    return run


@pytest.fixture
def worker(settings):
    """A worker in this process, as `geomatch work` makes it."""
    from geomatch.site.jobs.worker import SiteWorker

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    return SiteWorker(
        beside=os.getpid(),  # our own parent is another: it leaves when it has looked round
        queue_names=["*"],
        interval=0.05,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="tested",
        excluded_queue_names=[],
    )


def test_a_worker_leaves_with_the_process_it_belongs_to(worker, monkeypatch):
    monkeypatch.setattr("geomatch.site.jobs.worker.LOOK_S", 0.01)
    worker.run()  # or the test never ends


def test_one_that_only_does_what_waits_goes_on_where_another_was_killed(worker, town):
    run = start(network=town, kind=Run.Kind.GEOCODE, actor=MemberFactory(network=town).user)
    ago = timezone.now() - dt.timedelta(seconds=60)
    DBTaskResult.objects.update(status="RUNNING", started_at=ago)
    with use_network(town):
        Run.objects.filter(pk=run.pk).update(state="running", claim="x", attempts=1, seen_at=ago)
    worker.batch = True
    worker.run()
    assert (now_of(run).state, run.attempts) == (Run.State.DONE, 2)
    assert len(placed(town)) == HOMES


@pytest.mark.parametrize(
    ("state", "row"), [("running", "RUNNING"), ("waiting", "READY"), ("done", "SUCCESSFUL")]
)
def test_the_queue_says_what_the_run_says(worker, monkeypatch, state, row):
    """A worker that woke up late finds its run in other hands: the row stays with the run."""
    network = NetworkFactory()
    run = start(network=network, kind=Run.Kind.PLAN, actor=MemberFactory(network=network).user)
    [task] = DBTaskResult.objects.all()
    task.claim("tested")
    monkeypatch.setattr("geomatch.site.jobs.tasks.perform", lambda **_: None)
    with use_network(network):
        Run.objects.filter(pk=run.pk).update(state=state)
    worker.run_task(task)
    assert DBTaskResult.objects.get().status == row


@pytest.mark.parametrize(
    ("state", "silent", "row", "queued"),
    [
        ("running", 60, "READY", 1),
        ("running", 1, "RUNNING", 0),
        ("waiting", 60, "READY", 1),
        ("done", 60, "SUCCESSFUL", 0),
    ],
)
def test_what_a_killed_worker_left_behind(worker, state, silent, row, queued):
    from geomatch.site.jobs.worker import take_up_cut_off_work

    ago = timezone.now() - dt.timedelta(seconds=25)
    network = NetworkFactory()
    run = start(network=network, kind=Run.Kind.PLAN, actor=MemberFactory(network=network).user)
    DBTaskResult.objects.update(status="RUNNING", started_at=ago)
    seen_at = timezone.now() - dt.timedelta(seconds=silent)
    with use_network(network):
        Run.objects.filter(pk=run.pk).update(state=state, claim="x", attempts=1, seen_at=seen_at)
    assert take_up_cut_off_work() == queued
    assert DBTaskResult.objects.get().status == row
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    assert take_up_cut_off_work() == 0, "what was just taken is not looked at yet"
