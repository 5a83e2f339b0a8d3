"""Where the doors of a list are, and in which order somebody comes to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geomatch.core.arrays import Floats
from geomatch.core.geodesy import LocalProjection
from maps.streetlists.addresses import Stop, stops_of
from maps.streetlists.frame import Frame
from maps.streetlists.model import Door, PrintOptions, StreetList
from maps.streetlists.order import by_odd_even, by_street, by_walk
from maps.streetlists.surroundings import Near, Surroundings
from maps.streetlists.walking import Walking, total_length_m

__all__ = ["Plan", "plan_of"]


PAGE_WIDTH_MM = {"letter": 215.9, "a4": 210.0}
PAGE_HEIGHT_MM = {"letter": 279.4, "a4": 297.0}
AROUND_MAP_MM = 101.0
"""Margins, head, legend, table head and last line; map and rows share the rest of the page."""
ROW_MM = {"minimum": 11.0, "contact": 20.5}
MARGIN_X_MM = (17.0, 14.0)
"""Left and right; the left one can be punched."""
ROUTING_M = 400.0
"""Streets this far outside the map still count when the walk is planned."""
SMALLEST_MAP_MM = 70.0
SMALLEST_SHRINK = 0.6
"""The map may become this much smaller to show all of the walk."""


@dataclass(frozen=True)
class Plan:
    """Where the stops of a list are and in which order they come.

    Attributes
    ----------
    stops
        Sorted by street.
    order : list of int
        Indices into `stops`.
    doors : list of int
        Indices into the list's doors, in the order of its rows.
    """

    stops: list[Stop]
    order: list[int]
    doors: list[int]
    placed: list[int]
    points_m: Floats
    near: Near | None
    frame: Frame | None
    legs_m: list[Floats]

    @property
    def walk_m(self) -> float:
        """Length of the walk in metres; 0 for the other orders."""
        return total_length_m(self.legs_m)


def plan_of(
    street_list: StreetList, options: PrintOptions, surroundings: Surroundings | None = None
) -> Plan:
    """Order the doors of a list and find the ground it stands on.

    Parameters
    ----------
    street_list : StreetList
        One pod.
    options : PrintOptions
        Its ``order``, ``paper`` and ``large_print`` matter here.
    surroundings : Surroundings, optional
        The walk follows its streets; without any it goes straight from door to door.

    Returns
    -------
    Plan
    """
    stops = stops_of(street_list.doors)
    placed = [index for index, stop in enumerate(stops) if stop.placed]
    lonlat = np.array([(stops[i].lon, stops[i].lat) for i in placed], dtype=float).reshape(-1, 2)
    projection = LocalProjection.around(lonlat)
    points_m = projection.to_metres(lonlat)
    heights = _heights_mm(len(street_list.doors), options)
    frame = _frame(points_m, options, heights) if placed else None
    near = None
    if frame is not None and surroundings is not None:
        near = surroundings.near(frame.bounds_m(ROUTING_M), projection)
    legs: list[Floats] = []
    if options.order == "walk":
        streets = near.streets if near is not None else np.empty(0, dtype=object)
        walking = Walking(points_m, streets)
        order = by_walk(stops, placed, walking.distance_mm, _home(street_list.doors, stops))
        rank = {stop: at for at, stop in enumerate(placed)}
        legs = walking.route([rank[stop] for stop in order if stop in rank])
    else:
        order = by_odd_even(stops) if options.order == "odd-even" else by_street(stops)
    if frame is not None and legs:
        frame = _frame_with_walk(frame, points_m, legs, options, heights)
    doors = [door for stop in order for door in stops[stop].doors]
    return Plan(stops, order, doors, placed, points_m, near, frame, legs)


def _home(doors: Sequence[Door], stops: Sequence[Stop]) -> int | None:
    """Find the point person's stop, if it is on the list."""
    return next(
        (i for i, stop in enumerate(stops) if any(doors[d].point_person for d in stop.doors)), None
    )


def _heights_mm(doors: int, options: PrintOptions) -> tuple[float, float]:
    """Least and most height of the map; lower where that brings a small pod onto one page."""
    if options.large_print:
        return (92.0, 128.0)
    least, most = 78.0, 112.0
    room = PAGE_HEIGHT_MM[options.paper] - AROUND_MAP_MM - doors * ROW_MM[options.details]
    return (min(least, room), min(most, room)) if room >= SMALLEST_MAP_MM else (least, most)


def _frame(points_m: Floats, options: PrintOptions, heights_mm: tuple[float, float]) -> Frame:
    width = PAGE_WIDTH_MM[options.paper] - sum(MARGIN_X_MM)
    return Frame.around(
        points_m,
        width_mm=width,
        heights_mm=heights_mm,
        pad_mm=13.0 if options.large_print else 10.0,
    )


def _frame_with_walk(
    frame: Frame,
    points_m: Floats,
    legs: list[Floats],
    options: PrintOptions,
    heights_mm: tuple[float, float],
) -> Frame:
    """Make room for the streets of the walk too, unless a long way round would shrink the doors."""
    wider = _frame(np.concatenate([points_m, *legs]), options, heights_mm)
    return wider if wider.mm_per_m > frame.mm_per_m * SMALLEST_SHRINK else frame
