"""Long work that was cut off is given up, and the same work is not queued twice."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from geomatch.network.models import Run
from geomatch.network.scope import use_network
from geomatch.network.services.runs import CUT_OFF, perform
from geomatch.site.progress import work_under_way
from geomatch.site.tasks import carry_out, start
from tests.factories import MemberFactory, UserFactory

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def never_started(settings):
    """A queue whose worker never comes."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def run_of(network, *, age: dt.timedelta, **fields) -> Run:
    with use_network(network):
        run = Run.objects.create(kind=Run.Kind.PLAN, **fields)
        Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - age)
    return run


def seen_before(age: dt.timedelta) -> dict[str, str]:
    return {"seen_at": (timezone.now() - age).isoformat()}


@pytest.mark.parametrize(
    ("state", "age", "report", "is_cut_off"),
    [
        ("running", 3 * HOUR, {}, True),
        ("running", 1 * HOUR, {}, False),
        ("running", 30 * HOUR, seen_before(HOUR), False),
        ("running", 30 * HOUR, seen_before(3 * HOUR), True),
        ("waiting", 3 * HOUR, {}, False),
        ("waiting", 25 * HOUR, {}, True),
        ("done", 99 * HOUR, {}, False),
    ],
)
def test_silent_work_is_given_up_when_a_page_asks(network, state, age, report, is_cut_off):
    run = run_of(network, age=age, state=state, report=report)
    with use_network(network):
        shown = work_under_way(network)
        run.refresh_from_db()
    assert (shown is None) == (is_cut_off or state == "done")
    assert run.state == ("failed" if is_cut_off else state)
    assert run.message == (CUT_OFF if is_cut_off else "")
    assert bool(run.finished_at) == is_cut_off


def test_its_page_says_so(network, client):
    run = run_of(network, age=3 * HOUR, state=Run.State.RUNNING)
    client.force_login(MemberFactory(network=network).user)
    page = client.get(reverse("run_detail", args=[network.slug, run.pk]))
    assert CUT_OFF in page.content.decode()


def test_work_gives_signs_of_life(network, monkeypatch):
    monkeypatch.setattr("geomatch.network.services.runs.SECONDS_BETWEEN_WRITES", 0)
    # The test's own transaction is one that progress is not written in.
    free = SimpleNamespace(get_connection=lambda: SimpleNamespace(in_atomic_block=False))
    monkeypatch.setattr("geomatch.network.services.runs.transaction", free)
    run = run_of(network, age=30 * HOUR)
    seen = []

    def work(run, progress):
        for done in (1, 2):
            progress(done, 2)
            with use_network(network):
                seen.append(Run.objects.get(pk=run.pk).report["seen_at"])
                assert work_under_way(network)
        return {"pods": 3}

    perform(network=network, run=run, work=work)
    assert seen[0] < seen[1]
    assert run.report == {"pods": 3}


def test_the_same_work_is_not_queued_twice(network, never_started):
    one, two = UserFactory(), UserFactory()
    first = start(network=network, kind=Run.Kind.PLAN, actor=one)
    again = start(network=network, kind=Run.Kind.PLAN, actor=two)
    other = start(network=network, kind=Run.Kind.MATCH, actor=two)
    assert again.pk == first.pk != other.pk
    with use_network(network):
        assert Run.objects.count() == 2


def test_work_that_was_given_up_does_not_keep_new_work_away(network, never_started):
    old = run_of(network, age=3 * HOUR, state=Run.State.RUNNING)
    assert start(network=network, kind=Run.Kind.PLAN, actor=UserFactory()).pk != old.pk


def test_work_that_was_given_up_is_not_done_by_a_late_worker(network):
    run = run_of(network, age=25 * HOUR, state=Run.State.FAILED, message=CUT_OFF)
    carry_out.call(network.pk, run.pk)
    with use_network(network):
        run.refresh_from_db()
    assert (run.state, run.message) == (Run.State.FAILED, CUT_OFF)


@pytest.mark.parametrize("view", ["household_list", "request_list", "volunteer_list"])
def test_a_search_with_a_nul_is_a_search_without_it(network, client, view):
    client.force_login(MemberFactory(network=network, role="steward").user)
    for name in ("text", "quality", "status", "state", "urgency", "sort", "page"):
        page = client.post(reverse(view, args=[network.slug]), {name: "Ana\0 Ruiz"})
        assert page.status_code == 200
        assert "\0" not in page.content.decode()
