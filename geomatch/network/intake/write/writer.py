"""Write a draft in a handful of statements, and keep what was there before.

The before-image holds, for each row that was changed, every value before and after, and for each
row that was new a digest of what it said: so that `undo` knows what people changed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from typing import Any

from django.db.models import FloatField, Model

from geomatch.core.compression import pressed
from geomatch.network.intake.linkage.addresses import Doors, is_placed_by_a_person
from geomatch.network.intake.linkage.draft import MODELS, WATCHED, Draft
from geomatch.network.intake.write.before_images import as_json
from geomatch.network.locating.look_up import LOCATED
from geomatch.network.models import Household
from geomatch.network.services.bulk import add_rows, in_bulk, write_columns

# Where a household lies is looked up by us after every import: no news of a person's doing,
# unless it is a pin that somebody placed.
LOOKED_UP = frozenset(LOCATED)

Changes = dict[str, list[Any]]  # column → what it was and what it is


class Writer:
    """Writes drafts of one import into the network that was entered, and remembers what was there.

    The same row may be in several drafts: what it was before the first one counts.
    """

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._new: dict[type[Model], dict[int, bytes]] = {model: {} for model in MODELS}
        self._changed: dict[type[Model], dict[int, Changes]] = {model: {} for model in MODELS}

    def write(self, draft: Draft) -> None:
        """Write what a draft holds, and clear it."""
        self._doors.set_planar(draft.created[Household])
        for model in MODELS:
            self._write_changed(model, draft)
            created = draft.created[model]
            add_rows(model, created)
            self._new[model].update((row.pk, _digest(model, row)) for row in created)
        draft.clear()

    def packed_image(self) -> str:
        """Return the before-image, pressed into text.

        Unpacked it is: model → `"new"`, key → digest; and `"changed"`, key → column →
        `[before, after]`. A sheet of many rows is never held as that.
        """
        return pressed(piece.encode() for piece in self._image_in_pieces())

    def _image_in_pieces(self) -> Iterator[str]:
        between = "{"
        for model in MODELS:
            new, changed = self._new[model], self._changed[model]
            if new or changed:
                yield f'{between}"{model.__name__}": {{"new": {{'
                yield ", ".join(f'"{key}": "{said.hex()}"' for key, said in new.items())
                yield f'}}, "changed": {json.dumps(changed)}}}'
                between = ", "
        yield "{}" if between == "{" else "}"

    def _write_changed(self, model: type[Model], draft: Draft) -> None:
        """Set the columns that were changed on rows read afresh; remember what they were and are.

        A column that was set without having been read may turn out to be as it was. The planar
        point is never taken over: it follows the point wherever that is set anew, whatever an
        earlier piece of the same sheet has left of it in memory.
        """
        rows: list[Any] = []
        changed: dict[int, Changes] = {}
        wanted, columns = draft.changed[model], draft.columns[model]
        for key, row in in_bulk(model, columns).items():
            names = columns[key] - {"location_m"}
            before = {name: as_json(getattr(row, name)) for name in names}
            for name in names:
                setattr(row, name, getattr(wanted[key], name))
            set_now = {
                name: [was, as_json(getattr(row, name))]
                for name, was in before.items()
                if was != as_json(getattr(row, name))
            }
            if isinstance(row, Household) and "location" in set_now:
                set_now["location_m"] = [as_json(row.location_m), None]
                row.location_m = None  # to be projected afresh
            if set_now:
                changed[key] = set_now
                rows.append(row)
        if rows:
            self._store(model, rows, changed)
            self._remember(model, rows, changed)

    def _store(self, model: type[Model], rows: list[Any], changed: dict[int, Changes]) -> None:
        names = {name for set_now in changed.values() for name in set_now}
        if model is not Household:
            write_columns(model, rows, names)
            return
        self._doors.set_planar(rows)
        stamps = {row.pk: as_json(row.updated_at) for row in rows}
        write_columns(model, rows, {*names, "updated_at"})
        for row in rows:
            set_now = changed[row.pk]
            set_now["updated_at"] = [stamps[row.pk], as_json(row.updated_at)]
            if "location_m" in set_now:
                set_now["location_m"][1] = as_json(row.location_m)

    def _remember(self, model: type[Model], rows: list[Any], changed: dict[int, Changes]) -> None:
        for row in rows:
            if row.pk in self._new[model]:
                self._new[model][row.pk] = _digest(model, row)
                continue
            kept = self._changed[model].setdefault(row.pk, {})
            for name, (before, after) in changed[row.pk].items():
                kept[name] = [kept[name][0] if name in kept else before, after]


def digest(row: Model) -> str:
    """Sum up what a person would have to change for a row to be another."""
    return _digest(type(row), row).hex()


def _digest(model: type[Model], row: Any) -> bytes:
    columns = _columns_of_a_row(model)
    if model is Household and not is_placed_by_a_person(row):
        columns = _columns_of_a_home()
    said = _as_text([_as_stored(getattr(row, name), is_float) for name, is_float in columns])
    return blake2b(said.encode(), digest_size=9).digest()


_as_text = json.JSONEncoder(sort_keys=True).encode


@cache
def _columns_of_a_row(model: type[Model]) -> list[tuple[str, bool]]:
    """Name the columns that are summed up, and which hold floats."""
    fields = ((name, model._meta.get_field(name)) for name in WATCHED[model])
    return [(name, isinstance(field, FloatField)) for name, field in fields]


@cache
def _columns_of_a_home() -> list[tuple[str, bool]]:
    columns = _columns_of_a_row(Household)
    return [(name, is_float) for name, is_float in columns if name not in LOOKED_UP]


def _as_stored(value: Any, is_float: bool) -> Any:
    """Return a value as it will be read again: a whole number of kilometres as a float."""
    return as_json(float(value) if is_float and value is not None else value)
