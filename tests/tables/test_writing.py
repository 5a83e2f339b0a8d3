"""Files appear whole or not at all, and hold what callers mean."""

from __future__ import annotations

import csv
import os
import stat

import numpy as np
import pytest

from geomatch.core.errors import CancelledError, ColumnError, ParameterError, RowError, TableError
from geomatch.tables import TABLE_ENDINGS, read_table, whole_file, write_table


def test_csv_to_the_byte(tmp_path):
    path = tmp_path / "a.csv"
    write_table(
        path,
        {
            "id": ["a", "b"],
            "lon": np.array([-134.5, np.nan]),
            "n": [12.0, 0.1 + 0.2],
            "ok": [True, False],
            "tags": [("es", "tl"), ()],
            "text": ['say "=hi"', "=1+1"],
            "=name": [None, "+1 907"],
            "cr": ["a\rb", "c\nd"],
        },
    )
    assert path.read_bytes() == (
        b"id,lon,n,ok,tags,text,'=name,cr\n"
        b'a,-134.5,12,true,es;tl,"say ""=hi""",,"a\rb"\n'
        b"b,,0.30000000000000004,false,,'=1+1,'+1 907,\"c\nd\"\n"
    )


def test_standard_readers_need_no_special_care(tmp_path):
    path = tmp_path / "a.csv"
    write_table(path, {"id": ["é", "ñ"], "n": ["x,y", 'z"']})
    with path.open(encoding="utf-8", newline="") as opened:
        assert list(csv.DictReader(opened)) == [{"id": "é", "n": "x,y"}, {"id": "ñ", "n": 'z"'}]


@pytest.mark.parametrize("ending", [".tsv", ".CSV", ".Xlsx"])
def test_ending_in_any_case(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    write_table(path, {"id": ["a,b\tc"]})
    assert read_table(path).texts("id") == ["a,b\tc"]


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
def test_failure_leaves_the_old_file_and_nothing_else(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    write_table(path, {"id": [1]})
    before = path.read_bytes()
    with pytest.raises(ParameterError, match="a object cannot be written"):
        write_table(path, {"id": [1, object()]})
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_whole_file_is_invisible_until_it_is_whole(tmp_path):
    path = tmp_path / "report.json"

    def write_half():
        with whole_file(path) as draft:
            draft.write_text("half")
            assert not path.exists()
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        write_half()
    assert list(tmp_path.iterdir()) == []
    with whole_file(path) as draft:
        assert draft.parent == path.parent
        assert draft.suffix == ".json"
        draft.write_text("whole")
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_of_a_replaced_file_stay(tmp_path):
    path = tmp_path / "a.csv"
    write_table(path, {"id": [1]})
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    path.chmod(0o600)
    write_table(path, {"id": [2]})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_table(path).texts("id") == ["2"]


def test_places_that_cannot_be_written(tmp_path):
    with pytest.raises(TableError, match=r"a\.csv: the file cannot be written \(No such file"):
        write_table(tmp_path / "none" / "a.csv", {"id": [1]})
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(TableError, match=r"b\.csv: this is a folder"):
        write_table(tmp_path / "b.csv", {"id": [1]})


def test_columns_that_do_not_fit(tmp_path):
    path = tmp_path / "a.csv"
    with pytest.raises(ParameterError, match=r"different lengths: \{'id': 1, 'n': 2\}"):
        write_table(path, {"id": [1], "n": [1, 2]})
    with pytest.raises(ParameterError, match="at least one column"):
        write_table(path, {})
    with pytest.raises(ParameterError, match="every column needs a name"):
        write_table(path, {" ": [1]})
    for twice in (" ID", "id ", "Id"):
        with pytest.raises(ColumnError, match=r"\(A and B\)"):
            write_table(path, {"id": [1], twice: [2]})
    assert not path.exists()


def test_more_than_a_sheet_holds(tmp_path):
    path = tmp_path / "a.xlsx"
    with pytest.raises(ParameterError, match="more than a sheet has room for"):
        write_table(path, {"id": np.zeros(1_048_576, dtype=np.int64)})
    with pytest.raises(RowError) as error:
        write_table(path, {"id": ["a", "b"], "n": ["x" * 32_767, "👋" * 16_384]})
    assert error.value.file == "a.xlsx"
    assert [(problem.row, problem.column) for problem in error.value.problems] == [(3, "n")]
    write_table(path, {"id": ["a"], "n": ["x" * 32_767]})
    assert len(read_table(path).texts("n")[0]) == 32_767
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.real_data
def test_real_addresses_pass_through_every_format(shared_data, tmp_path):
    source = read_table(shared_data / "teton_county_id" / "addresses.csv", needed=("lon", "lat"))
    assert len(source) == 10_947
    for ending in TABLE_ENDINGS:
        write_table(tmp_path / f"a{ending}", source.merged({}))
        back = read_table(tmp_path / f"a{ending}", needed=("lon", "lat"))
        for name in source.names:
            if name not in ("lon", "lat"):
                assert back.texts(name) == source.texts(name), (ending, name)
        assert np.array_equal(back.points(), source.points())
