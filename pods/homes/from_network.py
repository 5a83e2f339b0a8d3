"""Homes of a network, as its database knows them, and what lies between them.

Only somebody who may be named to the neighbours can be counted on, so nobody behind a hidden,
quiet or do-not-contact door is anybody's point person or driver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q
from shapely import from_wkb, transform

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.errors import InputError
from geomatch.core.translation import gettext, gettext_noop
from geomatch.network.locating.look_up import to_planar
from geomatch.network.models import GroundFeature, Household, Network, Person
from pods.homes.ground import Ground
from pods.homes.hidden import HiddenHomes
from pods.homes.homes import Homes, numbered, unit_ranks
from pods.homes.wishes import spoken, street_numbers
from pods.models import Barrier, Crossing, Membership, Plan, Pod

NOT_LOCATED = gettext_noop("We do not know yet exactly where this is. Place it on the map first.")
OUTSIDE = gettext_noop(
    "This point lies outside the network. Check the address, or widen the boundary."
)


@dataclass(frozen=True)
class NetworkHomes:
    """Homes of a network, and whose they are.

    Attributes
    ----------
    homes, households
        As they are planned; (n,) the household of each row.
    hidden, hidden_households
        Who rides along; (m,) the household of each.
    willing, leading
        By household id: who is willing to look after a pod, and who looks after one now.
    """

    homes: Homes
    households: Sequence[Household]
    hidden: HiddenHomes
    hidden_households: Sequence[Household]
    willing: dict[int, Person]
    leading: dict[int, Person]


@dataclass(frozen=True)
class NetworkMap:
    """The plane in which a network keeps its points, as a `FlatMap`."""

    network: Network

    def to_metres(self, lonlat: Floats) -> Floats:
        """(n, 2) metres in the network's projected CRS; NaN stays NaN."""
        return np.asarray(to_planar(self.network, lonlat), dtype=np.float64)

    def geometry_to_metres(self, geometry: Any) -> Any:
        """Shapes in the network's projected CRS."""
        return transform(geometry, self.to_metres)


def homes_of_network(network: Network, *, published: Plan | None = None) -> NetworkHomes:
    """Read the homes of a network, which has to be entered; the hidden ones apart.

    Parameters
    ----------
    network
        Its boundary decides who belongs to it.
    published
        The plan to go on from: its pods and locks are the current ones.
    """
    everybody = list(Household.objects.filter(in_pods=True).order_by("id"))
    households = [home for home in everybody if not home.hidden]
    unseen = [home for home in everybody if home.hidden]
    unplaceable = _unplaceable(network, households)
    willing, leading = _willing_people(), _leading_people()
    pods = _pods_of(published)
    current = [pods.get(home.pk, (0, False)) for home in households]
    homes = Homes(
        lonlat=_lonlat(households, unplaceable),
        people=_people(households),
        buildings=numbered([_building(home) for home in households]),
        units=unit_ranks([home.unit for home in households]),
        current=np.array([number - 1 for number, _ in current], dtype=np.int64),
        locked=np.array([locked for _, locked in current], dtype=bool),
        point_person=_whether(households, leading),
        streets=[home.street for home in households],
        **_wishes(households, willing.keys() | leading.keys()),
        pod_names={number - 1: str(number) for number, _ in current},
        unplaceable=unplaceable,
        flat_map=NetworkMap(network),
    )
    hidden = _hidden(network, unseen, households, pods)
    return NetworkHomes(homes, households, hidden, unseen, willing, leading)


def _hidden(
    network: Network,
    unseen: Sequence[Household],
    seen: Sequence[Household],
    pods: Mapping[int, tuple[int, bool]],
) -> HiddenHomes:
    """Read hidden homes; buildings have the numbers that the homes seen give them."""
    unplaceable = _unplaceable(network, unseen)
    current = [pods.get(home.pk, (0, False)) for home in unseen]
    return HiddenHomes(
        lonlat=_lonlat(unseen, unplaceable),
        people=_people(unseen),
        buildings=numbered([_building(home) for home in [*seen, *unseen]])[len(seen) :],
        current=np.array([number - 1 for number, _ in current], dtype=np.int64),
        locked=np.array([locked for _, locked in current], dtype=bool),
        unplaceable=unplaceable,
    )


def _lonlat(households: Sequence[Household], unplaceable: Mapping[int, str]) -> Floats:
    """(n, 2) degrees, NaN for a household that cannot be planned."""
    lonlat = [
        (np.nan, np.nan)
        if row in unplaceable or home.location is None
        else (home.location.x, home.location.y)
        for row, home in enumerate(households)
    ]
    return np.array(lonlat, dtype=np.float64).reshape(-1, 2)


