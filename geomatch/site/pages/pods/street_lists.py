"""Turn pods into printed street lists: only what may be on paper is ever read into them."""

from __future__ import annotations

from collections.abc import Iterable

from geomatch.core.languages import LANGUAGES
from geomatch.network.models import Household, Network, Person
from geomatch.site.shell.map_data import ground
from maps.streetlists.model import Door, PrintOptions, StreetList
from maps.streetlists.render import render_pdf
from maps.streetlists.surroundings import Surroundings
from pods.models import Membership, Plan, Pod
from pods.selectors import shown_point_person


def lists_of(network: Network, plan: Plan, pods: Iterable[Pod]) -> list[StreetList]:
    """Gather the doors of some pods, ready to print; pods with nothing to print are left out."""
    pods = list(pods)
    doors: dict[int, list[Door]] = {pod.pk: [] for pod in pods}
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


def print_lists(
    network: Network, lists: list[StreetList], options: PrintOptions, *, contents: bool = False
) -> bytes:
    """Print street lists as one PDF, with the network's streets and water drawn around them."""
    shapes = ground(network)
    surroundings = Surroundings.of(
        streets=shapes.streets, water=shapes.water, buildings=shapes.buildings
    )
    return render_pdf(lists, options, surroundings, contents=contents)


def _names() -> dict[int, list[Person]]:
    people: dict[int, list[Person]] = {}
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
