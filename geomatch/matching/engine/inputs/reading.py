"""Reads whole columns and reports every fault in them together, each with its row."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.errors import InputError, ParameterError, Problem, RowError
from geomatch.core.translation import gettext, ngettext
from geomatch.matching.engine.inputs.vocabulary import URGENCIES, tidy

__all__ = ["ColumnReader"]

_LARGEST_COUNT = 1_000_000
_LARGEST_KM = 25_000.0  # farther than any two places on earth
_T = TypeVar("_T")
_S = TypeVar("_S", bound=Sized)


class ColumnReader:
    """Reads columns of one table and remembers every fault, to report them together."""

    def __init__(
        self, ids: Sequence[str], rows: Sequence[int] | None, file: str | None, what: str
    ) -> None:
        self._ids = tuple(ids)
        self._rows = rows
        self._file = file
        self._what = what
        self._problems: list[Problem] = []

    def refuse_faults(self) -> None:
        """Raise one error for everything noted so far, if anything was."""
        if not self._problems:
            return
        kind: type[InputError] = RowError if self._rows is not None else ParameterError
        count = len(self._problems)
        said = {
            "volunteers": ngettext(
                "{count} value of the volunteers cannot be used",
                "{count} values of the volunteers cannot be used",
                count,
            ),
            "requests": ngettext(
                "{count} value of the requests cannot be used",
                "{count} values of the requests cannot be used",
                count,
            ),
        }
        raise kind(
            said[self._what].format(count=count), file=self._file, problems=tuple(self._problems)
        )

    def _fault(self, index: int, column: str, value: object, message: str) -> None:
        row = int(self._rows[index]) if self._rows is not None else index
        self._problems.append(Problem(message, row=row, column=column, value=str(value)))

    def ids(self) -> tuple[str, ...]:
        """Check that every row has an id of its own."""
        seen: set[str] = set()
        for index, name in enumerate(self._ids):
            if not name:
                self._fault(
                    index, "id", name, gettext("is empty; every row needs an id of its own")
                )
            elif name in seen:
                self._fault(
                    index, "id", name, gettext("appears twice; every row needs an id of its own")
                )
            seen.add(name)
        return self._ids

    def _sized(self, column: str, values: _S) -> _S:
        if len(values) != len(self._ids):
            raise ParameterError(
                f"{self._what}: {column} has {len(values)} items for {len(self._ids)} ids"
            )
        return values

    def each(
        self,
        column: str,
        values: Sequence[_T] | None,
        default: _T,
        parse: Callable[[_T], object],
    ) -> tuple:  # type: ignore[type-arg]
        """Parse cell by cell; a cell that cannot be read is noted and counts as the default."""
        if values is None:
            return (parse(default),) * len(self._ids)
        known: dict[object, object] = {}  # columns repeat few distinct cells
        out = []
        for index, value in enumerate(self._sized(column, values)):
            key = tuple(value) if isinstance(value, list) else value
            if key not in known:
                try:
                    known[key] = parse(value)
                except ValueError as fault:
                    shown = ";".join(value) if isinstance(value, (list, tuple)) else value
                    self._fault(index, column, shown, str(fault))
                    out.append(parse(default))
                    continue
            out.append(known[key])
        return tuple(out)

    def texts(self, column: str, values: Sequence[str] | None) -> tuple[str, ...]:
        """Trim texts."""
        return self.each(column, values, "", str.strip)

    def words(
        self, column: str, values: Sequence[Sequence[str]] | None
    ) -> tuple[tuple[str, ...], ...]:
        """Tidy lists of words, each named once."""
        return self.each(
            column, values, (), lambda cell: tuple(dict.fromkeys(t for w in cell if (t := tidy(w))))
        )

    def lonlat(self, values: ArrayLike) -> Floats:
        """Check points, (n, 2) degrees; both coordinates NaN where unknown."""
        points = np.array(values, dtype=np.float64).reshape(-1, 2) if len(self._ids) else None
        if points is None:
            return np.empty((0, 2))
        self._sized("lonlat", points)
        bad = (np.abs(points) > (180.0, 90.0)) | np.isinf(points)
        bad |= np.isnan(points) != np.isnan(points[:, ::-1])
        for index in np.flatnonzero(bad.any(axis=1)):
            lon, lat = points[index]
            self._fault(int(index), "lon,lat", f"{lon},{lat}", "is no place on earth")
        return points

    def booleans(self, column: str, values: ArrayLike | None) -> Bools:
        """Take truth values; False by default."""
        if values is None:
            return np.zeros(len(self._ids), dtype=np.bool_)
        return np.array(self._sized(column, np.asarray(values)), dtype=np.bool_)

    def counts(self, column: str, values: ArrayLike | None, default: int) -> Ints:
        """Take whole numbers from 0."""
        if values is None:
            return np.full(len(self._ids), default, dtype=np.int64)
        counts = np.array(self._sized(column, np.asarray(values)), dtype=np.int64)
        for index in np.flatnonzero((counts < 0) | (counts > _LARGEST_COUNT)):
            self._fault(
                int(index), column, counts[index], "must be a whole number from 0 to 1,000,000"
            )
        return counts

    def kilometres(self, column: str, values: ArrayLike | None, default: float) -> Floats:
        """Take lengths in kilometres."""
        if values is None:
            return np.full(len(self._ids), default)
        lengths = np.array(self._sized(column, np.asarray(values)), dtype=np.float64)
        for index in np.flatnonzero(~((lengths >= 0) & (lengths <= _LARGEST_KM))):
            self._fault(int(index), column, lengths[index], "must be kilometres from 0 to 25,000")
        return lengths

    def urgencies(self, column: str, values: ArrayLike | None) -> Ints:
        """Take 1, 2 or 4."""
        urgency = self.counts(column, values, 1)
        for index in np.flatnonzero(~np.isin(urgency, URGENCIES)):
            self._fault(
                int(index), column, urgency[index], "must be 1 (can wait), 2 (soon) or 4 (today)"
            )
        return urgency
