"""What a comparison says of each row of a sheet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from geomatch.core.errors import Problem


class Status(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    UNCLEAR = "unclear"  # a person must choose
    REJECTED = "rejected"  # it cannot be taken as it is
    FOR_STEWARDS = "for_stewards"  # of a hidden home, and whoever asks may not know of it
    LEFT_OUT = "left_out"  # somebody chose so


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that a row would change."""

    model: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody known whom an unclear row may mean.

    Attributes
    ----------
    ref
        The household's id; what a choice names.
    score
        How alike, 0-100 (see `likeness`); None where only an id says so.
    reasons
        What agrees and what does not, in words.
    hidden
        Whether the home is for stewards only.
    """

    ref: str
    name: str
    address: str
    score: int | None
    reasons: tuple[str, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one row, and why.

    Attributes
    ----------
    target
        Id of the household, volunteer or request it changes; empty where it is new or rejected.
    known_by
        What told who it is, in words.
    changed_here_at
        When the household was last changed here; None where nobody knows.
    written_on
        When the row was written, by its own date column; None where it has none.
    is_hidden
        Whether the home it is taken for is for stewards only.
    """

    sheet: str
    row: int
    status: Status
    who: str = ""
    target: str = ""
    known_by: str = ""
    changes: tuple[FieldChange, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    changed_here_at: dt.datetime | None = None
    written_on: dt.date | None = None
    is_hidden: bool = False

    @property
    def key(self) -> str:
        """What a choice about this row is filed under."""
        return row_key(self.sheet, self.row)

    def digest(self) -> str:
        """Sum up whom this row may mean: a choice holds only as long as that is the same."""
        return _digest([(self.status.value, self.target, self.candidates)])


def row_key(sheet: str, row: int) -> str:
    """Name one row of one sheet: what choices are filed under."""
    return f"{row}:{sheet}"


@dataclass
class Comparison:
    """What the sheets of one file would change in a network; nothing is written yet.

    Attributes
    ----------
    outcomes
        One for each row, in the order of the sheets as they are taken.
    kinds
        Sheet name → what its rows are.
    """

    outcomes: list[Outcome]
    kinds: Mapping[str, str]
    _of_status: dict[Status, list[Outcome]] = field(init=False)

    def __post_init__(self) -> None:
        self._of_status = {status: [] for status in Status}
        for outcome in self.outcomes:
            self._of_status[outcome.status].append(outcome)

    def of(self, *statuses: Status) -> list[Outcome]:
        """Return the rows that come out as one of these."""
        return [outcome for status in statuses for outcome in self._of_status[status]]

    def count(self, *statuses: Status) -> int:
        """Count the rows that come out as one of these."""
        return sum(len(self._of_status[status]) for status in statuses)

    @property
    def taken(self) -> int:
        """How many rows would change something."""
        return self.count(Status.NEW, Status.CHANGED)

    def taken_rows(self) -> frozenset[tuple[str, int]]:
        """Sheet and row of everything that is in the network once this is written."""
        taken = self.of(Status.NEW, Status.CHANGED, Status.SAME)
        return frozenset((outcome.sheet, outcome.row) for outcome in taken)

    def figures(self) -> dict[str, dict[str, int]]:
        """Count per kind of row: new, changed, same, and rejected (all that is rejected)."""
        counts = {
            kind: Counter(new=0, changed=0, same=0, rejected=0) for kind in self.kinds.values()
        }
        for outcome in self.outcomes:
            status = outcome.status.value
            if outcome.status in REJECTED_STATUSES:
                status = "rejected"
            if status in ("new", "changed", "same", "rejected"):
                counts[self.kinds[outcome.sheet]][status] += 1
        return {kind: dict(counter) for kind, counter in counts.items()}

    def fingerprint(self) -> str:
        """Sum up everything a preview shows: equal only if nothing in it has changed."""
        return _digest(
            (
                outcome.key,
                outcome.status.value,
                outcome.target,
                outcome.changes,
                outcome.candidates,
            )
            for outcome in self.outcomes
        )


# What an import rejects: what nobody can read, nobody chose, or whoever asks may not know of.
REJECTED_STATUSES = (Status.UNCLEAR, Status.REJECTED, Status.FOR_STEWARDS)


def _digest(parts: Iterable[object]) -> str:
    digest = blake2b(digest_size=12)
    for part in parts:
        digest.update(repr(part).encode())
    return digest.hexdigest()
