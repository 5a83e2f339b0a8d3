"""The map on a street list: a line drawing that a cheap printer prints well.

Drawn as paper maps were before colour: streets as pairs of thin lines, water by lines that follow
the shore inward ("waterlining"), houses as outlines, doors as numbered badges, the walk as dashes.
Nothing is filled but the small dots under badges that had to move aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geomatch.core.arrays import Floats, Geometries
from maps.streetlists import ink
from maps.streetlists.badges import Badge, place_badges
from maps.streetlists.frame import Frame, scale_bar
from maps.streetlists.labels import Label, place_street_names, place_water_names
from maps.streetlists.letters import printable, text_width_em
from maps.streetlists.surroundings import Near

__all__ = ["Mark", "Sketch", "draw"]


POINT_MM = 0.352778
STREET_M = 11.0
"""Ground width a street is drawn with, kerb to kerb, where the scale allows."""
THINNEST_STREET_MM = 0.7
"""Where a street would be narrower than this it is drawn as one line."""
WATER_LINES_MM = ((0.0, 0.4), (0.9, 0.22), (2.0, 0.16), (3.4, 0.12))
"""Distance from the shore and thickness of each line of waterlining."""
MOST_BUILDINGS = 1500
SMALLEST_BUILDING_MM = 0.8
MOST_NAMES = 14


@dataclass(frozen=True)
class Mark:
    """What one badge says, and whether its door is to be skipped."""

    text: str
    skip: bool = False


@dataclass(frozen=True)
class Sketch:
    """A drawn map, ready for the sheet.

    Attributes
    ----------
    frame
        Its size and scale.
    svg
        All lines.
    marks, badges
        The numbers and where they stand, in parallel.
    labels
        Names of streets and water.
    """

    frame: Frame
    svg: str
    marks: tuple[Mark, ...]
    badges: tuple[Badge, ...]
    labels: tuple[Label, ...]

    def as_data(self) -> dict[str, object]:
        """Return the sketch as plain data for the sheet's template."""
        return {
            "width": self.frame.width_mm,
            "height": self.frame.height_mm,
            "svg": self.svg,
            "badges": [
                {
                    "x": badge.at[0],
                    "y": badge.at[1],
                    "width": 2 * badge.half[0],
                    "height": 2 * badge.half[1],
                    "text": mark.text,
                    "skip": mark.skip,
                }
                for mark, badge in zip(self.marks, self.badges, strict=True)
            ],
            "labels": [
                {
                    "x": label.x,
                    "y": label.y,
                    "angle": label.angle_deg,
                    "width": label.width_mm,
                    "height": label.height_mm,
                    "text": label.text,
                }
                for label in self.labels
            ],
            "scale": scale_bar(self.frame),
        }


def draw(
    frame: Frame,
    stops_m: Floats,
    marks: Sequence[Mark],
    near: Near | None,
    walk_m: Sequence[Floats],
    *,
    type_pt: float,
) -> Sketch:
    """Draw the sketch of one pod.

    Parameters
    ----------
    frame : Frame
        What it shows.
    stops_m : ndarray of float64, shape (n, 2)
        The stops in local metres.
    marks : sequence of Mark, length n
        Their badges.
    near : Near or None
        Streets, water and buildings in local metres.
    walk_m : sequence of ndarray, each of shape (k, 2)
        Legs of the walk; empty for none.
    type_pt : float
        Size of letters and numbers on the map.

    Returns
    -------
    Sketch
    """
    doors_mm = frame.to_mm(stops_m)
    badges = place_badges(
        doors_mm,
        np.array([_half_size(mark.text, type_pt) for mark in marks]).reshape(-1, 2),
        np.array([frame.width_mm, frame.height_mm]),
    )
    parts: list[str] = []
    labels: list[Label] = []
    if near is not None:
        parts, labels = _ground(frame, near, badges, doors_mm, type_pt)
    parts += _walk(frame, walk_m)
    for badge in badges:
        if badge.beside:
            parts += [ink.line(badge.door, badge.at, width_mm=0.3), ink.spot(badge.door, 0.7)]
    drawing = ink.svg(frame.width_mm, frame.height_mm, parts)
    return Sketch(frame, drawing, tuple(marks), tuple(badges), tuple(labels))


def _half_size(text: str, type_pt: float) -> tuple[float, float]:
    letters_mm = type_pt * POINT_MM
    height = 1.55 * letters_mm
    width = max(height, text_width_em(text) * letters_mm * 1.06 + 0.8 * letters_mm)
    return width / 2, height / 2


