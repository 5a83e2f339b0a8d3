"""GeoJSON (RFC 7946), read and written without GDAL: no type is guessed, no text is changed.

Features that follow each other without a collection are read as well: one to a line is how
OpenAddresses gives its files out.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from geomatch.core.errors import GeomatchError, Problem, RowError, TableError
from geomatch.core.translation import gettext
from geomatch.tables.cells import typed_column
from geomatch.tables.encoding import encoding_error
from geomatch.tables.jsonstream import JsonStream, TooLongError
from geomatch.tables.layers import Layer, to_wgs84
from geomatch.tables.limits import Limits

__all__ = ["read_layer", "write_layer"]

_KEPT = frozenset(("type", "crs", "id", "properties", "geometry"))


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
    names: dict[str, None] = {}
    values: list[Mapping[str, object]] = []
    found: list[Any] = []
    about: dict[str, Any] = {}
    with _opened(path, file) as stream:
        for feature in _features(stream, about, file):
            properties, shape = _numbered_feature(feature, len(values), file)
            values.append(properties)
            found.append(shape)
            names.update(dict.fromkeys(properties))
            _check_size(len(values), len(names), file, limits)
    shapes = np.full(len(found), None, dtype=object)
    shapes[:] = found
    columns: list[Sequence[object]] = [[row.get(name) for row in values] for name in names]
    crs = _legacy_crs(about)
    return Layer(list(names), columns, to_wgs84(shapes, crs, file) if crs else shapes, len(values))


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


@contextmanager
def _opened(path: Path, file: str) -> Iterator[JsonStream]:
    """Open a JSON file; whatever is wrong with its text becomes one `TableError`."""
    try:
        with path.open("rb") as binary:
            encoding = json.detect_encoding(binary.read(4))
            binary.seek(0)
            with io.TextIOWrapper(binary, encoding=encoding, newline="") as text:
                yield JsonStream(text)
    except GeomatchError:
        raise
    except UnicodeDecodeError as error:
        raise encoding_error(path, file, "utf-8") from error
    except json.JSONDecodeError as error:
        raise TableError(
            gettext(
                "this is not JSON (line {lineno:,}, column {colno:,}: {msg}); it may be "
                "cut short: export it again"
            ).format(lineno=error.lineno, colno=error.colno, msg=error.msg),
            file=file,
        ) from error
    except TooLongError as error:
        raise TableError(
            gettext("{error}; simplify it, or cut it into several").format(error=error), file=file
        ) from error
    except (ValueError, RecursionError) as error:
        raise TableError(
            gettext("this cannot be read as GeoJSON: {error}").format(error=error), file=file
        ) from error


def _features(stream: JsonStream, about: dict[str, Any], file: str) -> Iterator[Any]:
    """Yield the features one by one; `about` takes what else the document says of itself."""
    if stream.peek() != "{":
        stream.value()
        raise TableError(gettext("this is JSON, but not GeoJSON; export it as GeoJSON"), file=file)
    has_features = False
    for name in stream.members():
        if name == "features" and stream.peek() == "[":
            has_features = True
            yield from stream.items()
        else:
            value = stream.value()
            if name in _KEPT:
                about[name] = value
    if about.get("type") == "Feature":
        yield about
        while stream.peek():
            yield stream.value()
    elif stream.peek():
        raise stream.error("Extra data")
    elif about.get("type") != "FeatureCollection" or not has_features:
        raise TableError(
            gettext(
                "a GeoJSON FeatureCollection is needed, not “{type}”; export it as GeoJSON"
            ).format(type=about.get("type")),
            file=file,
        )


def _check_size(features: int, properties: int, file: str, limits: Limits) -> None:
    if features > limits.rows:
        raise TableError(
            gettext("there are more than {rows:,} features; split it").format(rows=limits.rows),
            file=file,
        )
    if properties > limits.columns:
        raise TableError(
            gettext("there are {properties:,} properties; at most {most:,} are taken").format(
                properties=properties, most=limits.columns
            ),
            file=file,
        )


def _numbered_feature(feature: Any, index: int, file: str) -> tuple[dict[str, object], Any]:
    try:
        return _feature(feature)
    except _WrongFeatureError as error:
        problem = Problem(str(error), row=index + 2)
        raise RowError(
            gettext("a feature cannot be read"), file=file, problems=(problem,)
        ) from error


def _feature(feature: Any) -> tuple[dict[str, object], Any]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _WrongFeatureError(gettext("this is not a Feature"))
    properties, geometry = feature.get("properties"), feature.get("geometry")
    if not isinstance(properties, (dict, type(None))):
        raise _WrongFeatureError(gettext("“properties” must be an object or null"))
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
        RecursionError,
    ) as error:
        raise _WrongFeatureError(
            gettext("“geometry” is not as RFC 7946 has it; draw it again")
        ) from error


def _legacy_crs(document: dict[str, Any]) -> str | None:
    """Name of the reference system that files from before RFC 7946 may carry."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None
