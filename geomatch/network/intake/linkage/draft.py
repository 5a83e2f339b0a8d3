"""Rows that were read once and are changed in memory, with a note of every change.

Nothing here asks the database anything: columns that were not read are not looked at, and what is
new has no key yet. `writing` turns a draft into rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Model

from geomatch.network.intake.linkage.outcomes import FieldChange
from geomatch.network.intake.linkage.records import is_added, model_of
from geomatch.network.models import Household, Person, Request, RiskFlag, Skill, Volunteer

# What must be there before what.
MODELS: tuple[type[Model], ...] = (Household, Person, RiskFlag, Skill, Volunteer, Request)
# Kept by the database or by us, and no news to anybody.
_UNWATCHED = frozenset({"id", "network_id", "updated_at"})
WATCHED: dict[type[Model], tuple[str, ...]] = {
    model: tuple(
        column.attname for column in model._meta.concrete_fields if column.attname not in _UNWATCHED
    )
    for model in MODELS
}


class Draft:
    """New rows and changed ones, as far as they are not written yet.

    Attributes
    ----------
    created
        Model → new rows, in the order they came.
    changed
        Model → key → the row as it shall be.
    columns
        Model → key → names of the columns that were set.
    """

    def __init__(self) -> None:
        self.created: dict[type[Model], list[Any]] = {model: [] for model in MODELS}
        self.changed: dict[type[Model], dict[int, Any]] = {model: {} for model in MODELS}
        self.columns: dict[type[Model], dict[int, set[str]]] = {model: {} for model in MODELS}
        self._noted: list[FieldChange] = []
        self._kept: set[Model] = set()

    def keep(self, *rows: Model) -> None:
        """Leave rows as they are from now on, whatever is set on them."""
        self._kept.update(rows)

    def keeps(self, row: Model) -> bool:
        """Whether a row stays as it is."""
        return row in self._kept

    def add(self, row: Model, note: FieldChange | None = None) -> None:
        """Keep a new row; `note` says it where it is news about somebody known."""
        self.created[model_of(row)].append(row)
        if note is not None:
            self._noted.append(note)

    @contextmanager
    def editing(self, row: Any) -> Iterator[None]:
        """Watch what the block sets; of a row that the import itself has added it is no news."""
        if row.pk is None:
            yield
            return
        model = model_of(row)
        before = [getattr(row, name, _NOT_READ) for name in WATCHED[model]]
        yield
        set_now = [
            (name, was, now)
            for name, was in zip(WATCHED[model], before, strict=True)
            if was != (now := getattr(row, name, _NOT_READ))
        ]
        if not set_now:
            return
        if self.keeps(row):
            _put_back(row, set_now)
            return
        self.changed[model][row.pk] = row
        self.columns[model].setdefault(row.pk, set()).update(name for name, _, _ in set_now)
        if not is_added(row):
            self._noted += [
                FieldChange(model.__name__, name, _shown(was), _shown(now))
                for name, was, now in set_now
                if was is not _NOT_READ
            ]

    def noted(self) -> tuple[FieldChange, ...]:
        """Hand over what was noted since the last call."""
        noted, self._noted = tuple(self._noted), []
        return noted

    def clear(self) -> None:
        """Let go of what was written, or never will be."""
        for model in MODELS:
            self.created[model].clear()
            self.changed[model].clear()
            self.columns[model].clear()


_NOT_READ = object()


def _put_back(row: Any, set_now: Iterable[tuple[str, Any, Any]]) -> None:
    """Set what a row was before; a column that was not read is not there again."""
    for name, was, _ in set_now:
        if was is _NOT_READ:
            delattr(row, name)
        else:
            setattr(row, name, was)


def _shown(value: Any) -> Any:
    """Return a value that says itself; a point's own words are where it lies in memory."""
    return value.coords if isinstance(value, Point) else value
