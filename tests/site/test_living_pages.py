"""The pages of a living day: request, offers, the volunteer's link, handover, policy."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from geomatch.matching import links, offers
from geomatch.matching.models import Match, Policy
from geomatch.matching.services import match_all
from geomatch.network.models import Request, Role
from geomatch.network.scope import use_network
from geomatch.site.pages.matching.offer_phrases import offer_words
from maps.streetlists.phrases import words_for
from tests.factories import (
    HouseholdFactory,
    MatchFactory,
    MemberFactory,
    PersonFactory,
    RequestFactory,
    RiskFlagFactory,
    VolunteerFactory,
)
from tests.security.test_permissions import signed_in


@pytest.fixture
def coordinator(network) -> Client:
    return signed_in(MemberFactory(network=network, role=Role.COORDINATOR).user)


@pytest.fixture
def steward(network) -> Client:
    return signed_in(MemberFactory(network=network, role=Role.STEWARD).user)


def address(network, name: str, *arguments: int) -> str:
    return reverse(name, args=[network.slug, *arguments])


def person(name: str, **home):
    return PersonFactory(name=name, household=HouseholdFactory(**home))


class TestRequestPage:
    @pytest.fixture
    def asked(self, network) -> Request:
        with use_network(network):
            request = RequestFactory(languages=["es"])
            ana = VolunteerFactory(person=person("Ana Reyes"), capacity=3, vehicle=True)
            ana.person.languages = ["es"]
            ana.person.save()
            MatchFactory(
                volunteer=ana,
                request=RequestFactory(state=Request.State.MATCHED),
                state=Match.State.ACCEPTED,
            )
            VolunteerFactory(person=person("Bo Lind"))
        return request

    def test_says_who_could_go_and_who_cannot_in_words(self, network, coordinator, asked):
        answer = coordinator.get(address(network, "request_detail", asked.pk))
        (choice,) = answer.context["choices"]
        assert choice["name"] == "Ana Reyes"
        assert re.fullmatch(
            r".+ · speaks Spanish · drives · 1 of 3 tasks this week", choice["words"]
        )
        assert sum(part["value"] for part in choice["parts"]) == choice["score"]
        (out,) = answer.context["excluded"]
        assert out["name"] == "Bo Lind"
        assert out["reasons"] == ["speaks none of Spanish"]
        assert out["change"] == "could go with an interpreter for Spanish"

    def test_says_how_far_is_too_far_in_the_networks_units(self, network, coordinator):
        network.distance_units = "imperial"
        network.save()
        with use_network(network):
            asked = RequestFactory(person=person("Ana", lonlat=(-134.40, 58.30)))
            far = person("Bo Lind", lonlat=(-134.46, 58.30))
            VolunteerFactory(person=far, max_km=1)
        answer = coordinator.get(address(network, "request_detail", asked.pk))
        (out,) = answer.context["excluded"]
        assert out["change"] == "1.6 mi beyond their radius"

    def test_names_the_rule_and_never_a_diagnosis(self, network, coordinator):
        with use_network(network):
            asked = RequestFactory()
            carla = VolunteerFactory(person=person("Carla"))
            RiskFlagFactory(person=asked.person, code="exposed")
            RiskFlagFactory(person=carla.person, code="immunocompromised")
        answer = coordinator.get(address(network, "request_detail", asked.pk))
        assert "contactless only (rule: exposed household)" in answer.content.decode()
        assert "could go if contactless" in answer.content.decode()
        drawn = coordinator.get(address(network, "request_data", asked.pk)).content.decode()
        for said in (answer.content.decode(), drawn):
            assert "immunocompromised" not in said
        assert "exposed" not in drawn

    def test_its_map_has_a_line_to_each_candidate(self, network, coordinator, asked):
        drawn = coordinator.get(address(network, "request_data", asked.pk)).json()
        assert [v["label"] for v in drawn["volunteers"]] == ["Ana Reyes"]
        assert [m["state"] for m in drawn["matches"]] == ["candidate"]

    def test_of_a_hidden_home_is_a_stewards_and_has_no_map(self, network, coordinator, steward):
        with use_network(network):
            asked = RequestFactory(person=person("Hid Den", hidden=True))
            VolunteerFactory(person=person("Ana Reyes"))
        for name in ("request_detail", "request_data", "request_ask"):
            call = coordinator.post if name == "request_ask" else coordinator.get
            assert call(address(network, name, asked.pk)).status_code == 404
        answer = steward.get(address(network, "request_detail", asked.pk))
        assert [choice["name"] for choice in answer.context["choices"]] == ["Ana Reyes"]
        drawn = steward.get(address(network, "request_data", asked.pk)).json()
        assert (drawn["requests"], drawn["volunteers"], drawn["matches"]) == ([], [], [])

    def test_keeps_hidden_volunteers_from_coordinators(self, network, coordinator, steward, asked):
        with use_network(network):
            hidden = VolunteerFactory(person=person("Hid Den", hidden=True))
            hidden.person.languages = ["es"]
            hidden.person.save()
        url = address(network, "request_detail", asked.pk)
        assert "Hid Den" not in coordinator.get(url).content.decode()
        assert "Hid Den" in steward.get(url).content.decode()
        ask = address(network, "request_ask", asked.pk)
        coordinator.post(ask, {"volunteer": hidden.pk})
        with use_network(network):
            assert not Match.objects.filter(volunteer=hidden).exists()
        steward.post(ask, {"volunteer": hidden.pk})
        assert "Hid Den" not in coordinator.get(url).content.decode()
        with use_network(network):
            offered = Match.objects.get(volunteer=hidden)
        answer = coordinator.post(address(network, "match_answer", offered.pk), {"said": "yes"})
        assert answer.status_code == 404

    def test_offers_a_newcomer_the_best_place_and_takes_it(self, network, coordinator, asked):
        with use_network(network):
            Request.objects.filter(pk=asked.pk).update(state=Request.State.WITHDRAWN)
            match_all(network=network, actor=None)
            Request.objects.filter(pk=asked.pk).update(state=Request.State.OPEN)
        answer = coordinator.get(address(network, "request_detail", asked.pk))
        assert answer.context["insertion"]["who"] == "Ana Reyes"
        coordinator.post(address(network, "request_take", asked.pk))
        answer = coordinator.get(address(network, "request_detail", asked.pk))
        assert answer.context["match"]["who"] == "Ana Reyes"
        assert answer.context["insertion"] is None

    def test_asks_notes_and_says_why_not(self, network, coordinator, asked):
        url = address(network, "request_ask", asked.pk)
        ana, bo = (self.helper(network, name) for name in ("Ana Reyes", "Bo Lind"))
        answer = coordinator.post(url, {"volunteer": bo.pk}, follow=True)
        assert "speaks none of Spanish" in answer.content.decode()
        answer = coordinator.post(url, {"volunteer": ana.pk}, follow=True)
        offer = answer.context["match"]
        assert "/offer/#" in offer["link"]
        for said, state in (("yes", "accepted"), ("off", None), ("nonsense", None)):
            answer = coordinator.post(offer["answer_url"], {"said": said}, follow=True)
            assert (answer.context["match"] or {"state": None})["state"] == state

    def test_a_choice_is_kept_by_matching_again(self, network, coordinator, asked):
        with use_network(network):
            near = VolunteerFactory(person=person("Near", lonlat=(-134.4999, 58.3)))
            far = VolunteerFactory(person=person("Far", lonlat=(-134.46, 58.31)))
            request = RequestFactory(person=person("Somebody", lonlat=(-134.5, 58.3)))
        url = address(network, "request_pin", request.pk)
        answer = coordinator.post(url, {"volunteer": far.pk}, follow=True)
        assert answer.context["match"]["pinned"]
        coordinator.post(address(network, "start_matching"))
        with use_network(network):
            assert Match.objects.get(request=request).volunteer == far
        coordinator.post(answer.context["match"]["answer_url"], {"said": "unpin"})
        coordinator.post(address(network, "start_matching"))
        with use_network(network):
            assert Match.objects.get(request=request).volunteer == near

    @staticmethod
    def helper(network, name):
        from geomatch.network.models import Volunteer

        with use_network(network):
            return Volunteer.objects.get(person__name=name)


class TestLink:
    """What a volunteer sees by the link, with no account, before and after their yes."""

    @pytest.fixture
    def token(self, network) -> str:
        with use_network(network):
            asked = RequestFactory(
                person=person("Lucía Torres", number="14", street="Harbor Street"),
                details="milk and bread",
            )
            offer = offers.offer(
                network=network,
                request=asked,
                volunteer=VolunteerFactory(person=PersonFactory(household=asked.person.household)),
                actor=None,
            )
            return links.token_of(offer)

    PRIVATE = ("Lucía", "14 Harbor", "milk")

    def post(self, **data) -> str:
        return Client().post(reverse("offer_answer"), data).content.decode()

    def test_shows_the_address_after_the_yes_and_until_it_is_done(self, token):
        asked = self.post(token=token)
        assert "can you help?" in asked
        assert not any(word in asked for word in self.PRIVATE)
        assert "less than 0.5 km" in asked  # “next door” would be the address
        agreed = self.post(token=token, said="yes")
        assert all(word in agreed for word in self.PRIVATE)
        assert all(word in self.post(token=token) for word in self.PRIVATE)
        for page in (self.post(token=token, said="done"), self.post(token=token)):
            assert "Thank you" in page
            assert not any(word in page for word in self.PRIVATE)

    def test_takes_a_no_kindly_and_a_yes_too_late_not_at_all(self, network, token):
        page = self.post(token=token, said="no")
        assert "never held against anybody" in page
        assert "over" in self.post(token=token, said="yes")
        with use_network(network):
            assert not Match.objects.filter(state=Match.State.ACCEPTED).exists()

    def test_can_be_given_back(self, network, token):
        self.post(token=token, said="yes")
        page = self.post(token=token, said="off")
        assert "need not go" in page
        assert not any(word in page for word in self.PRIVATE)
        with use_network(network):
            assert Request.objects.get().state == Request.State.OPEN

    @pytest.mark.parametrize(
        ("spoken", "code", "asks", "ends", "when"),
        [
            (["es", "en"], "es", "¿puede ayudar?", "Ya está hecho", "lunes por la mañana"),
            (["tli", "tl"], "tl", "makakatulong po ba kayo?", "Tapos na", "Lunes ng umaga"),
            (["en", "es"], "en", "can you help?", "It is done", "Monday morning"),
            (["tli"], "en", "can you help?", "It is done", "Monday morning"),
        ],
    )
    def test_speaks_the_volunteers_language(self, network, token, spoken, code, asks, ends, when):
        with use_network(network):
            match = links.match_of(token)
            match.volunteer.person.languages = spoken
            match.volunteer.person.save()
            match.request.availability, match.request.languages = ["mon-am"], ["es"]
            match.request.save()
        page = self.post(token=token)
        assert f'<html lang="{code}"' in page
        for word in (asks, when, words_for(code).language("es")):
            assert word in page
        assert ends in self.post(token=token, said="yes")
        done = self.post(token=token, said="done")
        assert offer_words(spoken).explained["done"] in done

    @pytest.mark.parametrize("token", ["", "x", "1:2:3", "\0", "é", "a" * 5000])
    def test_a_useless_one_says_so(self, db, token):
        answer = Client().post(reverse("offer_answer"), {"token": token, "said": "yes"})
        assert answer.status_code == 404
        assert "does not work any more" in answer.content.decode()

    def test_has_nothing_in_its_address_and_is_kept_by_nobody(self, token):
        client = Client()
        answer = client.get(reverse("offer_answer"))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        answer = client.post(reverse("offer_answer"), {"token": token})
        assert answer["Referrer-Policy"] == "same-origin"
        assert reverse("offer_answer") == "/offer/"
        # the token stands in a form's field, and in no address of the page
        assert not re.search(
            rf'(?:href|src|action)="[^"]*{re.escape(token)}', answer.content.decode()
        )

    def test_needs_the_form_of_this_site(self, token):
        answer = Client(enforce_csrf_checks=True).post(
            reverse("offer_answer"), {"token": token, "said": "yes"}
        )
        assert answer.status_code == 403


def test_an_offers_words_are_there_in_every_language_and_state():
    states = {"asked", "late", "accepted", "declined", "done", "over"}
    spoken = [offer_words([code]) for code in ("en", "es", "tl")]
    for words in spoken:
        assert set(words.headings) == set(words.explained) == states
        assert set(words.modes) == {"in_person", "contactless", "remote"}
        assert all(getattr(words, field.name) for field in dataclasses.fields(words))
    moment = dt.datetime(2026, 11, 24, 16, 12, tzinfo=timezone.get_current_timezone())
    assert [words.until(moment) for words in spoken] == [
        "Tuesday 24 November, 4:12 pm",
        "martes 24 de noviembre, 4:12 pm",
        "Martes, Nobyembre 24, 4:12 pm",
    ]


def test_suggestions_become_offers_to_tell(network, coordinator):
    with use_network(network):
        VolunteerFactory(person=person("Ana Reyes"), capacity=2)
        RequestFactory(), RequestFactory()
        match_all(network=network, actor=None)
    answer = coordinator.post(address(network, "offer_everybody"), follow=True)
    (group,) = answer.context["groups"]
    assert (group["who"], len(group["offers"])) == ("Ana Reyes", 2)
    assert not group["until"]
    home = coordinator.get(address(network, "dashboard")).content.decode()
    assert "2 offers wait to be told to a volunteer" in home
    url = group["offers"][0]["answer_url"]
    answer = coordinator.post(url, {"said": "tell", "back": "offers"}, follow=True)
    assert sorted(bool(group["until"]) for group in answer.context["groups"]) == [False, True]


def test_looking_passes_on_what_nobody_answered(network, coordinator):
    with use_network(network):
        first = MatchFactory(state=Match.State.OFFERED, answer_by="2026-01-01T00:00Z")
        following = VolunteerFactory(person=person("Ana Reyes"))
    answer = coordinator.get(address(network, "request_detail", first.request_id))
    assert answer.context["match"]["who"] == following.person.name
    assert answer.context["match"]["until"] == ""


def test_a_command_passes_on_as_well(network, tmp_path):
    with use_network(network):
        offer = offers.offer(
            network=network, request=RequestFactory(), volunteer=VolunteerFactory(), actor=None
        )
        VolunteerFactory()
    report = tmp_path / "report.json"
    for hours, passed in ((1, 0), (49, 1)):
        now = offer.created_at + timedelta(hours=hours)
        call_command("passon", network=network.slug, now=now, report=report)
        assert json.loads(report.read_text())["offers"] == passed
    with pytest.raises(CommandError, match="needs its offset"):
        call_command("passon", network=network.slug, now=datetime(2026, 12, 1))


def test_a_volunteer_with_an_account_finds_offers_and_tasks_there(network):
    user = MemberFactory(network=network, role=Role.VOLUNTEER).user
    with use_network(network):
        helper = VolunteerFactory(person=PersonFactory(user=user))
        asked = RequestFactory(person=person("Lucía", number="14", street="Harbor Street"))
        offers.offer(network=network, request=asked, volunteer=helper, actor=None)
    client = signed_in(user)
    page = client.get(address(network, "dashboard"))
    assert "Lucía" not in page.content.decode()
    (offer,) = page.context["offers"]
    client.post(reverse("offer_answer"), {"token": offer["token"], "said": "yes"})
    page = client.get(address(network, "dashboard"))
    assert [task["where"] for task in page.context["tasks"]] == ["14 Harbor Street"]
    assert page.context["offers"] == []


def test_a_handover_is_shown_and_then_done(network, coordinator):
    with use_network(network):
        leaving, taker = VolunteerFactory(), VolunteerFactory(person=person("Ana Reyes"))
        seen, hidden = RequestFactory(), RequestFactory(person=person("Hid Den", hidden=True))
        for request in (seen, hidden):
            Request.objects.filter(pk=request.pk).update(state=Request.State.MATCHED)
            MatchFactory(request=request, volunteer=leaving, state=Match.State.ACCEPTED)
    page = coordinator.get(address(network, "volunteer_detail", leaving.pk))
    assert page.context["next_step"]["label"] == "Hand over 1 task"
    url = address(network, "volunteer_handover", leaving.pk)
    shown = coordinator.get(url)
    assert [task["taker"] for task in shown.context["tasks"]] == ["Ana Reyes"]
    assert "Hid Den" not in shown.content.decode()
    stale = coordinator.post(url, {"fingerprint": "x"})
    assert "changed meanwhile" in stale.content.decode()
    coordinator.post(
        url, {"fingerprint": shown.context["fingerprint"], "resting_until": "2030-01-01"}
    )
    with use_network(network):
        states = dict(Match.objects.values_list("volunteer_id", "state"))
        assert states == {leaving.pk: "cancelled", taker.pk: "offered"}
        # the hidden home's request waits for a steward
        assert set(Request.objects.values_list("state", flat=True)) == {"open"}
        leaving.refresh_from_db()
    assert f"{leaving.resting_until}" == "2030-01-01"


class TestPolicyPage:
    def test_says_line_and_column_and_saves_nothing(self, network, coordinator):
        url = address(network, "policy_edit")
        answer = coordinator.post(url, {"toml": "[weights]\r\nskils = 1", "do": "save"})
        (fault,) = answer.context["faults"]
        assert (fault["line"], fault["column"]) == (2, 9)
        assert "did you mean" in answer.content.decode()
        with use_network(network):
            assert not Policy.objects.exists()

    def test_tries_the_edited_policy_on_a_request(self, network, coordinator):
        with use_network(network):
            asked, ana = RequestFactory(), VolunteerFactory(person=person("Ana Reyes"))
            match_all(network=network, actor=None)
            RiskFlagFactory(person=asked.person, code="dog")
        url = address(network, "policy_edit")
        toml = "[weights]\ndistance = 10\n"
        result = coordinator.post(url, {"toml": toml}).context["result"]
        (row,) = result["rows"]
        assert row["name"] == ana.person.name
        assert "distance 10" in row["parts"] or "distance 9" in row["parts"]
        assert row["before"][1] > row["score"]
        dogs = '[[rule]]\ncode = "dogs"\nrequest_flags = ["dog"]\neffect = "block"\n'
        result = coordinator.post(url, {"toml": dogs}).context["result"]
        assert (result["able"], result["able_now"]) == (0, 1)

    def test_keeps_versions_and_loads_them(self, network, coordinator):
        url = address(network, "policy_edit")
        for half_km in (3, 4):
            coordinator.post(url, {"toml": f"[distance]\nhalf_km = {half_km}", "do": "save"})
        answer = coordinator.get(url)
        assert [version["number"] for version in answer.context["versions"]] == [2, 1]
        assert "half_km = 4" in answer.context["text"]
        assert "half_km = 3" in coordinator.post(url, {"do": "version 1"}).context["text"]
        assert "half_km = 4" in coordinator.post(url, {"do": "version 99"}).context["text"]
        assert "half_km = 2.0" in coordinator.post(url, {"do": "default"}).context["text"]
