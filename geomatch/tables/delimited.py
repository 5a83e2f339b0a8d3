"""Text files: .csv and .tsv, in the encodings and with the delimiters that spreadsheets write."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from geomatch.core.errors import ParameterError, Problem, RowError, TableError
from geomatch.core.translation import gettext
from geomatch.tables.assembling import Row
from geomatch.tables.cells import neutralised, text_column
from geomatch.tables.encoding import encoding_error, encoding_of, nul_error
from geomatch.tables.limits import Limits
from geomatch.tables.linecount import has_more_rows_than
from geomatch.tables.progress import Progress
from geomatch.tables.table import column_key

__all__ = ["read_rows", "write_rows"]


_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_CHARACTERS = 65_536
_SAMPLE_ROWS = 20
_EVERY = 4096


def read_rows(
    path: Path,
    *,
    file: str,
    needed: Sequence[str],
    limits: Limits,
    encoding: str | None = None,
    delimiter: str | None = None,
    progress: Progress | None = None,
) -> Iterator[Row]:
    """Read the rows of a text file one by one, blank ones included.

    Parameters
    ----------
    path, file, needed, limits, encoding, delimiter, progress
        As for `read_table`. `needed` helps to find the delimiter.

    Yields
    ------
    (int, list of str)
        Number of the row (a cell with line breaks is still one row) and its raw cells.

    Raises
    ------
    TableError
        If it is not text in the encoding that its byte order mark (or `encoding`) says, UTF-8
        otherwise.
    RowError
        If a quotation mark is never closed, or text goes on after a closing one.
    """
    if delimiter is not None and delimiter not in _DELIMITERS:
        known = ", ".join(_DELIMITERS.values())
        raise ParameterError(
            gettext("“{delimiter}” does not part cells; choose one of: {known}").format(
                delimiter=delimiter, known=known
            )
        )
    encoding = encoding_of(path, encoding)
    size = path.stat().st_size
    number = 0
    if has_more_rows_than(path, limits.rows + 1):  # and the row of column names
        raise TableError(
            gettext("there are more than {rows:,} rows; split the file").format(rows=limits.rows),
            file=file,
        )
    try:
        with (
            path.open("rb") as binary,
            io.TextIOWrapper(binary, encoding=encoding, newline="") as opened,
        ):
            found, skipped = _dialect(opened, path, needed)
            delimiter = delimiter or found
            reader = csv.reader(_lines(opened, file, limits), delimiter=delimiter, strict=True)
            for number, cells in enumerate(reader, start=1):
                if number > skipped:
                    yield number - skipped, cells
                if progress and number % _EVERY == 0:
                    progress(binary.tell(), size)
    except UnicodeError as error:
        raise encoding_error(path, file, encoding) from error
    except csv.Error as error:
        raise _quoting_error(error, number + 1, file, limits) from error


def write_rows(out: TextIO, columns: Mapping[str, Sequence[object]], *, delimiter: str) -> None:
    """Write columns as delimited text: UTF-8 without a byte order mark, lines end in LF."""
    writer = csv.writer(_LineFeeds(out), delimiter=delimiter)
    writer.writerow([neutralised(name) for name in columns])
    texts = [list(map(neutralised, text_column(values))) for values in columns.values()]
    writer.writerows(zip(*texts, strict=True))


class _LineFeeds:
    """End lines in LF. The writer itself would then leave a bare CR in a cell without quotes."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, line: str) -> int:
        return self._out.write(line.removesuffix("\r\n") + "\n")


def _dialect(opened: TextIO, path: Path, needed: Sequence[str]) -> tuple[str, int]:
    """Find the delimiter, and how many lines stand before the header (Excel's ``sep=;``)."""
    sample = opened.read(_SAMPLE_CHARACTERS)
    opened.seek(0)
    first = sample.split("\n", 1)[0].strip("\r\ufeff")
    if first[:4].lower() == "sep=" and first[4:5] in _DELIMITERS:
        return first[4], 1
    if path.suffix.lower() == ".tsv":
        return "\t", 0
    whole = len(sample) < _SAMPLE_CHARACTERS
    return max(_DELIMITERS, key=lambda delimiter: _fit(sample, whole, delimiter, needed)), 0


def _fit(sample: str, whole: bool, delimiter: str, needed: Sequence[str]) -> tuple[float, ...]:
    """Say how well a delimiter explains the first rows: larger is better, compared in order."""
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(map(str.strip, cells)):
                rows.append(cells)
            if len(rows) > _SAMPLE_ROWS:
                break
        else:
            if not whole and len(rows) > 1:
                rows.pop()  # cut off by the end of the sample
    except csv.Error:
        pass  # the sample ends inside quotes; the rows so far still tell
    if not rows:  # nothing but delimiters
        return (math.inf,)
    header = {column_key(cell) for cell in rows[0]}
    found = sum(column_key(name) in header for name in needed)
    width = len(rows[0])
    same = sum(len(cells) == width for cells in rows) / len(rows)
    return (found, same if width > 1 else 0, width)


def _lines(opened: TextIO, file: str, limits: Limits) -> Iterator[str]:
    """Read line by line, and none that is too long to be held: a line can be the whole file."""
    longest = limits.line_characters
    for number, line in enumerate(iter(lambda: opened.readline(longest), ""), start=1):
        if "\x00" in line:
            raise nul_error(file)
        if len(line) == longest:
            raise TableError(
                gettext(
                    "line {number:,} has more than {longest:,} characters; is this a table?"
                ).format(number=number, longest=longest),
                file=file,
            )
        yield line


def _quoting_error(error: csv.Error, row: int, file: str, limits: Limits) -> Exception:
    said = str(error)
    if "field larger" in said or "unexpected end" in said:
        words = gettext(
            "a quotation mark opens a text that is never closed; close or remove it "
            "(one cell holds at most {most:,} characters)"
        ).format(most=limits.cell_characters)
    elif "expected after" in said:
        words = gettext(
            "text goes on after a closing quotation mark; "
            'write quotation marks inside a text twice ("")'
        )
    else:
        words = gettext(
            "this row cannot be read ({error}); save the file again as “CSV UTF-8”"
        ).format(error=said)
    return RowError(
        gettext("the file cannot be split into cells"),
        file=file,
        problems=(Problem(words, row=row),),
    )
