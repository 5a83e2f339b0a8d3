"""Shapes and their properties, however they were stored: what .geojson and .gpkg have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geomatch.core.errors import Problem, RowError, TableError
from geomatch.core.translation import gettext
from geomatch.tables.assembling import Row
from geomatch.tables.cells import cell_text
from geomatch.tables.table import column_key, rows_words

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Feature", "Layer", "layer_features", "layer_rows", "to_wgs84"]

LON_LAT = ("lon", "lat")


@dataclass(frozen=True)
class Feature:
    """One shape on the map and what is known about it.

    Attributes
    ----------
    geometry
        A shapely geometry, longitude and latitude in degrees (WGS84).
    properties
        Values by name, typed as the file has them.
    """

    geometry: BaseGeometry
    properties: dict[str, object]


@dataclass(frozen=True)
class Layer:
    """Columns of values, and a shape for each row.

    Attributes
    ----------
    names
        Column names.
    columns
        Values by column, each as long as there are rows.
    geometries
        ndarray of shapely geometries or None, shape (n,), in degrees; None for a plain table.
    count
        Number of rows.
    """

    names: list[str]
    columns: list[Sequence[object]]
    geometries: Any
    count: int


def layer_rows(layer: Layer, file: str) -> Iterator[Row]:
    """Turn a layer of points into rows of text, with columns lon and lat from the points.

    Where a row has a point, it wins over properties called lon and lat: moving a point in a map
    program leaves those behind.

    Raises
    ------
    RowError
        Listing every row whose shape is no point.
    """
    names, columns = list(layer.names), [list(map(cell_text, column)) for column in layer.columns]
    if layer.geometries is not None:
        names, columns = _with_points(layer, names, columns, file)
    yield 1, names
    yield from enumerate(zip(*columns, strict=True), start=2)


def _with_points(
    layer: Layer, names: list[str], columns: list[list[str]], file: str
) -> tuple[list[str], list[list[str]]]:
    import shapely

    shapes = _single_points(layer.geometries)
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    others = np.flatnonzero(present & (shapely.get_type_id(shapes) != 0)).tolist()
    if len(others):
        raise _shape_error(
            file,
            [
                (index, f"this is a {shapes[index].geom_type}; a point is needed")
                for index in others
            ],
        )
    by_key = {column_key(name): column for name, column in zip(names, columns, strict=True)}
    kept = [index for index, name in enumerate(names) if column_key(name) not in LON_LAT]
    blank = [""] * layer.count
    shapes = np.where(present, shapes, None)
    degrees = [shapely.get_x(shapes), shapely.get_y(shapes)]
    located = [
        [
            cell_text(value) if has else old
            for has, value, old in zip(present, axis, older, strict=True)
        ]
        for axis, older in zip(degrees, (by_key.get(key, blank) for key in LON_LAT), strict=True)
    ]
    return [names[i] for i in kept] + list(LON_LAT), [columns[i] for i in kept] + located


def _single_points(geometries: Any) -> Any:
    """Replace each MultiPoint of one point by that point; some programs write nothing else."""
    import shapely

    alone = (shapely.get_type_id(geometries) == 4) & (shapely.get_num_geometries(geometries) == 1)
    return np.where(alone, shapely.get_geometry(geometries, 0), geometries)


def layer_features(layer: Layer, file: str) -> list[Feature]:
    """Turn a layer into features.

    Raises
    ------
    TableError
        If it has no shapes at all.
    RowError
        Listing every row whose shape is missing, or reaches beyond the Earth. A barrier that is
        left out in silence would put neighbours on both sides of a river into one pod.
    """
    import shapely

    shapes = layer.geometries
    if shapes is None:
        raise TableError(
            gettext("this is a table without shapes; a map layer is needed"), file=file
        )
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    outside = (west < -180) | (east > 180) | (south < -90) | (north > 90)
    outside |= ~absent & ~np.isfinite(west + south + east + north)
    wrong = [
        (index, "there is no shape; draw it or delete the row")
        for index in np.flatnonzero(absent).tolist()
    ]
    wrong += [
        (index, "the shape lies beyond ±180° or ±90°; save the layer in WGS 84 (EPSG:4326)")
        for index in np.flatnonzero(outside).tolist()
    ]
    if wrong:
        raise _shape_error(file, sorted(wrong))
    rows = zip(*layer.columns, strict=True) if layer.columns else iter([()] * layer.count)
    return [
        Feature(shape, dict(zip(layer.names, values, strict=True)))
        for shape, values in zip(shapes, rows, strict=True)
    ]


def to_wgs84(geometries: Any, crs: str, file: str) -> Any:
    """Turn coordinates into WGS84 longitude and latitude.

    Parameters
    ----------
    geometries
        ndarray of shapely geometries or None.
    crs
        Anything pyproj understands: an authority's code, WKT, PROJJSON.
    file
        Name for messages.

    Raises
    ------
    TableError
        If the coordinate reference system is not known.
    """
    import shapely
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    try:
        source = CRS.from_user_input(crs)
        if source.equals(CRS.from_epsg(4326), ignore_axis_order=True):
            return geometries
        transformer = Transformer.from_crs(source, "EPSG:4326", always_xy=True)
    except ProjError as error:
        raise TableError(
            gettext(
                "the coordinate reference system of this layer is not known; save it in "
                "WGS 84 (EPSG:4326)"
            ),
            file=file,
        ) from error

    def moved(pairs: Any) -> Any:
        return np.column_stack(transformer.transform(pairs[:, 0], pairs[:, 1]))

    return shapely.transform(geometries, moved)


def _shape_error(file: str, wrong: Sequence[tuple[int, str]]) -> RowError:
    problems = tuple(Problem(words, row=index + 2) for index, words in wrong)
    return RowError(rows_words(problems), file=file, problems=problems)
