"""Offers on their way: asked, answered, passed on, done; and what is never counted."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from geomatch.core.errors import ParameterError
from geomatch.matching import links, offers, rounds
from geomatch.matching.models import Match, NeverPair
from geomatch.matching.offers import NoLongerOpenError
from geomatch.matching.selectors import candidates, whereabouts
from geomatch.matching.services import match_all
from geomatch.network.models import Request, Role, Volunteer
from tests.factories import (
    HouseholdFactory,
    MatchFactory,
    MemberFactory,
    NetworkFactory,
    PersonFactory,
    RequestFactory,
    RiskFlagFactory,
    VolunteerFactory,
)

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
State = Match.State


def ask(network, request=None, volunteer=None, **options) -> Match:
    return offers.offer(
        network=network,
        request=request or RequestFactory(),
        volunteer=volunteer or VolunteerFactory(),
        **{"actor": None, "now": NOW, **options},
    )


def state(row) -> str:
    row.refresh_from_db()
    return row.state


class TestAsking:
    def test_turns_the_suggestion_into_an_offer_and_drops_others(self, inside):
        request, ana, bo = RequestFactory(), VolunteerFactory(), VolunteerFactory()
        suggested = MatchFactory(request=request, volunteer=bo)
        offer = ask(inside, request, ana)
        assert (offer.state, offer.score) == ("offered", sum(offer.parts.values()))
        assert offer.answer_by == NOW + 48 * HOUR
        assert not Match.objects.filter(pk=suggested.pk).exists()

    def test_waits_shorter_the_more_urgent_it_is(self, inside):
        waits = [ask(inside, RequestFactory(urgency=u)).answer_by - NOW for u in (1, 2, 4)]
        assert waits == sorted(waits, reverse=True)
        assert len(set(waits)) == 3

    def test_is_refused_where_a_rule_forbids_it_by_the_rules_name(self, inside):
        request, volunteer = RequestFactory(), VolunteerFactory()
        RiskFlagFactory(person=request.person, code="exposed")
        RiskFlagFactory(person=volunteer.person, code="immunocompromised")
        with pytest.raises(ParameterError, match="contactless only") as refused:
            ask(inside, request, volunteer)
        assert "immunocompromised" not in str(refused.value)

    def test_twice_is_refused(self, inside):
        offer = ask(inside)
        with pytest.raises(NoLongerOpenError, match="asked already"):
            ask(inside, offer.request, offer.volunteer)

    def test_a_hidden_household_is_a_stewards_choice(self, inside):
        person = PersonFactory(household=HouseholdFactory(hidden=True))
        request, volunteer = RequestFactory(person=person), VolunteerFactory()
        coordinator = MemberFactory(network=inside, role=Role.COORDINATOR).user
        steward = MemberFactory(network=inside, role=Role.STEWARD).user
        for actor in (None, coordinator):
            with pytest.raises(ParameterError, match="steward"):
                ask(inside, request, volunteer, actor=actor)
        assert ask(inside, request, volunteer, actor=steward).state == "offered"


class TestAnswers:
    def test_a_yes_closes_the_request_and_the_other_offers(self, inside):
        request = RequestFactory()
        first, second = (ask(inside, request, VolunteerFactory()) for _ in range(2))
        offers.accept(network=inside, match=first, actor=None, now=NOW)
        assert state(request) == "matched"
        assert state(second) == "cancelled"
        with pytest.raises(NoLongerOpenError, match="over"):
            offers.accept(network=inside, match=second, actor=None, now=NOW)
        offers.accept(network=inside, match=first, actor=None, now=NOW)  # said twice: fine

    def test_a_late_yes_by_link_is_refused_but_a_coordinator_may_note_it(self, inside):
        offer, late = ask(inside), NOW + 49 * HOUR
        with pytest.raises(NoLongerOpenError, match="time to answer"):
            offers.accept(network=inside, match=offer, actor=None, now=late)
        user = MemberFactory(network=inside, role=Role.COORDINATOR).user
        assert offers.accept(network=inside, match=offer, actor=user, now=late).state == "accepted"

    def test_a_flag_that_came_after_the_offer_still_keeps_the_two_apart(self, inside):
        offer = ask(inside)
        RiskFlagFactory(person=offer.request.person, code="exposed")
        RiskFlagFactory(person=offer.volunteer.person, code="immunocompromised")
        with pytest.raises(NoLongerOpenError) as refused:
            offers.accept(network=inside, match=offer, actor=None, now=NOW)
        assert "immuno" not in str(refused.value)
        assert "exposed" not in str(refused.value)

    def test_a_no_by_link_passes_on_and_by_phone_leaves_the_choice(self, inside):
        request, ana, bo = RequestFactory(), VolunteerFactory(), VolunteerFactory()
        following = offers.decline(
            network=inside, match=ask(inside, request, ana), actor=None, now=NOW
        )
        assert (following.volunteer, following.state, following.answer_by) == (bo, "offered", None)
        user = MemberFactory(network=inside).user
        assert offers.decline(network=inside, match=following, actor=user, now=NOW) is None
        assert state(request) == "open"

    def test_a_no_is_never_held_against_anybody(self, inside):
        request, volunteer = RequestFactory(), VolunteerFactory()
        before = candidates(request, roles=(), pod_of={}, today=NOW.date()).choices[0].choice
        for _ in range(5):
            other = ask(inside, None, volunteer)
            offers.decline(network=inside, match=other, actor=None, now=NOW)
        expired = ask(inside, None, volunteer)
        Match.objects.filter(pk=expired.pk).update(state=State.EXPIRED)
        after = candidates(request, roles=(), pod_of={}, today=NOW.date()).choices[0].choice
        assert after == before

    def test_called_off_and_done(self, inside):
        offer = ask(inside)
        offers.accept(network=inside, match=offer, actor=None, now=NOW)
        offers.call_off(network=inside, match=offer, actor=None, now=NOW)
        assert state(offer.request) == "open"
        again = ask(inside, offer.request, VolunteerFactory())
        with pytest.raises(NoLongerOpenError, match="Nobody has said yes"):
            offers.complete(network=inside, match=again, actor=None, now=NOW)
        offers.accept(network=inside, match=again, actor=None, now=NOW)
        offers.complete(network=inside, match=again, actor=None, now=NOW)
        assert (state(again), state(again.request)) == ("done", "done")
        offers.not_done(network=inside, match=again, actor=None)
        assert (state(again), state(again.request)) == ("accepted", "matched")
        with pytest.raises(NoLongerOpenError, match="not noted"):
            offers.not_done(network=inside, match=again, actor=None)


class TestPassingOn:
    def test_begins_when_the_time_is_over_and_goes_down_the_list(self, inside):
        request = RequestFactory()
        near, far = (
            VolunteerFactory(person=PersonFactory(household=HouseholdFactory(lonlat=(lon, 58.3))))
            for lon in (-134.5, -134.45)
        )
        first = ask(inside, request, near)
        on_time = rounds.pass_on(network=inside, actor=None, now=NOW + 47 * HOUR)
        assert on_time == []
        (second,) = rounds.pass_on(network=inside, actor=None, now=NOW + 49 * HOUR)
        assert state(first) == "expired"
        assert (second.volunteer, second.answer_by) == (far, None)
        # nobody has told the second one yet, so their time does not run
        assert rounds.pass_on(network=inside, actor=None, now=NOW + 999 * HOUR) == []
        told = offers.tell(network=inside, match=second, actor=None, now=NOW + 50 * HOUR)
        assert rounds.pass_on(network=inside, actor=None, now=told.answer_by + HOUR) == []
        assert state(second) == "expired"

    def test_waits_while_somebody_else_thinks_it_over(self, inside):
        request = RequestFactory(urgency=4)
        ask(inside, request, VolunteerFactory())
        VolunteerFactory()
        ask(inside, request, VolunteerFactory(), now=NOW + 3 * HOUR)
        assert rounds.pass_on(network=inside, actor=None, now=NOW + 5 * HOUR) == []

    def test_prefers_a_pinned_choice(self, inside):
        request, ana, bo = RequestFactory(), VolunteerFactory(), VolunteerFactory()
        offer = ask(inside, request, ana)
        offers.pin(network=inside, request=request, volunteer=bo, actor=None, pod_of={})
        VolunteerFactory()
        (following,) = rounds.pass_on(network=inside, actor=None, now=NOW + 49 * HOUR)
        assert following.volunteer == bo
        assert following.request == offer.request


class TestAllAtOnce:
    def test_every_suggestion_becomes_an_offer_that_waits_to_be_told(self, inside):
        for _ in range(3):
            RequestFactory()
        VolunteerFactory(capacity=3)
        match_all(network=inside, actor=None)
        assert rounds.offer_all(network=inside, actor=None) == (3, 0)
        assert set(Match.objects.values_list("state", "answer_by")) == {("offered", None)}

    def test_but_not_one_that_a_rule_forbids_by_now_nor_a_hidden_one(self, inside):
        hidden = PersonFactory(household=HouseholdFactory(hidden=True))
        MatchFactory(request=RequestFactory(person=hidden))
        stale = MatchFactory()
        NeverPair.objects.create(
            network=inside, volunteer=stale.volunteer, person=stale.request.person
        )
        assert rounds.offer_all(network=inside, actor=None) == (0, 1)

    def test_match_all_survives_an_offer_that_holds_no_longer(self, inside):
        """Asked twice, said yes once: no room left for the second, which is still theirs."""
        ana = VolunteerFactory(capacity=1)
        both = [ask(inside, None, ana) for _ in range(2)]
        offers.accept(network=inside, match=both[0], actor=None, now=NOW)
        RequestFactory(), VolunteerFactory()
        assert match_all(network=inside, actor=None).served == 1
        assert state(both[1]) == "offered"
        assert Match.objects.filter(request=both[1].request).count() == 1

    def test_match_all_leaves_alone_what_happens_while_it_thinks(self, inside, monkeypatch):
        from geomatch.matching import services

        requests = [RequestFactory() for _ in range(3)]
        ana = VolunteerFactory(capacity=3)
        solve = services.solve_here

        def meanwhile(*args, **options):
            ask(inside, requests[0], ana)
            Request.objects.filter(pk=requests[1].pk).update(state=Request.State.WITHDRAWN)
            return solve(*args, **options)

        monkeypatch.setattr(services, "solve_here", meanwhile)
        assert match_all(network=inside, actor=None).served == 3
        states = dict(Match.objects.values_list("request_id", "state"))
        assert states == {requests[0].pk: "offered", requests[2].pk: "proposed"}

    def test_nobody_is_suggested_again_for_what_they_said_no_to(self, inside):
        request, other, ana = RequestFactory(), RequestFactory(), VolunteerFactory(capacity=5)
        for said in (request, other):
            offers.decline(network=inside, match=ask(inside, said, ana), actor=None, now=NOW)
        third = RequestFactory()
        again = ask(inside, other, ana)  # a coordinator may ask again, and that is kept
        assert match_all(network=inside, actor=None).served == 2
        live = Match.objects.filter(state__in=("proposed", "offered"))
        assert set(live.values_list("request_id", "state")) == {
            (third.pk, "proposed"),
            (again.request_id, "offered"),
        }


class TestLinks:
    def test_lead_to_their_match_and_to_no_other(self, inside):
        offer, other = ask(inside), ask(inside)
        token = links.token_of(offer)
        assert links.network_of(token) == inside
        assert links.match_of(token) == offer
        for useless in (
            "",
            "x",
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            token + "x" * 300,
        ):
            assert links.network_of(useless) is None
            assert links.match_of(useless) is None
        assert links.token_of(other) != token

    def test_of_another_network_lead_nowhere_here(self, inside):
        offer = ask(inside)
        from geomatch.network.scope import use_network

        with use_network(NetworkFactory()):
            assert links.match_of(links.token_of(offer)) is None

    def test_grow_useless_when_a_new_one_is_made(self, inside):
        offer = ask(inside)
        old = links.token_of(offer)
        new = offers.tell(network=inside, match=offer, actor=None)
        assert links.match_of(old) is None
        assert links.match_of(links.token_of(new)) == offer

    def test_say_how_things_stand(self, inside):
        offer = ask(inside)
        assert links.standing(offer, NOW) == "asked"
        assert links.standing(offer, NOW + 49 * HOUR) == "late"
        offers.accept(network=inside, match=offer, actor=None, now=NOW)
        offer.refresh_from_db()
        assert links.standing(offer, NOW + 49 * HOUR) == "accepted"
        assert links.standing(offer, NOW + dt.timedelta(days=15)) == "over"
        offer.request.person.household.quiet = True
        assert links.standing(offer, NOW) == "over"


@pytest.mark.parametrize("mode", ["in_person", "remote"])
def test_the_address_is_there_between_the_yes_and_the_end(inside, mode):
    offer = ask(inside, RequestFactory(mode=mode, details="milk"))
    seen = [whereabouts(offer)]
    for step in (offers.accept, offers.complete):
        step(network=inside, match=offer, actor=None, now=NOW)
        offer.refresh_from_db()
        seen.append(whereabouts(offer))
    assert seen[0] is None
    assert seen[2] is None
    home = offer.request.person.household
    assert seen[1]["where"] == (home.address if mode == "in_person" else "")
    assert seen[1]["details"] == "milk"


def test_candidates_leave_hidden_volunteers_to_stewards(inside):
    request = RequestFactory()
    VolunteerFactory(person=PersonFactory(household=HouseholdFactory(hidden=True)))
    VolunteerFactory(person=PersonFactory(household=HouseholdFactory(quiet=True)))
    VolunteerFactory()
    today = timezone.localdate()
    for roles, able in ((frozenset({Role.COORDINATOR}), 1), (frozenset({Role.STEWARD}), 2)):
        found = candidates(request, roles=roles, pod_of={}, today=today)
        assert (found.n_feasible, found.n_excluded) == (able, 0)
    assert Volunteer.objects.count() == 3
    assert Request.objects.count() == 1
