"""Rows that were read once and are changed in memory, with a note of every change.

Nothing here asks the database anything: columns that were not read are not looked at, and what is
new has no key yet. `writing` turns a draft into rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Model

from geomatch.network.models import Household, Person, Request, RiskFlag, Skill, Volunteer
from geomatch.network.services.importing.outcomes import FieldChange

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
    """New rows and changed ones.

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
        self.created: dict[type[Model], list[Model]] = {model: [] for model in MODELS}
        self.changed: dict[type[Model], dict[int, Model]] = {model: {} for model in MODELS}
        self.columns: dict[type[Model], dict[int, set[str]]] = {model: {} for model in MODELS}
        self._noted: list[FieldChange] = []

    def add(self, row: Model, note: FieldChange | None = None) -> None:
        """Keep a new row; `note` says it where it is news about somebody known."""
        self.created[type(row)].append(row)
        if note is not None:
            self._noted.append(note)

    @contextmanager
    def editing(self, row: Model) -> Iterator[None]:
        """Watch what the block sets."""
        if row.pk is None:
            yield
            return
        before = dict(row.__dict__)  # what was not read is not in it
        yield
        model = type(row)
        set_now = [name for name in WATCHED[model] if _differs(before, row.__dict__, name)]
        if not set_now:
            return
        self.changed[model][row.pk] = row
        self.columns[model].setdefault(row.pk, set()).update(set_now)
        self._noted += [
            FieldChange(model.__name__, name, _shown(before[name]), _shown(row.__dict__[name]))
            for name in set_now
            if name in before
        ]

    def noted(self) -> tuple[FieldChange, ...]:
        """Hand over what was noted since the last call."""
        noted, self._noted = tuple(self._noted), []
        return noted


_NOT_READ = object()


def _shown(value: Any) -> Any:
    """Return a value that says itself; a point's own words are where it lies in memory."""
    return value.coords if isinstance(value, GEOSGeometry) else value


def _differs(before: dict[str, Any], after: dict[str, Any], name: str) -> bool:
    return before.get(name, _NOT_READ) != after.get(name, _NOT_READ)
