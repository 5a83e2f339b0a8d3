"""The public form and its inbox, as browsers see them: closed, trapped, in three languages."""

from __future__ import annotations

import dataclasses
import logging
import re
import string

import pytest
from django.core.signing import TimestampSigner
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from geomatch.network.models import Person, Role, SignUp, Skill, StagedSheet
from geomatch.network.scope import use_network
from geomatch.site.pages.join.phrases import JOIN_WORDS
from geomatch.site.shell.client_address import client_address
from tests.factories import HouseholdFactory, MemberFactory, PersonFactory
from tests.security.test_permissions import signed_in

ENGLISH, SPANISH, TAGALOG = (JOIN_WORDS[code] for code in ("en", "es", "tl"))
HOSTILE = "<script>alert(1)</script> ${alert(2)} {{ 7*7 }} \u202egnp"
FILLED = {
    "wants": "both",
    "name": "Ana Ruiz",
    "phone": "555 0100",
    "address": "12 Main St",
    "languages": ["es"],
    "needs": ["groceries"],
    "offers": ["rides"],
    "consent": "on",
}


@pytest.fixture
def town(network):
    network.signup_open, network.signup_contact = True, "555 0199"
    network.save()
    with use_network(network):
        Skill.objects.create(code="groceries", label="Groceries")
        Skill.objects.create(code="rides", label="Rides")
        Skill.objects.create(code="meals", label="Meals")
        Skill.objects.create(code="sauna", label="Sauna evenings")
    return network


@pytest.fixture
def stamped(monkeypatch):
    """Make a stamp of some seconds ago."""

    def make(network, seconds: float = 60) -> str:
        import time

        now = time.time()  # noqa: TID251 - a date for signatures
        with monkeypatch.context() as patch:
            patch.setattr("django.core.signing.time.time", lambda: now - seconds)
            return TimestampSigner(salt="geomatch.join").sign(str(network.pk))

    return make


@pytest.fixture
def send(town, stamped, client):
    def post(*, language="en", seconds=60, to=client, **answers):
        data = {"stamp": stamped(town, seconds)} | FILLED | answers
        return to.post(reverse("join", args=[town.slug, language]), data)

    return post


def kept(network) -> list[SignUp]:
    with use_network(network):
        return list(SignUp.objects.all())


