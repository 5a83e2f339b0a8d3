"""Why somebody is in no pod, in words a neighbour understands, with the choices there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geomatch.core.translation import gettext, gettext_noop, ngettext

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
        """Say the reason with some facts replaced, as `WORDS` names them."""
        return _said(self.code, {**self.facts, **facts})


WORDS = {
    "no_location": gettext_noop(
        "No location yet: place the home on the map, or make it a phone pod."
    ),
    "too_few_neighbours": gettext_noop(
        "Too few neighbours {place} ({homes}): "
        "join {neighbour}, accept a small pod, or make it a phone pod."
    ),
    "no_room": gettext_noop(
        "The pods next door are full, and too few neighbours are left {place} for one more "
        "({homes}): allow larger pods, accept a small pod, or make it a phone pod."
    ),
    "household_too_large": gettext_noop(
        "This home alone counts {size}, and a pod holds at most {max_size}: "
        "allow larger pods, or count homes instead of people."
    ),
    "building_across_barrier": gettext_noop(
        "Parts of this building stand on both sides of a barrier: "
        "correct the pins or the building, or add a crossing."
    ),
    "point_people_together": gettext_noop(
        "{people} point-people live in this building, which stays whole in one pod: "
        "name one of them, or list the others as deputies."
    ),
    "too_many_point_people": gettext_noop(
        "There are more point-people here than pods of {min_size} can be made: "
        "name fewer, or allow smaller pods."
    ),
    "locks_contradict": gettext_noop(
        "Locked neighbours of pod {pod} cannot all stay together ({why}): "
        "unlock some of them, or change what is in the way."
    ),
    "too_few_moves": gettext_noop(
        "There is no place for this home with {allowed} of other homes: "
        "allow {needed}, which would place everybody whom the rules allow."
    ),
}


def _said(code: str, facts: Mapping[str, object]) -> str:
    """Fill the words of a code; where no names are known, it is plain “here”."""
    plain = {"place": gettext("here"), "neighbour": gettext("the next area")}
    return gettext(WORDS[code]).format(**{**plain, **facts})


def reason(index: int, code: str, group: int = -1, **facts: object) -> Unplaced:
    """Make the record of one unplaced household."""
    return Unplaced(int(index), code, _said(code, facts), int(group), facts)


def homes(count: int) -> str:
    """Count homes in words: `1 home`, `3 homes`."""
    return ngettext("{number} home", "{number} homes", count).format(number=count)
