"""Small towns with streets for property tests: blocks, dead ends, rings, islands, one bridge."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from hypothesis import strategies as st


@dataclass
class StreetTown:
    """Homes and the streets they stand on, in metres; shares of a street can be missing."""

    points: np.ndarray
    streets: list[shapely.Geometry]
    barriers: list[shapely.Geometry] = field(default_factory=list)


@st.composite
def street_towns(draw: st.DrawFn, least: int = 1, most: int = 40) -> StreetTown:
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(least, most))
    streets = _blocks(random, draw(st.sampled_from([0.0, 0.3, 0.6])))
    if draw(st.booleans()):  # an island, whose street meets no other, and a ring on it
        streets.append(shapely.LineString([(700, 10), (760, 40), (790, 100)]))
        ring = shapely.Point(740, 160).buffer(20, quad_segs=3).exterior
        streets.append(shapely.LineString(ring))
    points = random.random((count, 2)) * 300.0
    if draw(st.booleans()):
        points[random.random(count) < 0.3, 0] += 550.0
    if draw(st.booleans()):  # neighbours at one point, and a home right on a corner
        points[random.random(count) < 0.3] = points[0]
        points[random.random(count) < 0.1] = shapely.get_coordinates(streets[0])[0]
    barriers: list[shapely.Geometry] = []
    if draw(st.booleans()):
        river = shapely.LineString([(-50, 131.7), (150, 142.3), (900, 137.1)])
        streets = [part for street in streets for part in _banks(street, river)]
        streets.append(shapely.LineString([(88, 99), (93, 171)]))
        barriers.append(river)
    return StreetTown(points, streets, barriers)


def _blocks(random: np.random.Generator, missing: float) -> list[shapely.Geometry]:
    """A crooked grid whose lines cross without sharing corners, some of their stretches missing."""
    lines = []
    for turned in (False, True):
        for place in np.sort(random.random(random.integers(1, 5))) * 300.0:
            along = np.sort(np.append(random.random(4) * 330.0 - 15.0, [-15.0, 315.0]))
            path = np.column_stack([along, place + random.normal(0, 4, 6)])
            path = path[:, ::-1] if turned else path
            kept = random.random(5) >= missing
            lines += [shapely.LineString(path[i : i + 2]) for i in np.flatnonzero(kept)]
    return lines or [shapely.LineString([(0.5, 0.25), (300.5, 30.75)])]


def _banks(street: shapely.Geometry, river: shapely.Geometry) -> list[shapely.Geometry]:
    """What is left of a street on both banks of a river."""
    return list(shapely.get_parts(shapely.difference(street, river.buffer(8))))


def two_banks() -> tuple[np.ndarray, list[shapely.Geometry]]:
    """Homes along both banks of a narrow river whose only bridge is far in the west."""
    east = np.arange(1000.0, 1200.0, 20.0)
    points = np.concatenate([np.column_stack([east, np.full(10, y)]) for y in (0.0, 30.0)])
    banks = [shapely.LineString([(0, y), (1300, y)]) for y in (1.0, 29.0)]
    return points, [*banks, shapely.LineString([(0, 1), (0, 29)])]
