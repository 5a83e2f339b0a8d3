"""Rows of the neighbours' sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geomatch.core.spelling import comparable
from geomatch.network.intake.compare.comparer import (
    A_HOUSEHOLD,
    NEWCOMER,
    Comparer,
    Found,
    RowForStewards,
    Taken,
    UnclearRow,
)
from geomatch.network.intake.linkage.known import OURS, Alike
from geomatch.network.intake.linkage.likeness import is_respelled, is_same_door
from geomatch.network.intake.linkage.outcomes import Candidate
from geomatch.network.intake.linkage.records import kept_once, new_record
from geomatch.network.intake.sheets.rows import HouseholdRow
from geomatch.network.models import Household, Person

BY_ID = "by its id"
BY_DOOR = "by name and address"


class HouseholdComparer(Comparer):
    """One row, one household: found by its id, or by name and address where it had none yet."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._seen: dict[int, int] = {}  # name and address → row, below zero where it has no id

    # --- whom a row means --------------------------------------------------------------------

    def _beyond_doubt(self, row: HouseholdRow) -> Found | None:
        by_id = self.known.households.get(row.ref) if row.ref else None
        if row.ref in self.known.merged:
            return None
        if by_id is not None and self._can_be_of(row, by_id):
            return Found(by_id, None, BY_ID)
        here = self.known.known_at(row.person.name, row.address.as_written)
        if len(here) == 1 and self._may_be(row, here[0]):
            return Found(here[0].household, here[0], BY_DOOR)
        return None

    def _can_be_of(self, row: HouseholdRow, home: Household) -> bool:
        """Whether a row with a household's id is of it: not if name and address both differ.

        Then the id was given to somebody else, or typed wrong, and a person must say.
        """
        people, name, address = self.known.at(home), row.person.name, row.address.as_written
        if not (people and name and address and home.given_address):
            return True
        if self._choice(row) == f"{A_HOUSEHOLD}{home.ref}":
            return True
        return any(is_respelled(person.name, name) for person in people) or (
            comparable(address) == comparable(home.given_address)
            or is_same_door(address, home.given_address)
        )

    def _is_sure(self, row: HouseholdRow, found: Alike) -> bool:
        return super()._is_sure(row, found) and self._may_be(row, found.person)

    def _doubts(self, row: HouseholdRow, found: Alike) -> Sequence[str]:
        return () if self._may_be(row, found.person) else ("another id",)

    def _may_be(self, row: HouseholdRow, person: Person) -> bool:
        """Whether the household has no id of another row: with two ids, two were meant."""
        home = person.household
        return home is not None and (not row.ref or home.ref.startswith(OURS))

    def _whom(self, row: HouseholdRow, sure: Found | None) -> Found:
        if row.ref in self.known.merged:
            if self._is_for_stewards(self.known.households[row.ref]):
                raise RowForStewards
            kept = self.known.merged[row.ref]
            raise ValueError(f"was merged with the neighbour “{kept}” here; take this row out")
        return super()._whom(row, sure)

    def _choose(self, row: HouseholdRow) -> Found:
        owner = self.known.households.get(row.ref) if row.ref else None
        if owner is None or self._choice(row) == NEWCOMER:
            return super()._choose(row)
        if self._is_for_stewards(owner):
            raise RowForStewards
        try:
            found = super()._choose(row)
        except UnclearRow as unclear:
            raise UnclearRow((*unclear.candidates, self._owner(owner))) from None
        if found.household is None:
            raise UnclearRow((self._owner(owner),))
        return found

    def _owner(self, home: Household) -> Candidate:
        names = ", ".join(person.name for person in self.known.at(home))
        reasons = ("the same id", "another name", "another address")
        return Candidate(home.ref, names, home.given_address, None, reasons, home.hidden)

    # --- what it changes ---------------------------------------------------------------------

    def _take(self, row: HouseholdRow, found: Found) -> Taken:
        self._reject_repeated(row)
        head = found.person or next(iter(self._named(found.household, row.person)), None)
        self._reject_second(row, head, "neighbour")
        household = found.household
        is_new = household is None
        if household is None:
            household = new_record(Household, ref=self._new_ref(row))
            self._fill(household, row)
            self.draft.add(household)
            moved = False
        else:
            address_before = household.given_address
            with self.draft.editing(household):
                self._fill(household, row)
            moved = household.given_address != address_before
        self.known.households[household.ref] = household
        self._fill_head(household, row, found, moved=moved)
        return Taken(household.ref, is_new, household)

    def _new_ref(self, row: HouseholdRow) -> str:
        """Return the row's own id, unless it is somebody else's."""
        free = row.ref and row.ref not in self.known.households
        return row.ref if free else self.known.free_ref()

    def _reject_repeated(self, row: HouseholdRow) -> None:
        who = hash((comparable(row.person.name), comparable(row.address.as_written)))
        earlier = self._seen.get(who, 0)
        if earlier and not (row.ref and earlier > 0):  # two ids, two neighbours
            raise ValueError(f"the same neighbour as in row {abs(earlier)}; taken once")
        self._seen[who] = row.row if row.ref else -row.row

    def _fill(self, household: Household, row: HouseholdRow) -> None:
        if row.ref and household.ref.startswith(OURS) and row.ref not in self.known.households:
            household.ref = row.ref
        self.known.doors.move(household, row.address)
        if "people" in self._columns:
            household.people_count = row.people
        household.languages = kept_once(row.person.languages) or household.languages
        household.in_pods = True
        # Once said, these stay until a person takes them back: a re-import must not undo them.
        household.do_not_contact |= row.do_not_contact
        household.hidden |= row.hidden
        household.quiet |= row.quiet
        household.meeting_place = row.meeting_place or household.meeting_place
        household.meeting_until = row.meeting_until or household.meeting_until
        if row.person.notes:
            household.notes = row.person.notes

    def _fill_head(
        self, household: Household, row: HouseholdRow, found: Found, *, moved: bool
    ) -> None:
        """Write down whom the row names; a name that was only respelled is the same person's."""
        here, name = self.known.at(household), row.person.name
        if found.person is not None:
            self._respell(found.person, name)
        elif len(here) == 1 and not moved and name and is_respelled(here[0].name, name):
            self.known.rename(here[0], name)
        head = self.known.person_in(household, row.person)
        self._took(row, head)
        said = self._said(drives=row.drives, point_person=row.point_person)
        with self.draft.editing(head):
            for column, value in said.items():
                setattr(head, "is_point_person" if column == "point_person" else column, value)
