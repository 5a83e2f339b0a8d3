"""One day's matching as arrays: words become bits, so that a hard rule is one AND per pair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.sphere import EARTH_RADIUS_M, unit_vectors
from geomatch.matching.engine.inputs.people import Requests, Volunteers
from geomatch.matching.engine.inputs.policy import Policy, RiskRule
from geomatch.matching.engine.inputs.vocabulary import MODES, WITHHELD, Flag
from geomatch.matching.engine.model.walking import OnFoot, find_places

if TYPE_CHECKING:
    from geomatch.core.streetmap import StreetMap

__all__ = ["Bits", "Bools", "Floats", "Ints", "MatchProblem", "one_request", "prepare"]

Bits = NDArray[np.uint64]

_REQUEST_COLUMNS = (
    "r_skills",
    "r_skill_count",
    "r_languages",
    "r_first_language",
    "r_person",
    "r_pod",
    "r_withheld",
)
_NO_POINTS_BELOW = 0.5  # the distance table ends where rounding leaves nothing


@dataclass(frozen=True, eq=False)
class MatchProblem:
    """Volunteers (length m) and requests (length n) under a policy, on one day.

    Bit columns have the shape (words, m) or (words, n): bit k of word w stands for thing 64 w + k.

    Attributes
    ----------
    volunteers, requests, policy, today
        As handed in.
    v_xyz, r_xyz
        (m, 3), (n, 3) unit vectors, NaN where unknown.
    reach_m
        (m,) how far each volunteer goes.
    v_skills, r_skills
        Skills offered and needed; volunteers' skills that nobody needs are not in the bits.
    v_skill_count, r_skill_count
        (m,), (n,) number of skills, needed by somebody or not.
    v_languages, r_languages, r_first_language
        Bit 0 of word 0 means “any”: set for every volunteer, and for requests that name none.
    v_risk, r_risk
        Bit k set: this side of risk rule k applies (a request's: in its mode).
    v_person, r_person, v_pod, r_pod
        Codes; -1 is unknown and equals nothing.
    v_withheld, r_withheld
        Index into `WITHHELD`; 0 is open.
    resting
        (m,) bool.
    never, helped
        Sorted keys `request * m + volunteer` of the pairs concerned.
    distance_points
        Points of the distance part by whole metre; beyond its end there are none.
    urgency_points
        What one unit of urgency weighs in the objective.
    units
        What sentences say distances in: `metric`, `imperial` or `both`.
    on_foot
        Everybody's places on the streets; None where distances are straight lines.
    """

    volunteers: Volunteers
    requests: Requests
    policy: Policy
    today: dt.date
    v_xyz: Floats
    r_xyz: Floats
    reach_m: Floats
    v_skills: Bits
    r_skills: Bits
    v_skill_count: Ints
    r_skill_count: Ints
    v_languages: Bits
    r_languages: Bits
    r_first_language: Bits
    v_risk: Bits
    r_risk: Bits
    v_person: Ints
    r_person: Ints
    v_pod: Ints
    r_pod: Ints
    v_withheld: Ints
    r_withheld: Ints
    resting: Bools
    never: Ints
    helped: Ints
    distance_points: Ints
    urgency_points: int
    units: str = "metric"
    on_foot: OnFoot | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Number of requests, number of volunteers."""
        return len(self.requests), len(self.volunteers)

    def keys(self, i: Ints, j: Ints) -> Ints:
        """Keys of the pairs request `i`, volunteer `j` (arrays that broadcast)."""
        return i * np.int64(max(1, len(self.volunteers))) + j


def prepare(
    volunteers: Volunteers,
    requests: Requests,
    policy: Policy,
    *,
    never: Iterable[tuple[str, str]] = (),
    today: dt.date,
    units: str = "metric",
    streets: StreetMap | None = None,
) -> MatchProblem:
    """Encode a day.

    Parameters
    ----------
    never
        Pairs `(volunteer, request)` that must not meet: ids, or persons. Two persons are kept
        apart whichever of them helps.
    today
        Decides which flags hold and who is resting; a flag and a rest last through their date.
    units
        What sentences say distances in: `metric`, `imperial` or `both`.
    streets
        Streets along which the distance part of the score is measured; in a straight line if None.
        How far somebody goes at all is a straight line either way.
    """
    needed_skills = {skill for row in requests.skills for skill in row}
    spoken = {word for row in requests.languages for word in row}
    skill_bit = {skill: bit for bit, skill in enumerate(sorted(needed_skills))}
    language_bit = {word: bit for bit, word in enumerate(sorted(spoken), start=1)}
    any_language = np.uint64(1)
    v_languages = _bits(volunteers.languages, language_bit)
    v_languages[0] |= any_language
    r_languages = _bits(requests.languages, language_bit)
    r_first = _bits([row[:1] for row in requests.languages], language_bit)
    unspecified = np.array([not row for row in requests.languages], dtype=np.bool_)
    r_languages[0, unspecified] |= any_language
    r_first[0, unspecified] |= any_language
    v_person, r_person = _codes(volunteers.person, requests.person)
    v_pod, r_pod = _codes(volunteers.pod, requests.pod)
    return MatchProblem(
        volunteers=volunteers,
        requests=requests,
        policy=policy,
        today=today,
        v_xyz=unit_vectors(volunteers.lonlat),
        r_xyz=unit_vectors(requests.lonlat),
        reach_m=volunteers.max_km * 1000.0,
        v_skills=_bits(volunteers.skills, skill_bit),
        r_skills=_bits(requests.skills, skill_bit),
        v_skill_count=_lengths(volunteers.skills),
        r_skill_count=_lengths(requests.skills),
        v_languages=v_languages,
        r_languages=r_languages,
        r_first_language=r_first,
        v_risk=_volunteer_risk(volunteers.flags, policy.rules, today),
        r_risk=_request_risk(requests.flags, requests.mode, policy.rules, today),
        v_person=v_person,
        r_person=r_person,
        v_pod=v_pod,
        r_pod=r_pod,
        v_withheld=np.array([WITHHELD.index(w) for w in volunteers.withheld], dtype=np.int64),
        r_withheld=np.array([WITHHELD.index(w) for w in requests.withheld], dtype=np.int64),
        resting=np.array(
            [d is not None and today <= d for d in volunteers.resting_until], np.bool_
        ),
        never=_never_keys(volunteers, requests, never),
        helped=_helped_keys(volunteers, requests),
        distance_points=_distance_points(policy),
        urgency_points=_urgency_points(policy, len(requests)),
        units=units,
        on_foot=(
            None if streets is None else find_places(streets, requests.lonlat, volunteers.lonlat)
        ),
    )


def one_request(problem: MatchProblem, i: int, mode: int | None = None) -> MatchProblem:
    """Return the problem of request `i` alone (now at position 0), perhaps in another mode.

    Cheap whatever the number of requests: only its row is copied.
    """
    row = slice(i, i + 1)
    requests = problem.requests
    modes = requests.mode[row] if mode is None else np.array([mode], dtype=np.uint8)
    alone = replace(
        requests,
        **{f.name: getattr(requests, f.name)[row] for f in fields(requests) if f.name != "mode"},
        mode=modes,
    )
    columns = {name: getattr(problem, name)[..., row] for name in _REQUEST_COLUMNS}
    return replace(
        problem,
        **columns,
        requests=alone,
        r_xyz=problem.r_xyz[row],
        r_risk=_request_risk(alone.flags, modes, problem.policy.rules, problem.today),
        never=_keys_of(problem, problem.never, i),
        helped=_keys_of(problem, problem.helped, i),
        on_foot=problem.on_foot and problem.on_foot.one_request(row),
    )


def _keys_of(problem: MatchProblem, keys: Ints, i: int) -> Ints:
    m = max(1, len(problem.volunteers))
    low, high = np.searchsorted(keys, [i * m, (i + 1) * m])
    return keys[low:high] - i * m


def _bits(rows: Sequence[Sequence[str]], bit_of: dict[str, int]) -> Bits:
    words = max(bit_of.values(), default=0) // 64 + 1
    bits = np.zeros((words, len(rows)), dtype=np.uint64)
    masks: dict[tuple[str, ...], int] = {}
    for index, row in enumerate(rows):
        key = tuple(row)
        if (mask := masks.get(key)) is None:
            mask = masks[key] = sum(1 << bit_of[word] for word in set(key) if word in bit_of)
        for word in range(words):
            bits[word, index] = mask >> (64 * word) & 0xFFFF_FFFF_FFFF_FFFF
    return bits


def _lengths(rows: Sequence[Sequence[str]]) -> Ints:
    return np.array([len(row) for row in rows], dtype=np.int64)


def _codes(ours: Sequence[str], theirs: Sequence[str]) -> tuple[Ints, Ints]:
    """Give equal texts of both columns equal numbers; "" is -1."""
    code: dict[str, int] = {"": -1}
    return (
        np.array([code.setdefault(text, len(code)) for text in ours], dtype=np.int64),
        np.array([code.setdefault(text, len(code)) for text in theirs], dtype=np.int64),
    )


def _volunteer_risk(
    flags: Sequence[Sequence[Flag]], rules: Sequence[RiskRule], today: dt.date
) -> Bits:
    bits = np.zeros((len(rules) // 64 + 1, len(flags)), dtype=np.uint64)
    for number, rule in enumerate(rules):
        applies = _carries(flags, rule.volunteer_flags, today)
        bits[number // 64, applies] |= np.uint64(1 << number % 64)
    return bits


def _request_risk(
    flags: Sequence[Sequence[Flag]],
    mode: NDArray[np.uint8],
    rules: Sequence[RiskRule],
    today: dt.date,
) -> Bits:
    bits = np.zeros((len(rules) // 64 + 1, len(flags)), dtype=np.uint64)
    for number, rule in enumerate(rules):
        applies = _carries(flags, rule.request_flags, today)
        applies &= np.isin(mode, [MODES.index(name) for name in rule.modes])
        bits[number // 64, applies] |= np.uint64(1 << number % 64)
    return bits


def _carries(flags: Sequence[Sequence[Flag]], wanted: Sequence[str], today: dt.date) -> Bools:
    if not wanted:
        return np.ones(len(flags), dtype=np.bool_)
    names = frozenset(wanted)
    return np.array(
        [any(f.name in names and f.holds_on(today) for f in row) for row in flags], dtype=np.bool_
    )


def _never_keys(
    volunteers: Volunteers, requests: Requests, never: Iterable[tuple[str, str]]
) -> Ints:
    v_id, v_person = _places(volunteers.ids), _places(volunteers.person)
    r_id, r_person = _places(requests.ids), _places(requests.person)
    m = max(1, len(volunteers))
    keys: set[int] = set()
    for ours, theirs in never:
        helpers = {*v_id.get(ours, ()), *v_person.get(ours, ())}
        helped = {*r_id.get(theirs, ()), *r_person.get(theirs, ())}
        keys |= {i * m + j for i in helped for j in helpers}
        if ours not in v_id and theirs not in r_id:  # two persons: whichever of them helps
            keys |= {i * m + j for i in r_person.get(ours, ()) for j in v_person.get(theirs, ())}
    return np.array(sorted(keys), dtype=np.int64)


def _places(names: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        if name:
            found.setdefault(name, []).append(index)
    return found


def _helped_keys(volunteers: Volunteers, requests: Requests) -> Ints:
    if not any(volunteers.helped):
        return np.empty(0, dtype=np.int64)
    r_id, r_person = _places(requests.ids), _places(requests.person)
    m = max(1, len(volunteers))
    keys = {
        i * m + j
        for j, names in enumerate(volunteers.helped)
        for name in names
        for i in (*r_id.get(name, ()), *r_person.get(name, ()))
    }
    return np.array(sorted(keys), dtype=np.int64)


def _distance_points(policy: Policy) -> Ints:
    """Points by whole metre: the weight halves every `half_km`; remote tasks get all of it."""
    weight, half_m = policy.weights["distance"], policy.half_km * 1000.0
    halvings = np.log2(max(weight, 1) / _NO_POINTS_BELOW)
    end = min(int(half_m * halvings) + 2, int(np.pi * EARTH_RADIUS_M) + 2)
    points = np.floor(weight * np.exp2(-np.arange(end) / half_m) + 0.5)
    return points.astype(np.int64)


def _urgency_points(policy: Policy, requests: int) -> int:
    """10,000; with strict urgency, more than all points of a day together.

    In a best assignment one more request is served at the price of at most one other, while the
    scores and costs along the chain of changes move by less than `per_request` each.
    """
    if not policy.strict_urgency:
        return 10_000
    per_request = 10_000 + policy.further_costs[-1]
    return per_request * (requests + 1)
