"""Why a request stays open, in words that say what would help."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geomatch.matching.engine.problem import Integers, MatchProblem
from geomatch.matching.engine.rules import REMOTE, HardRule, hard_rules
from geomatch.matching.engine.words import WITHHELD

__all__ = ["Reason", "why_unmatched"]

_STEP = 64  # requests judged against all volunteers in one go


class Reason(NamedTuple):
    """Why one request stays open.

    Attributes
    ----------
    code
        `no-volunteers`, `needed-elsewhere`, `too-many-tasks`, or the code of the rule that removes
        most volunteers.
    sentence
        For the coordinator.
    """

    code: str
    sentence: str


_WITHHELD_WORDS = {
    "hidden": "hidden household: only a steward chooses who goes (pin the pair)",
    "do_not_contact": "not to be contacted",
    "quiet": "closed: nothing is sent or asked any more",
}


def why_unmatched(
    problem: MatchProblem, volunteer: Integers, load: Integers, i: Integers, j: Integers
) -> tuple[Reason | None, ...]:
    """Explain every open request.

    Parameters
    ----------
    volunteer
        (n,) the assignment; -1 is open.
    load
        (m,) tasks of each volunteer in it.
    i, j
        Feasible pairs, sorted by request; at least those of every open request.
    """
    reasons: list[Reason | None] = [None] * len(volunteer)
    open_ = np.flatnonzero(volunteer < 0)
    starts, ends = np.searchsorted(i, open_), np.searchsorted(i, open_, side="right")
    for row, start, end in zip(open_, starts, ends, strict=True):
        if start < end:
            reasons[row] = _better_used(problem, j[start:end], load)
    stuck = open_[starts == ends]
    rules = hard_rules(problem)
    for start in range(0, len(stuck), _STEP):
        rows = stuck[start : start + _STEP]
        removed = np.stack([_removed(problem, rule, rows) for rule in rules], axis=1)
        for row, counts in zip(rows, removed, strict=True):
            reasons[row] = _nobody(problem, int(row), rules, counts)
    return tuple(reasons)


def _removed(problem: MatchProblem, rule: HardRule, rows: Integers) -> Integers:
    """How many volunteers one rule forbids to each of these requests."""
    everybody = np.arange(len(problem.volunteers))
    blocked = rule.forbids(problem, rows[:, None], everybody[None, :])
    counts: Integers = blocked.sum(axis=1)
    return counts


def _nobody(problem: MatchProblem, i: int, rules: tuple[HardRule, ...], counts: Integers) -> Reason:
    m = len(problem.volunteers)
    if withheld := WITHHELD[problem.r_withheld[i]]:
        return Reason(withheld.replace("_", "-"), _WITHHELD_WORDS[withheld])
    if m == 0:
        return Reason("no-volunteers", "there are no volunteers yet")
    if np.isnan(problem.r_xyz[i, 0]) and problem.requests.mode[i] != REMOTE:
        return Reason("location", "no point on the map: place it first, or make it remote")
    most = np.argsort(-counts, kind="stable")[:2]
    said = [f"{counts[k]:,} of {m:,} {rules[k].counted}" for k in most if counts[k]]
    return Reason(rules[most[0]].code, f"no volunteer qualifies: {'; '.join(said)}")


def _better_used(problem: MatchProblem, able: Integers, load: Integers) -> Reason:
    if len(able) == 1:
        who, are = "the one volunteer who qualifies", "is"
    else:
        who, are = f"all {len(able):,} volunteers who qualify", "are"
    if (load[able] >= problem.volunteers.capacity[able]).all():
        return Reason("needed-elsewhere", f"{who} {are} needed more elsewhere")
    return Reason("too-many-tasks", f"{who} would get more tasks than the policy finds fair")
