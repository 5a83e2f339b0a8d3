"""Two people press the same button at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from geomatch.network.models import Network, Run
from geomatch.network.scope import use_network
from pods import services
from pods.models import Plan
from tests.factories import HouseholdFactory, NetworkFactory, PlanFactory, UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer anyway"),
]


@pytest.fixture
def town():
    return NetworkFactory()


@pytest.fixture
def slow_end(monkeypatch):
    """Hold each transaction open at its end, so that both are under way at once."""
    record = services.record

    def linger(**fields):
        record(**fields)
        time.sleep(0.5)

    monkeypatch.setattr(services, "record", linger)


def at_once(*works: Callable[[], object]) -> list[object]:
    def in_a_connection_of_its_own(work):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(in_a_connection_of_its_own, works))


def test_two_drafts_are_published_one_after_the_other(town, slow_end):
    user = UserFactory()
    with use_network(town):
        plans = [PlanFactory(), PlanFactory()]
    at_once(
        *(
            lambda plan=plan: services.publish_plan(network=town, plan=plan, actor=user)
            for plan in plans
        )
    )
    with use_network(town):
        assert sorted(Plan.objects.values_list("state", flat=True)) == ["archived", "published"]


def test_two_suggested_plans_have_two_numbers(town, slow_end):
    with use_network(town):
        for _ in range(6):
            HouseholdFactory()
    at_once(*[lambda: services.suggest_plan(network=town, actor=None)] * 2)
    with use_network(town):
        assert sorted(Plan.objects.values_list("version", flat=True)) == [1, 2]


def test_the_same_work_wanted_twice_is_one_run(town, settings, monkeypatch):
    from geomatch.site.jobs import tasks

    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    create_run = tasks.create_run

    def linger(**fields):
        run = create_run(**fields)
        time.sleep(0.5)
        return run

    monkeypatch.setattr(tasks, "create_run", linger)
    user = UserFactory()
    want = [lambda: tasks.start(network=town, kind=Run.Kind.PLAN, actor=user)] * 2
    first, second = at_once(*want)
    assert first.pk == second.pk
    assert Network.objects.count() == 1


def test_whom_two_imports_add_at_once_is_written_once(town, monkeypatch):
    """Each reads the neighbours before the other has written: unless one waits for the other."""
    from geomatch.network.intake import services as imports
    from geomatch.network.intake.linkage import known
    from geomatch.network.models import Person, SignUp
    from geomatch.network.signups.services import receive_signup
    from tests.network.sheets_of import table, take

    read = known.read_records

    def slowly(*arguments, **options):
        rows = list(read(*arguments, **options))
        time.sleep(0.3)
        return iter(rows)

    monkeypatch.setattr(known, "read_records", slowly)
    who = {"Name": ["Ana Ruiz"], "Address": ["12 Main St"]}
    sent = dict.fromkeys(("name", "phone", "email", "address", "unit", "city", "details"), "")
    sent |= {"wants": "needs", "hidden": False, "languages": [], "needs": [], "offers": []}

    def import_it() -> int:
        sheets = {"Neighbors": table(**who)}
        result = imports.import_sheet(network=town, sheets=sheets, file_name="n", actor=None)
        return result.figures["households"]["new"]

    def sign_up() -> int:
        who_sent = sent | {"name": "Ana Ruiz", "address": "12 Main St", "vehicle": False}
        receive_signup(network=town, answers=who_sent, language="en", client_address="")
        return 0

    assert sorted(at_once(import_it, sign_up, import_it)) == [0, 0, 1]
    with use_network(town):
        assert (Person.objects.count(), SignUp.objects.count()) == (1, 1)
        again = {"Neighbors": table(**who)}
        assert take(town, **again).figures["households"]["same"] == 1


def test_a_preview_agreed_to_twice_is_imported_once(town):
    from geomatch.core.errors import InputError
    from geomatch.network.intake.compare.compare import compare
    from geomatch.network.intake.staging.apply import apply_staged
    from geomatch.network.intake.staging.reading import read_staged
    from geomatch.network.intake.staging.sheets import stage_sheet
    from geomatch.network.models import Household, SheetImport

    content = b"Name,Address\nAna,12 Main St\n"
    user = UserFactory()
    staged = stage_sheet(network=town, file_name="n.csv", content=content, actor=user)
    with use_network(town):
        looked_at = compare(network=town, sheets=read_staged(town, staged).understood())

    def agree() -> bool:
        try:
            apply_staged(
                network=town,
                staged=staged.pk,
                looked_at=looked_at.fingerprint(),
                sees_hidden=True,
                actor=user,
            )
        except InputError:
            return False
        return True

    assert sorted(at_once(agree, agree)) == [False, True]
    with use_network(town):
        assert (Household.objects.count(), SheetImport.objects.count()) == (1, 1)
