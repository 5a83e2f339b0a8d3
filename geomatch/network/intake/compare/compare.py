"""Compare the rows of sheets with the network: what is new, what has changed, what is unclear.

A column that is not in the sheet changes nothing; a row that would overwrite somebody else is
rejected; a row that may mean somebody known, or not, asks. Everything happens in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from geomatch.core.errors import Problem
from geomatch.network.intake.compare.comparer import Choices, Comparer, RejectedBefore
from geomatch.network.intake.compare.households import HouseholdComparer
from geomatch.network.intake.compare.volunteers_and_requests import (
    RequestComparer,
    VolunteerComparer,
)
from geomatch.network.intake.linkage.draft import Draft
from geomatch.network.intake.linkage.known import Known
from geomatch.network.intake.linkage.outcomes import Comparison, Outcome, Status
from geomatch.network.intake.linkage.progress import Looking
from geomatch.network.intake.sheets.columns import Kind
from geomatch.network.intake.sheets.rows import SheetRows
from geomatch.network.models import Network

Progress = Callable[[float, float], object]
"""Told how many are done, and of how many."""

EVERY = 500  # rows after which they are written, or let go of, and progress is told
_COMPARERS: Mapping[Kind, type[Comparer]] = {
    Kind.HOUSEHOLDS: HouseholdComparer,
    Kind.VOLUNTEERS: VolunteerComparer,
    Kind.REQUESTS: RequestComparer,
}


def compare(
    *,
    network: Network,
    sheets: Sequence[tuple[str, SheetRows]],
    choices: Choices | None = None,
    sees_hidden: bool = True,
    rejected_before: RejectedBefore | None = None,
    progress: Progress | None = None,
    looking: Progress | None = None,
    write: Callable[[Draft], None] = Draft.clear,
) -> Comparison:
    """Say what sheets would change in the network that was entered.

    Parameters
    ----------
    sheets
        Names and typed rows, neighbours before those who are tied to them.
    choices
        `Outcome.key` → what a person decided: `NEWCOMER`, `LEAVE_OUT`, or `A_HOUSEHOLD` and the
        id of one of the candidates.
    sees_hidden
        Whether whoever asks may know of hidden homes. If not, rows about them are left as they are
        and said to be for stewards.
    rejected_before
        `Outcome.key` → what became of a row before anybody chose: it stays at that, although what
        was chosen for other rows might let it in.
    progress
        Called with rows done and rows in all.
    looking
        Called likewise for what comes before the first row: who is known is read, and rows that
        name somebody beyond doubt are looked up.
    write
        Called with what the last rows change, some rows at a time: nothing is done with it
        unless somebody writes it.
    """
    columns = {field for _, rows in sheets for field in rows.recognised.columns}
    kinds = {rows.recognised.kind for _, rows in sheets}
    looked_up = sum(len(rows.rows) for _, rows in sheets)
    look = Looking(looking, Known.looks_at() + looked_up if looking else 0)
    known = Known(network, columns, kinds, Draft(), look)
    rejected = {name: _rejected(name, rows.problems) for name, rows in sheets}
    total = sum(len(rows.rows) + len(rejected[name]) for name, rows in sheets)
    outcomes: list[Outcome] = []
    for name, rows in sheets:
        outcomes += rejected[name]
        comparer = _COMPARERS[rows.recognised.kind](
            known,
            name,
            frozenset(rows.recognised.columns),
            choices or {},
            sees_hidden,
            rejected_before or {},
        )
        for outcome in comparer.outcomes(rows.rows):
            outcomes.append(outcome)
            if len(outcomes) % EVERY == 0:
                write(known.draft)
                if progress:
                    progress(len(outcomes), total)
        write(known.draft)
        known.settle()
    if progress:
        progress(total, total)
    kind_of = {name: rows.recognised.kind.value for name, rows in sheets}
    return Comparison(outcomes, kind_of)


def _rejected(sheet: str, problems: Iterable[Problem]) -> list[Outcome]:
    """Make one outcome for each row that could not be read, with everything wrong in it."""
    of_row: dict[int, list[Problem]] = {}
    for problem in problems:
        of_row.setdefault(problem.row or 0, []).append(problem)
    return [
        Outcome(sheet, row, Status.REJECTED, problems=tuple(found)) for row, found in of_row.items()
    ]
