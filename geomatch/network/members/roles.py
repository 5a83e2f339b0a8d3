"""What members may do: change it, hand it over, end it, and let somebody back in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from geomatch.core.errors import InputError
from geomatch.network.members.invitations import revoke_all_of
from geomatch.network.members.neighbours import tie_member
from geomatch.network.members.sessions import end_sign_ins
from geomatch.network.members.stewards import as_steward, keep_a_steward
from geomatch.network.models import (
    AuditEvent,
    Member,
    Network,
    PasswordLink,
    Person,
    Role,
    end_of_grace,
)
from geomatch.network.services.audit import record
from geomatch.network.services.networks import add_member

REMOVED = "removed a member"
BACK_WITHIN = dt.timedelta(days=7)


def roles_in(network: Network, user: User) -> set[Role]:
    """Return what somebody is in a network."""
    rows = Member.objects.filter(network=network, user=user)
    return {Role(role) for role in rows.values_list("role", flat=True)}


def change_roles(*, network: Network, user: User, roles: Iterable[Role], actor: User) -> None:
    """Give a member exactly these roles.

    Raises
    ------
    geomatch.core.errors.InputError
        If it would be none, or nobody would be steward any more.
    """
    wanted = set(roles)
    if not wanted:
        raise InputError("Choose at least one role, or remove them from the network.")
    with as_steward(network, actor):
        had = roles_in(network, user)
        if not had:
            raise InputError("They are no member any more.")
        if Role.STEWARD not in wanted:
            keep_a_steward(network, user)
        add_member(network=network, user=user, roles=sorted(wanted - had), actor=actor)
        _end_roles(network, user, had - wanted, actor)


def hand_over(
    *,
    network: Network,
    role: Role,
    giver: User,
    taker: User,
    actor: User,
) -> None:
    """Give one member's role to another: the old access ends in the same moment.

    Whoever is left without any role is removed. Pods follow by `pods.leaders.hand_over_pods`.

    Raises
    ------
    geomatch.core.errors.InputError
        If the giver has not that role, or the taker is nobody else of this network.
    """
    with as_steward(network, actor):
        if role not in roles_in(network, giver):
            raise InputError("They do not have this role any more, so it cannot be handed over.")
        if giver.pk == taker.pk or not roles_in(network, taker):
            raise InputError("Choose another member to hand over to.")
        add_member(network=network, user=taker, roles=[role], actor=actor)
        record(
            actor=actor,
            verb="handed over a role of",
            target=f"member {giver.pk}",
            role=str(role),
            to=taker.pk,
        )
        if roles_in(network, giver) == {role}:
            _remove(network, giver, actor)
        else:
            _end_roles(network, giver, {role}, actor)


def remove_member(*, network: Network, user: User, actor: User | None) -> None:
    """End everything somebody may do here, at once.

    Who is in no other network is signed out everywhere; who is in another stays signed in there.

    Raises
    ------
    geomatch.core.errors.InputError
        If they are no member, or the last steward.
    """
    with as_steward(network, actor):
        if not roles_in(network, user):
            raise InputError("They are no member any more.")
        keep_a_steward(network, user)
        _remove(network, user, actor)


def let_back_in(*, network: Network, event: AuditEvent, actor: User) -> User:
    """Undo a removal within a week. They sign in anew.

    Raises
    ------
    geomatch.core.errors.InputError
        If it is too long ago, or they are a member again.
    """
    with as_steward(network, actor):
        user = User.objects.filter(pk=member_number(event)).first()
        if user is None or event.at < timezone.now() - BACK_WITHIN or roles_in(network, user):
            raise InputError("This cannot be undone any more. Invite them instead.")
        figures: dict[str, Any] = event.figures
        roles = [Role(role) for role in figures["roles"]]
        add_member(network=network, user=user, roles=roles, actor=actor)
        person = Person.objects.filter(pk=figures["person"], user=None).first()
        if person is not None:
            tie_member(network=network, user=user, person=person, actor=actor)
        record(actor=actor, verb="let back in", target=f"member {user.pk}")
    return user


def give_more_days(*, network: Network, user: User, actor: User) -> None:
    """Let somebody do without a second step for another week, counted from now.

    Raises
    ------
    geomatch.core.errors.InputError
        If somebody would let themselves.
    """
    if user.pk == actor.pk:
        raise InputError("Only another steward can give you more days.")
    with as_steward(network, actor):
        Member.objects.filter(network=network, user=user).update(second_step_by=end_of_grace())
        record(actor=actor, verb="gave more days to", target=f"member {user.pk}")


def _end_roles(network: Network, user: User, roles: set[Role], actor: User) -> None:
    for role in sorted(roles):
        Member.objects.filter(network=network, user=user, role=role).delete()
        record(actor=actor, verb="ended a role of", target=f"member {user.pk}", role=str(role))
    if Role.STEWARD in roles:
        revoke_all_of(user, actor=actor)


def member_number(event: AuditEvent) -> int:
    """Return the number of the user whom an event is about."""
    return int(event.target.rpartition(" ")[2])


def _remove(network: Network, user: User, actor: User | None) -> None:
    roles = roles_in(network, user)
    person = Person.objects.filter(user=user).first()
    Member.objects.filter(network=network, user=user).delete()
    Person.objects.filter(user=user).update(user=None)
    PasswordLink.objects.filter(user=user).delete()
    revoke_all_of(user, actor=actor)
    elsewhere = Member.objects.filter(user=user).exists()
    record(
        actor=actor,
        verb=REMOVED,
        target=f"member {user.pk}",
        roles=sorted(roles),
        person=person.pk if person else None,
        signed_out=0 if elsewhere else end_sign_ins(user),
    )
