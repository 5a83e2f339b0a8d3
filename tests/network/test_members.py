"""Who comes into a network, by which link, and that they are out when they are out."""

from __future__ import annotations

import datetime as dt
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.utils import timezone

from geomatch.core.errors import InputError
from geomatch.network.members import links
from geomatch.network.members.invitations import (
    accept,
    invite,
    invite_anew,
    open_invitation,
    revoke,
)
from geomatch.network.members.lists import removed_lately
from geomatch.network.members.neighbours import tie_member, untie_member
from geomatch.network.members.roles import (
    change_roles,
    hand_over,
    let_back_in,
    remove_member,
    roles_in,
)
from geomatch.network.models import AuditEvent, Invitation, Member, Person, Role
from geomatch.network.scope import use_network
from geomatch.network.services.networks import DEMO_ACCOUNTS, add_member
from pods.leaders import hand_over_pods
from pods.models import Plan, Pod
from tests.factories import (
    MemberFactory,
    NetworkFactory,
    PersonFactory,
    PodFactory,
    UserFactory,
)

STEWARD, ORGANIZER, POINT_PERSON = Role.STEWARD, Role.ORGANIZER, Role.POINT_PERSON


def invited(network, steward, roles=(POINT_PERSON,), **more):
    return invite(network=network, roles=roles, actor=steward, **more)


def accepted(network, token, user=None):
    return accept(network=network, digest=links.digest_of(token), user=user or UserFactory())


def verbs(network):
    with use_network(network):
        return [(event.verb, event.actor) for event in AuditEvent.objects.all()]


class TestInvitations:
    def test_gives_the_roles_and_the_neighbour_and_tells_the_audit(self, network, steward):
        with use_network(network):
            person = PersonFactory()
        _, token = invited(network, steward, person=person)
        user = UserFactory()
        accepted(network, token, user)
        assert roles_in(network, user) == {POINT_PERSON}
        with use_network(network):
            assert Person.objects.get(pk=person.pk).user == user
        told = verbs(network)
        assert ("invited somebody", steward) in told
        assert ("accepted an invitation", user) in told

    def test_the_database_keeps_no_secret(self, network, steward):
        invitation, token = invited(network, steward)
        with use_network(network):
            kept = Invitation.objects.filter(pk=invitation.pk).values().get()
        assert token not in str(kept)
        assert token.partition(".")[2] not in str(kept)
        assert kept["digest"] == links.digest_of(token)

    def test_works_once(self, network, steward):
        _, token = invited(network, steward)
        accepted(network, token)
        late = UserFactory()
        with pytest.raises(InputError, match="used"):
            accepted(network, token, late)
        assert not roles_in(network, late)

    @pytest.mark.parametrize(
        "change",
        [
            {"expires_at": timezone.now() - dt.timedelta(seconds=1)},
            {"revoked_at": timezone.now()},
            {"used_at": timezone.now()},
        ],
        ids=["expired", "revoked", "used"],
    )
    def test_is_useless_afterwards(self, network, steward, change):
        _, token = invited(network, steward)
        with use_network(network):
            Invitation.objects.update(**change)
            assert open_invitation(links.digest_of(token)) is None
        with pytest.raises(InputError):
            accepted(network, token)

    def test_forwarded_after_it_was_taken_back(self, network, steward):
        invitation, token = invited(network, steward)
        revoke(network=network, invitation=invitation, actor=steward)
        with pytest.raises(InputError):
            accepted(network, token)

    def test_a_new_link_ends_the_old_one(self, network, steward):
        invitation, old = invited(network, steward)
        new = invite_anew(network=network, invitation=invitation, actor=steward)
        with pytest.raises(InputError):
            accepted(network, old)
        accepted(network, new)
        with pytest.raises(InputError, match="used"):
            invite_anew(network=network, invitation=invitation, actor=steward)
        with pytest.raises(InputError, match="too late"):
            revoke(network=network, invitation=invitation, actor=steward)

    def test_tampered_to_lead_elsewhere(self, network, steward):
        _, token = invited(network, steward)
        other = NetworkFactory()
        changed = f"{other.pk}.{token.partition('.')[2]}"
        assert links.network_of(changed) == other
        with use_network(other):
            assert open_invitation(links.digest_of(changed)) is None
        for nonsense in ("", "x", "1.", ".x", "٣.x", "9" * 30 + ".x", f"{network.pk}.{'x' * 200}"):
            assert links.network_of(nonsense) is None

    def test_is_void_when_its_maker_is_no_steward_any_more(self, network, steward):
        other = MemberFactory(network=network, role=STEWARD).user
        _, pocketed = invited(network, other, roles=[STEWARD])
        remove_member(network=network, user=other, actor=steward)
        with pytest.raises(InputError):
            accepted(network, pocketed, other)
        assert not roles_in(network, other)

    def test_a_demoted_steward_invites_nobody(self, network, steward):
        other = MemberFactory(network=network, role=STEWARD).user
        _, pocketed = invited(network, other)
        change_roles(network=network, user=other, roles=[ORGANIZER], actor=steward)
        with pytest.raises(InputError):
            accepted(network, pocketed)
        with pytest.raises(PermissionDenied):
            invited(network, other)

    def test_a_demo_account_cannot_accept(self, network, steward):
        demo = NetworkFactory(is_demo=True)
        user = UserFactory()
        add_member(network=demo, user=user, roles=[STEWARD], actor=None)
        assert user.groups.filter(name=DEMO_ACCOUNTS).exists()
        _, token = invited(network, steward)
        with pytest.raises(InputError, match="demo"):
            accepted(network, token, user)
        assert not roles_in(network, user)
        accepted(network, token)  # it is not used up by that

    def test_a_new_account_is_made_whole_or_not_at_all(self, network, steward):
        with use_network(network):
            person = PersonFactory()
        _, token = invited(network, steward, person=person)
        with use_network(network):
            Person.objects.update(user=steward)
        with pytest.raises(InputError):
            accepted(network, token, User(username="newcomer"))
        assert not User.objects.filter(username="newcomer").exists()

    def test_a_name_taken_meanwhile(self, network, steward):
        _, token = invited(network, steward)
        UserFactory(username="taken")
        with pytest.raises(InputError, match="taken"):
            accepted(network, token, User(username="taken"))
        with use_network(network):
            assert open_invitation(links.digest_of(token)) is not None

    def test_asks_for_a_role_and_a_free_neighbour(self, network, steward):
        with pytest.raises(InputError, match="role"):
            invited(network, steward, roles=[])
        with use_network(network):
            person = PersonFactory(user=steward)
        with pytest.raises(InputError, match="already"):
            invited(network, steward, person=person)