def _ground(
    frame: Frame, near: Near, badges: Sequence[Badge], doors_mm: Floats, type_pt: float
) -> tuple[list[str], list[Label]]:
    water = frame.shapes_to_mm(near.water, spare_mm=12.0)
    streets = frame.shapes_to_mm(near.streets, spare_mm=6.0)
    parts = [
        *_buildings(frame.shapes_to_mm(near.buildings, spare_mm=2.0), doors_mm),
        *_water(water),
        *_streets(streets, [fact.footway for fact in near.street_facts], frame.mm_per_m, type_pt),
    ]
    sheet = shapely.box(1, 1, frame.width_mm - 1, frame.height_mm - 1)
    taken: list[shapely.Geometry] = [badge.outline(0.4) for badge in badges]
    letters_mm = type_pt * POINT_MM
    names = _street_names(streets, [fact.name for fact in near.street_facts], doors_mm)
    widths = [_label_width(name, letters_mm) for name, _ in names]
    labels = place_street_names(names, widths, 1.2 * letters_mm, taken, sheet)
    lakes = [
        (printable(name), shape)
        for name, shape in zip(near.water_names, water, strict=True)
        if name and "Polygon" in shape.geom_type
    ]
    widths = [_label_width(name, letters_mm) for name, _ in lakes]
    labels += place_water_names(lakes, widths, 1.2 * letters_mm, taken, sheet)
    return parts, labels


def _label_width(name: str, letters_mm: float) -> float:
    return text_width_em(name) * letters_mm + 0.6 * letters_mm


def _street_names(
    streets: Geometries, names: Sequence[str], doors_mm: Floats
) -> list[tuple[str, Geometries]]:
    """Named streets, those nearest to the doors first."""
    by_name: dict[str, list[shapely.Geometry]] = {}
    for name, street in zip(names, streets, strict=True):
        if name.strip() and not street.is_empty:
            by_name.setdefault(printable(name), []).append(street)
    doors = shapely.multipoints(doors_mm)
    ranked = sorted(
        by_name.items(), key=lambda item: (shapely.distance(item[1], doors).min(), item[0])
    )
    return [(name, np.array(lines, dtype=object)) for name, lines in ranked[:MOST_NAMES]]


def _buildings(shapes: Geometries, doors_mm: Floats) -> list[str]:
    if not len(shapes):
        return []
    shapes = shapes[~shapely.is_empty(shapes)]
    box = shapely.bounds(shapes)
    size = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) if len(shapes) else np.empty(0)
    shapes = shapes[size >= SMALLEST_BUILDING_MM]
    if len(shapes) > MOST_BUILDINGS:  # a town seen from afar is not drawn house by house
        return []
    shapes = shapely.simplify(shapes, 0.1)
    ours = shapely.intersects(shapes, shapely.buffer(shapely.multipoints(doors_mm), 0.3))
    return [
        ink.path(shapes[~ours], width_mm=0.18, colour="#555"),
        ink.path(shapes[ours], width_mm=0.4),
    ]


def _water(shapes: Geometries) -> list[str]:
    is_area = np.array([shape.geom_type in {"Polygon", "MultiPolygon"} for shape in shapes], bool)
    areas, streams = shapes[is_area], shapes[~is_area]
    parts = [ink.path(streams, width_mm=0.35, colour="#333")]
    if not len(areas):
        return parts
    sea = shapely.simplify(shapely.union_all(shapely.make_valid(areas)), 0.12)
    for inward_mm, width_mm in WATER_LINES_MM:
        shore = shapely.boundary(shapely.buffer(sea, -inward_mm) if inward_mm else sea)
        parts.append(ink.path([shore], width_mm=width_mm, colour="#222"))
    return parts


def _streets(
    shapes: Geometries, footway: Sequence[bool], mm_per_m: float, type_pt: float
) -> list[str]:
    is_footway = np.array(footway, dtype=bool)
    roads, paths = shapely.simplify(shapes[~is_footway], 0.05), shapes[is_footway]
    dashes = ink.path(paths, width_mm=0.25, colour="#333", dash="1.6 0.9")
    if STREET_M * mm_per_m < THINNEST_STREET_MM:
        return [ink.path(roads, width_mm=0.25), dashes]  # seen from afar: one line each
    room_for_name = 1.12 * type_pt * POINT_MM
    width = float(np.clip(STREET_M * mm_per_m, 1.5, room_for_name))
    return [
        ink.path(roads, width_mm=width + 0.56),
        ink.path(roads, width_mm=width, colour="#fff"),
        dashes,
    ]


def _walk(frame: Frame, legs_m: Sequence[Floats]) -> list[str]:
    """Dots along the walk, once only where it comes back the way it went."""
    legs = [shapely.linestrings(frame.to_mm(leg)) for leg in legs_m if len(leg) > 1]
    if not legs:
        return []
    once = shapely.line_merge(shapely.union_all(legs, grid_size=0.01))
    return [
        ink.path([once], width_mm=1.3, colour="#fff"),
        ink.path([once], width_mm=0.55, dash="0.1 1.5"),
    ]
