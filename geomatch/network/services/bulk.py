"""Read and write many rows of one model in few statements, and find what points at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model

BATCH = 1_000


def in_bulk(model: type[Model], keys: Iterable[int]) -> dict[int, Any]:
    """Read rows of the current network by their keys, however many there are."""
    keys = list(keys)
    found: dict[int, Any] = {}
    for start in range(0, len(keys), BATCH):
        found |= model.objects.in_bulk(keys[start : start + BATCH])
    return found


def write_columns(model: type[Model], rows: Sequence[Model], columns: Iterable[str]) -> None:
    """Write some columns of rows that are in the database, locked by the caller.

    One `INSERT … ON CONFLICT DO UPDATE` for each thousand rows. `bulk_update` makes a `CASE` of a
    thousand branches for each column instead, and takes ten times as long.

    Parameters
    ----------
    rows
        Whole rows: every column must have been read.
    columns
        Names of columns or fields; only these are written.
    """
    model.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=sorted({model._meta.get_field(name).name for name in columns}),
    )


def foreign_keys_to(model: type[Model]) -> list[Any]:
    """Return the relation of every foreign key to a model, those without a name of their own too.

    Returns
    -------
    list of ForeignObjectRel
        `related_model` holds the key, and `field` is its column.
    """
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and (relation.one_to_many or relation.one_to_one)
    ]
