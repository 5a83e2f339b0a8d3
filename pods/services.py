"""Draw plans of pods, publish them, and say what nobody crosses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Max
from django.utils import timezone
from scipy.spatial import cKDTree
from shapely import from_wkb
from shapely.geometry.base import BaseGeometry

from geomatch.core.errors import InputError
from geomatch.core.palette import assign_colours
from geomatch.network.models import GroundFeature, Household, Network, Person
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record
from geomatch.network.services.locating import to_planar
from geomatch.tables import Feature
from pods.doorwishes import door_wishes, nameable, seen_wish_figures
from pods.models import Barrier, Crossing, Membership, Plan, Pod
from pods.places import Whereabouts, reasons_with_places
from pods.planfile import unit_ranks

BATCH = 1_000
NEAREST = 12  # households looked at to tell which pods lie beside each other
NOT_LOCATED = "We do not know yet exactly where this is. Place it on the map first."
OUTSIDE = "This point lies outside the network. Check the address, or widen the boundary."


def replace_barriers(
    *, network: Network, features: Iterable[Feature], actor: AbstractBaseUser | None
) -> tuple[int, int]:
    """Replace what nobody crosses, and return the numbers of barriers and of crossings.

    Parameters
    ----------
    features
        Lines or polygons in WGS 84; one with the property `crossing` is a way over.
    """
    made: dict[type[Barrier | Crossing], int] = {Barrier: 0, Crossing: 0}
    with use_network(network):
        for model in made:
            model.objects.all().delete()
        for feature in features:
            model = Crossing if is_true(feature.properties.get("crossing")) else Barrier
            model.objects.create(
                network=network,
                name=str(feature.properties.get("name") or "")[:120],
                geometry=GEOSGeometry(feature.geometry.wkb_hex, srid=4326),
            )
            made[model] += 1
        record(actor=actor, verb="drew barriers", barriers=made[Barrier], crossings=made[Crossing])
    return made[Barrier], made[Crossing]


def is_true(value: object) -> bool:
    """Read a property of a map file as yes or no."""
    return str(value).casefold() in {"true", "yes", "1", "1.0"}


def suggest_plan(
    *,
    network: Network,
    actor: AbstractBaseUser | None,
    min_size: int = 5,
    max_size: int = 30,
    target_size: int = 13,
    size_by: str = "households",
    walking: bool = False,
    effort: str = "balanced",
    seed: int = 0,
    wishes: Mapping[str, float] | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> Plan:
    """Draft a plan: every placed household in one pod, or in none with a reason in words.

    Parameters
    ----------
    walking
        Measure distances along the network's streets, not in a straight line.
    wishes
        Metres that soft goals are worth, by name of `WishWeights`; the others keep their default.

    Raises
    ------
    geomatch.core.errors.InputError
        If nobody is placed yet, the sizes contradict each other, or there are no streets to walk.
    """
    from pods.planner import PodClustering, WishWeights

    clustering = PodClustering(
        min_size=min_size,
        max_size=max_size,
        target_size=target_size,
        size_by=size_by,
        effort=effort,
        random_state=seed,
        wish_weights=WishWeights(**(wishes or {})),
        progress=None if progress is None else lambda share: progress(share, 1),
    )
    with use_network(network):
        doors = _Doors(network)
        streets = _street_lines(network) if walking else None
    if not doors.placed:
        raise InputError("no household has a place on the map yet; place the addresses first")
    clustering.fit(
        doors.points_m,
        people=doors.people,
        buildings=doors.buildings,
        units=doors.units,
        barriers=doors.barriers,
        crossings=doors.crossings,
        streets=streets,
        point_person=doors.point_person,
        **doors.wishes,
    )
    with use_network(network):
        _one_at_a_time(network)
        plan = Plan.objects.create(
            network=network,
            version=(Plan.objects.aggregate(last=Max("version"))["last"] or 0) + 1,
            min_size=min_size,
            max_size=max_size,
            target_size=target_size,
            size_by=size_by,
            seed=seed,
            created_by=actor,
        )
        _save_pods(plan, doors, clustering)
        plan.report["distance"] = "walking" if walking else "straight"
        plan.save(update_fields=["report"])
        record(actor=actor, verb="drafted", target=f"plan {plan.version}", **plan.report)
    return plan


def publish_plan(*, network: Network, plan: Plan, actor: AbstractBaseUser) -> Plan:
    """Make a draft the plan that lists are printed from; the one before goes to the archive.

    Raises
    ------
    geomatch.core.errors.InputError
        If the plan is no draft.
    """
    with use_network(network):
        _one_at_a_time(network)
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        if plan.state != Plan.State.DRAFT:
            raise InputError(f"plan {plan.version} is {plan.get_state_display()}, not a draft")
        Plan.objects.filter(state=Plan.State.PUBLISHED).update(state=Plan.State.ARCHIVED)
        plan.state = Plan.State.PUBLISHED
        plan.published_at = timezone.now()
        plan.save(update_fields=["state", "published_at"])
        record(actor=actor, verb="published", target=f"plan {plan.version}")
    return plan


def _one_at_a_time(network: Network) -> None:
    """Let whoever else numbers or publishes plans of this network wait until we are through."""
    # "No key": rows that merely point to the network (progress, for one) are written meanwhile.
    Network.objects.select_for_update(no_key=True).get(pk=network.pk)


class _Doors:
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


def _street_lines(network: Network) -> list[BaseGeometry]:
    """Streets of the network's ground in its planar metres."""
    streets = GroundFeature.objects.filter(kind=GroundFeature.Kind.STREET).only("geometry")
    if not streets:
        raise InputError(
            "this network has no streets to walk along yet; load them with `geomatch ground`, or "
            "measure in a straight line"
        )
    return _planar(network, streets)


