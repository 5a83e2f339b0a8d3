"""Excel workbooks, written: one sheet, a bold header that stays in view, the same bytes each time.

Why not a library: the one at hand rounds numbers to 16 digits (some need 17), and writes a text of
the form ``<r>…</r>`` into the sheet as markup, whoever typed it (see docs/adr/0035).

Format: ECMA-376 part 1, chapters 12 and 18.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from geomatch.core.errors import ParameterError, Problem, RowError
from geomatch.core.translation import gettext
from geomatch.tables.assembling import column_letter
from geomatch.tables.cells import cell_text, neutralised, typed_column
from geomatch.tables.table import rows_words

__all__ = ["write_table"]

_LAST_ROW, _LAST_COLUMN, _LONGEST = 1_048_576, 16_384, 32_767
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WRITTEN_AT_ONCE = 500
_WIDEST = 60

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="{_MIME}.sheet.main+xml"/>\
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MIME}.worksheet+xml"/>\
<Override PartName="/xl/styles.xml" ContentType="{_MIME}.styles+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>\
</Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>\
<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>\
<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>""",
    "xl/styles.xml": f"""<styleSheet xmlns="{_MAIN}">\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>""",
}
_SHEET_HEAD = f"""<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">\
<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>\
</sheetViews>"""
_SHEET_TAIL = "</sheetData></worksheet>"

# What XML cannot hold, a bare carriage return (XML readers turn it into a line feed), and whatever
# looks like the escape itself.
_TO_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def write_table(path: Path, columns: Mapping[str, Sequence[object]], *, file: str) -> None:
    """Write columns into the only sheet of a new workbook.

    Parameters
    ----------
    path
        A file that does not exist, or is empty.
    columns
        Values by name; numbers and truth values become such cells (see `typed_column`).
    file
        Name for messages.

    Raises
    ------
    ParameterError
        If there are more rows or columns than a sheet has.
    RowError
        If a text is longer than a cell can be.
    """
    typed = [typed_column(values)[1] for values in columns.values()]
    count = len(typed[0])
    if count >= _LAST_ROW or len(typed) > _LAST_COLUMN:
        raise ParameterError(
            gettext(
                "{count:,} rows and {number:,} columns are more than a sheet has room "
                "for; write .csv or .parquet"
            ).format(count=count, number=len(typed))
        )
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in _PARTS.items():
            archive.writestr(_entry(name), _XML + text)
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w") as out:
            out.write((_XML + _SHEET_HEAD + _widths(columns, typed) + "<sheetData>").encode())
            pending: list[str] = []
            for row in _rows(list(columns), typed, file):
                pending.append(row)
                if len(pending) == _WRITTEN_AT_ONCE:
                    out.write("".join(pending).encode())
                    pending.clear()
            out.write(("".join(pending) + _SHEET_TAIL).encode())


def _entry(name: str) -> zipfile.ZipInfo:
    """Directory entry with nothing in it that depends on when and where it is written."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    return entry


def _widths(columns: Mapping[str, object], typed: Sequence[Sequence[object]]) -> str:
    """Columns as wide as their text, within reason."""
    out = []
    for index, (name, cells) in enumerate(zip(columns, typed, strict=True), start=1):
        longest = max((len(cell_text(cell)) for cell in cells[:1000]), default=0)
        width = min(max(longest, len(name), 6), _WIDEST) + 2
        out.append(f'<col min="{index}" max="{index}" width="{width}" customWidth="1"/>')
    return f"<cols>{''.join(out)}</cols>"


def _rows(names: Sequence[str], typed: Sequence[Sequence[object]], file: str) -> Iterator[str]:
    letters = [column_letter(index) for index in range(len(names))]
    header = (
        _text_cell(f"{letter}1", name, ' s="1"')
        for letter, name in zip(letters, names, strict=True)
    )
    yield f'<row r="1">{"".join(header)}</row>'
    for number, cells in enumerate(zip(*typed, strict=True), start=2):
        inside = "".join(
            _cell(f"{letter}{number}", cell)
            for letter, cell in zip(letters, cells, strict=True)
            if cell is not None
        )
        if len(inside) > _LONGEST // 2:  # most rows are far from it
            _check_lengths(names, cells, number, file)
        yield f'<row r="{number}">{inside}</row>'


def _cell(place: str, value: object) -> str:
    if isinstance(value, str):
        return _text_cell(place, value)
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    return f'<c r="{place}"><v>{cell_text(value)}</v></c>'


def _text_cell(place: str, text: str, style: str = "") -> str:
    text = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", neutralised(text))
    inside = f'<is><t xml:space="preserve">{escape(text)}</t></is>'
    return f'<c r="{place}"{style} t="inlineStr">{inside}</c>'


def _check_lengths(names: Sequence[str], cells: Sequence[object], row: int, file: str) -> None:
    # Excel counts UTF-16 units, two for an emoji.
    problems = tuple(
        Problem(
            gettext(
                "the text is longer than the {longest:,} characters of a cell; write .csv"
            ).format(longest=_LONGEST),
            row=row,
            column=name,
            value=cell,
        )
        for name, cell in zip(names, cells, strict=True)
        if isinstance(cell, str) and len(neutralised(cell).encode("utf-16-le")) > 2 * _LONGEST
    )
    if problems:
        raise RowError(rows_words(problems, "written"), file=file, problems=problems)
