"""A volunteer cancels: who takes their tasks, with nobody else's moved and the fewest phone calls.

Everything that others have agreed to stays. The tasks are given out together: first as many as
possible (by urgency), then with as few people to call as possible, then for the most points: three
small mixed-integer programmes, each keeping what the one before reached. The last two are
capacitated facility location (Balinski 1965): a volunteer to call is a facility to open. They are
solved by HiGHS with a limit on nodes, not on time, so that the answer is always the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geomatch.core.arrays import Floats, Ints
from geomatch.core.errors import ParameterError
from geomatch.core.translation import gettext
from geomatch.matching.engine.model.pairs import feasible_pairs
from geomatch.matching.engine.model.problem import MatchProblem

__all__ = ["Handover", "hand_over"]

_MOST_NODES = 2_000


@dataclass(frozen=True)
class Handover:
    """Who takes over what.

    Attributes
    ----------
    tasks
        Requests the volunteer had, by id.
    takers
        Volunteer by request; a task nobody can take is left out.
    calls
        Volunteers to call, most tasks first, each once.
    points
        Sum of the scores, less the cost of further tasks.
    proven
        Whether nothing better is possible.
    """

    tasks: tuple[str, ...]
    takers: dict[str, str]
    calls: tuple[str, ...]
    points: int
    proven: bool


def hand_over(problem: MatchProblem, volunteer: Ints, cancels: str) -> Handover:
    """Give the tasks of one volunteer to others.

    Parameters
    ----------
    problem
        The day.
    volunteer
        (n,) the assignment so far: position of each request's volunteer, or -1.
    cancels
        Id of the volunteer who cancels.

    Raises
    ------
    ParameterError
        There is no such volunteer.
    """
    if cancels not in problem.volunteers.ids:
        raise ParameterError(gettext("there is no volunteer “{name}”").format(name=cancels))
    leaving = problem.volunteers.ids.index(cancels)
    tasks = np.flatnonzero(volunteer == leaving)
    load = np.bincount(volunteer[volunteer >= 0], minlength=len(problem.volunteers))
    pairs = feasible_pairs(problem, only=tasks)
    open_ = (pairs.j != leaving) & (load[pairs.j] < problem.volunteers.capacity[pairs.j])
    i, j, score = pairs.i[open_], pairs.j[open_], pairs.score[open_]
    chosen, points, proven = _fewest_calls(problem, i, j, score, load)
    names = problem.volunteers.ids
    takers = {problem.requests.ids[i[k]]: names[j[k]] for k in chosen}
    busy = np.bincount(j[chosen], minlength=len(load))
    calls = np.flatnonzero(busy)
    calls = calls[np.argsort(-busy[calls], kind="stable")]
    return Handover(
        tuple(problem.requests.ids[task] for task in tasks),
        takers,
        tuple(names[column] for column in calls),
        points,
        proven,
    )


def _fewest_calls(
    problem: MatchProblem, i: Ints, j: Ints, score: Ints, load: Ints
) -> tuple[Ints, int, bool]:
    """Choose among pairs: serve by urgency, then call few, then gain points."""
    if not len(i):
        return np.empty(0, dtype=np.int64), 0, True
    programme = _Programme(problem, i, j, load)
    urgency = programme.of_pairs(problem.requests.urgency[i])
    served, first = programme.best(urgency)
    programme.keep(urgency, served)
    calls, second = programme.best(-programme.of_calls())
    programme.keep(-programme.of_calls(), calls)
    points = programme.of_pairs(score) - programme.of_costs()
    gained, third = programme.best(points)
    return programme.chosen, gained, first and second and third


class _Programme:
    """Variables: each pair (0 or 1), each call (0 or 1), each further task by its cost."""

    def __init__(self, problem: MatchProblem, i: Ints, j: Ints, load: Ints) -> None:
        tasks, row = np.unique(i, return_inverse=True)
        people, column = np.unique(j, return_inverse=True)
        room = np.minimum(problem.volunteers.capacity[people] - load[people], np.bincount(column))
        costs = np.array([0, *problem.policy.further_costs])
        slot = np.repeat(np.arange(len(people)), room)
        nth = np.arange(len(slot)) - np.repeat(np.cumsum(room) - room, room)
        self._costs = costs[np.minimum(load[people][slot] + nth, len(costs) - 1)]
        self._sizes = (len(i), len(people), len(slot))
        self._last = np.zeros(sum(self._sizes))
        self.chosen = np.empty(0, dtype=np.int64)
        pairs = np.arange(len(i))
        from scipy.sparse import csr_array, eye_array, hstack

        def matrix(rows: Ints, columns: Ints, shape: tuple[int, int]) -> csr_array:
            return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)

        one_each = matrix(row, pairs, (len(tasks), len(i)))
        by_person = matrix(column, pairs, (len(people), len(i)))
        slots = matrix(slot, np.arange(len(slot)), (len(people), len(slot)))
        called = matrix(pairs, column, (len(i), len(people)))
        nobody = csr_array((len(people), len(people)))
        self._limits: list[tuple[Any, float, float]] = [
            (hstack([one_each, csr_array((len(tasks), len(people) + len(slot)))]), 0, 1),
            (hstack([by_person, nobody, -slots]), 0, 0),  # every task has a slot and its cost
            (hstack([eye_array(len(i)), -called, csr_array((len(i), len(slot)))]), -1, 0),
        ]

    def of_pairs(self, values: Ints) -> Floats:
        """Weights that add up `values` over the pairs taken."""
        return np.concatenate([values, np.zeros(self._sizes[1] + self._sizes[2])])

    def of_calls(self) -> Floats:
        """Weights that count calls."""
        pairs, people, slots = self._sizes
        return np.concatenate([np.zeros(pairs), np.ones(people), np.zeros(slots)])

    def of_costs(self) -> Floats:
        """Weights that add up the cost of further tasks."""
        return np.concatenate([np.zeros(self._sizes[0] + self._sizes[1]), self._costs])

    def keep(self, weights: Floats, least: int) -> None:
        """Give up nothing of what was reached."""
        self._limits.append((weights[None, :], least - 0.5, np.inf))

    def best(self, weights: Floats) -> tuple[int, bool]:
        """Maximise; return the value and whether it is proven."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        pairs, people, slots = self._sizes
        result = milp(
            -weights,
            integrality=np.repeat([1, 1, 0], [pairs, people, slots]),
            bounds=Bounds(0, 1),
            constraints=[LinearConstraint(*limit) for limit in self._limits],
            options={"node_limit": _MOST_NODES, "mip_rel_gap": 0.0},
        )
        if result.x is None:  # the last answer is always possible, so only the limit leads here
            return round(float(weights @ self._last)), False
        self.chosen = np.flatnonzero(result.x[:pairs] > 0.5)
        self._last = result.x
        return round(float(weights @ result.x)), bool(result.status == 0)
