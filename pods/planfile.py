"""From a table of households to a table with pods: what `geomatch pods` does between two files."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from geomatch.core.geodesy import LocalProjection
from geomatch.tables import Feature, Table
from pods.astray import astray_reasons
from pods.places import Whereabouts, reasons_with_places
from pods.wishfile import table_wishes

if TYPE_CHECKING:
    from pods.planner.tiling.engine import Engine

Ints = NDArray[np.int64]
Progress = Callable[[float], object]


@dataclass(frozen=True)
class PlanOptions:
    """Options of `geomatch pods`, named as on its command line."""

    min_size: int = 5
    max_size: int = 30
    target_size: int = 13
    size_by: Literal["households", "people"] = "households"
    effort: Literal["fast", "balanced", "best"] = "balanced"
    seconds: float | None = None
    max_moves: int | None = None
    seed: int = 0
    wishes: Mapping[str, float] = field(default_factory=dict)  # metres by `WishWeights` name


def plan_table(
    table: Table,
    options: PlanOptions,
    *,
    barriers: Sequence[Feature] = (),
    streets: Sequence[Feature] | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Plan the pods of a table of households.

    Parameters
    ----------
    table
        Columns `id, lon, lat`; optional `people, building, unit, pod, locked, point_person` and,
        for wishes, `willing, drives, languages, street`.
    options
        Sizes, effort, seed.
    barriers
        Lines and polygons nobody crosses; a feature with `crossing` true is a bridge.
    streets
        Street centre lines: distances are walks along them. Straight lines when None.
    engine
        What plans the tiles of a large town; by default threads of this process.
    progress
        Called with the share done; returning False stops with the plan in hand.

    Returns
    -------
    columns
        The table's columns and `pod`, `reason`, in the table's order; `pod` is None where empty.
    report
        Figures as COMMANDS.md names them.

    Raises
    ------
    InputError
        When a value in the table or an option cannot be used.
    """
    from pods.planner import PodClustering, WishWeights

    started = time.perf_counter()
    table.ids()
    lonlat = table.points()
    astray = astray_reasons(lonlat, table.integers("people", default=1, minimum=0), options)
    lonlat[list(astray)] = np.nan
    projection = LocalProjection.around(lonlat)
    current = _current_pods(table.texts("pod"))
    clustering = PodClustering(
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
    walls, bridges = (projection.geometry_to_metres(each) for each in split_barriers(barriers))
    points = projection.to_metres(lonlat)
    clustering.fit(
        points,
        people=table.integers("people", default=1, minimum=0),
        buildings=_numbered(table.texts("building")),
        units=unit_ranks(table.texts("unit")),
        barriers=list(walls),
        crossings=list(bridges),
        streets=None if streets is None else _street_lines(streets, projection),
        current=current,
        locked=table.booleans("locked") & (current >= 0),
        point_person=table.booleans("point_person"),
        **table_wishes(table),
    )
    labels = clustering.labels_
    reasons = _reasons(clustering, points, current, options, table) | astray
    columns = table.merged(
        {
            "pod": [int(p) + 1 if p >= 0 else None for p in labels],
            "reason": [reasons.get(row, "") for row in range(len(table))],
        }
    )
    report = plan_report(clustering, options.size_by, table)
    report |= further_report(clustering, points, table, list(walls))
    report["distance"] = "straight" if streets is None else "walking"
    report["seconds"] = round(time.perf_counter() - started, 3)
    return columns, report


def _reasons(
    clustering: Any, points: NDArray[np.float64], current: Ints, options: PlanOptions, table: Table
) -> dict[int, str]:
    """Return the reason of each row in no pod, with the table's own streets and pod names."""
    people = table.integers("people", default=1, minimum=0)
    known = dict(zip(current.tolist(), table.texts("pod"), strict=True))
    where = Whereabouts(
        points=points,
        labels=clustering.labels_,
        size=people if options.size_by == "people" else np.ones(len(table), dtype=np.int64),
        max_size=options.max_size,
        streets=table.texts("street"),
        hidden=table.booleans("hidden"),
        pod_number=lambda label: label + 1,
        former_pod=known.__getitem__,
    )
    return reasons_with_places(clustering.unplaced_, where)


def plan_report(clustering: Any, size_by: str, table: Table) -> dict[str, Any]:
    """Return the figures of a finished plan."""
    labels, distance = clustering.labels_, clustering.distances_m_
    placed = labels >= 0
    people = table.integers("people", default=1, minimum=0)
    size = people if size_by == "people" else np.ones(len(labels), dtype=np.int64)
    sizes = np.bincount(labels[placed], size[placed]).astype(int) if placed.any() else np.zeros(0)
    sizes = sizes[np.unique(labels[placed])] if placed.any() else sizes
    finite = np.isfinite(clustering.gap_)
    return {
        "pods": clustering.n_pods_,
        "households": len(labels),
        "people": int(people.sum()),
        "unplaced": int((~placed).sum()),
        "size_min": int(sizes.min()) if len(sizes) else None,
        "size_max": int(sizes.max()) if len(sizes) else None,
        "mean_distance_to_medoid_m": _rounded(distance[placed].mean()) if placed.any() else None,
        "rms_distance_m": _rounded(np.sqrt((distance[placed] ** 2).mean()))
        if placed.any()
        else None,
        "objective": _rounded(clustering.objective_),
        "lower_bound": _rounded(clustering.lower_bound_),
        "gap": round(clustering.gap_, 6) if finite else None,
        "moves": clustering.moves_,
        "moves_needed": clustering.moves_needed_,
        "moves_lower_bound": clustering.moves_lower_bound_,
        "unplaced_by_reason": _counted([unplaced.code for unplaced in clustering.unplaced_]),
    }


def further_report(
    clustering: Any, points: NDArray[np.float64], table: Table, barriers: Sequence[Any]
) -> dict[str, Any]:
    """Return the figures beside the objective: spread, barriers, both counts, wishes."""
    from pods.planner.report.figures import barrier_crossings, diameters_m

    labels = clustering.labels_
    pod = np.unique(labels[labels >= 0], return_inverse=True)[1].ravel()
    people = np.bincount(pod, table.integers("people", default=1, minimum=0)[labels >= 0])
    doors = np.bincount(pod)
    across = diameters_m(points, labels)
    return {
        "diameter_p99_m": _rounded(np.percentile(across, 99)) if len(across) else None,
        "barrier_crossings": barrier_crossings(
            points, labels, clustering.medoid_indices_, barriers
        ),
        "people_placed": int(people.sum()),
        "people_min": int(people.min()) if len(people) else None,
        "people_max": int(people.max()) if len(people) else None,
        "households_min": int(doors.min()) if len(doors) else None,
        "households_max": int(doors.max()) if len(doors) else None,
        **clustering.wishes_,
        "wish_cost_m": _rounded(clustering.wish_cost_),
    }


def split_barriers(features: Sequence[Feature]) -> tuple[list[Any], list[Any]]:
    """Sort features into what nobody crosses and where it can be crossed."""
    walls, bridges = [], []
    for feature in features:
        value = next((v for k, v in feature.properties.items() if k.casefold() == "crossing"), None)
        crossing = str(value).strip().casefold() in {"true", "yes", "1", "1.0"}
        (bridges if crossing else walls).append(feature.geometry)
    return walls, bridges


def _street_lines(features: Sequence[Feature], projection: LocalProjection) -> list[Any]:
    """Streets in the projection's metres; a map file may hold features without a shape."""
    shapes = [feature.geometry for feature in features if feature.geometry is not None]
    return list(projection.geometry_to_metres(shapes)) if shapes else []


def unit_ranks(units: Sequence[str]) -> Ints:
    """(n,) rank of each unit as people count them: 2 before 10, 10 before 10B, none first."""
    pieces = [
        tuple((0, int(p), "") if p.isdigit() else (1, 0, p.casefold()) for p in parts)
        for parts in (re.findall(r"[0-9]+|[^\W\d_]+", unit) for unit in units)
    ]
    rank = {key: number for number, key in enumerate(sorted(set(pieces)))}
    return np.array([rank[key] for key in pieces], dtype=np.int64)


def _current_pods(texts: Sequence[str]) -> Ints:
    """(n,) current pods counted from 0, -1 for none; names that are no numbers get numbers."""
    if all(re.fullmatch(r"0*[1-9][0-9]{0,8}", text) for text in texts if text):
        return np.array([int(text) - 1 if text else -1 for text in texts], dtype=np.int64)
    return _numbered(texts)


def _numbered(texts: Sequence[str]) -> Ints:
    """(n,) number of each distinct text by first appearance, -1 for an empty one."""
    known: dict[str, int] = {}
    return np.array(
        [known.setdefault(text, len(known)) if text else -1 for text in texts], dtype=np.int64
    )


def _counted(codes: Sequence[str]) -> dict[str, int]:
    return {code: codes.count(code) for code in sorted(set(codes))}


def _rounded(value: float) -> float:
    return round(float(value), 3)
