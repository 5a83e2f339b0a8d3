"""What the site knows for wishes: who is willing, who drives, who speaks what, on which street.

Only somebody who may be named to the neighbours can be counted on, so nobody behind a hidden,
quiet or do-not-contact door is anybody's point person or driver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from django.db.models import Q

from geomatch.network.models import Household, Person
from pods.wishfile import spoken, street_numbers


def nameable(household: str) -> dict[str, bool]:
    """Filter for a known household whose people may stand by name on everybody's list."""
    withheld = ("hidden", "quiet", "do_not_contact")
    return {f"{household}__{state}": False for state in withheld}


def door_wishes(doors: Sequence[Household], willing: Collection[int]) -> dict[str, Any]:
    """Return the arguments of `PodClustering.fit` that wishes need; none for what nobody said.

    Parameters
    ----------
    doors
        The n households to plan.
    willing
        Ids of those where a point person lives, or somebody willing to be one.
    """
    drivers = set(
        Person.objects.filter(Q(drives=True) | Q(volunteer__vehicle=True), **nameable("household"))
        .values_list("household_id", flat=True)
        .distinct()
    )
    languages = _languages(doors)
    wishes = {
        "willing": np.array([door.pk in willing for door in doors], dtype=bool),
        "drives": np.array([door.pk in drivers for door in doors], dtype=bool),
        "languages": spoken(languages),
        "street_of": street_numbers([door.street for door in doors], [door.city for door in doors]),
    }
    said = {
        "willing": wishes["willing"].any(),
        "drives": wishes["drives"].any(),
        "languages": any(languages),
        "street_of": (wishes["street_of"] >= 0).any(),
    }
    return {name: values for name, values in wishes.items() if said[name]}


def _languages(doors: Sequence[Household]) -> list[set[str]]:
    """Languages of each door and of whoever lives there."""
    of_people: dict[int, set[str]] = defaultdict(set)
    known = Person.objects.filter(household__in_pods=True).exclude(languages=[])
    for household, languages in known.values_list("household_id", "languages"):
        of_people[household].update(languages)
    return [{*door.languages, *of_people[door.pk]} for door in doors]


def seen_wish_figures(
    wishes: dict[str, Any], labels: np.ndarray, hidden: np.ndarray
) -> dict[str, float]:
    """Count wishes as those may know who see no hidden door: it is unknown in every one."""
    from pods.planner.report.figures import wish_figures
    from pods.planner.town.wishes import Wishes

    seen = Wishes(
        willing=wishes.get("willing"),
        drives=wishes.get("drives"),
        languages=wishes["languages"] & ~hidden[:, None] if "languages" in wishes else None,
        street=np.where(hidden, -1, wishes["street_of"]) if "street_of" in wishes else None,
    )
    return wish_figures(seen, labels)
