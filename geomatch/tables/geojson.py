"""GeoJSON (RFC 7946), read and written without GDAL: no type is guessed, no text is changed.

Features that follow each other without a collection are read as well: one to a line is how
OpenAddresses gives its files out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from geomatch.core.errors import Problem, RowError, TableError
from geomatch.tables.cells import typed_column
from geomatch.tables.encoding import encoding_error
from geomatch.tables.layers import Layer, to_wgs84
from geomatch.tables.limits import Limits

__all__ = ["read_layer", "write_layer"]

_BLANK = re.compile(r"\s*")


def read_layer(path: Path, *, file: str, limits: Limits) -> Layer:
    """Read a feature collection, a single feature, or features one after another.

    Parameters
    ----------
    path, file, limits
        As for `read_table`.

    Returns
    -------
    Layer
        In WGS84. A feature's own ``id`` becomes a property, unless there is one already.

    Raises
    ------
    TableError
        If the file is not GeoJSON.
    RowError
        If a feature is not as RFC 7946 has it; features are counted like rows, from 2.
    """
    document = _document(path, file)
    features = _features(document, file)
    if len(features) > limits.rows:
        raise TableError(f"there are more than {limits.rows:,} features; split it", file=file)
    names: dict[str, None] = {}
    values: list[Mapping[str, object]] = []
    shapes = np.full(len(features), None, dtype=object)
    for index, feature in enumerate(features):
        try:
            properties, shapes[index] = _feature(feature)
        except _WrongFeatureError as error:
            problem = Problem(str(error), row=index + 2)
            raise RowError("a feature cannot be read", file=file, problems=(problem,)) from error
        values.append(properties)
        names.update(dict.fromkeys(properties))
    if len(names) > limits.columns:
        raise TableError(
            f"there are {len(names):,} properties; at most {limits.columns:,} are taken", file=file
        )
    columns: list[Sequence[object]] = [[row.get(name) for row in values] for name in names]
    crs = _legacy_crs(document)
    return Layer(
        list(names), columns, to_wgs84(shapes, crs, file) if crs else shapes, len(features)
    )


def write_layer(out: IO[str], columns: Mapping[str, Sequence[object]], points: Any) -> None:
    """Write a feature collection of points, one feature to a line.

    Parameters
    ----------
    out
        Open for text.
    columns
        Properties by name.
    points
        ndarray, shape (n, 2): longitude and latitude; a row with NaN has no geometry.
    """
    names = list(columns)
    cells = [typed_column(values)[1] for values in columns.values()]
    rows = zip(*cells, strict=True) if cells else iter([()] * len(points))
    out.write('{"type": "FeatureCollection", "features": [')
    before = "\n"
    for point, row in zip(points.tolist(), rows, strict=True):
        known = point[0] == point[0] and point[1] == point[1]
        feature = {
            "type": "Feature",
            "properties": dict(zip(names, row, strict=True)),
            "geometry": {"type": "Point", "coordinates": point} if known else None,
        }
        out.write(before + json.dumps(feature, ensure_ascii=False, allow_nan=False))
        before = ",\n"
    out.write("\n]}\n")


class _WrongFeatureError(Exception):
    """What is wrong with one feature, in words."""


def _document(path: Path, file: str) -> dict[str, Any]:
    try:
        document = _parsed(path.read_bytes())
    except UnicodeDecodeError as error:
        raise encoding_error(path, file, "utf-8") from error
    except json.JSONDecodeError as error:
        raise TableError(
            f"this is not JSON (line {error.lineno:,}, column {error.colno:,}: {error.msg}); "
            "it may be cut short: export it again",
            file=file,
        ) from error
    except (ValueError, RecursionError) as error:
        raise TableError(f"this cannot be read as GeoJSON: {error}", file=file) from error
    if not isinstance(document, dict):
        raise TableError("this is JSON, but not GeoJSON; export it as GeoJSON", file=file)
    return document


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
        features = _one_after_another(error.doc)
        if not features:
            raise
        return {"type": "FeatureCollection", "features": features}


def _one_after_another(text: str) -> list[Any]:
    """Read values that follow each other; none where the first is no feature."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    features: list[Any] = []
    at = _BLANK.match(text).end()  # type: ignore[union-attr]  # it fits everywhere
    while at < len(text):
        feature, end = decoder.raw_decode(text, at)
        if not features and not (isinstance(feature, dict) and feature.get("type") == "Feature"):
            return []
        features.append(feature)
        at = _BLANK.match(text, end).end()  # type: ignore[union-attr]
    return features


def _refuse_constant(name: str) -> None:
    raise ValueError(f"it holds {name}, which JSON has no word for; leave such values out")


def _features(document: dict[str, Any], file: str) -> list[Any]:
    kind, features = document.get("type"), document.get("features")
    if kind == "Feature":
        return [document]
    if kind != "FeatureCollection" or not isinstance(features, list):
        raise TableError(
            f"a GeoJSON FeatureCollection is needed, not “{kind}”; export it as GeoJSON", file=file
        )
    return features


def _feature(feature: Any) -> tuple[dict[str, object], Any]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _WrongFeatureError("this is not a Feature")
    properties, geometry = feature.get("properties"), feature.get("geometry")
    if not isinstance(properties, (dict, type(None))):
        raise _WrongFeatureError("“properties” must be an object or null")
    values: dict[str, object] = dict(properties or {})
    if "id" in feature:
        values.setdefault("id", feature["id"])
    return values, None if geometry is None else _shape(geometry)


def _shape(geometry: Any) -> Any:
    import shapely
    from shapely.geometry import shape

    try:
        if geometry["type"] == "Point" and len(geometry["coordinates"]) >= 2:
            return shapely.points(geometry["coordinates"][:2])  # several times as quick
        return shapely.force_2d(shape(geometry))
    except (
        shapely.errors.ShapelyError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
    ) as error:
        raise _WrongFeatureError("“geometry” is not as RFC 7946 has it; draw it again") from error


def _legacy_crs(document: dict[str, Any]) -> str | None:
    """Name of the reference system that files from before RFC 7946 may carry."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None
