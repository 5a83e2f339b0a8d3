"""Matching on the site's own rows: what blocks, what is kept, what a second run replaces."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from geomatch.core.errors import CancelledError
from geomatch.matching.engine import Assignment as Solution
from geomatch.matching.engines import solve_here, solved_apart
from geomatch.matching.models import Assignment, Match, NeverPair, Policy
from geomatch.matching.services import match_all, match_networks
from geomatch.network.models import Request, Volunteer
from geomatch.network.scope import use_network
from tests.factories import (
    HouseholdFactory,
    MatchFactory,
    NetworkFactory,
    PersonFactory,
    RequestFactory,
    RiskFlagFactory,
    VolunteerFactory,
)

TODAY = dt.date(2026, 11, 22)


def match(network, **options) -> Assignment:
    return match_all(network=network, actor=None, today=TODAY, **options)


def reason(assignment: Assignment, request: Request) -> str:
    return assignment.unmatched[str(request.pk)]["sentence"]


def test_a_volunteer_with_the_skill_is_proposed_and_parts_add_up(inside):
    request, volunteer = RequestFactory(), VolunteerFactory()
    VolunteerFactory(skills=["tutoring"])
    assignment = match(inside)
    proposed = Match.objects.get()
    assert (proposed.request, proposed.volunteer) == (request, volunteer)
    assert proposed.score == sum(proposed.parts.values())
    assert proposed.distance_m > 0
    assert assignment.gap == 0
    assert assignment.served == 1


def test_called_off_the_matches_are_as_they_were(inside):
    RequestFactory(), VolunteerFactory()
    before = match(inside)
    with pytest.raises(CancelledError):
        match(inside, progress=lambda done, total: False)
    assert Assignment.objects.get() == before
    assert Match.objects.get().assignment == before


def test_nobody_is_matched_to_themself(inside):
    person = PersonFactory()
    request = RequestFactory(person=person)
    VolunteerFactory(person=person)
    assignment = match(inside)
    assert assignment.served == 0
    assert reason(assignment, request)


class TestRiskFlags:
    @pytest.mark.parametrize(
        ("helper", "asker"), [("immunocompromised", "exposed"), ("exposed", "immunocompromised")]
    )
    def test_block_in_person_in_both_directions(self, inside, helper, asker):
        request, volunteer = RequestFactory(), VolunteerFactory()
        RiskFlagFactory(person=volunteer.person, code=helper)
        RiskFlagFactory(person=request.person, code=asker)
        assert match(inside).served == 0

    def test_leave_contactless_help_possible(self, inside):
        request, volunteer = RequestFactory(mode="contactless"), VolunteerFactory()
        RiskFlagFactory(person=volunteer.person, code="immunocompromised")
        RiskFlagFactory(person=request.person, code="exposed")
        assert match(inside).served == 1

    def test_of_somebody_behind_the_same_door_count(self, inside):
        request, volunteer = RequestFactory(), VolunteerFactory()
        child = PersonFactory(household=request.person.household)
        RiskFlagFactory(person=child, code="exposed")
        RiskFlagFactory(person=volunteer.person, code="immunocompromised")
        assert match(inside).served == 0

    @pytest.mark.parametrize(("until", "served"), [(TODAY, 0), (TODAY - dt.timedelta(1), 1)])
    def test_count_through_their_last_day(self, inside, until, served):
        request, volunteer = RequestFactory(), VolunteerFactory()
        RiskFlagFactory(person=volunteer.person, code="immunocompromised")
        RiskFlagFactory(person=request.person, code="exposed", until=until)
        assert match(inside).served == served


@pytest.mark.parametrize("state", ["hidden", "do_not_contact", "quiet"])
def test_households_that_nobody_may_be_sent_to(inside, state):
    request = RequestFactory(person=PersonFactory(household=HouseholdFactory(**{state: True})))
    VolunteerFactory()
    assignment = match(inside)
    assert assignment.served == 0
    assert reason(assignment, request)


def test_a_never_pair_is_kept_apart_and_others_are_not(inside):
    request, kept_away, other = RequestFactory(), VolunteerFactory(), VolunteerFactory()
    NeverPair.objects.create(network=inside, volunteer=kept_away, person=request.person)
    match(inside)
    assert Match.objects.get().volunteer == other


def test_a_volunteers_accepted_tasks_use_up_their_time(inside):
    volunteer = VolunteerFactory(capacity=1)
    busy = RequestFactory(state=Request.State.MATCHED)
    MatchFactory(request=busy, volunteer=volunteer, state=Match.State.ACCEPTED)
    RequestFactory()
    assert match(inside).served == 0


def test_pinned_proposals_and_open_offers_are_kept(inside):
    far = VolunteerFactory(
        person=PersonFactory(household=HouseholdFactory(lonlat=(-134.45, 58.31)))
    )
    VolunteerFactory()
    pinned = MatchFactory(volunteer=far, pinned=True)
    offered = MatchFactory(volunteer=VolunteerFactory(), state=Match.State.OFFERED)
    match(inside)
    for kept in (pinned, offered):
        kept.refresh_from_db()
        assert Match.objects.filter(request=kept.request).get() == kept
    assert pinned.score == sum(pinned.parts.values()) > 0


def test_a_second_offer_of_one_request_keeps_its_own_figures(inside):
    request = RequestFactory()
    far = HouseholdFactory(lonlat=(-134.45, 58.33))
    first, second = (
        MatchFactory(
            request=request,
            volunteer=VolunteerFactory(person=PersonFactory(household=home)),
            state=Match.State.OFFERED,
        )
        for home in (HouseholdFactory(), far)
    )
    Match.objects.filter(pk=second.pk).update(score=7, parts={"skill": 7}, distance_m=4_000)
    match(inside)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.score > 7
    assert (second.score, second.parts, second.distance_m) == (7, {"skill": 7}, 4_000)


def test_why_nobody_fits_is_not_readable_in_the_database(inside):
    """The reason can name a rule about somebody's health."""
    request, volunteer = RequestFactory(), VolunteerFactory()
    RiskFlagFactory(person=request.person, code="exposed")
    RiskFlagFactory(person=volunteer.person, code="immunocompromised")
    assignment = match(inside)
    said = Assignment.objects.get().unmatched[str(request.pk)]
    assert said["sentence"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matching_assignment WHERE id = %s", [assignment.pk])
        stored = str(cursor.fetchone())
    assert said["sentence"] not in stored
    assert said["code"] not in stored


def test_a_second_run_replaces_proposals_and_nothing_else(inside):
    accepted = MatchFactory(
        request=RequestFactory(state=Request.State.MATCHED), state=Match.State.ACCEPTED
    )
    RequestFactory()
    VolunteerFactory(capacity=3)
    match(inside)
    first = Match.objects.get(state=Match.State.PROPOSED)
    match(inside)
    assert Match.objects.filter(state=Match.State.PROPOSED).count() == 1
    assert not Match.objects.filter(pk=first.pk).exists()
    assert Match.objects.filter(pk=accepted.pk, state=Match.State.ACCEPTED).exists()


def test_the_newest_policy_of_the_network_counts(inside):
    request, volunteer = RequestFactory(), VolunteerFactory()
    RiskFlagFactory(person=request.person, code="dog")
    RiskFlagFactory(person=volunteer.person, code="afraid of dogs")
    assert match(inside).served == 1
    rule = """
[[rule]]
code = "dogs"
volunteer_flags = ["afraid of dogs"]
request_flags = ["dog"]
modes = ["in_person"]
effect = "block"
"""
    Policy.objects.create(network=inside, version=1, toml=rule)
    assert match(inside).served == 0


def test_being_in_one_pod_is_worth_something(inside):
    request, volunteer = RequestFactory(), VolunteerFactory()
    match(inside)
    alone = Match.objects.get().score
    pod_of = {request.person.household_id: "1", volunteer.person.household_id: "1"}
    match(inside, pod_of=pod_of)
    assert Match.objects.get().score > alone


def test_nothing_open_is_no_error(inside):
    assignment = match(inside)
    assert (assignment.served, assignment.gap) == (0, 0.0)


def test_the_database_lets_one_answer_become_yes(inside):
    request = RequestFactory()
    MatchFactory(request=request, state=Match.State.ACCEPTED)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchFactory(request=request, state=Match.State.ACCEPTED)


def no_pods(networks):
    return {network: {} for network in networks}


class TestManyNetworks:
    """`match_networks`: each network in its own scope, whatever becomes of the others."""

    @pytest.fixture
    def three(self, db):
        networks = [NetworkFactory(slug=slug) for slug in ("haines", "juneau", "sitka")]
        for network in networks:
            with use_network(network):
                RequestFactory()
                VolunteerFactory()
        return networks

    def test_each_is_matched_within_itself(self, three):
        answers = match_networks(pods=no_pods(three), actor=None, today=TODAY)
        for network in three:
            with use_network(network):
                match = Match.objects.get()
                assert match.volunteer.network == match.request.network == network
                assert answers[network] == Assignment.objects.get()
                assert answers[network].served == 1

    def test_an_engine_elsewhere_sees_days_and_gives_the_same(self, three):
        seen = []

        def elsewhere(days, done):
            # what a worker is sent and sends back goes through pickle
            solutions = [solved_apart(*pickle.loads(pickle.dumps(day))) for day in days]
            seen.extend(days)
            return [
                Solution(problem=day[0], **found)
                for day, found in zip(days, solutions, strict=True)
            ]

        answers = match_networks(pods=no_pods(three), actor=None, today=TODAY, engine=elsewhere)
        assert len(seen) == 3
        here = match_networks(pods=no_pods(three), actor=None, today=TODAY)
        for network in three:
            assert answers[network].objective == here[network].objective > 0
            assert answers[network].prices == here[network].prices

    def test_who_is_gone_by_the_end_is_suggested_to_nobody(self, three):
        def slow(days, done):
            with use_network(three[0]):
                Volunteer.objects.all().delete()  # an import was taken back meanwhile
            return solve_here(days, done)

        match_networks(pods=no_pods(three), actor=None, today=TODAY, engine=slow)
        for network, count in zip(three, (0, 1, 1), strict=True):
            with use_network(network):
                assert Match.objects.count() == count

    def test_one_that_cannot_be_matched_keeps_no_other_from_it(self, three):
        with use_network(three[1]):
            Policy.objects.create(network=three[1], version=1, toml="weights = 3")
        with pytest.raises(CommandError, match="juneau: policy 1: the policy cannot be used"):
            call_command("matchall", every_network=True, today=TODAY)
        for network, count in zip(three, (1, 0, 1), strict=True):
            with use_network(network):
                assert Match.objects.count() == count
