"""The doors to plan, as the planner takes them: arrays in the network's planar metres."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from shapely import from_wkb
from shapely.geometry.base import BaseGeometry

from geomatch.core.errors import InputError
from geomatch.network.locating.look_up import to_planar
from geomatch.network.models import GroundFeature, Household, Network, Person
from pods.doorwishes import door_wishes, nameable
from pods.models import Barrier, Crossing, Plan, Pod
from pods.planfile import unit_ranks

NOT_LOCATED = "We do not know yet exactly where this is. Place it on the map first."
OUTSIDE = "This point lies outside the network. Check the address, or widen the boundary."


class Doors:
    """The households to plan, as the planner takes them: arrays in planar metres."""

    def __init__(self, network: Network) -> None:
        households = list(Household.objects.filter(in_pods=True).order_by("id"))
        inside = network.boundary.prepared
        self.placed: list[Household] = []
        self.waiting: dict[Household, str] = {}
        for home in households:
            if not home.location_m or not home.is_precise:
                self.waiting[home] = NOT_LOCATED
            elif not inside.covers(home.location):
                self.waiting[home] = OUTSIDE
            else:
                self.placed.append(home)
        self.points_m = np.array(
            [(h.location_m.x, h.location_m.y) for h in self.placed], dtype=float
        ).reshape(-1, 2)
        self.people = np.array([h.people_count for h in self.placed], dtype=np.int64)
        self.buildings = _building_numbers(self.placed)
        self.units = unit_ranks([h.unit for h in self.placed])
        self.willing = _willing_people()
        self.named = _named_leaders()
        self.point_person = np.array([h.pk in self.named for h in self.placed], dtype=bool)
        self.hidden = np.array([h.hidden for h in self.placed], dtype=bool)
        self.wishes = door_wishes(self.placed, self.willing.keys() | self.named.keys())
        self.barriers = _planar(network, Barrier.objects.all())
        self.crossings = _planar(network, Crossing.objects.all())


def _building_numbers(households: Sequence[Household]) -> np.ndarray:
    """(n,) building of each door: doors at one number of one street are one building."""
    numbers: dict[tuple[str, ...], int] = {}
    result = []
    for household in households:
        key = (household.number.casefold(), household.street.casefold(), household.city.casefold())
        if not household.number or not household.street:
            key = ("", "", str(household.pk))
        result.append(numbers.setdefault(key, len(numbers)))
    return np.array(result, dtype=np.int64)


def _willing_people() -> dict[int, Person]:
    """Household id → the one who is willing to look after a pod."""
    people = Person.objects.filter(is_point_person=True, **nameable("household")).order_by("-id")
    return {person.household_id: person for person in people}


def _named_leaders() -> dict[int, Person]:
    """Household id → who looks after a pod of the published plan now, and shall keep one.

    Only they are kept apart as a hard rule: to keep everybody apart who is merely willing makes
    the pods of the demo town a quarter longer.
    """
    pods = Pod.objects.filter(
        plan__state=Plan.State.PUBLISHED, **nameable("point_person__household")
    )
    return {
        pod.point_person.household_id: pod.point_person
        for pod in pods.select_related("point_person")
    }


def _planar(
    network: Network, rows: Iterable[Barrier | Crossing | GroundFeature]
) -> list[BaseGeometry]:
    """Shapes in the network's planar metres."""
    shapes = [from_wkb(bytes(row.geometry.wkb)) for row in rows]
    return list(shapely.transform(shapes, lambda lonlat: to_planar(network, lonlat)))


def street_lines(network: Network) -> list[BaseGeometry]:
    """Streets of the network's ground in its planar metres."""
    streets = GroundFeature.objects.filter(kind=GroundFeature.Kind.STREET).only("geometry")
    if not streets:
        raise InputError(
            "this network has no streets to walk along yet; load them with `geomatch ground`, or "
            "measure in a straight line"
        )
    return _planar(network, streets)
