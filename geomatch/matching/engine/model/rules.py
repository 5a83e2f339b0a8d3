"""The hard rules: one small callable each, with a code and plain words.

A rule takes arrays of request and volunteer positions that broadcast and says which pairs it
forbids. A pair is feasible when no rule forbids it; no score can outweigh one. For people each
rule also has a sentence about one pair, a phrase to count with, and the smallest change that
would satisfy it (None: it is nobody's to change).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geomatch.core.arrays import Bools, Ints
from geomatch.core.geodesy import METRES_PER_MILE
from geomatch.core.languages import language_names
from geomatch.core.phrases import month_name
from geomatch.core.sphere import arc_metres
from geomatch.core.translation import gettext, gettext_noop, pgettext
from geomatch.matching.engine.inputs.policy import RiskRule
from geomatch.matching.engine.inputs.vocabulary import MODES, WITHHELD, slot_words
from geomatch.matching.engine.model.problem import Bits, MatchProblem

__all__ = ["REMOTE", "HardRule", "feasible", "hard_rules", "in_units", "in_words"]

REMOTE = MODES.index("remote")

Forbids = Callable[[MatchProblem, Ints, Ints], Bools]
Words = Callable[[MatchProblem, int, int], str]


@dataclass(frozen=True)
class HardRule:
    """One reason why two people are not matched.

    Attributes
    ----------
    code
        Short name.
    forbids
        `(problem, requests, volunteers) -> bool`, positions that broadcast.
    sentence
        About one pair, for a coordinator: a verb phrase about the volunteer.
    counted
        How many volunteers it removes, to be translated and filled with `number` and `total`.
    change
        The smallest change that satisfies this rule alone; None if nobody may change it.
    shared
        What the volunteer may read, to be translated. It never names a flag.
    title
        Of a rule that a policy has made.
    """

    code: str
    forbids: Forbids
    sentence: Words
    counted: str
    change: Words | None
    shared: str
    title: str = ""


def feasible(problem: MatchProblem, i: Ints, j: Ints) -> Bools:
    """Which pairs of requests `i` and volunteers `j` (broadcast) no rule forbids."""
    shape = np.broadcast_shapes(np.shape(i), np.shape(j))
    allowed = np.ones(shape, dtype=np.bool_)
    for rule in hard_rules(problem):
        allowed &= ~rule.forbids(problem, i, j)
    return _bools(allowed)


def hard_rules(problem: MatchProblem) -> tuple[HardRule, ...]:
    """Every rule that holds under the problem's policy, in the order in which people read them."""
    return BUILT_IN + tuple(_risk_rule(n, rule) for n, rule in enumerate(problem.policy.rules))


# ── what each rule forbids ──────────────────────────────────────────────────────────────────────


