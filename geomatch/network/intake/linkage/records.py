"""Rows of the network's tables as an import holds them: their columns, and nothing else.

A model's own instance weighs a kilobyte and can save itself; an import may hold a million of them
and writes a thousand at a time. A record has the same attributes. Columns that were not read are
not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar, cast

from django.db.models import ForeignKey, Model, QuerySet

from geomatch.network.scope import current_network

M = TypeVar("M", bound=Model)

_ALIKE = 2_000  # rows among which a text that repeats is kept once
# What the comparers ask a row besides its columns.
_ASKED = ("is_precise", "as_cell")


def new_record(model: type[M], **said: Any) -> M:
    """Make a row that is not written yet; a column that nothing is said of has its default."""
    kind = _kind_of(model)
    record: Any = kind()
    record.is_added = True
    for name, default in kind.defaults:
        value = said[name] if name in said else default()
        setattr(record, name, kept_once(value) if type(value) is list else value)
    return cast("M", record)


def read_records(rows: QuerySet[M], unread: Sequence[str] = (), **related: Any) -> Iterator[M]:
    """Read rows of the current network, without the columns in `unread`.

    Parameters
    ----------
    related
        Relation → key → record: what a row's foreign key becomes. A row that points at none of
        them is passed over: it came, or what it points at went, after those had been read.
    """
    kind = _kind_of(rows.model)
    names = [name for name, _ in kind.defaults if name not in unread]
    once: dict[str, str] = {}
    for number, values in enumerate(rows.values_list(*names).iterator(chunk_size=_ALIKE)):
        if number % _ALIKE == 0:
            once.clear()
        record: Any = kind()
        record.is_added = False
        for name, value in zip(names, values, strict=True):
            if type(value) is str:
                value = once.setdefault(value, value)
            elif type(value) is list:
                value = kept_once(value)
            elif name in related and value is not None:
                value = related[name].get(value)
                if value is None:
                    break
            setattr(record, name, value)
        else:
            yield record


def kept_once(values: Iterable[str]) -> list[str]:
    """Return the one list that all records have who say the same: nobody changes it in place.

    >>> kept_once(["es", "en"]) is kept_once(("es", "en"))
    True
    """
    return _kept_once(tuple(values))


@lru_cache(maxsize=4_096)
def _kept_once(values: tuple[str, ...]) -> list[str]:
    return list(values)


def model_of(record: Model) -> type[Model]:
    """Return the model whose row a record is."""
    stand_in: Any = record
    model: type[Model] = stand_in.model
    return model


def is_added(record: Model) -> bool:
    """Whether the import itself has added a row, written by now or not."""
    stand_in: Any = record
    return bool(stand_in.is_added)


@cache
def _kind_of(model: type[Model]) -> Any:
    """Make the class of a model's records: a slot for each column, a foreign key's for its row."""
    columns = [column for column in model._meta.concrete_fields if column.name != "network"]
    body: dict[str, Any] = {
        "__slots__": ("is_added", *(column.name for column in columns)),
        "model": model,
        "defaults": [(column.name, column.get_default) for column in columns],
        "pk": property(lambda record: record.id, lambda record, key: setattr(record, "id", key)),
        "network_id": property(lambda _: current_network().pk),
        **{name: vars(model)[name] for name in _ASKED if name in vars(model)},
    }
    for column in columns:
        if isinstance(column, ForeignKey):
            body[column.attname] = property(_key_of(column.name))
    return type(model.__name__, (), body)


def _key_of(name: str) -> Any:
    def key(record: Any) -> int | None:
        related = getattr(record, name)
        return None if related is None else related.pk

    return key
