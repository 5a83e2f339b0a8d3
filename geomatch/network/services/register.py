"""Write the rows of a sheet: what is new, what has changed, and nothing that it does not say.

A column that is not in the sheet changes nothing; a row that would overwrite somebody else is
handed back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.utils import timezone

from geomatch.core.errors import Problem
from geomatch.network.models import Household, Network, Person, Request, Volunteer
from geomatch.network.services.doors import move
from geomatch.network.services.people import OURS, People, Who, is_respelled, plain
from geomatch.network.sheets.columns import Kind
from geomatch.network.sheets.rows import HouseholdRow, RequestRow, SheetRows, VolunteerRow

LIVING = (Request.State.OPEN, Request.State.MATCHED)


class Register:
    """The people of the current network, and the rows about to join them."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.people = People(network)
        self._columns: frozenset[str] = frozenset()
        self._taken: dict[Who, tuple[int, str]] = {}
        self._taken_people: dict[int, int] = {}
        self._taken_requests: dict[int, int] = {}

    def take(self, sheet: SheetRows) -> tuple[dict[str, int], list[Problem]]:
        """Write the rows of one sheet; return counts and what still had to be refused."""
        take_row = {
            Kind.HOUSEHOLDS: self._take_household,
            Kind.VOLUNTEERS: self._take_volunteer,
            Kind.REQUESTS: self._take_request,
        }[sheet.recognised.kind]
        self._columns = frozenset(sheet.recognised.columns)
        self._taken, self._taken_people = {}, {}
        counts: Counter[str] = Counter(new=0, changed=0, same=0)
        problems: list[Problem] = []
        for row in sheet.rows:
            try:
                counts[take_row(row)] += 1
            except ValueError as error:
                problems.append(Problem(str(error), row=row.row))
        return dict(counts), problems

    def _said(self, **values: Any) -> dict[str, Any]:
        """Keep the values whose column is in the sheet."""
        return {name: value for name, value in values.items() if name in self._columns}

    # --- neighbours --------------------------------------------------------------------------

    def _take_household(self, row: HouseholdRow) -> str:
        self._refuse_repeated_neighbour(row)
        household = self._known_household(row)
        is_new = household is None
        household = household or Household(
            network=self.network, ref=row.ref or self.people.free_ref()
        )
        address_before = household.given_address
        before = _state(household)
        self._fill_household(household, row)
        is_changed = _state(household) != before
        if is_new or is_changed:
            household.save()
        self.people.households[household.ref] = household
        head = self._head(household, row, moved=household.given_address != address_before)
        is_changed |= self._fill_head(head, row)
        return "new" if is_new else "changed" if is_changed else "same"

    def _refuse_repeated_neighbour(self, row: HouseholdRow) -> None:
        who = (plain(row.person.name), plain(row.address.as_written))
        earlier, ref = self._taken.get(who, (0, ""))
        if earlier and not (row.ref and ref and row.ref != ref):
            raise ValueError(f"the same neighbour as in row {earlier}; taken once")
        self._taken[who] = (row.row, row.ref)

    def _known_household(self, row: HouseholdRow) -> Household | None:
        """Find the row's household by its id, or by name and address where it had none yet."""
        if row.ref in self.people.households:
            return self.people.households[row.ref]
        person = self.people.known_at(row.person.name, row.address)
        household = person.household if person else None
        if household is None or (row.ref and not household.ref.startswith(OURS)):
            return None
        return household

    def _fill_household(self, household: Household, row: HouseholdRow) -> None:
        household.ref = row.ref or household.ref
        move(household, row.address, self.network)
        if "people" in self._columns:
            household.people_count = row.people
        household.languages = list(row.person.languages) or household.languages
        household.in_pods = True
        # Once said, these stay until a person takes them back: a re-import must not undo them.
        household.do_not_contact |= row.do_not_contact
        household.hidden |= row.hidden
        household.quiet |= row.quiet
        household.meeting_place = row.meeting_place or household.meeting_place
        household.meeting_until = row.meeting_until or household.meeting_until
        household.notes = row.person.notes or household.notes

    def _head(self, household: Household, row: HouseholdRow, *, moved: bool) -> Person:
        """Return whom the row names; a name that was only respelled is the same person's."""
        here = self.people.at(household)
        name = row.person.name
        is_alone = len(here) == 1 and not moved
        if is_alone and name != here[0].name and name and is_respelled(here[0].name, name):
            self.people.rename(here[0], name)
        return self.people.person_in(household, row.person)

    def _fill_head(self, head: Person, row: HouseholdRow) -> bool:
        said = self._said(drives=row.drives, point_person=row.point_person)
        wanted = {
            {"point_person": "is_point_person"}.get(name, name): v for name, v in said.items()
        }
        changed = [name for name, value in wanted.items() if getattr(head, name) != value]
        for name in changed:
            setattr(head, name, wanted[name])
        if changed:
            head.save(update_fields=changed)
        return bool(changed)

    # --- volunteers --------------------------------------------------------------------------

    def _take_volunteer(self, row: VolunteerRow) -> str:
        known = Volunteer.objects.filter(ref=row.ref).select_related("person").first()
        person = self._volunteer_person(row, known)
        if person.pk in self._taken_people:
            earlier = self._taken_people[person.pk]
            raise ValueError(f"the same volunteer as in row {earlier}; taken once")
        self._taken_people[person.pk] = row.row
        self.people.flag(person, row.person.flags)
        self.people.note(person, row.person.notes)
        self.people.learn_skills(row.skills)
        volunteer = Volunteer.objects.filter(person=person).first()
        is_new = volunteer is None
        volunteer = volunteer or Volunteer(network=self.network, person=person)
        volunteer.ref = row.ref or volunteer.ref or f"{OURS}{person.pk}"
        for name, value in self._said(
            skills=list(row.skills),
            capacity=row.capacity,
            max_km=row.max_km,
            vehicle=row.vehicle,
            modes=list(row.modes),
            availability=list(row.availability),
            resting_until=row.resting_until,
        ).items():
            setattr(volunteer, name, value)
        volunteer.save()
        return "new" if is_new else "changed"

    def _volunteer_person(self, row: VolunteerRow, known: Volunteer | None) -> Person:
        """Find who a row is about; an id that is somebody else's is handed back."""
        if known and (not row.person.name or is_respelled(known.person.name, row.person.name)):
            if row.person.name and known.person.name != row.person.name:
                self.people.rename(known.person, row.person.name)
            return self.people.update(known.person, row.person)
        if known:
            raise ValueError(
                f"the id “{row.ref}” is another volunteer's; give this one an id of their own"
            )
        person = self.people.find(row.household_ref, row.person, row.address)
        return person or self.people.newcomer(row.person, row.address, in_pods=False)

    # --- requests ----------------------------------------------------------------------------

    def _take_request(self, row: RequestRow) -> str:
        person = self.people.find(row.household_ref, row.person, row.address)
        if person is None and not row.address.as_written:
            raise ValueError("no neighbour of this name is known, and no address is given")
        person = person or self.people.newcomer(row.person, row.address, in_pods=True)
        self.people.flag(person, row.person.flags)
        self.people.learn_skills(row.skills)
        request = self._known_request(row, person)
        is_new = request is None
        request = request or Request(network=self.network, ref=row.ref)
        request.person = person
        if row.asked_on:
            request.created_at = _start_of(row.asked_on)
        for name, value in self._said(
            skills=list(row.skills),
            languages=list(row.person.languages),
            urgency=row.urgency,
            mode=row.mode,
            needs_vehicle=row.needs_vehicle,
            availability=list(row.availability),
            details=row.details,
        ).items():
            setattr(request, name, value)
        request.details = request.details or row.person.notes
        request.ref = request.ref or self.people.free_request_ref()
        request.save()
        self._taken_requests[request.pk] = row.row
        return "new" if is_new else "changed"

    def _known_request(self, row: RequestRow, person: Person) -> Request | None:
        """Find the request a row repeats: by its id, else one still open for the same help.

        Asking again after help was given is a new request, and so is asking twice in one sheet
        for different times.
        """
        if row.ref:
            return Request.objects.filter(ref=row.ref).first()
        for request in Request.objects.filter(person=person, state__in=LIVING).order_by("pk"):
            if request.skills != list(row.skills):
                continue
            earlier = self._taken_requests.get(request.pk)
            if earlier is None:
                return request
            if request.availability == list(row.availability) and request.details == row.details:
                raise ValueError(f"the same request as in row {earlier}; taken once")
        return None


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _state(household: Household) -> tuple[Any, ...]:
    return tuple(
        getattr(household, column.attname)
        for column in household._meta.concrete_fields
        if column.name != "updated_at"
    )
