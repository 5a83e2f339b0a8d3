"""OpenDocument spreadsheets: every kind of cell, and files that are far larger inside."""

from __future__ import annotations

import resource
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from geomatch.core.errors import TableError
from geomatch.tables import Limits, read_table, sheet_names

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>"
)
TAIL = "</office:spreadsheet></office:body></office:document-content>"
MIME = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
    "</manifest:manifest>"
)


def text(*cells: str, repeats: int = 1) -> str:
    said = f' table:number-rows-repeated="{repeats}"' if repeats > 1 else ""
    return f"<table:table-row{said}>{''.join(map(cell, cells))}</table:table-row>"


def cell(value: str) -> str:
    paragraph = f"<text:p>{escape(value)}</text:p>" if value else ""
    return f'<table:table-cell office:value-type="string">{paragraph}</table:table-cell>'


def book(path: Path, *rows: str, raw: str | None = None, **sheets: tuple[str, ...]) -> Path:
    tables = {"Sheet1": rows, **sheets} if rows else sheets
    body = raw or "".join(
        f'<table:table table:name="{name}">{"".join(of)}</table:table>'
        for name, of in tables.items()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIME)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", HEAD + body + TAIL)
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "book.ods"


def column(path: Path, name: str = "v", **options) -> list[str]:
    return read_table(path, needed=(), **options).texts(name)


def test_every_kind_of_cell(file):
    kinds = (
        'office:value-type="float" office:value="12"',
        'office:value-type="float" office:value="0.10"',
        'office:value-type="date" office:date-value="2026-12-01"',
        'office:value-type="date" office:date-value="2026-12-01T14:30:00"',
        'office:value-type="time" office:time-value="PT14H05M09S"',
        'office:value-type="boolean" office:boolean-value="true"',
        'office:value-type="float" office:value="3" table:formula="of:=1+2"',
        'office:value-type="string" office:string-value="007"',
    )
    rows = [f"<table:table-row><table:table-cell {kind}/></table:table-row>" for kind in kinds]
    assert column(book(file, text("v"), *rows)) == [
        "12", "0.1", "2026-12-01", "2026-12-01T14:30:00", "14:05:09", "true", "3", "007",
    ]  # fmt: skip


def test_text_with_breaks_spaces_and_a_comment(file):
    said = (
        "<table:table-row><table:table-cell office:value-type='string'>"
        "<office:annotation><text:p>a comment</text:p></office:annotation>"
        "<text:p>12<text:s text:c='2'/>Main</text:p><text:p>St<text:line-break/>up</text:p>"
        "</table:table-cell></table:table-row>"
    )
    assert column(book(file, text("v"), said)) == ["12  Main\nSt\nup"]


def test_sheets_are_named_and_chosen(file):
    book(file, A=(text("v"), text("1")), B=(text("v"), text("2")))
    assert sheet_names(file) == ["A", "B"]
    assert column(file, sheet="B") == ["2"]
    with pytest.raises(TableError, match="no sheet “C”; there are: “A”, “B”"):
        read_table(file, needed=(), sheet="C")


def test_blank_rows_and_merged_cells_keep_their_places(file):
    merged = (
        "<table:table-row><table:table-cell table:number-columns-spanned='2'"
        " office:value-type='string'><text:p>both</text:p></table:table-cell>"
        f"<table:covered-table-cell/>{cell('c')}</table:table-row>"
    )
    table = read_table(book(file, text("a", "b", "c"), text("", repeats=3), merged), needed=())
    assert table.row_numbers.tolist() == [5]
    assert [table.texts(name)[0] for name in "abc"] == ["both", "", "c"]


def test_what_a_spreadsheet_fills_a_sheet_up_with_costs_nothing(file):
    blank = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert column(book(file, text("v"), text("1"), blank)) == ["1"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            '<table:table-row table:number-rows-repeated="999999999"><table:table-cell'
            ' office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
            "more than",
        ),
        (
            '<table:table-row><table:table-cell table:number-columns-repeated="1000000"'
            ' office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
            "columns are taken",
        ),
        (
            "<table:table-row><table:table-cell office:value-type='string'><text:p>"
            + "<text:s text:c='900000000'/>" * 3
            + "x</text:p></table:table-cell></table:table-row>",
            "spaces; shorten it",
        ),
        ("<table:table-row><table:table-cell", "damaged"),
        ("<table:table-row><table:table-cell office:value-type='float' office:value='x'/>"
         "</table:table-row>", "damaged"),
    ],
    ids=["rows", "columns", "spaces", "cut short", "no number"],
)  # fmt: skip
def test_bombs_are_refused_in_little_memory(file, raw, said):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    book(file, raw=f'<table:table table:name="A">{text("v")}{raw}</table:table>')
    with pytest.raises(TableError, match=said):
        read_table(file, needed=())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 * 1024


def test_entities_and_zips_of_something_else_are_refused(file):
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(TableError, match="XML entities"):
        read_table(file, needed=())
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(TableError, match="no sheet of cells"):
        read_table(file, needed=())


def test_limits(file):
    book(file, text("v"), text("1"), text("2"))
    with pytest.raises(TableError, match="more than 1 rows"):
        read_table(file, needed=(), limits=Limits(rows=1))


CELLS = st.text("ab, ;1é", max_size=6).map(str.strip)


@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_the_same_cells_as_another_reader(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("ods") / "book.ods"
    book(path, text("a", "b"), *(text(*row) for row in rows))
    theirs = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    wanted = [(*map(str, row), "")[:2] for row in theirs if any(row)]
    table = read_table(path, needed=()) if wanted else None
    ours = list(zip(table.texts("a"), table.texts("b"), strict=True)) if table else []
    assert ours == wanted
