"""The best assignment of everything open, with the prices that prove it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from geomatch.core.arrays import Bools, Ints
from geomatch.core.errors import ParameterError, Problem, RowError
from geomatch.core.translation import gettext
from geomatch.matching.engine.inputs.people import Requests, Volunteers
from geomatch.matching.engine.inputs.policy import PARTS, Policy
from geomatch.matching.engine.model.pairs import feasible_pairs
from geomatch.matching.engine.model.problem import MatchProblem, prepare
from geomatch.matching.engine.model.rules import hard_rules
from geomatch.matching.engine.model.score import distance_m, score_parts, walk_m
from geomatch.matching.engine.model.unmatched import Reason, why_unmatched
from geomatch.matching.engine.solver.flow import Slots, assign_by_flow, least_prices, price_bound

if TYPE_CHECKING:
    from geomatch.core.streetmap import StreetMap

__all__ = [
    "Assignment",
    "Method",
    "gap_between",
    "pinned_positions",
    "slots_of",
    "solve",
    "solve_problem",
]

Method = Literal["auto", "flow", "generation"]
_SMALL = 3_000_000


class _Solved(NamedTuple):
    """What either method finds: all of it for the requests that are not pinned."""

    volunteer: Ints
    prices: Ints
    bound: int
    able: Ints  # how many volunteers could serve each request
    room: Bools  # whether one of them has room left


@dataclass(frozen=True, eq=False)
class Assignment:
    """Who helps whom, what it is worth, and the proof.

    Attributes
    ----------
    problem
        What was solved.
    volunteer
        (n,) position of each request's volunteer, -1 if it stays open.
    pinned
        (n,) bool, whether somebody had fixed the pair.
    score
        (n,) points, 0 where open.
    parts
        (n, len(PARTS)) points by part; rows add up to `score`.
    distance_m
        (n,) whole metres in a straight line, -1 where open or unknown.
    walk_m
        (n,) whole metres along streets; -1 also for remote tasks, and everywhere without streets.
    reasons
        Why a request stays open; None where it is served.
    objective
        Sum of `urgency_points * urgency + score` over served requests, less the cost of further
        tasks.
    upper_bound
        No assignment that keeps the pins can be worth more.
    prices
        (m,) price of each volunteer's time; they prove `upper_bound`.
    n_pairs
        Number of feasible pairs.
    """

    problem: MatchProblem
    volunteer: Ints
    pinned: Bools
    score: Ints
    parts: Ints
    distance_m: Ints
    walk_m: Ints
    reasons: tuple[Reason | None, ...]
    objective: int
    upper_bound: int
    prices: Ints
    n_pairs: int

    @property
    def served(self) -> int:
        """Number of requests that have a volunteer."""
        return int((self.volunteer >= 0).sum())

    @property
    def gap(self) -> float:
        """How much better an assignment could be at most, as a share; 0 when proven best."""
        return gap_between(self.objective, self.upper_bound)


def gap_between(objective: int, upper_bound: int) -> float:
    """How much better than its objective an assignment could be at most, as a share of it."""
    if upper_bound == objective:
        return 0.0
    return (upper_bound - objective) / objective if objective else np.inf


def solve(
    volunteers: Volunteers,
    requests: Requests,
    policy: Policy,
    *,
    never: Iterable[tuple[str, str]] = (),
    pinned: Sequence[tuple[str, str]] = (),
    today: dt.date,
    streets: StreetMap | None = None,
) -> Assignment:
    """Find a best assignment.

    Parameters
    ----------
    volunteers, requests, policy
        The day.
    never
        `(volunteer, request)` ids or persons kept apart.
    pinned
        `(request, volunteer)` ids that must be kept.
    today
        Decides which flags hold and who is resting.
    streets
        Streets along which distances are scored; straight lines if None.

    Raises
    ------
    ParameterError
        A pinned pair is unknown, named twice, breaks a hard rule (named in the message) or asks
        more of a volunteer than they can take.
    """
    problem = prepare(volunteers, requests, policy, never=never, today=today, streets=streets)
    return solve_problem(problem, pinned_positions(problem, pinned))


def solve_problem(
    problem: MatchProblem,
    pins: Ints | None = None,
    *,
    method: Method = "auto",
    seconds: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Assignment:
    """Solve a prepared day.

    Parameters
    ----------
    pins
        (n,) the fixed volunteer of each request, or -1.
    method
        `flow` holds every feasible pair and calls OR-Tools; `generation` sees few of them; `auto`
        takes `flow` up to about three million combinations, where it needs nothing compiled.
        Both are exact.
    seconds, progress
        For `generation`; see there.
    """
    n, m = problem.shape
    volunteer = np.full(n, -1, dtype=np.int64) if pins is None else pins.copy()
    slots = slots_of(problem, volunteer)
    free = volunteer < 0
    use_flow = method == "flow" or (method == "auto" and n * m <= _SMALL)
    solved = (
        _by_flow(problem, slots, free)
        if use_flow
        else _by_generation(problem, slots, free, seconds, progress)
    )
    volunteer[free] = solved.volunteer[free]
    return _described(problem, volunteer, ~free, solved, slots)


def _by_flow(problem: MatchProblem, slots: Slots, free: Bools) -> _Solved:
    n, m = problem.shape
    pairs = feasible_pairs(problem)
    value = problem.urgency_points * problem.requests.urgency[pairs.i] + pairs.score
    mine = free[pairs.i]
    i, j, value = pairs.i[mine], pairs.j[mine], value[mine]
    chosen = assign_by_flow(i, j, value, slots, n)
    prices = least_prices(i, j, value, chosen, slots)
    load = slots.taken + np.bincount(chosen[chosen >= 0], minlength=m)
    has_room = load < problem.volunteers.capacity
    return _Solved(
        chosen,
        prices,
        price_bound(i, j, value, prices, slots, n),
        np.bincount(pairs.i, minlength=n),
        np.bincount(pairs.i[has_room[pairs.j]], minlength=n) > 0,
    )


def _by_generation(
    problem: MatchProblem,
    slots: Slots,
    free: Bools,
    seconds: float | None,
    progress: Callable[[int, int], None] | None,
) -> _Solved:
    from geomatch.matching.engine.solver.column_generation import (  # compiles, or loads a cache
        Ground,
        Solver,
    )

    solver = Solver(problem, slots, free)
    solver.bring_in(solver.rows, seconds=seconds, progress=progress)
    match = solver.match
    load = slots.taken + np.bincount(match[match >= 0], minlength=len(slots.capacity))
    full = load >= problem.volunteers.capacity
    nothing_pinned = slots_of(problem, np.full(len(free), -1))
    ground = Ground(problem, nothing_pinned, np.ones_like(free))
    able, room = ground.choices(full, free & (match < 0))
    return _Solved(match, solver.prices, solver.bound, able, room)


def slots_of(problem: MatchProblem, pins: Ints) -> Slots:
    """Room and costs of the volunteers once the pinned requests are theirs."""
    return Slots(
        capacity=problem.volunteers.capacity,
        taken=np.bincount(pins[pins >= 0], minlength=len(problem.volunteers)).astype(np.int64),
        costs=np.array([0, *problem.policy.further_costs], dtype=np.int64),
    )


def _described(
    problem: MatchProblem, volunteer: Ints, pinned: Bools, solved: _Solved, slots: Slots
) -> Assignment:
    n, m = problem.shape
    done = np.flatnonzero(volunteer >= 0)
    parts = np.zeros((n, len(PARTS)), dtype=np.int64)
    parts[done] = score_parts(problem, done, volunteer[done])
    away, walk = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    away[done] = distance_m(problem, done, volunteer[done])
    walk[done] = walk_m(problem, done, volunteer[done])
    score = parts.sum(axis=1)
    value = np.where(volunteer >= 0, problem.urgency_points * problem.requests.urgency + score, 0)
    load = np.bincount(volunteer[done], minlength=m)
    return Assignment(
        problem=problem,
        volunteer=volunteer,
        pinned=pinned,
        score=score,
        parts=parts,
        distance_m=away,
        walk_m=walk,
        reasons=why_unmatched(problem, volunteer, solved.able, solved.room),
        objective=int(value.sum()) - slots.total(load),
        upper_bound=int(value[pinned].sum()) - slots.total(slots.taken) + solved.bound,
        prices=solved.prices,
        n_pairs=int(solved.able.sum()),
    )


def pinned_positions(
    problem: MatchProblem,
    pinned: Sequence[tuple[str, str]],
    *,
    rows: Sequence[int] | None = None,
    file: str | None = None,
) -> Ints:
    """Turn `(request, volunteer)` ids into each request's fixed volunteer, and check every pair.

    A pinned pair may name a hidden household: choosing for those is what stewards pin for. Every
    other hard rule binds pins too.

    Returns
    -------
    (n,) position of the volunteer, or -1.
    """
    row_of = {name: i for i, name in enumerate(problem.requests.ids)}
    column_of = {name: j for j, name in enumerate(problem.volunteers.ids)}
    pins = np.full(len(row_of), -1, dtype=np.int64)
    room = problem.volunteers.capacity.copy()
    problems: list[Problem] = []
    for number, (request, volunteer) in enumerate(pinned):
        where = int(rows[number]) if rows is not None else number
        i, j = row_of.get(request), column_of.get(volunteer)
        if i is None:
            problems.append(
                Problem(gettext("is no request of this day"), where, "request", request)
            )
        elif j is None:
            problems.append(
                Problem(gettext("is no volunteer of this day"), where, "volunteer", volunteer)
            )
        elif pins[i] >= 0:
            problems.append(
                Problem(gettext("is pinned twice; keep one line"), where, "request", request)
            )
        elif broken := _broken_rule(problem, i, j):
            problems.append(Problem(broken, where, "volunteer", volunteer))
        elif room[j] < 1:
            message = gettext("has more pinned tasks than their capacity of {capacity}").format(
                capacity=problem.volunteers.capacity[j]
            )
            problems.append(Problem(message, where, "volunteer", volunteer))
        else:
            pins[i] = j
            room[j] -= 1
    if problems:
        kind = RowError if rows is not None else ParameterError
        raise kind(gettext("pinned pairs cannot be kept"), file=file, problems=tuple(problems))
    return pins


def _broken_rule(problem: MatchProblem, i: int, j: int) -> str:
    for rule in hard_rules(problem):
        if rule.code != "hidden" and rule.forbids(problem, np.array([i]), np.array([j]))[0]:
            request = problem.requests.ids[i]
            return f"{rule.sentence(problem, i, j)} (request {request}; rule “{rule.code}”)"
    return ""
