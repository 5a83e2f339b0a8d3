"""Invite somebody, invite them anew, revoke it; and what the invited do: accept."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from geomatch.core.errors import InputError
from geomatch.network.members import links
from geomatch.network.members.neighbours import untie_from_others
from geomatch.network.members.stewards import as_steward, is_steward
from geomatch.network.models import Invitation, Network, Person, Role
from geomatch.network.scope import current_network, lock_network, use_network
from geomatch.network.services.audit import record
from geomatch.network.services.networks import add_member, tie_person

USELESS = (
    "This invitation does not work any more: it was used, taken back, or is too old. "
    "Ask a steward of your network for a new one."
)


def invite(
    *,
    network: Network,
    roles: Iterable[Role],
    actor: User | None,
    name: str = "",
    person: Person | None = None,
) -> tuple[Invitation, str]:
    """Make an invitation and return it with its token, which nothing else ever shows again.

    Parameters
    ----------
    name
        Whom it is for, so that a steward finds it in the list.
    person
        The neighbour who will open it.
    """
    wanted = [role for role in Role if role in set(roles)]
    if not wanted:
        raise InputError("Choose what they will be: at least one role.")
    if person is not None and person.user_id is not None:
        raise InputError(f"{person.name} signs in already. Choose somebody else, or nobody.")
    token = links.make_token(network)
    with as_steward(network, actor):
        invitation = Invitation.objects.create(
            digest=links.digest_of(token),
            created_by=actor,
            expires_at=timezone.now() + links.INVITATION_LASTS,
            name=name,
            roles=wanted,
            person=person,
        )
        record(
            actor=actor,
            verb="invited somebody",
            target=f"invitation {invitation.pk}",
            roles=[str(role) for role in wanted],
        )
    return invitation, token


def invite_anew(*, network: Network, invitation: Invitation, actor: User | None) -> str:
    """Give an invitation a new link and three more days; the old link opens nothing."""
    token = links.make_token(network)
    with as_steward(network, actor):
        changed = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(
            digest=links.digest_of(token),
            created_by=actor,
            expires_at=timezone.now() + links.INVITATION_LASTS,
            revoked_at=None,
        )
        if not changed:
            raise InputError("This invitation was used. Whoever came by it is in the list.")
        record(actor=actor, verb="invited somebody anew", target=f"invitation {invitation.pk}")
    return token


def revoke(*, network: Network, invitation: Invitation, actor: User | None) -> None:
    """Take an invitation back: its link opens nothing from now on."""
    with as_steward(network, actor):
        now = timezone.now()
        if not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(revoked_at=now):
            raise InputError("It is too late to take this invitation back: it was used.")
        record(actor=actor, verb="revoked an invitation", target=f"invitation {invitation.pk}")


def revoke_all_of(user: User, *, actor: User | None) -> None:
    """Take back what somebody handed out as a steward of the current network, and is no more.

    Else a link in their pocket would let them in again.
    """
    rows = Invitation.objects.filter(created_by=user, used_at=None, revoked_at=None)
    if revoked := rows.update(revoked_at=timezone.now()):
        record(
            actor=actor,
            verb="revoked invitations of",
            target=f"member {user.pk}",
            invitations=revoked,
        )


def open_invitation(digest: str) -> Invitation | None:
    """Return the invitation of the current network that a link opens; None if it is useless."""
    invitation = (
        Invitation.objects.select_related("person", "created_by").filter(digest=digest).first()
    )
    if invitation is None or not invitation.is_open():
        return None
    maker = invitation.created_by
    if maker is not None and not is_steward(current_network(), maker):
        return None
    return invitation


def accept(*, network: Network, digest: str, user: User) -> Invitation:
    """Give whoever opened an invitation its roles. It works once, whoever comes first.

    Parameters
    ----------
    user
        Who accepts; saved here if the account is new, together with all the rest or not at all.

    Raises
    ------
    geomatch.core.errors.InputError
        If the invitation is useless, or a demo account would enter a network of real people.
    """
    with use_network(network):
        lock_network()
        invitation = open_invitation(digest)
        if invitation is None:
            raise InputError(USELESS)
        if user._state.adding:
            _save_new(user)
        add_member(
            network=network, user=user, roles=[Role(role) for role in invitation.roles], actor=user
        )
        if invitation.person is not None:
            if invitation.person.user_id not in (None, user.pk):
                raise InputError(USELESS)
            untie_from_others(user, invitation.person)
            tie_person(network=network, person=invitation.person, user=user, actor=user)
        invitation.used_at, invitation.accepted_by = timezone.now(), user
        invitation.save(update_fields=["used_at", "accepted_by"])
        record(actor=user, verb="accepted an invitation", target=f"invitation {invitation.pk}")
    return invitation


def _save_new(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise InputError(
            f"“{user.get_username()}” was taken a moment ago. Choose another sign-in name."
        ) from error
