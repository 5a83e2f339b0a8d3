"""Volunteers and requests of tables, read for the matcher; every cell that cannot be is named."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from geomatch.core.errors import Problem, RowError
from geomatch.core.translation import gettext, ngettext
from geomatch.matching.engine import Requests, Volunteers

if TYPE_CHECKING:
    from geomatch.tables import Table

__all__ = [
    "REQUEST_COLUMNS",
    "VOLUNTEER_COLUMNS",
    "column_notes",
    "read_requests",
    "read_volunteers",
]

_T = TypeVar("_T")

_WITHHELD = ("hidden", "do_not_contact", "quiet")
_SHARED = ("id", "lon", "lat", "person", "skills", "languages", "flags", "availability", "pod")

VOLUNTEER_COLUMNS = (
    *_SHARED,
    *("capacity", "max_km", "vehicle", "modes", "resting_until", "recent_tasks", "helped"),
    *_WITHHELD,
)
"""What the matcher reads of a volunteer; only `id`, `lon` and `lat` are needed."""

REQUEST_COLUMNS = (*_SHARED, "urgency", "mode", "needs_vehicle", *_WITHHELD)
"""What the matcher reads of a request; other columns are passed through."""

_SAME_WORD = {"car": "vehicle"}
_NEARLY = 0.75
"""Likeness of two names (difflib) from which one may be a slip for the other."""


def column_notes(volunteers: Table, requests: Table) -> list[str]:
    """Say which columns are not read although they are named nearly like one that would be.

    Other columns are passed through, so a slip would be silent: what is asked for then counts for
    nothing.
    """
    return [
        gettext(
            "{file}: the column “{name}” is not read, “{close}” would be; rename it if that is "
            "meant"
        ).format(file=table.file, name=name, close=close)
        for table, known in ((volunteers, VOLUNTEER_COLUMNS), (requests, REQUEST_COLUMNS))
        for name, close in _near_misses(table.names, known)
    ]


def _near_misses(names: Sequence[str], known: Sequence[str]) -> list[tuple[str, str]]:
    """Return columns that are not read, and which one that is missing each may stand for."""
    read = [name for name in names if name.strip().casefold() in known]
    missing = set(known) - {name.strip().casefold() for name in read}
    found = []
    for name in names:
        close = None if name in read else _meant(name, missing)
        if close:
            found.append((name, close))
    return found


def _meant(name: str, missing: set[str]) -> str | None:
    """Find the column that a name means: its words are all there, or nearly all its letters."""
    words = [_SAME_WORD.get(word, word) for word in re.split(r"[\W_]+", name.casefold()) if word]
    for column in sorted(missing):
        its_words = column.split("_")
        if its_words == words or (len(its_words) > 1 and set(its_words) <= set(words)):
            return column
    return next(iter(difflib.get_close_matches("_".join(words), sorted(missing), 1, _NEARLY)), None)


def read_volunteers(table: Table) -> Volunteers:
    """Read the volunteers of a table; every value that cannot be read is named with its row."""
    read = _Together(table)
    ids = read(lambda: table.ids("id"), list[str]())
    lonlat = read(table.points, np.empty((0, 2)))
    capacity = read(lambda: table.integers("capacity", default=1, minimum=0), None)
    max_km = read(lambda: table.numbers("max_km", default=10.0, minimum=0, maximum=25_000), None)
    vehicle = read(lambda: table.booleans("vehicle"), None)
    recent = read(lambda: table.integers("recent_tasks", minimum=0), None)
    withheld = read(lambda: _withheld(table), list[str]())
    read.refuse()
    return Volunteers.build(
        ids,
        lonlat,
        person=table.texts("person"),
        skills=table.lists("skills"),
        languages=table.lists("languages"),
        flags=table.lists("flags"),
        capacity=capacity,
        max_km=max_km,
        vehicle=vehicle,
        modes=table.lists("modes"),
        availability=table.lists("availability"),
        resting_until=table.texts("resting_until"),
        pod=table.texts("pod"),
        recent_tasks=recent,
        helped=table.lists("helped"),
        withheld=withheld,
        rows=table.row_numbers.tolist(),
        file=table.file,
    )


def read_requests(table: Table) -> Requests:
    """Read the requests of a table; every value that cannot be read is named with its row."""
    read = _Together(table)
    ids = read(lambda: table.ids("id"), list[str]())
    lonlat = read(table.points, np.empty((0, 2)))
    urgency = read(lambda: table.integers("urgency", default=1, minimum=1, maximum=4), None)
    needs_vehicle = read(lambda: table.booleans("needs_vehicle"), None)
    withheld = read(lambda: _withheld(table), list[str]())
    read.refuse()
    return Requests.build(
        ids,
        lonlat,
        person=table.texts("person"),
        skills=table.lists("skills"),
        languages=table.lists("languages"),
        flags=table.lists("flags"),
        urgency=urgency,
        mode=table.texts("mode"),
        needs_vehicle=needs_vehicle,
        availability=table.lists("availability"),
        pod=table.texts("pod"),
        withheld=withheld,
        rows=table.row_numbers.tolist(),
        file=table.file,
    )


class _Together:
    """Reads column after column and reports the faults of all of them in one error."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._problems: list[Problem] = []

    def __call__(self, read: Callable[[], _T], instead: _T) -> _T:
        try:
            return read()
        except RowError as fault:
            self._problems += fault.problems
            return instead

    def refuse(self) -> None:
        if self._problems:
            self._problems.sort(key=lambda problem: problem.row or 0)
            rows = len({problem.row for problem in self._problems})
            raise RowError(
                ngettext(
                    "{count:,} row cannot be used", "{count:,} rows cannot be used", rows
                ).format(count=rows),
                file=self._table.file,
                problems=tuple(self._problems),
            )


def _withheld(table: Table) -> list[str]:
    """Strongest reason in each row not to be matched automatically; "" for most."""
    words = [""] * len(table)
    for name in _WITHHELD:  # the later one is the stronger one
        for row in np.flatnonzero(table.booleans(name)):
            words[row] = name
    return words
