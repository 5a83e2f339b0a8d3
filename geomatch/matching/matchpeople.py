"""Volunteers and requests of tables, read for the matcher; every cell that cannot be is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from geomatch.core.errors import Problem, RowError
from geomatch.core.translation import ngettext
from geomatch.matching.engine import Requests, Volunteers

if TYPE_CHECKING:
    from geomatch.tables import Table

__all__ = ["REQUEST_COLUMNS", "VOLUNTEER_COLUMNS", "read_requests", "read_volunteers"]

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
