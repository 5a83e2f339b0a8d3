"""What can go wrong, drawn as a tree: whose fault it is decides the branch.

::

    GeomatchError                   everything this package raises on purpose
    ├── InputError (ValueError)     the data handed in must change
    │   ├── TableError              the file as a whole: empty, no header, unreadable, too large
    │   ├── ColumnError             a needed column is missing or named twice
    │   ├── RowError                one value in one row
    │   ├── ParameterError          an option or argument: min > max, a wrong shape
    │   └── PolicyError             a matching policy: file, line, column
    ├── InfeasibleError             the data are fine, but no answer can keep every rule
    ├── CancelledError              somebody pressed stop; what was found so far is kept
    ├── ProviderError               somebody else's geocoder failed
    └── SetupError                  something is missing on this machine

A message says what is wrong, where, and what to do. It never carries an address or a health
detail unless it goes back to the person whose file it came from.
"""

from __future__ import annotations

from dataclasses import dataclass

from geomatch.core.translation import gettext

__all__ = [
    "BlankHeaderError",
    "BlankSheetError",
    "CancelledError",
    "ColumnError",
    "GeomatchError",
    "InfeasibleError",
    "InputError",
    "ParameterError",
    "PolicyError",
    "Problem",
    "ProviderError",
    "RowError",
    "SetupError",
    "TableError",
]


class GeomatchError(Exception):
    """Base of every error raised on purpose; `str(error)` is fit to show to a person."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place of a file.

    Attributes
    ----------
    message
        What is wrong and what to do, one sentence each.
    row
        Row in the file as a spreadsheet counts it (the header is row 1), if there is one.
    column
        The column's name as the file spells it, if there is one.
    value
        The offending value as the file holds it, shortened for display.
    """

    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        where = []
        if self.row is not None:
            where.append(gettext("row {row}").format(row=self.row))
        if self.column is not None:
            where.append(gettext("column “{column}”").format(column=self.column))
        if self.value is not None:
            where.append(gettext("value “{value}”").format(value=_shortened(self.value)))
        return f"{', '.join(where)}: {self.message}" if where else self.message


def _shortened(value: str, limit: int = 60) -> str:
    return value if len(value) <= limit else value[: limit - 1] + "…"


class InputError(GeomatchError, ValueError):
    """The data handed in must change before anything can be done.

    Parameters
    ----------
    message
        What is wrong and what to do.
    file
        Name of the file, where there is one.
    problems
        Every place that is wrong, in the order of the file.
    """

    def __init__(
        self, message: str, *, file: str | None = None, problems: tuple[Problem, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.problems = problems

    def __str__(self) -> str:
        head = f"{self.file}: {self.message}" if self.file else self.message
        shown = [f"  {problem}" for problem in self.problems[:10]]
        if len(self.problems) > 10:
            more = len(self.problems) - 10
            shown.append("  " + gettext("… and {number} more").format(number=more))
        return "\n".join([head, *shown])


class TableError(InputError):
    """The file as a whole cannot be taken: empty, no header, unreadable, or too large."""


class BlankSheetError(TableError):
    """A sheet has blank rows only, or only below its column names."""


class BlankHeaderError(TableError):
    """The row that must hold the column names is blank, and others are not."""


class ColumnError(InputError):
    """A needed column is missing, or one name stands over two columns."""


class RowError(InputError):
    """Values in single rows cannot be understood; `problems` lists them."""


class ParameterError(InputError):
    """An option or an argument cannot be used as given."""


class PolicyError(InputError):
    """A matching policy cannot be used; `problems` names line and column."""


class InfeasibleError(GeomatchError):
    """The data are fine, but nothing can satisfy every hard rule at once."""


class CancelledError(GeomatchError):
    """Work was stopped on request."""


class ProviderError(GeomatchError):
    """A geocoding provider refused, failed or answered nonsense."""


class SetupError(GeomatchError):
    """Something this needs is missing on the machine; the message says how to get it."""
