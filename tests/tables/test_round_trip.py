"""Whatever is written reads back the same, from every kind of file."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomatch.tables import TABLE_ENDINGS, Table, read_table, write_table
from geomatch.tables.cells import cell_text, clean, clean_name

HOSTILE = [
    "=1+1",
    "'=1+1",
    "''@x",
    "-",
    "+1 907 555 0100",
    '=HYPERLINK("http://example.org","x")',
    "${alert(1)}",
    "</script><script>alert(1)</script>",
    "<r><t>markup</t></r>",
    "&amp;",
    "_x000D_",
    "_x005F_x000D_",
    'say "hi"',
    "a,b;c\td|e",
    "line\nbreak",
    "line\r\nbreak",
    "bare\rreturn",
    "\u2028between\u2029",
    "\x85next\x85",
    "bell\x07",
    "\ufffe\uffff",
    "\ufeffmark",
    "עברית العربية",
    "👩‍👩‍👧 é e\u0301",
    "007",
    "1e5",
    "true",
    "NULL",
    "nan",
    "#N/A",
    "2026-01-02",
]
texts = st.sampled_from(HOSTILE) | st.text(max_size=8)
values = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.integers(-(10**17), 10**17),
    st.floats(),
    st.lists(st.text("abc", min_size=1, max_size=3), max_size=3).map(tuple),
)
relaxed = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def expected(column):
    return [clean(cell_text(value)) for value in column]


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
@relaxed
@given(rows=st.lists(st.tuples(values, values, texts), min_size=1, max_size=8))
def test_any_cells(tmp_path, ending, rows):
    columns = {"mixed": [a for a, _, _ in rows], "other": [b for _, b, _ in rows]}
    columns["text"] = [c for _, _, c in rows]
    columns["id"] = [f"r{i}" for i in range(len(rows))]
    path = tmp_path / f"t{ending}"
    write_table(path, columns)
    back = read_table(path)
    assert {name: back.texts(name) for name in columns} == {
        name: expected(column) for name, column in columns.items()
    }
    assert back.row_numbers.tolist() == list(range(2, len(rows) + 2))


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
@relaxed
@given(column=st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=1, max_size=8))
def test_floats_come_back_to_the_last_digit(tmp_path, ending, column):
    path = tmp_path / f"t{ending}"
    write_table(path, {"id": list(range(len(column))), "x": np.array(column)})
    back = read_table(path).numbers("x")
    assert np.array_equal(back, column, equal_nan=True)


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
@relaxed
@given(
    names=st.lists(
        st.sampled_from(HOSTILE) | st.text(max_size=6), min_size=1, max_size=5, unique=True
    )
)
def test_any_column_names(tmp_path, ending, names):
    tidy = {clean_name(name) for name in names} - {""}
    tidy = list({name.casefold(): name for name in tidy}.values())
    columns = {"id": ["a"], **{name: ["x"] for name in tidy if name.casefold() != "id"}}
    columns = {k: v for k, v in columns.items() if k.casefold() not in ("lon", "lat")}
    path = tmp_path / f"t{ending}"
    write_table(path, columns)
    back = read_table(path)
    assert [name for name in back.names if name not in ("lon", "lat")] == list(columns)


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
@relaxed
@given(
    points=st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-90, 90)) | st.just((math.nan, math.nan)),
        min_size=1,
        max_size=6,
    )
)
def test_points(tmp_path, ending, points):
    lon, lat = zip(*points, strict=True)
    path = tmp_path / f"t{ending}"
    write_table(path, {"id": range(len(points)), "lon": lon, "lat": lat})
    assert np.array_equal(read_table(path).points(), points, equal_nan=True)


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
def test_a_table_that_passes_through_twice_is_the_same_bytes(tmp_path, ending):
    columns = {"id": [str(i) for i in range(len(HOSTILE))], "text": HOSTILE, "n": HOSTILE[::-1]}
    first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    write_table(first, columns)
    write_table(second, read_table(first).merged({}))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("before", TABLE_ENDINGS)
@pytest.mark.parametrize("after", TABLE_ENDINGS)
def test_from_every_format_into_every_other(tmp_path, before, after):
    columns = {
        "id": ["007", "8", "=9"],
        "people": ["2", "", "5"],
        "lon": ["-134.41", "", "-134.5"],
        "lat": ["58.3", "", "58"],
        "locked": ["true", "", "false"],
    }
    write_table(tmp_path / f"a{before}", columns)
    write_table(tmp_path / f"b{after}", read_table(tmp_path / f"a{before}").merged({}))
    back = read_table(tmp_path / f"b{after}")
    assert {name: back.texts(name) for name in columns} == columns


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
def test_blank_rows_are_left_out_and_an_empty_table_is_a_table(tmp_path, ending):
    path = tmp_path / f"t{ending}"
    write_table(path, {"id": ["a", "", "b"], "n": [1, None, 2]})
    back = read_table(path)
    assert back.texts("id") == ["a", "b"]
    assert back.row_numbers.tolist() == [2, 4]
    write_table(path, {"id": [], "n": []})
    assert len(read_table(path, allow_empty=True)) == 0


def test_reading_gives_an_equal_table_to_one_made_in_memory(tmp_path):
    columns = {"id": [1, 2], "tags": [("a",), ()]}
    write_table(tmp_path / "t.csv", columns)
    back, made = read_table(tmp_path / "t.csv"), Table.from_columns(columns)
    assert (back.names, back.columns) == (made.names, made.columns)
    assert np.array_equal(back.row_numbers, made.row_numbers)
