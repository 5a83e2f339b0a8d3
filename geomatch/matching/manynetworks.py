"""Many networks in one pair of tables: each is matched apart.

A column `network` in every table says whose row it is, and nobody is matched across networks;
tables without it are one network's. All days are read and checked before the first is solved, so
that every fault of a file is told at once.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from geomatch.core.arrays import Ints
from geomatch.core.errors import ColumnError, Problem, RowError
from geomatch.core.translation import gettext, ngettext
from geomatch.matching.engine import Assignment, MatchProblem, Policy
from geomatch.matching.matchfile import (
    Columns,
    finite_gap,
    match_columns,
    match_figures,
    match_report,
    pair_columns,
    price_columns,
    read_day,
)

if TYPE_CHECKING:
    from geomatch.core.streetmap import StreetMap
    from geomatch.tables import Table

__all__ = [
    "NETWORK",
    "NetworkDay",
    "days_of",
    "figures_of_all",
    "matches_of_all",
    "pairs_of_all",
    "prices_of_all",
]

NETWORK = "network"


@dataclass(frozen=True, eq=False)
class NetworkDay:
    """What one network has to match.

    Attributes
    ----------
    name
        As the tables write it; None where they name no networks.
    requests
        Its rows of the requests.
    rows
        (n,) where they stand in the whole table.
    problem, pins
        As `solve_problem` takes them.
    """

    name: str | None
    requests: Table
    rows: Ints
    problem: MatchProblem
    pins: Ints


def days_of(
    volunteers: Table,
    requests: Table,
    *,
    policy: Policy | None = None,
    never: Table | None = None,
    pinned: Table | None = None,
    today: dt.date | None = None,
    streets: StreetMap | None = None,
) -> list[NetworkDay]:
    """Read what each network has to match; ids need only differ within a network.

    Parameters
    ----------
    volunteers, requests, policy, never, pinned, today, streets
        As for :func:`geomatch.matching.matchfile.match_tables`.

    Returns
    -------
    One day for each network that a table names, in the order of the names; one day without a name
    where no table names any.

    Raises
    ------
    ColumnError
        Some tables name networks and others do not: rows that belong to no network would be
        matched across them.
    RowError
        Everything that cannot be read, in the first file where something cannot; among it pairs of
        a network that has neither volunteers nor requests.
    """
    tables = (volunteers, requests, never, pinned)
    given: dict[str, Any] = {
        "policy": policy,
        "today": today or dt.date.today(),
        "streets": streets,
    }
    if not _name_networks([table for table in tables if table is not None]):
        problem, pins = read_day(volunteers, requests, never=never, pinned=pinned, **given)
        return [NetworkDay(None, requests, np.arange(len(requests)), problem, pins)]
    rows_of = [_rows_by_network(table) for table in tables]
    for table, named in ((never, rows_of[2]), (pinned, rows_of[3])):
        _refuse_unknown_networks(table, named, {*rows_of[0], *rows_of[1]})
    days: list[NetworkDay] = []
    faults: list[RowError] = []
    for name in sorted(set().union(*rows_of)):
        rows = [rows.get(name, np.empty(0, dtype=np.int64)) for rows in rows_of]
        helpers, asked, apart, fixed = map(_taken, tables, rows)
        try:
            problem, pins = read_day(helpers, asked, never=apart, pinned=fixed, **given)
        except RowError as fault:
            faults.append(fault)
        else:
            days.append(NetworkDay(name, asked, rows[1], problem, pins))
    _refuse(faults, [table.file for table in tables if table is not None])
    return days


def _name_networks(tables: Sequence[Table]) -> bool:
    named = [NETWORK in table for table in tables]
    if any(named) and not all(named):
        without = tables[named.index(False)]
        other = tables[named.index(True)]
        raise ColumnError(
            gettext(
                "there is no column “network”, but {file} has one. Name the network in "
                "every file, or in none"
            ).format(file=other.file),
            file=without.file,
        )
    return all(named)


def _rows_by_network(table: Table | None) -> dict[str, Ints]:
    if table is None:
        return {}
    found: dict[str, list[int]] = {}
    for row, name in enumerate(table.columns[table.name_of(NETWORK)]):
        found.setdefault(name, []).append(row)
    if "" in found:
        problems = tuple(
            Problem(
                gettext("is empty; every row needs its network"), int(row), table.name_of(NETWORK)
            )
            for row in table.row_numbers[found[""]]
        )
        raise RowError(gettext("rows belong to no network"), file=table.file, problems=problems)
    return {name: np.array(rows, dtype=np.int64) for name, rows in found.items()}


def _refuse_unknown_networks(
    table: Table | None, rows_of: Mapping[str, Ints], known: Set[str]
) -> None:
    """Refuse rows of a network that asks and offers nothing.

    Most likely its name is spelled in another way, and two who must never meet would.
    """
    problems = tuple(
        Problem(
            gettext(
                "no volunteer or request is of “{name}”; spell it as they do, or take the row out"
            ).format(name=name),
            int(table.row_numbers[row]),
            table.name_of(NETWORK),
            name,
        )
        for name, rows in rows_of.items()
        if table is not None and name not in known
        for row in rows
    )
    if table is not None and problems:
        raise RowError(
            gettext("rows are of networks nobody knows"), file=table.file, problems=problems
        )


def _taken(table: Table | None, rows: Ints) -> Any:
    """Take some rows of a table; they keep their numbers, so that faults are found."""
    from geomatch.tables import Table

    if table is None:
        return None
    columns = {name: [column[row] for row in rows] for name, column in table.columns.items()}
    return Table(table.names, columns, table.row_numbers[rows], table.file)


def _refuse(faults: Sequence[RowError], files: Sequence[str]) -> None:
    """Tell the faults of one file together, whichever network they are in."""
    for file in files:
        problems = list(chain(*(fault.problems for fault in faults if fault.file == file)))
        if problems:
            problems.sort(key=lambda problem: problem.row or 0)
            rows = len({problem.row for problem in problems})
            message = ngettext(
                "{count:,} row cannot be used", "{count:,} rows cannot be used", rows
            ).format(count=rows)
            raise RowError(message, file=file, problems=tuple(problems))


# ── what comes out ──────────────────────────────────────────────────────────────────────────────


def matches_of_all(days: Sequence[NetworkDay], found: Sequence[Assignment]) -> Columns:
    """Return the table of matches, one row per request, in the order of the whole table."""
    columns = _below(match_columns(result, day.requests) for day, result in _both(days, found))
    order = np.argsort(np.concatenate([day.rows for day in days]), kind="stable")
    return {name: [values[row] for row in order] for name, values in columns.items()}


def pairs_of_all(days: Sequence[NetworkDay]) -> Columns:
    """Return every feasible pair, network after network."""
    return _below(_named(day, pair_columns(day.problem), "request") for day in days)


def prices_of_all(days: Sequence[NetworkDay], found: Sequence[Assignment]) -> Columns:
    """Return the prices that prove each assignment, network after network."""
    return _below(_named(day, price_columns(r), "volunteer") for day, r in _both(days, found))


def figures_of_all(
    days: Sequence[NetworkDay], found: Sequence[Assignment], seconds: float
) -> dict[str, Any]:
    """Return the figures of a run: of all networks together, and of each under `networks`."""
    if days[0].name is None:
        return match_report(found[0], seconds)
    each: dict[str, dict[str, Any]] = {
        str(day.name): match_figures(result) for day, result in _both(days, found)
    }
    summed = ("objective", "upper_bound", "served", "pairs", "requests", "volunteers")
    total: dict[str, Any] = {key: sum(one[key] for one in each.values()) for key in summed}
    unmatched: Counter[str] = Counter()
    for one in each.values():
        unmatched.update(one["unmatched"])
    shared = {key: each[str(days[0].name)][key] for key in ("policy", "distance", "today")}
    return {
        **total,
        "gap": finite_gap(total["objective"], total["upper_bound"]),
        "unmatched": dict(unmatched),
        **shared,
        "notes": [f"{name}: {note}" for name, one in each.items() for note in one["notes"]],
        "seconds": round(seconds, 3),
        "networks": {
            name: {key: value for key, value in one.items() if key not in shared}
            for name, one in each.items()
        },
    }


def _both(
    days: Sequence[NetworkDay], found: Sequence[Assignment]
) -> list[tuple[NetworkDay, Assignment]]:
    return list(zip(days, found, strict=True))


def _named(day: NetworkDay, columns: Columns, counted: str) -> Columns:
    """Say whose rows these are, where networks have names."""
    return columns if day.name is None else columns | {NETWORK: [day.name] * len(columns[counted])}


def _below(tables: Any) -> Columns:
    """Put tables of the same columns below each other."""
    parts = list(tables)
    return {name: list(chain(*(part[name] for part in parts))) for name in parts[0]}
