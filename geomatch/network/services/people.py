"""Who is already known: find people and households, and add those who are new.

Rows are tied by the sheet's own id, else by name and address together. A shared phone ties
nobody, and two households at one address stay two.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import count

from rapidfuzz import fuzz

from geomatch.network.models import Household, Network, Person, Request, RiskFlag, Skill
from geomatch.network.services.doors import move
from geomatch.network.sheets.rows import Address, PersonFields

Who = tuple[str, str]

# Ids we give ourselves begin with this: nobody types it, so no sheet's own id is ever the same.
OURS = "auto-"
SAME_NAME = 75  # of 100: “Ana” and “Anna”, not “Ana” and “Bo”


def plain(text: str) -> str:
    """Reduce a name or an address to what two spellings of it share.

    >>> plain("12 Main St., APT 4")
    '12mainstapt4'
    """
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def is_respelled(one: str, other: str) -> bool:
    """Say whether two names are one name spelled twice.

    >>> is_respelled("Ana Ruiz", "Anna Ruiz"), is_respelled("Ana Ruiz", "Bo Lind")
    (True, False)
    """
    return fuzz.token_sort_ratio(one.casefold(), other.casefold()) >= SAME_NAME


class People:
    """The households and people of the current network, found by id, by door or by name."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.households = {household.ref: household for household in Household.objects.all()}
        self._of_household: dict[int, list[Person]] = {}
        self._by_who: dict[Who, Person] = {}
        self._by_name: dict[str, list[Person]] = {}
        for person in Person.objects.select_related("household", "volunteer"):
            self._know(person)
        self._skills = set(Skill.objects.values_list("code", flat=True))
        self._refs = (f"{OURS}{number:05d}" for number in count(1))

    def at(self, household: Household) -> list[Person]:
        """Everybody known behind a door."""
        return self._of_household.get(household.pk, [])

    def known_at(self, name: str, address: Address) -> Person | None:
        """Return who bears this name at this address, as written."""
        return self._by_who.get((plain(name), plain(address.as_written)))

    def find(self, household_ref: str, fields: PersonFields, address: Address) -> Person | None:
        """Find somebody by household id (and name), by name and address, or by a name alone.

        A name alone counts only where no id and no address is given and nobody else bears it.

        Raises
        ------
        ValueError
            If the id is nobody's and there is no address to go by.
        """
        if household_ref and household_ref in self.households:
            return self.person_in(self.households[household_ref], fields)
        if household_ref and not address.as_written:
            raise ValueError(f"no neighbour has the id “{household_ref}”; check it")
        exact = self.known_at(fields.name, address)
        if exact or address.as_written:
            return exact
        named = self._by_name.get(plain(fields.name), [])
        return named[0] if len(named) == 1 else None

    def person_in(self, household: Household, fields: PersonFields) -> Person:
        """Return the person of this name in a household, adding them if they are new there."""
        here = self.at(household)
        if not fields.name and here:
            return here[0]
        for person in here:
            if plain(person.name) == plain(fields.name):
                return self.update(person, fields)
        person = Person.objects.create(
            network=self.network,
            household=household,
            name=fields.name or "Neighbor",
            phone=fields.phone,
            email=fields.email,
            languages=list(fields.languages),
        )
        self._know(person)
        self.flag(person, fields.flags)
        return person

    def rename(self, person: Person, name: str) -> None:
        """Respell somebody's name."""
        person.name = name
        person.save(update_fields=["name"])
        self._know(person, again=True)

    def update(self, person: Person, fields: PersonFields) -> Person:
        """Take over what a row says of somebody; what it leaves empty stays as it was."""
        said = {
            "phone": fields.phone,
            "email": fields.email,
            "languages": list(fields.languages),
        }
        changed = [name for name, value in said.items() if value and value != getattr(person, name)]
        for name in changed:
            setattr(person, name, said[name])
        if changed:
            person.save(update_fields=changed)
        self.flag(person, fields.flags)
        return person

    def newcomer(self, fields: PersonFields, address: Address, *, in_pods: bool) -> Person:
        """Add somebody with a door of their own."""
        household = Household(network=self.network, ref=self.free_ref(), in_pods=in_pods)
        move(household, address, self.network)
        household.save()
        self.households[household.ref] = household
        return self.person_in(household, fields)

    def flag(self, person: Person, flags: Iterable[tuple[str, date | None]]) -> None:
        """Add risk flags, and renew the last day of those there are."""
        flags = list(flags)
        known = {flag.code: flag for flag in person.risk_flags.all()} if flags else {}
        for code, until in flags:
            flag = known.get(code)
            if flag is None:
                RiskFlag.objects.create(network=self.network, person=person, code=code, until=until)
            elif flag.until != until:
                flag.until = until
                flag.save(update_fields=["until"])

    def note(self, person: Person, notes: str) -> None:
        """Keep what a sheet notes of somebody; an empty cell forgets nothing."""
        if notes and notes != person.notes:
            person.notes = notes
            person.save(update_fields=["notes"])

    def learn_skills(self, codes: Iterable[str]) -> None:
        """Add kinds of help nobody has named before."""
        for code in codes:
            if code not in self._skills:
                label = code.replace("-", " ").capitalize()
                Skill.objects.create(network=self.network, code=code, label=label)
                self._skills.add(code)

    def free_ref(self) -> str:
        """Give an id to a household whose sheet has none."""
        return next(ref for ref in self._refs if ref not in self.households)

    def free_request_ref(self) -> str:
        """Give an id to a request whose sheet has none."""
        taken = set(Request.objects.filter(ref__startswith=OURS).values_list("ref", flat=True))
        return next(ref for ref in (f"{OURS}{n:05d}" for n in count(1)) if ref not in taken)

    def _know(self, person: Person, *, again: bool = False) -> None:
        household = person.household
        if household is None:
            return
        if not again:
            self._of_household.setdefault(household.pk, []).append(person)
        self._by_who[plain(person.name), plain(household.given_address)] = person
        self._by_name.setdefault(plain(person.name), []).append(person)
