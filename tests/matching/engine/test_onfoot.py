"""Walks in the score: the best assignment on foot, proven, and judged by somebody else's search."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from geomatch.core.geodesy import LocalProjection, haversine_m
from geomatch.core.proximity import StreetNetwork
from geomatch.core.streetmap import StreetMap
from geomatch.matching.engine import (
    PARTS,
    Policy,
    Requests,
    Volunteers,
    explain,
    hand_over,
    prepare,
    shortlist,
    solve,
    solve_problem,
)
from geomatch.matching.engine.check import Judge
from geomatch.matching.engine.model.candidates import feasible_pairs
from geomatch.matching.engine.model.score import distance_m, score_parts, walk_m
from geomatch.matching.engine.solver.online import LivingDay
from geomatch.matching.engines import solved_apart
from tests.core.streettowns import StreetTown, street_towns, two_banks
from tests.matching.engine import days
from tests.matching.engine.test_generation import seen_by_the_search
from tests.matching.engine.test_solve import judged, shuffled
from tests.matching.invented import invented_day

SEA = LocalProjection(-134.41, 58.3)
STRANGE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def a_town(seed: int = 3) -> tuple[np.ndarray, list[shapely.Geometry]]:
    """Homes in longitude and latitude, a crooked grid of streets, and an island."""
    random = np.random.default_rng(seed)
    points = random.uniform(-200, 3_200, (400, 2))
    points[:30, 0] += 6_000
    lines = [shapely.LineString([(x, -90), (x + 40, 3_100)]) for x in range(0, 3_000, 230)]
    lines += [shapely.LineString([(-50, y), (3_050, y + 60)]) for y in range(0, 3_000, 410)]
    lines.append(shapely.LineString([(6_000, 0), (6_700, 1_500), (6_400, 2_900)]))
    return SEA.to_lonlat(points), list(SEA.geometry_to_lonlat(lines))


# ── the best there is ───────────────────────────────────────────────────────────────────────────


@STRANGE
@given(street_towns(least=2, most=16), st.data())
def test_the_best_on_foot_is_that_of_every_assignment(town: StreetTown, data: st.DataObject):
    """scipy's assignment over scores that the independent judge gives, walks by its own search."""
    lines = list(SEA.geometry_to_lonlat(town.streets))
    lonlat = SEA.to_lonlat(town.points)
    n = data.draw(st.integers(1, len(lonlat) - 1))
    modes = data.draw(st.lists(st.sampled_from(["in_person", "remote"]), min_size=n, max_size=n))
    requests = Requests.build([f"r{i}" for i in range(n)], lonlat[:n], mode=modes)
    helpers = [f"v{j}" for j in range(len(lonlat) - n)]
    reach = data.draw(st.sampled_from([0.2, 10.0]))
    volunteers = Volunteers.build(helpers, lonlat[n:], max_km=[reach] * len(helpers))
    half = data.draw(st.sampled_from([0.05, 0.4]))
    policy = Policy.from_toml(f"[distance]\nhalf_km = {half}\n")
    judge = Judge(volunteers, requests, policy, today=days.TODAY, streets=lines)
    worth = np.array(
        [
            [
                0 if judge.broken(i, j) else 10_000 + sum(judge.parts(i, j).values())
                for j in range(len(volunteers))
            ]
            for i in range(n)
        ]
    )
    best = int(worth[linear_sum_assignment(worth, maximize=True)].sum())
    problem = prepare(volunteers, requests, policy, today=days.TODAY, streets=StreetMap(lines))
    for method in ("flow", "generation"):
        found = solve_problem(problem, method=method)
        assert found.objective == best == found.upper_bound
        assert found.score.tolist() == found.parts.sum(axis=1).tolist()
        assert judged(found, streets=lines).proven_best


@STRANGE
@given(street_towns(least=2, most=20))
def test_walks_are_those_of_the_planner_to_a_metre_and_never_below_the_straight(town: StreetTown):
    """The planner measures on a flat map and rounds nothing; the score may differ by a metre."""
    lines, lonlat = SEA.geometry_to_lonlat(town.streets), SEA.to_lonlat(town.points)
    names = [str(k) for k in range(len(lonlat))]
    volunteers, requests = Volunteers.build(names, lonlat), Requests.build(names, lonlat)
    problem = prepare(
        volunteers, requests, Policy.default(), today=days.TODAY, streets=StreetMap(lines)
    )
    i, j = (side.ravel() for side in np.indices(problem.shape))
    walk, straight = walk_m(problem, i, j), distance_m(problem, i, j)
    planned = StreetNetwork(town.streets, town.points).walks(np.arange(len(lonlat))).ravel()
    # great circle and flat map differ by up to 0.6 %, which tells where no street leads
    assert (np.abs(walk - planned) <= 1.5 + 0.006 * planned).all()
    assert (walk >= straight).all()


