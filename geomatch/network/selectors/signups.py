"""Sign-ups as far as a reader may know of them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from geomatch.network.models import Role, SignUp


def visible_signups(roles: Collection[Role]) -> QuerySet[SignUp]:
    """Return the current network's sign-ups; those with a hidden address are for stewards."""
    signups = SignUp.objects.all()
    return signups if Role.STEWARD in roles else signups.filter(hidden=False)


def waiting_signups(roles: Collection[Role]) -> QuerySet[SignUp]:
    """Return those that nobody has decided about."""
    return visible_signups(roles).filter(state=SignUp.State.WAITING)
