"""Who is already known: tie rows to households and people, and write what is new or changed.

Rows are tied by the sheet's own id, else by name and address together. A shared phone ties
nobody, and two households at one address stay two.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from geomatch.core.errors import Problem
from geomatch.network.models import (
    GeocodeQuality,
    Household,
    Network,
    Person,
    Request,
    RiskFlag,
    Skill,
    Volunteer,
)
from geomatch.network.services.locating import to_planar
from geomatch.network.sheets.columns import Kind
from geomatch.network.sheets.rows import (
    Address,
    HouseholdRow,
    PersonFields,
    RequestRow,
    SheetRows,
    VolunteerRow,
)

Who = tuple[str, str]


def plain(text: str) -> str:
    """Reduce a name or an address to what two spellings of it share.

    >>> plain("12 Main St., APT 4")
    '12mainstapt4'
    """
    return "".join(letter for letter in text.casefold() if letter.isalnum())


class Register:
    """The people of the current network, and the rows about to join them."""

    def __init__(self, network: Network) -> None:
        self.network = network
        people = list(Person.objects.select_related("household"))
        self._households = {h.ref: h for h in Household.objects.all()}
        self._people_of: dict[int, list[Person]] = {}
        self._who: dict[Who, Person] = {}
        self._named: dict[str, list[Person]] = {}
        for person in people:
            self._know(person)
        self._skills = set(Skill.objects.values_list("code", flat=True))

    def take(self, sheet: SheetRows) -> tuple[dict[str, int], list[Problem]]:
        """Write the rows of one sheet; return counts and what still had to be refused."""
        take_row = {
            Kind.HOUSEHOLDS: self._take_household,
            Kind.VOLUNTEERS: self._take_volunteer,
            Kind.REQUESTS: self._take_request,
        }[sheet.recognised.kind]
        counts: Counter[str] = Counter(new=0, changed=0, same=0)
        problems: list[Problem] = []
        taken: dict[Who, int] = {}
        for row in sheet.rows:
            try:
                counts[take_row(row, taken)] += 1
            except ValueError as error:
                problems.append(Problem(str(error), row=row.row))
        return dict(counts), problems

    # --- neighbours --------------------------------------------------------------------------

    def _take_household(self, row: HouseholdRow, taken: dict[Who, int]) -> str:
        who = (plain(row.person.name), plain(row.address.as_written))
        if who in taken:
            raise ValueError(f"the same neighbour as in row {taken[who]}; taken once")
        taken[who] = row.row
        known = self._who.get(who) if not row.ref else None
        household = known.household if known else self._households.get(row.ref)
        outcome = "changed" if household else "new"
        household = household or Household(network=self.network, ref=row.ref or self._free_ref("N"))
        before = _state(household)
        self._fill_household(household, row)
        if outcome == "changed" and _state(household) == before:
            outcome = "same"
        else:
            household.save()
        self._households[household.ref] = household
        person = self._person_in(household, row.person, is_head=True)
        if row.drives != person.drives or row.point_person != person.is_point_person:
            person.drives, person.is_point_person = row.drives, row.point_person
            person.save(update_fields=["drives", "is_point_person"])
        return outcome

    def _fill_household(self, household: Household, row: HouseholdRow) -> None:
        _move(household, row.address, self.network)
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

    # --- volunteers and requests -------------------------------------------------------------

    def _take_volunteer(self, row: VolunteerRow, taken: dict[Who, int]) -> str:
        who = (plain(row.person.name), plain(row.address.as_written) or row.household_ref)
        if who in taken:
            raise ValueError(f"the same volunteer as in row {taken[who]}; taken once")
        taken[who] = row.row
        person = self._find(row.household_ref, row.person, row.address)
        person = person or self._newcomer(row.person, row.address, in_pods=False)
        self._add_flags(person, row.person.flags)
        self._learn_skills(row.skills)
        ref = row.ref or (person.volunteer.ref if hasattr(person, "volunteer") else f"V{person.pk}")
        _, is_new = Volunteer.objects.update_or_create(
            ref=ref,
            defaults={
                "network": self.network,
                "person": person,
                "skills": list(row.skills),
                "capacity": row.capacity,
                "max_km": row.max_km,
                "vehicle": row.vehicle,
                "modes": list(row.modes),
                "availability": list(row.availability),
                "resting_until": row.resting_until,
            },
        )
        return "new" if is_new else "changed"

    def _take_request(self, row: RequestRow, taken: dict[Who, int]) -> str:
        person = self._find(row.household_ref, row.person, row.address)
        if person is None and row.household_ref and not row.address.as_written:
            raise ValueError(f"no neighbour has the id “{row.household_ref}”; check it")
        if person is None and not row.address.as_written:
            raise ValueError("no neighbour of this name is known, and no address is given")
        person = person or self._newcomer(row.person, row.address, in_pods=True)
        self._add_flags(person, row.person.flags)
        self._learn_skills(row.skills)
        asked = {"created_at": _start_of(row.asked_on)} if row.asked_on else {}
        _, is_new = Request.objects.update_or_create(
            ref=row.ref or f"R{person.pk}-{'-'.join(row.skills)}"[:60],
            defaults={
                **asked,
                "network": self.network,
                "person": person,
                "skills": list(row.skills),
                "languages": list(row.person.languages),
                "urgency": row.urgency,
                "mode": row.mode,
                "needs_vehicle": row.needs_vehicle,
                "availability": list(row.availability),
                "details": row.details,
            },
        )
        return "new" if is_new else "changed"

    # --- people ------------------------------------------------------------------------------

    def _find(self, household_ref: str, fields: PersonFields, address: Address) -> Person | None:
        """Find somebody by household id (and name), by name and address, or by a name alone.

        A name alone counts only when no address contradicts it and nobody else bears it.
        """
        household = self._households.get(household_ref)
        if household is not None:
            return self._person_in(household, fields)
        exact = self._who.get((plain(fields.name), plain(address.as_written)))
        if exact or address.as_written:
            return exact
        named = self._named.get(plain(fields.name), [])
        return named[0] if len(named) == 1 else None

    def _person_in(
        self, household: Household, fields: PersonFields, *, is_head: bool = False
    ) -> Person:
        """Return the person of this name in a household, adding them if they are new there."""
        here = self._people_of.get(household.pk, [])
        if not fields.name and here:
            return here[0]
        for person in here:
            if plain(person.name) == plain(fields.name):
                self._update_person(person, fields)
                return person
        person = Person.objects.create(
            network=self.network,
            household=household,
            name=fields.name or "Neighbor",
            phone=fields.phone,
            email=fields.email,
            languages=list(fields.languages),
            notes="" if is_head else fields.notes,
        )
        self._know(person)
        self._add_flags(person, fields.flags)
        return person

    def _update_person(self, person: Person, fields: PersonFields) -> None:
        updates: dict[str, Any] = {
            name: value
            for name, value in (("phone", fields.phone), ("email", fields.email))
            if value and value != getattr(person, name)
        }
        if fields.languages and list(fields.languages) != person.languages:
            updates["languages"] = list(fields.languages)
        if updates:
            for name, value in updates.items():
                setattr(person, name, value)
            person.save(update_fields=list(updates))
        self._add_flags(person, fields.flags)

    def _newcomer(self, fields: PersonFields, address: Address, *, in_pods: bool) -> Person:
        household = Household(
            network=self.network, ref=self._free_ref("N"), in_pods=in_pods, people_count=1
        )
        _move(household, address, self.network)
        household.save()
        self._households[household.ref] = household
        return self._person_in(household, fields)

    def _add_flags(self, person: Person, flags: Iterable[tuple[str, Any]]) -> None:
        known = {flag.code: flag for flag in person.risk_flags.all()} if person.pk else {}
        for code, until in flags:
            flag = known.get(code)
            if flag is None:
                RiskFlag.objects.create(network=self.network, person=person, code=code, until=until)
            elif flag.until != until:
                flag.until = until
                flag.save(update_fields=["until"])

    def _learn_skills(self, codes: Iterable[str]) -> None:
        for code in codes:
            if code not in self._skills:
                label = code.replace("-", " ").capitalize()
                Skill.objects.create(network=self.network, code=code, label=label)
                self._skills.add(code)

    def _know(self, person: Person) -> None:
        household = person.household
        if household is None:
            return
        self._people_of.setdefault(household.pk, []).append(person)
        self._who[(plain(person.name), plain(household.given_address))] = person
        self._named.setdefault(plain(person.name), []).append(person)

    def _free_ref(self, prefix: str) -> str:
        number = len(self._households) + 1
        while f"{prefix}{number:05d}" in self._households:
            number += 1
        return f"{prefix}{number:05d}"


def _move(household: Household, address: Address, network: Network) -> None:
    """Give a household the address of a row; a new address asks for a new point."""
    written = address.as_written[:300]
    if written and written != household.given_address:
        household.given_address = written
        for name in ("number", "street", "unit", "city", "region", "postcode"):
            setattr(household, name, getattr(address, name))
        if household.quality != GeocodeQuality.HAND_PLACED:
            _unplace(household, reason="")
    if address.lonlat and household.quality != GeocodeQuality.HAND_PLACED:
        _place_as_given(household, address.lonlat, network)


def _unplace(household: Household, *, reason: str) -> None:
    household.location = household.location_m = household.geocode_score = None
    household.quality = GeocodeQuality.NONE
    household.geocode_source = household.matched_address = ""
    household.geocode_reason = reason


def _place_as_given(household: Household, lonlat: tuple[float, float], network: Network) -> None:
    """Believe coordinates of the sheet if they lie inside the network."""
    import numpy as np

    point = Point(*lonlat, srid=4326)
    if network.boundary.covers(point):
        household.location = point
        household.location_m = Point(*to_planar(network, np.array([lonlat]))[0])
        household.quality = GeocodeQuality.HAND_PLACED
        household.geocode_source = "sheet"
        household.geocode_reason = ""
    elif network.boundary.covers(Point(lonlat[1], lonlat[0], srid=4326)):
        _unplace(household, reason="Longitude and latitude look swapped. Exchange the two.")
    else:
        _unplace(household, reason="The coordinates lie outside the network. Check them.")


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _state(household: Household) -> tuple[Any, ...]:
    return tuple(
        getattr(household, column.attname)
        for column in household._meta.concrete_fields
        if column.name != "updated_at"
    )
