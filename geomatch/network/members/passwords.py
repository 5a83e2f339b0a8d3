"""A new password for somebody who lost theirs, given in person by a steward."""

from __future__ import annotations

from axes.utils import reset
from django.contrib.auth.models import User
from django.utils import timezone

from geomatch.core.errors import InputError
from geomatch.network.members import links
from geomatch.network.members.sessions import end_sign_ins
from geomatch.network.members.stewards import as_steward, is_steward
from geomatch.network.models import Member, Network, PasswordLink, Role
from geomatch.network.scope import lock_network, use_network
from geomatch.network.services.audit import record

USELESS = "This link does not work any more: it was used, or is older than an hour."


def why_not(actor: User, user: User) -> str:
    """Say why a steward may not give somebody a new password; "" if they may.

    A password opens every network its owner is in, so it takes a steward of all of them.
    """
    if actor.pk == user.pk:
        return "Change your own password on your account's page."
    stewarded = Member.objects.filter(user=actor, role=Role.STEWARD).values("network")
    if Member.objects.filter(user=user).exclude(network__in=stewarded).exists():
        return "They also work in a network you are no steward of, and the password opens both."
    if user.is_staff or user.is_superuser or not user.is_active:
        return "This account is looked after by whoever runs this site."
    return ""


def offer_password(*, network: Network, user: User, actor: User) -> str:
    """Return the token of a link to a new password, for an hour. Older links end.

    Raises
    ------
    geomatch.core.errors.InputError
        If this steward may not (`why_not`).
    """
    token = links.make_token(network)
    with as_steward(network, actor):
        if reason := why_not(actor, user):
            raise InputError(reason)
        end_password_links(user)
        PasswordLink.objects.create(
            digest=links.digest_of(token),
            created_by=actor,
            expires_at=timezone.now() + links.PASSWORD_LINK_LASTS,
            user=user,
        )
        record(actor=actor, verb="offered a new password to", target=f"member {user.pk}")
    return token


def open_password_link(digest: str) -> PasswordLink | None:
    """Return the link of the current network; None if it is useless.

    What was looked at when it was made is looked at again: in an hour much can change.
    """
    link = PasswordLink.objects.select_related("user", "created_by").filter(digest=digest).first()
    if link is None or not link.is_open() or link.created_by is None:
        return None
    if not is_steward(link.network, link.created_by) or why_not(link.created_by, link.user):
        return None
    is_member = Member.objects.filter(network=link.network, user=link.user).exists()
    return link if is_member else None


def set_password(*, network: Network, digest: str, password: str) -> User:
    """Set the new password, sign its owner out everywhere, and forget wrong tries.

    The second step stays: a password is half of the way in.

    Raises
    ------
    geomatch.core.errors.InputError
        If the link is useless.
    """
    with use_network(network):
        lock_network()
        link = open_password_link(digest)
        if link is None:
            raise InputError(USELESS)
        user: User = link.user
        user.set_password(password)
        user.save(update_fields=["password"])
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
        end_password_links(user, but=link)
        end_sign_ins(user)
        record(actor=user, verb="took a new password", target=f"member {user.pk}")
    reset(username=user.username)
    return user


def end_password_links(user: User, *, but: PasswordLink | None = None) -> None:
    """Make the links to a new password useless, those of every network somebody is in."""
    for network in Network.objects.filter(members__user=user).distinct():
        with use_network(network):
            links_left = PasswordLink.objects.filter(user=user)
            (links_left.exclude(pk=but.pk) if but else links_left).delete()
