"""Rows of the volunteers' and the requests' sheets: both are about somebody of a household."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from geomatch.network.intake.compare.comparer import Comparer, Found, RowForStewards, Taken
from geomatch.network.intake.compare.households import BY_DOOR, BY_ID
from geomatch.network.intake.linkage.known import Alike
from geomatch.network.intake.linkage.likeness import is_respelled
from geomatch.network.intake.linkage.records import kept_once, new_record
from geomatch.network.intake.sheets.rows import PersonFields, RequestRow, VolunteerRow
from geomatch.network.models import Household, Person, Request, Volunteer

LIVING = (Request.State.OPEN, Request.State.MATCHED)
BY_DOOR_BEFORE = "by name and the address before"
BY_NAME = "by a name that nobody else bears"


class _SomebodyComparer(Comparer):
    """A row about one person, tied by the household's id, by name and address, or by a name.

    Whoever keeps this sheet may not know yet that somebody moved: the address before is theirs too.
    """

    _or_before = True

    def _beyond_doubt(self, row: Any) -> Found | None:
        name, address = row.person.name, row.address.as_written
        if row.household_ref and row.household_ref in self.known.households:
            home = self.known.households[row.household_ref]
            return Found(home, next(iter(self._named(home, row.person)), None), BY_ID)
        if row.household_ref and not address:
            return None
        if address:
            return self._at(name, address)
        if here := self.known.known_at(name, ""):  # who came by such a row, and has no address yet
            return Found(here[0].household, here[0], BY_NAME)
        named = self.known.named(name)
        return Found(named[0].household, named[0], BY_NAME) if len(named) == 1 else None

    def _at(self, name: str, address: str) -> Found | None:
        if here := self.known.known_at(name, address):
            return Found(here[-1].household, here[-1], BY_DOOR)
        gone = self.known.moved_from(name, address)
        return Found(gone[0].household, gone[0], BY_DOOR_BEFORE) if len(gone) == 1 else None

    def _named(self, home: Household | None, fields: PersonFields) -> list[Person]:
        """Whom a row names; a name that was only respelled is that of who lives there alone."""
        named = super()._named(home, fields)
        here = self.known.at(home) if home is not None else []
        if not named and len(here) == 1 and is_respelled(here[0].name, fields.name):
            return here
        return named

    def _is_sure(self, row: Any, found: Alike) -> bool:
        """Name and phone are enough here: a row about help does not move anybody's home."""
        return found.likeness.is_sure or found.likeness.is_person

    def _can_be(self, row: Any, person: Person) -> bool:
        return not row.person.name or is_respelled(person.name, row.person.name)

    def _choose(self, row: Any) -> Found:
        if not row.address.as_written:
            if row.household_ref:
                raise ValueError(f"no neighbour has the id “{row.household_ref}”; check it")
            return Found()
        return super()._choose(row)

    def _reject_for_stewards(self, person: Person) -> None:
        """Say no more than that it is for stewards where an id is of somebody hidden."""
        if self._is_for_stewards(person.household):
            raise RowForStewards

    def _person(self, row: Any, found: Found, *, in_pods: bool) -> Person:
        """Return whom a row is about, brought up to date; new where nobody was found."""
        if found.person is not None:
            self._respell(found.person, row.person.name)
            return self.known.update(found.person, row.person)
        if found.household is not None:
            return self.known.person_in(found.household, row.person)
        return self.known.newcomer(row.person, row.address, in_pods=in_pods)


