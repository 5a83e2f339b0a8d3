"""Make networks and give people roles in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.db.models import Min
from shapely.geometry.base import BaseGeometry

from geomatch.core.errors import InputError
from geomatch.core.translation import gettext
from geomatch.network.fields import longest_text
from geomatch.network.models import RESERVED_SLUGS, Member, Network, Person, Role, Skill
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record

# What neighbours most often ask for; a network adds its own as they appear in its sheets.
COMMON_SKILLS = {
    "groceries": "Groceries",
    "prescriptions": "Prescriptions",
    "tutoring": "Tutoring",
    "phone-check-in": "Phone check-in",
    "rides": "Rides",
}
DEMO_ACCOUNTS = "demo accounts"
"""The group of those who have worked in a demo network: their password is published."""


def check_network(*, slug: str, boundary: BaseGeometry) -> MultiPolygon:
    """Return the boundary as it is stored, if a network can be made of it.

    Raises
    ------
    geomatch.core.errors.InputError
        If the slug is none or is taken, or the boundary is no area.
    """
    _check_slug(slug)
    area = GEOSGeometry(boundary.wkt, srid=4326)
    if isinstance(area, Polygon):
        area = MultiPolygon(area, srid=4326)
    if not isinstance(area, MultiPolygon) or area.empty:
        raise InputError(
            gettext("the boundary must be an area (a polygon), drawn in longitude/latitude")
        )
    return area


def _check_slug(slug: str) -> None:
    try:
        validate_slug(slug)
    except ValidationError:
        slug_is_well = False
    else:
        slug_is_well = slug == slug.lower() and len(slug) <= longest_text(Network, "slug")
    if not slug_is_well:
        raise InputError(
            gettext(
                "“{slug}” cannot stand in an address; take at most 50 small letters "
                "(a-z), digits and hyphens, such as “port-ellery”"
            ).format(slug=slug)
        )
    if Network.objects.filter(slug=slug).exists():
        raise InputError(
            gettext("a network “{slug}” exists already; choose another short name").format(
                slug=slug
            )
        )
    if slug in RESERVED_SLUGS:
        raise InputError(
            gettext("“{slug}” is a page of this site; choose another short name").format(slug=slug)
        )


def create_network(
    *,
    slug: str,
    name: str,
    boundary: BaseGeometry,
    town: str = "",
    region: str = "",
    languages: Iterable[str] = ("en",),
    is_demo: bool = False,
    actor: User | None,
) -> Network:
    """Make a network whose points will lie inside `boundary` (WGS 84 lon/lat polygon).

    Parameters
    ----------
    is_demo
        Whether its people are invented and its passwords published (see `add_member`).

    Raises
    ------
    geomatch.core.errors.InputError
        As `check_network` does; nothing is made.
    """
    area = check_network(slug=slug, boundary=boundary)
    with transaction.atomic():
        network = Network.objects.create(
            slug=slug,
            name=name,
            town=town,
            region=region,
            boundary=area,
            languages=list(languages),
            is_demo=is_demo,
        )
        with use_network(network):
            for code, label in COMMON_SKILLS.items():
                Skill.objects.create(code=code, label=label)
            record(actor=actor, verb="made the network", target=slug)
    return network


def rename_network(*, network: Network, name: str, actor: User | None) -> None:
    """Call a network something else. The short name in its addresses stays."""
    with use_network(network):
        network.name = name
        network.save(update_fields=["name"])
        record(actor=actor, verb="renamed the network", target=network.slug)


def add_member(
    *,
    network: Network,
    user: User,
    roles: Iterable[Role],
    actor: User | None,
) -> None:
    """Give somebody roles in a network; roles they have already stay.

    Raises
    ------
    geomatch.core.errors.InputError
        If a demo account would enter a network of real people, or the other way round.
    """
    _keep_the_demo_apart(network, user)
    with use_network(network):
        if network.is_demo:
            user.groups.add(Group.objects.get_or_create(name=DEMO_ACCOUNTS)[0])
        # A second role is no second week without a second step.
        first = Member.objects.filter(network=network, user=user).aggregate(
            by=Min("second_step_by")
        )["by"]
        begun = {"second_step_by": first} if first else {}
        for role in roles:
            Member.objects.get_or_create(network=network, user=user, role=role, defaults=begun)
            record(actor=actor, verb="gave a role to", target=f"user {user.pk}", role=str(role))


def _keep_the_demo_apart(network: Network, user: User) -> None:
    """Refuse whoever would work in the demo and in a network of real people as well."""
    name = user.get_username()
    if not network.is_demo and user.groups.filter(name=DEMO_ACCOUNTS).exists():
        raise InputError(
            gettext(
                "“{name}” is an account of the demo, whose password is published, so it "
                "can have no role in {name_2}; choose another user name"
            ).format(name=name, name_2=network.name)
        )
    if network.is_demo and Member.objects.filter(user=user, network__is_demo=False).exists():
        raise InputError(
            gettext(
                "“{name}” works in a network of real people, so it can have no role in "
                "the demo, whose passwords are published; make the demo in a folder of "
                "its own (GEOMATCH_HOME)"
            ).format(name=name)
        )


def person_behind(*, network: Network, ref: str, name: str = "") -> Person:
    """Return the person behind a door.

    Parameters
    ----------
    ref
        The household's own id, as in the sheet.
    name
        Who of them, where several people live there.

    Raises
    ------
    geomatch.core.errors.InputError
        If there is no such door, nobody of that name behind it, or several to choose from.
    """
    with use_network(network):
        people = list(Person.objects.filter(household__ref=ref))
    if not people:
        raise InputError(
            gettext(
                "nobody is known in a home “{ref}” in {slug}; take the id of its row in "
                "the sheet that was imported"
            ).format(ref=ref, slug=network.slug)
        )
    wanted = name.strip().casefold()
    named = [person for person in people if not wanted or person.name.casefold() == wanted]
    if len(named) == 1:
        return named[0]
    there = ", ".join(f"“{person.name}”" for person in people)
    if not named:
        raise InputError(
            gettext("no “{name}” lives in home “{ref}” (there are: {there})").format(
                name=name, ref=ref, there=there
            )
        )
    raise InputError(
        gettext("{number} people live in home “{ref}”: {there}; say which by name").format(
            number=len(named), ref=ref, there=there
        )
    )


def tie_person(*, network: Network, person: Person, user: User, actor: User | None) -> None:
    """Say which neighbour a user is: a point person may then open the list of their pod.

    Raises
    ------
    geomatch.core.errors.InputError
        If the person is another user already, or one of the two belongs to the demo only.
    """
    _keep_the_demo_apart(network, user)
    if person.user is not None and person.user != user:
        raise InputError(
            gettext("{name} signs in as “{username}” already").format(
                name=person.name, username=person.user.username
            )
        )
    with use_network(network):
        person.user = user
        person.save(update_fields=["user"])
        record(actor=actor, verb="tied a user to", target=f"person {person.pk}", user=user.pk)
