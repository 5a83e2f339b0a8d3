"""Every hard rule forbids what it should, allows what it should, and speaks plainly."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.core.geodesy import haversine_m
from geomatch.matching.engine import Policy, Requests, Volunteers, prepare, solve, why_not
from geomatch.matching.engine.check import Judge
from geomatch.matching.engine.inputs.policy import BUILT_IN_CODES
from geomatch.matching.engine.model.candidates import feasible_pairs
from geomatch.matching.engine.model.rules import BUILT_IN, feasible, hard_rules
from geomatch.matching.engine.model.sphere import arc_metres, unit_vectors
from tests.matching.engine import days

HOME, NEXT_DOOR, TOWN_OVER = (-134.40, 58.30), (-134.401, 58.30), (-134.9, 58.30)
NOWHERE = (float("nan"), float("nan"))

# code: (volunteer, request, what the volunteer would have to be instead)
CASES = {
    "capacity": ({"capacity": [0]}, {}, {"capacity": [1]}),
    "resting": ({"resting_until": ["2026-11-22"]}, {}, {"resting_until": ["2026-11-21"]}),
    "quiet": ({"withheld": ["quiet"]}, {}, {}),
    "do-not-contact": ({"withheld": ["do_not_contact"]}, {}, {}),
    "hidden": ({"withheld": ["hidden"]}, {}, {}),
    "same-person": ({"person": ["ana"]}, {"person": ["ana"]}, {"person": ["bo"]}),
    "mode": ({"modes": [["remote"]]}, {"mode": ["contactless"]}, {"modes": [["contactless"]]}),
    "vehicle": ({}, {"needs_vehicle": [True]}, {"vehicle": [True]}),
    "skills": ({"skills": [["Driving"]]}, {"skills": [["nursing"]]}, {"skills": [["NURSING "]]}),
    "languages": ({}, {"languages": [["es", "tl"]]}, {"languages": [["TL"]]}),
    "time": (
        {"availability": [["mon-am"]]},
        {"availability": [["tue-pm", "sat-eve"]]},
        {"availability": [["sat-eve"]]},
    ),
    "location": ({"lonlat": [NOWHERE]}, {}, {}),
    "radius": ({"max_km": [5], "lonlat": [TOWN_OVER]}, {}, {"max_km": [40], "lonlat": [TOWN_OVER]}),
    "exposed-household": (
        {"flags": [["Immunocompromised"]]},
        {"flags": [["exposed@2026-11-22"]]},
        {"flags": [["asthma"]]},
    ),
    "protected-household": (
        {"flags": [["exposed"]]},
        {"flags": [["immunocompromised"]]},
        {"flags": [["exposed@2026-11-21"]]},
    ),
}


def day(volunteer: dict, request: dict, never=()):
    v = Volunteers.build(["v"], **{"lonlat": [NEXT_DOOR], **volunteer})
    r = Requests.build(["r"], **{"lonlat": [HOME], **request})
    return prepare(v, r, Policy.default(), never=never, today=days.TODAY)


@pytest.mark.parametrize("code", CASES)
def test_a_rule_blocks_alone_and_its_remedy_qualifies(code):
    volunteer, request, instead = CASES[code]
    blocked = why_not(day(volunteer, request), "r", "v")
    assert [block.code for block in blocked.blocks] == [code]
    assert why_not(day(instead, request), "r", "v").blocks == ()


CHANGES = {
    "capacity": "could go if they took one task",
    "resting": "is back on 23 November 2026",
    "quiet": "",
    "do-not-contact": "",
    "hidden": "",
    "same-person": "",
    "mode": "would have to agree to help contactless",
    "vehicle": "could go with a borrowed vehicle",
    "skills": "could go together with somebody for nursing",
    "languages": "could go with an interpreter for Spanish",
    "time": "could go Mon morning",
    "location": "could be judged once both are on the map",
    "radius": "24.2 km beyond their radius",
    "exposed-household": "could go if contactless",
    "protected-household": "could go if contactless",
}


@pytest.mark.parametrize("code", CASES)
def test_the_smallest_change_is_named_for_every_rule(code):
    assert why_not(day(*CASES[code][:2]), "r", "v").change == CHANGES[code]


def test_several_rules_need_several_changes_and_less_contact_is_the_smaller_one():
    volunteer = {"flags": [["exposed"]], "vehicle": [False]}
    asked = {"flags": [["immunocompromised"]], "needs_vehicle": [True]}
    out = why_not(day(volunteer, asked), "r", "v")
    assert [block.code for block in out.blocks] == ["vehicle", "protected-household"]
    assert out.change == "could go if contactless; could go with a borrowed vehicle"
    stopped = why_not(day({**volunteer, "withheld": ["quiet"]}, asked), "r", "v")
    assert stopped.change == ""  # one of them is nobody's to change


@settings(max_examples=60, deadline=None)
@given(st.floats(-1.5, 1.5), st.floats(0, 60))
def test_a_radius_longer_by_what_is_said_is_long_enough(step, max_km):
    far = {"lonlat": [(HOME[0] + step, HOME[1])], "max_km": [max_km]}
    said = why_not(day(far, {}), "r", "v").change
    if said:
        beyond = float(said.split(" km")[0].replace(",", ""))
        rounding = 0.05 if beyond >= 0.1 else 0.005
        longer = {**far, "max_km": [max_km + beyond + rounding]}
        shorter = {**far, "max_km": [max_km + max(0, beyond - 0.01 - 2 * rounding)]}
        assert not why_not(day(longer, {}), "r", "v").blocks
        assert why_not(day(shorter, {}), "r", "v").blocks


def test_every_rule_has_a_case():
    assert set(CHANGES) == set(CASES)
    assert set(CASES) | {"never-pair"} == {
        *BUILT_IN_CODES,
        *(rule.code for rule in Policy.default().rules),
    }
    assert {rule.code for rule in BUILT_IN} == set(BUILT_IN_CODES)


@pytest.mark.parametrize(
    ("never", "kept_apart"),
    [
        (("v", "r"), True),
        (("ana", "r"), True),
        (("v", "bo"), True),
        (("ana", "bo"), True),
        (("bo", "ana"), True),  # two persons: whichever of them helps
        (("r", "v"), False),  # ids have a side
        (("v", "chi"), False),
    ],
)
def test_never_pairs_by_id_or_person(never, kept_apart):
    problem = day({"person": ["ana"]}, {"person": ["bo"]}, never=[never])
    codes = [block.code for block in why_not(problem, "r", "v").blocks]
    assert codes == (["never-pair"] if kept_apart else [])


@pytest.mark.parametrize("mode", ["in_person", "contactless", "remote"])
def test_radius_and_place_do_not_bind_remote_tasks(mode):
    for place in (TOWN_OVER, NOWHERE):
        problem = day({"lonlat": [place], "max_km": [1]}, {"mode": [mode]})
        assert bool(why_not(problem, "r", "v").blocks) == (mode != "remote")


@pytest.mark.parametrize("mode", ["in_person", "contactless", "remote"])
def test_risk_rules_hold_in_person_only(mode):
    problem = day({"flags": [["exposed"]]}, {"flags": [["immunocompromised"]], "mode": [mode]})
    assert bool(why_not(problem, "r", "v").blocks) == (mode == "in_person")


def test_what_volunteers_read_names_no_flag():
    network = Policy.from_toml(
        '[[rule]]\ncode = "tb-anywhere"\nvolunteer_flags = ["tuberculosis"]\n'
        '[[rule]]\ncode = "in-room"\nrequest_flags = ["hepatitis"]\n'
        'modes = ["in_person", "contactless"]\n'
    )
    for policy in (Policy.default(), network):
        flags = {
            flag for rule in policy.rules for flag in rule.volunteer_flags + rule.request_flags
        }
        problem = dataclasses.replace(day({}, {}), policy=policy)
        for rule in hard_rules(problem):
            assert not any(flag in rule.shared for flag in flags)
    assert {r.instruction for r in Policy.default().rules} == {"contactless only"}
    assert [r.instruction for r in network.rules] == ["not this one", "by phone only"]


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ("metric", "lives 29.2 km away, 19.2 km beyond their 10.0 km"),
        ("imperial", "lives 18.2 mi away, 11.9 mi beyond their 6.2 mi"),
        ("both", "lives 29.2 km (18.2 mi) away, 19.2 km (11.9 mi) beyond their 10.0 km (6.2 mi)"),
    ],
)
def test_distances_are_said_in_the_networks_units(units, said):
    problem = dataclasses.replace(day({"lonlat": [TOWN_OVER]}, {}), units=units)
    blocked = why_not(problem, "r", "v")
    assert blocked.blocks[0].sentence == said
    assert blocked.change == said.split(", ")[1].split(" their")[0] + " their radius"


def test_coordinators_read_the_rule_and_what_would_help():
    blocked = why_not(day(*CASES["protected-household"][:2]), "r", "v")
    assert blocked.blocks[0].sentence == "contactless only (rule: protected household)"
    assert blocked.change == "could go if contactless"
    far = why_not(day({"lonlat": [TOWN_OVER]}, {}), "r", "v")
    assert far.change == "19.2 km beyond their radius"
    assert why_not(day({"withheld": ["quiet"]}, {}), "r", "v").change == ""


@settings(max_examples=60, deadline=None)
@given(days.volunteers(max_size=6), days.requests(max_size=6), days.policies())
def test_rules_agree_with_the_independent_judge_on_every_pair(volunteers, requests, policy):
    problem = prepare(volunteers, requests, policy, today=days.TODAY)
    judge = Judge(volunteers, requests, policy, today=days.TODAY)
    pairs = feasible_pairs(problem)
    allowed = {
        (i, j)
        for i in range(len(requests))
        for j in range(len(volunteers))
        if not judge.broken(i, j)
    }
    assert set(zip(pairs.i.tolist(), pairs.j.tolist(), strict=True)) == allowed
    for i, j, score in zip(pairs.i, pairs.j, pairs.score, strict=True):
        assert score == sum(judge.parts(i, j).values())
        assert 0 <= score <= 9_999


def test_many_skills_languages_and_rules_need_more_than_one_word():
    """Bits beyond the 64th count like the first."""
    skills = [f"skill {k}" for k in range(150)]
    rules = "".join(
        f'[[rule]]\ncode = "rule-{k}"\nvolunteer_flags = ["v{k}"]\nrequest_flags = ["r{k}"]\n'
        for k in range(130)
    )
    v = Volunteers.build(
        skills, [HOME] * 150, skills=[[s] for s in skills], languages=[[s] for s in skills],
        flags=[[f"v{k}"] for k in range(150)],
    )  # fmt: skip
    r = Requests.build(
        skills, [HOME] * 150, skills=[[s] for s in skills], languages=[[s] for s in skills],
        flags=[[f"r{k}"] for k in range(150)],
    )  # fmt: skip
    problem = prepare(v, r, Policy.from_toml(rules), today=days.TODAY)
    everybody = np.arange(150)
    able = np.argwhere(feasible(problem, everybody[:, None], everybody[None, :]))
    assert able.tolist() == [[k, k] for k in range(130, 150)]


def test_feasible_pairs_far_apart_and_around_the_pole_and_date_line():
    rng = np.random.default_rng(0)
    lonlat = np.column_stack([rng.uniform(-180, 180, 700), rng.uniform(-90, 90, 700)])
    lonlat[:60, 1] = 89.99
    lonlat[60:120] = np.column_stack([rng.choice([-179.99, 179.99], 60), rng.normal(0, 0.01, 60)])
    v = Volunteers.build(
        [f"v{k}" for k in range(700)], lonlat, max_km=rng.choice([1, 100, 3000], 700)
    )
    r = Requests.build([f"r{k}" for k in range(700)], lonlat[::-1])
    pairs = feasible_pairs(prepare(v, r, Policy.default(), today=days.TODAY))
    metres = haversine_m(r.lonlat[:, None], v.lonlat[None, :])
    assert (
        np.argwhere(metres <= v.max_km * 1000).tolist()
        == np.column_stack([pairs.i, pairs.j]).tolist()
    )


def test_arc_is_the_haversine():
    rng = np.random.default_rng(1)
    a = np.column_stack([rng.uniform(-180, 180, 3000), rng.uniform(-90, 90, 3000)])
    b = a + rng.normal(0, 1, a.shape) * 10.0 ** rng.uniform(-6, 1, (3000, 1))
    b[:, 1] = b[:, 1].clip(-90, 90)
    expected = haversine_m(a, b)
    found = arc_metres(unit_vectors(a), unit_vectors(b))
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-6)
    assert arc_metres(*unit_vectors(np.array([(0.0, 90.0), (0.0, -90.0)]))) == pytest.approx(
        np.pi * 6_371_008.8
    )


def test_hidden_and_quiet_requests_say_so():
    volunteers = Volunteers.build(["v"], [HOME])
    requests = Requests.build(
        ["a", "b", "c", "d"], [HOME, HOME, HOME, NOWHERE],
        withheld=["hidden", "quiet", "do_not_contact", ""],
    )  # fmt: skip
    result = solve(volunteers, requests, Policy.default(), today=days.TODAY)
    codes = [reason.code for reason in result.reasons]
    assert codes == ["hidden", "quiet", "do-not-contact", "location"]