def test_every_pair_is_seen_by_the_search_with_its_score():
    """The compiled walks are those of the readable score, pair by pair."""
    points, lines = a_town()
    volunteers, requests = invented_day(points, volunteers=300, requests=120, seed=4)
    problem = prepare(
        volunteers, requests, Policy.default(), today=days.TODAY, streets=StreetMap(lines)
    )
    pairs = feasible_pairs(problem)
    expected = {(a, b): s for a, b, s in zip(pairs.i, pairs.j, pairs.score, strict=True)}
    assert seen_by_the_search(problem) == expected
    walk, away = walk_m(problem, pairs.i, pairs.j), distance_m(problem, pairs.i, pairs.j)
    assert (walk == 3 * away).sum() < len(walk) / 2 < (walk > away).sum()  # both kinds are seen


@pytest.mark.parametrize(("volunteers", "requests"), [(300, 250), (100, 300)])
def test_both_methods_agree_in_a_town_and_the_judge_with_them(volunteers, requests):
    points, lines = a_town()
    people = invented_day(points, volunteers=volunteers, requests=requests, seed=9)
    problem = prepare(*people, Policy.default(), today=days.TODAY, streets=StreetMap(lines))
    flow = solve_problem(problem, method="flow")
    generated = solve_problem(problem, method="generation")
    assert generated.objective == flow.objective == generated.upper_bound == flow.upper_bound
    assert judged(generated, streets=lines).proven_best
    straight = solve(*people, Policy.default(), today=days.TODAY)
    assert straight.objective > flow.objective
    assert (straight.walk_m == -1).all()


def test_the_result_does_not_depend_on_threads(monkeypatch):
    points, lines = a_town()
    people = invented_day(points, volunteers=2_000, requests=2_500, seed=6)
    problem = prepare(*people, Policy.default(), today=days.TODAY, streets=StreetMap(lines))
    days.assert_threads_do_not_matter(problem, monkeypatch)


def test_a_worker_elsewhere_finds_the_same():
    """A day goes to a cluster with all it needs: its walks, and no streets."""
    points, lines = a_town()
    people = invented_day(points, volunteers=60, requests=50, seed=2)
    problem = prepare(*people, Policy.default(), today=days.TODAY, streets=StreetMap(lines))
    here = solve_problem(problem)
    found = solved_apart(pickle.loads(pickle.dumps(problem)), np.full(50, -1))
    assert found["walk_m"].tolist() == here.walk_m.tolist()
    assert found["objective"] == here.objective == found["upper_bound"]


# ── a river, an island, a place nobody knows ────────────────────────────────────────────────────


def across_the_river(**request) -> tuple[Volunteers, Requests, list[shapely.Geometry]]:
    """Ask on one bank: “near” lives 30 m away on the other, “far” 100 m along this one."""
    points, lines = two_banks()
    lonlat = SEA.to_lonlat(points)
    volunteers = Volunteers.build(["near", "far"], lonlat[[10, 5]], max_km=[1.0, 1.0])
    requests = Requests.build(["r"], lonlat[[0]], **request)
    return volunteers, requests, list(SEA.geometry_to_lonlat(lines))


def test_a_river_with_one_bridge_changes_who_is_best():
    volunteers, requests, lines = across_the_river()
    policy = Policy.default()
    straight = solve(volunteers, requests, policy, today=days.TODAY)
    problem = prepare(volunteers, requests, policy, today=days.TODAY, streets=StreetMap(lines))
    walking = solve_problem(problem)
    assert volunteers.ids[straight.volunteer[0]] == "near"
    assert volunteers.ids[walking.volunteer[0]] == "far"
    assert walking.distance_m.tolist() == [100]
    assert 100 <= walking.walk_m[0] <= 104
    assert judged(walking, streets=lines).proven_best
    # two kilometres round by the bridge, and within 1 km all the same: that is great circle
    found = shortlist(problem, "r")
    assert [choice.volunteer for choice in found.choices] == ["far", "near"]
    assert found.choices[1].words[0] == "2.0 km on foot (0.03 km straight)"
    assert explain(problem, "r", "near") == found.choices[1]
    assert sum(found.choices[1].parts.values()) == found.choices[1].score