def _save_pods(plan: Plan, doors: _Doors, clustering: Any) -> None:
    """Write pods, numbered as the planner numbers them, and everybody's membership."""
    leaders = _leaders(doors, clustering)
    names = _names(doors, clustering.labels_)
    colours = _colours(doors.points_m, clustering.labels_)
    numbers = _numbers_along_a_walk(doors.points_m[clustering.medoid_indices_])
    pods = Pod.objects.bulk_create(
        [
            Pod(
                network=plan.network,
                plan=plan,
                number=numbers[number],
                name=names[number],
                medoid=doors.placed[medoid],
                point_person=leaders[number],
                colour=colours[number],
            )
            for number, medoid in enumerate(clustering.medoid_indices_)
        ],
        batch_size=BATCH,
    )
    reasons = _reasons(plan, doors, clustering, numbers)
    memberships = [
        Membership(
            network=plan.network,
            plan=plan,
            household=household,
            pod=pods[label] if label >= 0 else None,
            reason=reasons.get(i, "")[:300],
        )
        for i, (household, label) in enumerate(zip(doors.placed, clustering.labels_, strict=True))
    ]
    memberships += [
        Membership(network=plan.network, plan=plan, household=household, reason=reason)
        for household, reason in doors.waiting.items()
    ]
    Membership.objects.bulk_create(memberships, batch_size=BATCH)
    plan.report = _report(doors, clustering)
    plan.save(update_fields=["report"])


def _reasons(plan: Plan, doors: _Doors, clustering: Any, numbers: Sequence[int]) -> dict[int, str]:
    """Return the reason of each door in no pod, with the streets people know."""
    by_people = plan.size_by == Plan.SizeBy.PEOPLE
    where = Whereabouts(
        points=doors.points_m,
        labels=clustering.labels_,
        size=doors.people if by_people else np.ones(len(doors.placed), dtype=np.int64),
        max_size=plan.max_size,
        streets=[door.street for door in doors.placed],
        hidden=doors.hidden,
        pod_number=numbers.__getitem__,
        former_pod=str,
    )
    return reasons_with_places(clustering.unplaced_, where)


def _leaders(doors: _Doors, clustering: Any) -> list[Person | None]:
    """Choose each pod's point person: who was named, else the willing one nearest its middle."""
    leaders: list[Person | None] = []
    for number in range(len(clustering.medoid_indices_)):
        members = np.flatnonzero(clustering.labels_ == number)
        members = members[np.argsort(clustering.distances_m_[members], kind="stable")]
        homes = [doors.placed[i].pk for i in members]
        named = [doors.named[home] for home in homes if home in doors.named]
        willing = [doors.willing[home] for home in homes if home in doors.willing]
        leaders.append(next(iter(named + willing), None))
    return leaders


def _names(doors: _Doors, labels: np.ndarray) -> list[str]:
    """Call each pod by the street most of its doors are on; a hidden door names nothing."""
    streets: dict[int, Counter[str]] = defaultdict(Counter)
    for home, label in zip(doors.placed, labels, strict=True):
        if label >= 0 and home.street and not home.hidden:
            streets[int(label)][home.street] += 1
    return [
        streets[number].most_common(1)[0][0][:80] if streets[number] else ""
        for number in range(int(labels.max(initial=-1)) + 1)
    ]


def _numbers_along_a_walk(medoids: np.ndarray) -> list[int]:
    """Give pods numbers from 1 in the west, each next one to the nearest left.

    Parameters
    ----------
    medoids
        (k, 2) planar metres.
    """
    numbers = [0] * len(medoids)
    left = np.ones(len(medoids), dtype=bool)
    here = int(np.argmin(medoids[:, 0])) if len(medoids) else 0
    for number in range(1, len(medoids) + 1):
        numbers[here] = number
        left[here] = False
        if left.any():
            away = np.hypot(*(medoids - medoids[here]).T)
            here = int(np.argmin(np.where(left, away, np.inf)))
    return numbers


def _colours(points_m: np.ndarray, labels: np.ndarray) -> list[int]:
    """Give every pod one of the look's colours, other than its neighbours'."""
    placed = np.flatnonzero(labels >= 0)
    if not len(placed):
        return []
    nearest = cKDTree(points_m[placed]).query(points_m[placed], min(NEAREST, len(placed)))[1]
    mine = np.repeat(labels[placed], nearest.reshape(len(placed), -1).shape[1])
    beside = np.column_stack((mine, labels[placed][nearest.ravel()]))
    colours = assign_colours(int(labels.max()) + 1, beside[beside[:, 0] != beside[:, 1]])
    return [int(colour) + 1 for colour in colours]


def _report(doors: _Doors, clustering: Any) -> dict[str, Any]:
    from pods.planner.figures import diameters_m

    labels = clustering.labels_
    placed = int((labels >= 0).sum())
    sizes = np.bincount(labels[labels >= 0]) if placed else np.zeros(1, dtype=int)
    across = diameters_m(doors.points_m, np.where(doors.hidden, -1, labels))
    return {
        "pods": len(clustering.medoid_indices_),
        "households": placed,
        "unplaced": len(labels) - placed + len(doors.waiting),
        "size_min": int(sizes.min()),
        "size_max": int(sizes.max()),
        "mean_distance_to_medoid_m": round(float(clustering.objective_) / max(placed, 1), 1),
        "objective": round(float(clustering.objective_), 1),
        "lower_bound": round(float(clustering.lower_bound_), 1),
        "gap": round(float(clustering.gap_), 4),
        "diameter_p99_m": round(float(np.percentile(across, 99)), 1) if len(across) else None,
        **seen_wish_figures(doors.wishes, labels, doors.hidden),
    }
