"""Excel workbooks: honest ones read as other readers do, hostile ones cost next to nothing."""

from __future__ import annotations

import contextlib
import datetime
import random
import zipfile

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomatch.core.errors import GeomatchError, RowError, TableError
from geomatch.tables import Limits, read_sheets, read_table, sheet_names, write_table

relaxed = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e12, 1e12).map(lambda value: float(f"{value:.15g}")),
    # openpyxl refuses control characters, and takes "=" for a formula.
    st.text(st.characters(exclude_categories=["C"]), max_size=8).map(str.strip).filter(bool),
    st.datetimes(datetime.datetime(1901, 1, 1), datetime.datetime(2099, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.dates(datetime.date(1901, 1, 1), datetime.date(2099, 1, 1)),
)


def inline(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number, *cells):
    return f'<row r="{number}">{"".join(cells)}</row>'


HEADER = row(1, inline("A1", "id"), inline("B1", "n"))


def shown(value):
    """What a cell of openpyxl's should read as."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat()
    return str(value)


@relaxed
@given(rows=st.lists(st.tuples(cells, cells), min_size=1, max_size=6))
def test_what_openpyxl_writes(tmp_path, rows):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["id", "x", "y"])
    for index, (x, y) in enumerate(rows):
        book.active.append([f"r{index}", None, None])
        for column, value in ((2, x), (3, y)):
            cell = book.active.cell(index + 2, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)
    table = read_table(path)
    expected = [[shown(value) for value in pair] for pair in rows]
    # Text with an apostrophe before a formula loses it: that is how formulas are written here.
    for texts, wanted in zip(
        zip(table.texts("x"), table.texts("y"), strict=True), expected, strict=True
    ):
        for text, want in zip(texts, wanted, strict=True):
            assert text == want or (want.startswith("'") and text == want[1:].strip())


@relaxed
@given(
    column=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
        min_size=1,
        max_size=6,
    )
)
def test_other_readers_see_the_same_text_as_we_wrote(tmp_path, column):
    path = tmp_path / "a.xlsx"
    write_table(
        path, {"id": [f"r{i}" for i in range(len(column))], "x": column, "f": [0.1] * len(column)}
    )
    ours = read_table(path).texts("x")
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        theirs = [line[1] for line in book.get_sheet_by_index(0).to_python()[1:]]
    for our, their in zip(ours, theirs, strict=True):
        their = shown(their)
        assert their in (our, "'" + our)
        assert not their.startswith(("=", "@"))


def test_other_readers_find_no_formula_and_the_right_types(tmp_path):
    path = tmp_path / "a.xlsx"
    write_table(
        path,
        {
            "id": ["=1+1", "<r><t>x</t></r>"],
            "n": [1, 30],
            "zip": ["01234", "99801"],
            "b": [True, None],
            "lon": [-134.41970000000001, None],
        },
    )
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[2]] == ["'=1+1", 1, "01234", True, -134.41970000000001]
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "s", "b", "n"]
    assert sheet["A3"].value == "<r><t>x</t></r>"
    assert sheet["C3"].value == "99801"
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.b


@pytest.mark.parametrize("constant_memory", [False, True])
def test_what_xlsxwriter_writes(tmp_path, constant_memory):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"constant_memory": constant_memory})
    sheet = book.add_worksheet("Neighbors")
    sheet.write_row(0, 0, ["id", "moved in", "at", "hours", "sum", "ok", "lost", "note"])
    sheet.write_number(1, 0, 12.0)
    sheet.write_datetime(
        1, 1, datetime.date(2026, 12, 1), book.add_format({"num_format": "d.m.yy"})
    )
    sheet.write_datetime(1, 2, datetime.time(9, 30), book.add_format({"num_format": "hh:mm"}))
    sheet.write_number(1, 3, 1.25, book.add_format({"num_format": "[h]:mm"}))
    sheet.write_formula(1, 4, "=1+1", None, 2)
    sheet.write_boolean(1, 5, True)
    sheet.write_formula(1, 6, "=NA()", None, "#N/A")
    sheet.write_rich_string(1, 7, "be ", book.add_format({"bold": True}), "kind")
    book.close()
    table = read_table(path)
    assert {name: table.texts(name)[0] for name in table.names} == {
        "id": "12",
        "moved in": "2026-12-01",
        "at": "09:30:00",
        "hours": "30:00:00",
        "sum": "2",
        "ok": "true",
        "lost": "#N/A",
        "note": "be kind",
    }


def test_dates_of_old_macs(raw_xlsx):
    path = raw_xlsx(
        HEADER + row(2, inline("A2", "x"), '<c r="B2" s="1"><v>0</v></c>'),
        styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
        book='<workbookPr date1904="1"/>',
    )
    assert read_table(path).texts("n") == ["1904-01-01"]


@pytest.mark.parametrize(
    ("day", "text"), [(1, "1900-01-01"), (59, "1900-02-28"), (61, "1900-03-01"), (-1, "-1")]
)
def test_the_day_that_never_was(raw_xlsx, day, text):
    path = raw_xlsx(
        HEADER + row(2, inline("A2", "x"), f'<c r="B2" s="0"><v>{day}</v></c>'),
        styles='<cellXfs><xf numFmtId="14"/></cellXfs>',
    )
    assert read_table(path).texts("n") == [text]


def test_shared_strings_with_styles_and_readings(raw_xlsx):
    path = raw_xlsx(
        row(1, '<c r="A1" t="s"><v>0</v></c>') + row(2, '<c r="A2" t="s"><v>1</v></c>'),
        strings="<si><t>id</t></si><si><r><t>東</t></r><r><t>京</t></r>"
        '<rPh sb="0" eb="1"><t>トウ</t></rPh></si>',
    )
    assert read_table(path).texts("id") == ["東京"]


def test_cells_without_references_and_with_prefixes(raw_xlsx):
    assert read_table(
        raw_xlsx(
            "<row><c><v>1</v></c></row>".replace("<c><v>1</v></c>", inline("A1", "id"))
            + "<row><c><v>7</v></c></row>"
        )
    ).texts("id") == ["7"]


def test_gaps_between_rows_and_cells(raw_xlsx):
    path = raw_xlsx(HEADER + row(5, inline("B5", "only n")) + row(9, "<c r='A9'><v>3</v></c>"))
    table = read_table(path)
    assert table.row_numbers.tolist() == [5, 9]
    assert table.columns == {"id": ["", "3"], "n": ["only n", ""]}


def test_a_header_below_row_one_is_refused(raw_xlsx):
    with pytest.raises(TableError, match="row 1 is blank"):
        read_table(raw_xlsx(row(3, inline("A3", "id")) + row(4, inline("A4", "x"))))


def test_formula_that_was_never_calculated(raw_xlsx):
    with pytest.raises(RowError) as error:
        read_table(raw_xlsx(HEADER + row(2, inline("A2", "x"), '<c r="B2"><f>1+1</f></c>')))
    problem = error.value.problems[0]
    assert (problem.row, problem.column) == (2, "B")
    assert "never calculated" in problem.message


@pytest.mark.parametrize(
    "cell",
    ['<c r="B2" t="s"><v>7</v></c>', '<c r="B2" t="s"><v>-1</v></c>', '<c r="B2"><v>abc</v></c>'],
)
def test_damaged_cells_are_named(raw_xlsx, cell):
    with pytest.raises(RowError) as error:
        read_table(raw_xlsx(HEADER + row(2, inline("A2", "x"), cell), strings="<si><t>a</t></si>"))
    assert (error.value.problems[0].row, error.value.problems[0].column) == (2, "B")


def test_sheets(tmp_path):
    path = tmp_path / "network.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Neighbors"
    book.active.append(["id"])
    book.active.append(["a"])
    book.create_sheet("Volunteers").append(["id", "skills"])
    book.create_sheet("Empty")
    book.create_chartsheet("Chart")
    book.save(path)
    assert sheet_names(path) == ["Neighbors", "Volunteers", "Empty"]
    assert read_table(path).texts("id") == ["a"]
    assert read_table(path, sheet="Neighbors").file == "network.xlsx, sheet “Neighbors”"
    sheets = read_sheets(path)
    assert {name: len(table) for name, table in sheets.items()} == {"Neighbors": 1, "Volunteers": 0}
    with pytest.raises(
        TableError, match="no sheet “Requests”; there are: “Neighbors”, “Volunteers”"
    ):
        read_table(path, sheet="Requests")
    with pytest.raises(TableError, match=r"sheet “Empty”: there are only blank rows"):
        read_table(path, sheet="Empty")


def test_a_workbook_of_blank_sheets(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(TableError, match="every sheet is blank"):
        read_sheets(tmp_path / "a.xlsx")


# ---- hostile ------------------------------------------------------------------------------------


def test_one_cell_in_the_last_corner(raw_xlsx):
    # Readers that build the rectangle ask for 550 GB here, and end the process.
    far = HEADER + row(2, inline("A2", "x")) + row(1_048_576, inline("XFD1048576", "far"))
    with pytest.raises(TableError, match=r"row 1,048,576 has text in column XFD; at most 1,000"):
        read_table(raw_xlsx(far))
    blank = HEADER + row(2, inline("A2", "x")) + row(1_048_576, '<c r="XFD1048576" s="1"/>')
    assert len(read_table(raw_xlsx(blank))) == 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (row(99_999_999_999_999, inline("A1", "x")), "a row 999,999,999"),
        (row(0, inline("A1", "x")), "a row 0"),
        (row(2, inline("XFE2", "x")), "a cell “XFE2”"),
        (row(2, inline("ZZZZZZZZZ2", "x")), "a cell “ZZZZZZZZZ2”"),
        (row(2, inline("&#65;B:2", "x")), "a cell “AB:2”"),
        (row(2, inline("", "x")), "a cell “”"),
    ],
)
def test_places_that_no_sheet_has(raw_xlsx, rows, said):
    with pytest.raises(TableError, match=said):
        read_table(raw_xlsx(HEADER + rows))


def test_one_long_text_named_many_times(raw_xlsx):
    many = "".join('<row><c t="s"><v>0</v></c></row>' for _ in range(2_000))
    path = raw_xlsx(row(1, inline("A1", "id")) + many, strings=f"<si><t>{'x' * 100_000}</t></si>")
    with pytest.raises(TableError, match="more than 50,000,000 characters"):
        read_table(path, limits=Limits(characters=50_000_000))


def test_a_bomb_of_rows(raw_xlsx):
    path = raw_xlsx(HEADER + "<row><c/></row>" * 3_000_000)
    assert path.stat().st_size < 300_000
    with pytest.raises(TableError, match=r"unpacks to 45\.0 MB in 6 parts, which no honest one"):
        read_table(path)


def test_a_bomb_in_a_part_that_is_not_read(raw_xlsx):
    path = raw_xlsx(HEADER + row(2, inline("A2", "x")))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * 40_000_000)
    with pytest.raises(TableError, match="which no honest one does"):
        read_table(path)


def test_a_directory_that_lies_about_sizes(raw_xlsx):
    path = raw_xlsx(HEADER + "<row><c/></row>" * 1_000_000)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    assert data.count(size) == 2  # beside the part, and in the directory
    path.write_bytes(data.replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(TableError, match="damaged"):
        read_table(path)


def test_what_comes_out_is_counted(raw_xlsx):
    path = raw_xlsx(HEADER + row(2, inline("A2", "x" * 5000)))
    with pytest.raises(TableError, match="which no honest one does"):
        read_table(path, limits=Limits(unpacked_bytes=2_000))


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_are_refused(raw_xlsx, head):
    with pytest.raises(TableError, match="declares XML entities"):
        read_table(raw_xlsx(HEADER + row(2, inline("A2", "x")), head=head))


def test_an_encoding_that_nobody_knows(raw_xlsx):
    head = '<?xml version="1.0" encoding="klingon"?>'
    with pytest.raises(TableError, match="damaged or locked"):
        read_table(raw_xlsx(HEADER + row(2, inline("A2", "x")), head=head))


def test_blank_rows_with_styles(raw_xlsx):
    # Numbers that differ keep the file from looking like a bomb.
    rows = "".join(
        row(i, f'<c r="A{i}" s="1"/>', f'<c r="B{i}" s="1"/>') for i in range(2, 100_002)
    )
    with pytest.raises(TableError, match="only blank rows below the column names"):
        read_table(raw_xlsx(HEADER + rows))


def test_a_workbook_of_another_kind_of_zip(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(TableError, match="cut short, damaged or locked"):
        read_table(path)


def test_a_missing_sheet_is_no_sheet(raw_xlsx, tmp_path):
    source, path = raw_xlsx(HEADER), tmp_path / "b.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            if "sheet1" not in part:
                new.writestr(part, old.read(part))
    with pytest.raises(TableError, match="no sheet of cells"):
        read_table(path)


@relaxed
@given(seed=st.integers(0, 2**32))
def test_damage_inside_a_part_never_ends_in_a_traceback(tmp_path, seed):
    """Unlike damage to the archive, this gets past its checksums."""
    rng = random.Random(seed)
    source, path = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["id", "day", "n"])
    book.active.append(["x", datetime.date(2026, 1, 2), 7])
    book.save(source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            content = bytearray(old.read(part))
            if rng.random() < 0.4 and content:
                for _ in range(rng.randint(1, 3)):
                    at = rng.randrange(len(content))
                    content[at : at + rng.randint(0, 3)] = rng.choice(
                        [b"", b"9", b"<", b'"', b"-", b"\xff", b"&#0;", b"99999999999999999999"]
                    )
            new.writestr(part, bytes(content))
    for read in (read_table, sheet_names, read_sheets):
        with contextlib.suppress(GeomatchError):
            read(path)


def test_progress(raw_xlsx):
    rows = "".join(row(i, inline(f"A{i}", f"x{i}")) for i in range(2, 5_000))
    seen = []
    read_table(raw_xlsx(HEADER + rows), progress=lambda done, total: seen.append(done / total))
    assert seen == sorted(seen)
    assert seen[-1] == 1
