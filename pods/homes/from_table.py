"""Homes of a table, as `geomatch pods` reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geomatch.core.arrays import Bools, Ints
from geomatch.tables import Table
from pods.homes.hidden import HiddenHomes
from pods.homes.homes import Homes, numbered, unit_ranks
from pods.homes.wishes import spoken, street_numbers


@dataclass(frozen=True)
class TableHomes:
    """Homes of a table, those that are planned apart from the hidden ones.

    Attributes
    ----------
    homes, rows
        As they are planned; (n,) the row of each.
    hidden, hidden_rows
        Who rides along; (m,) the row of each.
    """

    homes: Homes
    rows: Ints
    hidden: HiddenHomes
    hidden_rows: Ints


def homes_from_table(table: Table) -> TableHomes:
    """Read the homes of a table: those that are not hidden as if there were no others in it.

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
    is_hidden = table.booleans("hidden")
    rows, hidden_rows = np.flatnonzero(~is_hidden), np.flatnonzero(is_hidden)
    seen, unseen = table.only(rows), table.only(hidden_rows)
    homes = _homes(seen)
    return TableHomes(homes, rows, _hidden(unseen, seen, homes), hidden_rows)


def _homes(table: Table) -> Homes:
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
        streets=streets,
        willing=_asked(table, "willing"),
        drives=_asked(table, "drives"),
        languages=spoken(table.lists("languages")) if any(table.texts("languages")) else None,
        street_of=street_numbers(streets, table.texts("city")) if known else None,
        pod_names=dict(zip(current.tolist(), names, strict=True)),
    )


def _hidden(unseen: Table, seen: Table, homes: Homes) -> HiddenHomes:
    """Read hidden homes; buildings and pods have the numbers that the homes seen give them."""
    own = _homes(unseen)  # what cannot be read in a hidden row is told like in any other
    number_of = dict(zip(seen.texts("pod"), homes.current.tolist(), strict=True))
    current = [number_of.get(name, -1) for name in unseen.texts("pod")]
    everybody = numbered([*seen.texts("building"), *unseen.texts("building")])
    return HiddenHomes(
        lonlat=own.lonlat,
        people=own.people,
        buildings=everybody[len(seen) :],
        current=np.array(current, dtype=np.int64),
        locked=own.locked,
    )


def _asked(table: Table, name: str) -> Bools | None:
    """(n,) yes or no, None where the column says nothing at all."""
    return table.booleans(name) if any(table.texts(name)) else None


def _current_pods(names: Sequence[str]) -> Ints:
    """(n,) current pods counted from 0, -1 for none; names that are no numbers get numbers."""
    if all(re.fullmatch(r"0*[1-9][0-9]{0,8}", name) for name in names if name):
        return np.array([int(name) - 1 if name else -1 for name in names], dtype=np.int64)
    return numbered(names)
