"""What comparing a row has in common, whatever the sheet: whom it means, and what comes of it.

Each sheet is gone through twice. First every row that names somebody beyond doubt, by its id or by
name and address, claims them. Then the rows are taken in order, and those still without somebody
are compared with whom nobody claimed: a sheet with both “Ana” and “Anna” means two people.

A row is rejected before its first change, so it is taken whole or not at all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from geomatch.core.errors import Problem
from geomatch.core.spelling import comparable
from geomatch.network.intake.linkage.known import Alike, Known
from geomatch.network.intake.linkage.likeness import Who
from geomatch.network.intake.linkage.outcomes import Candidate, Outcome, Status, row_key
from geomatch.network.intake.linkage.records import is_added
from geomatch.network.intake.sheets.rows import PersonFields
from geomatch.network.models import Household, Person

Choices = Mapping[str, str]
RejectedBefore = Mapping[str, Outcome]

# What a choice about a row may say: somebody new, leave the row out, or one of the candidates.
NEWCOMER = "new"
LEAVE_OUT = "leave"
A_HOUSEHOLD = "ref:"


class UnclearRow(Exception):  # noqa: N818 - an answer, not an error
    """A row may mean somebody known; a person must choose."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(candidates)


class RowForStewards(Exception):  # noqa: N818 - an answer, not an error
    """A row is, or may be, of a hidden home that whoever asks may not know of."""


class Found(NamedTuple):
    """Whom a row means, and what told so; nobody where it is somebody new."""

    household: Household | None = None
    person: Person | None = None
    known_by: str = ""


class Taken(NamedTuple):
    """What became of a row: whose id it has now, whether they are new, and their home."""

    target: str
    is_new: bool
    home: Household | None


