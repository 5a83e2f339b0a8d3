"""Who looks after a pod, once it is planned."""

from __future__ import annotations

from django.contrib.auth.models import User

from geomatch.core.errors import InputError
from geomatch.network.models import Network, Person
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record
from pods.models import Plan, Pod


def pods_looked_after(user: User) -> list[Pod]:
    """Return the pods of the published plan in the current network that somebody looks after."""
    return list(Pod.objects.filter(plan__state=Plan.State.PUBLISHED, point_person__user=user))


def hand_over_pods(
    *,
    network: Network,
    giver: User,
    taker: User,
    actor: User | None,
) -> int:
    """Let another member look after somebody's pods, and return how many those are.

    Homes stay where the published plan put them; only who answers for them changes.

    Raises
    ------
    geomatch.core.errors.InputError
        If there are pods and nobody knows which neighbour the taker is.
    """
    with use_network(network):
        pods = pods_looked_after(giver)
        if not pods:
            return 0
        person = Person.objects.filter(user=taker).first()
        if person is None:
            raise InputError(
                "Say first which neighbour the new point person is: a pod is looked after by "
                "one of its neighbours."
            )
        Pod.objects.filter(pk__in=[pod.pk for pod in pods]).update(point_person=person)
        record(actor=actor, verb="handed over pods of", target=f"member {giver.pk}", pods=len(pods))
    return len(pods)