class TestTheForm:
    def test_a_closed_one_and_one_that_never_was_look_the_same(self, network, client):
        for slug in (network.slug, "nowhere"):
            for url in (reverse("join", args=[slug]), reverse("join_thanks", args=[slug, "en"])):
                assert client.get(url).status_code == 404
                assert client.post(url, FILLED).status_code == 404
        assert not kept(network)

    @pytest.mark.parametrize(
        ("accepted", "code"),
        [("es-MX,es;q=0.9", "es"), ("fil-PH,en;q=0.5", "tl"), ("de", "en"), ("", "en")],
    )
    def test_speaks_the_browsers_language(self, town, client, accepted, code):
        page = client.get(reverse("join", args=[town.slug]), headers={"accept-language": accepted})
        assert f'<html lang="{code}">' in page.content.decode()

    def test_speaks_no_other(self, town, client):
        assert client.get(reverse("join", args=[town.slug, "de"])).status_code == 404

    def test_knows_the_networks_own_kinds_of_help(self, town, client):
        page = client.get(reverse("join", args=[town.slug, "es"])).content.decode()
        assert "Compras de comida" in page
        assert "Comida preparada" in page
        assert "Sauna evenings" in page, "a word of the network's own stays as it is"
        assert "Otra cosa" in page

    def test_loads_no_script_and_keeps_no_session(self, town, client):
        answer = client.get(reverse("join", args=[town.slug]))
        assert "<script" not in answer.content.decode()
        assert "sessionid" not in answer.cookies
        assert "no-store" in answer["Cache-Control"]

    def test_is_kept_and_thanked_for(self, town, send, client):
        answer = send()
        assert answer["Location"] == reverse("join_thanks", args=[town.slug, "en"])
        assert "555 0199" in client.get(answer["Location"]).content.decode()
        [signup] = kept(town)
        assert signup.answers["needs"] == ["groceries"]
        assert (signup.wants, signup.language, signup.hidden) == ("both", "en", False)

    def test_what_the_first_answer_leaves_out_is_not_kept(self, town, send):
        send(wants="needs", vehicle="on", hidden="on")
        [signup] = kept(town)
        assert (signup.answers["offers"], signup.answers["vehicle"]) == ([], False)
        assert signup.hidden

    @pytest.mark.parametrize(
        ("missing", "words"),
        [
            ({"wants": ""}, "choose_one"),
            ({"name": " "}, "fill_in"),
            ({"address": ""}, "fill_in"),
            ({"phone": ""}, "reach"),
            ({"needs": []}, "choose_some"),
            ({"offers": []}, "choose_some"),
            ({"consent": ""}, "agree"),
            ({"email": "ana at home"}, "no_email"),
            ({"details": "x" * 1001}, "too_long"),
            ({"name": "A\0na"}, None),
        ],
    )
    @pytest.mark.parametrize("language", JOIN_WORDS)
    def test_says_what_is_missing_in_its_language(self, town, send, language, missing, words):
        answer = send(language=language, **missing)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert JOIN_WORDS[language].trouble in page
        assert words is None or getattr(JOIN_WORDS[language], words) in page
        assert "12 Main St" in page or "address" in missing, "nothing has to be typed again"
        assert not kept(town)

    def test_says_everything_that_is_missing_above_and_by_each_field(self, town, send):
        page = send(name="", address="", email="x", consent="", needs=[]).content.decode()
        above = page[page.index('role="alert"') : page.index("<form")]
        wrong = re.findall(r'href="#join-(\w+)-field"', above)
        assert wrong == ["name", "email", "address", "needs", "consent"]
        questions = page.split('class="question"')
        ids = [before.rpartition('id="')[2].rstrip('" ') for before in questions[:-1]]
        with_errors = [at for at, said in zip(ids, questions[1:], strict=True) if "errorl" in said]
        assert with_errors == [f"join-{name}-field" for name in wrong]


class TestTraps:
    def test_what_no_person_fills_in(self, town, send):
        assert send(website="https://spam.example").url == send(name="Bo").url
        assert [signup.answers["name"] for signup in kept(town)] == ["Bo"]

    @pytest.mark.parametrize(
        ("seconds", "words"), [(0, ENGLISH.too_soon), (90_000, ENGLISH.too_late)]
    )
    def test_a_page_that_was_filled_in_at_once_or_days_later(self, town, send, seconds, words):
        answer = send(seconds=seconds)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not kept(town)

    def test_after_that_it_can_be_sent(self, town, send, monkeypatch):
        page = send(seconds=90_000).content.decode()
        fresh = re.search(r'name="stamp" value="([^"]+)"', page)[1]
        monkeypatch.setattr("geomatch.site.pages.join.form.LEAST_S", -1)
        assert send(stamp=fresh).status_code == 302
        assert len(kept(town)) == 1

    @pytest.mark.parametrize("value", ["", "1", "1:abc:def"])
    def test_a_stamp_of_ones_own(self, town, send, value):
        assert send(stamp=value).status_code == 422
        assert not kept(town)

    def test_a_form_on_another_page(self, town, send):
        strict = Client(enforce_csrf_checks=True)
        assert send(to=strict).status_code == 403

    def test_too_many_are_told_so_and_whom_to_ask(self, town, send, monkeypatch):
        monkeypatch.setattr("geomatch.network.signups.services.MOST_FROM_AN_ADDRESS", 1)
        send()
        answer = send(name="Bo")
        assert answer.status_code == 429
        assert "555 0199" in answer.content.decode()


