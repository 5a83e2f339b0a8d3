"""The one way from homes to pods: laid out flat, planned, numbered, and explained.

`geomatch pods` and the site call the same `plan_homes`, to suggest a plan and to rebalance one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from geomatch.core.arrays import Floats, Ints
from geomatch.core.errors import InputError
from geomatch.core.geodesy import LocalProjection
from geomatch.core.translation import gettext, gettext_noop
from pods.homes.far_pins import APART_KM, far_pins
from pods.homes.ground import Ground
from pods.homes.hidden import NOBODY_HIDDEN, HiddenHomes, HiddenSeats, seats_of_hidden
from pods.homes.homes import FlatMap, Homes
from pods.homes.reasons import Whereabouts, told_again, with_places

if TYPE_CHECKING:
    from pods.planner import PodClustering, Unplaced
    from pods.planner.tiling.engine import Engine

Progress = Callable[[float], object]
SizeBy = Literal["households", "people"]
Effort = Literal["fast", "balanced", "best"]


@dataclass(frozen=True)
class PlanOptions:
    """Options of a plan, named as on the command line of `geomatch pods`."""

    min_size: int = 5
    max_size: int = 30
    target_size: int = 13
    size_by: SizeBy = "households"
    effort: Effort = "balanced"
    seconds: float | None = None
    max_moves: int | None = None
    seed: int = 0
    wishes: Mapping[str, float] = field(default_factory=dict)  # metres by `WishWeights` name


@dataclass(frozen=True)
class PlannedHomes:
    """Pods of homes, and why a home is in none.

    Attributes
    ----------
    homes, options
        What was planned, and how.
    points
        (n, 2) metres of the town's own flat map; NaN where there was nothing to plan.
    barriers
        What nobody crosses, in the same metres.
    walking
        Whether distances are walks along streets.
    clustering
        The fitted planner.
    labels
        (n,) pods 0..k-1, in the order of the planner's medoids; -1 for homes in none.
    numbers
        (k,) the number each pod is known by.
    unplaced
        Why homes are in no pod, as codes, for those that the planner saw.
    reasons
        Row → why it is in no pod, in words.
    notes
        What looks like a slip in what was given, in words.
    hidden
        Hidden homes beside the plan. Nothing else here depends on them.
    """

    homes: Homes
    options: PlanOptions
    points: Floats
    barriers: Sequence[Any]
    walking: bool
    clustering: PodClustering
    labels: Ints
    numbers: Sequence[int]
    unplaced: Sequence[Unplaced]
    reasons: Mapping[int, str]
    notes: Sequence[str]
    hidden: HiddenSeats


def plan_homes(
    homes: Homes,
    options: PlanOptions,
    ground: Ground | None = None,
    *,
    hidden: HiddenHomes = NOBODY_HIDDEN,
    along_a_walk: bool = False,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> PlannedHomes:
    """Plan the pods of homes; rebalance where `max_moves` is given.

    Parameters
    ----------
    homes
        A table's or a network's.
    options
        Sizes, effort, seed.
    ground
        Barriers, crossings and streets.
    hidden
        Homes that nobody plans with: they get the nearest pod with room, and move nobody.
    along_a_walk
        Whether new pods are numbered from the west, each next one beside the last. Where homes are
        in pods already, these keep their numbers in any case.
    engine
        What plans the tiles of a large town; by default threads of this process.
    progress
        Called with the share done; returning False stops with the plan in hand.

    Raises
    ------
    InputError
        When an option or an array cannot be used, or all barriers are far from all homes.
    """
    ground = ground or Ground()
    far = far_pins(homes.lonlat, homes.sizes(options.size_by), options.min_size)
    lonlat = homes.lonlat.copy()
    lonlat[list(far)] = np.nan
    flat_map = homes.flat_map or LocalProjection.around(lonlat)
    points = flat_map.to_metres(lonlat)
    barriers, crossings = _flat(flat_map, ground.barriers), _flat(flat_map, ground.crossings)
    notes = _barrier_notes(points, barriers, crossings)
    clustering = _clustering(options, engine, progress).fit(
        points,
        people=homes.people,
        buildings=homes.buildings,
        units=homes.units,
        barriers=barriers,
        crossings=crossings,
        streets=None if ground.streets is None else _flat(flat_map, ground.streets),
        current=homes.current,
        locked=homes.locked,
        point_person=homes.point_person,
        willing=homes.willing,
        drives=homes.drives,
        languages=homes.languages,
        street_of=homes.street_of,
    )
    kept = np.unique(clustering.labels_[clustering.labels_ >= 0])
    labels = np.where(clustering.labels_ >= 0, np.searchsorted(kept, clustering.labels_), -1)
    if along_a_walk and not (homes.current >= 0).any():
        numbers = numbers_along_a_walk(points[clustering.medoid_indices_])
    else:
        numbers = [int(number) + 1 for number in kept]  # from 0 in the planner, from 1 on paper
    unplaced = told_again(clustering.unplaced_, homes, options, points, barriers)
    where = Whereabouts(
        points=points,
        labels=labels,
        size=homes.sizes(options.size_by),
        max_size=options.max_size,
        streets=homes.streets,
        numbers=numbers,
        pod_names=homes.pod_names,
    )
    return PlannedHomes(
        homes=homes,
        options=options,
        points=points,
        barriers=barriers,
        walking=ground.streets is not None,
        clustering=clustering,
        labels=labels,
        numbers=numbers,
        unplaced=unplaced,
        reasons=with_places(unplaced, where) | far | dict(homes.unplaceable),
        notes=notes,
        hidden=seats_of_hidden(
            hidden,
            homes,
            options,
            points=points,
            labels=labels,
            flat_map=flat_map,
            barriers=barriers,
            crossings=crossings,
            stays=options.max_moves is not None,
        ),
    )


def _clustering(
    options: PlanOptions, engine: Engine | None, progress: Progress | None
) -> PodClustering:
    from pods.planner import PodClustering, WishWeights

    return PodClustering(
        min_size=options.min_size,
        max_size=options.max_size,
        target_size=options.target_size,
        size_by=options.size_by,
        effort=options.effort,
        seconds=options.seconds,
        engine=engine,
        max_moves=options.max_moves,
        random_state=options.seed,
        wish_weights=WishWeights(**options.wishes),
        progress=progress,
    )


def _flat(flat_map: FlatMap, shapes: Sequence[Any]) -> list[Any]:
    return list(flat_map.geometry_to_metres(list(shapes))) if len(shapes) else []


def _barrier_notes(
    points: Floats, barriers: Sequence[Any], crossings: Sequence[Any]
) -> tuple[str, ...]:
    """Say that what should keep homes apart does not; refuse what lies nowhere near any home.

    Parameters
    ----------
    points
        (n, 2) metres of the homes, NaN where unknown.
    """
    known = points[np.isfinite(points).all(axis=1)]
    if not len(known):
        return ()
    if not barriers:
        return (gettext(NO_BARRIER),) if crossings else ()
    town = shapely.convex_hull(shapely.multipoints(known))
    away_km = float(np.min(shapely.distance(town, np.asarray(barriers, dtype=object)))) / 1000
    if away_km == 0:
        return ()
    if not away_km < APART_KM:
        raise InputError(gettext(BARRIERS_ELSEWHERE).format(away_km=away_km))
    away = f"{away_km:.0f} km" if away_km >= 1 else gettext("less than 1 km")
    return (gettext(BARRIERS_BESIDE).format(away=away),)


NO_BARRIER = gettext_noop(
    "There are crossings and no barrier they lead over, so they change nothing. "
    "Are the barriers in another file?"
)
BARRIERS_ELSEWHERE = gettext_noop(
    "every barrier lies {away_km:,.0f} km or more from the homes, so none would keep anybody "
    "apart; are they of another place, or are longitude and latitude exchanged?"
)
BARRIERS_BESIDE = gettext_noop(
    "No barrier lies among the homes (the nearest is {away} outside), so none keeps anybody apart. "
    "If one should, check where it is drawn."
)


def numbers_along_a_walk(medoids: Floats) -> list[int]:
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
