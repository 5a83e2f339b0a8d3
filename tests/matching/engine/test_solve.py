"""The assignment is the best one, allowed, proven, and the same however the rows are ordered."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from geomatch.core.errors import ParameterError
from geomatch.matching.engine import PARTS, Policy, Requests, Volunteers, prepare, solve
from geomatch.matching.engine.check import Judge, Verdict
from geomatch.matching.engine.model.candidates import feasible_pairs
from geomatch.matching.engine.solver.solve import Assignment
from tests.matching.engine import days
from tests.matching.invented import invented_day

TOWN = np.random.default_rng(5).normal((-134.42, 58.30), (0.08, 0.03), (400, 2))


def judged(
    result: Assignment, *, never: tuple = (), pinned: tuple = (), streets: list | None = None
) -> Verdict:
    problem = result.problem
    judge = Judge(
        *(problem.volunteers, problem.requests, problem.policy),
        never=never,
        today=problem.today,
        streets=streets,
    )
    names, volunteers = problem.requests.ids, problem.volunteers.ids
    matched = [i for i in range(len(names)) if result.volunteer[i] >= 0]
    return judge.judge(
        {names[i]: volunteers[result.volunteer[i]] for i in matched},
        scores={
            names[i]: {
                **{p: int(x) for p, x in zip(PARTS, result.parts[i], strict=True)},
                "score": int(result.score[i]),
            }
            for i in matched
        },
        prices={v: int(p) for v, p in zip(volunteers, result.prices, strict=True)},
        pinned=pinned,
    )


@settings(max_examples=150, deadline=None)
@given(days.volunteers(), days.requests(), days.policies())
def test_best_of_everything_that_could_be_tried(volunteers, requests, policy):
    result = solve(volunteers, requests, policy, today=days.TODAY)
    assert result.objective == days.best_by_trying(volunteers, requests, policy)
    assert result.upper_bound == result.objective
    assert result.gap == 0
    verdict = judged(result)
    assert verdict.faults == ()
    assert verdict.objective == result.objective
    assert verdict.upper_bound == result.upper_bound
    assert [reason is None for reason in result.reasons] == (result.volunteer >= 0).tolist()


@settings(max_examples=40, deadline=None)
@given(days.volunteers(min_size=1), days.requests(min_size=1), st.data())
def test_never_pairs_are_kept_apart(volunteers, requests, data):
    ids = st.sampled_from([*volunteers.ids, "ana", "bo", "nobody"])
    theirs = st.sampled_from([*requests.ids, "ana", "bo", "chi"])
    never = tuple(data.draw(st.lists(st.tuples(ids, theirs), max_size=4)))
    policy = Policy.default()
    result = solve(volunteers, requests, policy, never=never, today=days.TODAY)
    assert result.objective == days.best_by_trying(volunteers, requests, policy, never)
    assert judged(result, never=never).proven_best


@settings(max_examples=60, deadline=None)
@given(days.volunteers(min_size=1), days.requests(min_size=2), st.data())
def test_pins_are_kept_and_the_rest_is_best(volunteers, requests, data):
    policy = Policy.default()
    judge = Judge(volunteers, requests, policy, today=days.TODAY)
    room = dict(enumerate(volunteers.capacity))
    pinned = []
    for i in range(len(requests)):
        j = data.draw(st.integers(0, len(volunteers) - 1))
        if data.draw(st.booleans()) and room[j] and not set(judge.broken(i, j)) - {"hidden"}:
            room[j] -= 1
            pinned.append((requests.ids[i], volunteers.ids[j]))
    result = solve(volunteers, requests, policy, pinned=pinned, today=days.TODAY)
    verdict = judged(result, pinned=tuple(pinned))
    assert verdict.faults == ()
    assert verdict.objective == result.objective == result.upper_bound == verdict.upper_bound


@settings(max_examples=30, deadline=None)
@given(days.volunteers(), days.requests(), days.policies(), st.randoms())
def test_the_order_of_rows_does_not_matter(volunteers, requests, policy, random):
    first = solve(volunteers, requests, policy, today=days.TODAY)
    j, i = list(range(len(volunteers))), list(range(len(requests)))
    random.shuffle(j)
    random.shuffle(i)
    again = solve(shuffled(volunteers, j), shuffled(requests, i), policy, today=days.TODAY)
    assert again.objective == first.objective


def shuffled(rows, order):
    columns = {f.name: getattr(rows, f.name) for f in dataclasses.fields(rows)}
    return type(rows)(
        **{
            name: column[order]
            if isinstance(column, np.ndarray)
            else tuple(column[k] for k in order)
            for name, column in columns.items()
        }
    )


@settings(max_examples=30, deadline=None)
@given(days.volunteers(min_size=1), days.requests(), days.policies())
def test_one_more_volunteer_never_makes_it_worse(volunteers, requests, policy):
    fewer = shuffled(volunteers, list(range(len(volunteers) - 1)))
    with_all = solve(volunteers, requests, policy, today=days.TODAY)
    assert solve(fewer, requests, policy, today=days.TODAY).objective <= with_all.objective


def test_agrees_with_scipy_on_a_town():
    volunteers, requests = invented_day(TOWN, volunteers=150, requests=180, seed=3)
    policy = Policy.default()
    result = solve(volunteers, requests, policy, today=days.TODAY)
    pairs = feasible_pairs(prepare(volunteers, requests, policy, today=days.TODAY))
    costs = np.array([0, *policy.further_costs, *[policy.further_costs[-1]] * 5])
    slots = [(j, costs[k]) for j in range(150) for k in range(volunteers.capacity[j])]
    value = np.zeros((180, 150))
    value[pairs.i, pairs.j] = 10_000 * requests.urgency[pairs.i] + pairs.score
    gain = np.maximum(0, np.column_stack([value[:, j] - cost for j, cost in slots]))
    assert result.objective == gain[linear_sum_assignment(gain, maximize=True)].sum()
    assert judged(result).proven_best
    assert result.n_pairs == len(pairs)


def test_a_blocking_flag_is_never_outweighed():
    """Nobody else can go, it is urgent, they are neighbours and friends: it stays blocked."""
    home = [(-134.4, 58.3)]
    ana = Volunteers.build(["ana"], home, flags=[["exposed"]], pod=["1"], helped=[["r"]])
    request = Requests.build(["r"], home, flags=[["immunocompromised"]], urgency=[4], pod=["1"])
    policy = Policy.default()
    assert solve(ana, request, policy, today=days.TODAY).served == 0
    distant = dataclasses.replace(request, mode=np.array([1], dtype=np.uint8))
    assert solve(ana, distant, policy, today=days.TODAY).served == 1


def test_further_tasks_are_shared_out_until_fairness_costs_more_than_it_gives():
    home = [(-134.4, 58.3)]
    near_and_far = Volunteers.build(["near", "far"], [*home, (-134.42, 58.3)], capacity=[3, 3])
    requests = Requests.build(["a", "b"], home * 2)
    shared = solve(near_and_far, requests, Policy.default(), today=days.TODAY)
    assert sorted(shared.volunteer.tolist()) == [0, 0]  # 1.2 km costs more than a second task
    fairer = Policy.from_toml("[tasks]\nfurther_costs = [5000]")
    shared = solve(near_and_far, requests, fairer, today=days.TODAY)
    assert sorted(shared.volunteer.tolist()) == [0, 1]


def test_a_task_that_costs_more_than_it_adds_is_not_given():
    home = [(-134.4, 58.3)]
    only = Volunteers.build(["v"], home, capacity=[5])
    requests = Requests.build(["a", "b"], home * 2, urgency=[1, 1])
    steep = Policy.from_toml("[tasks]\nfurther_costs = [50000]")
    result = solve(only, requests, steep, today=days.TODAY)
    assert result.served == 1
    assert {reason.code for reason in result.reasons if reason} == {"too-many-tasks"}


def test_strict_urgency_serves_the_urgent_whatever_the_points():
    """One volunteer, three further tasks dear: strict order serves by urgency alone."""
    home = [(-134.4, 58.3)]
    only = Volunteers.build(["v"], home, capacity=[2], languages=[["en"]])
    requests = Requests.build(
        ["later", "soon", "today"], [*home * 2, (-134.5, 58.3)], urgency=[1, 2, 4]
    )
    costly = "[tasks]\nfurther_costs = [60000]\n[urgency]\nstrict = "
    loose = solve(only, requests, Policy.from_toml(costly + "false"), today=days.TODAY)
    strict = solve(only, requests, Policy.from_toml(costly + "true"), today=days.TODAY)
    assert loose.volunteer.tolist() == [-1, -1, 0]
    assert strict.volunteer.tolist() == [-1, 0, 0]


@settings(max_examples=60, deadline=None)
@given(days.volunteers(max_size=3), days.requests(max_size=5), st.integers(0, 30_000))
def test_strict_urgency_serves_as_many_of_today_as_can_be_then_of_soon(
    volunteers, requests, further_cost
):
    """However many requests that can wait, and however many points, they keep out none of today.

    Counted over every assignment there is, without the weights of the objective.
    """
    text = f"[tasks]\nfurther_costs = [{further_cost}]\n[urgency]\nstrict = true"
    policy = Policy.from_toml(text)
    judge = Judge(volunteers, requests, policy, today=days.TODAY)
    choices = [
        [None, *(j for j in range(len(volunteers)) if not judge.broken(i, j))]
        for i in range(len(requests))
    ]
    most = (0, 0, 0)
    for chosen in itertools.product(*choices):
        if all(chosen.count(j) <= room for j, room in enumerate(volunteers.capacity)):
            served = [u for u, j in zip(requests.urgency, chosen, strict=True) if j is not None]
            most = max(most, (served.count(4), served.count(2), served.count(1)))
    result = solve(volunteers, requests, policy, today=days.TODAY)
    served = requests.urgency[result.volunteer >= 0].tolist()
    assert (served.count(4), served.count(2), served.count(1)) == most


@pytest.mark.parametrize(
    ("pinned", "said"),
    [
        ([("r9", "v0")], "no request"),
        ([("r0", "v9")], "no volunteer"),
        ([("r0", "v0"), ("r0", "v0")], "pinned twice"),
        ([("r0", "v0"), ("r1", "v0")], "capacity of 1"),
        ([("r0", "v1")], "rule “radius”"),
    ],
)
def test_a_pin_that_cannot_be_kept_is_refused_by_name(pinned, said):
    volunteers = Volunteers.build(["v0", "v1"], [(-134.4, 58.3), (-130.0, 58.3)])
    requests = Requests.build(["r0", "r1"], [(-134.4, 58.3)] * 2)
    with pytest.raises(ParameterError) as refusal:
        solve(volunteers, requests, Policy.default(), pinned=pinned, today=days.TODAY)
    assert said in str(refusal.value)


def test_a_steward_may_pin_a_hidden_household():
    volunteers = Volunteers.build(["v0"], [(-134.4, 58.3)])
    requests = Requests.build(["r0"], [(-134.4, 58.3)], withheld=["hidden"])
    policy = Policy.default()
    alone = solve(volunteers, requests, policy, today=days.TODAY)
    assert alone.reasons[0].code == "hidden"
    pinned = solve(volunteers, requests, policy, pinned=[("r0", "v0")], today=days.TODAY)
    assert pinned.served == 1
    assert judged(pinned, pinned=(("r0", "v0"),)).proven_best


def test_nobody_and_nothing():
    nobody = Volunteers.build([], [])
    nothing = Requests.build([], [])
    one = Requests.build(["r"], [(-134.4, 58.3)])
    assert solve(nobody, nothing, Policy.default(), today=days.TODAY).objective == 0
    result = solve(nobody, one, Policy.default(), today=days.TODAY)
    assert (result.gap, result.reasons[0].code) == (0, "no-volunteers")


def test_the_judge_finds_each_kind_of_fault():
    """A checker that passes everything would prove nothing."""
    volunteers, requests = invented_day(TOWN, volunteers=30, requests=30, seed=1)
    result = solve(volunteers, requests, Policy.default(), today=days.TODAY)
    judge = Judge(volunteers, requests, Policy.default(), today=days.TODAY)
    good = {requests.ids[i]: volunteers.ids[j] for i, j in enumerate(result.volunteer) if j >= 0}
    served = next(iter(good))
    assert judge.judge(good).faults == ()
    assert not judge.judge(good).proven_best  # without prices nothing is proven
    assert judge.judge(dict.fromkeys(requests.ids, "v0")).faults
    assert judge.judge({**good, served: "stranger"}).faults
    assert judge.judge({**good, "no such": "v0"}).faults
    assert judge.judge(good, scores={name: {"score": 1} for name in good}).faults
    assert judge.judge(good, pinned=[(served, "v29")]).faults
    with pytest.raises(ValueError, match="below 0"):
        judge.judge(good, prices={"v0": -1})
