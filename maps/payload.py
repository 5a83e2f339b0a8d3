"""Map data as JSON: what the script in the page reads, and nothing besides.

Columns rather than rows for what is many (13,000 households are 13,000 numbers, not 13,000
objects). Properties are allow-listed: a column nobody names here cannot reach a browser.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
import shapely

from geomatch.core.arrays import Floats, Geometries, Ints
from geomatch.core.geodesy import LocalProjection
from geomatch.core.palette import assign_colours
from maps.data import (
    Catalogue,
    Ground,
    Household,
    Match,
    MatchMapData,
    PlaceMapData,
    Pod,
    PodMapData,
    Request,
    Spot,
    Volunteer,
)
from maps.groundlayers import DIGITS, Json, ground_payload
from maps.shapes import label_points, pod_areas, touching_pairs

__all__ = [
    "Json",
    "catalogue_payload",
    "ground_payload",
    "match_payload",
    "place_payload",
    "pod_payload",
    "script_json",
]

Placed = TypeVar("Placed", Household, Request, Volunteer)

FAR_SHARE = 0.3
"""The first view leaves far homes out where the rest lies within this share of the map's area."""

ONE_BUILDING_DEG = 2e-3
"""Doors farther apart than this (some 200 m) are not one building, whatever it is called."""


NEAR_DEG = 0.008
"""The first view of one home leaves out candidates farther off than this (some 900 m)."""


def script_json(value: object) -> str:
    """Write JSON that is safe inside a `<script>` block and inside a script.

    Parameters
    ----------
    value
        Anything `json` can write; NaN is refused.

    Returns
    -------
    str
        ASCII JSON in which `<`, `>` and `&` are escaped, so that no text in it can close
        the block it stands in, open a comment, or be taken for an entity.
    """
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def catalogue_payload(catalogue: Catalogue) -> Json:
    """Turn a catalogue into JSON: `language`, and `words` by their English text."""
    words = {
        text: translation if isinstance(translation, str) else list(translation)
        for text, translation in catalogue.words.items()
    }
    return {"language": catalogue.language, "words": words}


def pod_payload(data: PodMapData) -> Json:
    """Turn a pod map into JSON.

    Parameters
    ----------
    data
        Households, pods and ground (which goes apart, see `ground_payload`).

    Returns
    -------
    dict
        `kind`, `title`, `bounds` of all and of the `core`, `households` (columns), `buildings`
        (one per house with several doors) and `pods` (counts, colour, soft shape, place of the
        number). Hidden households are not in it and not in any count.
    """
    households = _shown(data.households)
    pods = _with_the_unlisted(data.pods, households)
    index = {pod.number: i for i, pod in enumerate(pods)}
    of_household = np.array(
        [-1 if h.pod is None else index[h.pod] for h in households], dtype=np.int64
    )
    lonlat = _lonlat(households)
    projection = LocalProjection.around(lonlat)
    building_of, buildings = _buildings(households, lonlat)
    return {
        "kind": "pods",
        "title": data.title,
        "bounds": _bounds(lonlat),
        "core": _bounds(_without_the_far(lonlat)),
        "households": _columns(
            {
                "lon": _numbers(lonlat[:, 0]),
                "lat": _numbers(lonlat[:, 1]),
                "pod": of_household.tolist(),
                "building": building_of if buildings else [],
                "label": [str(h.label) for h in households],
                "unit": [str(h.unit) for h in households],
                "people": [int(h.people) for h in households],
                "reason": [h.reason for h in households],
                "point": [int(h.point_person) for h in households],
                "key": [str(h.key) for h in households],
                "href": [_own_path(h.href) for h in households],
            }
        ),
        "buildings": buildings,
        "pods": _pod_rows(pods, households, of_household, lonlat, projection, data.ground),
    }


def place_payload(data: PlaceMapData) -> Json:
    """Turn the map of one home into JSON.

    Returns
    -------
    dict
        `kind`, `title`, `pin` (or None), `candidates`, `doors`, `bounds` of pin and candidates, and
        the `core` of those near the first of them.
    """
    spots = [*([data.pin] if data.pin else []), *data.candidates]
    points = np.array([(spot.lon, spot.lat) for spot in spots], dtype=float).reshape(-1, 2)
    if not len(points):
        points = _without_the_far(np.array(data.around, dtype=float).reshape(-1, 2))
    first = points[np.abs(points - points[0]).max(axis=1) < NEAR_DEG] if spots else points
    return {
        "kind": "place",
        "title": data.title,
        "bounds": _bounds(points),
        "core": _bounds(first),
        "pin": _spot(data.pin) if data.pin else None,
        "candidates": [_spot(spot) for spot in data.candidates],
        "doors": [_spot(spot) for spot in data.doors],
    }


