"""Why a request stays open, in words that say what would help."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geomatch.core.arrays import Bools, Ints
from geomatch.core.translation import gettext, gettext_noop, ngettext
from geomatch.matching.engine.inputs.vocabulary import WITHHELD
from geomatch.matching.engine.model.problem import MatchProblem
from geomatch.matching.engine.model.rules import REMOTE, HardRule, hard_rules

__all__ = ["Reason", "why_unmatched"]

_STEP = 64  # requests judged against all volunteers in one go
_MOST_LOOKS = 200_000_000  # pairs judged rule by rule; some seconds


class Reason(NamedTuple):
    """Why one request stays open.

    Attributes
    ----------
    code
        `no-volunteers`, `needed-elsewhere`, `too-many-tasks`, `nobody`, or the code of the rule
        that removes most volunteers.
    sentence
        For the coordinator.
    """

    code: str
    sentence: str


_WITHHELD_WORDS = {
    "hidden": gettext_noop("hidden home: only a steward chooses who goes (pin the pair)"),
    "do_not_contact": gettext_noop("not to be contacted"),
    "quiet": gettext_noop("closed: nothing is sent or asked any more"),
}


def why_unmatched(
    problem: MatchProblem, volunteer: Ints, able: Ints, room: Bools
) -> tuple[Reason | None, ...]:
    """Explain every open request.

    Parameters
    ----------
    volunteer
        (n,) the assignment; -1 is open.
    able
        (n,) how many volunteers could serve each open request.
    room
        (n,) whether one of them has room for another task.
    """
    reasons: list[Reason | None] = [None] * len(volunteer)
    open_ = np.flatnonzero(volunteer < 0)
    for row in open_[able[open_] > 0]:
        reasons[row] = _better_used(int(able[row]), bool(room[row]))
    stuck = open_[able[open_] == 0]
    for row in stuck[_MOST_LOOKS // max(1, len(problem.volunteers)) :]:
        reasons[row] = Reason(
            "nobody", gettext("no volunteer qualifies")
        )  # too many to look into each
    stuck = stuck[: _MOST_LOOKS // max(1, len(problem.volunteers))]
    rules = hard_rules(problem)
    for start in range(0, len(stuck), _STEP):
        rows = stuck[start : start + _STEP]
        removed = np.stack([_removed(problem, rule, rows) for rule in rules], axis=1)
        for row, counts in zip(rows, removed, strict=True):
            reasons[row] = _nobody(problem, int(row), rules, counts)
    return tuple(reasons)


def _removed(problem: MatchProblem, rule: HardRule, rows: Ints) -> Ints:
    """How many volunteers one rule forbids to each of these requests."""
    everybody = np.arange(len(problem.volunteers))
    blocked = rule.forbids(problem, rows[:, None], everybody[None, :])
    counts: Ints = blocked.sum(axis=1)
    return counts


def _nobody(problem: MatchProblem, i: int, rules: tuple[HardRule, ...], counts: Ints) -> Reason:
    m = len(problem.volunteers)
    if withheld := WITHHELD[problem.r_withheld[i]]:
        return Reason(withheld.replace("_", "-"), gettext(_WITHHELD_WORDS[withheld]))
    if m == 0:
        return Reason("no-volunteers", gettext("there are no volunteers yet"))
    if np.isnan(problem.r_xyz[i, 0]) and problem.requests.mode[i] != REMOTE:
        return Reason("location", gettext("no point on the map: place it first, or make it remote"))
    most = np.argsort(-counts, kind="stable")[:2]
    said = [
        gettext(rules[k].counted).format(number=counts[k], total=m, title=rules[k].title)
        for k in most
        if counts[k]
    ]
    sentence = gettext("no volunteer qualifies: {reasons}").format(reasons="; ".join(said))
    return Reason(rules[most[0]].code, sentence)


def _better_used(able: int, room: bool) -> Reason:
    if room:
        code, said = (
            "too-many-tasks",
            ngettext(
                "the one volunteer who qualifies is as busy as the policy finds fair",
                "all {number:,} volunteers who qualify are as busy as the policy finds fair",
                able,
            ),
        )
    else:
        code, said = (
            "needed-elsewhere",
            ngettext(
                "the one volunteer who qualifies is needed more elsewhere",
                "all {number:,} volunteers who qualify are needed more elsewhere",
                able,
            ),
        )
    return Reason(code, said.format(number=able))
