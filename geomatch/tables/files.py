"""Tables and map layers in files, chosen by the ending of the name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geomatch.core.errors import ParameterError, TableError
from geomatch.tables import delimited
from geomatch.tables.assembling import Row, Source, assemble, check_names
from geomatch.tables.cells import clean_name
from geomatch.tables.endings import READ_ENDINGS, TABLE_ENDINGS, ending_of
from geomatch.tables.layers import LON_LAT, Feature, Layer, layer_features, layer_rows
from geomatch.tables.limits import DEFAULT_LIMITS, Limits, check_content, check_file
from geomatch.tables.progress import Progress
from geomatch.tables.raw import RawRows
from geomatch.tables.table import Column, Table, column_key
from geomatch.tables.whole import whole_file

__all__ = ["read_features", "read_rows", "read_sheets", "read_table", "sheet_names", "write_table"]


_MAP_ENDINGS = (".geojson", ".gpkg")


def read_table(
    path: Path | str,
    *,
    needed: Sequence[str] = ("id",),
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
    name: str | None = None,
    allow_empty: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress | None = None,
) -> Table:
    """Read a table from a file.

    Parameters
    ----------
    path
        A file that ends in one of `READ_ENDINGS`.
    needed
        Columns that must be there; their order, case and surrounding blanks do not matter.
    sheet
        Sheet of an .xlsx or .ods, layer of a .gpkg; the first by default.
    encoding
        Of .csv and .tsv; by default what a byte order mark says, else UTF-8.
    delimiter
        Of .csv and .tsv: comma, semicolon, tab or bar; by default the one that fits best.
    header_row
        Row of the column names in a file of rows; what stands above it is not looked at.
    name
        Name for messages, where `path` is a temporary one.
    allow_empty
        Take a file with column names and no rows.
    limits
        Largest file that is read.
    progress
        Called now and then with what is done and the total, in any unit; what it raises, ends the
        reading. The `to` of a command's progress bar fits.

    Returns
    -------
    Table
        All text. Blank rows are skipped, and counted in its `row_numbers`. .geojson, .gpkg and
        GeoParquet give their points as columns ``lon`` and ``lat``.

    Raises
    ------
    TableError
        If the file as a whole cannot be taken: absent, a folder, empty, only blank rows, no header,
        no such ending, not what its ending says, another encoding, damaged, too large.
    ColumnError
        If a needed column is missing, two have one name, or one holds binary data.
    RowError
        If single rows cannot be read.
    """
    path, file = Path(path), name or Path(path).name
    ending = _checked(path, file, limits, READ_ENDINGS)
    if sheet is not None:
        file = f"{file}, sheet “{sheet}”"
    rows, source = _rows(path, ending, file, needed, sheet, encoding, delimiter, limits, progress)
    return assemble(
        rows,
        file=file,
        needed=needed,
        limits=limits,
        allow_empty=allow_empty,
        source=source,
        header_row=1 if source == "typed" else header_row,
    )


def read_rows(
    path: Path | str,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress | None = None,
) -> RawRows:
    """Open a file of which nobody knows yet in which row its column names stand.

    Parameters and errors are those of `read_table`; no column is needed.
    """
    path, file = Path(path), name or Path(path).name
    ending = _checked(path, file, limits, READ_ENDINGS)
    if sheet is not None:
        file = f"{file}, sheet “{sheet}”"
    rows, source = _rows(path, ending, file, (), sheet, encoding, delimiter, limits, progress)
    return RawRows(rows, file, (), limits, source)


def sheet_names(
    path: Path | str, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> list[str]:
    """Return the sheets of an .xlsx or .ods, or the layers of a .gpkg; other files are one sheet.

    Parameters and errors are those of `read_table`; a file of one sheet is not opened. There is
    always one name at least: a file without any sheet is an error.
    """
    path, file = Path(path), name or Path(path).name
    names = _sheet_names(path, _checked(path, file, limits, READ_ENDINGS), file, limits)
    if not names:
        raise TableError("there is no sheet or layer in it that can be read", file=file)
    return names


def _sheet_names(path: Path, ending: str, file: str, limits: Limits) -> list[str]:
    if ending == ".xlsx":
        from geomatch.tables import workbook

        return workbook.sheet_names(path, file=file, limits=limits)
    if ending == ".ods":
        from geomatch.tables import opendocument

        return opendocument.sheet_names(path, file=file, limits=limits)
    if ending == ".gpkg":
        from geomatch.tables import geopackage

        return geopackage.layer_names(path, file=file)
    return [path.stem]


def read_sheets(
    path: Path | str, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> dict[str, Table]:
    """Read every sheet of a workbook; blank ones, which every workbook collects, are left out.

    Parameters
    ----------
    path, name, limits
        As for `read_table`.

    Returns
    -------
    dict of str to Table
        Tables by sheet name, in the workbook's order. No column is needed; a sheet that has only a
        header is an empty table.

    Raises
    ------
    TableError
        As `read_table` does; also if every sheet is blank.
    """
    tables = {}
    for sheet in sheet_names(path, name=name, limits=limits):
        try:
            tables[sheet] = read_table(
                path, needed=(), sheet=sheet, name=name, allow_empty=True, limits=limits
            )
        except TableError as error:
            if "only blank rows" not in error.message:
                raise
    if not tables:
        raise TableError("every sheet is blank", file=name or Path(path).name)
    return tables


def read_features(
    path: Path | str,
    *,
    layer: str | None = None,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> list[Feature]:
    """Read the shapes of a .geojson or .gpkg: streets, barriers, water, buildings.

    Parameters
    ----------
    path, name, limits
        As for `read_table`.
    layer
        Layer of a .gpkg; the first with shapes by default.

    Returns
    -------
    list of Feature
        In WGS84, in the file's order; empty if the file has no features.

    Raises
    ------
    TableError
        As `read_table` does, or if there are no shapes.
    RowError
        If a shape is missing, damaged, or beyond the Earth.
    """
    path, file = Path(path), name or Path(path).name
    ending = _checked(path, file, limits, _MAP_ENDINGS)
    return layer_features(_layer(path, ending, file, layer, limits, None), file)


def write_table(
    path: Path | str,
    columns: Mapping[str, Column],
    *,
    points: npt.ArrayLike | None = None,
) -> None:
    """Write a table into a file, whole or not at all.

    Parameters
    ----------
    path
        Where to; it ends in one of `TABLE_ENDINGS`. A file that is there is replaced.
    columns
        Values by name, all of one length: text, numbers, truth values, dates, None; lists and
        tuples are joined by ``;``, NaN is empty. Text that a spreadsheet would run as a formula
        gets an apostrophe (see `geomatch.tables.cells`).
    points : array_like, shape (n, 2), optional
        Longitude and latitude for .geojson and .gpkg, NaN where not known; by default the columns
        ``lon`` and ``lat``. These become the shape, and are no properties beside it.

    Raises
    ------
    ParameterError
        If columns have different lengths or one name, or hold something that is no cell.
    RowError
        If ``lon`` or ``lat`` holds no coordinate, or a text is too long for the format.
    TableError
        If the ending is unknown, or the file cannot be written.

    Notes
    -----
    The same columns make the same bytes. `read_table` gives back the same text from every format:
    trimmed, numbers in their shortest form, without rows in which every cell is empty.
    """
    path = Path(path)
    ending = ending_of(path, path.name, TABLE_ENDINGS)
    checked = _checked_columns(columns)
    shape = _points(checked, points, path.name) if ending in _MAP_ENDINGS else None
    with whole_file(path) as draft:
        if shape is not None:
            rest = {
                name: values for name, values in checked.items() if column_key(name) not in LON_LAT
            }
            _write_map(draft, ending, rest, shape)
        elif ending == ".xlsx":
            from geomatch.tables import workbook_writing

            workbook_writing.write_table(draft, checked, file=path.name)
        elif ending == ".parquet":
            from geomatch.tables import columnar

            columnar.write_table(draft, checked)
        else:
            with draft.open("w", encoding="utf-8", newline="") as out:
                delimited.write_rows(out, checked, delimiter="\t" if ending == ".tsv" else ",")


def _write_map(
    draft: Path, ending: str, columns: Mapping[str, Sequence[object]], points: Any
) -> None:
    if ending == ".gpkg":
        from geomatch.tables import geopackage

        geopackage.write_layer(draft, columns, points)
        return
    from geomatch.tables import geojson

    with draft.open("w", encoding="utf-8", newline="\n") as out:
        geojson.write_layer(out, columns, points)


def _rows(
    path: Path,
    ending: str,
    file: str,
    needed: Sequence[str],
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
    limits: Limits,
    progress: Progress | None,
) -> tuple[Iterator[Row], Source]:
    if ending in (".csv", ".tsv"):
        _refuse_sheet(sheet, path)
        return delimited.read_rows(
            path,
            file=file,
            needed=needed,
            limits=limits,
            encoding=encoding,
            delimiter=delimiter,
            progress=progress,
        ), "text"
    if ending == ".xlsx":
        from geomatch.tables import workbook

        return workbook.read_rows(
            path, file=file, sheet=sheet, limits=limits, progress=progress
        ), "sheet"
    if ending == ".ods":
        from geomatch.tables import opendocument

        return opendocument.read_rows(
            path, file=file, sheet=sheet, limits=limits, progress=progress
        ), "sheet"
    layer = _layer(path, ending, file, sheet, limits, progress)
    if not layer.names and not layer.count:  # a collection without features names no columns
        layer = Layer(list(needed), [()] * len(needed), layer.geometries, 0)
    return layer_rows(layer, file), "typed"


def _layer(
    path: Path,
    ending: str,
    file: str,
    layer: str | None,
    limits: Limits,
    progress: Progress | None,
) -> Layer:
    if ending == ".gpkg":
        from geomatch.tables import geopackage

        return geopackage.read_layer(path, file=file, layer=layer, limits=limits)
    _refuse_sheet(layer, path)
    if ending == ".parquet":
        from geomatch.tables import columnar

        return columnar.read_layer(path, file=file, limits=limits, progress=progress)
    from geomatch.tables import geojson

    return geojson.read_layer(path, file=file, limits=limits)


def _checked(path: Path, file: str, limits: Limits, endings: Sequence[str]) -> str:
    ending = ending_of(path, file, endings)
    largest = limits.json_bytes if ending == ".geojson" else limits.file_bytes
    check_file(path, file, largest)
    check_content(path, ending, file)
    return ending


def _refuse_sheet(sheet: str | None, path: Path) -> None:
    if sheet not in (None, path.stem):
        raise ParameterError(f"{path.name} has no sheets to choose “{sheet}” from; leave it out")


def _checked_columns(columns: Mapping[str, Column]) -> dict[str, Sequence[object]]:
    """Make sure of names and lengths, and turn arrays into lists."""
    if not columns:
        raise ParameterError("a table needs at least one column")
    checked = {
        clean_name(name): values.tolist() if isinstance(values, np.ndarray) else values
        for name, values in columns.items()
    }
    if "" in checked:
        raise ParameterError("every column needs a name")
    lengths = {name: len(values) for name, values in checked.items()}
    if len(checked) < len(columns) or len({column_key(name) for name in checked}) < len(checked):
        check_names(list(columns), "the table to be written")
    if len(set(lengths.values())) > 1:
        raise ParameterError(f"columns of one table have different lengths: {lengths}")
    return checked


def _points(
    columns: Mapping[str, Sequence[object]], points: npt.ArrayLike | None, file: str
) -> npt.NDArray[np.float64]:
    count = len(next(iter(columns.values())))
    if points is None:
        located = {name: values for name, values in columns.items() if column_key(name) in LON_LAT}
        if not located:
            return np.full((count, 2), np.nan)
        return Table.from_columns(located, file=file).points()
    given = np.asarray(points, dtype=np.float64)
    if given.shape != (count, 2):
        raise ParameterError(f"points must have shape ({count}, 2), not {given.shape}")
    return np.where(np.isfinite(given).all(axis=1, keepdims=True), given, np.nan)
