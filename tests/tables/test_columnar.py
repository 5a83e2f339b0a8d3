"""Parquet, checked against pyarrow itself."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geomatch.core.errors import ColumnError, RowError, TableError
from geomatch.tables import Limits, read_features, read_table, write_table


def geo(path, shapes, about):
    table = pa.table({"id": [str(i) for i in range(len(shapes))], "geometry": shapes})
    return pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), path)


def about(**more):
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"], **more}},
    }


def test_types_of_what_we_write(tmp_path):
    path = tmp_path / "a.parquet"
    write_table(
        path,
        {
            "id": ["007", "8"],
            "pod": ["1", ""],
            "lon": np.array([1.5, np.nan]),
            "ok": [True, None],
            "none": ["", ""],
        },
    )
    table = pq.read_table(path)
    assert [str(kind) for kind in table.schema.types] == [
        "string",
        "int64",
        "double",
        "bool",
        "string",
    ]
    assert table.to_pydict() == {
        "id": ["007", "8"],
        "pod": [1, None],
        "lon": [1.5, None],
        "ok": [True, None],
        "none": [None, None],
    }


def test_types_that_we_read(tmp_path):
    path = tmp_path / "a.parquet"
    moment = datetime.datetime(2026, 1, 2, 9, 30)
    columns = {
        "id": pa.array([1], pa.uint8()),
        "f": pa.array([0.1], pa.float32()),
        "d": pa.array([datetime.date(2026, 1, 2)]),
        "ts": pa.array([moment], pa.timestamp("ns")),
        "tz": pa.array([moment], pa.timestamp("us", tz="UTC")),
        "t": pa.array([datetime.time(9, 30)], pa.time64("ns")),
        "dec": pa.array([Decimal("1.50")]),
        "tags": pa.array([["x", "y"]]),
        "cat": pa.array(["red"]).dictionary_encode(),
        "big": pa.array(["x"], pa.large_string()),
        "nothing": pa.array([None]),
        "obj": pa.array([{"k": 1}]),
        "map": pa.array([[("k", "v")]], pa.map_(pa.string(), pa.string())),
    }
    pq.write_table(pa.table(columns), path)
    table = read_table(path)
    assert {name: table.texts(name)[0] for name in table.names} == {
        "id": "1",
        "f": "0.10000000149011612",
        "d": "2026-01-02",
        "ts": "2026-01-02T09:30:00",
        "tz": "2026-01-02T09:30:00+00:00",
        "t": "09:30:00",
        "dec": "1.50",
        "tags": "x;y",
        "cat": "red",
        "big": "x",
        "nothing": "",
        "obj": '{"k": 1}',
        "map": '[["k", "v"]]',
    }


def test_geoparquet(tmp_path):
    path = tmp_path / "a.parquet"
    geo(path, shapely.to_wkb(shapely.points([[1.5, 2.5], [3, 4]])), about())
    assert read_table(path).points().tolist() == [[1.5, 2.5], [3, 4]]
    with pytest.raises(TableError, match="must end in one of"):
        read_features(path)


def test_geoparquet_in_another_reference_system(tmp_path):
    from pyproj import CRS, Transformer

    x, y = Transformer.from_crs(4326, 32608, always_xy=True).transform(-134.4, 58.3)
    path = tmp_path / "a.parquet"
    geo(path, [shapely.Point(x, y).wkb], about(crs=CRS.from_epsg(32608).to_json_dict()))
    assert np.allclose(read_table(path).points(), [[-134.4, 58.3]])


@pytest.mark.parametrize(
    "wrong", [{}, [], about(encoding="point"), {**about(), "primary_column": "x"}]
)
def test_geoparquet_that_is_not_understood(tmp_path, wrong):
    path = tmp_path / "a.parquet"
    geo(path, [shapely.Point(1, 2).wkb], wrong)
    with pytest.raises(TableError, match="GeoParquet description is not understood"):
        read_table(path)


def test_damaged_shape(tmp_path):
    path = tmp_path / "a.parquet"
    geo(path, [shapely.Point(1, 2).wkb, b"nonsense"], about())
    with pytest.raises(RowError, match="1 row cannot be read") as error:
        read_table(path)
    assert error.value.problems[0].row == 3


def test_binary_column_is_refused_by_name(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["a"], "photo": [b"\x00\xff"]}), path)
    with pytest.raises(ColumnError, match="column “photo” holds binary data"):
        read_table(path)


def test_two_columns_of_one_name(tmp_path):
    path = tmp_path / "a.parquet"
    arrays = [pa.array(["a"]), pa.array(["b"]), pa.array(["c"])]
    pq.write_table(pa.Table.from_arrays(arrays, names=["id", "n", "N"]), path)
    with pytest.raises(ColumnError, match=r"“N” \(B and C\)"):
        read_table(path)


def test_one_long_text_named_many_times(tmp_path):
    path = tmp_path / "a.parquet"
    rows = 50_000
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), ["x" * 100_000])
    pq.write_table(pa.table({"id": np.arange(rows), "n": words}), path, store_schema=False)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(TableError, match=r"more than 1,024,000,000 characters"):
        read_table(path)


def test_one_long_text_in_lists(tmp_path):
    path = tmp_path / "a.parquet"
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(50_000, np.int32)), ["x" * 100_000])
    lists = pa.ListArray.from_arrays(pa.array([0, 50_000]), words)
    pq.write_table(pa.table({"id": [1], "n": lists}), path, store_schema=False)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(TableError, match=r"more than 1,024,000,000 characters"):
        read_table(path)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(rows=3), "too large inside"),
        (Limits(columns=1), "2 columns; at most 1"),
        (Limits(cells=9), "too large inside"),
        (Limits(unpacked_bytes=10), "too large inside"),
    ],
)
def test_limits(tmp_path, limits, said):
    path = tmp_path / "a.parquet"
    write_table(path, {"id": range(5), "n": range(5)})
    with pytest.raises(TableError, match=said):
        read_table(path, limits=limits)


def test_progress(tmp_path):
    path = tmp_path / "a.parquet"
    write_table(path, {"id": range(50_000)})
    seen = []
    read_table(path, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (50_000, 50_000)
    assert len(seen) > 1
