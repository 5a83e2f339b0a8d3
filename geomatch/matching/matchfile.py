"""Matching from tables to tables: what `geomatch match` and the site's service share.

No Django and no files: tables come in, columns go out.
"""

from __future__ import annotations

import datetime as dt
import difflib
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geomatch.core.arrays import Floats, Ints
from geomatch.core.errors import PolicyError, Problem, RowError
from geomatch.core.retelling import retold
from geomatch.core.translation import gettext, ngettext
from geomatch.matching.engine import (
    PARTS,
    Assignment,
    MatchProblem,
    Policy,
    prepare,
    solve_problem,
)
from geomatch.matching.engine.model.pairs import feasible_pairs
from geomatch.matching.engine.model.score import distance_m, score_parts, walk_m
from geomatch.matching.engine.solver.solve import gap_between, pinned_positions
from geomatch.matching.matchpeople import (
    REQUEST_COLUMNS,
    column_notes,
    read_requests,
    read_volunteers,
)
from geomatch.matching.streetsfile import refuse_missing_streets

if TYPE_CHECKING:
    from geomatch.core.streetmap import StreetMap
    from geomatch.tables import Table

__all__ = [
    "finite_gap",
    "match_columns",
    "match_figures",
    "match_report",
    "match_tables",
    "pair_columns",
    "price_columns",
    "read_day",
    "read_policy",
    "request_points",
]

Columns = dict[str, Sequence[object]]

_LARGEST_POLICY_BYTES = 1_000_000


def match_tables(
    volunteers: Table,
    requests: Table,
    *,
    policy: Policy | None = None,
    never: Table | None = None,
    pinned: Table | None = None,
    today: dt.date | None = None,
    streets: StreetMap | None = None,
) -> tuple[Columns, dict[str, object]]:
    """Match two tables.

    Parameters
    ----------
    volunteers, requests
        With `matchpeople.VOLUNTEER_COLUMNS` and `matchpeople.REQUEST_COLUMNS`.
    policy
        The default policy if None.
    never
        Columns `volunteer,request` (ids or persons) of pairs kept apart.
    pinned
        Columns `request,volunteer` of pairs that must be kept.
    today
        Decides which flags hold; the machine's date if None.
    streets
        Streets along which distances are scored; straight lines if None.

    Returns
    -------
    columns
        One row per request, in their order: `request, volunteer, score`, the parts, `distance_m`,
        with streets `walk_m`, `reason`, then the columns passed through.
    report
        `objective, upper_bound, gap, served, pairs, seconds` and what else is worth knowing.

    Raises
    ------
    RowError
        A value cannot be read, or a pinned pair cannot be kept; names file, row, column and value.
    """
    started = time.perf_counter()
    problem, pins = read_day(
        *(volunteers, requests),
        policy=policy,
        never=never,
        pinned=pinned,
        today=today,
        streets=streets,
    )
    result = solve_problem(problem, pins)
    report = match_report(result, time.perf_counter() - started)
    report["notes"] = [*column_notes(volunteers, requests), *_notes(problem)]
    return match_columns(result, requests), report


def read_day(
    volunteers: Table,
    requests: Table,
    *,
    policy: Policy | None = None,
    never: Table | None = None,
    pinned: Table | None = None,
    today: dt.date | None = None,
    streets: StreetMap | None = None,
) -> tuple[MatchProblem, Ints]:
    """Read the tables into a problem and the pinned volunteer of each request (-1: none)."""
    policy = policy or Policy.default()
    refuse_missing_streets(policy, given=streets is not None)
    problem = prepare(
        read_volunteers(volunteers),
        read_requests(requests),
        policy,
        never=_pairs_of(never, "volunteer", "request"),
        today=today or dt.date.today(),
        streets=streets,
    )
    pins = pinned_positions(
        problem,
        _pairs_of(pinned, "request", "volunteer"),
        rows=None if pinned is None else pinned.row_numbers.tolist(),
        file=None if pinned is None else pinned.file,
    )
    return problem, pins


def read_policy(path: Path) -> Policy:
    """Read a policy file.

    Raises
    ------
    PolicyError
        Naming line and column of everything that is wrong.
    """
    try:
        if path.stat().st_size > _LARGEST_POLICY_BYTES:
            raise PolicyError(gettext("this is too large for a policy"), file=path.name)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        message = gettext("the policy cannot be read ({error}); check its name").format(
            error=fault.strerror
        )
        raise PolicyError(message, file=str(path)) from None
    except UnicodeDecodeError:
        raise PolicyError(
            gettext("the policy is no UTF-8 text; save it as UTF-8"), file=path.name
        ) from None
    return Policy.from_toml(text, name=path.name)


