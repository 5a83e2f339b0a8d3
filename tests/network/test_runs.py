"""One worker at a time carries out a run; silence, stopping and leaving all end well."""

from __future__ import annotations

import datetime as dt
import os
import time

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from geomatch.core.errors import CancelledError, InputError
from geomatch.network.models import AuditEvent, Role, Run
from geomatch.network.scope import use_network
from geomatch.network.services import performing, runs, signs
from geomatch.network.services.performing import OUR_FAULT, TakenOverError, perform
from geomatch.network.services.runs import (
    CUT_OFF,
    CUT_OFF_AGAIN,
    cancel_run,
    claim_run,
    take_up_cut_off,
)
from geomatch.site.jobs.progress import run_context, work_under_way
from geomatch.site.jobs.tasks import carry_out, start
from tests.factories import MemberFactory, UserFactory

HOUR = dt.timedelta(hours=1)
LONG = runs.SILENCE * 2


@pytest.fixture
def never_started(settings):
    """A queue whose worker never comes."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture(autouse=True)
def _always_written(monkeypatch):
    monkeypatch.setattr(performing, "SECONDS_BETWEEN_WRITES", 0)


def run_of(network, *, age: dt.timedelta = HOUR, silent: dt.timedelta | None = None, **fields):
    """A run that was made `age` ago and gave its last sign of life `silent` ago."""
    if silent is not None:
        fields["seen_at"] = timezone.now() - silent
    with use_network(network):
        run = Run.objects.create(**{"kind": Run.Kind.PLAN} | fields)
        Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - age)
    return run


def now_of(run: Run) -> Run:
    with use_network(run.network):
        run.refresh_from_db()
    return run


def taken_up(run: Run) -> bool:
    with use_network(run.network):
        return take_up_cut_off(run)


class TestOneWorkerAtATime:
    def test_a_run_is_claimed_once(self, network):
        run = run_of(network)
        with use_network(network):
            same = Run.objects.get(pk=run.pk)
        assert claim_run(network=network, run=run)
        assert claim_run(network=network, run=same) is None
        assert (same.state, same.attempts) == (Run.State.RUNNING, 1)

    @pytest.mark.parametrize("state", ["running", "done", "failed", "cancelled"])
    def test_only_a_waiting_run_is_done(self, network, state):
        run = run_of(network, state=state, message="as it was")
        perform(network=network, run=run, work=lambda run, progress: pytest.fail("done again"))
        assert (now_of(run).state, run.message) == (state, "as it was")

    def test_whoever_lost_a_run_saves_nothing_and_writes_nothing(self, network):
        run = run_of(network)

        def work(run, progress):
            Run.objects.filter(pk=run.pk).update(claim="somebody else")
            with pytest.raises(TakenOverError), use_network(network):
                progress(1, 2)
            progress(1, 2)

        with use_network(network):
            perform(network=network, run=run, work=work)
        assert (now_of(run).state, run.claim, run.done) == ("running", "somebody else", 0)

    def test_the_same_work_is_not_queued_twice(self, network, never_started):
        one, two = UserFactory(), UserFactory()
        first = start(network=network, kind=Run.Kind.PLAN, actor=one)
        again = start(network=network, kind=Run.Kind.PLAN, actor=two)
        other = start(network=network, kind=Run.Kind.MATCH, actor=two)
        assert again.pk == first.pk != other.pk
        with use_network(network):
            assert Run.objects.count() == 2

    @pytest.mark.parametrize(
        ("fields", "queued"),
        [
            ({"age": HOUR}, 1),
            ({"age": dt.timedelta(0)}, 0),
            ({"state": "running", "claim": "x", "silent": LONG}, 1),
            ({"state": "running", "claim": "x", "silent": dt.timedelta(0)}, 0),
        ],
    )
    def test_what_nobody_came_for_is_queued_again(self, network, settings, fields, queued):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        run = run_of(network, **fields)
        assert start(network=network, kind=Run.Kind.PLAN, actor=UserFactory()).pk == run.pk
        assert DBTaskResult.objects.count() == queued


class TestHowItEnds:
    def test_done_with_its_report(self, network):
        run = perform(network=network, run=run_of(network), work=lambda run, progress: {"pods": 3})
        assert (run.state, run.report, run.claim) == (Run.State.DONE, {"pods": 3}, "")
        assert run.finished_at

    def test_a_refusal_is_said(self, network):
        def refuse(run, progress):
            raise InputError("nobody is placed yet")

        run = perform(network=network, run=run_of(network), work=refuse)
        assert (run.state, run.message) == (Run.State.FAILED, "nobody is placed yet")

    def test_a_fault_of_ours_is_said_without_its_words(self, network):
        run = run_of(network)
        with pytest.raises(ZeroDivisionError):
            perform(network=network, run=run, work=lambda run, progress: 1 / 0)
        assert (now_of(run).state, run.message) == (Run.State.FAILED, OUR_FAULT)

    def test_a_worker_that_must_leave_puts_it_back(self, network):
        run = run_of(network)

        def leave(run, progress):
            progress(4, 9)
            raise SystemExit(0)

        with pytest.raises(SystemExit):
            perform(network=network, run=run, work=leave)
        assert (now_of(run).state, run.attempts, run.done) == (Run.State.WAITING, 0, 4)


class TestStopping:
    def test_one_that_waits_is_over_at_once(self, network):
        run = run_of(network)
        cancel_run(network=network, run=run, actor=UserFactory())
        assert (now_of(run).state, bool(run.finished_at)) == (Run.State.CANCELLED, True)
        carry_out.call(network.pk, run.pk)  # its row is in the queue still
        assert now_of(run).state == Run.State.CANCELLED
        with use_network(network):
            assert AuditEvent.objects.get().verb == "called off"

    def test_one_that_runs_hears_of_it_and_what_it_keeps_is_reported(self, network):
        heard = []

        def work(run, progress):
            heard.append(progress(1, 9))
            cancel_run(network=network, run=run, actor=UserFactory())
            heard.append(progress(2, 9))
            return {"plan": 5}

        run = perform(network=network, run=run_of(network), work=work)
        assert heard == [True, False]
        assert (run.state, run.report, run.done) == (Run.State.CANCELLED, {"plan": 5}, 2)

    def test_one_that_kept_nothing(self, network):
        def work(run, progress):
            raise CancelledError("called off")

        run = perform(network=network, run=run_of(network), work=work)
        assert (run.state, run.report, run.message) == (Run.State.CANCELLED, {}, "")

    def test_one_whose_worker_died_needs_none(self, network):
        run = run_of(network, state="running", claim="x", silent=LONG)
        cancel_run(network=network, run=run, actor=UserFactory())
        assert now_of(run).state == Run.State.CANCELLED

    @pytest.mark.parametrize("state", ["done", "failed"])
    def test_what_is_over_stays_as_it_is(self, network, state):
        run = run_of(network, state=state)
        cancel_run(network=network, run=run, actor=UserFactory())
        assert (now_of(run).state, run.cancel_asked) == (state, False)


class TestSilence:
    @pytest.mark.parametrize(
        ("fields", "silent", "state"),
        [
            ({"state": "running", "attempts": 1}, LONG, "waiting"),
            ({"state": "running", "attempts": 1}, runs.SILENCE / 2, "running"),
            ({"state": "running", "attempts": 3}, LONG, "failed"),
            ({"state": "running", "attempts": 1, "cancel_asked": True}, LONG, "cancelled"),
            ({"state": "running", "attempts": 3, "cancel_asked": True}, LONG, "cancelled"),
            ({"state": "waiting", "attempts": 1}, LONG, "waiting"),
            ({"state": "done", "attempts": 1}, LONG, "done"),
        ],
    )
    def test_is_followed_by_another_try_or_an_end(self, network, fields, silent, state):
        run = run_of(network, claim="x", silent=silent, **fields)
        assert taken_up(run) == (state == "waiting")
        assert run.state == state
        assert run.message == (CUT_OFF_AGAIN if state == "failed" else "")

    def test_a_sign_of_life_while_we_look_keeps_it(self, network):
        run = run_of(network, state="running", claim="x", silent=LONG)
        with use_network(network):
            Run.objects.filter(pk=run.pk).update(seen_at=timezone.now())
        assert not taken_up(run)
        assert (run.state, run.claim) == (Run.State.RUNNING, "x")

    @pytest.mark.parametrize(
        ("state", "age", "silent", "given_up"),
        [
            ("running", 30 * HOUR, HOUR, False),
            ("running", 30 * HOUR, 25 * HOUR, True),
            ("waiting", 3 * HOUR, None, False),
            ("waiting", 25 * HOUR, None, True),
            ("done", 99 * HOUR, None, False),
        ],
    )
    def test_of_a_day_is_given_up_when_a_page_asks(self, network, state, age, silent, given_up):
        run = run_of(network, age=age, silent=silent, state=state)
        with use_network(network):
            shown = work_under_way(network, [])
        assert (shown is None) == (given_up or state == "done")
        assert now_of(run).state == ("failed" if given_up else state)
        assert run.message == (CUT_OFF if given_up else "")

    def test_work_that_was_given_up_does_not_keep_new_work_away(self, network, never_started):
        old = run_of(network, age=30 * HOUR, state=Run.State.WAITING)
        assert start(network=network, kind=Run.Kind.PLAN, actor=UserFactory()).pk != old.pk


def signs_in(folder, settings):
    signs = settings.CACHES["signs"] | {"LOCATION": folder / "signs"}
    return settings.CACHES | {"signs": signs}


class TestInsideALongTransaction:
    """What is written there nobody sees before its end: signs go past the database."""

    def page_of(self, network, run) -> dict:
        with use_network(network):
            return run_context(network, {Role.STEWARD}, run)

    def test_pages_see_the_step_at_hand_and_that_it_lives(self, network):
        seen = []

        def work(run, told):
            hidden = now_of(run)  # as a page sees the row while the transaction lasts
            hidden.seen_at = timezone.now() - LONG
            assert runs.is_silent(hidden)
            with use_network(network):
                told(0.4, 1, "Writing: 4 of 10 entries")
            assert not runs.is_silent(hidden)
            seen.append(self.page_of(network, hidden))
            return {}

        run = perform(network=network, run=run_of(network), work=work)
        (page,) = seen
        assert (page["count"], page["done"]) == ("Writing: 4 of 10 entries", 0.4)
        assert page["time"] != "Interrupted; it goes on by itself"
        assert signs.sign_of(run) is None

    def test_a_sign_is_the_claims_own(self, network):
        run = run_of(network, state="running", claim="mine", silent=LONG)
        signs.leave_sign(run.pk, "somebody else's", done=1, total=2, step="")
        assert signs.sign_of(now_of(run)) is None
        signs.leave_sign(run.pk, "mine", done=1, total=2, step="")
        assert signs.sign_of(now_of(run)).done == 1

    def test_stopping_is_heard_there(self, network):
        heard = []

        def work(run, told):
            with use_network(network):
                heard.append(told(1, 9))
                signs.ask_to_stop(now_of(run))  # whose word in the row cannot come through yet
                heard.append(told(2, 9))
            raise CancelledError("called off")

        run = perform(network=network, run=run_of(network), work=work)
        assert (heard, run.state) == ([True, False], Run.State.CANCELLED)
        assert not signs.is_asked_to_stop(run.pk, "")

    def test_nothing_is_left_behind(self, network, settings, tmp_path):
        settings.CACHES = signs_in(tmp_path, settings)

        def work(run, told):
            told(1, 2, "Writing")
            cancel_run(network=network, run=now_of(run), actor=UserFactory())
            assert len(list((tmp_path / "signs").iterdir())) == 2
            return {}

        run = perform(network=network, run=run_of(network), work=work)
        assert list((tmp_path / "signs").iterdir()) == []
        run.claim = "of a page that was a moment late"
        cancel_run(network=network, run=run, actor=UserFactory())
        assert list((tmp_path / "signs").iterdir()) == []

    def test_what_killed_workers_left_goes_after_a_week(self, network, settings, tmp_path):
        settings.CACHES = signs_in(tmp_path, settings)
        signs.leave_sign(1, "old", done=0, total=1, step="")
        (old,) = (tmp_path / "signs").iterdir()
        signs.leave_sign(1, "new", done=0, total=1, step="")
        week_ago = time.time() - signs.LONGEST_S - 60  # noqa: TID251 - a date for files
        os.utime(old, (week_ago, week_ago))
        signs.forget_old_signs()
        (new,) = (tmp_path / "signs").iterdir()
        assert new != old

    def test_nobody_else_on_the_machine_reads_them(self, settings, tmp_path):
        settings.CACHES = signs_in(tmp_path, settings)
        umask = os.umask(0)
        try:
            signs.leave_sign(1, "mine", done=0, total=1, step="")
        finally:
            os.umask(umask)
        (left,) = (tmp_path / "signs").iterdir()
        assert left.parent.stat().st_mode & 0o777 == 0o700
        assert left.stat().st_mode & 0o777 == 0o600


class TestPages:
    def page(self, network, client, run, **member) -> str:
        client.force_login(MemberFactory(network=network, **member).user)
        return client.get(reverse("run_detail", args=[network.slug, run.pk])).content.decode()

    def test_say_how_long_it_takes_by_the_pace_since_it_was_taken_up(self, network, client):
        minute_ago = timezone.now() - dt.timedelta(minutes=1)
        run = run_of(
            network,
            kind="geocode",
            state="running",
            claim="x",
            silent=dt.timedelta(0),
            done=600,
            total=900,
            paced_at=minute_ago,
            paced_from=300,
        )
        page = self.page(network, client, run, role="steward")
        assert "600 of 900 addresses" in page
        assert "about 60 seconds left" in page
        assert 'value="600.0"' in page
        # Hidden homes are looked up too, and how many those are an organizer must not see.
        page = self.page(network, client, run, role="organizer")
        assert "67%" in page
        assert "900" not in page

    def test_say_the_share_of_a_plan(self, network, client):
        run = run_of(network, state="running", claim="x", silent=dt.timedelta(0), done=0.4, total=1)
        page = self.page(network, client, run)
        assert "40%" in page
        assert 'value="0.4"' in page

    def test_say_that_it_goes_on(self, network, client):
        run = run_of(network, state="running", claim="x", silent=LONG)
        assert "Interrupted; it goes on by itself" in self.page(network, client, run)

    def test_say_why_it_was_given_up(self, network, client):
        run = run_of(network, state="failed", message=CUT_OFF)
        assert CUT_OFF in self.page(network, client, run)

    def test_stop_it_and_say_what_was_kept(self, network, client):
        run = run_of(network, kind="geocode")
        assert "Stop: Placing addresses" in self.page(network, client, run)
        url = reverse("run_cancel", args=[network.slug, run.pk])
        page = client.post(url, follow=True).content.decode()
        assert "The addresses that were placed before stay placed." in page
        assert "Stop: " not in page

    def test_the_first_page_shows_all_of_it(self, network, client, never_started):
        from tests.factories import HouseholdFactory

        with use_network(network):
            HouseholdFactory()
        for kind in (Run.Kind.PLAN, Run.Kind.GEOCODE):
            start(network=network, kind=kind, actor=UserFactory())
        client.force_login(MemberFactory(network=network).user)
        page = client.get(reverse("dashboard", args=[network.slug])).content.decode()
        assert "Stop: Suggesting pods" in page
        assert "Stop: Placing addresses" in page


@pytest.mark.parametrize("view", ["household_list", "request_list", "volunteer_list"])
def test_a_search_with_a_nul_is_a_search_without_it(network, client, view):
    client.force_login(MemberFactory(network=network, role="steward").user)
    for name in ("text", "quality", "status", "state", "urgency", "sort", "page"):
        page = client.post(reverse(view, args=[network.slug]), {name: "Ana\0 Ruiz"})
        assert page.status_code == 200
        assert "\0" not in page.content.decode()


def test_a_folder_that_cannot_be_made_has_no_signs(settings, tmp_path):
    (tmp_path / "signs").write_text("a file")
    settings.CACHES = signs_in(tmp_path, settings)
    signs.forget_old_signs()
    signs.leave_sign(1, "mine", done=0, total=1, step="")
    assert not signs.is_asked_to_stop(1, "mine")
