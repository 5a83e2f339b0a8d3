"""Raw rows into a `Table`: header, blank rows, width and size, the same for every kind of file."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Literal

import numpy as np

from geomatch.core.errors import (
    BlankHeaderError,
    BlankSheetError,
    ColumnError,
    Problem,
    RowError,
    TableError,
)
from geomatch.core.translation import gettext
from geomatch.tables.cells import PLAIN_NUMBER, clean, clean_name, restored
from geomatch.tables.limits import Limits
from geomatch.tables.table import Table, column_key, missing_words, rows_words

__all__ = ["Row", "assemble", "check_names", "check_needed"]

Row = tuple[int, Sequence[str]]
"""Number of a row as a spreadsheet counts it, and its cells, raw."""

Source = Literal["text", "sheet", "typed"]

_CHUNK = 4096


def assemble(
    rows: Iterable[Row],
    *,
    file: str,
    needed: Sequence[str],
    limits: Limits,
    allow_empty: bool = False,
    source: Source,
    header_row: int = 1,
) -> Table:
    """Make a table from rows of raw text, the first of which is the header.

    Parameters
    ----------
    rows
        Numbered rows; blank ones may be left out or not.
    file, needed, limits, allow_empty, header_row
        As for `read_table`.
    source
        What the rows come from. ``"text"``: filled cells right of the header are refused, as a
        stray delimiter. ``"sheet"``: they are kept, under their column's letter. ``"typed"``: no
        apostrophes were added by `neutralised`, so none are taken away.

    Raises
    ------
    TableError, ColumnError, RowError
        As `read_table` says.
    """
    remaining = (row for row in rows if row[0] >= header_row)
    names, width = _header(remaining, file, needed, source, header_row, limits)
    columns = _Columns(names, file, limits, source, widest=width if source == "text" else None)
    for number, cells in remaining:
        if any(cells) and any(map(str.strip, cells)):
            columns.append(number, cells)
        else:
            columns.skip_blank()
    columns.flush()
    columns.check(allow_empty)
    texts = dict(zip(columns.names, columns.texts, strict=True))
    table = Table(columns.names, texts, np.array(columns.numbers, dtype=np.int64), file)
    check_needed(table, needed)
    return table


def check_names(names: Sequence[str], file: str) -> None:
    """Refuse two columns of one name.

    Raises
    ------
    ColumnError
        Naming every pair by its spreadsheet letters.
    """
    first: dict[str, int] = {}
    twice = []
    for index, name in enumerate(names):
        key = column_key(name)
        if key in first:
            twice.append(
                gettext("“{name}” ({column} and {other})").format(
                    name=name, column=column_letter(first[key]), other=column_letter(index)
                )
            )
        first.setdefault(key, index)
    if twice:
        raise ColumnError(
            gettext("two columns have the same name: {list}; rename or remove one").format(
                list=", ".join(twice)
            ),
            file=file,
        )


def check_needed(table: Table, needed: Iterable[str]) -> None:
    """Refuse a table without a column that is needed.

    Raises
    ------
    ColumnError
        For the first one missing, with the nearest name that there is.
    """
    for name in needed:
        table.name_of(name)


def column_letter(index: int) -> str:
    """Letters of a column as a spreadsheet shows them, from a 0-based index.

    Examples
    --------
    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = string.ascii_uppercase[rest] + letters
    return letters