class Comparer(ABC):
    """The rows of one sheet against those who are known; each kind of sheet fills in the rest.

    Parameters
    ----------
    known, sheet, columns
        The network's people, the sheet's name, and the fields it has a column for.
    choices, sees_hidden, rejected_before
        As for `compare`.
    """

    _once = True  # whether a sheet has one row for each of its people, and no more
    _or_before = False  # whether the address somebody had before they moved is theirs as well

    def __init__(
        self,
        known: Known,
        sheet: str,
        columns: frozenset[str],
        choices: Choices,
        sees_hidden: bool,
        rejected_before: RejectedBefore,
    ) -> None:
        self.known, self.draft, self.sheet = known, known.draft, sheet
        self._columns, self._choices, self._sees_hidden = columns, choices, sees_hidden
        self._rejected_before = rejected_before
        self._claimed: dict[Person, int] = {}  # person → the row taken for them; 0 until it is
        self._chosen_for: dict[Person, int] = {}  # person → the row somebody chose them for
        self._warnings: list[str] = []

    # --- what each kind of sheet does --------------------------------------------------------

    @abstractmethod
    def _beyond_doubt(self, row: Any) -> Found | None:
        """Find whom a row names by its id, or by name and address."""

    @abstractmethod
    def _take(self, row: Any, found: Found) -> Taken:
        """Change what the row says.

        Raises
        ------
        ValueError
            If the row cannot be taken, before anything is changed.
        """

    def _is_sure(self, row: Any, found: Alike) -> bool:
        """Whether somebody alike may be taken without asking."""
        return found.likeness.is_sure

    def _doubts(self, row: Any, found: Alike) -> Sequence[str]:
        """Say why somebody who is alike enough must be asked about all the same."""
        return ()

    # --- what they share ---------------------------------------------------------------------

    def outcomes(self, rows: Sequence[Any]) -> Iterator[Outcome]:
        """Say of every row what it would change, and change it in memory."""
        beyond_doubt = [self._claim(row) for row in self.known.looking.over(rows)]
        for row, sure in zip(rows, beyond_doubt, strict=True):
            yield self._outcome(row, sure)

    def _claim(self, row: Any) -> Found | None:
        found = self._beyond_doubt(row)
        if found is not None:
            self._claim_people(self._people_of(found, row), 0)
        return found

    def _people_of(self, found: Found, row: Any) -> list[Person]:
        return [found.person] if found.person else self._named(found.household, row.person)

    def _claim_people(self, people: Iterable[Person], row: int) -> None:
        if self._once:
            self._claimed.update(dict.fromkeys(people, row))

    def _outcome(self, row: Any, sure: Found | None) -> Outcome:
        who = ", ".join(
            part for part in (row.person.name or row.ref, row.address.as_written) if part
        )
        said: dict[str, Any] = {"sheet": self.sheet, "row": row.row, "who": who}
        if self._choice(row) == LEAVE_OUT:
            self._keep_what_is_here(row, sure)
            return Outcome(status=Status.LEFT_OUT, **said)
        if rejected_before := self._rejected_before.get(row_key(self.sheet, row.row)):
            return rejected_before
        self._warnings = []
        try:
            found = self._whom(row, sure)
            taken = self._take(row, found)
        except UnclearRow as unclear:
            return Outcome(status=Status.UNCLEAR, candidates=unclear.candidates, **said)
        except RowForStewards:
            return Outcome(status=Status.FOR_STEWARDS, **said)
        except ValueError as error:
            problem = Problem(str(error), row=row.row)
            return Outcome(status=Status.REJECTED, problems=(problem,), **said)
        changes = self.draft.noted()
        home = found.household
        return Outcome(
            status=Status.NEW if taken.is_new else Status.CHANGED if changes else Status.SAME,
            target="" if taken.is_new else taken.target,
            known_by=found.known_by,
            changes=() if taken.is_new else changes,
            is_hidden=taken.home is not None and taken.home.hidden,
            warnings=tuple(self._warnings),
            changed_here_at=home.updated_at if home is not None else None,
            written_on=row.written_on,
            **said,
        )

    def _keep_what_is_here(self, row: Any, sure: Found | None) -> None:
        """Let no other row of the file change whom a row means that is left out, nor be theirs."""
        try:
            found = self._whom(row, sure)
        except (UnclearRow, RowForStewards, ValueError):
            return  # it is not clear whom it means, or not the reader's to know
        if found.household is not None:
            people = self._people_of(found, row)
            self.draft.keep(found.household, *people)
            self._claim_people(people, row.row)

    def _choice(self, row: Any) -> str:
        return self._choices.get(row_key(self.sheet, row.row), "")

    def _said(self, **values: Any) -> dict[str, Any]:
        """Keep the values whose column is in the sheet."""
        return {name: value for name, value in values.items() if name in self._columns}

    def _whom(self, row: Any, sure: Found | None) -> Found:
        found = sure or self._beyond_doubt(row) or self._choose(row)
        if self._is_for_stewards(found.household):
            raise RowForStewards
        return found

    def _choose(self, row: Any) -> Found:
        """Decide among those a row may mean: by what somebody chose, or because it is sure."""
        who = Who(row.person.name, row.address.as_written, row.person.phone)
        alike = self.known.alike(who, but=self._is_claimed, or_before=self._or_before)
        if any(self._is_for_stewards(found.person.household) for found in alike):
            raise RowForStewards
        choice = self._choice(row)
        if alike and choice != NEWCOMER:
            return self._as_chosen(self._chosen(row, alike, choice))
        if choice.startswith(A_HOUSEHOLD):  # and nobody is left: another row took them
            raise ValueError("whom you chose is the neighbour of another row; taken once")
        if choice != NEWCOMER:
            self._look_at_claimed(who)
        if not self._warnings:
            self._warn_of_shared_phone(row.person.phone)
        return Found()

    def _is_claimed(self, person: Person) -> bool:
        return person in self._claimed

    def _look_at_claimed(self, who: Who) -> None:
        """Add nobody in silence who is much like somebody that another row is about.

        Raises
        ------
        UnclearRow
            If a person chose them for that row: until then, this one may have been theirs.
        """
        theirs = self.known.alike(who, but=is_added)
        chosen = [found for found in theirs if found.person in self._chosen_for]
        if chosen:
            raise UnclearRow([self._taken(found) for found in chosen])
        for found in theirs[:1]:
            if not self._is_for_stewards(found.person.household):
                self._warnings.append(
                    f"is much like {found.person.name} of another row; they stay two"
                )

    def _taken(self, found: Alike) -> Candidate:
        """Say of somebody a row may mean that they were chosen for another one."""
        return _candidate(found, f"chosen for row {self._chosen_for[found.person]}")

    def _chosen(self, row: Any, alike: Sequence[Alike], choice: str) -> Alike:
        for found in alike:
            if choice == f"{A_HOUSEHOLD}{_ref(found.person)}":
                self._chosen_for[found.person] = row.row
                return found
        sure = [found for found in alike if self._is_sure(row, found)]
        if choice.startswith(A_HOUSEHOLD) or len(sure) != 1:
            raise UnclearRow([_candidate(found, *self._doubts(row, found)) for found in alike])
        return sure[0]

    def _as_chosen(self, chosen: Alike) -> Found:
        words = f"{', '.join(chosen.likeness.reasons)}: {chosen.likeness.score} of 100"
        return Found(chosen.person.household, chosen.person, words)

    def _is_for_stewards(self, household: Household | None) -> bool:
        """Whether a home is hidden from whoever asks; one of their own sheet is no secret."""
        if household is None or is_added(household):
            return False
        return household.hidden and not self._sees_hidden

    def _named(self, home: Household | None, fields: PersonFields) -> list[Person]:
        """Whom of a household a row names."""
        people = self.known.at(home) if home is not None else []
        if not fields.name:
            return people[:1]
        return [person for person in people if comparable(person.name) == comparable(fields.name)]

    def _reject_second(self, row: Any, person: Person | None, noun: str) -> None:
        """Reject a row about somebody whom an earlier row of this sheet is about."""
        if person is not None and (earlier := self._claimed.get(person)):
            raise ValueError(f"the same {noun} as in row {earlier}; taken once")

    def _took(self, row: Any, person: Person) -> None:
        self._claimed[person] = row.row

    def _respell(self, person: Person, name: str) -> None:
        if name and comparable(person.name) != comparable(name):
            self.known.rename(person, name)

    def _warn_of_shared_phone(self, phone: str) -> None:
        for person in self.known.sharing_phone(phone):
            if person.household is not None and not self._is_for_stewards(person.household):
                self._warnings.append(f"has the same phone as {person.name}; they stay two")
                return


def _ref(person: Person) -> str:
    return person.household.ref if person.household else ""


def _candidate(found: Alike, *more: str) -> Candidate:
    """Say somebody a row may mean, and `more` than likeness knows of it."""
    person, alike = found
    return Candidate(
        ref=_ref(person),
        name=person.name,
        address=person.household.given_address if person.household else "",
        score=alike.score,
        reasons=(*alike.reasons, *more),
        hidden=bool(person.household and person.household.hidden),
    )
