"""The page of plans: what it asks before pods are suggested, and what it says of a plan."""

from __future__ import annotations

import pytest
from django.urls import reverse
from shapely import LineString

from geomatch.network.models import GroundFeature, Household, Role
from geomatch.network.scope import use_network
from geomatch.network.services.ground import replace_ground
from geomatch.tables import Feature
from pods.models import Plan
from tests.factories import HouseholdFactory, MemberFactory, PersonFactory

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


def rebalanced(organizer, network, max_moves: int) -> tuple[Plan, str]:
    """Publish the only plan, let newcomers arrive, and rebalance by the page."""
    plan, _ = suggested(organizer, network)
    version = {"network": network.slug, "version": plan.version}
    organizer.post(reverse("plan_publish", kwargs=version))
    with use_network(network):
        HouseholdFactory(lonlat=(-134.4999, 58.3), number="3", street="New Street")
        HouseholdFactory(lonlat=(-134.4998, 58.3), number="5", street="Secret Way", hidden=True)
    page = organizer.get(reverse("plan_map", kwargs=version)).content.decode()
    assert "Suggest a rebalance" in page
    organizer.post(reverse("start_rebalancing", args=[network.slug]), {"max_moves": max_moves})
    with use_network(network):
        draft = Plan.objects.get(state=Plan.State.DRAFT)
    url = reverse("plan_map", kwargs=version | {"version": draft.version})
    return draft, organizer.get(url).content.decode()


def test_a_rebalance_says_who_would_change_pod_and_changes_nothing_yet(organizer, network):
    draft, page = rebalanced(organizer, network, max_moves=0)
    assert draft.report["moves"] == 0
    assert "0 homes would change pod, 1 newcomer would join." in page
    assert "New Street" in page
    assert "new, to pod 1, with nobody yet" in page
    assert "Suggest a rebalance" not in page  # a draft is published first
    with use_network(network):
        published = Plan.objects.get(state=Plan.State.PUBLISHED)
        assert published.memberships.count() == 12
        assert draft.memberships.filter(pod__isnull=False).count() == 14
        assert set(draft.pods.values_list("number", flat=True)) == set(
            published.pods.values_list("number", flat=True)
        )


def test_a_rebalance_names_the_point_person_of_the_new_pod(organizer, network):
    draft, _ = rebalanced(organizer, network, max_moves=0)
    with use_network(network):
        leader = Household.objects.filter(memberships__plan=draft, hidden=False).first()
        draft.pods.update(point_person=PersonFactory(household=leader, name="Greta Holm"))
    url = reverse("plan_map", kwargs={"network": network.slug, "version": draft.version})
    assert "new, to pod 1, with Greta Holm" in organizer.get(url).content.decode()


def test_a_rebalance_says_whether_its_moves_are_needed(organizer, network):
    draft, _ = rebalanced(organizer, network, max_moves=5)
    url = reverse("plan_map", kwargs={"network": network.slug, "version": draft.version})
    for needed, words in (
        (2, "No plan that keeps the rules moves fewer."),
        (0, "make walks shorter"),
    ):
        with use_network(network):
            draft.report |= {"moves": 2, "moves_needed": needed, "moves_lower_bound": needed}
            draft.save()
        assert words in organizer.get(url).content.decode()


def test_a_hidden_newcomer_is_in_the_plan_and_in_no_list_but_a_stewards(organizer, network, client):
    draft, page = rebalanced(organizer, network, max_moves=5)
    assert "Secret Way" not in page
    steward = MemberFactory(network=network, role=Role.STEWARD).user
    client.force_login(steward, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = reverse("plan_map", kwargs={"network": network.slug, "version": draft.version})
    assert "Secret Way" in client.get(url).content.decode()


def test_a_number_of_moves_that_cannot_be_is_refused_in_words(organizer, network):
    url = reverse("start_rebalancing", args=[network.slug])
    answer = organizer.post(url, {"max_moves": "-1"}, follow=True)
    assert "greater than or equal to 0" in answer.content.decode()
    with use_network(network):
        assert not Plan.objects.exists()


def test_a_draft_is_set_aside_and_taken_up_again(organizer, network):
    plan, page = suggested(organizer, network)
    arguments = {"network": network.slug, "version": plan.version}
    aside, up = (reverse(view, kwargs=arguments) for view in ("plan_set_aside", "plan_take_up"))
    assert f'action="{aside}"' in page
    answer = organizer.post(aside, follow=True).content.decode()
    assert "Plan 1 is set aside" in answer
    page = organizer.get(reverse("plan_map", kwargs=arguments)).content.decode()
    assert f'action="{up}"' in page
    assert "Publish this plan" not in page
    dashboard = organizer.get(reverse("dashboard", args=[network.slug])).content.decode()
    assert "Look at plan 1" not in dashboard
    assert "is archived, not draft" in organizer.post(aside, follow=True).content.decode()
    organizer.post(up)
    with use_network(network):
        assert Plan.objects.get().state == Plan.State.DRAFT


def test_what_was_published_once_is_neither_set_aside_nor_taken_up(organizer, network):
    plan, _ = suggested(organizer, network)
    arguments = {"network": network.slug, "version": plan.version}
    organizer.post(reverse("plan_publish", kwargs=arguments))
    organizer.post(reverse("plan_set_aside", kwargs=arguments))
    with use_network(network):
        assert Plan.objects.get().state == Plan.State.PUBLISHED
        Plan.objects.update(state=Plan.State.ARCHIVED)
    answer = organizer.post(reverse("plan_take_up", kwargs=arguments), follow=True)
    assert "was published before" in answer.content.decode()
    with use_network(network):
        assert Plan.objects.get().state == Plan.State.ARCHIVED
