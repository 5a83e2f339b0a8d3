"""Matching on foot on the site: along the network's own streets, where its policy says so."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.gis.geos import LineString

from geomatch.core.geodesy import LocalProjection
from geomatch.matching.engine import Policy
from geomatch.matching.handovers import plan_handover
from geomatch.matching.insertion import best_insertion
from geomatch.matching.models import Match
from geomatch.matching.offers import offer
from geomatch.matching.policies import save_policy
from geomatch.matching.selectors import candidates
from geomatch.matching.services import match_all
from geomatch.matching.streets import lacks_streets, network_streets
from geomatch.network.models import GroundFeature, Role
from geomatch.network.scope import use_network
from tests.core.streettowns import two_banks
from tests.factories import (
    HouseholdFactory,
    MatchFactory,
    NetworkFactory,
    PersonFactory,
    RequestFactory,
    VolunteerFactory,
)

SEA = LocalProjection(-134.41, 58.3)
TODAY = dt.date(2026, 11, 22)
ON_FOOT = '[distance]\nalong = "streets"\n'


def at(place: int):
    """Somebody at one of the places of `two_banks`: from 10 on, those across the river."""
    lonlat = SEA.to_lonlat(two_banks()[0][[place]])[0]
    return PersonFactory(household=HouseholdFactory(lonlat=tuple(lonlat)))


def lay_streets(network, *, bridge: bool = True) -> None:
    GroundFeature.objects.all().delete()
    lines = SEA.geometry_to_lonlat(two_banks()[1])
    for line in lines if bridge else lines[:2]:
        GroundFeature.objects.create(
            network=network, kind="street", geometry=LineString(line.coords[:], srid=4326)
        )


@pytest.fixture
def river(inside):
    """A request on one bank, “near” on the other, “far” along the same one."""
    asked, near, far = RequestFactory(person=at(0)), at(10), at(5)
    return (
        asked,
        VolunteerFactory(person=near, max_km=1.0),
        VolunteerFactory(person=far, max_km=1.0),
    )


def on_foot(network) -> None:
    save_policy(network=network, toml=ON_FOOT, actor=None)


def test_a_policy_along_streets_changes_who_is_proposed(inside, river):
    _, near, far = river
    lay_streets(inside)
    straight = match_all(network=inside, actor=None, today=TODAY)
    assert Match.objects.get().volunteer == near
    assert Match.objects.get().walk_m is None
    assert straight.report["distance"] == "straight"
    on_foot(inside)
    walking = match_all(network=inside, actor=None, today=TODAY)
    proposed = Match.objects.get()
    assert proposed.volunteer == far
    assert round(proposed.distance_m) == 100
    assert 100 <= proposed.walk_m <= 104
    assert proposed.away_m == proposed.walk_m
    assert proposed.score == sum(proposed.parts.values())
    assert walking.report["distance"] == "walking"
    assert walking.gap == 0


def test_without_streets_distances_are_straight_and_that_is_known(inside, river):
    _, near, _ = river
    on_foot(inside)
    policy = Policy.from_toml(ON_FOOT)
    assert lacks_streets(policy)
    assert not lacks_streets(Policy.default())
    assert match_all(network=inside, actor=None, today=TODAY).report["distance"] == "straight"
    assert Match.objects.get().volunteer == near
    lay_streets(inside)
    assert not lacks_streets(policy)


def test_streets_that_were_replaced_are_the_new_ones(inside):
    policy = Policy.from_toml(ON_FOOT)
    assert network_streets(policy) is None
    lay_streets(inside)
    with_bridge = network_streets(policy)
    assert network_streets(policy) is with_bridge  # laid out once
    places = SEA.to_lonlat(two_banks()[0][[0, 10]])
    assert len(set(with_bridge.walks(places)[1])) == 1
    lay_streets(inside, bridge=False)
    assert len(set(network_streets(policy).walks(places)[1])) == 2
    assert network_streets(Policy.default()) is None


def test_another_networks_streets_are_not_walked(inside):
    other = NetworkFactory()
    with use_network(other):
        lay_streets(other)
    assert network_streets(Policy.from_toml(ON_FOOT)) is None


def test_who_could_go_is_ranked_and_said_on_foot(inside, river):
    asked, near, far = river
    lay_streets(inside)
    options = {"roles": {Role.COORDINATOR}, "pod_of": {}, "today": TODAY}
    ranked = [c.volunteer for c in candidates(asked, **options).choices]
    assert ranked == [near, far]
    found = candidates(asked, policy=Policy.from_toml(ON_FOOT), **options)
    assert [c.volunteer for c in found.choices] == [far, near]
    by_bridge = found.choices[1].choice
    assert (by_bridge.distance_m, by_bridge.walk_m // 100) == (30, 20)
    assert " on foot (" in by_bridge.words[0]
    assert found.n_excluded == 0  # two kilometres on foot are within one as the crow flies


def test_a_newcomer_and_an_offer_are_scored_on_foot(inside, river):
    _, near, _ = river
    lay_streets(inside)
    on_foot(inside)
    match_all(network=inside, actor=None, today=TODAY)
    late = RequestFactory(person=at(11))
    found = best_insertion(late, pod_of={}, today=TODAY)
    assert found.volunteer == near
    assert found.proven
    made = offer(network=inside, request=late, volunteer=near, actor=None, pod_of={})
    assert 20 <= made.walk_m <= 24


def test_tasks_go_to_whoever_walks_least(inside, river):
    asked, near, far = river
    gone = VolunteerFactory(person=at(1))
    MatchFactory(request=asked, volunteer=gone, state=Match.State.OFFERED)
    lay_streets(inside)
    (handed,) = plan_handover(gone, pod_of={}, today=TODAY).tasks
    assert handed.taker == near
    on_foot(inside)
    (handed,) = plan_handover(gone, pod_of={}, today=TODAY).tasks
    assert handed.taker == far
