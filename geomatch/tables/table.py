"""A table as a person typed it: text under column names, and typed views that say what is wrong.

Reading never guesses a type: ``007`` stays ``007``. Whoever needs numbers asks for them, and gets
either an array or one error that lists every bad row.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.errors import ColumnError, ParameterError, Problem, RowError
from geomatch.core.translation import gettext, ngettext
from geomatch.core.yes_no import yes_or_no
from geomatch.tables.cells import PLAIN_NUMBER, text_column

__all__ = ["Column", "Table", "column_key", "missing_words", "rows_words"]

Column = Sequence[object] | npt.NDArray[Any]
"""Values of one column, as callers hand them in: a list, a tuple or an array."""

Fault = Literal["used", "read", "written"]
"""What cannot be done with a row."""


def column_key(name: str) -> str:
    """Form under which column names are compared: trimmed, one space, case ignored."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True)
class Table:
    """Rows of text under named columns.

    Attributes
    ----------
    names : list of str
        Column names as the file spells them, in its order.
    columns : dict of str to list of str
        Trimmed text of every column, by name as in `names`; an empty cell is ``""``.
    row_numbers : ndarray of int64, shape (n,)
        Row of each entry as a spreadsheet counts it: the header is row 1, skipped blank rows count.
        In files without rows of text (.geojson, .gpkg, .parquet) the first entry is row 2.
    file : str
        Name for messages.

    Examples
    --------
    >>> table = Table.from_columns({"id": ["a", "b"], "People": ["2", ""]})
    >>> table.integers("people", default=1)
    array([2, 1])
    >>> "PEOPLE" in table, len(table)
    (True, 2)
    """

    names: list[str]
    columns: dict[str, list[str]]
    row_numbers: Ints
    file: str
    _by_key: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {column_key(name): name for name in self.names})

    @classmethod
    def from_columns(cls, columns: Mapping[str, Column], *, file: str = "the table") -> Table:
        """Make a table from values that are already in memory.

        Parameters
        ----------
        columns
            Values by column name; every type that `write_table` takes.
        file
            Name for messages.

        Raises
        ------
        ParameterError
            If the columns have different lengths.
        """
        texts = {name: text_column(values) for name, values in columns.items()}
        lengths = {len(column) for column in texts.values()}
        if len(lengths) > 1:
            raise ParameterError(f"columns of one table have different lengths: {sorted(lengths)}")
        count = lengths.pop() if lengths else 0
        return cls(list(texts), texts, np.arange(2, count + 2), file)

    def __len__(self) -> int:
        return len(self.row_numbers)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and column_key(name) in self._by_key

    def only(self, rows: Ints) -> Table:
        """Table of some of the rows, counted from 0; in messages they keep their row numbers."""
        if np.array_equal(rows, np.arange(len(self))):
            return self
        some = rows.tolist()
        columns = {name: [texts[row] for row in some] for name, texts in self.columns.items()}
        return Table(self.names, columns, self.row_numbers[rows], self.file)

    def name_of(self, name: str) -> str:
        """Spelling of a column's name in the file.

        Raises
        ------
        ColumnError
            If there is none, with the nearest name that there is.
        """
        found = self._by_key.get(column_key(name))
        if found is None:
            raise ColumnError(missing_words(name, self.names), file=self.file)
        return found

    def texts(self, name: str, default: str = "") -> list[str]:
        """Text of a column; `default` where a cell is empty or the column is absent."""
        column = self._column(name)
        if column is None:
            return [default] * len(self)
        return [text or default for text in column] if default else list(column)

    def numbers(
        self,
        name: str,
        *,
        default: float = math.nan,
        minimum: float = -math.inf,
        maximum: float = math.inf,
    ) -> Floats:
        """Numbers of a column.

        Parameters
        ----------
        name
            The column; when it is absent, every value is `default`.
        default
            Value of an empty cell.
        minimum, maximum
            Allowed range, both ends included.

        Returns
        -------
        ndarray of float64, shape (n,)

        Raises
        ------
        RowError
            Listing every cell that is no number (NaN and infinity are none), or out of range.
        """

        def read(text: str) -> float:
            if not PLAIN_NUMBER.fullmatch(text):
                raise ValueError(_not_a_number(text))
            value = float(text)
            if not minimum <= value <= maximum or math.isinf(value):
                raise ValueError(_out_of_range(minimum, maximum))
            return value

        return np.array(self._parsed(name, read, default), dtype=np.float64)

    def integers(
        self,
        name: str,
        *,
        default: int = 0,
        minimum: int = -(2**53),
        maximum: int = 2**53,
    ) -> Ints:
        """Whole numbers of a column; ``12.0`` is one, ``1.5`` is refused.

        Parameters, errors and the range are those of `numbers`.

        Returns
        -------
        ndarray of int64, shape (n,)
        """

        def read(text: str) -> int:
            if not PLAIN_NUMBER.fullmatch(text):
                raise ValueError(_not_a_number(text))
            value = float(text)
            if not value.is_integer():
                raise ValueError(gettext("this must be a whole number; round it"))
            if not minimum <= value <= maximum:
                raise ValueError(_out_of_range(minimum, maximum))
            return int(value)

        return np.array(self._parsed(name, read, default), dtype=np.int64)

    def booleans(self, name: str, *, default: bool = False) -> Bools:
        """Truth values of a column in the words of `geomatch.core.yes_no`; empty is `default`.

        Returns
        -------
        ndarray of bool, shape (n,)

        Raises
        ------
        RowError
            Listing every other word.
        """

        def read(text: str) -> bool:
            value = yes_or_no(text)
            if value is None:
                raise ValueError(gettext("this must be true or false (yes, no, 1 and 0 will do)"))
            return value

        return np.array(self._parsed(name, read, default), dtype=np.bool_)

    def lists(self, name: str) -> list[tuple[str, ...]]:
        """Split every cell of a column on ``;``, without empty items; an absent column is empty."""
        return [
            tuple(item for part in text.split(";") if (item := part.strip()))
            for text in self.texts(name)
        ]

    def ids(self, name: str = "id") -> list[str]:
        """Return the identifiers of a column: one in every row, none twice.

        Raises
        ------
        ColumnError
            If the column is absent.
        RowError
            Listing every row whose identifier is empty or stands in an earlier row.
        """
        texts = self.columns[self.name_of(name)]
        first: dict[str, int] = {}
        wrong: list[tuple[int, str]] = []
        for index, text in enumerate(texts):
            if not text:
                needed = gettext("every row needs its own {name}; fill it in")
                wrong.append((index, needed.format(name=name)))
            elif text in first:
                row = self.row_numbers[first[text]]
                again = gettext("the same {name} as in row {row}; every row needs its own")
                wrong.append((index, again.format(name=name, row=row)))
            else:
                first[text] = index
        self._refuse(name, texts, wrong)
        return list(texts)

    def points(self, lon: str = "lon", lat: str = "lat") -> Floats:
        """Longitude and latitude of every row, in degrees.

        Parameters
        ----------
        lon, lat
            The two columns; absent columns are empty.

        Returns
        -------
        ndarray of float64, shape (n, 2)
            Longitude, latitude; both NaN where both cells are empty.

        Raises
        ------
        RowError
            Listing every cell that is no number, beyond ±180 or ±90, or empty beside a filled one.
        """
        problems: list[Problem] = []
        pairs = np.full((len(self), 2), np.nan)
        for axis, (name, limit) in enumerate(((lon, 180.0), (lat, 90.0))):
            try:
                pairs[:, axis] = self.numbers(name, minimum=-limit, maximum=limit)
            except RowError as error:
                problems += [self._with_swap_hint(problem, name, lat) for problem in error.problems]
        if not problems:
            alone = np.flatnonzero(np.isnan(pairs).sum(axis=1) == 1)
            for index in alone.tolist():
                missing, given = (lon, lat) if math.isnan(pairs[index, 0]) else (lat, lon)
                problems.append(
                    Problem(
                        gettext(
                            "{given} is filled and {missing} is empty; fill both or neither"
                        ).format(given=given, missing=missing),
                        row=int(self.row_numbers[index]),
                        column=missing,
                    )
                )
        if problems:
            problems.sort(key=lambda problem: problem.row or 0)
            raise RowError(rows_words(problems), file=self.file, problems=tuple(problems))
        return pairs

    def merged(self, columns: Mapping[str, Column]) -> dict[str, Column]:
        """Columns for `write_table`: everything passed through, with some added or replaced.

        Parameters
        ----------
        columns
            Values by name. One that the table has already (case ignored) takes its place and its
            spelling; the others follow at the end.

        Returns
        -------
        dict
            Ready for `write_table`.
        """
        out: dict[str, Column] = {name: self.columns[name] for name in self.names}
        for name, values in columns.items():
            out[self._by_key.get(column_key(name), name)] = values
        return out

    def _column(self, name: str) -> list[str] | None:
        found = self._by_key.get(column_key(name))
        return None if found is None else self.columns[found]

    def _parsed(
        self, name: str, read: Callable[[str], float | bool], default: float | bool
    ) -> list[float | bool]:
        texts = self._column(name)
        if texts is None:
            return [default] * len(self)
        values: list[float | bool] = []
        wrong: list[tuple[int, str]] = []
        for index, text in enumerate(texts):
            try:
                values.append(read(text) if text else default)
            except ValueError as error:
                wrong.append((index, str(error)))
        self._refuse(name, texts, wrong)
        return values

    def _refuse(self, name: str, texts: Sequence[str], wrong: Iterable[tuple[int, str]]) -> None:
        column = self.name_of(name)
        problems = tuple(
            Problem(
                message, row=int(self.row_numbers[index]), column=column, value=texts[index] or None
            )
            for index, message in wrong
        )
        if problems:
            raise RowError(rows_words(problems), file=self.file, problems=problems)

    def _with_swap_hint(self, problem: Problem, name: str, lat: str) -> Problem:
        if name != lat or problem.message != _out_of_range(-90, 90):
            return problem
        hint = gettext("are longitude and latitude swapped?")
        message = f"{problem.message}; {hint}"
        return Problem(message, row=problem.row, column=problem.column, value=problem.value)


