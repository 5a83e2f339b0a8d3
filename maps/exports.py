"""A map as one HTML file that opens with no network: for a command, a notebook, a USB stick.

The functions take columns, as a table has them, rather than the dataclasses of `maps.data`; use
`maps.elements` with those where names, needs or links are to be shown as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geomatch.core.errors import ParameterError
from maps.data import (
    Catalogue,
    Ground,
    Household,
    Match,
    MatchMapData,
    Pod,
    PodMapData,
    Request,
    ScorePart,
    SupportsFeature,
    Volunteer,
)
from maps.document import write_whole
from maps.elements import match_map, pod_map

__all__ = ["matches_map_html", "pods_map_html"]


def pods_map_html(
    path: str | Path,
    *,
    ids: Sequence[str],
    points_lonlat: npt.ArrayLike,
    pods: Sequence[int | None],
    reasons: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    people: Sequence[int] | None = None,
    buildings: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    point_person: Sequence[bool] | None = None,
    hidden: Sequence[bool] | None = None,
    needs: Mapping[int, Sequence[str]] | None = None,
    barriers: Sequence[SupportsFeature] = (),
    streets: Sequence[SupportsFeature] = (),
    water: Sequence[SupportsFeature] = (),
    title: str = "Pods",
    catalogue: Catalogue | None = None,
) -> None:
    """Write a pod map to one file, whole or not at all, readable by its owner only.

    Parameters
    ----------
    path
        The file to write.
    ids
        One per household, length n; shown where `labels` has nothing.
    points_lonlat : array_like of float, shape (n, 2)
        Longitude and latitude in degrees; a row with NaN is in the table and not on the map.
    pods
        Pod number of each household, length n; None, or a number below 1, for none.
    reasons
        Why a household has no pod, in words.
    labels, people, buildings, units, point_person
        As in `maps.data.Household`; None leaves the column out.
    hidden
        Households that never enter a map.
    needs
        Pod number -> sentences that say what somebody should look at.
    barriers, streets, water
        Features as `geomatch.tables.read_features` gives them.
    title
        Of the map and of the browser's tab.
    catalogue
        The map's own words in another language than English.

    Raises
    ------
    ParameterError
        If a column has another length than `ids`.
    """
    rows = _rows(
        len(ids),
        points=points_lonlat,
        key=ids,
        label=labels if labels is not None else ids,
        pod=[pod if pod is not None and pod >= 1 else None for pod in pods],
        reason=reasons,
        people=people,
        building=buildings,
        unit=units,
        point_person=point_person,
        hidden=hidden,
    )
    households = [Household(**row) for row in rows]
    called = [Pod(number, needs=tuple(said)) for number, said in (needs or {}).items()]
    ground = Ground(streets=streets, barriers=barriers, water=water)
    drawn = pod_map(PodMapData(households, called, ground, title), catalogue=catalogue)
    write_whole(Path(path), drawn.get_root().render())


def matches_map_html(
    path: str | Path,
    *,
    request_ids: Sequence[str],
    request_points: npt.ArrayLike,
    volunteer_ids: Sequence[str],
    volunteer_points: npt.ArrayLike,
    volunteers: Sequence[str | None],
    scores: Sequence[int] | None = None,
    parts: Sequence[Mapping[str, int]] | None = None,
    most: Mapping[str, int] | None = None,
    distances_m: Sequence[float | None] | None = None,
    reasons: Sequence[str] | None = None,
    request_labels: Sequence[str] | None = None,
    volunteer_labels: Sequence[str] | None = None,
    urgency: Sequence[int] | None = None,
    capacity: Sequence[int] | None = None,
    streets: Sequence[SupportsFeature] = (),
    water: Sequence[SupportsFeature] = (),
    title: str = "Matches",
    catalogue: Catalogue | None = None,
) -> None:
    """Write a match map to one file, whole or not at all, readable by its owner only.

    Parameters
    ----------
    path
        The file to write.
    request_ids, volunteer_ids
        Lengths n and m; shown where the labels have nothing.
    request_points, volunteer_points : array_like of float, shapes (n, 2) and (m, 2)
        Longitude and latitude in degrees; NaN is in the table and not on the map.
    volunteers
        Volunteer id of each request, length n; None or "" for nobody.
    scores, parts
        Score of each match, and part name -> points, length n.
    most
        Part name -> the most it can be (the length of its bar); the largest seen where absent.
    distances_m
        Great-circle metres of each match, length n.
    reasons
        Why a request has nobody, in words, length n.
    request_labels, volunteer_labels, urgency, capacity
        As in `maps.data`.
    streets, water
        Features as `geomatch.tables.read_features` gives them.
    title
        Of the map and of the browser's tab.
    catalogue
        The map's own words in another language than English.

    Raises
    ------
    ParameterError
        If a column has another length than its ids.
    """
    requests = _rows(
        len(request_ids),
        points=request_points,
        key=request_ids,
        label=request_labels if request_labels is not None else request_ids,
        urgency=urgency,
        reason=reasons,
    )
    people = _rows(
        len(volunteer_ids),
        points=volunteer_points,
        key=volunteer_ids,
        label=volunteer_labels if volunteer_labels is not None else volunteer_ids,
        capacity=capacity,
    )
    chosen = _rows(
        len(request_ids),
        request=request_ids,
        volunteer=volunteers,
        score=scores,
        parts=None if parts is None else _parts(parts, most or {}),
        distance_m=distances_m,
    )
    matches = [Match(**row) for row in chosen if row["volunteer"]]
    ground = Ground(streets=streets, water=water)
    drawn = match_map(
        MatchMapData(
            [Request(**row) for row in requests],
            [Volunteer(**row) for row in people],
            matches,
            ground,
            title,
        ),
        catalogue=catalogue,
    )
    write_whole(Path(path), drawn.get_root().render())


def _parts(
    rows: Sequence[Mapping[str, int]], most: Mapping[str, int]
) -> list[tuple[ScorePart, ...]]:
    longest: dict[str, int] = defaultdict(lambda: 1)
    for row in rows:
        for name, points in row.items():
            longest[name] = max(longest[name], points)
    longest |= most
    return [tuple(ScorePart(name, row[name], longest[name]) for name in row) for row in rows]


def _rows(
    n: int, *, points: npt.ArrayLike | None = None, **columns: Sequence[Any] | None
) -> list[dict[str, Any]]:
    """Turn columns into rows of keyword arguments; a column that is None is left out."""
    given = {name: list(values) for name, values in columns.items() if values is not None}
    if points is not None:
        lonlat = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        given |= {"lon": lonlat[:, 0].tolist(), "lat": lonlat[:, 1].tolist()}
    for name, values in given.items():
        if len(values) != n:
            raise ParameterError(f"`{name}` has {len(values)} values for {n} rows")
    return [{name: values[i] for name, values in given.items()} for i in range(n)]
