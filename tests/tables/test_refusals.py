"""Files that are no tables: each is refused in words, never with a traceback."""

from __future__ import annotations

import contextlib
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomatch.core.errors import ColumnError, GeomatchError, ParameterError, TableError
from geomatch.tables import (
    TABLE_ENDINGS,
    read_features,
    read_sheets,
    read_table,
    sheet_names,
    write_table,
)

COLUMNS = {"id": ["a", "b"], "lon": [-134.4, 1.0], "lat": [58.3, 2.0], "n": ["x" * 50, "ñ" * 50]}


def refusal(path, **options):
    with pytest.raises(TableError) as error:
        read_table(path, **options)
    assert str(error.value).startswith(f"{path.name}: ")
    return error.value.message


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
def test_absent_folder_and_empty(tmp_path, ending):
    assert "there is no such file" in refusal(tmp_path / f"none{ending}")
    folder = tmp_path / f"folder{ending}"
    folder.mkdir()
    assert "this is a folder" in refusal(folder)
    empty = tmp_path / f"empty{ending}"
    empty.touch()
    assert "the file is empty" in refusal(empty)


def test_only_a_byte_order_mark_is_empty(file):
    assert "only blank rows" in refusal(file("a.csv", b"\xef\xbb\xbf"))


def test_a_device_is_refused(tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    assert "not an ordinary file" in refusal(pipe)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_permission_is_refused(file):
    path = file("a.csv", "id\n1\n")
    path.chmod(0)
    assert "cannot be opened" in refusal(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.xls", "save it as .xlsx"),
        ("a.txt", "let its name end in .csv"),
        ("a.docx", "must end in one of .csv .tsv .xlsx .geojson .gpkg .parquet"),
        ("a", "the name has no ending"),
    ],
)
def test_unknown_ending(file, name, said):
    assert said in refusal(file(name, "id\n1\n"))
    with pytest.raises(TableError):
        write_table(name, COLUMNS)


def test_a_folder_without_an_ending(tmp_path):
    with pytest.raises(TableError, match="this is a folder"):
        read_table(tmp_path)


@pytest.mark.parametrize(
    ("ending", "inside"),
    [
        (ending, inside)
        for ending in TABLE_ENDINGS
        for inside in (".xlsx", ".gpkg", ".parquet", ".csv")
        if ending != inside and not (inside == ".csv" and ending in (".tsv", ".geojson"))
    ],
)
def test_one_kind_under_another_name(tmp_path, ending, inside):
    path = tmp_path / f"a{inside}"
    write_table(path, COLUMNS)
    wrong = path.rename(tmp_path / f"b{ending}")
    message = refusal(wrong)
    assert f"the name ends in {ending}, but inside it is" in message
    if inside != ".csv":
        assert f"({inside})" in message


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unlocked .xlsx"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "gzip"),
    ],
)
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_other_kinds_are_named(file, head, said, ending):
    assert said in refusal(file(f"a{ending}", head + b"\x00" * 100))


@pytest.mark.parametrize("ending", [".xlsx", ".gpkg", ".parquet", ".geojson"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.999])
def test_a_file_cut_short_is_refused(tmp_path, ending, share):
    path = tmp_path / f"a{ending}"
    write_table(path, {**COLUMNS, "n": [os.urandom(15_000).hex(), "x"]})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(GeomatchError, match=r"cut short|damaged|is not JSON"):
        read_table(path)


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_anywhere_never_ends_in_a_traceback(tmp_path, ending, data):
    path = tmp_path / f"a{ending}"
    write_table(path, COLUMNS)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    for read in (read_table, sheet_names, read_sheets, read_features):
        with contextlib.suppress(GeomatchError):
            read(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("\n\nid,n\n1,2\n", "row 1 is blank"),
        (",,\nid,n\n1,2\n", "row 1 is blank"),
        ("17,-134.4,58.3\n18,-134.4,58.3\n", "row 1 looks like data (“17”, …)"),
        ("a17,-134.4,58.3\na18,-134.4,58.3\n", "row 1 looks like data (“a17”, …)"),
        ("id,lon,lat\n", "there are no rows below the column names"),
        ("id,lon,lat", "there are no rows below the column names"),
    ],
)
def test_no_header_or_no_rows(file, content, said):
    assert said in refusal(file("a.csv", content), needed=("id", "lon", "lat"))


def test_numbers_for_names_are_data_even_if_nothing_is_needed(file):
    assert "looks like data" in refusal(file("a.csv", "1,2\n3,4\n"), needed=())
    assert read_table(file("b.csv", "id,2026\n1,2\n")).names == ["id", "2026"]


def test_two_columns_of_one_name(file):
    with pytest.raises(ColumnError) as error:
        read_table(file("a.csv", "id,Name,x, name \n1,a,b,c\n"))
    assert "“name” (B and D)" in str(error.value)


def test_a_sheet_of_a_file_without_sheets(file):
    path = file("a.csv", "id\n1\n")
    with pytest.raises(ParameterError, match="no sheets to choose “Volunteers” from"):
        read_table(path, sheet="Volunteers")
    assert sheet_names(path) == ["a"]
    assert read_table(path, sheet="a").texts("id") == ["1"]
    assert list(read_sheets(path)) == ["a"]


def test_messages_can_carry_another_name(file):
    with pytest.raises(TableError, match=r"^Our list\.csv: "):
        read_table(file("upload123.csv", "\n\n"), name="Our list.csv")


def test_features_need_a_map_format(file):
    with pytest.raises(TableError, match=r"must end in one of \.geojson \.gpkg"):
        read_features(file("a.csv", "id\n1\n"))
