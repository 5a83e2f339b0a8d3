"""What people change about themselves, told to every network they work in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from geomatch.network.members.passwords import end_password_links
from geomatch.network.members.sessions import end_sign_ins
from geomatch.network.models import Network
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record


def name_of(user: User | None) -> str:
    """Return what a member is called: their name, or else what they sign in with."""
    return (user.get_full_name() or user.get_username()) if isinstance(user, User) else ""


def rename(*, user: User, name: str) -> None:
    """Call oneself something else; what one signs in with stays."""
    user.first_name, user.last_name = name, ""
    user.save(update_fields=["first_name", "last_name"])
    _tell(user, "changed their name")


def sign_out_elsewhere(*, user: User, keep: str, only: str = "") -> int:
    """End one of one's own sessions, or all but the one that asks; return how many ended."""
    ended = end_sign_ins(user, keep=keep, only=only)
    if ended:
        _tell(user, "signed out elsewhere", sessions=ended)
    return ended


def tell_password_changed(*, user: User, **_: Any) -> None:
    """Note that somebody changed their password; receives allauth's `password_changed`."""
    end_password_links(user)
    _tell(user, "changed their password")


def tell_second_step_changed(*, user: User, authenticator: Any, **_: Any) -> None:
    """Note that somebody's second step came or went; receives allauth's two signals."""
    _tell(user, "changed their second step", kind=str(authenticator.type))


def _tell(user: User, verb: str, **figures: Any) -> None:
    for network in Network.objects.filter(members__user=user).distinct():
        with use_network(network):
            record(actor=user, verb=verb, target=f"member {user.pk}", **figures)
