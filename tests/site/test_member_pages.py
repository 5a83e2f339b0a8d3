"""Members without a terminal: the steward's pages, and what a link opens for whoever holds it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from geomatch.network.members.roles import roles_in
from geomatch.network.models import AuditEvent, Invitation, Member, Person, Role
from geomatch.network.scope import use_network
from tests.factories import PASSWORD, MemberFactory, NetworkFactory, PersonFactory, UserFactory

STEWARD, ORGANIZER, POINT_PERSON = Role.STEWARD, Role.ORGANIZER, Role.POINT_PERSON
INVITATION, NEW_PASSWORD = "/account/invitation/", "/account/new-password/"
NEWCOMER = {
    "said": "new",
    "name": "Odette Kelpmont",
    "username": "odette",
    "password": "ash tern 9",
}


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def steward(network):
    return MemberFactory(network=network, role=STEWARD).user


@pytest.fixture
def client(steward):
    return signed_in(steward)


def page(network, name, *arguments):
    return reverse(name, args=[network.slug, *arguments])


def token_in(answer) -> str:
    return re.search(
        r'value="http://testserver/account/[a-z-]+/#([^"]+)"', answer.content.decode()
    )[1]


def invitation(client, network, roles=(POINT_PERSON,), **more) -> str:
    answer = client.post(page(network, "member_invite"), {"roles": list(roles), **more})
    assert answer.status_code == 200
    return token_in(answer)


class TestInvitation:
    def test_lets_a_stranger_in_with_a_new_account(self, client, network):
        token = invitation(client, network, name="Odette")
        stranger = Client()
        assert token not in stranger.get(INVITATION).content.decode()
        opened = stranger.post(INVITATION, {"token": token}).content.decode()
        assert f"{network.name} invites you" in opened
        answer = stranger.post(INVITATION, {"token": token, **NEWCOMER})
        assert answer["Location"] == page(network, "dashboard")
        user = User.objects.get(username="odette")
        assert user.get_full_name() == "Odette Kelpmont"
        assert roles_in(network, user) == {POINT_PERSON}
        assert stranger.get(page(network, "street_lists")).status_code == 200
        assert stranger.get(page(network, "member_list")).status_code == 403

    def test_opens_nothing_for_the_next(self, client, network):
        token = invitation(client, network)
        Client().post(INVITATION, {"token": token, **NEWCOMER})
        again = Client().post(INVITATION, {"token": token, **NEWCOMER, "username": "second"})
        assert again.status_code == 404
        assert not User.objects.filter(username="second").exists()

    def test_somebody_with_an_account_signs_in_and_accepts(self, client, network):
        token = invitation(client, network)
        user = MemberFactory().user
        browser = Client()
        answer = browser.post(INVITATION, {"token": token, "said": "sign-in"})
        assert token not in answer["Location"]
        assert token not in str(dict(browser.session))
        signing_in = {"login": user.username, "password": PASSWORD, "next": INVITATION}
        assert browser.post(reverse("account_login"), signing_in)["Location"] == INVITATION
        assert f"Accept as {user.username}" in browser.get(INVITATION).content.decode()
        browser.post(INVITATION, {"said": "accept"})
        assert roles_in(network, user) == {POINT_PERSON}
        assert browser.get(page(network, "street_lists")).status_code == 200

    def test_carried_along_and_taken_back_meanwhile(self, client, network):
        token = invitation(client, network)
        user = MemberFactory().user
        browser = signed_in(user)
        browser.post(INVITATION, {"token": token})
        anonymous = Client()
        anonymous.post(INVITATION, {"token": token, "said": "sign-in"})
        with use_network(network):
            number = Invitation.objects.get().pk
        client.post(page(network, "member_revoke", number))
        assert anonymous.get(INVITATION).status_code == 404
        assert browser.post(INVITATION, {"token": token, "said": "accept"}).status_code == 404
        assert not roles_in(network, user)

    def test_a_demo_account_is_told_why_not(self, client, network):
        from geomatch.network.services.networks import add_member

        user = UserFactory()
        add_member(network=NetworkFactory(is_demo=True), user=user, roles=[STEWARD], actor=None)
        token = invitation(client, network)
        answer = signed_in(user).post(INVITATION, {"token": token, "said": "accept"})
        assert answer.status_code == 422
        assert "demo" in answer.content.decode()

    def test_a_looker_changes_nothing(self, client, network):
        token = invitation(client, network)
        user = MemberFactory().user
        signed_in(user).post(INVITATION, {"token": token})
        Client().get(INVITATION)
        assert not roles_in(network, user)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"password": "12345"}, "too short"),
            ({"password": "odette-kelpmont", "username": "odette-kelpmont"}, "too similar"),
            ({"username": "od ette"}, "Enter a valid username"),
            ({"username": "TAKEN"}, "already"),
            ({"name": ""}, "required"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_rest(self, client, network, wrong, said):
        token = invitation(client, network)
        UserFactory(username="taken")
        answer = Client().post(INVITATION, {"token": token, **NEWCOMER, **wrong})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not User.objects.filter(username="odette").exists()

    def test_tells_stewards_and_organizers_of_the_second_step(self, client, network):
        for role, told in ((ORGANIZER, True), (POINT_PERSON, False)):
            token = invitation(client, network, roles=[role])
            opened = Client().post(INVITATION, {"token": token}).content.decode()
            assert ("second step" in opened) == told

    def test_hammering_is_bounded_and_locks_out_nobody_else(self, client, network):
        token = invitation(client, network)
        stranger = Client()
        answers = [
            stranger.post(INVITATION, {"token": f"{network.pk}.{n}"}).status_code for n in range(25)
        ]
        assert answers == [404] * 20 + [429] * 5
        assert stranger.post(NEW_PASSWORD, {"token": "x"}).status_code == 429
        assert stranger.post(INVITATION, {"token": token}).status_code == 200

    def test_names_are_not_fished_for_by_one_link(self, client, network):
        token = invitation(client, network)
        tries = [
            Client().post(INVITATION, {"token": token, **NEWCOMER, "password": ""}).status_code
            for _ in range(22)
        ]
        assert tries == [422] * 20 + [429] * 2

    def test_nothing_private_lies_in_the_address_or_the_browser(self, client, network):
        token = invitation(client, network)
        answer = Client().post(INVITATION, {"token": token})
        assert "no-store" in answer["Cache-Control"]
        assert token not in answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]


class TestStewardsPages:
    def test_lists_who_works_here(self, client, network, steward):
        user = UserFactory(first_name="Odette Kelpmont", last_login=timezone.now())
        MemberFactory(network=network, user=user, role=POINT_PERSON)
        with use_network(network):
            PersonFactory(user=user, name="Odette K.")
        Authenticator.objects.create(user=steward, type="totp", data={})
        text = client.get(page(network, "member_list")).content.decode()
        for said in ("Odette Kelpmont", "point person", "Odette K.", "Authenticator app", "alone"):
            assert said in text
        MemberFactory(network=network, role=STEWARD)
        text = client.get(page(network, "member_list")).content.decode()
        assert "One steward alone" not in text
        assert "1 person has no second step yet" in text

    def test_invites_for_a_neighbour(self, client, network):
        with use_network(network):
            person = PersonFactory(is_point_person=True)
        token = invitation(client, network, person=person.pk)
        Client().post(INVITATION, {"token": token, **NEWCOMER})
        with use_network(network):
            assert Person.objects.get(pk=person.pk).user.username == "odette"

    def test_a_new_link_for_an_old_invitation(self, client, network):
        old = invitation(client, network)
        with use_network(network):
            number = Invitation.objects.get().pk
        new = token_in(client.post(page(network, "member_invite_anew", number)))
        assert Client().post(INVITATION, {"token": old}).status_code == 404
        assert Client().post(INVITATION, {"token": new}).status_code == 200

    def test_gives_no_role_that_nobody_chose(self, client, network):
        assert "checked" not in client.get(page(network, "member_invite")).content.decode()
        answer = client.post(page(network, "member_invite"), {"name": "Greta"})
        assert "Choose at least one role." in answer.content.decode()

    def test_looks_for_a_neighbour_without_a_name_in_the_address(self, client, network):
        member = MemberFactory(network=network, role=POINT_PERSON).user
        with use_network(network):
            person = PersonFactory(name="Ida Cliffwright")
        url = page(network, "member_tie", member.pk)
        text = client.post(url, {"find": "1", "text": "cliffw"}).content.decode()
        assert "Ida Cliffwright" in text
        client.post(url, {"person": person.pk})
        with use_network(network):
            assert Person.objects.get(user=member) == person
        client.post(url, {"person": ""})
        with use_network(network):
            assert not Person.objects.filter(user=member).exists()

    def test_another_networks_neighbour_does_not_exist(self, client, network):
        member = MemberFactory(network=network).user
        other = NetworkFactory()
        with use_network(other):
            person = PersonFactory()
        url = page(network, "member_tie", member.pk)
        assert client.post(url, {"person": person.pk}).status_code == 404
        assert client.post(url, {"person": "x"}).status_code == 404
        taker = MemberFactory(network=other).user
        sent = {"role": STEWARD, "taker": taker.pk}
        url = page(network, "member_hand_over", member.pk)
        assert client.post(url, sent).status_code == 404

    def test_removes_and_lets_back_in(self, client, network):
        member = MemberFactory(network=network, role=ORGANIZER).user
        url = page(network, "member_remove", member.pk)
        assert "Paper cannot be called back" in client.get(url).content.decode()
        assert client.post(url)["Location"] == page(network, "member_list")
        assert not roles_in(network, member)
        assert "Let back in" in client.get(page(network, "member_list")).content.decode()
        with use_network(network):
            event = AuditEvent.objects.get(verb="removed a member")
        client.post(page(network, "member_restore", event.pk))
        assert roles_in(network, member) == {ORGANIZER}

    def test_a_steward_who_hands_over_is_led_out(self, client, network, steward):
        taker = MemberFactory(network=network, role=ORGANIZER).user
        url = page(network, "member_hand_over", steward.pk)
        answer = client.post(url, {"role": STEWARD, "taker": taker.pk})
        assert answer["Location"] == reverse("home")
        assert client.get(page(network, "dashboard")).status_code != 200

    def test_the_last_steward_is_told_why_not(self, client, network, steward):
        for name, sent in (("member_remove", {}), ("member_roles", {"roles": [ORGANIZER]})):
            answer = client.post(page(network, name, steward.pk), sent, follow=True)
            assert "last steward" in answer.content.decode()
        assert roles_in(network, steward) == {STEWARD}

    def test_a_new_password_in_person(self, client, network):
        member = MemberFactory(network=network).user
        token = token_in(client.post(page(network, "member_password", member.pk)))
        browser = Client()
        assert member.username in browser.post(NEW_PASSWORD, {"token": token}).content.decode()
        weak = browser.post(NEW_PASSWORD, {"token": token, "password": "1"})
        assert weak.status_code == 422
        sent = {"token": token, "password": "four words of mine"}
        assert browser.post(NEW_PASSWORD, sent)["Location"] == reverse("account_login")
        assert browser.post(NEW_PASSWORD, sent).status_code == 404
        browser.post(
            reverse("account_login"), {"login": member.username, "password": sent["password"]}
        )
        assert browser.get(page(network, "dashboard")).status_code == 200

    def test_renames_the_network(self, client, network):
        client.post(page(network, "network_rename"), {"name": "Harbor friends"})
        network.refresh_from_db()
        assert network.name == "Harbor friends"
        client.post(page(network, "network_rename"), {"name": ""})
        network.refresh_from_db()
        assert network.name == "Harbor friends"
        with use_network(network):
            assert AuditEvent.objects.filter(verb="renamed the network").count() == 1


class TestSecondStep:
    def past(self, user):
        Member.objects.filter(user=user).update(second_step_by=timezone.now() - dt.timedelta(1))

    def test_is_asked_for_before_and_needed_after_the_grace(self, client, network, steward):
        assert "Set it up" in client.get(page(network, "dashboard")).content.decode()
        self.past(steward)
        for name in ("dashboard", "household_list", "member_list"):
            assert client.get(page(network, name))["Location"] == reverse("mfa_index")
        posted = client.post(page(network, "network_rename"), {"name": "Mine"})
        assert posted["Location"] == reverse("mfa_index")
        Authenticator.objects.create(user=steward, type="totp", data={})
        text = client.get(page(network, "dashboard")).content.decode()
        assert "Set it up" not in text

    def test_not_in_the_demo_and_not_for_who_sees_little(self, db):
        demo = MemberFactory(network=NetworkFactory(is_demo=True), role=STEWARD)
        coordinator = MemberFactory(role=Role.COORDINATOR)
        for member in (demo, coordinator):
            self.past(member.user)
            answer = signed_in(member.user).get(page(member.network, "dashboard"))
            assert answer.status_code == 200
            assert "Set it up" not in answer.content.decode()

    def test_the_steward_gives_more_days(self, client, network):
        member = MemberFactory(network=network, role=ORGANIZER).user
        self.past(member)
        client.post(page(network, "member_more_days", member.pk))
        assert signed_in(member).get(page(network, "dashboard")).status_code == 200


class TestOwnAccount:
    def test_name_and_sessions(self, network):
        user = MemberFactory(network=network).user
        here, there = signed_in(user), signed_in(user)
        here.post(reverse("own_account"), {"name": "Lars Cedarling"})
        user.refresh_from_db()
        assert user.get_full_name() == "Lars Cedarling"
        text = here.get(reverse("own_account")).content.decode()
        assert text.count("Sign out there") == 1
        assert here.session.session_key not in text
        assert there.session.session_key not in text
        here.post(reverse("end_sessions"), {"place": ""})
        assert there.get("/networks/").status_code == 302
        assert here.get("/networks/").status_code == 200
        with use_network(network):
            said = set(AuditEvent.objects.values_list("verb", "actor"))
        assert {("changed their name", user.pk), ("signed out elsewhere", user.pk)} <= said

    def test_ends_nobody_elses(self, network):
        user, other = (MemberFactory(network=network).user for _ in "ab")
        theirs = signed_in(other)
        from geomatch.network.members.sessions import sign_ins

        name = sign_ins(other)[0].name
        signed_in(user).post(reverse("end_sessions"), {"place": name})
        assert theirs.get("/networks/").status_code == 200

    def test_a_changed_password_is_told_and_ends_old_links(self, client, network):
        user = MemberFactory(network=network).user
        token = token_in(client.post(page(network, "member_password", user.pk)))
        signed_in(user).post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": "ash tern 99", "password2": "ash tern 99"},
        )
        assert Client().post(NEW_PASSWORD, {"token": token}).status_code == 404
        with use_network(network):
            assert AuditEvent.objects.filter(verb="changed their password", actor=user).exists()


def test_an_organizer_reads_nothing_of_who_comes_and_goes(client, network):
    organizer = signed_in(MemberFactory(network=network, role=ORGANIZER).user)
    before = organizer.get(page(network, "dashboard")).content
    invitation(client, network)
    member = MemberFactory(network=network, role=POINT_PERSON).user
    client.post(page(network, "member_remove", member.pk))
    token = re.compile(rb'value="[A-Za-z0-9]{64}"|"X-CSRFToken": "\w+"|nonce="[^"]+"')
    after = organizer.get(page(network, "dashboard")).content
    assert token.sub(b"", after) == token.sub(b"", before)
