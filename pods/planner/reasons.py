"""Why somebody is in no pod, in words a neighbour understands, with the choices there are."""

from __future__ import annotations

from dataclasses import dataclass

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
    """

    index: int
    code: str
    reason: str


WORDS = {
    "no_location": "No location yet: place the home on the map, or make it a phone pod.",
    "too_few_neighbours": (
        "Too few neighbours here ({homes}): "
        "join the next area, accept a small pod, or make it a phone pod."
    ),
    "no_room": (
        "The pods next door are full and there are too few neighbours left for one more ({homes}): "
        "allow larger pods, accept a small pod, or make it a phone pod."
    ),
    "household_too_large": (
        "This household alone counts {size}, and a pod holds at most {max_size}: "
        "allow larger pods, or count households instead of people."
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
}


def reason(index: int, code: str, **facts: object) -> Unplaced:
    """Make the record of one unplaced household."""
    return Unplaced(int(index), code, WORDS[code].format(**facts))


def homes(count: int) -> str:
    """Count homes in words: `1 home`, `3 homes`."""
    return "1 home" if count == 1 else f"{count} homes"
