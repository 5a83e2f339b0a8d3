"""People as far as a reader may know of them: whoever lives in a hidden home is for stewards."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from geomatch.network.models import Household, Merge, Person, Role, Skill


def visible_people(roles: Collection[Role]) -> QuerySet[Person]:
    """Return everybody these roles may know of, with their homes and what they offer."""
    people = Person.objects.select_related("household", "volunteer")
    return people if Role.STEWARD in roles else people.exclude(household__hidden=True)


def names_by_household(homes: Iterable[Household]) -> dict[int, list[str]]:
    """Map household id → names of who lives there."""
    names: dict[int, list[str]] = {}
    for person in Person.objects.filter(household__in=homes):
        if person.household_id is not None:
            names.setdefault(person.household_id, []).append(person.name)
    return names


def undoable_merges(roles: Collection[Role]) -> QuerySet[Merge]:
    """Return merges that these roles may undo; a home may have been hidden since."""
    merges = Merge.objects.filter(undone_at=None).select_related("kept", "actor")
    if Role.STEWARD in roles:
        return merges
    return merges.filter(hidden=False).exclude(kept__household__hidden=True)


def skill_labels() -> dict[str, str]:
    """Map code → words of every kind of help of the current network."""
    return dict(Skill.objects.values_list("code", "label"))
