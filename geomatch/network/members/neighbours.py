"""Which neighbour a member is: a point person opens the list of their own pod by it."""

from __future__ import annotations

from django.contrib.auth.models import User

from geomatch.network.members.stewards import as_steward
from geomatch.network.models import Network, Person
from geomatch.network.services.audit import record
from geomatch.network.services.networks import tie_person


def tie_member(*, network: Network, user: User, person: Person, actor: User | None) -> None:
    """Say that a member is this neighbour, and no other any more.

    Raises
    ------
    geomatch.core.errors.InputError
        If the neighbour is another member already, or one of the two belongs to the demo only.
    """
    with as_steward(network, actor):
        person.refresh_from_db(fields=["user"])
        untie_from_others(user, person)
        tie_person(network=network, person=person, user=user, actor=actor)


def untie_member(*, network: Network, user: User, actor: User | None) -> None:
    """Say that a member is no neighbour we know. Lists of a pod close for them at once."""
    with as_steward(network, actor):
        if Person.objects.filter(user=user).update(user=None):
            record(actor=actor, verb="untied from their home", target=f"member {user.pk}")


def untie_from_others(user: User, person: Person) -> None:
    """Let a user be nobody but this neighbour of the current network."""
    Person.objects.filter(user=user).exclude(pk=person.pk).update(user=None)
