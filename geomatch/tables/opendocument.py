"""OpenDocument spreadsheets (.ods), read as a stream, for the reasons that `workbook` gives.

A short file can say “this cell, 16,384 times” and “this row, a million times”. Repeated blanks are
skipped, and repeated text is counted against the limits before it is laid out.

Format: ODF 1.3 part 3, chapters 9 (tables) and 19.385 (`office:value-type`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from geomatch.core.errors import TableError
from geomatch.core.translation import gettext
from geomatch.tables.archive import opened_archive
from geomatch.tables.assembling import Row, column_letter
from geomatch.tables.cells import number_text
from geomatch.tables.limits import Limits
from geomatch.tables.progress import Progress

__all__ = ["read_rows", "sheet_names"]

Attributes = dict[str, str]

_CONTENT = "content.xml"
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_NUMBERS = frozenset({"float", "percentage", "currency"})


def sheet_names(path: Path, *, file: str, limits: Limits) -> list[str]:
    """Return the names of the sheets, in the workbook's order."""
    names: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if _bare(name) == "table":
            names.append(_of(attributes, "name"))

    parser = _parser()
    parser.StartElementHandler = start
    with opened_archive(path, file, limits) as archive:
        if _CONTENT in archive:
            for _ in archive.parse(_CONTENT, parser):
                pass
    if not names:
        raise TableError(gettext("the workbook has no sheet of cells"), file=file)
    return names


def read_rows(
    path: Path,
    *,
    file: str,
    sheet: str | None,
    limits: Limits,
    progress: Progress | None = None,
) -> Iterator[Row]:
    """Read the rows of one sheet one by one.

    Parameters
    ----------
    path, file, sheet, limits, progress
        As for `read_table`.

    Yields
    ------
    (int, list of str)
        Number of the row in the sheet and its raw cells: numbers in their shortest form, dates in
        ISO 8601, truth values as true or false; of a formula its stored result.

    Raises
    ------
    TableError
        If the workbook is damaged, locked, or larger inside than the limits allow.
    """
    with opened_archive(path, file, limits) as archive:
        if _CONTENT not in archive:
            raise TableError(gettext("the workbook has no sheet of cells"), file=file)
        cells = _Cells(sheet, file, limits)
        for _ in archive.parse(_CONTENT, cells.parser, progress):
            yield from cells.taken()
        cells.finish()


