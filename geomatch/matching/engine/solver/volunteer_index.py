"""An index over volunteers that says, for whole groups of them, how good anyone in it could be.

The day is first laid out along a curve through its places, so that what is near in space is near
in memory: on a large day the searches wait for memory more than for anything else.

For each skill that requests need (and one for requests that need none) the volunteers who have it
are taken in an order in which neighbours are alike, cut into leaves of 16, and the leaves
grouped by eights until one root is left: a packed R-tree (Kamel and Faloutsos 1993) with spheres
for boxes. Every node keeps bounds of its members: where they live, how far they go, what all of
them lack, what any of them speaks, and the lowest price. A search then passes over most nodes
without looking inside, and misses nothing.

Two forests: one ordered in space, and one for remote tasks, where likeness is not a place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.matching.engine.inputs.people import Requests
from geomatch.matching.engine.inputs.vocabulary import MODES
from geomatch.matching.engine.model.pairs import morton_order
from geomatch.matching.engine.model.problem import Bits, MatchProblem
from geomatch.matching.engine.model.rules import REMOTE

__all__ = [
    "MEMBER",
    "NODE",
    "Askers",
    "Forest",
    "Layout",
    "Points",
    "lay_out",
    "plant",
    "points_of",
]

LEAF, FANOUT = 16, 8
Records = NDArray[np.void]


class Askers(NamedTuple):
    """Requests as the kernels read them, (n,) or (n, words), in the order of a layout."""

    xyz: Floats
    needs: Bits
    speaks: Bits
    first: Bits
    times: NDArray[np.uint32]
    skill_count: Ints
    person: Ints
    pod: Ints
    base: Ints  # what serving it adds before any points
    remote: Bools
    never_start: Ints
    never: Ints
    helped_start: Ints
    helped: Ints


class Points(NamedTuple):
    """Weights of the policy as the kernels read them."""

    by_metre: Ints
    distance: int
    skills: int
    language: int
    time: int
    enough: int
    pod: int
    continuity: int


class Forest(NamedTuple):
    """All trees; children stand before their parents.

    Attributes
    ----------
    member
        Volunteers of the leaves, tree after tree, int32.
    node
        `NODE` records.
    side, person, lacks, speaks
        The volunteers; see `Layout`.
    """

    member: NDArray[np.int32]
    node: Records
    side: Records
    person: NDArray[np.int32]
    lacks: Bits
    speaks: Bits


class Layout(NamedTuple):
    """A day along a curve: its requests and volunteers have other numbers here than in the table.

    Attributes
    ----------
    request, volunteer
        (n,), (m,) their positions in the table.
    request_here, volunteer_here
        (n,), (m,) the other way round: where each row of the table stands here.
    askers
        The requests.
    side
        The volunteers, (m,) `MEMBER` records.
    person
        (m,) codes, -1 unknown.
    lacks, speaks
        (m, words) all bits of each volunteer, for what does not fit into one word.
    by_phone
        (m,) bool, who helps remotely.
    v_skills, r_skills
        (words, m), (words, n) skills had and needed.
    """

    request: Ints
    volunteer: Ints
    request_here: Ints
    volunteer_here: Ints
    askers: Askers
    side: Records
    person: NDArray[np.int32]
    lacks: Bits
    speaks: Bits
    by_phone: Bools
    v_skills: Bits
    r_skills: Bits


MEMBER = np.dtype(
    [
        *((name, np.float64) for name in ("x", "y", "z", "reach_m")),
        *((name, np.uint64) for name in ("lacks", "speaks")),
        ("times", np.uint32),
        *((name, np.int32) for name in ("skill_count", "load_points", "pod")),
    ]
)
"""One volunteer, in 64 bytes. `lacks` has a bit for all that a request may need and they have not.
"""

NODE = np.dtype(
    [
        *((name, np.float64) for name in ("x", "y", "z", "radius", "reach_m")),
        *((name, np.uint64) for name in ("lacks", "speaks", "pods")),
        ("cheapest", np.int64),
        ("times", np.uint32),
        *((name, np.int32) for name in ("first", "count", "least_skills")),
        ("leaf", np.int32),
    ]
)
"""Bounds over everybody below: a sphere of chord lengths around their places, the farthest reach,
what all of them lack, what any of them has, the lowest price less the points for a small load.
Bit `pod % 64` of `pods` is set where one is in it."""


def points_of(problem: MatchProblem) -> Points:
    """Take the weights out of the policy."""
    w = problem.policy.weights
    return Points(
        problem.distance_points,
        w["distance"],
        w["skills"],
        w["language"],
        w["time"],
        problem.policy.enough_slots,
        w["pod"],
        w["continuity"],
    )


def lay_out(problem: MatchProblem) -> Layout:
    """Lay a day out along a curve through its places."""
    request, volunteer = _order(problem.requests.lonlat), _order(problem.volunteers.lonlat)
    request_here, volunteer_here = _inverse(request), _inverse(volunteer)
    keys_here = _Keys(problem.shape, request_here, volunteer_here)
    lacking = _lacks(problem)[volunteer]
    return Layout(
        request=request,
        volunteer=volunteer,
        request_here=request_here,
        volunteer_here=volunteer_here,
        askers=_askers(problem, request, keys_here),
        side=_side(problem, volunteer, lacking),
        person=problem.v_person[volunteer].astype(np.int32),
        lacks=lacking,
        speaks=problem.v_languages.T[volunteer],
        by_phone=(problem.volunteers.modes[volunteer] >> REMOTE & 1).astype(np.bool_),
        v_skills=problem.v_skills[:, volunteer],
        r_skills=problem.r_skills[:, request],
    )


def _order(lonlat: Floats) -> Ints:
    """Order everybody along a curve; whoever has no place comes first."""
    placed = ~np.isnan(lonlat[:, 0])
    return np.concatenate(
        [np.flatnonzero(~placed), np.flatnonzero(placed)[morton_order(lonlat[placed])]]
    )


def _inverse(order: Ints) -> Ints:
    where = np.empty_like(order)
    where[order] = np.arange(len(order))
    return where


def _side(problem: MatchProblem, order: Ints, lacking: Bits) -> Records:
    v = problem.volunteers
    side = np.zeros(len(v), dtype=MEMBER)
    side["x"], side["y"], side["z"] = problem.v_xyz[order].T
    side["reach_m"] = problem.reach_m[order]
    side["lacks"] = lacking[:, 0]
    side["speaks"] = problem.v_languages[0, order]
    side["times"] = v.times[order]
    side["skill_count"] = problem.v_skill_count[order]
    side["load_points"] = problem.policy.weights["load"] // (1 + v.recent_tasks[order])
    side["pod"] = problem.v_pod[order]
    return side


def _lacks(problem: MatchProblem) -> Bits:
    """All that a request may need and each volunteer has not, (m, words)."""
    v = problem.volunteers
    offers = v.modes.astype(np.uint64) | v.vehicle.astype(np.uint64) << np.uint64(len(MODES))
    return _packed(problem, ~problem.v_skills, ~offers & np.uint64(0xF), problem.v_risk)


class _Keys:
    """Turns sorted keys of pairs in the table into each request's volunteers in a layout."""

    def __init__(self, shape: tuple[int, int], request_here: Ints, volunteer_here: Ints):
        self._n, self._m = shape[0], max(1, shape[1])
        self._request_here, self._volunteer_here = request_here, volunteer_here

    def __call__(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return where each request's volunteers begin, (n + 1,), and the volunteers."""
        here = self._request_here[keys // self._m] * self._m + self._volunteer_here[keys % self._m]
        here.sort()
        return np.searchsorted(here, np.arange(self._n + 1) * self._m), here % self._m


def _askers(problem: MatchProblem, order: Ints, keys_here: _Keys) -> Askers:
    r: Requests = problem.requests
    gates = (np.uint64(1) << r.mode.astype(np.uint64)) | (
        r.needs_vehicle.astype(np.uint64) << np.uint64(len(MODES))
    )
    never_start, never = keys_here(problem.never)
    helped_start, helped = keys_here(problem.helped)
    return Askers(
        xyz=problem.r_xyz[order],
        needs=_packed(problem, problem.r_skills, gates, problem.r_risk)[order],
        speaks=problem.r_languages.T[order],
        first=problem.r_first_language.T[order],
        times=r.times[order],
        skill_count=problem.r_skill_count[order],
        person=problem.r_person[order],
        pod=problem.r_pod[order],
        base=problem.urgency_points * r.urgency[order],
        remote=r.mode[order] == REMOTE,
        never_start=never_start,
        never=never,
        helped_start=helped_start,
        helped=helped,
    )


def plant(layout: Layout, able: Ints, searched: Bools) -> tuple[Forest, Forest, Ints]:
    """Build the two forests over the volunteers `able`, and name each request's root.

    All numbers are those of the layout.

    Returns
    -------
    near, remote
        Forests.
    roots
        (n,) root in the request's own forest, -1 where nobody has the skill.
    """
    remote, side = layout.askers.remote, layout.side
    in_space = able[~np.isnan(side["x"][able])]
    by_phone = able[layout.by_phone[able]]
    alike = by_phone[
        np.lexsort([side[key][by_phone] for key in ("load_points", "skill_count", "speaks")])
    ]
    rarest = _rarest_skill(layout, able)
    roots = np.full(len(remote), -1, dtype=np.int64)
    forests = []
    for order, which in ((in_space, ~remote & searched), (alike, remote & searched)):
        builder = _Builder(layout)
        for skill in np.unique(rarest[which]):
            members = order if skill < 0 else order[_has(layout.v_skills, int(skill))[order]]
            roots[which & (rarest == skill)] = builder.tree(members)
        forests.append(builder.forest())
    return forests[0], forests[1], roots


def _packed(problem: MatchProblem, skills: Bits, gates: Bits, risk: Bits) -> Bits:
    """Pack skills, gates (modes and vehicle: 4 bits) and rules into words, (k, words)."""
    few_skills = len(skills) == 1 and not (problem.r_skills[0] >> np.uint64(40)).any()
    if few_skills and len(problem.policy.rules) <= 20:
        low = skills[0] & np.uint64((1 << 40) - 1)
        one_word: Bits = low | gates << np.uint64(40) | risk[0] << np.uint64(44)
        return one_word[:, None]
    return np.ascontiguousarray(np.concatenate([skills, risk, gates[None, :]]).T)


def _has(bits: Bits, number: int) -> Bools:
    return np.asarray(bits[number // 64] >> np.uint64(number % 64) & np.uint64(1), dtype=np.bool_)


def _rarest_skill(layout: Layout, able: Ints) -> Ints:
    """Find the needed skill that fewest volunteers have, -1 where none is needed."""
    rarest = np.full(layout.r_skills.shape[1], -1, dtype=np.int64)
    fewest = np.full(len(rarest), len(able) + 1)
    for skill in range(64 * len(layout.v_skills)):
        needed = _has(layout.r_skills, skill)
        if needed.any():
            holders = int(_has(layout.v_skills, skill)[able].sum())
            better = needed & (holders < fewest)
            rarest[better], fewest[better] = skill, holders
    return rarest


def _pod_bit(pod: Ints) -> Bits:
    return np.where(pod >= 0, np.uint64(1) << (pod % 64).astype(np.uint64), np.uint64(0))


class _Builder:
    """Collects trees, level by level."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._members: list[Ints] = []
        self._levels: list[Records] = []
        self._n_members = 0
        self._n_nodes = 0

    def tree(self, members: Ints) -> int:
        """Add one tree; return its root, -1 if nobody is in it."""
        if not len(members):
            return -1
        level = self._leaves(members)
        while len(level) > 1:
            level = self._parents(level)
        return self._n_nodes - 1

    def forest(self) -> Forest:
        """Return everything added so far."""
        nothing = [np.empty(0, dtype=np.int32)], [np.empty(0, dtype=NODE)]
        layout = self._layout
        return Forest(
            np.concatenate(self._members or nothing[0]),
            np.concatenate(self._levels or nothing[1]),
            layout.side,
            layout.person,
            layout.lacks,
            layout.speaks,
        )

    def _leaves(self, members: Ints) -> Records:
        at = np.arange(0, len(members), LEAF)
        records = self._layout.side[members]
        level = self._bounds(records, at, LEAF, self._n_members)
        level["leaf"] = 1
        level["least_skills"] = np.minimum.reduceat(records["skill_count"], at)
        level["pods"] = np.bitwise_or.reduceat(_pod_bit(records["pod"]), at)
        self._members.append(members.astype(np.int32))
        self._n_members += len(members)
        return self._added(level)

    def _parents(self, below: Records) -> Records:
        at = np.arange(0, len(below), FANOUT)
        level = self._bounds(below, at, FANOUT, self._n_nodes - len(below))
        level["least_skills"] = np.minimum.reduceat(below["least_skills"], at)
        level["pods"] = np.bitwise_or.reduceat(below["pods"], at)
        return self._added(level)

    def _added(self, level: Records) -> Records:
        self._levels.append(level)
        self._n_nodes += len(level)
        return level

    def _bounds(self, below: Records, at: Ints, width: int, first: int) -> Records:
        """Bounds that leaves and inner nodes share."""
        level = np.zeros(len(at), dtype=NODE)
        size = np.minimum(width, len(below) - at)
        level["first"], level["count"] = at + first, size
        away = np.zeros(len(below))
        for axis in "xyz":
            level[axis] = np.add.reduceat(below[axis], at) / size
            away += (below[axis] - np.repeat(level[axis], size)) ** 2
        away = np.sqrt(away) + (below["radius"] if below.dtype == NODE else 0.0)
        level["radius"] = np.maximum.reduceat(away, at)
        level["reach_m"] = np.maximum.reduceat(below["reach_m"], at)
        level["lacks"] = np.bitwise_and.reduceat(below["lacks"], at)
        level["speaks"] = np.bitwise_or.reduceat(below["speaks"], at)
        level["times"] = np.bitwise_or.reduceat(below["times"], at)
        return level