def match_columns(result: Assignment, requests: Table) -> Columns:
    """Return the table of matches: one row per request, in the order of the requests."""
    ids = result.problem.volunteers.ids
    matched = result.volunteer >= 0

    def where_matched(values: Ints) -> list[object]:
        return [int(v) if m else None for v, m in zip(values, matched, strict=True)]

    columns: Columns = {
        "request": list(result.problem.requests.ids),
        "volunteer": [ids[j] if j >= 0 else None for j in result.volunteer],
        "score": where_matched(result.score),
    }
    for k, part in enumerate(PARTS):
        columns[part] = where_matched(result.parts[:, k])
    columns["distance_m"] = _where_known(result.distance_m)
    if result.problem.on_foot is not None:
        columns["walk_m"] = _where_known(result.walk_m)
    # reasons that a worker of another machine made are in English
    columns["reason"] = [retold(reason.sentence) if reason else None for reason in result.reasons]
    known = {name.casefold() for name in REQUEST_COLUMNS}
    for name in requests.names:
        if name.strip().casefold() not in known:
            columns[_free_name(name, columns)] = requests.columns[name]
    return columns


def pair_columns(problem: MatchProblem) -> Columns:
    """Return the table of every feasible pair with its score, parts and distance."""
    pairs = feasible_pairs(problem)
    parts = score_parts(problem, pairs.i, pairs.j)
    walks = walk_m(problem, pairs.i, pairs.j)
    return {
        "request": [problem.requests.ids[i] for i in pairs.i],
        "volunteer": [problem.volunteers.ids[j] for j in pairs.j],
        "score": pairs.score.tolist(),
        **{part: parts[:, k].tolist() for k, part in enumerate(PARTS)},
        "distance_m": _where_known(distance_m(problem, pairs.i, pairs.j)),
        **({} if problem.on_foot is None else {"walk_m": _where_known(walks)}),
    }


def _where_known(metres: Ints) -> list[object]:
    return [away if away >= 0 else None for away in metres.tolist()]


def price_columns(result: Assignment) -> Columns:
    """Return the proof: the price of each volunteer's time, from which the bound follows."""
    return {
        "volunteer": list(result.problem.volunteers.ids),
        "price": result.prices.tolist(),
    }


def match_report(result: Assignment, seconds: float) -> dict[str, object]:
    """Return the figures of a run."""
    return match_figures(result) | {"seconds": round(seconds, 3)}


def finite_gap(objective: int, upper_bound: int) -> float | None:
    """Return the gap between two values, None where it has no end: JSON knows no infinity."""
    gap = gap_between(objective, upper_bound)
    return gap if np.isfinite(gap) else None


def match_figures(result: Assignment) -> dict[str, object]:
    """Return the figures of a run that do not depend on the machine."""
    problem = result.problem
    return {
        "objective": result.objective,
        "upper_bound": result.upper_bound,
        "gap": finite_gap(result.objective, result.upper_bound),
        "served": result.served,
        "pairs": result.n_pairs,
        "requests": len(problem.requests),
        "volunteers": len(problem.volunteers),
        "unmatched": dict(Counter(reason.code for reason in result.reasons if reason)),
        "policy": problem.policy.name,
        "distance": "straight" if problem.on_foot is None else "walking",
        "today": problem.today.isoformat(),
        "notes": _notes(problem),
    }


def request_points(result: Assignment) -> Floats:
    """(n, 2) lon/lat of the requests for a map; a hidden household has no point there."""
    points = result.problem.requests.lonlat.copy()
    points[result.problem.r_withheld > 0] = np.nan
    return points


def _pairs_of(table: Table | None, first: str, second: str) -> list[tuple[str, str]]:
    if table is None:
        return []
    pairs = list(
        zip(
            table.columns[table.name_of(first)],
            table.columns[table.name_of(second)],
            strict=True,
        )
    )
    problems = tuple(
        Problem(gettext("is empty; a pair needs both"), int(row), second if pair[0] else first)
        for row, pair in zip(table.row_numbers, pairs, strict=True)
        if not all(pair)
    )
    if problems:
        raise RowError(gettext("pairs are incomplete"), file=table.file, problems=problems)
    return pairs


def _free_name(name: str, taken: Columns) -> str:
    """Name of a passed-through column that no column of ours has."""
    free = name
    while free.strip().casefold() in {other.casefold() for other in taken}:
        free = f"request_{free}"
    return free


def _notes(problem: MatchProblem) -> list[str]:
    """Say what looks like a slip: above all a flag that no rule knows, as it protects nobody."""
    ruled = {
        flag
        for rule in problem.policy.rules
        for flag in (*rule.volunteer_flags, *rule.request_flags)
    }
    used = Counter(
        flag.name
        for side in (problem.volunteers.flags, problem.requests.flags)
        for row in side
        for flag in row
    )
    notes = []
    for flag in sorted(set(used) - ruled):
        close = difflib.get_close_matches(flag, sorted(ruled), n=1)
        note = ngettext(
            "no rule of the policy names the flag “{flag}” ({number:,} row)",
            "no rule of the policy names the flag “{flag}” ({number:,} rows)",
            used[flag],
        ).format(flag=flag, number=used[flag])
        if close:
            note += "; " + gettext("did you mean “{close}”?").format(close=close[0])
        notes.append(note)
    if problem.on_foot is not None and (astray := problem.on_foot.astray):
        note = ngettext(
            "{number:,} place is on streets that lead to few others; where no street leads, a "
            "walk counts as three times the straight line",
            "{number:,} places are on streets that lead to few others; where no street leads, a "
            "walk counts as three times the straight line",
            astray,
        )
        notes.append(note.format(number=astray))
    return notes
