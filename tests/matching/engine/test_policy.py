"""A policy is taken to the letter or refused with line and column."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.core.errors import PolicyError
from geomatch.matching.engine import PARTS, Policy
from geomatch.matching.engine.inputs.policy import default_policy_text
from geomatch.matching.engine.inputs.policy_faults import PolicyProblem
from geomatch.matching.engine.inputs.toml_positions import places


def test_the_default_policy():
    policy = Policy.default()
    assert tuple(policy.weights) == PARTS
    assert sum(policy.weights.values()) == 9_999
    assert [(r.volunteer_flags, r.request_flags, r.modes) for r in policy.rules] == [
        (("immunocompromised",), ("exposed",), ("in_person",)),
        (("exposed",), ("immunocompromised",), ("in_person",)),
    ]
    assert policy.name == "default"
    assert policy.along == "straight"
    assert not policy.strict_urgency


def test_every_setting_of_the_default_is_explained():
    for line in default_policy_text().splitlines():
        if "=" in line and not line.startswith("#") and "_flags" not in line:
            name = line.split("=")[0].strip()
            assert "#" in line or name in ("code", "modes", "effect"), line


def test_what_is_left_out_keeps_the_default():
    policy = Policy.from_toml("[weights]\npod = 0\n")
    assert policy.weights == {**Policy.default().weights, "pod": 0}
    assert policy.rules == Policy.default().rules
    assert Policy.from_toml("rule = []").rules == ()


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("version = 2", 1, 11, "is not 1"),
        ("version = true", 1, 11, "is not 1"),
        ("weights = 3", 1, 11, "write [weights]"),
        ("\n[weights]\n  distance = -1", 3, 14, "whole number from 0 to 9,999"),
        ("[weights]\ndistance = 1.5", 2, 12, "whole number"),
        ("[weights]\ndistance = true", 2, 12, "whole number"),
        ("[weights]\n\n'distance' = \"4\"", 3, 14, "whole number"),
        ("[weights]\ndistance = 9999", 1, 1, "add up to 15,998"),
        ("[weights]\ndistanse = 1", 2, 12, "did you mean “distance”"),
        ("colour = 'red'", 1, 10, "no setting of a policy"),
        ("distance = {half_km = 0}", 1, 12, "kilometres from 0.01"),
        ("[distance]\nhalf_km = nan", 2, 11, "kilometres"),
        ("[distance]\nalong = 'river'", 2, 9, 'must be "straight" or "streets"'),
        ("[distance]\nalong = true", 2, 9, 'value “true”: must be "straight"'),
        ("[distance]\nalong = ['streets']", 2, 9, 'must be "straight" or "streets"'),
        ("[distance]\n\n  along = {a = 1}", 3, 11, 'must be "straight" or "streets"'),
        ("[distance]\nalnog = 'streets'", 2, 9, "did you mean “along”"),
        ("[time]\nenough_slots = 0", 2, 16, "from 1 to 21"),
        ("[tasks]\nfurther_costs = [\n 3, # falls\n 2]", 2, 17, "must not fall"),
        ("[tasks]\nfurther_costs = []", 2, 17, "list of 1 to 100"),
        ("[tasks]\nfurther_costs = [1e3]", 2, 17, "whole numbers"),
        ("[urgency]\nstrict = 'yes'", 2, 10, "true or false"),
        ("rule = 4", 1, 8, "[[rule]]"),
        ("[[rule]]\nrequest_flags = ['a']", 1, 1, "needs a code"),
        ("[[rule]]\ncode = 'Bad Code'\nrequest_flags = ['a']", 2, 8, "small letters"),
        ("[[rule]]\ncode = 'radius'\nrequest_flags = ['a']", 2, 8, "always holds"),
        ("[[rule]]\ncode = 'x'", 1, 1, "volunteer_flags, request_flags or both"),
        ("[[rule]]\ncode = 'x'\nrequest_flags = []", 3, 17, "is empty"),
        ("[[rule]]\ncode = 'x'\nrequest_flags = 'a'", 3, 17, "list of words"),
        ("[[rule]]\ncode = 'x'\nrequest_flags = ['a@2026-01-01']", 3, 17, "without an end"),
        ("[[rule]]\ncode = 'x'\nrequest_flags = ['a']\nmodes = ['drive']", 4, 9, "is no mode"),
        ("[[rule]]\ncode = 'x'\nrequest_flags = ['a']\neffect = 'warn'", 4, 10, "only “block”"),
        ("[[rule]]\ncode = 'x'\nrequest_flags = ['a']\nmood = 'x'", 4, 8, "no setting"),
        (
            "[[rule]]\ncode = 'x'\nrequest_flags = ['a']\n"
            "[[rule]]\ncode = 'x'\nrequest_flags = ['b']",
            5,
            8,
            "two rules",
        ),
        ("x = [", 1, 6, "not TOML"),
        ('name = """never closed', 1, 23, "not TOML"),
        ("a = 1\na = 2", 2, 6, "not TOML"),
        ("x = " + "9" * 5000, 1, 5005, "not TOML"),
        ("x = \ud7ff\x00", 1, 5, "not TOML"),
    ],
)
def test_refused_with_line_and_column(text, line, column, said):
    with pytest.raises(PolicyError) as refusal:
        Policy.from_toml(text, "mine.toml")
    places_named = [(p.row, p.character) for p in refusal.value.problems]
    assert (line, column) in places_named
    assert said in str(refusal.value)
    assert str(refusal.value).startswith("mine.toml: ")
    assert f"line {line}, column {column}" in str(refusal.value)


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "#" * 200_000, "[[rule]]\n" * 300])
def test_bombs_are_refused(text):
    with pytest.raises(PolicyError):
        Policy.from_toml(text)


