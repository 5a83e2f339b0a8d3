"""Read households as the person who asks may see them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from geomatch.network.models import PRECISE, GeocodeQuality, Household, Network, Person, Role
from geomatch.network.selectors.doubtful import DOUBTFUL
from geomatch.network.selectors.searching import Search

# Names of a list's orders: the first letter "-" turns one around.
ORDERS = {
    "street": ("street", "number", "unit", "given_address", "id"),
    "people": ("people_count", "id"),
    "quality": ("quality", "id"),
}
NOTHING = Search()


def visible_households(roles: Collection[Role]) -> QuerySet[Household]:
    """Return the households a member with these roles may know of.

    Hidden ones are for stewards only: they are in nobody else's list, map or count.
    """
    households = Household.objects.all()
    return households if Role.STEWARD in roles else households.filter(hidden=False)


def search_households(
    households: QuerySet[Household],
    *,
    search: Search = NOTHING,
    quality: str = "",
    status: str = "",
    order: str = "street",
) -> QuerySet[Household]:
    """Narrow and sort a list of households.

    Parameters
    ----------
    search
        Parts of names, streets or addresses.
    quality
        One of `GeocodeQuality`, `"precise"`, `"doubtful"`, or empty for all.
    status
        `"hidden"`, `"do_not_contact"`, `"quiet"`, or empty for all.
    order
        A key of `ORDERS`, turned around by a leading `-`.
    """
    if search.words:
        households = households.filter(search.matching(_has_word))
    if quality == "precise":
        households = households.filter(quality__in=PRECISE)
    elif quality == "doubtful":
        households = households.filter(DOUBTFUL)
    elif quality in GeocodeQuality:
        households = households.filter(quality=quality)
    if status in {"hidden", "do_not_contact", "quiet"}:
        households = households.filter(**{status: True})
    columns = ORDERS.get(order.lstrip("-"), ORDERS["street"])
    if order.startswith("-"):
        columns = tuple(f"-{column}" for column in columns)
    # Whoever has no street yet comes last, whichever way the list is turned.
    nowhere = Case(When(street="", given_address="", then=1), default=0)
    return households.annotate(nowhere=nowhere).order_by("nowhere", *columns)


def _has_word(word: str) -> Q:
    # Asked of the people, not joined to them: joins multiply with each word and each person.
    lives_there = Person.objects.filter(household=OuterRef("pk"), name__icontains=word)
    return (
        Q(given_address__icontains=word)
        | Q(matched_address__icontains=word)
        | Q(ref__iexact=word)
        | Q(Exists(lives_there))
    )


def states_of(household: Household) -> list[str]:
    """Name the states that everybody who sees this household must know."""
    return [name for name in ("hidden", "do_not_contact", "quiet") if getattr(household, name)]


def address_of(household: Household, network: Network) -> str:
    """One line for the gazetteer: what was written, with the network's own town as its town."""
    parts = [household.given_address]
    if household.city and household.city.casefold() not in household.given_address.casefold():
        parts.append(household.city)
    return ", ".join(part for part in parts if part)
