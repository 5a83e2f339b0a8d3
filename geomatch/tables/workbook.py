"""Excel workbooks (.xlsx), read as a stream.

Why not a library: each of those at hand builds the whole rectangle between the first and the last
cell, so that a file of 1.3 KB with a cell in the last corner takes 550 GB, and ends the process
where no exception can be caught (see docs/adr/0035). Reading the cells as they come needs no more
memory than the text that is in them.

Format: ECMA-376 part 1, chapters 12 and 18.
"""

from __future__ import annotations

import posixpath
import re
import string
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from geomatch.core.errors import Problem, RowError, TableError
from geomatch.core.translation import gettext
from geomatch.tables.archive import Archive, opened_archive
from geomatch.tables.assembling import Row, column_letter
from geomatch.tables.cells import number_text
from geomatch.tables.limits import Limits
from geomatch.tables.numberformats import DateFormats
from geomatch.tables.progress import Progress
from geomatch.tables.table import rows_words

__all__ = ["read_rows", "sheet_names"]

Attributes = dict[str, str]

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_SHORTEST_CELL = len('<c t="s"><v>0</v></c>')
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class _Book:
    """What the workbook's own part says: sheets in order (name, part), and the date epoch."""

    sheets: list[tuple[str, str]]
    strings: str | None
    styles: str | None
    dates_from_1904: bool


def sheet_names(path: Path, *, file: str, limits: Limits) -> list[str]:
    """Return the names of the sheets that hold cells, in the workbook's order."""
    with opened_archive(path, file, limits) as archive:
        return [name for name, _ in _book(archive, file).sheets]


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
        ISO 8601, truth values as true or false, errors as they show (``#N/A``).

    Raises
    ------
    TableError
        If the workbook is damaged, locked, or larger inside than the limits allow.
    RowError
        If a formula has no stored result, or a cell says it stands where no cell is.
    """
    with opened_archive(path, file, limits) as archive:
        book = _book(archive, file)
        part = next((part for name, part in book.sheets if sheet in (None, name)), None)
        if part is None:
            known = ", ".join(f"“{name}”" for name, _ in book.sheets)
            raise TableError(
                gettext("there is no sheet “{sheet}”; there are: {known}").format(
                    sheet=sheet, known=known
                ),
                file=file,
            )
        strings = _Strings(file, _most_strings(archive, book))
        if book.strings:
            _read_strings(archive, book.strings, strings)
        formats = DateFormats(book.dates_from_1904)
        if book.styles:
            _parse(archive, book.styles, formats.start)
        cells = _Cells(strings, formats, file, limits)
        for _ in archive.parse(part, cells.parser, progress):
            yield from cells.taken()
        cells.finish()


def _book(archive: Archive, file: str) -> _Book:
    main = _related(archive, "").get("officeDocument", ["xl/workbook.xml"])[0]
    by_kind = _related(archive, main)
    targets = _targets(archive, main)
    sheets: list[tuple[str, str]] = []
    dates_from_1904 = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal dates_from_1904
        if name == "workbookPr":
            dates_from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            target = targets.get(attributes.get("id", ""), "")
            if target in by_kind.get("worksheet", ()) and target in archive:
                sheets.append((attributes.get("name", ""), target))

    _parse(archive, main, start)
    if not sheets:
        raise TableError(gettext("the workbook has no sheet of cells"), file=file)
    strings, styles = (by_kind.get(kind, [None])[0] for kind in ("sharedStrings", "styles"))
    return _Book(sheets, strings, styles, dates_from_1904)


def _related(archive: Archive, part: str) -> dict[str, list[str]]:
    """Parts that a part names, by kind (the last word of the relationship's type)."""
    out: dict[str, list[str]] = {}
    for _, kind, target in _relationships(archive, part):
        out.setdefault(kind, []).append(target)
    return out


def _targets(archive: Archive, part: str) -> dict[str, str]:
    return {identifier: target for identifier, _, target in _relationships(archive, part)}


def _relationships(archive: Archive, part: str) -> list[tuple[str, str, str]]:
    folder, name = posixpath.split(part)
    index = posixpath.join(folder, "_rels", f"{name}.rels")
    found: list[tuple[str, str, str]] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found.append((attributes.get("Id", ""), kind, target.lstrip("/")))

    if index in archive:
        _parse(archive, index, start)
    return found


def _parse(archive: Archive, part: str, start: Callable[[str, Attributes], None]) -> None:
    """Read a small part; names come without their namespaces, which differ between dialects."""
    parser = _parser()

    def bare(name: str, attributes: Attributes) -> None:
        start(_bare(name), {_bare(key): value for key, value in attributes.items()})

    parser.StartElementHandler = bare
    for _ in archive.parse(part, parser):
        pass


class _Strings:
    """The texts that cells refer to by number, end to end: a million apart weigh six times that.

    Parameters
    ----------
    most
        How many there may be.
    """

    def __init__(self, file: str, most: int) -> None:
        self._file, self._most = file, most
        self._text, self._ends = bytearray(), array("Q", [0])

    def append(self, text: str) -> None:
        """Add the next one."""
        if len(self._ends) > self._most:
            raise TableError(
                gettext(
                    "the workbook keeps more than {most:,} texts, and no sheet has cells "
                    "for so many; open it and save it again"
                ).format(most=self._most),
                file=self._file,
            )
        self._text += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._text))

    def __getitem__(self, index: int) -> str:
        if index < 0:
            raise IndexError(index)
        start, end = self._ends[index], self._ends[index + 1]
        return self._text[start:end].decode("utf-8", "surrogatepass")


