"""Matching on the site's own rows: what blocks, what is kept, what a second run replaces."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from geomatch.core.errors import CancelledError
from geomatch.matching.models import Assignment, Match, NeverPair, Policy
from geomatch.matching.services import match_all
from geomatch.network.models import Request
from tests.factories import (
    HouseholdFactory,
    MatchFactory,
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
