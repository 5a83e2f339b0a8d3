"""Parquet files: tables of typed columns (Apache Parquet 2.x; points as in GeoParquet 1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from geomatch.core.errors import ColumnError, GeomatchError, Problem, RowError, TableError
from geomatch.core.translation import gettext
from geomatch.tables.cells import typed_column
from geomatch.tables.layers import Layer, to_wgs84
from geomatch.tables.limits import Limits, megabytes
from geomatch.tables.progress import Progress
from geomatch.tables.table import rows_words

__all__ = ["read_layer", "write_table"]


_BATCH_ROWS = 16_384
_BATCH_BYTES = 32_000_000
_CHUNK_BYTES, _TEXT_BYTES = 16_000_000, 4_096  # of a column's part; of each text in it, on average
_LISTED, _PER_LIST = 2_000_000, 16  # values in the lists of a column's part; of each list
_GEOPARQUET_DEFAULT = "OGC:CRS84"


def read_layer(path: Path, *, file: str, limits: Limits, progress: Progress | None = None) -> Layer:
    """Read a whole file, with shapes where it is a GeoParquet file.

    Parameters
    ----------
    path, file, limits, progress
        As for `read_table`.

    Raises
    ------
    TableError
        If the file is damaged, or larger inside than the limits allow.
    ColumnError
        If a column holds binary data.
    RowError
        If a shape cannot be read.
    """
    with _opened(path, file) as (parquet, arrow):
        metadata, schema = parquet.metadata, parquet.schema_arrow
        _check_size(metadata, schema, file, limits)
        shape_column, crs = _geometry(schema, file)
        _check_types(schema, shape_column, arrow, file)
        names = [name for name in schema.names if name != shape_column]
        columns: list[list[object]] = [[] for _ in schema.names]
        characters = 0
        for batch in parquet.iter_batches(batch_size=_batch_rows(metadata)):
            for name, column, values in zip(schema.names, columns, batch.columns, strict=True):
                if name != shape_column:
                    _check_length(values, name, len(column) + 2, arrow, file, limits)
                characters += _text_length(values, arrow)
                if characters > limits.characters:
                    raise TableError(
                        gettext(
                            "there is more than {characters:,} characters of text; split the file"
                        ).format(characters=limits.characters),
                        file=file,
                    )
                column.extend(_plain(values, arrow).to_pylist())
            if progress:
                progress(len(columns[0]), metadata.num_rows)
    by_name = dict(zip(schema.names, columns, strict=True))
    shapes = None
    if shape_column is not None:
        shapes = _shapes(by_name.pop(shape_column), crs, file)
    return Layer(names, [by_name[name] for name in names], shapes, metadata.num_rows)


def write_table(path: Path, columns: Mapping[str, Sequence[object]]) -> None:
    """Write columns, each with the narrowest type that holds it (see `typed_column`)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
    }
    arrays = []
    for values in columns.values():
        kind, cells = typed_column(values)
        arrays.append(pa.array(cells, type=types[kind]))
    pq.write_table(pa.Table.from_arrays(arrays, names=list(columns)), path, compression="zstd")


