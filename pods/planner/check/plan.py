"""An independent check of a plan: every hard rule, the objective, and the bound's plausibility.

Shares no code with the planner and goes about it by other means: plain Python over rows, a
union-find instead of sparse graphs, one shapely predicate per edge instead of segment trees. It is
slow and simple on purpose. Run it on any plan, whoever made it.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike
from scipy.spatial import Delaunay, QhullError

from geomatch.core.checkwalks import StreetWalks

__all__ = ["Broken", "check_plan"]


@dataclass(frozen=True)
class Broken:
    """A rule that a plan breaks: its name, what is wrong, and the rows concerned."""

    rule: str
    detail: str
    rows: tuple[int, ...] = ()


def check_plan(
    points: ArrayLike,
    labels: Sequence[int],
    *,
    min_size: int = 5,
    max_size: int = 30,
    size: Sequence[int] | None = None,
    buildings: Sequence[int] | None = None,
    barriers: Sequence[shapely.Geometry] = (),
    crossings: Sequence[shapely.Geometry] = (),
    streets: Sequence[shapely.Geometry] | None = None,
    current: Sequence[int] | None = None,
    locked: Sequence[bool] | None = None,
    point_person: Sequence[bool] | None = None,
    weight: Sequence[float] | None = None,
    objective: float | None = None,
    lower_bound: float | None = None,
    explained: Iterable[int] | None = None,
) -> list[Broken]:
    """Return every rule a plan breaks; an empty list means it keeps them all.

    Parameters
    ----------
    points
        (n, 2) metres, NaN where unknown.
    labels
        (n,) pods, -1 for unplaced.
    min_size, max_size
        Size limits.
    size, weight
        (n,) what each household counts against the limits and in the objective; 1 by default.
    buildings, current, locked, point_person
        As given to the planner.
    barriers, crossings, streets
        As given to the planner; with streets the figures count walks along them.
    objective, lower_bound
        Figures to verify, metres.
    explained
        Rows for which the planner gave a reason: must be exactly the unplaced ones.
    """
    xy = [(float(x), float(y)) for x, y in np.asarray(points, dtype=float)]
    n = len(xy)
    size = [1] * n if size is None else [int(s) for s in size]
    weight = [1.0] * n if weight is None else [float(w) for w in weight]
    led = [False] * n if point_person is None else [bool(p) for p in point_person]
    pods: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels):
        if label >= 0:
            pods[int(label)].append(row)
    broken = _sizes(pods, size, min_size, max_size)
    if buildings is not None:
        located = [not math.isnan(x + y) for x, y in xy]
        broken += _buildings(labels, [int(b) for b in buildings], located, size, max_size)
    broken += _locks(labels, current, locked)
    broken += _point_people(pods, led)
    broken += [
        Broken("location", "placed without a location", (row,))
        for rows in pods.values()
        for row in rows
        if math.isnan(xy[row][0] + xy[row][1])
    ]
    if not broken:
        broken += _connected(xy, pods, buildings, barriers, crossings)
    broken += _figures(walking(xy, streets, barriers), pods, weight, led, objective, lower_bound)
    if explained is not None:
        unplaced = {row for row, label in enumerate(labels) if label < 0}
        if unplaced != set(explained):
            wrong = tuple(sorted(unplaced ^ set(explained)))
            broken.append(Broken("reasons", "unplaced and explained rows differ", wrong))
    return broken


def _sizes(
    pods: dict[int, list[int]], size: list[int], min_size: int, max_size: int
) -> list[Broken]:
    broken = []
    for pod, rows in pods.items():
        total = sum(size[row] for row in rows)
        if not min_size <= total <= max_size:
            detail = f"pod {pod} counts {total}, not {min_size} to {max_size}"
            broken.append(Broken("size", detail, tuple(rows)))
    return broken


def _buildings(
    labels: Sequence[int],
    buildings: list[int],
    located: list[bool],
    size: list[int],
    max_size: int,
) -> list[Broken]:
    """Whole, or if too large in shares that differ by one household at most."""
    broken = []
    homes: dict[int, list[int]] = defaultdict(list)
    for row, building in enumerate(buildings):
        if building >= 0:
            homes[building].append(row)
    for building, rows in homes.items():
        placed = [row for row in rows if located[row] and size[row] <= max_size]
        shares: dict[int, int] = defaultdict(int)
        for row in placed:
            shares[int(labels[row])] += size[row]
        total = sum(size[row] for row in placed)
        fewest = -(-total // max_size)
        if fewest <= 1 and len(shares) > 1:
            detail = f"building {building} is split over {len(shares)} pods"
            broken.append(Broken("building", detail, tuple(rows)))
        elif fewest > 1 and all(size[row] == 1 for row in placed) and -1 not in shares:
            uneven = max(shares.values()) - min(shares.values()) > 1
            if len(shares) != fewest or uneven:
                detail = f"building {building} is in shares {sorted(shares.values())}"
                broken.append(Broken("building", detail, tuple(rows)))
    return broken


def _locks(
    labels: Sequence[int], current: Sequence[int] | None, locked: Sequence[bool] | None
) -> list[Broken]:
    if current is None or locked is None:
        return []
    return [
        Broken("lock", f"locked to pod {current[row]} and now in {label}", (row,))
        for row, label in enumerate(labels)
        if locked[row] and current[row] >= 0 and label >= 0 and label != current[row]
    ]


def _point_people(pods: dict[int, list[int]], led: list[bool]) -> list[Broken]:
    broken = []
    for pod, rows in pods.items():
        leaders = tuple(row for row in rows if led[row])
        if len(leaders) > 1:
            broken.append(Broken("point people", f"{len(leaders)} in pod {pod}", leaders))
    return broken


def _connected(
    xy: list[tuple[float, float]],
    pods: dict[int, list[int]],
    buildings: Sequence[int] | None,
    barriers: Sequence[shapely.Geometry],
    crossings: Sequence[shapely.Geometry],
) -> list[Broken]:
    """Each pod connected on Delaunay edges that no barrier cuts; a building is one node."""
    place_of, kept, parts = _graph(xy, barriers, crossings)
    neighbours: dict[int, set[int]] = defaultdict(set)
    nodes = _Union(len(place_of))
    if buildings is not None:
        first: dict[tuple[int, int], int] = {}
        for row, building in enumerate(buildings):
            if building >= 0 and xy[row] in place_of:
                place = place_of[xy[row]]
                nodes.join(place, first.setdefault((building, parts.find(place)), place))
    for a, b in kept:
        neighbours[nodes.find(a)].add(nodes.find(b))
        neighbours[nodes.find(b)].add(nodes.find(a))
    broken = []
    for pod, rows in pods.items():
        mine = {nodes.find(place_of[xy[row]]) for row in rows}
        start = next(iter(mine))
        reached, pending = {start}, [start]
        while pending:
            for other in (neighbours[pending.pop()] & mine) - reached:
                reached.add(other)
                pending.append(other)
        if reached != mine:
            broken.append(Broken("connected", f"pod {pod} is in pieces", tuple(rows)))
        if len({parts.find(place_of[xy[row]]) for row in rows}) > 1:
            broken.append(Broken("barrier", f"pod {pod} is on both sides", tuple(rows)))
    return broken


def cut_off_parts(
    points: Sequence[tuple[float, float]],
    barriers: Sequence[shapely.Geometry] = (),
    crossings: Sequence[shapely.Geometry] = (),
) -> dict[tuple[float, float], int]:
    """Return the part of the town each point is in: parts are what barriers leave connected."""
    place_of, _, parts = _graph(list(points), barriers, crossings)
    return {point: parts.find(place) for point, place in place_of.items()}


Edge = tuple[int, int]


def _graph(
    xy: list[tuple[float, float]],
    barriers: Sequence[shapely.Geometry],
    crossings: Sequence[shapely.Geometry],
) -> tuple[dict[tuple[float, float], int], list[Edge], _Union]:
    """Return distinct places, numbered, the edges no barrier cuts, and the parts they join."""
    place_of: dict[tuple[float, float], int] = {}
    for point in xy:
        if not math.isnan(point[0] + point[1]):
            place_of.setdefault(point, len(place_of))
    places = list(place_of)
    edges, doubtful = _delaunay(places)
    kept = _uncut(places, edges, doubtful, barriers, crossings)
    parts = _Union(len(places))
    for a, b in kept:
        parts.join(a, b)
    return place_of, kept, parts


def _delaunay(places: list[tuple[float, float]]) -> tuple[set[Edge], set[Edge]]:
    """Delaunay edges, and those of them that another map projection might replace."""
    array = np.array(places).reshape(-1, 2)
    try:
        if len(places) < 3:
            raise QhullError
        found = Delaunay(array - array.mean(axis=0))
    except (QhullError, ValueError):  # on one line: a chain along its longer axis
        axis = 0 if len(places) < 2 or np.ptp(array[:, 0]) >= np.ptp(array[:, 1]) else 1
        order = sorted(range(len(places)), key=lambda p: places[p][axis])
        return {(min(a, b), max(a, b)) for a, b in itertools.pairwise(order)}, set()
    facing: dict[Edge, list[float]] = defaultdict(list)
    for triangle in found.simplices.tolist():
        for a, b, apex in itertools.permutations(triangle):
            if a < b:
                facing[a, b].append(_angle(places[a], places[apex], places[b]))
    doubtful = {e for e, two in facing.items() if abs(sum(two) - math.pi) < 0.005 and len(two) == 2}
    extra = {(min(p, v), max(p, v)) for p, _, v in found.coplanar.tolist()}
    return set(facing) | extra, doubtful


def _angle(one: tuple[float, float], apex: tuple[float, float], two: tuple[float, float]) -> float:
    """Angle at the apex, radians."""
    sides = [math.dist(one, apex), math.dist(two, apex), math.dist(one, two)]
    cosine = (sides[0] ** 2 + sides[1] ** 2 - sides[2] ** 2) / (2 * sides[0] * sides[1])
    return math.acos(max(-1.0, min(1.0, cosine)))


def _uncut(
    places: list[tuple[float, float]],
    edges: set[Edge],
    doubtful: set[Edge],
    barriers: Sequence[shapely.Geometry],
    crossings: Sequence[shapely.Geometry],
) -> list[Edge]:
    """Edges over no barrier, or over each of theirs by a crossing."""
    if not len(barriers):
        return sorted(edges)
    lines = {edge: shapely.LineString([places[edge[0]], places[edge[1]]]) for edge in edges}
    over: dict[int, list[Edge]] = {
        number: sorted(edge for edge, line in lines.items() if line.intersects(barrier))
        for number, barrier in enumerate(barriers)
    }
    allowed: set[tuple[int, Edge]] = set()
    for crossing in crossings:
        apart = [crossing.distance(barrier) for barrier in barriers]
        for number, distance in enumerate(apart):
            sure = [edge for edge in over[number] if edge not in doubtful] or over[number]
            if distance > min(apart) or not sure:
                continue
            nearest = min(lines[edge].distance(crossing) for edge in sure)
            allowed |= {
                (number, edge) for edge in sure if lines[edge].distance(crossing) <= nearest + 10.0
            }
    cut = {
        edge for number, cut_here in over.items() for edge in cut_here
        if (number, edge) not in allowed
    }  # fmt: skip
    return sorted(edges - cut)


Walk = Callable[[int, list[int]], list[float]]
"""Metres from one row to others."""


def walking(
    xy: list[tuple[float, float]],
    streets: Sequence[shapely.Geometry] | None,
    barriers: Sequence[shapely.Geometry],
) -> Walk:
    """Return how far it is between rows: along streets where there are any, else straight."""
    if streets is None:
        return lambda row, others: [math.dist(xy[row], xy[other]) for other in others]
    located = [row for row, (x, y) in enumerate(xy) if not math.isnan(x + y)]
    number = {row: home for home, row in enumerate(located)}
    walks = StreetWalks([xy[row] for row in located], streets, barriers)
    return lambda row, others: walks.walks_from(number[row], [number[other] for other in others])


def _figures(
    walk: Walk,
    pods: dict[int, list[int]],
    weight: list[float],
    led: list[bool],
    objective: float | None,
    lower_bound: float | None,
) -> list[Broken]:
    broken = []
    total = 0.0
    for rows in pods.values():
        medoids = [row for row in rows if led[row]] or rows
        total += min(
            math.fsum(
                weight[row] * away for row, away in zip(rows, walk(medoid, rows), strict=True)
            )
            for medoid in medoids
        )
    if objective is not None and not math.isclose(total, objective, rel_tol=1e-9, abs_tol=1e-6):
        broken.append(Broken("objective", f"said to be {objective}, but is {total}"))
    if lower_bound is not None and lower_bound > total * (1 + 1e-9) + 1e-6:
        broken.append(Broken("bound", f"{lower_bound} is above the plan's own {total}"))
    return broken


class _Union:
    """Union-find."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, one: int, two: int) -> None:
        self.parent[self.find(one)] = self.find(two)