class VolunteerComparer(_SomebodyComparer):
    """One row, one volunteer."""

    def _beyond_doubt(self, row: VolunteerRow) -> Found | None:
        known = self.known.volunteers.get(row.ref)
        if known is None:
            return super()._beyond_doubt(row)
        person = known.person
        return Found(person.household, person, BY_ID) if self._can_be(row, person) else None

    def _choose(self, row: VolunteerRow) -> Found:
        if row.ref in self.known.volunteers:
            self._reject_for_stewards(self.known.volunteers[row.ref].person)
            raise ValueError(
                f"the id “{row.ref}” is another volunteer's; give this one an id of their own"
            )
        return super()._choose(row)

    def _take(self, row: VolunteerRow, found: Found) -> Taken:
        self._reject_second(row, found.person, "volunteer")
        person = self._person(row, found, in_pods=False)
        self._took(row, person)
        self.known.flag(person, row.person.flags)
        self.known.note(person, row.person.notes)
        self.known.learn_skills(row.skills)
        volunteer = self.known.volunteer_of.get(person)
        if volunteer is None:
            volunteer = new_record(Volunteer, person=person)
            volunteer.ref = row.ref or self.known.free_volunteer_ref()
            self._fill(volunteer, row)
            self.draft.add(volunteer)
            self.known.keep_volunteer(volunteer)
            return Taken(volunteer.ref, True, person.household)
        with self.draft.editing(volunteer):
            volunteer.ref = row.ref or volunteer.ref
            self._fill(volunteer, row)
        self.known.keep_volunteer(volunteer)
        return Taken(volunteer.ref, False, person.household)

    def _fill(self, volunteer: Volunteer, row: VolunteerRow) -> None:
        for name, value in self._said(
            skills=kept_once(row.skills),
            capacity=row.capacity,
            max_km=row.max_km,
            vehicle=row.vehicle,
            modes=kept_once(row.modes),
            availability=kept_once(row.availability),
            resting_until=row.resting_until,
        ).items():
            setattr(volunteer, name, value)


class RequestComparer(_SomebodyComparer):
    """One row, one request: and one person may ask for many things."""

    _once = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._row_of_request: dict[Request, int] = {}

    def _beyond_doubt(self, row: RequestRow) -> Found | None:
        known = self.known.requests.get(row.ref)
        if known is None or not self._can_be(row, known.person):
            return super()._beyond_doubt(row)
        return Found(known.person.household, known.person, BY_ID)

    def _take(self, row: RequestRow, found: Found) -> Taken:
        if found.person is None and found.household is None and not row.address.as_written:
            raise ValueError("no one neighbour of this name is known; give the address as well")
        request = self._known_request(row, found.person)
        person = self._person(row, found, in_pods=True)
        self.known.flag(person, row.person.flags)
        self.known.learn_skills(row.skills)
        is_new = request is None
        if request is None:
            request = new_record(Request, person=person)
            request.ref = row.ref or self.known.free_request_ref()
            self._fill(request, row)
            self.draft.add(request)
            self.known.keep_request(request)
        else:
            with self.draft.editing(request):
                self._fill(request, row)
        self._row_of_request[request] = row.row
        return Taken(request.ref, is_new, person.household)

    def _fill(self, request: Request, row: RequestRow) -> None:
        if row.asked_on:
            request.created_at = _start_of(row.asked_on)
        for name, value in self._said(
            skills=kept_once(row.skills),
            languages=kept_once(row.person.languages),
            urgency=row.urgency,
            mode=row.mode,
            needs_vehicle=row.needs_vehicle,
            availability=kept_once(row.availability),
            details=row.details,
        ).items():
            setattr(request, name, value)
        request.details = request.details or row.person.notes

    def _known_request(self, row: RequestRow, person: Person | None) -> Request | None:
        """Find the request a row repeats: by its id, else one still open for the same help.

        Asking again after help was given is a new request, and so is asking twice in one sheet
        for different times.
        """
        if row.ref:
            request = self.known.requests.get(row.ref)
            if request is not None and request.person is not person:
                self._reject_for_stewards(request.person)
                raise ValueError(
                    f"the id “{row.ref}” is of somebody else's request; give this one its own"
                )
            return request
        for request in self.known.requests_of.get(person, ()):
            if request.state not in LIVING or request.skills != list(row.skills):
                continue
            earlier = self._row_of_request.get(request)
            if earlier is None:
                return request
            if request.availability == list(row.availability) and request.details == row.details:
                raise ValueError(f"the same request as in row {earlier}; taken once")
        return None


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
