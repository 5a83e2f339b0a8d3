"""Write a draft in a handful of statements, and keep what was there before.

The before-image holds, for each row that was changed, every value before and after, and for each
row that was new a digest of what it said: so that `takingback` knows what people changed since.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

from django.db.models import FloatField, Model

from geomatch.network.models import Household
from geomatch.network.services.beforeimages import Image, as_json
from geomatch.network.services.bulk import add_rows, in_bulk, write_columns
from geomatch.network.services.doors import Doors, is_placed_by_a_person
from geomatch.network.services.importing.draft import MODELS, WATCHED, Draft
from geomatch.network.services.locating import LOCATED

# Where a household lies is looked up by us after every import: no news of a person's doing,
# unless it is a pin that somebody placed.
LOOKED_UP = frozenset(LOCATED)


def write(draft: Draft, doors: Doors) -> Image:
    """Write what a draft holds into the network that was entered.

    Returns
    -------
    dict
        The before-image: model → `"new"`, key → digest; and `"changed"`, key → column →
        `[before, after]`.
    """
    doors.set_planar(draft.created[Household])
    image: Image = {}
    for model in MODELS:
        changed = _write_changed(model, draft, doors)
        created = draft.created[model]
        add_rows(model, created)
        if created or changed:
            image[model.__name__] = {
                "new": {str(row.pk): digest(row) for row in created},
                "changed": changed,
            }
    return image


def _write_changed(model: type[Model], draft: Draft, doors: Doors) -> dict[str, dict[str, list]]:
    """Set the columns that were changed on rows read afresh; return what they were and are.

    A column that was set without having been read may turn out to be as it was.
    """
    changed: dict[str, dict[str, list]] = {}
    rows: list[Any] = []
    wanted, columns = draft.changed[model], draft.columns[model]
    for key, row in in_bulk(model, columns).items():
        before = {name: as_json(getattr(row, name)) for name in columns[key]}
        for name in columns[key]:
            setattr(row, name, wanted[key].__dict__[name])
        set_now = {
            name: [was, as_json(getattr(row, name))]
            for name, was in before.items()
            if name != "location_m" and was != as_json(getattr(row, name))
        }
        if "location" in set_now:  # the planar point follows
            set_now["location_m"] = [before["location_m"], None]
        if set_now:
            changed[str(key)] = set_now
            rows.append(row)
    if rows:
        _store(model, rows, changed, doors)
    return changed


def _store(
    model: type[Model], rows: list[Any], changed: dict[str, dict[str, list]], doors: Doors
) -> None:
    names = {name for set_now in changed.values() for name in set_now}
    if model is not Household:
        write_columns(model, rows, names)
        return
    doors.set_planar(rows)
    stamps = {row.pk: as_json(row.updated_at) for row in rows}
    write_columns(model, rows, {*names, "updated_at"})
    for row in rows:
        set_now = changed[str(row.pk)]
        set_now["updated_at"] = [stamps[row.pk], as_json(row.updated_at)]
        if "location_m" in set_now:
            set_now["location_m"][1] = as_json(row.location_m)


def digest(row: Model) -> str:
    """Sum up what a person would have to change for a row to be another."""
    names = WATCHED[type(row)]
    if isinstance(row, Household) and not is_placed_by_a_person(row):
        names = tuple(name for name in names if name not in LOOKED_UP)
    said = json.dumps([_as_stored(row, name) for name in names], sort_keys=True)
    return blake2b(said.encode(), digest_size=9).hexdigest()


def _as_stored(row: Model, name: str) -> Any:
    """Return a value as it will be read again: a whole number of kilometres as a float."""
    value = getattr(row, name)
    column = row._meta.get_field(name)
    return as_json(float(value) if isinstance(column, FloatField) and value is not None else value)
