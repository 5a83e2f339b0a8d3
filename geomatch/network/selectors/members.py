"""Who works in which network, and which networks strangers may write to."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet

from geomatch.network.models import Member, Network

Reader = AbstractBaseUser | AnonymousUser


def networks_of(user: Reader) -> dict[Network, list[Member]]:
    """Return the networks somebody is in, by name, with their roles in each."""
    networks: dict[Network, list[Member]] = {}
    members = Member.objects.filter(user_id=user.pk or 0).select_related("network")
    for member in members.order_by("network__name"):
        networks.setdefault(member.network, []).append(member)
    return networks


def memberships_in(network: Network) -> QuerySet[Member]:
    """Return everybody who works in a network, by user name."""
    return Member.objects.filter(network=network).select_related("user").order_by("user__username")


def open_to_strangers(slug: str) -> Network | None:
    """Return a network whose public form is open."""
    return Network.objects.filter(slug=slug, signup_open=True).first()
