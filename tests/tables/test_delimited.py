"""Text files in the encodings, delimiters and states that spreadsheets leave them in."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomatch.core.errors import CancelledError, ColumnError, ParameterError, RowError, TableError
from geomatch.tables import Limits, read_table

PLAIN = "id,name\n1,José\n2,Ñandú\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        codecs.BOM_UTF8 + codecs.BOM_UTF8 + PLAIN.encode(),
        codecs.BOM_UTF16_LE + PLAIN.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + PLAIN.encode("utf-32-le"),
    ],
)
def test_encodings_that_say_what_they_are(file, content):
    table = read_table(file("a.csv", content))
    assert table.names == ["id", "name"]
    assert table.texts("name") == ["José", "Ñandú"]


def test_windows_1252_is_recognised_and_the_way_out_is_one_that_exists(file):
    path = file("a.csv", PLAIN.encode("cp1252"))
    with pytest.raises(TableError) as error:
        read_table(path)
    assert str(error.value) == (
        "a.csv: byte 13 (line 2) is not UTF-8; as Windows-1252 it would read “José”; open the "
        "file in the program it came from and save it as “CSV UTF-8”"
    )
    assert read_table(path, encoding="cp1252").texts("name") == ["José", "Ñandú"]


def test_noise_is_not_called_windows_1252(file):
    with pytest.raises(TableError) as error:
        read_table(file("a.csv", b"id,name\n1,\x81\xfe\xff\n"))
    assert "byte 10 (line 2) is not UTF-8" in str(error.value)
    assert "1252" not in str(error.value)


def test_bad_byte_far_into_a_file_is_found(file):
    before = b"id,name\n" + b"1,x\n" * 50_000
    with pytest.raises(TableError, match=r"byte 200,010 \(line 50,002\)"):
        read_table(file("a.csv", before + b"2,\xe9\n"))


def test_utf16_cut_in_half_is_refused(file):
    content = codecs.BOM_UTF16_LE + PLAIN.encode("utf-16-le")[:-1]
    with pytest.raises(TableError, match="is not utf-16"):
        read_table(file("a.csv", content))


def test_utf16_without_a_mark_is_refused(file):
    with pytest.raises(TableError, match="UTF-16 without its byte order mark"):
        read_table(file("a.csv", PLAIN.replace("é", "e").replace("Ñ", "N").encode("utf-16-le")))


@pytest.mark.parametrize("encoding", ["klingon", "base64", "hex"])
def test_unknown_encoding_is_refused(file, encoding):
    with pytest.raises(ParameterError, match="no encoding"):
        read_table(file("a.csv", PLAIN), encoding=encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(file, delimiter):
    content = '"id";"a, b";"c|d"\n1;"x, y";"z|w"\n2;"1,5";q\n'.replace(";", delimiter)
    table = read_table(file("a.csv", content))
    assert table.texts("id") == ["1", "2"]
    assert len(table.names) == 3


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    delimiter=st.sampled_from(",;\t|"),
    rows=st.lists(
        st.tuples(*[st.text(st.sampled_from(list('ab ,;\t|"\n1.')), max_size=6)] * 3),
        min_size=1,
        max_size=6,
    ),
)
def test_delimiter_is_found_whatever_the_cells_hold(file, delimiter, rows):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["id", "lon", "lat"])
    writer.writerows(rows)
    path = file("a.csv", out.getvalue())
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    if not kept:
        return
    table = read_table(path, needed=("id", "lon", "lat"))
    assert table.texts("lon") == [row[1].strip() for row in kept]


def test_one_column_needs_no_delimiter(file):
    table = read_table(file("a.csv", "id\nMain St, 5\n".replace(", ", " ")))
    assert table.texts("id") == ["Main St 5"]


def test_excels_own_delimiter_line(file):
    table = read_table(file("a.csv", "sep=;\nid;name\n1;a,b\n"))
    assert table.texts("name") == ["a,b"]
    assert table.row_numbers.tolist() == [2]


def test_tsv_is_split_at_tabs_only(file):
    table = read_table(file("a.tsv", "id\tname\n1\ta,b;c|d\n"))
    assert table.texts("name") == ["a,b;c|d"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(file, end):
    table = read_table(file("a.csv", f"id,n{end}1,x{end}{end}2,y{end}"))
    assert table.texts("n") == ["x", "y"]
    assert table.row_numbers.tolist() == [2, 4]


def test_rows_are_counted_as_a_spreadsheet_does(file):
    table = read_table(file("a.csv", 'id,n\n1,"two\nlines"\n , \n3,x\n'))
    assert table.row_numbers.tolist() == [2, 4]
    assert table.texts("n") == ["two\nlines", "x"]


def test_short_rows_are_filled_and_empty_cells_beyond_the_header_dropped(file):
    table = read_table(file("a.csv", "id,a,b\n1\n2,x,y,,\n"))
    assert table.texts("b") == ["", "y"]


def test_nameless_columns_are_kept_where_they_hold_something(file):
    table = read_table(file("a.csv", "id,,a,,\n1,,x,note,\n"))
    assert table.names == ["id", "a", "column D"]
    assert table.texts("column d") == ["note"]


def test_too_many_cells_are_refused_with_their_rows(file):
    with pytest.raises(RowError) as error:
        read_table(file("a.csv", "id,street\n1,Main St\n2,Main St, Apt 5\n3,x,y,z\n"))
    assert [problem.row for problem in error.value.problems] == [3, 4]
    assert "3 cells, and 2 column names" in str(error.value)
    assert "double quotes" in str(error.value)


def test_open_quote_is_refused_where_it_begins(file):
    with pytest.raises(RowError) as error:
        read_table(file("a.csv", 'id,n\n1,x\n2,"open\n3,y\n'))
    assert error.value.problems[0].row == 3
    assert "never closed" in str(error.value)


def test_open_quote_in_a_large_file_stops_early(file):
    with pytest.raises(RowError, match="never closed"):
        read_table(file("a.csv", 'id,n\n1,"' + "x,y\n" * 100_000))


def test_text_after_a_quote_is_refused(file):
    with pytest.raises(RowError) as error:
        read_table(file("a.csv", 'id,n\n1,"Bob" Smith\n'))
    assert error.value.problems[0].row == 2
    assert "quotation marks inside a text twice" in str(error.value)


@pytest.mark.parametrize("row", ["\n", ",,\n", " , ,\t\n", '"","",\n'])
def test_a_hundred_thousand_blank_rows_are_refused(file, row):
    path = file("a.csv", "id,lon,lat\n" + row * 100_000)
    with pytest.raises(TableError, match="only blank rows below the column names"):
        read_table(path)
    with pytest.raises(TableError, match="there are only blank rows"):
        read_table(file("b.csv", row * 100_000))


def test_progress_and_cancelling(file):
    path = file("a.csv", "id,n\n" + "1,x\n" * 20_000)
    seen = []
    read_table(path, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] <= seen[-1][1] == path.stat().st_size

    def stop(done, total):
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        read_table(path, progress=stop)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(rows=2), "more than 2 rows"),
        (Limits(columns=1), "2 columns; at most 1"),
        (Limits(cells=5), "more than 5 cells"),
        (Limits(characters=5), "more than 5 characters"),
        (Limits(file_bytes=10), r"too large \(19 bytes; at most 10 bytes\)"),
    ],
)
def test_limits(file, limits, said):
    with pytest.raises(TableError, match=said):
        read_table(file("a.csv", "id,n\n1,abc\n2,b\n3,c\n"), limits=limits)


def test_a_cell_too_long_is_named(file):
    with pytest.raises(RowError) as error:
        read_table(file("a.csv", "id,n\n1,abc\n2,abcdef\n"), limits=Limits(cell_characters=5))
    problem = error.value.problems[0]
    assert (problem.row, problem.column) == (3, "n")
    assert "6 characters; at most 5" in problem.message


def test_needed_columns_in_any_order_and_case(file):
    table = read_table(file("a.csv", " LAT , Id,lon\n1,2,3\n"), needed=("id", "lon", "lat"))
    assert table.names == ["LAT", "Id", "lon"]


def test_apostrophes_before_formulas_are_taken_away(file):
    table = read_table(file("a.csv", "id,n\n1,'=x\n2,''=x\n3,'tis\n4,=x\n"))
    assert table.texts("n") == ["=x", "'=x", "'tis", "=x"]


def test_missing_column_hints_at_the_delimiter_that_was_found(file):
    with pytest.raises(ColumnError, match="“lon” is needed; the nearest name is “long”"):
        read_table(file("a.csv", "id;long;lat\n1;2;3\n"), needed=("id", "lon", "lat"))
