"""The second step at signing in: who must have one, and from when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from geomatch.network.models import Member, Role

# They see every home, or change what everybody is given.
MUST_HAVE = frozenset({Role.STEWARD, Role.ORGANIZER})
KINDS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)


def has_second_step(user: User) -> bool:
    """Whether somebody has one. Recovery codes alone are none."""
    found: bool = Authenticator.objects.filter(user=user, type__in=KINDS).exists()
    return found


def needed_by(memberships: Iterable[Member]) -> dt.datetime | None:
    """Return when one is needed for these roles of one user; None for never.

    The fictional town has nobody to protect, and everybody shares its accounts.
    """
    dates = [
        member.second_step_by
        for member in memberships
        if member.role in MUST_HAVE and not member.network.is_demo
    ]
    return min(dates, default=None)
