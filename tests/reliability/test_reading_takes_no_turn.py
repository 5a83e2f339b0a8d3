"""Looking and searching never keep anybody from saving, nor wait for who does."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from geomatch.network.models import Household, Role
from geomatch.network.scope import use_network
from geomatch.site.shell.busy import RETRY_S
from tests.factories import HouseholdFactory, MemberFactory, RequestFactory
from tests.security import test_permissions
from tests.security.test_permissions import IN_NETWORK, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
things = test_permissions.things

# What is asked by POST and only read: address name → what is sent.
POSTED = {
    "household_list": {"text": "Main", "sort": "-people", "page": "1"},
    "request_list": {"text": "Ana", "state": "open"},
    "volunteer_list": {"text": "Ana", "skill": "groceries"},
    "place_household": {"find": "12 Main St"},
    "policy_edit": {"do": "version 1", "toml": "x"},
}


@pytest.fixture
def steward(network) -> Client:
    return signed_in(MemberFactory(network=network, role=Role.STEWARD).user)


@pytest.fixture
def impatient():
    """Give up at once where somebody else writes, so that a wait is an error."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout=0")
        else:
            cursor.execute("SET lock_timeout='50ms'")
    yield
    connection.close()


def address(network, name: str, things: dict) -> str:
    wanted = IN_NETWORK[name][2]
    arguments = {argument: things[thing] for argument, thing in wanted.items()}
    return reverse(name, kwargs={"network": network.slug, **arguments})


@contextmanager
def somebody_writes(network):
    """Hold the one turn there is to write, in a thread and a connection of its own."""
    writing, looked, kept = threading.Event(), threading.Event(), []

    def write() -> None:
        try:
            with use_network(network):
                kept.append(Household.objects.update(people_count=7))
                writing.set()
                looked.wait(timeout=60)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    assert writing.wait(timeout=30)
    try:
        yield
    finally:
        looked.set()
        writer.join(timeout=30)
    assert kept, "the write came to its end"


def test_every_page_that_reads_answers_while_somebody_writes(network, things, steward, impatient):
    statuses = {}
    with somebody_writes(network):
        for name, (_, method, _) in IN_NETWORK.items():
            if method == "get":
                statuses[name] = steward.get(address(network, name, things)).status_code
        for name, sent in POSTED.items():
            answer = steward.post(address(network, name, things), sent)
            statuses[f"POST {name}"] = answer.status_code
    assert {name: s for name, s in statuses.items() if s not in (200, 302)} == {}


@pytest.mark.parametrize("name", POSTED)
def test_a_save_commits_while_a_search_runs(name, network, things, steward):
    """The search is stopped in the middle of its statements, until the save is through."""
    saved = []

    def save() -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA busy_timeout=0")
        try:
            with use_network(network):
                saved.append(Household.objects.update(people_count=9))
        except OperationalError as error:
            saved.append(str(error))
        finally:
            connections.close_all()

    def in_the_middle(execute, sql, params, many, context):
        rows = execute(sql, params, many, context)
        if not saved and "network_household" in sql and sql.startswith("SELECT"):
            other = threading.Thread(target=save)
            other.start()
            other.join(timeout=60)
        return rows

    with connection.execute_wrapper(in_the_middle):
        answer = steward.post(address(network, name, things), POSTED[name])
    assert answer.status_code == 200
    with use_network(network):
        assert saved == [Household.objects.count()]
        assert set(Household.objects.values_list("people_count", flat=True)) == {9}


def test_nobody_waits_for_ever_for_who_writes():
    connection.close()  # as a new visitor has it
    with connection.cursor() as cursor:
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("PRAGMA busy_timeout" if is_sqlite else "SHOW lock_timeout")
        assert cursor.fetchone() == ((60_000,) if is_sqlite else ("1min",))


def test_a_posted_search_sees_its_own_network_only(network, steward):
    """Row-level security still knows the network: on PostGIS the search is a transaction."""
    with use_network(network):
        HouseholdFactory(given_address="1 Main St")
    seen = []

    def look(execute, sql, params, many, context):
        seen.append((connection.in_atomic_block, "set_config" in sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        answer = steward.post(reverse("household_list", args=[network.slug]), {"text": "main"})
    assert answer.context["page"].paginator.count == 1
    on_server = connection.vendor == "postgresql"
    assert any(atomic for atomic, _ in seen) is on_server
    assert any(told for _, told in seen) is on_server


def test_who_waited_in_vain_is_told_that_nothing_was_lost(network, things, steward, impatient):
    """A save meets another one: a page, not a fault, and nothing half done."""
    with use_network(network):
        locked = things["household"]
    url = reverse("place_put", args=[network.slug, locked])
    with somebody_writes(network):
        answer = steward.post(url, {"point": "58.30, -134.42"})
    assert answer.status_code == 503
    assert answer["Retry-After"] == str(RETRY_S)
    assert "no-store" in answer["Cache-Control"]
    assert "Nothing was lost" in answer.content.decode()
    with use_network(network):
        assert Household.objects.get(pk=locked).quality != "hand_placed"


def test_a_session_that_cannot_be_saved_is_no_fault_either(network, impatient):
    """Signing out writes after the view, where no view can catch it."""
    user = MemberFactory(network=network, role=Role.STEWARD).user
    client = signed_in(user)
    session = client.session
    session["x"] = 1
    client.raise_request_exception = False
    with use_network(network):
        HouseholdFactory()
    held = (
        "UPDATE django_session SET expire_date=expire_date"
        if connection.vendor == "postgresql"
        else ""
    )
    writing, looked = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                if held:
                    cursor.execute(held)
                writing.set()
                looked.wait(timeout=60)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    assert writing.wait(timeout=30)
    try:
        answer = client.post(reverse("account_logout"))
    finally:
        looked.set()
        writer.join(timeout=30)
    assert answer.status_code == 503
    assert client.get(reverse("dashboard", args=[network.slug])).status_code == 200


def test_other_faults_stay_faults(network, steward, monkeypatch):
    def broken(*_, **__):
        raise OperationalError("disk I/O error")

    steward.raise_request_exception = False
    monkeypatch.setattr("geomatch.site.pages.neighbours.neighbours.network_numbers", broken)
    answer = steward.get(reverse("household_list", args=[network.slug]))
    assert answer.status_code == 500
    assert settings.DEBUG is False


def test_a_request_is_found_by_words_in_any_order(network):
    coordinator = signed_in(MemberFactory(network=network, role=Role.COORDINATOR).user)
    with use_network(network):
        ask = RequestFactory(person__name="Ana Maria Ruiz")
        RequestFactory(person__name="Bo Ruiz")
    answer = coordinator.post(reverse("request_list", args=[network.slug]), {"text": "ruiz ana"})
    assert [row["ref"] for row in answer.context["page"]] == [ask.ref]