def _most_strings(archive: Archive, book: _Book) -> int:
    """How many texts the cells of all sheets have room to name; some programs keep a few unused."""
    return 10_000 + sum(archive.size(part) for _, part in book.sheets) // _SHORTEST_CELL


def _read_strings(archive: Archive, part: str, strings: _Strings) -> None:
    """Read the texts that cells refer to by number."""
    pieces: list[str] = []
    phonetic = False
    parser = _parser()

    def start(name: str, _: Attributes) -> None:
        nonlocal phonetic
        kind = _bare(name)
        if kind == "t" and not phonetic:
            parser.CharacterDataHandler = pieces.append
        elif kind == "rPh":  # how to pronounce it: not part of the text
            phonetic = True

    def end(name: str) -> None:
        nonlocal phonetic
        kind = _bare(name)
        if kind == "t":
            parser.CharacterDataHandler = None
        elif kind == "rPh":
            phonetic = False
        elif kind == "si":
            strings.append(_unescaped("".join(pieces)))
            pieces.clear()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    if part in archive:
        for _nothing in archive.parse(part, parser):
            pass


class _Cells:
    """Handlers that turn a sheet's XML into rows, as it streams by."""

    def __init__(self, strings: _Strings, formats: DateFormats, file: str, limits: Limits) -> None:
        self._strings, self._formats, self._file, self._limits = strings, formats, file, limits
        self._ready: list[Row] = []
        self._problems: list[Problem] = []
        self._row_number, self._row = 0, [""]
        self._column = 0
        self._kind: str | None = None
        self._style: str | None = None
        self._formula = self._valued = self._phonetic = False
        self._pieces: list[str] = []
        self._columns: dict[str, int] = {}
        # The parser gives the same string object for the same name, so this lookup is quick.
        self._bare: dict[str, str] = {}
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def taken(self) -> list[Row]:
        """Hand over the rows that are complete."""
        ready, self._ready = self._ready, []
        return ready

    def finish(self) -> None:
        """Refuse the sheet if a cell could not be read."""
        if self._problems:
            raise RowError(
                rows_words(self._problems, "read"),
                file=self._file,
                problems=tuple(self._problems),
            )

    def _start(self, name: str, attributes: Attributes) -> None:
        kind = self._bare.get(name) or self._bare.setdefault(name, _bare(name))
        if kind == "c":
            self._start_cell(attributes)
        elif kind == "v" or (kind == "t" and not self._phonetic):
            self._valued = True
            self.parser.CharacterDataHandler = self._pieces.append
        elif kind == "row":
            self._start_row(attributes)
        elif kind == "f":
            self._formula = True
        elif kind == "rPh":
            self._phonetic = True

    def _end(self, name: str) -> None:
        kind = self._bare[name]
        if kind in ("v", "t"):
            self.parser.CharacterDataHandler = None
        elif kind == "c":
            self._end_cell()
        elif kind == "row":
            self._ready.append((self._row_number, self._row))
        elif kind == "rPh":
            self._phonetic = False

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r", "")
        self._row_number = int(number[:9]) if number.isdecimal() else self._row_number + 1
        if not 1 <= self._row_number <= _LAST_ROW:
            raise self._nowhere(gettext("a row {number:,}").format(number=self._row_number))
        self._row = []
        self._column = 0

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            letters = reference.rstrip(string.digits)
            self._column = self._columns.get(letters) or self._columns.setdefault(
                letters, _column_of(letters)
            )
        if not 1 <= self._column <= _LAST_COLUMN:
            raise self._nowhere(gettext("a cell “{reference}”").format(reference=reference))
        self._kind, self._style = attributes.get("t"), attributes.get("s")
        self._formula = self._valued = False
        self._pieces.clear()

    def _end_cell(self) -> None:
        if not self._valued:
            if self._formula:
                self._problem(
                    gettext("this formula was never calculated; open the file and save it again")
                )
            return
        text = "".join(self._pieces)
        try:
            text = self._text(text)
        except (ValueError, IndexError, OverflowError):
            self._problem(gettext("this cell is damaged; type it again and save the file"), text)
            return
        if text:
            self._place(text)

    def _place(self, text: str) -> None:
        if self._column > self._limits.columns:
            raise TableError(
                gettext(
                    "row {row:,} has text in column {column}; at most "
                    "{most:,} columns are taken. Remove what is out there"
                ).format(
                    row=self._row_number,
                    column=column_letter(self._column - 1),
                    most=self._limits.columns,
                ),
                file=self._file,
            )
        missing = self._column - 1 - len(self._row)
        if missing >= 0:
            self._row += [""] * missing
            self._row.append(text)
        else:
            self._row[self._column - 1] = text

    def _text(self, text: str) -> str:
        kind = self._kind
        if kind == "s":
            return self._strings[int(text)]
        if kind in ("str", "inlineStr"):
            return _unescaped(text)
        if kind == "b":
            return "true" if text.strip() in ("1", "true") else "false"
        if kind == "e":
            return text
        if kind == "d":
            return text.removesuffix("T00:00:00")
        if not text.strip():
            return ""
        value = float(text)
        if self._style is None:
            return number_text(value)
        return self._formats.text(value, self._style) or number_text(value)

    def _nowhere(self, what: str) -> TableError:
        return TableError(
            gettext(
                "the workbook has {what}, which no sheet has room for; open it and save it again"
            ).format(what=what),
            file=self._file,
        )

    def _problem(self, message: str, value: str | None = None) -> None:
        column = column_letter(self._column - 1)
        self._problems.append(Problem(message, row=self._row_number, column=column, value=value))


def _column_of(letters: str) -> int:
    """Turn a column's letters into its number (A is 1); 0 for what is no column."""
    if not 1 <= len(letters) <= 3 or not set(letters) <= set(string.ascii_uppercase):
        return 0
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _unescaped(text: str) -> str:
    """Undo the escapes for what XML cannot hold: ``_x000D_`` is a carriage return."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _bare(name: str) -> str:
    return name.rpartition(" ")[2]


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    return parser