def _spot(spot: Spot) -> Json:
    lon, lat = _numbers(np.array([spot.lon, spot.lat]))
    return {"lon": lon, "lat": lat, "label": str(spot.label)}


def match_payload(data: MatchMapData) -> Json:
    """Turn a match map into JSON.

    Parameters
    ----------
    data
        Requests, volunteers, matches and ground (which goes apart, see `ground_payload`).

    Returns
    -------
    dict
        `kind`, `title`, `bounds` of all and of the `core`, `requests`, `volunteers` and `matches`
        (which name the other two by index). Hidden people, and the matches they are in, are not
        in it.
    """
    requests, volunteers = _shown(data.requests), _shown(data.volunteers)
    request_at = {r.key: i for i, r in enumerate(requests)}
    volunteer_at = {v.key: i for i, v in enumerate(volunteers)}
    lonlat = np.concatenate([_lonlat(requests), _lonlat(volunteers)])
    return {
        "kind": "matches",
        "title": data.title,
        "bounds": _bounds(lonlat),
        "core": _bounds(_without_the_far(lonlat)),
        "requests": [_place(r) | {"urgency": int(r.urgency), "reason": r.reason} for r in requests],
        "volunteers": [_place(v) | {"capacity": int(v.capacity)} for v in volunteers],
        "matches": [
            _match_row(match, request_at[match.request], volunteer_at[match.volunteer])
            for match in data.matches
            if match.request in request_at and match.volunteer in volunteer_at
        ],
    }


def _shown(people: Iterable[Placed]) -> list[Placed]:
    return [person for person in people if not person.hidden]


def _lonlat(placed: Sequence[Placed]) -> Floats:
    return np.array([(p.lon, p.lat) for p in placed], dtype=np.float64).reshape(-1, 2)


def _bounds(lonlat: Floats) -> list[float] | None:
    known = lonlat[np.isfinite(lonlat).all(axis=1)]
    if not len(known):
        return None
    return [round(float(x), DIGITS) for x in (*known.min(axis=0), *known.max(axis=0))]


def _without_the_far(lonlat: Floats) -> Floats:
    """Keep the town, the middle nine tenths each way, where the rest would make it small.

    One home at mile 23, or one pin in the ocean, would make the first view all forest.
    """
    known = lonlat[np.isfinite(lonlat).all(axis=1)]
    if len(known) < 20:
        return known
    low, high = np.quantile(known, [0.05, 0.95], axis=0)
    much_smaller = np.prod(high - low) < FAR_SHARE * np.prod(np.ptp(known, axis=0))
    return known[((known >= low) & (known <= high)).all(axis=1)] if much_smaller else known


def _numbers(values: Floats, digits: int = DIGITS) -> list[float | None]:
    return [None if math.isnan(x) else x for x in np.round(values, digits).tolist()]


