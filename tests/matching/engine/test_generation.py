"""Column generation finds what the flow over all pairs finds, and proves it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.matching.engine import MatchProblem, Policy, Requests, Volunteers, prepare
from geomatch.matching.engine.check import Judge
from geomatch.matching.engine.model.pairs import feasible_pairs
from geomatch.matching.engine.solver.column_generation import Ground, Solver
from geomatch.matching.engine.solver.solve import pinned_positions, slots_of, solve_problem
from tests.matching.engine import days
from tests.matching.engine.test_solve import TOWN, judged
from tests.matching.invented import invented_day


@settings(max_examples=60, deadline=None)
@given(days.volunteers(max_size=7), days.requests(max_size=9), days.policies())
def test_both_methods_agree(volunteers, requests, policy):
    problem = prepare(volunteers, requests, policy, today=days.TODAY)
    flow = solve_problem(problem, method="flow")
    generated = solve_problem(problem, method="generation")
    assert generated.objective == flow.objective == generated.upper_bound
    assert generated.n_pairs == flow.n_pairs
    assert judged(generated).proven_best
    assert (
        generated.reasons == flow.reasons
        or generated.served != flow.served
        or (generated.volunteer.tolist() != flow.volunteer.tolist())
    )


@settings(max_examples=25, deadline=None)
@given(days.volunteers(min_size=1), days.requests(min_size=2), st.data())
def test_pins_and_never_pairs(volunteers, requests, data):
    never = [("ana", "bo"), ("v0", "r1")]
    policy = Policy.default()
    judge = Judge(volunteers, requests, policy, never=never, today=days.TODAY)
    room = dict(enumerate(volunteers.capacity))
    pinned = []
    for i in range(len(requests)):
        j = data.draw(st.integers(0, len(volunteers) - 1))
        if room[j] and not judge.broken(i, j) and data.draw(st.booleans()):
            room[j] -= 1
            pinned.append((requests.ids[i], volunteers.ids[j]))
    problem = prepare(volunteers, requests, policy, never=never, today=days.TODAY)
    pins = pinned_positions(problem, pinned)
    flow = solve_problem(problem, pins, method="flow")
    generated = solve_problem(problem, pins, method="generation")
    assert generated.objective == flow.objective == generated.upper_bound
    verdict = judged(generated, never=tuple(never), pinned=tuple(pinned))
    assert verdict.faults == ()
    assert verdict.upper_bound == generated.objective


@pytest.mark.parametrize(("volunteers", "requests"), [(400, 300), (150, 500), (60, 900)])
def test_a_town_with_plenty_or_few_volunteers(volunteers, requests):
    problem = prepare(
        *invented_day(TOWN, volunteers=volunteers, requests=requests, seed=9),
        Policy.default(),
        today=days.TODAY,
    )
    flow = solve_problem(problem, method="flow")
    generated = solve_problem(problem, method="generation")
    assert generated.objective == flow.objective == generated.upper_bound
    assert generated.n_pairs == flow.n_pairs
    codes = [{r.code for r in solved.reasons if r} for solved in (flow, generated)]
    assert codes[0] ^ codes[1] <= {"too-many-tasks", "needed-elsewhere"}  # ties may differ


def test_every_pair_is_seen_by_the_search_with_its_score():
    """The compiled rules and score are those of the readable ones, pair by pair."""
    problem = prepare(
        *invented_day(TOWN, volunteers=300, requests=120, seed=4),
        Policy.default(),
        never=[(f"p{k}", f"p{k + 1}") for k in range(0, 400, 2)],
        today=days.TODAY,
    )
    pairs = feasible_pairs(problem)
    expected = {(a, b): s for a, b, s in zip(pairs.i, pairs.j, pairs.score, strict=True)}
    assert seen_by_the_search(problem) == expected


def seen_by_the_search(problem: MatchProblem) -> dict[tuple[int, int], int]:
    """Every pair that the compiled search finds, with its score."""
    n, m = problem.shape
    ground = Ground(problem, slots_of(problem, np.full(n, -1)), np.ones(n, dtype=np.bool_))
    found, scores, _ = ground.search(np.zeros(m, np.int64), np.full(n, -1), m)
    i, k = np.nonzero(found >= 0)
    here = ground.layout
    table = zip(here.request[i], here.volunteer[found[i, k]], scores[i, k], strict=True)
    return {(a, b): s for a, b, s in table}


def test_more_than_one_word_of_skills_languages_and_rules():
    names = [f"word {k}" for k in range(150)]
    rules = "".join(
        f'[[rule]]\ncode = "rule-{k}"\nvolunteer_flags = ["v{k}"]\nrequest_flags = ["r{k}"]\n'
        for k in range(130)
    )
    home = [(-134.4, 58.3)] * 150
    volunteers = Volunteers.build(
        names, home, skills=[[w] for w in names], languages=[[w] for w in names],
        flags=[[f"v{k}"] for k in range(150)],
    )  # fmt: skip
    requests = Requests.build(
        names, home, skills=[[w] for w in names], languages=[[w] for w in names],
        flags=[[f"r{k}"] for k in range(150)],
    )  # fmt: skip
    problem = prepare(volunteers, requests, Policy.from_toml(rules), today=days.TODAY)
    result = solve_problem(problem, method="generation")
    assert result.volunteer.tolist() == [-1] * 130 + list(range(130, 150))
    assert result.gap == 0


def test_stopping_early_leaves_an_honest_bound():
    problem = prepare(
        *invented_day(TOWN, volunteers=150, requests=500, seed=2),
        Policy.default(),
        today=days.TODAY,
    )
    n, _ = problem.shape
    rounds = []
    early = Solver(problem, slots_of(problem, np.full(n, -1)), np.ones(n, dtype=np.bool_))
    early.bring_in(
        early.rows, seconds=0, progress=lambda done, wanting: rounds.append((done, wanting))
    )
    best = solve_problem(problem, method="flow").objective
    assert [done for done, _ in rounds] == [1]
    assert early.bound >= best
    stopped = solve_problem(problem, method="generation", seconds=0)
    assert stopped.objective <= best <= stopped.upper_bound
    assert judged(stopped).faults == ()


def test_the_bound_holds_at_every_stage_and_never_rises():
    problem = prepare(
        *invented_day(TOWN, volunteers=150, requests=500, seed=2),
        Policy.default(),
        today=days.TODAY,
    )
    best = solve_problem(problem, method="flow").objective
    n, _ = problem.shape
    solver = Solver(problem, slots_of(problem, np.full(n, -1)), np.ones(n, dtype=np.bool_))
    bounds = []
    solver.bring_in(solver.rows, progress=lambda done, wanting: bounds.append(solver.bound))
    assert len(bounds) > 1
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] == best


def test_the_result_does_not_depend_on_threads(monkeypatch):
    problem = prepare(
        *invented_day(TOWN, volunteers=500, requests=1500, seed=6),
        Policy.default(),
        today=days.TODAY,
    )
    days.assert_threads_do_not_matter(problem, monkeypatch)
