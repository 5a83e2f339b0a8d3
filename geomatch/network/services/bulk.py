"""Read and write many rows of one model in few statements, and find what points at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from geomatch.network.scope import current_network

BATCH = 1_000

T = TypeVar("T")
M = TypeVar("M", bound=Model)


def in_bulk(model: type[M], keys: Iterable[int]) -> dict[int, M]:
    """Read rows of the current network by their keys, however many there are."""
    return {row.pk: row for row in one_by_one(model, keys)}


def one_by_one(model: type[M], keys: Iterable[int]) -> Iterator[M]:
    """Read rows of the current network by their keys, and hold no more than a batch of them."""
    for batch in batched(keys, BATCH):
        yield from model._default_manager.in_bulk(batch).values()


def write_columns(
    model: type[Model],
    rows: Sequence[Model],
    columns: Iterable[str],
    *,
    keeps_times: bool = False,
) -> None:
    """Write some columns of rows of the current network, locked by the caller.

    One `UPDATE` for each row, which the database reads once. `bulk_update` makes a `CASE` of a
    thousand branches for each column instead, and takes twenty times as long.

    Parameters
    ----------
    columns
        Names of columns or fields. Only these are written; the others need not have been read.
    keeps_times
        Write the time of a change as the row has it, instead of now.
    """
    names = {model._meta.get_field(name).name for name in columns}
    fields: list[Any] = [model._meta.get_field(name) for name in sorted(names)]
    quoted = connection.ops.quote_name
    said = ", ".join(f"{quoted(field.column)} = {_placeholder(field)}" for field in fields)
    here = current_network().pk

    def stored(field: Any, row: Model) -> Any:
        value = getattr(row, field.attname) if keeps_times else field.pre_save(row, add=False)
        return field.get_db_prep_save(value, connection)

    table = quoted(model._meta.db_table)
    _for_each(
        f"UPDATE {table} SET {said} WHERE id = %s AND network_id = %s",  # noqa: S608 - our names
        ((*(stored(field, row) for field in fields), row.pk, here) for row in rows),
    )


def add_rows(model: type[Model], rows: Sequence[Any]) -> None:
    """Write new rows into the current network and give them their keys.

    One `INSERT` for each row, which the database reads once. `bulk_create` spells every row out
    in SQL, and most of its time goes there.

    Parameters
    ----------
    rows
        Objects with the model's columns as attributes; what they hang on has its key already.
    """
    fields: list[Any] = list(model._meta.concrete_fields)
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    values = ", ".join(map(_placeholder, fields))
    table = quoted(model._meta.db_table)
    for row, key in zip(rows, _new_keys(model, len(rows)), strict=True):
        row.pk = key
    _for_each(
        f"INSERT INTO {table} ({columns}) VALUES ({values})",  # noqa: S608 - our names
        (
            [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
            for row in rows
        ),
    )


def _new_keys(model: type[Model], count: int) -> Sequence[int]:
    """Take the next keys of a table; SQLite's writer is alone, so nobody takes them meanwhile."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = (cursor.fetchone() or [0])[0]
            return range(last + 1, last + 1 + count)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _for_each(statement: str, values: Iterable[Sequence[Any]]) -> None:
    """Run one statement for every row of values, a batch at a time."""
    with connection.cursor() as cursor:
        for batch in batched(values, BATCH):
            cursor.executemany(statement, batch)


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Take rows a batch at a time."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def _placeholder(field: Any) -> str:
    """Return what stands for a value in SQL: SpatiaLite takes a point as text.

    No point here is in another reference system than its column.
    """
    return field.get_placeholder(None, None, connection) if hasattr(field, "geom_type") else "%s"


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
