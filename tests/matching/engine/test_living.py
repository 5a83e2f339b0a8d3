"""Arrivals and cancellations keep the day exactly as good as solving it anew."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.core.errors import ParameterError
from geomatch.matching.engine import Policy, prepare, solve_problem
from geomatch.matching.engine.solver.online import LivingDay
from tests.matching.engine import days
from tests.matching.engine.test_solve import TOWN, shuffled
from tests.matching.invented import invented_day


def anew(problem, present, gone=()):
    """The optimum of the requests that are there, without the volunteers who left."""
    capacity = problem.volunteers.capacity.copy()
    capacity[list(gone)] = 0
    volunteers = dataclasses.replace(problem.volunteers, capacity=capacity)
    requests = shuffled(problem.requests, np.flatnonzero(present).tolist())
    again = prepare(volunteers, requests, problem.policy, today=problem.today)
    return solve_problem(again, method="flow").objective


@pytest.mark.parametrize(("volunteers", "requests"), [(120, 150), (60, 200)])
def test_every_arrival_leaves_the_optimum(volunteers, requests):
    v, r = invented_day(TOWN, volunteers=volunteers, requests=requests, seed=8)
    problem = prepare(v, r, Policy.default(), today=days.TODAY)
    waiting = np.arange(requests) >= requests - 40
    day = LivingDay(problem, waiting)
    for i in range(requests - 40, requests):
        before = day.volunteer
        changes = day.insert(r.ids[i])
        waiting[i] = False
        assert day.objective == day.upper_bound == anew(problem, ~waiting)
        assert {c.request for c in changes} == {
            r.ids[k] for k in np.flatnonzero(before != day.volunteer)
        }


@pytest.mark.parametrize(("volunteers", "requests"), [(100, 120), (50, 150)])
def test_every_cancellation_leaves_the_optimum(volunteers, requests):
    v, r = invented_day(TOWN, volunteers=volunteers, requests=requests, seed=8)
    problem = prepare(v, r, Policy.default(), today=days.TODAY)
    day = LivingDay(problem)
    for j in range(25):
        day.cancel(v.ids[j])
        assert j not in day.volunteer
        present = np.ones(requests, dtype=np.bool_)
        assert day.objective == day.upper_bound == anew(problem, present, range(j + 1))


@settings(max_examples=40, deadline=None)
@given(days.volunteers(min_size=1, max_size=6), days.requests(min_size=2, max_size=8), st.data())
def test_any_order_of_arrivals_and_cancellations(volunteers, requests, data):
    problem = prepare(volunteers, requests, Policy.default(), today=days.TODAY)
    waiting = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(requests), max_size=len(requests)))
    )
    day = LivingDay(problem, waiting)
    gone: list[int] = []
    steps = data.draw(st.permutations([*np.flatnonzero(waiting), *("x" * len(volunteers))]))
    for step in steps:
        if step == "x":
            gone.append(len(gone))
            day.cancel(volunteers.ids[gone[-1]])
        else:
            day.insert(requests.ids[step])
            waiting[step] = False
        assert day.objective == day.upper_bound == anew(problem, ~waiting, gone)


def test_a_solved_day_goes_on_without_being_solved_again():
    v, r = invented_day(TOWN, volunteers=60, requests=120, seed=8)
    problem = prepare(v, r, Policy.default(), today=days.TODAY)
    waiting = np.arange(120) >= 110
    solved = LivingDay(problem, waiting)
    day = LivingDay(problem, waiting, earlier=(solved.volunteer, solved.solver.prices))
    assert day.solver.rounds == 2  # every pair was looked at once, and once to watch
    assert (day.volunteer == solved.volunteer).all()
    for i in range(110, 120):
        day.insert(r.ids[i])
        waiting[i] = False
        assert day.objective == day.upper_bound == anew(problem, ~waiting)


@settings(max_examples=60, deadline=None)
@given(days.volunteers(min_size=1, max_size=6), days.requests(min_size=2, max_size=8), st.data())
def test_whatever_a_day_goes_on_from_it_ends_best(volunteers, requests, data):
    problem = prepare(volunteers, requests, Policy.default(), today=days.TODAY)
    n, m = problem.shape
    volunteers = st.lists(st.integers(-1, m - 1), min_size=n, max_size=n)
    prices = st.lists(st.integers(0, 60_000), min_size=m, max_size=m)
    earlier = tuple(np.array(data.draw(drawn), dtype=np.int64) for drawn in (volunteers, prices))
    waiting = np.arange(n) == 0
    day = LivingDay(problem, waiting, earlier=earlier)
    assert day.objective == day.upper_bound == anew(problem, ~waiting)
    day.insert(requests.ids[0])
    assert day.objective == day.upper_bound == anew(problem, np.ones(n, dtype=np.bool_))


def test_what_is_not_there_is_refused():
    v, r = invented_day(TOWN, volunteers=5, requests=5)
    day = LivingDay(prepare(v, r, Policy.default(), today=days.TODAY))
    with pytest.raises(ParameterError, match="no request"):
        day.insert("r99")
    with pytest.raises(ParameterError, match="no volunteer"):
        day.cancel("v99")
