"""Rows of one sheet as they stand in its file: read once, whichever row holds the column names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from geomatch.core.errors import GeomatchError
from geomatch.tables.assembling import Row, Source, assemble
from geomatch.tables.limits import Limits
from geomatch.tables.table import Table

__all__ = ["RawRows"]


@dataclass
class RawRows:
    """Rows that come from a file one by one, and are held as far as they came.

    Attributes
    ----------
    rows
        What is left of them in the file, which must lie there until a table was made.
    file, needed, limits
        As for `read_table`.
    source
        As for `assemble`.
    """

    rows: Iterator[Row]
    file: str
    needed: Sequence[str]
    limits: Limits
    source: Source
    _held: list[Row] = field(default_factory=list, init=False)
    _texts: dict[str, str] = field(default_factory=dict, init=False)
    _broken: GeomatchError | None = field(default=None, init=False)

    def table(self, header_row: int = 1) -> Table:
        """Make the table whose column names stand in one of the rows.

        Raises
        ------
        TableError, ColumnError, RowError
            As `read_table` does, each time.
        """
        return assemble(
            self._all(),
            file=self.file,
            needed=self.needed,
            limits=self.limits,
            source=self.source,
            header_row=1 if self.source == "typed" else header_row,
        )

    def _all(self) -> Iterator[Row]:
        yield from self._held
        if self._broken is not None:
            raise self._broken
        try:
            for number, cells in self.rows:
                # Most cells repeat a few texts: each is held once.
                row = number, [self._texts.setdefault(cell, cell) for cell in cells]
                self._held.append(row)
                yield row
        except GeomatchError as error:
            self._broken = error
            raise