class TestAddresses:
    @pytest.mark.parametrize(
        ("proxies", "behind", "forwarded", "address"),
        [
            (0, False, "203.0.113.9", "198.51.100.1"),
            (0, True, "203.0.113.9", ""),
            (1, True, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
            (2, True, "1.1.1.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
            (2, True, "203.0.113.9", ""),
            (1, True, "not an address", ""),
            (1, True, "", ""),
        ],
    )
    def test_only_our_own_proxies_are_believed(self, settings, proxies, behind, forwarded, address):
        settings.PROXIES, settings.BEHIND_PROXY = proxies, behind
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        request = RequestFactory().get("/", REMOTE_ADDR="198.51.100.1", headers=headers)
        assert client_address(request) == address


class TestNothingIsGivenAway:
    def test_whoever_is_known_gets_the_same_answer(self, town, send):
        with use_network(town):
            home = HouseholdFactory(given_address="12 Main St", number="", street="")
            PersonFactory(household=home, name="Ana Ruiz")
        known, stranger = send(), send(name="Bo Lind", address="77 Elm St")
        again = send()
        assert known.status_code == stranger.status_code == again.status_code == 302
        assert known.url == stranger.url == again.url
        assert known.content == stranger.content == again.content

    def test_what_a_stranger_types_is_text_and_is_logged_nowhere(self, town, send, caplog):
        with caplog.at_level(logging.DEBUG):
            fields = {"name": HOSTILE, "details": HOSTILE, "address": HOSTILE, "unit": HOSTILE[:30]}
            assert send(**fields).status_code == 302
            send(**fields, phone="")
        assert not [
            r for r in caplog.records if "alert" in r.getMessage() and r.name != "django.db"
        ]
        client = signed_in(MemberFactory(network=town).user)
        page = client.get(reverse("signup_list", args=[town.slug])).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "49" not in re.search(r"<strong>(.*?)</strong>", page)[1]
        assert "\u202e" not in page

    def test_a_hidden_one_is_on_no_page_of_an_organizer(self, town, send):
        send(hidden="on", address="77 Secret Cove")
        pages = [reverse(name, args=[town.slug]) for name in ("signup_list", "dashboard")]
        organizer, steward = (
            signed_in(MemberFactory(network=town, role=role).user)
            for role in (Role.ORGANIZER, Role.STEWARD)
        )
        seen = "".join(organizer.get(url).content.decode() for url in pages)
        assert "Secret Cove" not in seen
        assert "signed up" not in seen
        [signup] = kept(town)
        organizer.post(
            reverse("signup_decide", args=[town.slug]), {"signup": signup.pk, "do": "let-in"}
        )
        assert kept(town) == [signup]
        assert "Secret Cove" in steward.get(pages[0]).content.decode()


class TestInbox:
    def decide(self, town, do, role=Role.ORGANIZER):
        client = signed_in(MemberFactory(network=town, role=role).user)
        data = {"signup": [signup.pk for signup in kept(town)], "do": do}
        url = reverse("signup_decide", args=[town.slug])
        return client.post(url, data, follow=True).content.decode()

    def test_the_first_page_counts_it(self, town, send):
        send()
        client = signed_in(MemberFactory(network=town).user)
        page = client.get(reverse("dashboard", args=[town.slug])).content.decode()
        assert "1 person has signed up by the form" in page

    def test_let_in(self, town, send):
        send()
        page = self.decide(town, "let-in")
        assert "Ana Ruiz" in page
        with use_network(town):
            assert not Person.objects.exists(), "nothing changes before somebody has seen it"
            staged = StagedSheet.objects.get()
        fingerprint = re.search(r'name="fingerprint" value="(\w+)"', page)[1]
        client = signed_in(staged.staged_by)
        url = reverse("import_apply", args=[town.slug, staged.pk])
        assert client.post(url, {"fingerprint": fingerprint}).status_code == 302
        with use_network(town):
            assert Person.objects.get().name == "Ana Ruiz"
        assert not kept(town)

    def test_a_preview_of_them_leads_back_to_them(self, town, send):
        inbox = reverse("signup_list", args=[town.slug])
        client = signed_in(MemberFactory(network=town).user)
        assert inbox in client.get(reverse("household_list", args=[town.slug])).content.decode()
        send()
        self.decide(town, "let-in")
        with use_network(town):
            staged = StagedSheet.objects.get()
        client = signed_in(staged.staged_by)
        preview = client.get(reverse("import_preview", args=[town.slug, staged.pk]))
        assert preview.context["back"] == {"label": "Sign-ups", "url": inbox}
        assert preview.context["file_name"] == f"1 sign-up of {timezone.localdate():%-d %B}"
        gone = client.post(preview.context["discard_url"])
        assert gone.url == inbox
        assert "1 sign-up waits for you." in client.get(inbox).content.decode()

    def test_says_who_is_known_as_far_as_the_reader_may_know(self, town, send):
        with use_network(town):
            known = PersonFactory(
                name="ana ruiz", household=HouseholdFactory(given_address="12 Main St.")
            ).household
            PersonFactory(
                name="Bo Lind",
                household=HouseholdFactory(hidden=True, given_address="77 Elm St, Juneau"),
            )
        send()
        send(name="Bo Lind", address="77 Elm St", city="Juneau")
        send(name="Cy", address="12 Main St")
        said = "Somebody of this name at this address is known"
        for role, number in ((Role.ORGANIZER, 1), (Role.STEWARD, 2)):
            client = signed_in(MemberFactory(network=town, role=role).user)
            page = client.get(reverse("signup_list", args=[town.slug])).content.decode()
            assert page.count(said) == number
            assert reverse("household_detail", args=[town.slug, known.pk]) in page

    def test_set_aside_and_taken_back(self, town, send):
        send()
        assert "Take the chosen ones back" in self.decide(town, "set-aside")
        assert "1 sign-up waits for you." in self.decide(town, "take-back")
        self.decide(town, "set-aside")
        assert "1 sign-up is deleted." in self.decide(town, "forget")
        assert not kept(town)

    def test_anything_else_changes_nothing(self, town, send):
        send()
        self.decide(town, "explode")
        assert [signup.state for signup in kept(town)] == ["waiting"]

    def test_nobody_chosen(self, town):
        assert "Choose somebody first." in self.decide(town, "let-in")

    def test_the_form_is_opened_only_with_somebody_to_ask(self, network):
        client = signed_in(MemberFactory(network=network).user)
        url = reverse("signup_form", args=[network.slug])
        assert client.post(url, {"is_open": "on"}).status_code == 422
        network.refresh_from_db()
        assert not network.signup_open
        addresses = reverse("join", args=[network.slug])
        assert f"{addresses}</span>" in client.get(url).content.decode()  # no link leads nowhere
        client.post(url, {"is_open": "on", "contact": "ana@example.org"})
        assert f"{addresses}</a>" in client.get(url).content.decode()
        assert Client().get(reverse("join", args=[network.slug])).status_code == 200
        client.post(url, {"contact": "ana@example.org"})
        assert Client().get(reverse("join", args=[network.slug])).status_code == 404


@pytest.mark.parametrize("words", [SPANISH, TAGALOG], ids=lambda words: words.code)
def test_every_language_says_everything(words):
    """The same blanks to fill in, the same choices, and nothing left in English."""

    def flat(value) -> dict[str, str]:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return {str(key): text for key, text in pairs}

    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for field in dataclasses.fields(ENGLISH):
        ours, theirs = getattr(ENGLISH, field.name), getattr(words, field.name)
        if isinstance(ours, str):
            ours, theirs = [ours], [theirs]
        assert flat(ours).keys() == flat(theirs).keys(), field.name
        for key, text in flat(ours).items():
            assert blanks(text) == blanks(flat(theirs)[key]), field.name
            assert text != flat(theirs)[key] or text == "Email", field.name
