"""How members sign in: a second step, a password given in person, and where they are signed in."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from geomatch.core.errors import InputError
from geomatch.network.members import links, passwords
from geomatch.network.members.lists import members_of
from geomatch.network.members.roles import (
    change_roles,
    give_more_days,
    remove_member,
)
from geomatch.network.members.second_step import has_second_step, needed_by
from geomatch.network.members.sessions import device_of, sign_ins
from geomatch.network.models import Member, PasswordLink, Role
from geomatch.network.scope import use_network
from tests.factories import (
    PASSWORD,
    MemberFactory,
    NetworkFactory,
    UserFactory,
)
from tests.network.test_members import signed_in, verbs

STEWARD, ORGANIZER, POINT_PERSON = Role.STEWARD, Role.ORGANIZER, Role.POINT_PERSON


class TestSecondStep:
    def test_is_needed_where_much_is_seen(self, network):
        for role in Role:
            row = MemberFactory(network=network, role=role)
            assert bool(needed_by([row])) == (role in (STEWARD, ORGANIZER))
        demo = MemberFactory(network=NetworkFactory(is_demo=True), role=STEWARD)
        assert needed_by([demo]) is None

    def test_another_role_is_no_other_week(self, network, steward):
        user = MemberFactory(network=network, role=ORGANIZER).user
        first = timezone.now() + dt.timedelta(days=2)
        Member.objects.filter(user=user).update(second_step_by=first)
        change_roles(network=network, user=user, roles=[STEWARD], actor=steward)
        assert needed_by(Member.objects.filter(user=user)) == first

    def test_recovery_codes_alone_are_none(self, steward):
        Authenticator.objects.create(user=steward, type="recovery_codes", data={})
        assert not has_second_step(steward)
        Authenticator.objects.create(user=steward, type="totp", data={})
        assert has_second_step(steward)

    def test_only_another_steward_gives_more_days(self, network, steward):
        other = MemberFactory(network=network, role=ORGANIZER).user
        Member.objects.update(second_step_by=timezone.now())
        with pytest.raises(InputError, match="another steward"):
            give_more_days(network=network, user=steward, actor=steward)
        give_more_days(network=network, user=other, actor=steward)
        assert needed_by(Member.objects.filter(user=other)) > timezone.now()
        with use_network(network):
            rows = {row.user: row for row in members_of(network)}
        assert rows[other].needed_by > timezone.now() >= rows[steward].needed_by


class TestPasswords:
    def offered(self, network, user, steward):
        return passwords.offer_password(network=network, user=user, actor=steward)

    def taken(self, network, token, password="four words of mine"):
        digest = links.digest_of(token)
        return passwords.set_password(network=network, digest=digest, password=password)

    def test_is_set_once_and_signs_out_everywhere(self, network, steward):
        user = MemberFactory(network=network).user
        browser = signed_in(user)
        token = self.offered(network, user, steward)
        self.taken(network, token)
        user.refresh_from_db()
        assert user.check_password("four words of mine")
        assert browser.get("/networks/").status_code == 302
        with pytest.raises(InputError):
            self.taken(network, token)
        told = verbs(network)
        assert ("offered a new password to", steward) in told
        assert ("took a new password", user) in told
        with use_network(network):
            assert token not in str(PasswordLink.objects.values().get())

    def test_ends_after_an_hour(self, network, steward):
        user = MemberFactory(network=network).user
        token = self.offered(network, user, steward)
        with use_network(network):
            PasswordLink.objects.update(expires_at=timezone.now())
        with pytest.raises(InputError):
            self.taken(network, token)

    def test_not_for_somebody_of_a_network_that_is_not_mine(self, network, steward):
        user = MemberFactory(network=network).user
        other = MemberFactory(user=user, role=Role.VOLUNTEER).network
        with pytest.raises(InputError, match="also work"):
            self.offered(network, user, steward)
        MemberFactory(network=other, user=steward, role=STEWARD)
        self.offered(network, user, steward)

    def test_not_when_they_join_another_network_within_the_hour(self, network, steward):
        user = MemberFactory(network=network).user
        token = self.offered(network, user, steward)
        MemberFactory(user=user)
        with pytest.raises(InputError):
            self.taken(network, token)

    def test_not_for_oneself_nor_for_who_runs_the_site(self, network, steward):
        with pytest.raises(InputError, match="own"):
            self.offered(network, steward, steward)
        owner = MemberFactory(network=network, user=UserFactory(is_superuser=True)).user
        with pytest.raises(InputError, match="looked after"):
            self.offered(network, owner, steward)

    def test_ends_with_its_makers_role_and_its_owners(self, network, steward):
        user = MemberFactory(network=network).user
        other = MemberFactory(network=network, role=STEWARD).user
        token = self.offered(network, user, other)
        change_roles(network=network, user=other, roles=[ORGANIZER], actor=steward)
        with pytest.raises(InputError):
            self.taken(network, token)
        token = self.offered(network, user, steward)
        remove_member(network=network, user=user, actor=steward)
        with pytest.raises(InputError):
            self.taken(network, token)


def test_sessions_are_told_by_what_they_began_with(network):
    user = MemberFactory(network=network).user
    client = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    client.post("/account/login/", {"login": user.username, "password": PASSWORD})
    (place,) = sign_ins(user)
    assert place.device == "Firefox on Windows"
    assert place.began_at is not None
    assert place.name not in Session.objects.get().session_key


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on an iPhone or iPad",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("", ""),
    ],
)
def test_devices_in_words(agent, said):
    assert device_of(agent) == said
