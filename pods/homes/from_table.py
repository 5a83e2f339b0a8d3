"""Homes of a table, as `geomatch pods` reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from geomatch.core.arrays import Bools, Ints
from geomatch.tables import Table
from pods.homes.homes import Homes, numbered, unit_ranks
from pods.homes.wishes import spoken, street_numbers


def homes_from_table(table: Table) -> Homes:
    """Read the homes of a table.

    A column that is absent or empty throughout says nothing, and its wish costs nothing.

    Parameters
    ----------
    table
        Columns `id, lon, lat`; optional `people, building, unit, pod, locked, point_person, hidden,
        street` and, for wishes, `willing, drives, languages, city`.

    Raises
    ------
    RowError
        When a value cannot be read, or an id is missing or there twice.
    """
    table.ids()
    streets, names = table.texts("street"), table.texts("pod")
    current = _current_pods(names)
    known = any(streets)
    return Homes(
        lonlat=table.points(),
        people=table.integers("people", default=1, minimum=0),
        buildings=numbered(table.texts("building")),
        units=unit_ranks(table.texts("unit")),
        current=current,
        locked=table.booleans("locked") & (current >= 0),
        point_person=table.booleans("point_person"),
        hidden=table.booleans("hidden"),
        streets=streets,
        willing=_asked(table, "willing"),
        drives=_asked(table, "drives"),
        languages=spoken(table.lists("languages")) if any(table.texts("languages")) else None,
        street_of=street_numbers(streets, table.texts("city")) if known else None,
        pod_names=dict(zip(current.tolist(), names, strict=True)),
    )


def _asked(table: Table, name: str) -> Bools | None:
    """(n,) yes or no, None where the column says nothing at all."""
    return table.booleans(name) if any(table.texts(name)) else None


def _current_pods(names: Sequence[str]) -> Ints:
    """(n,) current pods counted from 0, -1 for none; names that are no numbers get numbers."""
    if all(re.fullmatch(r"0*[1-9][0-9]{0,8}", name) for name in names if name):
        return np.array([int(name) - 1 if name else -1 for name in names], dtype=np.int64)
    return numbered(names)
