"""Rows that are read once, and tables with the column names in any of them."""

from __future__ import annotations

import pytest

from geomatch.core.errors import RowError, TableError
from geomatch.tables import read_rows, read_table
from geomatch.tables import workbook as workbooks
from tests.site.test_commands import write_workbook

TITLED = "Our list,,\nid,name\n1, Ana \n\n2,'=x\n"


@pytest.mark.parametrize("header_row", [1, 2, 3])
def test_a_table_is_what_read_table_makes_of_that_row(tmp_path, header_row):
    path = tmp_path / "a.csv"
    path.write_text(TITLED)
    raw = read_rows(path)
    raw.table(3)
    path.unlink()  # nothing of it is read again
    table = raw.table(header_row)
    path.write_text(TITLED)
    other = read_table(path, needed=(), header_row=header_row)
    assert (table.names, table.columns) == (other.names, other.columns)
    assert table.row_numbers.tolist() == other.row_numbers.tolist()


def test_a_file_that_breaks_off_is_refused_each_time(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('id,n\n1,x\n2,"open\n3,y\n')
    raw = read_rows(path)
    for header_row in (1, 2, 1):
        with pytest.raises(RowError, match="quot"):
            raw.table(header_row)


def test_a_row_that_is_no_header_leaves_the_others(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\nid,n\n1,x\n")
    raw = read_rows(path)
    with pytest.raises(TableError, match="row 1 is blank"):
        raw.table()
    assert raw.table(2).texts("n") == ["x"]


def test_a_sheet_of_a_workbook_is_parsed_once(tmp_path, monkeypatch):
    path = tmp_path / "n.xlsx"
    write_workbook(path, Neighbors=[["Our street"], ["id"], ["1"]])
    opened = []
    real = workbooks.opened_archive
    monkeypatch.setattr(
        workbooks, "opened_archive", lambda *args: opened.append(args) or real(*args)
    )
    raw = read_rows(path, sheet="Neighbors")
    assert raw.table(1).names == ["Our street"]
    assert raw.table(2).texts("id") == ["1"]
    assert len(opened) == 1