@contextmanager
def _opened(path: Path, file: str) -> Iterator[tuple[Any, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Repeated texts stay a dictionary while they are measured: a file of a few kilobytes can
        # name one long text a million times.
        leaves = pq.read_metadata(path).schema
        texts = [
            leaves.column(index).path
            for index in range(len(leaves))
            if leaves.column(index).physical_type == "BYTE_ARRAY"
        ]
        with pq.ParquetFile(path, read_dictionary=texts) as parquet:
            yield parquet, pa
    except GeomatchError:
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TableError(
            gettext("the Parquet file is cut short or damaged ({said}); export it again").format(
                said=said
            ),
            file=file,
        ) from error


def _check_size(metadata: Any, schema: Any, file: str, limits: Limits) -> None:
    rows, columns = metadata.num_rows, len(schema.names)
    unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if not columns:
        raise TableError(gettext("the file has no columns"), file=file)
    if columns > limits.columns:
        raise TableError(
            gettext("there are {columns:,} columns; at most {most:,} are taken").format(
                columns=columns, most=limits.columns
            ),
            file=file,
        )
    too_large = rows > limits.rows or rows * columns > limits.cells
    if too_large or unpacked > limits.unpacked_bytes or _values(metadata) > limits.cells:
        raise TableError(
            gettext(
                "the file is too large inside ({rows:,} rows, {columns:,} columns); split it"
            ).format(rows=rows, columns=columns),
            file=file,
        )
    for i in range(metadata.num_row_groups):
        for j in range(metadata.num_columns):
            group = metadata.row_group(i)
            _check_chunk(group.column(j), metadata.schema.column(j), group.num_rows, file)


def _check_chunk(chunk: Any, leaf: Any, rows: int, file: str) -> None:
    """Refuse a column that holds far more than its rows can: a page is unpacked as a whole.

    A dictionary of 50 MB may be named by one row, or by none.
    """
    values, name = max(chunk.num_values, 1), leaf.path.partition(".")[0]
    size = chunk.total_uncompressed_size
    if leaf.physical_type == "BYTE_ARRAY" and size > max(_CHUNK_BYTES, values * _TEXT_BYTES):
        held = gettext("{size} of text in {number:,} cell(s)").format(
            size=megabytes(size), number=chunk.num_values
        )
    elif leaf.max_repetition_level and values > max(_LISTED, rows * _PER_LIST):
        held = gettext("lists of {number:,} values").format(number=values)
    else:
        return
    raise TableError(
        gettext(
            "column “{name}” holds {held}, which is too long; split it, or remove the column"
        ).format(name=name, held=held),
        file=file,
    )


def _values(metadata: Any) -> int:
    """Count the values of the column that has most of them: a list has many in one row."""
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    return max(
        (sum(group.column(i).num_values for group in groups) for i in range(metadata.num_columns)),
        default=0,
    )


def _geometry(schema: Any, file: str) -> tuple[str | None, str]:
    """Name of the GeoParquet geometry column, if there is one, and its reference system."""
    said = (schema.metadata or {}).get(b"geo")
    if said is None:
        return None, ""
    try:
        geo = json.loads(said)
        name = geo["primary_column"]
        about = geo["columns"][name]
        if about["encoding"] != "WKB" or name not in schema.names:
            raise ValueError("not WKB")
        crs = about.get("crs", _GEOPARQUET_DEFAULT)
    except (ValueError, KeyError, TypeError) as error:
        raise TableError(
            gettext("the GeoParquet description is not understood; export it with WKB geometry"),
            file=file,
        ) from error
    return name, crs if isinstance(crs, str) else json.dumps(crs) if crs else _GEOPARQUET_DEFAULT


def _check_types(schema: Any, shape_column: str | None, arrow: Any, file: str) -> None:
    for entry in schema:
        kind = entry.type.value_type if arrow.types.is_dictionary(entry.type) else entry.type
        binary = (
            arrow.types.is_binary(kind)
            or arrow.types.is_large_binary(kind)
            or arrow.types.is_fixed_size_binary(kind)
            or arrow.types.is_binary_view(kind)
        )
        if binary and entry.name != shape_column:
            raise ColumnError(
                gettext("column “{name}” holds binary data, which is not read; remove it").format(
                    name=entry.name
                ),
                file=file,
            )


def _batch_rows(metadata: Any) -> int:
    """Rows that are unpacked at a time: fewer where they are long."""
    unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    row_bytes = unpacked / max(metadata.num_rows, 1)
    return max(1, min(_BATCH_ROWS, int(_BATCH_BYTES / max(row_bytes, 1))))


def _check_length(
    values: Any, name: str, first_row: int, arrow: Any, file: str, limits: Limits
) -> None:
    """Refuse a text or list that is surely too long, before Python makes objects of it."""
    import pyarrow.compute as pc

    kind = values.type
    if arrow.types.is_dictionary(kind) and _is_text(kind.value_type, arrow):
        lengths = pc.binary_length(values.dictionary).take(values.indices)
    elif _is_text(kind, arrow):
        lengths = pc.binary_length(values)
    elif arrow.types.is_nested(kind):
        if values.nbytes <= limits.cell_characters:
            return
        lengths = arrow.array([values.slice(row, 1).nbytes for row in range(len(values))])
    else:
        return
    longest = pc.max(lengths).as_py() or 0
    if longest > 4 * limits.cell_characters:  # a letter has at most four bytes
        row = first_row + pc.index(lengths, pc.max(lengths)).as_py()
        message = gettext(
            "the text is too long ({number:,} bytes; at most {most:,} characters)"
        ).format(number=longest, most=limits.cell_characters)
        problem = Problem(message, row=row, column=name)
        raise RowError(rows_words([problem]), file=file, problems=(problem,))


def _text_length(values: Any, arrow: Any) -> int:
    """Bytes that a column's batch has once every text in it stands alone."""
    import pyarrow.compute as pc

    kind = values.type
    if arrow.types.is_dictionary(kind):
        if not _is_text(kind.value_type, arrow):
            return int(values.nbytes)
        lengths = pc.binary_length(values.dictionary)
        return pc.sum(lengths.take(values.indices)).as_py() or 0
    if arrow.types.is_map(kind):
        return _text_length(values.keys, arrow) + _text_length(values.items, arrow)
    if arrow.types.is_nested(kind):  # lists give their items, structures their fields
        inside = values.flatten()
        parts = inside if isinstance(inside, list) else [inside]
        return sum(_text_length(part, arrow) for part in parts)
    return int(values.nbytes)


def _is_text(kind: Any, arrow: Any) -> bool:
    types = arrow.types
    return any(
        check(kind)
        for check in (
            types.is_string,
            types.is_large_string,
            types.is_binary,
            types.is_large_binary,
        )
    )


def _plain(values: Any, arrow: Any) -> Any:
    """Make a column's batch ready for Python: no dictionary, no nanoseconds."""
    if arrow.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if arrow.types.is_timestamp(values.type):
        values = values.cast(arrow.timestamp("us", tz=values.type.tz), safe=False)
    elif arrow.types.is_time64(values.type):
        values = values.cast(arrow.time64("us"), safe=False)
    elif arrow.types.is_duration(values.type):
        values = values.cast(arrow.duration("us"), safe=False)
    return values


def _shapes(blobs: Sequence[object], crs: str, file: str) -> Any:
    import shapely

    shapes = np.full(len(blobs), None, dtype=object)
    problems = []
    for index, blob in enumerate(blobs):
        try:
            shapes[index] = None if blob is None else shapely.force_2d(shapely.from_wkb(blob))
        except (shapely.errors.ShapelyError, ValueError, TypeError):
            problems.append(
                Problem(gettext("the shape cannot be read; export it again"), row=index + 2)
            )
    if problems:
        raise RowError(rows_words(problems, "read"), file=file, problems=tuple(problems))
    return to_wgs84(shapes, crs, file)
