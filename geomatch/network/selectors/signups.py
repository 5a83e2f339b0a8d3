"""Sign-ups as far as a reader may know of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from geomatch.core.spelling import comparable
from geomatch.network.models import Person, Role, SignUp
from geomatch.network.selectors.households import visible_households


def visible_signups(roles: Collection[Role]) -> QuerySet[SignUp]:
    """Return the current network's sign-ups; those with a hidden address are for stewards."""
    signups = SignUp.objects.all()
    return signups if Role.STEWARD in roles else signups.filter(hidden=False)


def waiting_signups(roles: Collection[Role]) -> QuerySet[SignUp]:
    """Return those that nobody has decided about."""
    return visible_signups(roles).filter(state=SignUp.State.WAITING)


def known_already(signups: Iterable[SignUp], roles: Collection[Role]) -> dict[int, int]:
    """Find whom the reader knows already: sign-up → household of that name and address.

    Whoever writes somebody's name and address would, once let in, change what is known of them.
    """
    asked = {signup.pk: signup.answers for signup in signups}
    named = Q()
    for answers in asked.values():
        named |= Q(name__iexact=answers["name"])
    if not named:
        return {}
    people = Person.objects.filter(named, household__in=visible_households(roles))
    doors = {
        (comparable(person.name), comparable(person.household.given_address)): person.household_id
        for person in people.select_related("household")
        if person.household is not None
    }
    found = {}
    for pk, answers in asked.items():
        where = answers["address"] + answers["unit"]
        for address in (where, where + answers["city"]):
            if door := doors.get((comparable(answers["name"]), comparable(address))):
                found[pk] = door
    return found
