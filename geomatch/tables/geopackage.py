"""GeoPackage (OGC 12-128r18), read and written with SQLite alone.

GDAL opens a file by what it finds inside, whatever its name says, and that can be a list of web
addresses. SQLite opens a database, of which only plain tables are read here.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from geomatch.core.errors import ColumnError, Problem, RowError, TableError
from geomatch.core.translation import gettext
from geomatch.tables.cells import Kind, typed_column
from geomatch.tables.layers import Layer, to_wgs84
from geomatch.tables.limits import Limits
from geomatch.tables.table import column_key, rows_words

__all__ = ["layer_names", "read_layer", "write_layer"]

_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_LONGEST_VALUE_BYTES = 64_000_000  # a shape of four million corners
_WRITTEN = "2000-01-01T00:00:00.000Z"  # a constant: the same table makes the same bytes
_LAYER = "table"
_TYPES: dict[Kind, str] = {
    "text": "TEXT",
    "integer": "INTEGER",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
}
_WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE,
    max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


def layer_names(path: Path, *, file: str) -> list[str]:
    """Return the names of the layers and plain tables, in the file's order."""
    with _opened(path, file) as database:
        return [name for name, _ in _contents(database)]


def read_layer(path: Path, *, file: str, layer: str | None, limits: Limits) -> Layer:
    """Read one layer.

    Parameters
    ----------
    path, file, limits
        As for `read_table`.
    layer
        Its name; None for the first.

    Raises
    ------
    TableError
        If the file is no GeoPackage, damaged, open elsewhere, or has no such layer.
    ColumnError
        If a column holds binary data.
    RowError
        If a shape cannot be read.
    """
    with _opened(path, file) as database:
        name = _chosen(database, layer, file)
        shape_column, crs = _geometry_column(database, name)
        names, booleans = _columns(database, name, shape_column, file)
        if len(names) > limits.columns:
            raise TableError(
                gettext("there are {columns:,} columns; at most {most:,} are taken").format(
                    columns=len(names), most=limits.columns
                ),
                file=file,
            )
        wanted = names if shape_column is None else [*names, shape_column]
        select = f"SELECT {', '.join(map(_quoted, wanted))} FROM {_quoted(name)} LIMIT ?"  # noqa: S608
        rows = database.execute(select, (limits.rows + 1,)).fetchall()
    if len(rows) > limits.rows or len(rows) * len(names) > limits.cells:
        raise TableError(
            gettext("there are more than {rows:,} rows; split the file").format(rows=limits.rows),
            file=file,
        )
    columns: list[Sequence[object]] = list(zip(*rows, strict=True)) or [()] * len(wanted)
    shapes = None if shape_column is None else _shapes(columns.pop(), file)
    if shapes is not None and crs is not None:
        shapes = to_wgs84(shapes, crs, file)
    for index in booleans:
        columns[index] = [None if value is None else bool(value) for value in columns[index]]
    for column_name, column in zip(names, columns, strict=True):
        if any(isinstance(value, bytes) for value in column):
            raise ColumnError(
                gettext("column “{name}” holds binary data, which is not read; remove it").format(
                    name=column_name
                ),
                file=file,
            )
    return Layer(names, columns, shapes, len(rows))


def write_layer(path: Path, columns: Mapping[str, Sequence[object]], points: Any) -> None:
    """Write one layer of points, called “table”.

    Parameters
    ----------
    path
        A file that does not exist, or is empty.
    columns
        Values by name.
    points
        ndarray, shape (n, 2): longitude and latitude; a row with NaN has no point.
    """
    typed = [typed_column(values) for values in columns.values()]
    fid, geom = (_unused(name, columns) for name in ("fid", "geom"))
    declared = "".join(
        f", {_quoted(name)} {_TYPES[kind]}" for name, (kind, _) in zip(columns, typed, strict=True)
    )
    west, south, east, north = _extent(points)
    database = sqlite3.connect(path, isolation_level=None)
    try:
        # The file is a draft until it is renamed: a journal would guard nothing.
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        database.executescript("PRAGMA application_id=0x47504B47; PRAGMA user_version=10300;")
        database.execute("BEGIN")
        for statement in _SCHEMA.split(";")[:-1]:
            database.execute(statement)
        database.execute(
            f"CREATE TABLE {_quoted(_LAYER)} ({_quoted(fid)} INTEGER PRIMARY KEY NOT NULL, "
            f"{_quoted(geom)} POINT{declared})"
        )
        database.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", None),
                ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
                ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84_WKT, "longitude/latitude"),
            ],
        )
        database.execute(
            "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, 4326)",
            (_LAYER, _LAYER, _WRITTEN, west, south, east, north),
        )
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, ?, 'POINT', 4326, 0, 0)", (_LAYER, geom)
        )
        marks = ", ".join("?" * (len(typed) + 2))
        rows = zip(
            range(1, len(points) + 1),
            map(_point_blob, points.tolist()),
            *(cells for _, cells in typed),
            strict=True,
        )
        database.executemany(f"INSERT INTO {_quoted(_LAYER)} VALUES ({marks})", rows)  # noqa: S608
        database.execute("COMMIT")
    finally:
        database.close()


