"""Make rows for tests. Everybody here is invented."""

from __future__ import annotations

import factory
from django.contrib.auth.models import User
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from geomatch.matching.models import Match
from geomatch.network.locating.look_up import to_planar
from geomatch.network.models import (
    GeocodeQuality,
    Household,
    Member,
    Network,
    Person,
    Placement,
    Request,
    RiskFlag,
    Volunteer,
)
from geomatch.network.scope import current_network
from pods.models import Membership, Plan, Pod

WEST, SOUTH, EAST, NORTH = -134.6, 58.2, -134.2, 58.4
PASSWORD = "correct horse battery"


class NetworkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Network

    slug = factory.Sequence(lambda n: f"harbor-{n}")
    name = factory.Sequence(lambda n: f"Harbor {n}")
    boundary = factory.LazyFunction(
        lambda: MultiPolygon(Polygon.from_bbox((WEST, SOUTH, EAST, NORTH)), srid=4326)
    )
    languages = factory.LazyFunction(lambda: ["en", "es"])


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"helper{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password(PASSWORD)


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    network = factory.SubFactory(NetworkFactory)
    user = factory.SubFactory(UserFactory)
    role = "organizer"


class _Scoped(factory.django.DjangoModelFactory):
    """A row of the network that the test entered with `use_network`."""

    class Meta:
        abstract = True

    network = factory.LazyFunction(current_network)


class HouseholdFactory(_Scoped):
    class Meta:
        model = Household

    ref = factory.Sequence(lambda n: f"N{n:05d}")
    number = factory.Sequence(lambda n: str(100 + n))
    street = "Herring Street"
    city = "Port Ellery"
    given_address = factory.LazyAttribute(lambda h: f"{h.number} {h.street}")
    quality = GeocodeQuality.ROOFTOP
    lonlat = factory.Sequence(lambda n: (-134.5 + 0.0004 * (n % 100), 58.3 + 0.0004 * (n // 100)))

    @classmethod
    def _create(cls, model_class, *args, lonlat=None, **fields):
        import numpy as np

        if lonlat is not None:
            fields["location"] = Point(*lonlat, srid=4326)
            fields["location_m"] = Point(*to_planar(fields["network"], np.array([lonlat]))[0])
        return super()._create(model_class, *args, **fields)


class PlacementFactory(_Scoped):
    class Meta:
        model = Placement

    household = factory.SubFactory(HouseholdFactory)
    location = factory.LazyAttribute(lambda placement: placement.household.location)
    before = factory.LazyFunction(lambda: {"lonlat": None})


class PersonFactory(_Scoped):
    class Meta:
        model = Person

    household = factory.SubFactory(HouseholdFactory)
    name = factory.Sequence(lambda n: f"Neighbor {n}")


class RiskFlagFactory(_Scoped):
    class Meta:
        model = RiskFlag

    person = factory.SubFactory(PersonFactory)
    code = "exposed"


class VolunteerFactory(_Scoped):
    class Meta:
        model = Volunteer

    ref = factory.Sequence(lambda n: f"V{n:05d}")
    person = factory.SubFactory(PersonFactory)
    skills = factory.LazyFunction(lambda: ["groceries"])


class RequestFactory(_Scoped):
    class Meta:
        model = Request

    ref = factory.Sequence(lambda n: f"R{n:05d}")
    person = factory.SubFactory(PersonFactory)
    skills = factory.LazyFunction(lambda: ["groceries"])


class PlanFactory(_Scoped):
    class Meta:
        model = Plan

    version = factory.Sequence(lambda n: n + 1)


class PodFactory(_Scoped):
    class Meta:
        model = Pod

    plan = factory.SubFactory(PlanFactory)
    number = factory.Sequence(lambda n: n + 1)


class MembershipFactory(_Scoped):
    class Meta:
        model = Membership

    plan = factory.SelfAttribute("pod.plan")
    household = factory.SubFactory(HouseholdFactory)
    pod = factory.SubFactory(PodFactory)


class MatchFactory(_Scoped):
    class Meta:
        model = Match

    request = factory.SubFactory(RequestFactory)
    volunteer = factory.SubFactory(VolunteerFactory)