def _columns(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Leave out the columns that say nothing; of the building index even 0 says something."""
    kept = {"lon", "lat", "pod", "label"} | ({"building"} if columns["building"] else set())
    return {name: col for name, col in columns.items() if name in kept or any(col)}


def _own_path(href: str) -> str:
    """Keep a path on this site: a link never leads to another host or to a script."""
    return href if re.fullmatch(r"/(?![/\\])[^\s\\]*", href) else ""


def _with_the_unlisted(pods: Sequence[Pod], households: Sequence[Household]) -> list[Pod]:
    """Put the pods given and those that only households name in one list, by number."""
    known = {pod.number: pod for pod in pods}
    for household in households:
        if household.pod is not None:
            known.setdefault(household.pod, Pod(household.pod))
    return [known[number] for number in sorted(known)]


def _buildings(households: Sequence[Household], lonlat: Floats) -> tuple[list[int], list[Json]]:
    """Return the building index of each household (-1: a house of one door), and the buildings."""
    doors: dict[object, list[int]] = defaultdict(list)
    for i, household in enumerate(households):
        if np.isfinite(lonlat[i]).all():  # two households at one address share a badge as well
            doors[household.building or tuple(np.round(lonlat[i], DIGITS))].append(i)
    building_of = [-1] * len(households)
    buildings: list[Json] = []
    for rows in (group for named in doors.values() for group in _together(named, lonlat)):
        if len(rows) < 2:
            continue
        for row in rows:
            building_of[row] = len(buildings)
        lon, lat = np.round(lonlat[rows].mean(axis=0), DIGITS).tolist()
        label = Counter(households[row].label for row in rows).most_common(1)[0][0]
        buildings.append({"lon": lon, "lat": lat, "doors": len(rows), "label": str(label)})
    return building_of, buildings


def _together(rows: list[int], lonlat: Floats) -> list[list[int]]:
    """Split the doors of one name that stand far apart: "1 Front Street" is in two towns."""
    if np.ptp(lonlat[rows], axis=0).max() < ONE_BUILDING_DEG:
        return [rows]
    places: dict[tuple[float, ...], list[int]] = defaultdict(list)
    for row in rows:
        places[tuple(np.round(lonlat[row], DIGITS))].append(row)
    return list(places.values())


def _pod_rows(
    pods: Sequence[Pod],
    households: Sequence[Household],
    of_household: Ints,
    lonlat: Floats,
    projection: LocalProjection,
    ground: Ground,
) -> list[Json]:
    placed = np.isfinite(lonlat).all(axis=1)
    areas = np.full(len(pods), shapely.Polygon(), dtype=object)
    grown = pod_areas(
        projection.to_metres(lonlat[placed]),
        of_household[placed],
        water=[
            g
            for g in projection.geometry_to_metres([f.geometry for f in ground.water])
            if shapely.get_dimensions(g) == 2
        ],
    )
    areas[: len(grown)] = grown
    if all(pod.colour for pod in pods):
        colours = np.array([pod.colour - 1 for pod in pods], dtype=np.int64)
    else:
        colours = assign_colours(len(pods), touching_pairs(areas))
    middles = projection.to_lonlat(label_points(areas))
    shapes = _to_lonlat(areas, projection)
    doors = np.bincount(of_household[of_household >= 0], minlength=len(pods))
    people = np.bincount(
        of_household[of_household >= 0],
        weights=np.array([h.people for h in households])[of_household >= 0],
        minlength=len(pods),
    )
    return [
        {
            "number": int(pod.number),
            "name": pod.name,
            "needs": list(pod.needs),
            "pointPerson": pod.point_person,
            "walk": None if pod.longest_walk_m is None else round(pod.longest_walk_m),
            "href": _own_path(pod.href),
            "doors": int(doors[i]),
            "people": int(people[i]),
            "colour": int(colours[i]) + 1,
            "middle": _numbers(middles[i]),
            "shape": _rings(shapes[i]),
        }
        for i, pod in enumerate(pods)
    ]


def _to_lonlat(areas: Geometries, projection: LocalProjection) -> Geometries:
    moved = shapely.transform(areas, projection.to_lonlat)
    return np.asarray(moved, dtype=object)


def _rings(area: shapely.Geometry) -> list[list[list[list[float]]]]:
    """Polygons of rings of positions, as in a GeoJSON MultiPolygon."""
    if shapely.is_empty(area):
        return []
    polygons = area.geoms if area.geom_type == "MultiPolygon" else [area]
    return [
        [_positions(ring) for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in polygons
    ]


def _positions(line: shapely.Geometry) -> list[list[float]]:
    positions: list[list[float]] = np.round(shapely.get_coordinates(line), DIGITS).tolist()
    return positions


def _place(placed: Request | Volunteer) -> Json:
    lon, lat = _numbers(np.array([placed.lon, placed.lat]))
    known = lon is not None and lat is not None
    return {
        "key": str(placed.key),
        "label": str(placed.label),
        "lon": lon if known else None,
        "lat": lat if known else None,
        "details": list(placed.details),
        "href": _own_path(placed.href),
    }


def _match_row(match: Match, request: int, volunteer: int) -> Json:
    return {
        "request": request,
        "volunteer": volunteer,
        "state": match.state,
        "score": int(match.score),
        "parts": [
            {"name": p.name, "points": int(p.points), "most": int(p.most), "words": p.words}
            for p in match.parts
        ],
        "distance": None if match.distance_m is None else round(match.distance_m),
        "pinned": bool(match.pinned),
        "href": _own_path(match.href),
    }
