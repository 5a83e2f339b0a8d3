"""A cancelled round is handed over with few calls, and nobody else's tasks move."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.core.errors import ParameterError
from geomatch.matching.engine import Policy, Requests, Volunteers, prepare, solve_problem
from geomatch.matching.engine.answers.hand_over import hand_over
from geomatch.matching.engine.check import Judge
from tests.matching.engine import days


def test_a_courier_with_27_drops_is_replaced_with_few_calls():
    """27 drops around town, 40 neighbours with room for three, four drivers with room for nine."""
    rng = np.random.default_rng(27)
    drops = rng.normal((-134.42, 58.30), (0.03, 0.01), (27, 2))
    neighbours = rng.normal((-134.42, 58.30), (0.03, 0.01), (40, 2))
    drivers = rng.normal((-134.42, 58.30), (0.03, 0.01), (4, 2))
    volunteers = Volunteers.build(
        ["courier", *(f"n{k}" for k in range(40)), *(f"d{k}" for k in range(4))],
        np.vstack([drops.mean(axis=0), neighbours, drivers]),
        capacity=[27] + [3] * 40 + [9] * 4,
        max_km=[30] * 45,
    )
    requests = Requests.build([f"r{k}" for k in range(27)], drops)
    problem = prepare(volunteers, requests, Policy.default(), today=days.TODAY)
    handover = hand_over(problem, np.zeros(27, dtype=np.int64), "courier")
    nearest = nearest_each(problem)
    assert len(handover.takers) == 27
    assert len(handover.calls) == 3
    assert len(set(nearest.values())) > 10
    assert handover.proven
    allowed(problem, handover.takers, "courier")


def nearest_each(problem):
    """What one would do by hand: each drop to the nearest neighbour with room."""
    judge = Judge(problem.volunteers, problem.requests, problem.policy, today=problem.today)
    room = problem.volunteers.capacity.copy()
    takers = {}
    for i, request in enumerate(problem.requests.ids):
        able = [j for j in range(1, len(room)) if room[j] and not judge.broken(i, j)]
        j = max(able, key=lambda j: judge.parts(i, j)["distance"])
        room[j] -= 1
        takers[request] = problem.volunteers.ids[j]
    return takers


def allowed(problem, takers, leaver):
    judge = Judge(problem.volunteers, problem.requests, problem.policy, today=problem.today)
    assert leaver not in takers.values()
    assert judge.judge(takers).faults == ()


@settings(max_examples=40, deadline=None)
@given(days.volunteers(min_size=2, max_size=5), days.requests(min_size=1, max_size=6), st.data())
def test_best_of_every_way_to_hand_over(volunteers, requests, data):
    problem = prepare(volunteers, requests, Policy.default(), today=days.TODAY)
    before = solve_problem(problem).volunteer
    leaver = data.draw(st.integers(0, len(volunteers) - 1))
    handover = hand_over(problem, before, volunteers.ids[leaver])
    after = before.copy()
    for request, taker in handover.takers.items():
        assert before[requests.ids.index(request)] == leaver
        after[requests.ids.index(request)] = volunteers.ids.index(taker)
    judge = Judge(volunteers, requests, problem.policy, today=days.TODAY)
    kept = {
        requests.ids[i]: volunteers.ids[j] for i, j in enumerate(after) if j not in (-1, leaver)
    }
    assert judge.judge(kept).faults == ()

    tasks = np.flatnonzero(before == leaver)
    choices = [
        [None, *(j for j in range(len(volunteers)) if j != leaver and not judge.broken(int(i), j))]
        for i in tasks
    ]
    load = np.bincount(before[before >= 0], minlength=len(volunteers))

    def worth(way):
        more = np.bincount([j for j in way if j is not None], minlength=len(volunteers))
        if ((load + more > volunteers.capacity) & (more > 0)).any():
            return (-1, 0)
        served = sum(
            int(requests.urgency[i]) for i, j in zip(tasks, way, strict=True) if j is not None
        )
        return (served, -len({j for j in way if j is not None}))

    best = max(worth(way) for way in itertools.product(*choices))
    takes = [handover.takers.get(requests.ids[i]) for i in tasks]
    assert worth([None if t is None else volunteers.ids.index(t) for t in takes]) == best
    assert len(handover.calls) == -best[1]


def test_an_unknown_volunteer_is_refused():
    problem = prepare(
        Volunteers.build(["v"], [(0, 0)]),
        Requests.build([], []),
        Policy.default(),
        today=days.TODAY,
    )
    with pytest.raises(ParameterError, match="no volunteer"):
        hand_over(problem, np.empty(0, dtype=np.int64), "x")
