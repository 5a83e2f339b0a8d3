"""A large spreadsheet and its workers: one is killed as it reads, one is stopped as it writes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import connection
from django.urls import reverse

from geomatch.network.intake.staging import background as stagedreading
from geomatch.network.models import Household, PreparedPreview, Role, Run, SheetImport, StagedSheet
from geomatch.network.scope import use_network
from geomatch.site.pages.imports import previews
from tests.factories import MemberFactory, NetworkFactory
from tests.reliability.test_installation import wait_until
from tests.security.test_permissions import signed_in
from tests.site.test_import_page import drop

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 60
SHEET = b"Name,Address\n" + b"".join(b"N%d,%d A St\n" % (n, n) for n in range(ROWS))
# Our own worker, row by row, with little patience. While the file `slow` is there it takes a
# moment for each step that the file names, so that the test can look.
WORKER = """
import datetime as dt, sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from geomatch.network.services import performing, runs
from geomatch.network.intake.compare import compare as comparing
from geomatch.site.jobs import worker
comparing.EVERY = 1
performing.SECONDS_BETWEEN_WRITES = 0
runs.BEAT_S, runs.SILENCE, worker.LOOK_S = 0.1, dt.timedelta(seconds=1), 0.2
slow, tell = Path(sys.argv[1]), performing.Told.__call__
def watched(self, done, total, step=""):
    goes_on = tell(self, done, total, step)
    while slow.exists() and step.startswith(slow.read_text() or "-") and goes_on:
        time.sleep(0.05)
        goes_on = tell(self, done, total, step)
    return goes_on
performing.Told.__call__ = watched
call_command("work")
"""


@pytest.fixture
def workers(tmp_path, settings):
    """Start workers on the tests' database; all are gone at the end."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    name = connection.settings_dict["NAME"]
    url = f"spatialite:///{name}"
    if connection.vendor == "postgresql":
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    variables = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "geomatch.settings",
        "GEOMATCH_HOME": str(settings.HOME),
    }
    words = [sys.executable, "-W", "ignore", "-c", WORKER, str(tmp_path / "slow")]
    started = []

    def one_more() -> subprocess.Popen:
        started.append(subprocess.Popen(words, env={**os.environ, **variables}))
        return started[-1]

    yield one_more
    for worker in started:
        worker.kill()
        worker.wait()


@pytest.fixture
def organizer(monkeypatch):
    monkeypatch.setattr(stagedreading, "LARGE_BYTES", 0)
    monkeypatch.setattr(previews, "AT_ONCE", 0)
    network = NetworkFactory()
    client = signed_in(MemberFactory(network=network, role=Role.ORGANIZER).user)
    client.network = network
    return client


def hold_at(tmp_path, step: str) -> None:
    half = tmp_path / "half"
    half.write_text(step)
    half.rename(tmp_path / "slow")


def page_of(client, run: Run) -> str:
    url = reverse("run_detail", args=[client.network.slug, run.pk])
    return client.get(url, follow=True).content.decode()


def only_run(client, kind: Run.Kind) -> Run:
    with use_network(client.network, reading=True):
        return Run.objects.get(kind=kind)


def test_reading_goes_on_where_a_worker_was_killed_and_writing_can_be_stopped(
    organizer, workers, tmp_path
):
    hold_at(tmp_path, "Comparing: 30 ")
    first = workers()
    drop(organizer, organizer.network, "n.csv", SHEET)
    run = only_run(organizer, Run.Kind.READ)
    wait_until(lambda: f"Comparing: 30 of {ROWS} rows" in page_of(organizer, run), seconds=90)
    first.kill()
    first.wait()
    with use_network(organizer.network, reading=True):
        assert not PreparedPreview.objects.exists()
    hold_at(tmp_path, "Writing: 40 ")
    workers()
    wait_until(lambda: only_run(organizer, Run.Kind.READ).state == Run.State.DONE, seconds=90)
    assert only_run(organizer, Run.Kind.READ).attempts == 2
    with use_network(organizer.network, reading=True):
        (staged,) = StagedSheet.objects.all()
        (prepared,) = PreparedPreview.objects.all()
    assert prepared.summary["counts"]["new"] == ROWS

    # The import is one transaction, and its page sees where it is all the same; so does a stop.
    url = reverse("import_apply", args=[organizer.network.slug, staged.pk])
    organizer.post(url, {"fingerprint": prepared.summary["fingerprint"]})
    run = only_run(organizer, Run.Kind.IMPORT)
    wait_until(lambda: f"Writing: 40 of {ROWS} rows" in page_of(organizer, run), seconds=90)
    assert "Interrupted" not in page_of(organizer, run)
    organizer.post(reverse("run_cancel", args=[organizer.network.slug, run.pk]))
    wait_until(
        lambda: only_run(organizer, Run.Kind.IMPORT).state == Run.State.CANCELLED, seconds=60
    )
    with use_network(organizer.network, reading=True):
        assert Household.objects.count() == SheetImport.objects.count() == 0
        assert StagedSheet.objects.count() == 1, "it waits where it was"