def _header(
    rows: Iterator[Row],
    file: str,
    needed: Sequence[str],
    source: Source,
    header_row: int,
    limits: Limits,
) -> tuple[list[str], int]:
    number, cells = next(rows, (0, ()))
    plain = str if source == "typed" else restored
    names = [clean_name(plain(clean_name(cell))) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        if any(any(map(str.strip, cells)) for _, cells in islice(rows, limits.rows)):
            raise _blank_header(header_row, file)
        raise BlankSheetError(
            gettext("there are only blank rows; is this the right sheet?"), file=file
        )
    if number > header_row:
        raise _blank_header(header_row, file)
    _check_width(len(names), file, limits)
    if source != "typed":
        _check_is_header(names, file, needed)
    check_names([name for name in names if name], file)
    return names, len(cells)


def _blank_header(row: int, file: str) -> BlankHeaderError:
    return BlankHeaderError(
        gettext("row {row} is blank; it must hold the column names").format(row=row), file=file
    )


def _check_is_header(names: Sequence[str], file: str, needed: Sequence[str]) -> None:
    present = {column_key(name) for name in names}
    missing = [name for name in needed if column_key(name) not in present]
    numbers = [bool(PLAIN_NUMBER.fullmatch(name)) for name in names if name]
    looks_like_data = all(numbers) or (len(missing) == len(needed) > 0 and any(numbers))
    if looks_like_data:
        raise TableError(
            gettext(
                "row 1 looks like data (“{name}”, …); put a row of column names above it"
            ).format(name=names[0]),
            file=file,
        )
    if missing:
        raise ColumnError(missing_words(missing[0], names), file=file)


@dataclass
class _Columns:
    """Columns that grow by chunks of rows, counting against the limits."""

    names: list[str]
    file: str
    limits: Limits
    source: Source
    widest: int | None
    texts: list[list[str]] = field(init=False)
    numbers: list[int] = field(default_factory=list)
    blank_rows: int = 0
    characters: int = 0
    _chunk: list[Sequence[str]] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.texts = [[] for _ in self.names]
        _check_width(len(self.names), self.file, self.limits)

    def append(self, number: int, cells: Sequence[str]) -> None:
        """Add a row that is not blank."""
        if len(cells) > len(self.names):
            cells = self._fitted(number, cells)
        self.numbers.append(number)
        self._chunk.append(cells)
        if len(self._chunk) == _CHUNK:
            self.flush()

    def skip_blank(self) -> None:
        """Count a blank row; a file can hold so many that reading them alone takes minutes."""
        self.blank_rows += 1
        if self.blank_rows > self.limits.rows:
            raise TableError(
                gettext("there are more than {rows:,} blank rows; remove them").format(
                    rows=self.limits.rows
                ),
                file=self.file,
            )

    def flush(self) -> None:
        """Move the rows that wait into the columns."""
        done = len(self.numbers) - len(self._chunk)
        plain = clean if self.source == "typed" else _plain
        for texts, cells in zip(self.texts, zip_longest(*self._chunk, fillvalue=""), strict=False):
            once: dict[str, str] = {}  # most columns repeat a few texts: each is kept once
            texts.extend(once.setdefault(text, text) for text in map(plain, cells))
        for texts in self.texts:  # columns that no row of the chunk reached
            texts.extend([""] * (len(self.numbers) - len(texts)))
        self._chunk.clear()
        self._check_height()
        self._check_length(done)

    def check(self, allow_empty: bool) -> None:
        """Refuse a table without rows, or with rows that are too wide."""
        if self._problems:
            raise RowError(
                rows_words(self._problems),
                file=self.file,
                problems=tuple(self._problems),
            )
        if not self.numbers and self.blank_rows:
            raise BlankSheetError(
                gettext(
                    "there are only blank rows below the column names; is this the right sheet?"
                ),
                file=self.file,
            )
        if not self.numbers and not allow_empty:
            raise TableError(gettext("there are no rows below the column names"), file=self.file)
        self._name_the_nameless()

    def _fitted(self, number: int, cells: Sequence[str]) -> Sequence[str]:
        """Drop empty cells right of the header; refuse filled ones, or make columns of them."""
        width = len(cells)
        while width > len(self.names) and not cells[width - 1].strip():
            width -= 1
        if width > len(self.names):
            if self.widest is None or width <= self.widest:
                self.names += [""] * (width - len(self.names))
                _check_width(len(self.names), self.file, self.limits)
                self.texts += [[] for _ in range(width - len(self.texts))]
                for texts in self.texts:
                    texts.extend([""] * (len(self.texts[0]) - len(texts)))
            else:
                self._problems.append(
                    Problem(
                        gettext(
                            "{width} cells, and {widest} column names; text that "
                            "contains the delimiter must stand in double quotes"
                        ).format(width=width, widest=self.widest),
                        row=number,
                    )
                )
        return cells[: len(self.names)]

    def _name_the_nameless(self) -> None:
        """Columns without a name: dropped when empty, else called by their letter."""
        taken = {column_key(name) for name in self.names if name}
        kept = []
        for index, (name, texts) in enumerate(zip(self.names, self.texts, strict=True)):
            if not name and any(texts):
                name = f"column {column_letter(index)}"
                while column_key(name) in taken:
                    name += " (no name)"
            if name:
                kept.append((name, texts))
        self.names = [name for name, _ in kept]
        self.texts = [texts for _, texts in kept]

    def _check_height(self) -> None:
        count = len(self.numbers)
        if count > self.limits.rows:
            raise TableError(
                gettext("there are more than {rows:,} rows; split the file").format(
                    rows=self.limits.rows
                ),
                file=self.file,
            )
        if count * len(self.names) > self.limits.cells:
            raise TableError(
                gettext(
                    "there are more than {cells:,} cells; split the file, or remove "
                    "columns that are not needed"
                ).format(cells=self.limits.cells),
                file=self.file,
            )

    def _check_length(self, done: int) -> None:
        for name, texts in zip(self.names, self.texts, strict=True):
            lengths = [len(text) for text in texts[done:]]
            self.characters += sum(lengths)
            if lengths and max(lengths) > self.limits.cell_characters:
                row = self.numbers[done + lengths.index(max(lengths))]
                message = gettext(
                    "the text is too long ({number:,} characters; at most {most:,})"
                ).format(number=max(lengths), most=self.limits.cell_characters)
                problem = Problem(message, row=row, column=name or None)
                raise RowError(rows_words([problem]), file=self.file, problems=(problem,))
        if self.characters > self.limits.characters:
            raise TableError(
                gettext(
                    "there is more than {characters:,} characters of text; split the "
                    "file, or remove columns that are not needed"
                ).format(characters=self.limits.characters),
                file=self.file,
            )


def _check_width(count: int, file: str, limits: Limits) -> None:
    if count > limits.columns:
        raise TableError(
            gettext(
                "there are {count:,} columns; at most {most:,} are taken. Remove "
                "those that are not needed"
            ).format(count=count, most=limits.columns),
            file=file,
        )


def _plain(cell: str) -> str:
    text = clean(cell)
    return restored(text).strip() if text[:1] == "'" else text