def missing_words(name: str, present: Sequence[str]) -> str:
    """Say that a column is missing, and which name comes nearest to it."""
    keys = {column_key(other): other for other in present if other}
    nearest = difflib.get_close_matches(column_key(name), keys, n=1, cutoff=0.5)
    if len(keys) > 20:
        shown = gettext("{number} others").format(number=len(keys))
    else:
        shown = ", ".join(keys.values()) or gettext("none")
    if nearest:
        return gettext(
            "a column “{name}” is needed; the nearest name is “{nearest}”; rename it if that is "
            "meant. There are: {shown}"
        ).format(name=name, nearest=keys[nearest[0]], shown=shown)
    return gettext("a column “{name}” is needed; add it. There are: {shown}").format(
        name=name, shown=shown
    )


def _not_a_number(text: str) -> str:
    if PLAIN_NUMBER.fullmatch(text.replace(",", ".", 1)):
        return gettext("this must be a number; write it with a point instead of the comma")
    if text.casefold().lstrip("+-") in ("nan", "inf", "infinity", "null", "none", "n/a", "#n/a"):
        return gettext("this must be a number; leave the cell empty where it is not known")
    return gettext("this must be a number, without words, spaces or signs of measure")


def _out_of_range(minimum: float, maximum: float) -> str:
    if math.isinf(maximum) or maximum >= 2**53:
        return gettext("this must be at least {minimum:g}").format(minimum=minimum)
    if math.isinf(minimum) or minimum <= -(2**53):
        return gettext("this must be at most {maximum:g}").format(maximum=maximum)
    return gettext("this must lie between {minimum:g} and {maximum:g}").format(
        minimum=minimum, maximum=maximum
    )


def rows_words(problems: Sequence[Problem], what: Fault = "used") -> str:
    """Head a list of problems: ``"1 row cannot be used"``, ``"3 rows cannot be read"``."""
    count = len({problem.row for problem in problems})
    said = {
        "used": ngettext("{count:,} row cannot be used", "{count:,} rows cannot be used", count),
        "read": ngettext("{count:,} row cannot be read", "{count:,} rows cannot be read", count),
        "written": ngettext(
            "{count:,} row cannot be written", "{count:,} rows cannot be written", count
        ),
    }
    return said[what].format(count=count)
