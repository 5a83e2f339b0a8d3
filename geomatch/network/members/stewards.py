"""What only a steward does, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from geomatch.core.errors import InputError
from geomatch.network.models import Member, Network, Role
from geomatch.network.scope import lock_network, use_network


def is_steward(network: Network, user: User | None) -> bool:
    """Whether somebody may do here what stewards do."""
    return Member.objects.filter(network=network, user=user, role=Role.STEWARD).exists()


def stewards_of(network: Network) -> int:
    """Count the stewards who can sign in."""
    members = Member.objects.filter(network=network, role=Role.STEWARD, user__is_active=True)
    return members.values("user").distinct().count()


@contextmanager
def as_steward(network: Network, actor: User | None) -> Iterator[None]:
    """Enter a network as one of its stewards, alone.

    Whoever asked may have lost the role since their page was let through, while they waited here
    for another steward to finish.

    Raises
    ------
    django.core.exceptions.PermissionDenied
        If they have.
    """
    with use_network(network):
        lock_network()
        if actor is not None and not is_steward(network, actor):
            raise PermissionDenied
        yield


def keep_a_steward(network: Network, without: User) -> None:
    """Refuse to leave a network without anybody who can let others in.

    Raises
    ------
    geomatch.core.errors.InputError
        If nobody but them is steward.
    """
    others = Member.objects.filter(network=network, role=Role.STEWARD, user__is_active=True)
    if is_steward(network, without) and not others.exclude(user=without).exists():
        raise InputError(
            "The last steward stays one: without a steward nobody could let anybody in. "
            "Make somebody else a steward first."
        )
