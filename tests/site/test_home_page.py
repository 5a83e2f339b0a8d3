"""The first page: where a network stands, and what was done lately."""

from __future__ import annotations

import ast

import pytest
from django.urls import reverse

from geomatch.catalogues import ROOT
from geomatch.network.models import Role
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record
from geomatch.site.pages.home.lately import SAID
from pods.models import Plan
from tests.factories import HouseholdFactory, MemberFactory, PlanFactory, PodFactory
from tests.security.test_permissions import signed_in


@pytest.fixture
def home(network):
    organizer = signed_in(MemberFactory(network=network, role=Role.ORGANIZER).user)
    url = reverse("dashboard", args=[network.slug])
    return lambda **asked: organizer.get(url, **asked).context


def stops(context) -> dict[str, tuple[str, str]]:
    return {stop["name"]: (stop["state"], stop["words"]) for stop in context["stops"]}


def test_a_draft_beside_a_published_plan_takes_nothing_from_it(network, home):
    with use_network(network):
        HouseholdFactory()
        published = PlanFactory(version=1, state=Plan.State.PUBLISHED, report={"gap": 0.0})
        draft = PlanFactory(version=2, state=Plan.State.DRAFT, report={})
        PodFactory.create_batch(7, plan=published)
        PodFactory.create_batch(9, plan=draft)
    page = home()
    assert stops(page)["Pods"] == ("look", "7 pods")
    assert stops(page)["Lists"] == ("done", "ready to print")
    assert [tile["number"] for tile in page["tiles"] if tile["name"] == "pods"] == [7]


def test_lists_wait_for_a_published_plan(network, home):
    with use_network(network):
        HouseholdFactory()
        PlanFactory(version=1, state=Plan.State.DRAFT, report={"pods": 9})
    assert stops(home())["Lists"] == ("later", "not yet")


@pytest.mark.parametrize(
    ("verb", "target", "said"),
    [
        ("gave a role to", "user 5", "gave a role to somebody"),
        ("undid a merge", "merge 1", "undid a merge"),
        ("published", "plan 3", "published plan 3"),
        ("let in", "2 from the sign-up form", "let in 2 from the sign-up form"),
    ],
)
def test_what_was_done_is_said_without_the_databases_numbers(network, home, verb, target, said):
    with use_network(network):
        record(actor=None, verb=verb, target=target)
    assert home()["lately"][0]["words"] == f"The terminal {said}"


def test_whatever_the_history_keeps_is_said_as_a_sentence():
    kept = {
        keyword.value.value
        for room in ("geomatch", "pods")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record"
        for keyword in node.keywords
        if keyword.arg == "verb" and isinstance(keyword.value, ast.Constant)
    }
    assert len(kept) > 30
    assert kept <= set(SAID)


def test_the_first_page_is_in_spanish(network, home):
    with use_network(network):
        HouseholdFactory()
        record(actor=None, verb="published", target="plan 3")
    page = home(headers={"accept-language": "es"})
    assert page["lately"][0]["words"] == "La terminal publicó el plan 3"
    assert stops(page)["Importar"] == ("done", "1 hogar")


def test_settings_say_what_is_known_in_plain_words(network):
    member = MemberFactory(network=network, role=Role.COORDINATOR)
    page = signed_in(member.user).get(reverse("settings", args=[network.slug]))
    facts = {fact["name"]: fact["value"] for fact in page.context["facts"]}
    assert facts["Languages spoken here"] == "English, Spanish"
    assert facts["Web address of its pages"] == f"/{network.slug}/"
    assert "EPSG" not in page.content.decode()