@pytest.mark.django_db(transaction=True)
def test_two_accept_the_same_link():
    network = NetworkFactory()
    steward = MemberFactory(network=network, role=STEWARD).user
    _, token = invited(network, steward)
    users, start, ends = UserFactory.create_batch(4), Barrier(4), []

    def try_it(user):
        start.wait()
        try:
            accepted(network, token, user)
            ends.append("in")
        except InputError:
            ends.append("out")
        finally:
            connection.close()

    threads = [Thread(target=try_it, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["in", "out", "out", "out"]
    assert Member.objects.filter(network=network, role=POINT_PERSON).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_stewards_remove_each_other_at_once():
    network = NetworkFactory()
    one, other = (MemberFactory(network=network, role=STEWARD).user for _ in "ab")
    start = Barrier(2)

    def remove(actor, user):
        start.wait()
        try:
            remove_member(network=network, user=user, actor=actor)
        except (InputError, PermissionDenied):
            pass
        finally:
            connection.close()

    threads = [Thread(target=remove, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Member.objects.filter(network=network, role=STEWARD).count() == 1


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


class TestRemoving:
    def test_ends_every_session_at_once(self, network, steward):
        user = MemberFactory(network=network).user
        browsers = [signed_in(user), signed_in(user)]
        bystander = signed_in(steward)
        remove_member(network=network, user=user, actor=steward)
        for browser in browsers:
            assert browser.get("/networks/").status_code == 302, "to signing in"
        assert bystander.get("/networks/").status_code == 200
        assert ("removed a member", steward) in verbs(network)

    def test_of_somebody_in_two_networks_ends_only_the_one(self, network, steward):
        user = MemberFactory(network=network).user
        other = MemberFactory(user=user, role=ORGANIZER).network
        browser = signed_in(user)
        remove_member(network=network, user=user, actor=steward)
        assert browser.get(f"/{network.slug}/").status_code == 404
        assert browser.get(f"/{other.slug}/").status_code == 200
        assert roles_in(other, user) == {ORGANIZER}

    def test_unties_the_neighbour_and_can_be_undone(self, network, steward):
        user = MemberFactory(network=network, role=POINT_PERSON).user
        with use_network(network):
            person = PersonFactory(user=user)
        remove_member(network=network, user=user, actor=steward)
        with use_network(network):
            assert not Person.objects.filter(user=user).exists()
            ((event, gone),) = removed_lately(network)
        assert gone == user
        let_back_in(network=network, event=event, actor=steward)
        assert roles_in(network, user) == {POINT_PERSON}
        with use_network(network):
            assert Person.objects.get(user=user) == person
            assert not removed_lately(network)
        with pytest.raises(InputError, match="undone"):
            let_back_in(network=network, event=event, actor=steward)

    def test_is_not_undone_after_a_week(self, network, steward):
        user = MemberFactory(network=network).user
        remove_member(network=network, user=user, actor=steward)
        with use_network(network):
            AuditEvent.objects.update(at=timezone.now() - dt.timedelta(days=8))
            assert not removed_lately(network)
            event = AuditEvent.objects.get(verb="removed a member")
        with pytest.raises(InputError, match="undone"):
            let_back_in(network=network, event=event, actor=steward)

    def test_the_last_steward_stays(self, network, steward):
        for work in (
            lambda: remove_member(network=network, user=steward, actor=steward),
            lambda: change_roles(network=network, user=steward, roles=[ORGANIZER], actor=steward),
        ):
            with pytest.raises(InputError, match="last steward"):
                work()
        assert roles_in(network, steward) == {STEWARD}

    def test_a_steward_who_cannot_sign_in_does_not_count(self, network, steward):
        MemberFactory(network=network, role=STEWARD, user=UserFactory(is_active=False))
        with pytest.raises(InputError, match="last steward"):
            remove_member(network=network, user=steward, actor=steward)


class TestRoles:
    def test_are_changed_to_exactly_these(self, network, steward):
        user = MemberFactory(network=network, role=ORGANIZER).user
        wanted = [Role.COORDINATOR, Role.VOLUNTEER]
        change_roles(network=network, user=user, roles=wanted, actor=steward)
        assert roles_in(network, user) == set(wanted)
        assert ("ended a role of", steward) in verbs(network)

    def test_a_steward_hands_over_and_leaves(self, network, steward):
        taker = MemberFactory(network=network, role=ORGANIZER).user
        browser = signed_in(steward)
        hand_over(network=network, role=STEWARD, giver=steward, taker=taker, actor=steward)
        assert roles_in(network, taker) == {STEWARD, ORGANIZER}
        assert not roles_in(network, steward)
        assert browser.get("/networks/").status_code == 302

    def test_hand_over_keeps_other_roles(self, network, steward):
        MemberFactory(network=network, user=steward, role=ORGANIZER)
        taker = MemberFactory(network=network, role=Role.VOLUNTEER).user
        hand_over(network=network, role=STEWARD, giver=steward, taker=taker, actor=steward)
        assert roles_in(network, steward) == {ORGANIZER}

    def test_hand_over_only_within_the_network(self, network, steward):
        for taker in (MemberFactory().user, steward):
            with pytest.raises(InputError, match="another member"):
                hand_over(network=network, role=STEWARD, giver=steward, taker=taker, actor=steward)

    def test_a_point_person_hands_the_pod_to_a_deputy(self, network, steward):
        giver, taker = (MemberFactory(network=network, role=POINT_PERSON).user for _ in "ab")
        with use_network(network):
            pod = PodFactory(point_person=PersonFactory(user=giver))
            Plan.objects.update(state="published")
        people = {"network": network, "giver": giver, "taker": taker, "actor": steward}
        with pytest.raises(InputError, match="which neighbour"):
            hand_over_pods(**people)
        with use_network(network):
            deputy = PersonFactory(user=taker)
        assert hand_over_pods(**people) == 1
        hand_over(role=POINT_PERSON, **people)
        with use_network(network):
            assert Pod.objects.get(pk=pod.pk).point_person == deputy
        assert not roles_in(network, giver)

    def test_one_member_is_one_neighbour(self, network, steward):
        user = MemberFactory(network=network).user
        with use_network(network):
            one, other = PersonFactory(), PersonFactory()
        for person in (one, other):
            tie_member(network=network, user=user, person=person, actor=steward)
        with use_network(network):
            assert list(Person.objects.filter(user=user)) == [other]
        untie_member(network=network, user=user, actor=steward)
        with use_network(network):
            assert not Person.objects.filter(user=user).exists()
