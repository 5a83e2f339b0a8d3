"""Make networks and give people roles in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from geomatch.core.errors import InputError
from geomatch.network.models import RESERVED_SLUGS, Member, Network, Role, Skill
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


def create_network(
    *,
    slug: str,
    name: str,
    boundary: BaseGeometry,
    town: str = "",
    region: str = "",
    languages: Iterable[str] = ("en",),
    actor: AbstractBaseUser | None,
) -> Network:
    """Make a network whose points will lie inside `boundary` (WGS 84 lon/lat polygon).

    Raises
    ------
    geomatch.core.errors.InputError
        If the slug is taken or the boundary is no area.
    """
    if Network.objects.filter(slug=slug).exists():
        raise InputError(f"a network “{slug}” exists already; choose another short name")
    if slug in RESERVED_SLUGS:
        raise InputError(f"“{slug}” is a page of this site; choose another short name")
    area = GEOSGeometry(boundary.wkt, srid=4326)
    if area.geom_type == "Polygon":
        area = MultiPolygon(area, srid=4326)
    if area.geom_type != "MultiPolygon" or area.empty:
        raise InputError("the boundary must be an area (a polygon), drawn in longitude/latitude")
    with transaction.atomic():
        network = Network.objects.create(
            slug=slug,
            name=name,
            town=town,
            region=region,
            boundary=area,
            languages=list(languages),
        )
        with use_network(network):
            for code, label in COMMON_SKILLS.items():
                Skill.objects.create(code=code, label=label)
            record(actor=actor, verb="made the network", target=slug)
    return network


def add_member(
    *,
    network: Network,
    user: AbstractBaseUser,
    roles: Iterable[Role],
    actor: AbstractBaseUser | None,
) -> None:
    """Give somebody roles in a network; roles they have already stay."""
    with use_network(network):
        for role in roles:
            Member.objects.get_or_create(network=network, user=user, role=role)
            record(actor=actor, verb="gave a role to", target=f"user {user.pk}", role=str(role))
