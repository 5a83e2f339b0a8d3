"""Why somebody is in no pod, in words a neighbour understands, with the choices there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Unplaced", "reason"]


@dataclass(frozen=True, order=True)
class Unplaced:
    """One household that fits no pod.

    Attributes
    ----------
    index
        Its row, counted from 0.
    code
        One of the keys of `WORDS`.
    reason
        What is in the way, and the choices.
    group
        The first row of those left over together for this reason; -1 for one on its own.
    facts
        What the sentence was made from: who knows names of places can say it again (`again`).
    """

    index: int
    code: str
    reason: str
    group: int = -1
    facts: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)

    def again(self, **facts: object) -> str:
        """Say the reason with some facts replaced, as `WORDS` and `PLAIN` name them."""
        return WORDS[self.code].format(**{**PLAIN, **self.facts, **facts})


WORDS = {
    "no_location": "No location yet: place the home on the map, or make it a phone pod.",
    "too_few_neighbours": (
        "Too few neighbours {place} ({homes}): "
        "join {neighbour}, accept a small pod, or make it a phone pod."
    ),
    "no_room": (
        "The pods next door are full, and too few neighbours are left {place} for one more "
        "({homes}): allow larger pods, accept a small pod, or make it a phone pod."
    ),
    "household_too_large": (
        "This home alone counts {size}, and a pod holds at most {max_size}: "
        "allow larger pods, or count homes instead of people."
    ),
    "building_across_barrier": (
        "Parts of this building stand on both sides of a barrier: "
        "correct the pins or the building, or add a crossing."
    ),
    "point_people_together": (
        "{people} point-people live in this building, which stays whole in one pod: "
        "name one of them, or list the others as deputies."
    ),
    "too_many_point_people": (
        "There are more point-people here than pods of {min_size} can be made: "
        "name fewer, or allow smaller pods."
    ),
    "locks_contradict": (
        "Locked neighbours of pod {pod} cannot all stay together ({why}): "
        "unlock some of them, or change what is in the way."
    ),
    "too_few_moves": (
        "There is no place for this home with {allowed} of other homes: "
        "allow {needed}, which would place everybody whom the rules allow."
    ),
}


PLAIN: Mapping[str, object] = {"place": "here", "neighbour": "the next area"}
"""Facts as they are said where no names are known."""


def reason(index: int, code: str, group: int = -1, **facts: object) -> Unplaced:
    """Make the record of one unplaced household."""
    words = WORDS[code].format(**{**PLAIN, **facts})
    return Unplaced(int(index), code, words, int(group), facts)


def homes(count: int) -> str:
    """Count homes in words: `1 home`, `3 homes`."""
    return "1 home" if count == 1 else f"{count} homes"
