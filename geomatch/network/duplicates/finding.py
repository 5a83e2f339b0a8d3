"""Pairs of people who may be one and the same, most alike first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import combinations
from typing import NamedTuple

from geomatch.core.spelling import comparable
from geomatch.network.intake.linkage.known import who_is
from geomatch.network.intake.linkage.likeness import (
    LOCAL_DIGITS,
    POSSIBLE,
    Likeness,
    Who,
    digits,
    first_number,
    is_respelled,
    likeness,
)
from geomatch.network.models import NotTheSame, Person, Role

Entry = tuple[int, Who]
"""A person's key, and what is said of them."""


class Pair(NamedTuple):
    """Two people who may be one.

    Attributes
    ----------
    one, other
        Keys of the record that is there longer, and of the newer one.
    who
        What is said of each: name, address, phone.
    score
        Points, 0-100 (see `intake.linkage.likeness`).
    reasons
        What agrees and what does not, in words.
    """

    one: int
    other: int
    who: tuple[Who, Who]
    score: int
    reasons: tuple[str, ...]


def possible_duplicates(roles: Collection[Role]) -> list[Pair]:
    """Return the current network's pairs that nobody has decided on, most alike first.

    A shared phone or a shared door alone makes no pair: two neighbours may share either. Pairs
    with a hidden home are for stewards only.
    """
    people = Person.objects.order_by("pk")
    if Role.STEWARD not in roles:
        people = people.exclude(household__hidden=True)
    said = people.values_list("pk", "name", "household__given_address", "phone")
    everybody = [(key, Who(name, address or "", phone)) for key, name, address, phone in said]
    decided = set(NotTheSame.objects.values_list("one_id", "other_id"))
    pairs = []
    for (one, here), (other, there) in _worth_comparing(everybody):
        alike = likeness(here, there)
        if alike.score >= POSSIBLE and (one, other) not in decided:
            pairs.append(Pair(one, other, (here, there), alike.score, alike.reasons))
    return sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other))


def _worth_comparing(everybody: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield each pair of one name, and of like names that share a phone or a house number.

    Without a like name nobody comes to `POSSIBLE` points, whatever else agrees.
    """
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in everybody:
        name, address, phone = entry[1]
        groups["name", comparable(name)].append(entry)
        groups["phone", digits(phone)[-LOCAL_DIGITS:]].append(entry)
        groups["number", first_number(address)].append(entry)
    met: set[tuple[int, int]] = set()
    for (kind, shared), group in groups.items():
        if not shared:
            continue
        for one, other in combinations(group, 2):
            key = one[0], other[0]
            if key not in met and (kind == "name" or is_respelled(one[1].name, other[1].name)):
                met.add(key)
                yield one, other


def declare_two(one: Person, other: Person) -> None:
    """Remember that two people who look alike are two: they are not asked about again."""
    first, second = sorted((one.pk, other.pk))
    NotTheSame.objects.get_or_create(one_id=first, other_id=second)


def likeness_of(one: Person, other: Person) -> Likeness:
    """Say how alike two people are, and why."""
    return likeness(who_is(one), who_is(other))
