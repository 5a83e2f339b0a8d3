"""The page of plans: what it asks before pods are suggested, and what it says of a plan."""

from __future__ import annotations

import pytest
from django.urls import reverse
from shapely import LineString

from geomatch.network.models import GroundFeature, Role
from geomatch.network.scope import use_network
from geomatch.network.services.ground import replace_ground
from geomatch.tables import Feature
from pods.models import Plan
from tests.factories import HouseholdFactory, MemberFactory

SIZES = {"min_size": 5, "max_size": 30, "target_size": 13, "size_by": "households"}
QUESTION = "Measure walks along streets"


@pytest.fixture
def organizer(client, network):
    user = MemberFactory(network=network, role=Role.ORGANIZER).user
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    with use_network(network):
        for i in range(12):
            HouseholdFactory(lonlat=(-134.5 + 0.0004 * i, 58.3), number=str(2 * i + 2))
    return client


@pytest.fixture
def streets(network):
    line = Feature(LineString([(-134.51, 58.3001), (-134.4, 58.3001)]), {})
    kind = GroundFeature.Kind.STREET
    replace_ground(network=network, kind=kind, features=[line], actor=None)


def suggested(organizer, network, **more) -> tuple[Plan, str]:
    """Plan by the page; return the plan and its own page."""
    organizer.post(reverse("start_planning", args=[network.slug]), SIZES | more)
    with use_network(network):
        plan = Plan.objects.get()
    url = reverse("plan_map", kwargs={"network": network.slug, "version": plan.version})
    return plan, organizer.get(url).content.decode()


@pytest.mark.usefixtures("streets")
def test_walks_are_offered_where_there_are_streets_and_said_on_the_plan(organizer, network):
    assert QUESTION in organizer.get(reverse("plan_list", args=[network.slug])).content.decode()
    plan, page = suggested(organizer, network, walking="on")
    assert plan.report["distance"] == "walking"
    assert "on foot, along streets" in page


def test_without_streets_walks_are_not_offered_and_cannot_be_forced(organizer, network):
    page = organizer.get(reverse("plan_list", args=[network.slug])).content.decode()
    assert QUESTION not in page
    plan, page = suggested(organizer, network, walking="on")
    assert plan.report["distance"] == "straight"
    assert "in a straight line" in page


@pytest.mark.usefixtures("streets")
def test_who_does_not_ask_for_walks_gets_straight_lines(organizer, network):
    plan, _ = suggested(organizer, network)
    assert plan.report["distance"] == "straight"
