"""Why this volunteer, why not that one, and the smallest change that would qualify them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geomatch.core.arrays import Bools, Ints
from geomatch.core.errors import ParameterError
from geomatch.core.languages import language_names
from geomatch.core.translation import gettext
from geomatch.matching.engine.inputs.policy import PARTS
from geomatch.matching.engine.inputs.vocabulary import ANY_TIME, MODES, slot_words
from geomatch.matching.engine.model.problem import MatchProblem, one_request
from geomatch.matching.engine.model.rules import REMOTE, HardRule, hard_rules, in_units, in_words
from geomatch.matching.engine.model.score import distance_m, score_parts, scores, walk_m

__all__ = ["Block", "Choice", "Exclusion", "Shortlist", "explain", "shortlist", "why_not"]

CONTACTLESS = MODES.index("contactless")


class Choice(NamedTuple):
    """A feasible pair, explained.

    Attributes
    ----------
    request, volunteer
        Ids.
    score
        Points; the sum of `parts`.
    parts
        Points by name.
    distance_m
        Whole metres in a straight line, -1 if unknown.
    walk_m
        Whole metres along streets; -1 also for remote tasks, and where there are no streets.
    words
        For the card: “0.6 km · speaks Spanish · has a vehicle”; along streets “1.4 km on foot
        (0.9 km straight)”.
    """

    request: str
    volunteer: str
    score: int
    parts: dict[str, int]
    distance_m: int
    walk_m: int
    words: tuple[str, ...]


class Block(NamedTuple):
    """One rule that forbids a pair.

    Attributes
    ----------
    code
        Of the rule.
    sentence
        For coordinators; names the rule, never a flag of the volunteer.
    shared
        What the volunteer may read.
    """

    code: str
    sentence: str
    shared: str


class Exclusion(NamedTuple):
    """An excluded volunteer.

    Attributes
    ----------
    request, volunteer
        Ids.
    blocks
        Every rule that forbids the pair, in reading order.
    change
        The smallest change that would qualify them; "" if nobody can change it.
    """

    request: str
    volunteer: str
    blocks: tuple[Block, ...]
    change: str


@dataclass(frozen=True)
class Shortlist:
    """The best volunteers for one request, and why the others are not on it.

    Attributes
    ----------
    choices
        Best first; equal scores in the order of the table.
    excluded
        Nearest to qualifying first: fewest rules broken.
    n_feasible
        How many qualify in all.
    """

    choices: tuple[Choice, ...]
    excluded: tuple[Exclusion, ...]
    n_feasible: int


def explain(problem: MatchProblem, request: str, volunteer: str) -> Choice:
    """Explain a feasible pair by its parts.

    Raises
    ------
    ParameterError
        The pair is not feasible (`why_not` says why), or an id is unknown.
    """
    excluded = why_not(problem, request, volunteer)
    if excluded.blocks:
        raise ParameterError(
            gettext("{volunteer} cannot take {request}: {sentence}").format(
                volunteer=volunteer, request=request, sentence=excluded.blocks[0].sentence
            )
        )
    alone = one_request(problem, _position("request", problem.requests.ids, request))
    return _choices(alone, np.array([_position("volunteer", problem.volunteers.ids, volunteer)]))[0]


def why_not(problem: MatchProblem, request: str, volunteer: str) -> Exclusion:
    """Name every rule that forbids a pair, and the smallest change that would qualify it.

    A feasible pair has no blocks.
    """
    alone = one_request(problem, _position("request", problem.requests.ids, request))
    j = _position("volunteer", problem.volunteers.ids, volunteer)
    return _exclusions(alone, np.array([j]))[0]


def shortlist(
    problem: MatchProblem, request: str, *, top: int = 20, excluded: int = 20
) -> Shortlist:
    """Rank the volunteers for one request and explain who is left out.

    Parameters
    ----------
    top, excluded
        How many of each to explain.
    """
    alone = one_request(problem, _position("request", problem.requests.ids, request))
    broken = _broken(alone, np.arange(len(problem.volunteers))).sum(axis=0)
    able = np.flatnonzero(broken == 0)
    points = scores(alone, np.zeros_like(able), able)
    best = able[np.argsort(-points, kind="stable")[:top]]
    out = np.flatnonzero(broken)
    nearest = out[np.argsort(broken[out], kind="stable")[:excluded]]
    return Shortlist(_choices(alone, best), _exclusions(alone, nearest), len(able))


def _position(what: str, ids: tuple[str, ...], name: str) -> int:
    if name not in ids:
        said = {
            "request": gettext("there is no request “{name}”"),
            "volunteer": gettext("there is no volunteer “{name}”"),
        }
        raise ParameterError(said[what].format(name=name))
    return ids.index(name)


def _broken(alone: MatchProblem, j: Ints) -> Bools:
    """Which rules forbid which volunteers to the one request, (rules, k)."""
    i = np.zeros_like(j)
    return np.stack([rule.forbids(alone, i, j) for rule in hard_rules(alone)])


def _choices(alone: MatchProblem, j: Ints) -> tuple[Choice, ...]:
    i = np.zeros_like(j)
    parts, metres, walks = score_parts(alone, i, j), distance_m(alone, i, j), walk_m(alone, i, j)
    return tuple(
        Choice(
            request=alone.requests.ids[0],
            volunteer=alone.volunteers.ids[column],
            score=int(points.sum()),
            parts={name: int(part) for name, part in zip(PARTS, points, strict=True)},
            distance_m=int(away),
            walk_m=int(walk),
            words=_words(alone, int(column), int(away), int(walk)),
        )
        for column, points, away, walk in zip(j, parts, metres, walks, strict=True)
    )


def _words(alone: MatchProblem, j: int, metres: int, walk: int) -> tuple[str, ...]:
    volunteers, requests = alone.volunteers, alone.requests
    words = []
    if requests.mode[0] == REMOTE:
        words.append(gettext("by phone"))
    elif walk >= 0:
        straight = in_units(metres / 1000, alone.units)
        words.append(
            gettext("{walk} on foot ({straight} straight)").format(
                walk=in_units(walk / 1000, alone.units), straight=straight
            )
        )
    elif metres >= 0:
        words.append(in_units(metres / 1000, alone.units))
    if requests.mode[0] == CONTACTLESS:
        words.append(gettext("contactless"))
    words.extend(
        gettext("speaks {language}").format(language=language_names([w]))
        for w in requests.languages[0]
        if w in volunteers.languages[j]
    )
    words.extend(requests.skills[0])
    if requests.needs_vehicle[0]:
        words.append(gettext("has a vehicle"))
    times = int(requests.times[0] & volunteers.times[j])
    if times != ANY_TIME:
        words.append(gettext("free {times}").format(times=", ".join(slot_words(times)[:3])))
    if alone.r_pod[0] >= 0 and alone.r_pod[0] == alone.v_pod[j]:
        words.append(gettext("same pod"))
    return tuple(words)


def _exclusions(alone: MatchProblem, j: Ints) -> tuple[Exclusion, ...]:
    rules = hard_rules(alone)
    # a change of mode only ever means less contact: another one asks for another kind of help
    modes = range(int(alone.requests.mode[0]), len(MODES))
    ways = [
        (mode, problem, _broken(problem, j))
        for mode in modes
        for problem in [one_request(alone, 0, mode)]
    ]
    return tuple(
        Exclusion(
            request=alone.requests.ids[0],
            volunteer=alone.volunteers.ids[column],
            blocks=tuple(
                Block(rule.code, rule.sentence(alone, 0, int(column)), gettext(rule.shared))
                for rule, breaks in zip(rules, ways[0][2][:, k], strict=True)
                if breaks
            ),
            change=_smallest_change(ways, rules, k, int(column)),
        )
        for k, column in enumerate(j)
    )


def _smallest_change(
    ways: list[tuple[int, MatchProblem, Bools]], rules: tuple[HardRule, ...], k: int, j: int
) -> str:
    """Weigh mending each broken rule against less contact; take what changes least.

    Contactless for in person is the smaller change of two equal ones, as it asks nothing of the
    volunteer; remote is another kind of help, offered only where nothing else would do.
    """
    options: list[tuple[bool, int, bool, list[str]]] = []
    asked = ways[0][0]
    for mode, problem, broken in ways:
        mending = [rule for rule, breaks in zip(rules, broken[:, k], strict=True) if breaks]
        if any(rule.change is None for rule in mending):
            continue
        changes = [rule.change(problem, 0, j) for rule in mending if rule.change]
        if mode != asked:
            changes.insert(0, gettext("could go if {how}").format(how=in_words(mode)))
        options.append((mode not in (asked, CONTACTLESS), len(changes), mode == asked, changes))
    return "; ".join(min(options)[3]) if options else ""
