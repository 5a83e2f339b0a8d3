"""Who is in the network, read in a handful of queries and found by id, door, name or phone.

Rows are tied by the sheet's own id, else by name and address together; what is only alike is a
candidate (see `likeness`). A shared phone ties nobody, and two households at one address stay two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from itertools import count
from typing import Any, NamedTuple

from geomatch.core.spelling import comparable
from geomatch.network.intake.linkage.addresses import Doors
from geomatch.network.intake.linkage.draft import Draft
from geomatch.network.intake.linkage.index import PeopleIndex
from geomatch.network.intake.linkage.likeness import (
    LOCAL_DIGITS,
    POSSIBLE,
    Likeness,
    Who,
    address_parts,
    digits,
    first_number,
    is_respelled,
    is_same_phone,
    likeness,
)
from geomatch.network.intake.linkage.outcomes import FieldChange
from geomatch.network.intake.linkage.progress import Looking
from geomatch.network.intake.linkage.records import (
    is_added,
    kept_once,
    new_record,
    read_records,
)
from geomatch.network.intake.sheets.columns import Kind
from geomatch.network.intake.sheets.rows import Address, PersonFields
from geomatch.network.models import (
    Household,
    Merge,
    Network,
    Person,
    Request,
    RiskFlag,
    Skill,
    Volunteer,
)

# Ids we give ourselves begin with this: nobody types it, so no sheet's own id is ever the same.
OURS = "auto-"
MOVED = "moved since"
NAMELESS = "Neighbor"
FLAG_COLUMNS = frozenset({"flags", "immunocompromised", "exposed"})
# Columns that are read only where a sheet has something to say about them: sealed text costs a
# decryption each, and a point is a geometry to build.
_PLACE = ("location", "location_m", "geocode_score", "geocode_reason", "matched_address")


class Alike(NamedTuple):
    """Somebody known, and how alike."""

    person: Person
    likeness: Likeness


class Known:
    """The people of the current network, and those a sheet adds while it is compared.

    Parameters
    ----------
    network
        The network that was entered.
    columns
        Every field that the sheets have a column for; of the others less is read.
    kinds
        What the sheets hold.
    looking
        Counts who is read.
    """

    def __init__(
        self,
        network: Network,
        columns: Collection[str],
        kinds: Collection[Kind],
        draft: Draft,
        looking: Looking,
    ) -> None:
        self.network, self.draft, self.looking = network, draft, looking
        self.doors = Doors(network)
        self.households: dict[str, Household] = {}
        self.volunteers: dict[str, Volunteer] = {}
        self.requests: dict[str, Request] = {}
        self.volunteer_of: dict[Person, Volunteer] = {}
        self.requests_of: dict[Person, list[Request]] = defaultdict(list)
        self._of_household: PeopleIndex[Household] = PeopleIndex()
        self._flags: dict[Person, dict[str, RiskFlag]] = defaultdict(dict)
        self._by_who: PeopleIndex[int] = PeopleIndex()
        self._by_name: PeopleIndex[int] = PeopleIndex()
        self._by_phone: PeopleIndex[str] = PeopleIndex()
        self._by_number: PeopleIndex[str] = PeopleIndex()
        self._by_building: dict[str, dict[str, list[Person]]] = {}
        self._unsettled: list[Person] = []
        persons = self._read_people(columns)
        self.merged: dict[str, str] = {}
        self._read_merges()
        if FLAG_COLUMNS & set(columns):
            for flag in read_records(RiskFlag.objects.all(), person=persons):
                self._flags[flag.person][flag.code] = flag
        if Kind.VOLUNTEERS in kinds:
            for volunteer in read_records(Volunteer.objects.all(), person=persons):
                self.keep_volunteer(volunteer)
        if Kind.REQUESTS in kinds:
            for request in read_records(Request.objects.order_by("pk"), person=persons):
                self.keep_request(request)
        self._skills = set(Skill.objects.values_list("code", flat=True))
        self._free_refs = (f"{OURS}{number:05d}" for number in count(1))
        self._free_request_refs = (f"{OURS}{number:05d}" for number in count(1))
        self._free_volunteer_refs = (f"{OURS}{number:05d}" for number in count(1))

    @staticmethod
    def looks_at() -> int:
        """How many times somebody of the current network will be looked at when they are read."""
        return 2 * Person.objects.count() + Household.objects.count()

    # --- reading -----------------------------------------------------------------------------

    def _read_people(self, columns: Collection[str]) -> dict[int, Person]:
        unread = [name for name in _PLACE if not (name == "location" and "lon" in columns)]
        notes = () if "notes" in columns else ("notes",)
        # Others may write between two reads. Read last, households are there for everybody read.
        over = self.looking.over
        read = list(over(read_records(Person.objects.all(), ("user", *notes))))
        rows = read_records(Household.objects.all(), (*unread, *notes))
        homes = {home.pk: home for home in over(rows)}
        self.households = {home.ref: home for home in homes.values()}
        persons: dict[int, Person] = {}
        for person in over(read):
            key: Any = person.household  # until now, as the database has it
            person.household = homes.get(key)
            if person.household is None and key is not None:
                continue  # whose household went meanwhile
            persons[person.pk] = person
            self._know(person)
        self.settle()
        return persons

    def _read_merges(self) -> None:
        """Know doors that went when two neighbours were made one: sheets may still name them."""
        here: dict[int | None, Household] = {home.pk: home for home in self.households.values()}
        gone = Merge.objects.filter(undone_at=None).exclude(gone_ref="").select_related("kept")
        for merge in gone:
            home = here.get(merge.kept.household_id) if merge.kept else None
            if home is not None and merge.gone_ref not in self.households:
                self.merged[merge.gone_ref] = home.ref
                self.households[merge.gone_ref] = home

    # --- finding -----------------------------------------------------------------------------

    def at(self, household: Household) -> list[Person]:
        """Everybody known behind a door."""
        return self._of_household.get(household)

    def known_at(self, name: str, address: str) -> list[Person]:
        """Return those who bear this name, or are there without one, at this address as written."""
        who = (comparable(name or NAMELESS), comparable(address))
        return [
            person
            for person in self._by_who.get(hash(who))
            if (comparable(person.name), comparable(_home(person).given_address)) == who
        ]

    def moved_from(self, name: str, address: str) -> list[Person]:
        """Return those who bore this name at this address until a sheet said another one."""
        who = (comparable(name), comparable(address))
        return [
            person
            for person in self._by_who.get(hash(who))
            if (comparable(person.name), comparable(_home(person).address_before)) == who
        ]

    def named(self, name: str) -> list[Person]:
        """Everybody of this name."""
        same = comparable(name)
        found = self._by_name.get(hash(same))
        return [person for person in found if comparable(person.name) == same]

    def sharing_phone(self, phone: str) -> list[Person]:
        """Everybody reached by this phone."""
        number = digits(phone)
        return self._by_phone.get(number[-LOCAL_DIGITS:]) if number else []

    def alike(
        self, who: Who, *, but: Callable[[Person], bool], or_before: bool = False
    ) -> list[Alike]:
        """Return everybody who may be this one, most alike first.

        Compared are those of the same name, of the same phone, and behind the same house number,
        but those that `but` says; `or_before`, with the address before they moved as well.
        """
        compared: dict[Person, Alike] = {}
        for person in self._near(who, but):
            if person not in compared:
                compared[person] = Alike(person, _likeness(who, person, or_before=or_before))
        enough = [found for found in compared.values() if found.likeness.score >= POSSIBLE]
        return sorted(enough, key=_most_alike_first)

    def _near(self, who: Who, but: Callable[[Person], bool]) -> Iterator[Person]:
        for person in (*self.named(who.name), *self.sharing_phone(who.phone)):
            if not but(person):
                yield person
        for person in self._in_building(who.address):
            if not but(person) and is_respelled(person.name, who.name):
                yield person

    def _in_building(self, address: str) -> list[Person]:
        """Return those behind the same number of the same street, in whatever spelling.

        Addresses are parsed only where somebody asks for their number, and once.
        """
        number = first_number(address)
        if number not in self._by_number:
            return []
        if number not in self._by_building:
            streets: dict[str, list[Person]] = defaultdict(list)
            for person in self._by_number.get(number):
                street = address_parts(_home(person).given_address).street
                streets[street.name].append(person)
            self._by_building[number] = streets
        return self._by_building[number].get(address_parts(address).street.name, [])

    def settle(self) -> None:
        """Let the rows to come be compared with those a whole sheet has added.

        Rows of one sheet are never compared with each other: two are written, and two are meant.
        """
        for person in self._unsettled:
            if number := first_number(_home(person).given_address):
                self._by_number.add(number, person)
        self._unsettled.clear()
        self._by_building.clear()

    # --- changing ----------------------------------------------------------------------------

    def person_in(self, household: Household, fields: PersonFields) -> Person:
        """Return the person of this name in a household, adding them if they are new there."""
        here = self.at(household)
        if not fields.name and here:
            return here[0]
        for person in here:
            if comparable(person.name) == comparable(fields.name):
                return self.update(person, fields)
        person = new_record(
            Person,
            household=household,
            name=fields.name or NAMELESS,
            phone=fields.phone,
            email=fields.email,
            languages=kept_once(fields.languages),
        )
        is_news = not is_added(household)
        self.draft.add(person, FieldChange("Person", "added", "", person.name) if is_news else None)
        self._know(person)
        self.flag(person, fields.flags)
        return person

    def rename(self, person: Person, name: str) -> None:
        """Respell somebody's name."""
        with self.draft.editing(person):
            person.name = name
        self._know(person, again=True)

    def update(self, person: Person, fields: PersonFields) -> Person:
        """Take over what a row says of somebody; what it leaves empty stays as it was."""
        said = {
            "phone": _fuller_phone(person.phone, fields.phone),
            "email": fields.email,
            "languages": kept_once(fields.languages),
        }
        with self.draft.editing(person):
            for name, value in said.items():
                if value and value != getattr(person, name):
                    setattr(person, name, value)
        self.flag(person, fields.flags)
        return person

    def newcomer(self, fields: PersonFields, address: Address, *, in_pods: bool) -> Person:
        """Add somebody with a door of their own."""
        household = new_record(Household, ref=self.free_ref(), in_pods=in_pods)
        self.doors.move(household, address)
        self.draft.add(household)
        self.households[household.ref] = household
        return self.person_in(household, fields)

    def flag(self, person: Person, flags: Iterable[tuple[str, date | None]]) -> None:
        """Add risk flags, and renew the last day of those there are."""
        if self.draft.keeps(person):
            return
        for code, until in flags:
            flag = self._flags[person].get(code)
            if flag is None:
                flag = new_record(RiskFlag, person=person, code=code, until=until)
                self._flags[person][code] = flag
                self.draft.add(flag, FieldChange("RiskFlag", "added", "", flag.as_cell()))
            else:
                with self.draft.editing(flag):
                    flag.until = until

    def note(self, person: Person, notes: str) -> None:
        """Keep what a sheet notes of somebody; an empty cell forgets nothing."""
        if notes:
            with self.draft.editing(person):
                person.notes = notes

    def learn_skills(self, codes: Iterable[str]) -> None:
        """Add kinds of help nobody has named before."""
        for code in codes:
            if code not in self._skills:
                label = code.replace("-", " ").capitalize()
                self.draft.add(new_record(Skill, code=code, label=label))
                self._skills.add(code)

    def keep_volunteer(self, volunteer: Volunteer) -> None:
        """Find a volunteer from now on."""
        self.volunteers[volunteer.ref] = volunteer
        self.volunteer_of[volunteer.person] = volunteer

    def keep_request(self, request: Request) -> None:
        """Find a request from now on."""
        self.requests[request.ref] = request
        self.requests_of[request.person].append(request)

    def free_ref(self) -> str:
        """Give an id to a household whose sheet has none."""
        return next(ref for ref in self._free_refs if ref not in self.households)

    def free_volunteer_ref(self) -> str:
        """Give an id to a volunteer whose sheet has none."""
        return next(ref for ref in self._free_volunteer_refs if ref not in self.volunteers)

    def free_request_ref(self) -> str:
        """Give an id to a request whose sheet has none."""
        return next(ref for ref in self._free_request_refs if ref not in self.requests)

    def _know(self, person: Person, *, again: bool = False) -> None:
        household = person.household
        if household is None:
            return
        if not again:
            self._of_household.add(household, person)
            self._unsettled.append(person)
            if phone := digits(person.phone):
                self._by_phone.add(phone[-LOCAL_DIGITS:], person)
        name = comparable(person.name)
        self._by_who.add(hash((name, comparable(household.given_address))), person)
        if household.address_before:
            self._by_who.add(hash((name, comparable(household.address_before))), person)
        self._by_name.add(hash(name), person)


def _home(person: Person) -> Household:
    """Return the household of somebody who is kept by their address."""
    assert person.household is not None
    return person.household


def _most_alike_first(found: Alike) -> tuple[int, int]:
    """Order candidates; those whom the import adds have no key in a preview, and come first."""
    return -found.likeness.score, 0 if is_added(found.person) else found.person.pk


def who_is(person: Person) -> Who:
    """Return what tells this person from others."""
    address = person.household.given_address if person.household else ""
    return Who(person.name, address, person.phone)


def _likeness(who: Who, person: Person, *, or_before: bool) -> Likeness:
    now = likeness(who, who_is(person))
    before = _home(person).address_before if or_before and person.household else ""
    if not before:
        return now
    then = likeness(who, Who(person.name, before, person.phone))
    return now if now.score >= then.score else then._replace(reasons=(*then.reasons, MOVED))


def _fuller_phone(known: str, said: str) -> str:
    """Return what a row says of a phone; one number spelled anew is no news.

    Two sheets of one workbook spell the same number differently, so each would undo the other for
    ever. Only an area code that was missing is.
    """
    if is_same_phone(known, said) and len(digits(said)) <= len(digits(known)):
        return known
    return said
