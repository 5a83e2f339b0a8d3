"""What coordinators see of walks: who could go, the match board, the policy page, `matchall`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from geomatch.matching.services import match_all
from geomatch.network.models import Role
from geomatch.network.scope import use_network
from geomatch.site.shell.phrases import NO_STREETS
from tests.factories import MemberFactory, RequestFactory, VolunteerFactory
from tests.matching.test_streets_site import ON_FOOT, at, lay_streets, on_foot
from tests.security.test_permissions import signed_in


@pytest.fixture
def coordinator(network) -> Client:
    return signed_in(MemberFactory(network=network, role=Role.COORDINATOR).user)


@pytest.fixture
def river(network):
    """A request on one bank, “near” on the other, “far” along the same one; and the only bridge."""
    with use_network(network):
        lay_streets(network)
        asked, near, far = RequestFactory(person=at(0)), at(10), at(5)
        VolunteerFactory(person=near)
        VolunteerFactory(person=far)
    return asked, near.name, far.name


def address(network, name: str, *arguments: int) -> str:
    return reverse(name, args=[network.slug, *arguments])


def test_a_request_says_how_far_it_is_on_foot(network, coordinator, river):
    asked, near, far = river
    page = address(network, "request_detail", asked.pk)
    assert "on foot" not in coordinator.get(page).content.decode()
    on_foot(network)
    choices = coordinator.get(page).context["choices"]
    assert [choice["name"] for choice in choices] == [far, near]
    assert "2.0 km · 1.3 mi on foot (30 m · 100 ft straight)" in choices[1]["words"]


def test_the_match_board_and_the_list_say_it_too(network, coordinator, river):
    on_foot(network)
    match_all(network=network, actor=None)
    board = coordinator.get(address(network, "match_map"))
    (row,) = board.context["matches"]
    assert row["who"] == river[2]
    assert row["distance"] == "100 m · 300 ft on foot"
    assert NO_STREETS not in board.content.decode()
    assert "on foot" in coordinator.get(address(network, "request_list")).content.decode()
    (line,) = coordinator.get(address(network, "match_data")).json()["matches"]
    assert 100 <= line["distance"] <= 104
    said = {part["name"]: part["words"] for part in line["parts"]}
    assert said["Distance"] == "100 m · 300 ft on foot"


def test_the_policy_page_tries_streets_on_a_request(network, coordinator, river):
    _, near, far = river
    answer = coordinator.post(address(network, "policy_edit"), {"toml": ON_FOOT})
    assert [row["name"] for row in answer.context["result"]["rows"]] == [far, near]
    assert [row["before"][0] for row in answer.context["result"]["rows"]] == [2, 1]
    assert answer.context["no_streets"] == ""
    answer = coordinator.post(address(network, "policy_edit"), {"toml": '[distance]\nalong = "by"'})
    (fault,) = answer.context["faults"]
    assert (fault["line"], fault["column"]) == (2, 9)


def test_a_network_without_streets_is_told(network, coordinator):
    with use_network(network):
        RequestFactory(), VolunteerFactory()
    said = StringIO()
    call_command("matchall", network=network.slug, stderr=said)
    assert NO_STREETS not in said.getvalue()
    answer = coordinator.post(address(network, "policy_edit"), {"toml": ON_FOOT})
    assert NO_STREETS in answer.content.decode()
    on_foot(network)
    call_command("matchall", network=network.slug, stderr=said)
    assert NO_STREETS in said.getvalue()
    assert NO_STREETS in coordinator.get(address(network, "match_map")).content.decode()