@contextmanager
def _opened(path: Path, file: str) -> Iterator[sqlite3.Connection]:
    """Open a database to be read; whatever is wrong with it becomes one `TableError`."""
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise TableError(
            gettext(
                "the file is open in another program, or was not closed properly; close "
                "it there first"
            ),
            file=file,
        )
    if _is_cut_short(path):
        raise TableError(gettext("the file is cut short; copy or download it again"), file=file)
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        database.execute("PRAGMA trusted_schema=OFF")
        if hasattr(database, "setlimit"):  # pysqlite3, which may stand in for sqlite3, has none
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE_BYTES)
        yield database
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        raise TableError(
            gettext("the GeoPackage is cut short or damaged ({error}); export it again").format(
                error=error
            ),
            file=file,
        ) from error
    finally:
        database.close()


def _is_cut_short(path: Path) -> bool:
    """Whether the file is smaller than its own header says; not every SQLite build notices.

    The header's page count holds where its two change counters agree (sqlite.org/fileformat2.html,
    1.3.7 and 1.3.8).
    """
    with path.open("rb") as opened:
        header = opened.read(100)
    if not header.startswith(b"SQLite format 3\0"):
        return False  # another kind of file: SQLite says so itself
    if len(header) < 100:
        return True
    page_size = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    page_size = 65_536 if page_size == 1 else page_size
    return header[24:28] == header[92:96] and path.stat().st_size < pages * page_size


def _contents(database: sqlite3.Connection) -> list[tuple[str, str]]:
    # Views and virtual tables run whatever their author wrote; plain tables only hold data.
    query = """
        SELECT c.table_name, c.data_type FROM gpkg_contents AS c
        JOIN sqlite_master AS m ON lower(m.name) = lower(c.table_name)
        WHERE m.type = 'table' AND m.sql NOT LIKE 'create virtual%'
          AND c.data_type IN ('features', 'attributes')
        ORDER BY c.rowid"""
    return [(str(name), str(kind)) for name, kind in database.execute(query)]


def _chosen(database: sqlite3.Connection, layer: str | None, file: str) -> str:
    contents = _contents(database)
    features = [name for name, kind in contents if kind == "features"]
    names = [name for name, _ in contents]
    if not names:
        raise TableError(gettext("the GeoPackage has no layer that is a plain table"), file=file)
    if layer is None:
        return (features or names)[0]
    if layer not in names:
        known = ", ".join(f"“{name}”" for name in names)
        raise TableError(
            gettext("there is no layer “{layer}”; there are: {known}").format(
                layer=layer, known=known
            ),
            file=file,
        )
    return layer


def _geometry_column(database: sqlite3.Connection, name: str) -> tuple[str | None, str | None]:
    """Name of a layer's geometry column, and its reference system; None where unknown."""
    query = """
        SELECT g.column_name, g.srs_id, s.organization, s.organization_coordsys_id, s.definition
        FROM gpkg_geometry_columns AS g LEFT JOIN gpkg_spatial_ref_sys AS s USING (srs_id)
        WHERE lower(g.table_name) = lower(?)"""
    found = database.execute(query, (name,)).fetchone()
    if found is None:
        return None, None
    column, srs_id, organization, code, definition = found
    if srs_id in (0, -1, 4326):
        return column, None
    by_code = str(organization).upper() == "EPSG"
    return column, f"EPSG:{code}" if by_code else str(definition)


def _columns(
    database: sqlite3.Connection, table: str, shape_column: str | None, file: str
) -> tuple[list[str], list[int]]:
    """Names of a table's columns without key and geometry, and which of them are truth values."""
    names: list[str] = []
    booleans: list[int] = []
    hidden = {column_key(shape_column)} if shape_column else set()
    for _, name, declared, _, _, key in database.execute(f"PRAGMA table_info({_quoted(table)})"):
        if column_key(name) in hidden or (key and str(declared).upper() == "INTEGER"):
            continue
        if str(declared).upper() == "BOOLEAN":
            booleans.append(len(names))
        names.append(name)
    if not names and shape_column is None:
        raise TableError(
            gettext("the layer “{table}” has no columns").format(table=table), file=file
        )
    return names, booleans


def _shapes(blobs: Sequence[object], file: str) -> Any:
    import shapely

    shapes = np.full(len(blobs), None, dtype=object)
    problems = []
    for index, blob in enumerate(blobs):
        try:
            wkb = _wkb(blob)
            shapes[index] = None if wkb is None else shapely.force_2d(shapely.from_wkb(wkb))
        except (shapely.errors.ShapelyError, ValueError, TypeError, struct.error):
            problems.append(
                Problem(gettext("the shape cannot be read; draw it again"), row=index + 2)
            )
    if problems:
        raise RowError(rows_words(problems, "read"), file=file, problems=tuple(problems))
    return shapes


def _wkb(blob: object) -> bytes | None:
    """Well-known binary inside a GeoPackage's own header (OGC 12-128r18, 2.1.3); None if empty."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise ValueError("no GeoPackage geometry")
    flags = blob[3]
    if flags & 0b0001_0000:  # empty
        return None
    return blob[8 + _ENVELOPE_BYTES[flags >> 1 & 0b111] :]


def _point_blob(point: Sequence[float]) -> bytes | None:
    lon, lat = point
    if lon != lon or lat != lat:
        return None
    return struct.pack("<2sBBiBIdd", b"GP", 0, 1, 4326, 1, 1, lon, lat)


def _extent(points: Any) -> tuple[float | None, ...]:
    known = points[np.isfinite(points).all(axis=1)]
    return (*known.min(axis=0).tolist(), *known.max(axis=0).tolist()) if len(known) else (None,) * 4


def _unused(name: str, columns: Mapping[str, object]) -> str:
    keys = {column_key(column) for column in columns}
    while name in keys:
        name += "_"
    return name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
