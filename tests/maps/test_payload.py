"""The JSON a map sends: complete, allow-listed, and nothing of anybody hidden."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from types import SimpleNamespace

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.data import (
    Ground,
    Household,
    Match,
    MatchMapData,
    PlaceMapData,
    Pod,
    PodMapData,
    Request,
    ScorePart,
    Spot,
    Volunteer,
)
from maps.payload import (
    ground_payload,
    match_payload,
    place_payload,
    pod_payload,
    script_json,
)
from tests.maps import hostile

households = st.builds(
    Household,
    lon=st.one_of(st.just(float("nan")), st.floats(-134.42, -134.40)),
    lat=st.floats(58.30, 58.31),
    label=st.sampled_from(["1 Harbor St", "2 Harbor St", "<b>"]),
    pod=st.one_of(st.none(), st.integers(1, 4)),
    people=st.integers(0, 9),
    building=st.sampled_from(["", "", "Alder House"]),
    hidden=st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(households, max_size=25))
def test_counts_and_colours_agree_with_the_households_shown(homes: list[Household]) -> None:
    payload = json.loads(script_json(pod_payload(PodMapData(homes))))
    shown = [h for h in homes if not h.hidden]
    columns = payload["households"]
    assert {len(column) for column in columns.values()} == {len(shown)}
    doors = Counter(h.pod for h in shown if h.pod is not None)
    people = Counter()
    for h in shown:
        if h.pod is not None:
            people[h.pod] += h.people
    assert {p["number"]: p["doors"] for p in payload["pods"]} == dict(doors)
    assert {p["number"]: p["people"] for p in payload["pods"]} == {n: people[n] for n in doors}
    assert all(1 <= p["colour"] <= 8 for p in payload["pods"])
    numbers = [payload["pods"][i]["number"] if i >= 0 else None for i in columns["pod"]]
    assert numbers == [h.pod for h in shown]
    for i, lon in enumerate(columns["lon"]):
        assert (lon is None) == bool(np.isnan(shown[i].lon))


@settings(max_examples=40, deadline=None)
@given(st.lists(households, max_size=25))
def test_doors_of_a_badge_are_the_households_that_name_it(homes: list[Household]) -> None:
    payload = pod_payload(PodMapData(homes))
    named = Counter(i for i in payload["households"].get("building", []) if i >= 0)
    assert [b["doors"] for b in payload["buildings"]] == [
        named[i] for i in range(len(payload["buildings"]))
    ]
    assert all(b["doors"] > 1 for b in payload["buildings"])


def test_a_hidden_household_leaves_no_trace() -> None:
    homes = [
        Household(-134.4, 58.3 + 0.0002 * i, f"{i} Harbor St", 1, key=f"k{i}", building="B")
        for i in range(6)
    ]
    secret = Household(
        -134.41, 58.301, "9 Safe St", 1, key="secret", people=7, building="B", unit="safe",
        reason="safe", href="/safe", hidden=True,
    )  # fmt: skip
    before = script_json(pod_payload(PodMapData(homes)))
    assert script_json(pod_payload(PodMapData([*homes[:3], secret, *homes[3:]]))) == before


def test_hidden_people_and_their_matches_leave_no_trace() -> None:
    ask = [Request("r1", "Groceries", -134.4, 58.3), Request("r2", "Ride", -134.4, 58.3)]
    help_ = [Volunteer("v1", "Ana", -134.4, 58.3), Volunteer("v2", "Bo", -134.4, 58.3)]
    made = [Match("r1", "v1"), Match("r2", "v2")]
    before = script_json(match_payload(MatchMapData(ask[:1], help_[:1], made[:1])))
    for data in (
        MatchMapData([ask[0], dataclasses.replace(ask[1], hidden=True)], help_[:1], made),
        MatchMapData(ask[:1], [help_[0], dataclasses.replace(help_[1], hidden=True)], made),
    ):
        assert script_json(match_payload(data)) == before


def test_only_named_properties_of_the_ground_are_sent() -> None:
    line = shapely.LineString([(-134.4, 58.3), (-134.39, 58.3)])
    street = SimpleNamespace(
        geometry=line, properties={"name": "Harbor St", "owner": "secret", "class": "primary"}
    )
    wall = SimpleNamespace(geometry=line, properties={"Crossing": " yes", "note": "secret"})
    empty = SimpleNamespace(geometry=shapely.LineString(), properties={"name": "secret"})
    payload = ground_payload(Ground(streets=[street, empty], barriers=[wall]))
    assert "secret" not in json.dumps(payload)
    assert payload["streets"]["features"][0]["properties"] == {"name": "Harbor St", "kind": "major"}
    assert payload["barriers"]["features"][0]["properties"] == {"crossing": True}
    assert "water" not in payload


def test_pieces_of_a_street_are_joined_so_that_its_name_fits() -> None:
    pieces = [
        SimpleNamespace(
            geometry=shapely.LineString([(x, 58.3), (x + 0.001, 58.3)]), properties={"name": "Oak"}
        )
        for x in (-134.402, -134.401, -134.400)
    ]
    (street,) = ground_payload(Ground(streets=pieces))["streets"]["features"]
    assert street["geometry"]["type"] == "LineString"


def test_links_lead_to_this_site_only() -> None:
    homes = [
        Household(-134.4, 58.3, "x", 1, href=href)
        for href in (*hostile.LINKS, "/households/7/?tab=map#top")
    ]
    columns = pod_payload(PodMapData(homes, [Pod(1, href="javascript:x")]))
    assert columns["households"]["href"] == [""] * len(hostile.LINKS) + [
        "/households/7/?tab=map#top"
    ]
    assert columns["pods"][0]["href"] == ""


@given(st.text())
def test_json_in_a_script_block_reads_back_and_cannot_close_it(text: str) -> None:
    written = script_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert written.isascii()
    assert not set("<>&") & set(written)


def test_score_parts_and_places_of_a_match() -> None:
    payload = match_payload(
        MatchMapData(
            [Request("r", "Ride", -134.4, 58.3, 4, ("needs a car",))],
            [Volunteer("v", "Ana")],
            [Match("r", "v", "offered", 9, (ScorePart("Distance", 9, 10, "near"),), 123.4)],
        )
    )
    assert payload["volunteers"][0]["lon"] is None
    assert payload["matches"] == [
        {
            "request": 0,
            "volunteer": 0,
            "state": "offered",
            "score": 9,
            "parts": [{"name": "Distance", "points": 9, "most": 10, "words": "near"}],
            "distance": 123,
            "pinned": False,
            "href": "",
        }
    ]


def test_numpy_numbers_are_numbers() -> None:
    home = Household(np.float64(-134.4), np.float64(58.3), "x", np.int64(3), people=np.int64(2))
    assert json.loads(script_json(pod_payload(PodMapData([home]))))["pods"][0]["number"] == 3


def test_nothing_to_show() -> None:
    assert pod_payload(PodMapData([]))["bounds"] is None
    assert match_payload(MatchMapData([], []))["requests"] == []


def test_one_name_in_two_towns_is_two_buildings() -> None:
    homes = [
        Household(lon, 58.3, "1 Front Street", 1, building="1 Front Street", unit=str(k))
        for lon in (-134.40, -134.45)
        for k in range(3)
    ]
    payload = pod_payload(PodMapData(homes))
    assert [(b["lon"], b["doors"]) for b in payload["buildings"]] == [(-134.4, 3), (-134.45, 3)]
    assert payload["households"]["building"] == [0, 0, 0, 1, 1, 1]


def test_one_home_is_shown_with_what_is_near_and_far_candidates_are_left_for_later() -> None:
    data = PlaceMapData(
        "Where?", Spot(-134.4, 58.3), [Spot(-134.401, 58.3, "1"), Spot(-133.9, 58.3, "2")]
    )
    made = place_payload(data)
    assert made["core"] == [-134.401, 58.3, -134.4, 58.3]
    assert made["bounds"] == [-134.401, 58.3, -133.9, 58.3]
    assert [spot["label"] for spot in made["candidates"]] == ["1", "2"]


def test_of_a_home_nobody_knows_the_place_of_only_the_towns_extent_is_told() -> None:
    homes = [(-134.4 + i * 1e-4, 58.3) for i in range(20)]
    made = place_payload(PlaceMapData("Where?", around=homes))
    assert made["pin"] is None
    assert made["bounds"] == made["core"]
    assert str(homes[7][0]) not in json.dumps(made)
    assert place_payload(PlaceMapData("Where?"))["bounds"] is None
