"""Small days for hypothesis, and the best assignment of one by trying everything."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import strategies as st

from geomatch.matching.engine import PARTS, SLOTS, MatchProblem, Policy, Requests, Volunteers
from geomatch.matching.engine.check import Judge
from geomatch.matching.engine.solver.solve import solve_problem

TODAY = dt.date(2026, 11, 22)

FLAGS = ("", "immunocompromised", "exposed", "exposed@2026-11-22", "exposed@2026-11-21", "asthma")
_HOMES = st.sampled_from(
    [(-134.40, 58.30), (-134.41, 58.30), (-134.40, 58.33), (-134.60, 58.37), (-135.5, 58.9)]
)
_NOWHERE = st.just((float("nan"), float("nan")))
_POINTS = st.one_of(_HOMES, _HOMES, _HOMES, _NOWHERE)
_PERSONS = st.sampled_from(["", "", "ana", "bo", "chi"])
_PODS = st.sampled_from(["", "1", "2"])
_WITHHELD = st.sampled_from(["", "", "", "", "", "hidden", "do_not_contact", "quiet"])


def _words(words: tuple[str, ...], most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), max_size=most, unique=True)


@st.composite
def volunteers(draw: st.DrawFn, max_size: int = 4, min_size: int = 0) -> Volunteers:
    m = draw(st.integers(min_size, max_size))

    def column(each: st.SearchStrategy) -> list:
        return draw(st.lists(each, min_size=m, max_size=m))

    return Volunteers.build(
        [f"v{k}" for k in range(m)],
        column(_POINTS),
        person=column(_PERSONS),
        skills=column(_words(("driving", "nursing", "pharmacy"), 3)),
        languages=column(_words(("en", "es"))),
        flags=column(_words(FLAGS)),
        capacity=column(st.integers(0, 4)),
        max_km=column(st.sampled_from([0.0, 1.0, 5.0, 10.0, 100.0])),
        vehicle=column(st.booleans()),
        modes=column(_words(("in_person", "contactless", "remote"))),
        availability=column(_words(SLOTS[:3])),
        resting_until=column(st.sampled_from(["", "", "2026-11-21", "2026-11-22"])),
        pod=column(_PODS),
        recent_tasks=column(st.integers(0, 3)),
        helped=column(_words(("ana", "bo", "r0"))),
        withheld=column(_WITHHELD),
    )


@st.composite
def requests(draw: st.DrawFn, max_size: int = 5, min_size: int = 0) -> Requests:
    n = draw(st.integers(min_size, max_size))

    def column(each: st.SearchStrategy) -> list:
        return draw(st.lists(each, min_size=n, max_size=n))

    return Requests.build(
        [f"r{k}" for k in range(n)],
        column(_POINTS),
        person=column(_PERSONS),
        skills=column(_words(("driving", "nursing"), 1)),
        languages=column(_words(("en", "es", "tl"))),
        flags=column(_words(FLAGS)),
        urgency=column(st.sampled_from([1, 2, 4])),
        mode=column(st.sampled_from(["in_person", "contactless", "remote"])),
        needs_vehicle=column(st.sampled_from([False, False, True])),
        availability=column(_words(SLOTS[:3])),
        pod=column(_PODS),
        withheld=column(_WITHHELD),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any weights that add up to 9,999 or less, any convex costs, other rules."""
    share = draw(
        st.lists(st.integers(0, 9999 // len(PARTS)), min_size=len(PARTS), max_size=len(PARTS))
    )
    costs = sorted(draw(st.lists(st.integers(0, 30_000), min_size=1, max_size=4)))
    rules = draw(st.sampled_from(["default", "none", "strict"]))
    text = "".join(
        [
            f"[urgency]\nstrict = {draw(st.sampled_from(['true', 'false']))}\n",
            f"[tasks]\nfurther_costs = {costs}\n",
            f"[distance]\nhalf_km = {draw(st.sampled_from([0.05, 1, 2.5]))}\n",
            f"[time]\nenough_slots = {draw(st.integers(1, 4))}\n[weights]\n",
            *(f"{part} = {points}\n" for part, points in zip(PARTS, share, strict=True)),
        ]
    )
    if rules == "none":
        text = f"rule = []\n{text}"
    if rules == "strict":
        text += '[[rule]]\ncode = "asthma-anywhere"\nvolunteer_flags = ["asthma", "exposed"]\n'
    return Policy.from_toml(text)


def best_by_trying(
    volunteers: Volunteers, requests: Requests, policy: Policy, never: tuple = ()
) -> int:
    """The best objective over every assignment there is, judged by the independent checker."""
    judge = Judge(volunteers, requests, policy, never=never, today=TODAY)
    choices = [
        [None, *(j for j in range(len(volunteers)) if not judge.broken(i, j))]
        for i in range(len(requests))
    ]
    step = judge.urgency_points
    worth = {
        (i, j): step * int(requests.urgency[i]) + sum(judge.parts(i, j).values())
        for i, row in enumerate(choices)
        for j in row[1:]
    }
    costs = (0, *policy.further_costs)
    best = 0
    for assignment in itertools.product(*choices):
        loads = [assignment.count(j) for j in range(len(volunteers))]
        if any(load > room for load, room in zip(loads, volunteers.capacity, strict=True)):
            continue
        value = sum(worth[i, j] for i, j in enumerate(assignment) if j is not None)
        value -= sum(costs[min(k, len(costs) - 1)] for load in loads for k in range(load))
        best = max(best, value)
    return best


def assert_threads_do_not_matter(problem: MatchProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Solve a day on one thread and on three, and hold the answers against each other."""
    from geomatch.matching.engine.solver import kernels

    results = []
    for threads in (1, 3):
        monkeypatch.setattr(kernels, "_threads", lambda threads=threads: threads)
        results.append(solve_problem(problem, method="generation"))
    assert results[0].volunteer.tolist() == results[1].volunteer.tolist()
    assert results[0].prices.tolist() == results[1].prices.tolist()
