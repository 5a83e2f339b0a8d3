"""Turn pods into printed street lists: only what may be on paper is ever read into them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable

from geomatch.core.languages import LANGUAGES
from geomatch.network.models import Household, Network, Person
from geomatch.network.scope import use_network
from geomatch.site.shell.map_data import ground
from geomatch.site.shell.turns import Turns
from maps.streetlists.model import Door, PrintOptions, StreetList
from maps.streetlists.render import render_pdf
from maps.streetlists.surroundings import Surroundings
from pods.models import Membership, Plan, Pod
from pods.selectors import shown_point_person

MANY_PODS = 12
"""More pods than one person looks after: whoever prints so many waits in a line of their own."""
PATIENCE_S = 600
"""Sixteen who print everything at once took four minutes on a machine with much else to do."""
CORES = os.cpu_count() or 1
FEW = Turns(at_once=CORES, waiting=64, patience_s=PATIENCE_S)
MANY = Turns(at_once=max(CORES // 2, 1), waiting=15, patience_s=PATIENCE_S)
"""What is printed at once bounds the memory; what waits leaves threads for other pages."""


def print_pods(
    network: Network, plan: Plan | None, pods: Collection[Pod], options: PrintOptions
) -> bytes:
    """Print the lists of some pods for somebody who waits; called outside of any transaction.

    Raises
    ------
    ParameterError
        If none of the pods has a door that may be printed.
    BusyError
        If many print at the same time.
    PrintError
        If the sheets could not be set.
    """
    turns = FEW if len(pods) <= MANY_PODS else MANY
    with turns.take():
        with use_network(network, reading=True):
            lists = lists_of(network, plan, pods)
            surroundings = surroundings_of(network)
        # Nobody's writing waits for a walk through a hundred pods: no row is read from here on.
        return render_pdf(lists, options, surroundings, contents=len(lists) > 1, apart=True)


def lists_of(network: Network, plan: Plan | None, pods: Iterable[Pod]) -> list[StreetList]:
    """Gather the doors of some pods, ready to print; pods with nothing to print are left out."""
    pods = list(pods)
    doors: dict[int | None, list[Door]] = {pod.pk: [] for pod in pods}
    names = _names()
    named = {pod.pk: shown_point_person(pod, roles=()) for pod in pods}
    leaders = {person.household_id for person in named.values() if person}
    memberships = Membership.objects.filter(
        pod__in=pods, household__hidden=False, household__quiet=False
    )
    for membership in memberships.select_related("household"):
        home = membership.household
        doors[membership.pod_id].append(_door(home, names.get(home.pk), home.pk in leaders))
    lists = [
        StreetList(
            pod=str(pod.number),
            doors=doors[pod.pk],
            point_person=person.name if (person := named[pod.pk]) else "",
            network=network.name,
            version=str(plan),
        )
        for pod in pods
    ]
    return [one for one in lists if one.doors]


def surroundings_of(network: Network) -> Surroundings:
    """Read what is drawn around the doors: the network's streets, water and buildings."""
    shapes = ground(network)
    return Surroundings.of(streets=shapes.streets, water=shapes.water, buildings=shapes.buildings)


def _names() -> dict[int | None, list[Person]]:
    people: dict[int | None, list[Person]] = {}
    for person in Person.objects.exclude(household=None):
        people.setdefault(person.household_id, []).append(person)
    return people


def _door(home: Household, people: list[Person] | None, is_leader: bool) -> Door:
    people = people or []
    phones = list(dict.fromkeys(person.phone for person in people if person.phone))
    spoken = [LANGUAGES.get(code, code) for code in home.languages]
    return Door(
        name=", ".join(person.name for person in people),
        number=home.number,
        street=home.street or home.given_address,
        unit=home.unit,
        city=home.city,
        lon=home.location.x if home.location else None,
        lat=home.location.y if home.location else None,
        people=home.people_count,
        phone=", ".join(phones),
        languages=tuple(spoken),
        directions=home.meeting_place,
        point_person=is_leader,
        do_not_contact=home.do_not_contact,
    )
