"""Names on the map: along their street, or level on their water, and never over a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geomatch.core.arrays import Floats, Geometries

__all__ = ["Label", "place_street_names", "place_water_names"]


STEP_MM = 4.0
QUARTERS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
BEND_MM = 0.8
"""A name stands straight; where its street bends by more than this it goes elsewhere."""
BESIDE = (0.0, 1.15, -1.15)
"""On the street if there is room, else along one of its sides; in heights of the letters."""
SHORE_MM = 3.6
"""Names on water keep clear of the lines along its shore."""


@dataclass(frozen=True)
class Label:
    """A name on the map.

    Attributes
    ----------
    text
        As printed.
    x, y
        Its middle in millimetres, y down.
    angle_deg
        Clockwise, within ±90 so that it never stands on its head.
    width_mm, height_mm
        The paper it takes.
    """

    text: str
    x: float
    y: float
    angle_deg: float
    width_mm: float
    height_mm: float


def place_street_names(
    named: Sequence[tuple[str, Geometries]],
    widths_mm: Sequence[float],
    height_mm: float,
    taken: list[shapely.Geometry],
    frame: shapely.Geometry,
) -> list[Label]:
    """Find a straight, free stretch of each street for its name.

    Parameters
    ----------
    named : sequence of (name, lines in mm)
        Most important first.
    widths_mm : sequence of float
        Width of each name as printed.
    height_mm : float
        Height of the letters with their background.
    taken : list of polygons
        What must not be covered; the names are added as they find a place.
    frame : polygon
        The map; names stay inside.

    Returns
    -------
    list of Label
        Streets without room get none: a missing name is better than one over a number.
    """
    labels = []
    for (name, lines), width in zip(named, widths_mm, strict=True):
        middles, angles = _straight_stretches(lines, width)
        across = np.stack([-np.sin(angles), np.cos(angles)], axis=1) * height_mm
        for aside in BESIDE:
            at = middles + aside * across
            boxes = _tilted_boxes(at, angles, width / 2, height_mm / 2)
            best = _freest(at, boxes, taken, frame)
            if best is not None:
                taken.append(boxes[best])
                angle_deg = float(np.degrees(angles[best]))
                x, y = at[best]
                labels.append(Label(name, float(x), float(y), angle_deg, width, height_mm))
                break
    return labels


def _freest(
    at: Floats, boxes: Geometries, taken: list[shapely.Geometry], room: shapely.Geometry
) -> int | None:
    """Pick the place nearest the middle of the room that covers nothing, if there is one."""
    if not len(at):
        return None
    free = shapely.within(boxes, room)
    if taken:
        free[np.unique(shapely.STRtree(taken).query(boxes, predicate="intersects")[0])] = False
    if not free.any():
        return None
    centre = shapely.get_coordinates(room.centroid)
    return int(np.where(free, np.linalg.norm(at - centre, axis=1), np.inf).argmin())


def place_water_names(
    named: Sequence[tuple[str, shapely.Geometry]],
    widths_mm: Sequence[float],
    height_mm: float,
    taken: list[shapely.Geometry],
    frame: shapely.Geometry,
) -> list[Label]:
    """Find free water for the name of each lake, river or channel.

    Parameters are those of `place_street_names`, with one polygon in mm for each name.
    """
    labels = []
    for (name, water), width in zip(named, widths_mm, strict=True):
        inside = shapely.buffer(shapely.intersection(water, frame), -SHORE_MM)
        if inside.is_empty:
            continue
        west, south, east, north = inside.bounds
        grid = np.meshgrid(np.arange(west, east, STEP_MM), np.arange(south, north, STEP_MM))
        middles = np.stack([axis.ravel() for axis in grid], axis=1)
        boxes = _tilted_boxes(middles, np.zeros(len(middles)), width / 2, height_mm / 2)
        shapely.prepare(inside)
        best = _freest(middles, boxes, taken, inside)
        if best is not None:
            taken.append(boxes[best])
            x, y = middles[best]
            labels.append(Label(name, float(x), float(y), 0.0, width, height_mm))
    return labels


def _straight_stretches(lines: Geometries, width_mm: float) -> tuple[Floats, Floats]:
    """Middles (k, 2) and angles (k,) of the stretches on which a name can stand."""
    merged = shapely.get_parts(shapely.line_merge(shapely.union_all(lines)))
    middles, angles = [], []
    for line in merged:
        room = line.length - width_mm
        if room < 0:
            continue
        starts = np.arange(0.0, room + 1e-9, STEP_MM) if room > STEP_MM else np.array([room / 2])
        at = starts[:, None] + width_mm * QUARTERS
        points = shapely.get_coordinates(shapely.line_interpolate_point(line, at.ravel()))
        points = points.reshape(len(starts), 5, 2)
        along = points[:, 4] - points[:, 0]
        chord = points[:, :1] + along[:, None] * QUARTERS[None, :, None]
        straight = np.linalg.norm(points - chord, axis=2).max(axis=1) <= BEND_MM
        middles.append((points[:, 0] + points[:, 4])[straight] / 2)
        angles.append(np.arctan2(along[straight, 1], along[straight, 0]))
    if not middles:
        return np.empty((0, 2)), np.empty(0)
    angle = np.concatenate(angles)
    # Readable from the bottom or the right, never upside down.
    angle = np.where(angle > np.pi / 2 - 1e-6, angle - np.pi, angle)
    angle = np.where(angle <= -np.pi / 2 - 1e-6, angle + np.pi, angle)
    return np.concatenate(middles), angle


def _tilted_boxes(
    middles: Floats, angles: Floats, half_width: float, half_height: float
) -> Geometries:
    along = np.stack([np.cos(angles), np.sin(angles)], axis=1) * half_width
    across = np.stack([-np.sin(angles), np.cos(angles)], axis=1) * half_height
    corners = [middles - along - across, middles + along - across]
    corners += [middles + along + across, middles - along + across]
    return np.atleast_1d(shapely.polygons(np.stack(corners, axis=1)))