class _Cells:
    """Handlers that turn a sheet's XML into rows, as it streams by."""

    def __init__(self, sheet: str | None, file: str, limits: Limits) -> None:
        self._wanted, self._file, self._limits = sheet, file, limits
        self._names: list[str] = []
        self._inside = self._found = False
        self._ready: list[tuple[int, int, list[str]]] = []  # first row, how often, cells
        self._characters = self._laid_out = 0
        self._row_number, self._row_repeats = 0, 1
        self._row: list[str] = []
        self._column = 0  # cells so far, those that were skipped as blank too
        self._cell: Attributes | None = None
        self._pieces: list[str] = []
        self._paragraphs = self._spaces = self._annotation = 0
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def taken(self) -> Iterator[Row]:
        """Hand over the rows that are complete; repeated ones are laid out one by one."""
        ready, self._ready = self._ready, []
        for first, repeats, row in ready:
            for number in range(first, first + repeats):
                yield number, row

    def finish(self) -> None:
        """Refuse a sheet that is not there."""
        if not self._found:
            known = ", ".join(f"“{name}”" for name in self._names) or gettext("none")
            if self._wanted:
                said = gettext("there is no sheet “{sheet}”; there are: {known}")
            else:
                said = gettext("there is no sheet of cells; there are: {known}")
            raise TableError(said.format(sheet=self._wanted, known=known), file=self._file)

    def _start(self, name: str, attributes: Attributes) -> None:
        kind = _bare(name)
        if kind == "table":
            self._start_sheet(_of(attributes, "name"))
        elif not self._inside:
            return
        elif kind == "table-row":
            self._row, self._column = [], 0
            self._row_repeats = _count(attributes, "number-rows-repeated")
        elif kind in ("table-cell", "covered-table-cell"):
            self._cell = attributes
            self._pieces, self._paragraphs, self._spaces = [], 0, 0
        elif kind == "annotation":
            self._annotation += 1
        elif self._cell is not None and not self._annotation:
            self._start_text(kind, attributes)

    def _start_sheet(self, name: str) -> None:
        self._names.append(name)
        self._inside = not self._found and self._wanted in (None, name)
        self._found = self._found or self._inside
        self._row_number = 0

    def _start_text(self, kind: str, attributes: Attributes) -> None:
        if kind == "p":
            if self._paragraphs:
                self._pieces.append("\n")
            self._paragraphs += 1
            self.parser.CharacterDataHandler = self._pieces.append
        elif kind == "s":
            self._spaces += _count(attributes, "c")
            if self._spaces > self._limits.cell_characters:
                raise TableError(
                    gettext(
                        "a cell of row {row:,} holds more than "
                        "{cell_characters:,} spaces; shorten it"
                    ).format(
                        row=self._row_number + 1,
                        cell_characters=self._limits.cell_characters,
                    ),
                    file=self._file,
                )
            self._pieces.append(" " * _count(attributes, "c"))
        elif kind == "tab":
            self._pieces.append("\t")
        elif kind == "line-break":
            self._pieces.append("\n")

    def _end(self, name: str) -> None:
        kind = _bare(name)
        if kind == "table":
            self._inside = False
        elif not self._inside:
            return
        elif kind == "p":
            self.parser.CharacterDataHandler = None
        elif kind == "annotation":
            self._annotation -= 1
        elif kind in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif kind == "table-row":
            self._end_row()

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell or {}, None
        text = self._text(attributes)
        repeats = _count(attributes, "number-columns-repeated")
        if text.strip():
            last = self._column + repeats
            if last > self._limits.columns:
                raise TableError(
                    gettext(
                        "row {row:,} has text in column {column}; at most "
                        "{most:,} columns are taken. Remove what is out there"
                    ).format(
                        row=self._row_number + 1,
                        column=column_letter(last - 1),
                        most=self._limits.columns,
                    ),
                    file=self._file,
                )
            self._row += [""] * (self._column - len(self._row)) + [text] * repeats
            self._spend(len(text) * repeats)
        self._column += repeats

    def _end_row(self) -> None:
        repeats = self._row_repeats
        if self._row:
            self._spend(sum(map(len, self._row)) * (repeats - 1))
            self._laid_out += len(self._row) * repeats
            if self._laid_out > self._limits.cells:  # said before they are laid out one by one
                raise TableError(
                    gettext(
                        "there are more than {cells:,} cells; split the file, or remove "
                        "columns that are not needed"
                    ).format(cells=self._limits.cells),
                    file=self._file,
                )
            self._ready.append((self._row_number + 1, repeats, self._row))
        self._row_number += repeats

    def _spend(self, characters: int) -> None:
        self._characters += characters
        if self._characters > self._limits.characters:
            raise TableError(
                gettext(
                    "there is more than {characters:,} characters of text; split the "
                    "file, or remove columns that are not needed"
                ).format(characters=self._limits.characters),
                file=self._file,
            )

    def _text(self, attributes: Attributes) -> str:
        kind = _of(attributes, "value-type")
        if kind in _NUMBERS:
            return number_text(float(_of(attributes, "value")))
        if kind == "date":
            return _of(attributes, "date-value").removesuffix("T00:00:00")
        if kind == "time":
            found = _TIME.fullmatch(_of(attributes, "time-value"))
            return "{:02d}:{:02d}:{:02d}".format(*map(int, found.groups())) if found else ""
        if kind == "boolean":
            return _of(attributes, "boolean-value")
        return "".join(self._pieces) or _of(attributes, "string-value")


def _of(attributes: Attributes, name: str) -> str:
    """Return an attribute whatever its namespace: drafts of the format used others."""
    return next((value for key, value in attributes.items() if _bare(key) == name), "")


def _count(attributes: Attributes, name: str) -> int:
    said = _of(attributes, name)
    return max(1, int(said[:9])) if said.isdecimal() else 1


def _bare(name: str) -> str:
    return name.rpartition(" ")[2]


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    return parser
