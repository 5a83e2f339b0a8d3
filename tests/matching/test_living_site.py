"""A solved day on the site: a request comes in, a volunteer drops out, the policy changes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from geomatch.core.errors import PolicyError
from geomatch.matching.day import network_policy
from geomatch.matching.handovers import hand_over_tasks, plan_handover
from geomatch.matching.insertion import best_insertion, take_insertion
from geomatch.matching.models import Assignment, Match, Policy
from geomatch.matching.offers import NoLongerOpenError, offer
from geomatch.matching.policies import policy_text, save_policy
from geomatch.matching.services import match_all
from geomatch.network.models import Request
from tests.factories import (
    HouseholdFactory,
    MatchFactory,
    PersonFactory,
    RequestFactory,
    UserFactory,
    VolunteerFactory,
)

TODAY = dt.date(2026, 11, 22)


def at(lon: float, lat: float = 58.3):
    return PersonFactory(household=HouseholdFactory(lonlat=(lon, lat)))


class TestInsertion:
    def test_is_what_matching_everything_again_would_find(self, inside):
        """Ana is the only one who speaks Spanish, and has a task that Bo could take as well."""
        ana = VolunteerFactory(person=at(-134.50))
        ana.person.languages = ["es"]
        ana.person.save()
        bo = VolunteerFactory(person=at(-134.48))
        first = RequestFactory(person=at(-134.501))
        match_all(network=inside, actor=None, today=TODAY)
        assert Match.objects.get().volunteer == ana
        new = RequestFactory(person=at(-134.502), languages=["es"])
        found = best_insertion(new, pod_of={}, today=TODAY)
        assert found.volunteer == ana
        assert found.proven
        assert [(m.request, m.before, m.after) for m in found.moves] == [(first, ana, bo)]
        assert Match.objects.get().volunteer == ana  # nothing has changed yet

        take_insertion(network=inside, request=new, actor=None, pod_of={}, today=TODAY)
        taken = dict(Match.objects.values_list("request_id", "volunteer_id"))
        assert taken == {first.pk: bo.pk, new.pk: ana.pk}
        worth = sum(Match.objects.values_list("score", flat=True))
        again = match_all(network=inside, actor=None, today=TODAY)
        assert sum(Match.objects.values_list("score", flat=True)) == worth
        assert again.gap == 0
        assert dict(Match.objects.values_list("request_id", "volunteer_id")) == taken

    def test_moves_no_offer(self, inside):
        ana, first = VolunteerFactory(), RequestFactory()
        offer(network=inside, request=first, volunteer=ana, actor=None)
        match_all(network=inside, actor=None)
        new = RequestFactory(urgency=4)
        found = best_insertion(new, pod_of={}, today=TODAY)
        assert (found.volunteer, found.moves) == (None, ())
        with pytest.raises(NoLongerOpenError):
            take_insertion(network=inside, request=new, actor=None, pod_of={})

    def test_is_nobody_who_said_no_to_it(self, inside):
        ana, bo, request = VolunteerFactory(), VolunteerFactory(), RequestFactory()
        match_all(network=inside, actor=None, today=TODAY)
        suggested = Match.objects.get()
        Match.objects.update(state=Match.State.DECLINED)
        found = best_insertion(request, pod_of={}, today=TODAY)
        assert {suggested.volunteer, found.volunteer} == {ana, bo}

    def test_is_not_asked_for_where_there_is_nothing_to_go_on_from(self, inside):
        VolunteerFactory()
        request = RequestFactory()
        assert best_insertion(request, pod_of={}, today=TODAY) is None
        match_all(network=inside, actor=None, today=TODAY)
        assert best_insertion(request, pod_of={}, today=TODAY) is None  # it has a suggestion
        hidden = RequestFactory(person=PersonFactory(household=HouseholdFactory(hidden=True)))
        assert best_insertion(hidden, pod_of={}, today=TODAY) is None


class TestHandover:
    @pytest.fixture
    def courier(self, inside):
        """27 drops around town, 8 neighbours with room for three, four with room for nine."""
        rng = np.random.default_rng(27)
        homes = iter(rng.normal((-134.42, 58.30), (0.03, 0.01), (39, 2)).tolist())
        courier = VolunteerFactory(capacity=27, max_km=30, person=at(-134.42))
        for capacity in [3] * 8 + [9] * 4:
            VolunteerFactory(capacity=capacity, max_km=30, person=at(*next(homes)))
        for number in range(27):
            request = RequestFactory(
                person=at(*next(homes)),
                state=Request.State.MATCHED if number < 20 else Request.State.OPEN,
            )
            MatchFactory(
                request=request,
                volunteer=courier,
                state=Match.State.ACCEPTED if number < 20 else Match.State.OFFERED,
            )
        return courier

    def test_of_27_drops_takes_three_calls_and_is_applied_as_shown(self, inside, courier):
        plan = plan_handover(courier, pod_of={}, today=TODAY)
        assert len(plan.tasks) == 27
        assert all(handed.taker for handed in plan.tasks)
        assert [tasks for _, tasks in plan.calls] == [9, 9, 9]
        assert plan.proven
        assert Match.objects.filter(volunteer=courier, state="accepted").count() == 20
        options = {"network": inside, "volunteer": courier, "actor": UserFactory(), "pod_of": {}}
        hand_over_tasks(**options, fingerprint=plan.fingerprint, resting_until=TODAY, today=TODAY)
        assert not Match.objects.filter(volunteer=courier).exclude(state="cancelled").exists()
        asked = Match.objects.filter(state=Match.State.OFFERED)
        assert {(m.request_id, m.volunteer_id) for m in asked} == {
            (handed.match.request_id, handed.taker.pk) for handed in plan.tasks
        }
        assert set(asked.values_list("answer_by", flat=True)) == {None}  # nobody is told yet
        assert Request.objects.filter(state=Request.State.OPEN).count() == 27
        courier.refresh_from_db()
        assert courier.resting_until == TODAY

    def test_is_refused_when_something_changed_meanwhile(self, inside):
        ana, request = VolunteerFactory(), RequestFactory()
        mine = MatchFactory(request=request, volunteer=ana, state=Match.State.OFFERED)
        shown = plan_handover(ana, pod_of={}, today=TODAY).fingerprint
        VolunteerFactory()
        with pytest.raises(NoLongerOpenError, match="changed meanwhile"):
            hand_over_tasks(
                network=inside, volunteer=ana, actor=None, pod_of={}, fingerprint=shown, today=TODAY
            )
        mine.refresh_from_db()
        assert mine.state == "offered"

    def test_asks_nobody_again_who_was_asked_for_the_task(self, inside):
        ana, bo, request = VolunteerFactory(), VolunteerFactory(), RequestFactory()
        MatchFactory(request=request, volunteer=bo, state=Match.State.DECLINED)
        MatchFactory(request=request, volunteer=ana, state=Match.State.OFFERED)
        (handed,) = plan_handover(ana, pod_of={}, today=TODAY).tasks
        assert handed.taker is None

    def test_leaves_a_request_that_somebody_else_was_asked_for_as_well(self, inside):
        ana, bo, request = VolunteerFactory(), VolunteerFactory(), RequestFactory()
        for volunteer in (ana, bo):
            MatchFactory(request=request, volunteer=volunteer, state=Match.State.OFFERED)
        plan = plan_handover(ana, pod_of={}, today=TODAY)
        assert plan.tasks == ()
        hand_over_tasks(
            network=inside, volunteer=ana, actor=None, pod_of={}, fingerprint=plan.fingerprint,
            today=TODAY,
        )  # fmt: skip
        assert list(Match.objects.filter(state="offered").values_list("volunteer", flat=True)) == [
            bo.pk
        ]


class TestPolicies:
    def test_every_version_is_kept_with_who_made_it(self, inside):
        assert "half_km = 2.0" in policy_text()
        user = UserFactory()
        for half_km in (3, 4):
            toml = f"[distance]\r\nhalf_km = {half_km}\r\n"
            assert save_policy(network=inside, toml=toml, actor=user)
        assert save_policy(network=inside, toml="[distance]\nhalf_km = 4\n", actor=user) is None
        kept = list(Policy.objects.values_list("version", "created_by", "toml"))
        assert kept == [
            (2, user.pk, "[distance]\nhalf_km = 4\n"),
            (1, user.pk, "[distance]\nhalf_km = 3\n"),
        ]
        assert network_policy().half_km == 4

    def test_one_that_cannot_be_used_is_refused_by_line_and_column(self, inside):
        with pytest.raises(PolicyError) as refused:
            save_policy(network=inside, toml="[weights]\r\nskils = 1\r\n", actor=None)
        assert "line 2, column 9" in str(refused.value)
        assert not Policy.objects.exists()


def test_an_assignment_keeps_the_prices_that_prove_it(inside):
    scarce = VolunteerFactory(capacity=1)
    RequestFactory(), RequestFactory(urgency=4)
    match_all(network=inside, actor=None, today=TODAY)
    assert Assignment.objects.get().prices[str(scarce.pk)] > 0