def test_a_call_is_never_far():
    volunteers, requests, lines = across_the_river(mode=["remote"])
    problem = prepare(
        volunteers, requests, Policy.default(), today=days.TODAY, streets=StreetMap(lines)
    )
    parts = score_parts(problem, np.array([0, 0]), np.array([0, 1]))
    assert parts[:, PARTS.index("distance")].tolist() == [4000, 4000]
    assert explain(problem, "r", "near").words[0] == "by phone"
    assert explain(problem, "r", "near").walk_m == -1


def test_where_no_street_leads_a_walk_counts_three_straight_lines():
    volunteers, requests, lines = across_the_river()
    policy, streets = Policy.default(), StreetMap(lines[:2])  # the bridge is gone
    problem = prepare(volunteers, requests, policy, today=days.TODAY, streets=streets)
    straight = float(haversine_m(requests.lonlat[0], volunteers.lonlat[0]))
    assert walk_m(problem, np.array([0]), np.array([0])).tolist() == [
        math.floor(3 * straight + 0.5)
    ]
    assert problem.on_foot is not None
    assert problem.on_foot.astray == 1
    assert judged(solve_problem(problem), streets=lines[:2]).proven_best


def test_whoever_is_nowhere_walks_nowhere():
    volunteers, _, lines = across_the_river()
    requests = Requests.build(["r"], [(math.nan, math.nan)])
    problem = prepare(
        volunteers, requests, Policy.default(), today=days.TODAY, streets=StreetMap(lines)
    )
    assert walk_m(problem, np.array([0]), np.array([0])).tolist() == [-1]
    for method in ("flow", "generation"):
        assert solve_problem(problem, method=method).served == 0


# ── the judge ───────────────────────────────────────────────────────────────────────────────────


def test_the_judge_catches_a_score_that_nobody_walked():
    volunteers, requests, lines = across_the_river()
    policy = Policy.default()
    judge = Judge(volunteers, requests, policy, today=days.TODAY, streets=lines)
    straight = explain(prepare(volunteers, requests, policy, today=days.TODAY), "r", "near")
    claimed = {"r": {**straight.parts, "score": straight.score}}
    verdict = judge.judge({"r": "near"}, scores=claimed)
    assert len(verdict.faults) == 1
    assert "distance" in verdict.faults[0]
    by_one = dict(judge.parts(0, 1))
    by_one["distance"] += 1
    claimed = {"r": {**by_one, "score": sum(by_one.values())}}
    assert len(judge.judge({"r": "far"}, scores=claimed).faults) == 1
    true = judge.parts(0, 1)
    claimed = {"r": {**true, "score": sum(true.values())}}
    assert judge.judge({"r": "far"}, scores=claimed).faults == ()


# ── a day that goes on ──────────────────────────────────────────────────────────────────────────


def test_arrivals_and_cancellations_leave_the_optimum_on_foot():
    points, lines = a_town()
    v, r = invented_day(points, volunteers=80, requests=110, seed=8)
    streets = StreetMap(lines)
    problem = prepare(v, r, Policy.default(), today=days.TODAY, streets=streets)
    waiting = np.arange(110) >= 90
    day = LivingDay(problem, waiting)
    for i in range(90, 110):
        day.insert(r.ids[i])
        waiting[i] = False
        there = shuffled(r, np.flatnonzero(~waiting).tolist())
        anew = prepare(v, there, Policy.default(), today=days.TODAY, streets=streets)
        best = solve_problem(anew, method="flow").objective
        assert day.objective == day.upper_bound == best
    day.cancel(v.ids[0])
    assert day.objective == day.upper_bound


def test_tasks_are_handed_over_to_whoever_walks_least():
    points, lines = two_banks()
    lonlat = SEA.to_lonlat(points)
    volunteers = Volunteers.build(["gone", "near", "far"], lonlat[[1, 10, 5]])
    requests = Requests.build(["r"], lonlat[[0]])
    assigned = np.array([0])
    for streets, taker in ((None, "near"), (StreetMap(SEA.geometry_to_lonlat(lines)), "far")):
        problem = prepare(volunteers, requests, Policy.default(), today=days.TODAY, streets=streets)
        assert hand_over(problem, assigned, "gone").takers == {"r": taker}