def test_every_fault_is_told_at_once_in_the_order_of_the_file():
    text = "[time]\nenough_slots = 0\n[weights]\npod = -1\nload = 'x'\n"
    with pytest.raises(PolicyError) as refusal:
        Policy.from_toml(text)
    assert [problem.row for problem in refusal.value.problems] == [2, 4, 5]
    assert all(isinstance(problem, PolicyProblem) for problem in refusal.value.problems)


_PIECES = st.lists(
    st.sampled_from(
        [
            *("[weights]", "[[rule]]", "[rule]", "distance", "code", "modes", " = ", "1", "-3"),
            *("[", "]", "{", "}", "'a'", '"\\""', '"""', "'''", "#", "\n", "\n", ".", ",", "true"),
        ]
    ),
    max_size=25,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(_PIECES)
def test_any_text_is_taken_or_refused_and_nothing_else(text):
    try:
        Policy.from_toml(text)
    except PolicyError as refusal:
        for problem in refusal.problems:
            assert 1 <= problem.row <= text.count("\n") + 1
            assert problem.character >= 1


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.text("abc\"' .-é#=[]", min_size=1, max_size=4),
        st.one_of(
            st.integers(-9, 9),
            st.booleans(),
            st.text("ab\"'\\#\n[]{}=,", max_size=8),
            st.lists(st.text('a]"#,', max_size=3), max_size=3),
        ),
        max_size=4,
    )
)
def test_every_key_is_found_on_its_line(table):
    """Places follow quotes, comments and brackets as the real parser does."""
    lines, where = ["[top] # a comment with ] and ="], {}
    for key, value in table.items():
        if '"' in key or "\\" in key:
            continue
        where[key] = sum(line.count("\n") + 1 for line in lines) + 1
        lines.append(f'"{key}" = {written(value)} # = [')
    text = "\n".join(lines)
    assert tomllib.loads(text)["top"] == {key: table[key] for key in where}
    found = places(text)
    assert found["top",] == (1, 1)
    assert {key: found["top", key].line for key in where} == where


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[\n" + ", # ]\n".join(written(v) for v in value) + "]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"""\n{escaped}"""' if "\n" in value else f'"{escaped}"'
    return str(value)