def _people(households: Sequence[Household]) -> Ints:
    return np.array([home.people_count for home in households], dtype=np.int64)


def ground_of_network(*, walking: bool) -> Ground:
    """Read barriers and crossings of the network that was entered, and its streets if asked.

    Raises
    ------
    geomatch.core.errors.InputError
        If there are no streets to walk.
    """
    barriers, crossings = _shapes(Barrier.objects.all()), _shapes(Crossing.objects.all())
    if not walking:
        return Ground(barriers, crossings)
    streets = GroundFeature.objects.filter(kind=GroundFeature.Kind.STREET).only("geometry")
    if not streets:
        raise InputError(
            gettext(
                "this network has no streets to walk along yet; load them with `geomatch "
                "ground`, or measure in a straight line"
            )
        )
    return Ground(barriers, crossings, _shapes(streets))


def _unplaceable(network: Network, households: Sequence[Household]) -> dict[int, str]:
    """Row → why a household cannot be planned: nobody knows where it is, or it is elsewhere."""
    inside = network.boundary.prepared
    reasons = {}
    for row, home in enumerate(households):
        if home.location is None or not home.location_m or not home.is_precise:
            reasons[row] = NOT_LOCATED
        elif not inside.covers(home.location):
            reasons[row] = OUTSIDE
    return reasons


def _building(home: Household) -> tuple[str, ...]:
    """Name the building: doors at one number of one street are one; () where that is unknown."""
    if not home.number or not home.street:
        return ()
    return (home.number.casefold(), home.street.casefold(), home.city.casefold())


def _willing_people() -> dict[int, Person]:
    """Household id → the one who is willing to look after a pod."""
    people = Person.objects.filter(is_point_person=True, **nameable("household")).order_by("-id")
    return {person.household_id: person for person in people if person.household_id}


def _leading_people() -> dict[int, Person]:
    """Household id → who looks after a pod of the published plan now, and shall keep one.

    Only they are kept apart as a hard rule: to keep everybody apart who is merely willing makes
    the pods of the demo town a quarter longer.
    """
    pods = Pod.objects.filter(
        plan__state=Plan.State.PUBLISHED, **nameable("point_person__household")
    )
    return {
        leader.household_id: leader
        for pod in pods.select_related("point_person")
        if (leader := pod.point_person) and leader.household_id
    }


def _pods_of(plan: Plan | None) -> dict[int, tuple[int, bool]]:
    """Household id → number of its pod in a plan, and whether it is locked there."""
    if plan is None:
        return {}
    inside = Membership.objects.filter(plan=plan, pod__isnull=False)
    return {
        household: (number, locked)
        for household, number, locked in inside.values_list("household_id", "pod__number", "locked")
    }


def _shapes(rows: Iterable[Barrier | Crossing | GroundFeature]) -> list[Any]:
    return [from_wkb(bytes(row.geometry.wkb)) for row in rows]


def nameable(household: str) -> dict[str, bool]:
    """Filter for a known household whose people may stand by name on everybody's list."""
    withheld = ("hidden", "quiet", "do_not_contact")
    return {f"{household}__{state}": False for state in withheld}


def _wishes(households: Sequence[Household], willing: Collection[int]) -> dict[str, Any]:
    """Return the arrays of `Homes` that wishes need; None for what nobody said.

    Parameters
    ----------
    households
        The n households to plan.
    willing
        Ids of those where a point person lives, or somebody willing to be one.
    """
    drivers = set(
        Person.objects.filter(Q(drives=True) | Q(volunteer__vehicle=True), **nameable("household"))
        .values_list("household_id", flat=True)
        .distinct()
    )
    languages = _languages(households)
    streets, cities = [home.street for home in households], [home.city for home in households]
    return {
        "willing": _if_any(_whether(households, willing)),
        "drives": _if_any(_whether(households, drivers)),
        "languages": spoken(languages) if any(languages) else None,
        "street_of": street_numbers(streets, cities) if any(streets) else None,
    }


def _if_any(said: Bools) -> Bools | None:
    return said if said.any() else None


def _whether(households: Sequence[Household], ids: Collection[int]) -> Bools:
    return np.array([home.pk in ids for home in households], dtype=bool)


def _languages(households: Sequence[Household]) -> list[set[str]]:
    """Languages of each door and of whoever lives there."""
    of_people: dict[int, set[str]] = defaultdict(set)
    known = Person.objects.filter(household__in_pods=True).exclude(languages=[])
    for household, languages in known.values_list("household_id", "languages"):
        of_people[household].update(languages)
    return [{*home.languages, *of_people[home.pk]} for home in households]
