"""A solved day that goes on: requests come in, volunteers drop out, and it stays the best.

Nothing is solved again from the start: an arrival changes what lies on one path, and only requests
whose surplus moved, and volunteers whose price did, are looked at again. The result is the optimum
all the same, with prices that prove it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geomatch.core.arrays import Bools, Ints
from geomatch.core.errors import ParameterError
from geomatch.core.translation import gettext
from geomatch.matching.engine.model.problem import MatchProblem
from geomatch.matching.engine.model.score import scores
from geomatch.matching.engine.solver.column_generation import Solver
from geomatch.matching.engine.solver.solve import slots_of

__all__ = ["Change", "LivingDay"]

_MARGIN = 1_500  # points


class Change(NamedTuple):
    """One request whose volunteer changed; "" means open."""

    request: str
    before: str
    after: str


class LivingDay:
    """The best assignment of a day, kept best while it changes.

    Parameters
    ----------
    problem
        The day, with every request that may still come in.
    waiting
        (n,) bool, requests that are not there yet.
    pins
        (n,) fixed volunteers, -1 where free.
    earlier
        An assignment to go on from, (n,) volunteers, and its (m,) prices: a day solved before is
        not solved again. Whatever changed since is found and mended.

    Attributes
    ----------
    solver
        The assignment with its prices.
    """

    def __init__(
        self,
        problem: MatchProblem,
        waiting: Bools | None = None,
        pins: Ints | None = None,
        earlier: tuple[Ints, Ints] | None = None,
    ) -> None:
        n = len(problem.requests)
        self._problem = problem
        self._pins = np.full(n, -1, dtype=np.int64) if pins is None else pins.copy()
        self._slots = slots_of(problem, self._pins)
        self.solver = Solver(problem, self._slots, self._pins < 0)
        rows = self.solver.rows
        there = rows if waiting is None else rows[~waiting[rows]]
        if earlier is None:
            self.solver.bring_in(there)
        else:
            self.solver.resume(*earlier, there)
        self.solver.watch(_MARGIN)
        self._row = {name: i for i, name in enumerate(problem.requests.ids)}

    @property
    def volunteer(self) -> Ints:
        """(n,) position of each request's volunteer, -1 where it is open or not there yet."""
        return np.where(self._pins >= 0, self._pins, self.solver.match)

    @property
    def objective(self) -> int:
        """What the assignment is worth."""
        chosen = self.volunteer
        done = np.flatnonzero(chosen >= 0)
        load = np.bincount(chosen[done], minlength=len(self._slots.capacity))
        urgency = self._problem.urgency_points * self._problem.requests.urgency[done]
        return int((urgency + scores(self._problem, done, chosen[done])).sum()) - (
            self._slots.total(load)
        )

    @property
    def upper_bound(self) -> int:
        """What any assignment of the requests that are there can be worth."""
        fixed = np.flatnonzero(self._pins >= 0)
        urgency = self._problem.urgency_points * self._problem.requests.urgency[fixed]
        points = int((urgency + scores(self._problem, fixed, self._pins[fixed])).sum())
        return points - self._slots.total(self._slots.taken) + self.solver.bound

    def insert(self, request: str) -> tuple[Change, ...]:
        """Let a request come in.

        Returns
        -------
        Everybody whose volunteer changed, the newcomer among them if it is served.

        Raises
        ------
        ParameterError
            The day has no such request, or it is in already.
        """
        if request not in self._row:
            raise ParameterError(
                gettext("there is no request “{request}” in this day").format(request=request)
            )
        i = self._row[request]
        if self._pins[i] >= 0 or self.solver.has(i):
            raise ParameterError(
                gettext("the request “{request}” is in already").format(request=request)
            )
        before = self.volunteer
        if i in self.solver.rows:  # somebody might serve it
            self.solver.bring_in(np.array([i]))
        return self._changes(before)

    def cancel(self, volunteer: str) -> tuple[Change, ...]:
        """Let a volunteer drop out and make the best of it, whoever has to change.

        :func:`geomatch.matching.engine.hand_over` moves nobody else; this one may.
        """
        if volunteer not in self._problem.volunteers.ids:
            raise ParameterError(gettext("there is no volunteer “{name}”").format(name=volunteer))
        j = self._problem.volunteers.ids.index(volunteer)
        if (self._pins == j).any():
            raise ParameterError(
                gettext("“{volunteer}” has pinned tasks; release those first").format(
                    volunteer=volunteer
                )
            )
        before = self.volunteer
        self.solver.leave(j)
        return self._changes(before)

    def _changes(self, before: Ints) -> tuple[Change, ...]:
        after, names = self.volunteer, (*self._problem.volunteers.ids, "")
        return tuple(
            Change(self._problem.requests.ids[i], names[before[i]], names[after[i]])
            for i in np.flatnonzero(before != after)
        )