def has_no_room(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """No room for a task at present."""
    return _bools((p.volunteers.capacity[j] < 1) & (np.asarray(i) >= 0))


def is_resting(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """Rests today."""
    return _bools(p.resting[j] & (np.asarray(i) >= 0))


def is_same_person(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """Would be helping themself."""
    return _bools((p.r_person[i] == p.v_person[j]) & (p.r_person[i] >= 0))


def must_never_meet(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """Stands on the list of pairs kept apart."""
    return _bools(_among(p.never, p.keys(i, j)))


def lacks_mode(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """Way of helping the volunteer does not offer."""
    return _bools((p.volunteers.modes[j] >> p.requests.mode[i]) & 1 == 0)


def lacks_vehicle(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """Has no vehicle where one is needed."""
    return _bools(p.requests.needs_vehicle[i] & ~p.volunteers.vehicle[j])


def lacks_skill(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """Lacks at least one skill the request needs."""
    return _bools(_any_bit(p.r_skills[:, i] & ~p.v_skills[:, j]))


def shares_no_language(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """Speaks none of the languages named; where none is named, anybody will do."""
    return _bools(~_any_bit(p.r_languages[:, i] & p.v_languages[:, j]))


def has_no_common_time(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """Is free only when the request is not."""
    return _bools((p.requests.times[i] & p.volunteers.times[j]) == 0)


def has_no_place(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """One of the two is not on the map, and the task is not remote."""
    unknown = np.isnan(p.r_xyz[i, 0]) | np.isnan(p.v_xyz[j, 0])
    return _bools(unknown & (p.requests.mode[i] != REMOTE))


def lives_too_far(p: MatchProblem, i: Ints, j: Ints) -> Bools:
    """Lives farther away than they go; remote tasks have no distance."""
    too_far = arc_metres(p.r_xyz[i], p.v_xyz[j]) > p.reach_m[j]
    return _bools(too_far & (p.requests.mode[i] != REMOTE))


def _withheld(word: str) -> Forbids:
    """Make the rule for one reason why a person or household is left alone."""
    code = WITHHELD.index(word)

    def forbids(p: MatchProblem, i: Ints, j: Ints) -> Bools:
        return _bools((p.v_withheld[j] == code) | (p.r_withheld[i] == code))

    return forbids


def _at_risk(number: int) -> Forbids:
    word, bit = number // 64, np.uint64(1 << number % 64)

    def forbids(p: MatchProblem, i: Ints, j: Ints) -> Bools:
        return _bools((p.r_risk[word, i] & p.v_risk[word, j] & bit) != 0)

    return forbids


def _bools(value: object) -> Bools:
    return np.asarray(value, dtype=np.bool_)


def _any_bit(bits: Bits) -> Bools:
    return _bools((bits != 0).any(axis=0))


def _among(keys: Ints, wanted: Ints) -> Bools:
    if not len(keys):
        return np.zeros(np.shape(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return _bools(keys[at] == wanted)


# ── what people read ────────────────────────────────────────────────────────────────────────────


def in_words(mode: int) -> str:
    """Name a mode as people say it."""
    return (gettext("in person"), gettext("contactless"), gettext("remote"))[mode]


def _missing_skills(p: MatchProblem, i: int, j: int) -> str:
    missing = (s for s in p.requests.skills[i] if s not in p.volunteers.skills[j])
    return ", ".join(skill.replace("-", " ") for skill in missing)


def _day(day: dt.date) -> str:
    return pgettext("date", "{day} {month} {year}").format(
        day=day.day, month=month_name(day.month), year=day.year
    )


def _rest(p: MatchProblem, i: int, j: int, days: int) -> str:
    last = p.volunteers.resting_until[j] or p.today
    return _day(min(last, dt.date.max - dt.timedelta(days=1)) + dt.timedelta(days=days))


def _slots(mask: int, most: int = 6) -> str:
    names = slot_words(mask)
    shown = ", ".join(names[:most])
    if len(names) <= most:
        return shown
    return gettext("{times} and {number} more").format(times=shown, number=len(names) - most)


def _away_km(p: MatchProblem, i: int, j: int) -> float:
    return float(arc_metres(p.r_xyz[i], p.v_xyz[j])) / 1000.0


def _beyond_km(p: MatchProblem, i: int, j: int) -> float:
    return max(_away_km(p, i, j) - float(p.volunteers.max_km[j]), 0.01)


def in_units(km: float, units: str) -> str:
    """Say kilometres in `metric`, `imperial` or `both`.

    >>> in_units(9.2, "metric"), in_units(9.2, "both"), in_units(0.05, "imperial")
    ('9.2 km', '9.2 km (5.7 mi)', '0.03 mi')
    """
    metric, imperial = f"{_tenths(km)} km", f"{_tenths(km * 1000 / METRES_PER_MILE)} mi"
    return {"metric": metric, "imperial": imperial}.get(units, f"{metric} ({imperial})")


def _tenths(value: float) -> str:
    return f"{value:.2f}" if value < 0.1 else f"{value:,.1f}"


def _risk_rule(number: int, rule: RiskRule) -> HardRule:
    return HardRule(
        code=rule.code,
        forbids=_at_risk(number),
        sentence=lambda p, i, j: gettext("{instruction} (rule: {title})").format(
            instruction=gettext(rule.instruction), title=rule.title
        ),
        counted=gettext_noop("{number:,} of {total:,} are kept apart by the rule “{title}”"),
        change=None,
        shared=rule.instruction,
        title=rule.title,
    )


BUILT_IN = (
    HardRule(
        "quiet",
        _withheld("quiet"),
        lambda p, i, j: gettext("is not to be contacted: everything stopped"),
        gettext_noop("{number:,} of {total:,} are not contacted any more"),
        None,
        gettext_noop("closed"),
    ),
    HardRule(
        "do-not-contact",
        _withheld("do_not_contact"),
        lambda p, i, j: gettext("is not to be contacted, as somebody asked for"),
        gettext_noop("{number:,} of {total:,} are kept apart by “do not contact”"),
        None,
        gettext_noop("closed"),
    ),
    HardRule(
        "hidden",
        _withheld("hidden"),
        lambda p, i, j: gettext(
            "is chosen by a steward only: a hidden home is never matched by itself"
        ),
        gettext_noop("{number:,} of {total:,} wait for a steward’s choice (hidden home)"),
        None,
        gettext_noop("not open"),
    ),
    HardRule(
        "same-person",
        is_same_person,
        lambda p, i, j: gettext("asked for this help themself"),
        gettext_noop("{number:,} of {total:,} asked for it themselves"),
        None,
        gettext_noop("your own request"),
    ),
    HardRule(
        "never-pair",
        must_never_meet,
        lambda p, i, j: gettext("is never paired with this home"),
        gettext_noop("{number:,} of {total:,} are never paired with this home"),
        None,
        gettext_noop("not this one"),
    ),
    HardRule(
        "capacity",
        has_no_room,
        lambda p, i, j: gettext("takes no tasks at present"),
        gettext_noop("{number:,} of {total:,} take no tasks at present"),
        lambda p, i, j: gettext("could go if they took one task"),
        gettext_noop("no room for another task"),
    ),
    HardRule(
        "resting",
        is_resting,
        lambda p, i, j: gettext("is resting until {day}").format(day=_rest(p, i, j, 0)),
        gettext_noop("{number:,} of {total:,} are resting"),
        lambda p, i, j: gettext("is back on {day}").format(day=_rest(p, i, j, 1)),
        gettext_noop("you are resting"),
    ),
    HardRule(
        "mode",
        lacks_mode,
        lambda p, i, j: gettext("does not help {how}").format(
            how=in_words(int(p.requests.mode[i]))
        ),
        gettext_noop("{number:,} of {total:,} do not help in this way"),
        lambda p, i, j: gettext("would have to agree to help {how}").format(
            how=in_words(int(p.requests.mode[i]))
        ),
        gettext_noop("another way of helping than yours"),
    ),
    HardRule(
        "skills",
        lacks_skill,
        lambda p, i, j: gettext("lacks {skills}").format(skills=_missing_skills(p, i, j)),
        gettext_noop("{number:,} of {total:,} lack a skill it needs"),
        lambda p, i, j: gettext("could go together with somebody for {skills}").format(
            skills=_missing_skills(p, i, j)
        ),
        gettext_noop("needs a skill you have not named"),
    ),
    HardRule(
        "vehicle",
        lacks_vehicle,
        lambda p, i, j: gettext("has no vehicle"),
        gettext_noop("{number:,} of {total:,} have no vehicle"),
        lambda p, i, j: gettext("could go with a borrowed vehicle"),
        gettext_noop("needs a vehicle"),
    ),
    HardRule(
        "languages",
        shares_no_language,
        lambda p, i, j: gettext("speaks none of {languages}").format(
            languages=language_names(p.requests.languages[i])
        ),
        gettext_noop("{number:,} of {total:,} do not share a language with them"),
        lambda p, i, j: gettext("could go with an interpreter for {language}").format(
            language=language_names(p.requests.languages[i][:1])
        ),
        gettext_noop("needs a language you have not named"),
    ),
    HardRule(
        "time",
        has_no_common_time,
        lambda p, i, j: gettext("is free {free}, asked for is {asked}").format(
            free=_slots(int(p.volunteers.times[j])), asked=_slots(int(p.requests.times[i]))
        ),
        gettext_noop("{number:,} of {total:,} are not free when it is needed"),
        lambda p, i, j: gettext("could go {times}").format(
            times=_slots(int(p.volunteers.times[j]))
        ),
        gettext_noop("at times when you are not free"),
    ),
    HardRule(
        "location",
        has_no_place,
        lambda p, i, j: (
            gettext("cannot be placed: the request has no point on the map")
            if np.isnan(p.r_xyz[i, 0])
            else gettext("has no point on the map")
        ),
        gettext_noop("{number:,} of {total:,} cannot be placed: a point on the map is missing"),
        lambda p, i, j: gettext("could be judged once both are on the map"),
        gettext_noop("not on the map yet"),
    ),
    HardRule(
        "radius",
        lives_too_far,
        lambda p, i, j: gettext("lives {away} away, {beyond} beyond their {radius}").format(
            away=in_units(_away_km(p, i, j), p.units),
            beyond=in_units(_beyond_km(p, i, j), p.units),
            radius=in_units(float(p.volunteers.max_km[j]), p.units),
        ),
        gettext_noop("{number:,} of {total:,} live farther away than they go"),
        lambda p, i, j: gettext("{distance} beyond their radius").format(
            distance=in_units(_beyond_km(p, i, j), p.units)
        ),
        gettext_noop("farther than you go"),
    ),
)
"""The rules that hold under every policy (`policy.BUILT_IN_CODES`)."""
