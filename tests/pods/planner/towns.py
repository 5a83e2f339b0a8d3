"""Strange little towns for property tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from hypothesis import strategies as st


@dataclass
class TownCase:
    """Everything `PodClustering.fit` takes, and the limits."""

    points: np.ndarray
    people: np.ndarray
    buildings: np.ndarray
    units: np.ndarray
    barriers: list[shapely.Geometry] = field(default_factory=list)
    crossings: list[shapely.Geometry] = field(default_factory=list)
    current: np.ndarray | None = None
    locked: np.ndarray | None = None
    point_person: np.ndarray | None = None
    limits: tuple[int, int, int] = (5, 30, 13)
    size_by: str = "households"

    @property
    def size(self) -> np.ndarray:
        return self.people if self.size_by == "people" else np.ones(len(self.points), dtype=int)

    def fit_arguments(self) -> dict[str, Any]:
        return {
            "people": self.people,
            "buildings": self.buildings,
            "units": self.units,
            "barriers": self.barriers,
            "crossings": self.crossings,
            "current": self.current,
            "locked": self.locked,
            "point_person": self.point_person,
        }

    def rules(self) -> dict[str, Any]:
        """What a checker must know of the town."""
        return {
            "min_size": self.limits[0],
            "max_size": self.limits[1],
            "size": self.size,
            "weight": self.size,
            "buildings": self.buildings,
            "barriers": self.barriers,
            "crossings": self.crossings,
            "point_person": self.point_person,
        }


SHAPES = ("scatter", "one point", "one street", "grid", "two banks", "clumps")


@st.composite
def towns(draw: st.DrawFn, max_homes: int = 60) -> TownCase:
    n = draw(st.integers(1, max_homes))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = _points(draw(st.sampled_from(SHAPES)), n, random)
    if draw(st.booleans()):
        points[random.random(n) < 0.1] = np.nan
    buildings = _buildings(draw, points, random)
    barriers, crossings = _barriers(draw, random)
    low, high = draw(st.sampled_from([(1, 1), (1, 4), (2, 3), (3, 7), (5, 30), (5, 9), (8, 10)]))
    people = random.integers(0, draw(st.sampled_from([2, 5, 12])), n)
    case = TownCase(
        points,
        people,
        buildings,
        random.permutation(n),
        barriers,
        crossings,
        limits=(low, high, draw(st.integers(low, high))),
        size_by=draw(st.sampled_from(["households", "people"])),
    )
    if draw(st.booleans()):
        case.point_person = random.random(n) < draw(st.sampled_from([0.02, 0.2]))
    if draw(st.booleans()):
        case.current = random.integers(-1, 6, n)
        case.locked = random.random(n) < draw(st.sampled_from([0.05, 0.3]))
    return case


def _points(shape: str, n: int, random: np.random.Generator) -> np.ndarray:
    if shape == "one point":
        return np.full((n, 2), 7.0)
    if shape == "one street":
        return np.column_stack([np.sort(random.integers(0, 40, n)) * 10.0, np.zeros(n)])
    if shape == "grid":
        return random.integers(0, 8, (n, 2)) * 10.0
    points = random.random((n, 2)) * 100.0
    if shape == "two banks":
        points[:, 1] += np.where(points[:, 1] > 50, 40.0, -40.0)
    if shape == "clumps":
        points = random.random((4, 2))[random.integers(0, 4, n)] * 500.0 + points / 10.0
    return points


def _buildings(draw: st.DrawFn, points: np.ndarray, random: np.random.Generator) -> np.ndarray:
    n = len(points)
    buildings = np.full(n, -1)
    kind = draw(st.sampled_from(["none", "some", "one huge", "spread"]))
    if kind == "some":
        buildings = random.integers(-n // 2, max(n // 4, 1), n).clip(-1)
    elif kind == "one huge":
        buildings[: n * 2 // 3] = 0
    elif kind == "spread":
        return random.integers(-n // 2, max(n // 4, 1), n).clip(-1)
    for number in range(buildings.max() + 1):
        rows = np.flatnonzero(buildings == number)
        points[rows] = points[rows[:1]]
    return buildings


def _barriers(
    draw: st.DrawFn, random: np.random.Generator
) -> tuple[list[shapely.Geometry], list[shapely.Geometry]]:
    kind = draw(st.sampled_from(["none", "river", "river and bridge", "lake", "two rivers"]))
    middle = 50.0 + random.random()
    river = shapely.LineString([(-999, middle), (40, middle + 3), (999, middle)])
    if kind == "none":
        return [], []
    if kind == "lake":
        return [shapely.Point(random.random(2) * 100).buffer(25)], []
    if kind == "river":
        return [river], []
    bridge = shapely.LineString([(33, middle - 5), (33, middle + 9)])
    if kind == "river and bridge":
        return [river], [bridge]
    other = shapely.LineString([(61.3, -999), (61.3, 999)])
    return [river, other], [bridge]
