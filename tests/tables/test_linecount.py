"""Rows are counted before they are read exactly as the reader would count them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomatch.tables import linecount
from geomatch.tables.linecount import has_more_rows_than

CELLS = st.text(alphabet='ab ,"\n', max_size=4)


@pytest.fixture(scope="module", params=[1, 7, 1 << 20])
def piece(request):
    """Also where the ends of pieces fall among the rows."""
    patch = pytest.MonkeyPatch()
    patch.setattr(linecount, "_PIECE", request.param)
    yield request.param
    patch.undo()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("lines") / "a.csv"


@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=8))
def test_rows_are_counted_as_they_are_read(piece, path, rows):
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    path.write_text(written.getvalue(), encoding="utf-8", newline="")
    filled = sum(any(cell.strip(' ,"\n') for cell in row) for row in rows)
    assert linecount._rows(path, 99) == filled


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_last_row_counts_with_a_line_break_and_without(tmp_path, end):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3,4\n5,6" + end)
    assert has_more_rows_than(path, 2)
    assert not has_more_rows_than(path, 4)
