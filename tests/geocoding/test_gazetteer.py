"""The gazetteer's rules, each on a town small enough to check by eye."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.core.errors import ParameterError, RowError
from geomatch.geocoding import QUALITIES, Gazetteer, Geocode
from tests.geocoding.town import PORT_ALDER, Line, gazetteer, row, street_line

TOWN = gazetteer(*PORT_ALDER)


def at(answer: Geocode, place: tuple[object, ...]) -> bool:
    """Whether the answer's point is the row's."""
    return (answer.lon, answer.lat) == place[6:]


def test_an_address_as_written_is_a_rooftop_and_needs_no_reason() -> None:
    answer = TOWN.geocode("12 Spruce Ln, Port Alder, AK 99801")
    assert answer.quality == "rooftop"
    assert answer.score == 1.0
    assert answer.reason == ""
    assert answer.matched_address == "12 Spruce Ln, Port Alder, AK 99801"
    assert at(answer, PORT_ALDER[6])
    assert answer.row == 6


@pytest.mark.parametrize(
    "line",
    [
        "12 SPRUCE LANE, PORT ALDER, ALASKA 99801-1234",
        "012 spruce ln. port alder ak",
        "Port Alder, 12 Spruce Ln",
        "12 Spruce, Port Alder",
        "12 Spruce Ln, Prt Alder, AK",
        "12 Sprcue Ln, Port Alder",
        "12 Spruce Lnae, Port Alder",
        "Spruce Ln 12, Port Alder",
        "12 Spruce Ln, Port Alder, AK 99850",
        "12 Spruce Ln 99801",
        "12 Spruce Ln",
        "12 N Spruce Ln, Port Alder",
        "Elk House 12 Spruce Ln, Port Alder",
        "12 Spruce Ln S, Port Alder",
        "12 Spruce Ln, downtown Port Alder",
        "12 Spruce Ln, SW Port Alder",
        "12 Spruce Rd, Port Alder",
    ],
)
def test_mess_that_leaves_one_place_is_still_a_rooftop(line: str) -> None:
    answer = TOWN.geocode(line)
    assert (answer.quality, answer.row) == ("rooftop", 6), answer
    assert 0 < answer.score <= 1


def test_what_was_corrected_lowers_the_score_and_is_said() -> None:
    for line, word in (
        ("12 Sprcue Ln, Port Alder, AK 99801", "letter"),
        ("12 Spruce Ln, Prt Alder, AK 99801", "town read as Port Alder"),
        ("12 Spruce, Port Alder, AK 99801", "type left out"),
        ("12 Spruce Ln, Port Alder, AK 99850", "ZIP code 99850 does not fit"),
        ("12 Spruce Ln", "no town given"),
    ):
        answer = TOWN.geocode(line)
        assert answer.score < 1, line
        assert word in answer.reason, (line, answer.reason)


def test_a_missing_direction_with_two_streets_is_open_with_both_as_candidates() -> None:
    answer = TOWN.geocode("100 Harbor St, Port Alder")
    assert answer.quality == "none"
    assert math.isnan(answer.lon)
    assert {candidate.address.split(",")[0] for candidate in answer.candidates} == {
        "100 N Harbor St",
        "100 S Harbor St",
    }
    assert "100 N Harbor St" in answer.reason
    assert "100 S Harbor St" in answer.reason


def test_a_missing_direction_with_one_street_that_has_the_number_is_found() -> None:
    assert TOWN.geocode("102 Harbor St, Port Alder").row == 1


def test_a_street_that_exists_is_never_taken_for_its_neighbour() -> None:
    # Number 102 is on North Harbor Street only; South Harbor Street is another street.
    answer = TOWN.geocode("102 S Harbor St, Port Alder")
    assert answer.quality != "rooftop"
    assert "S Harbor" in answer.matched_address
    # And one letter apart, both real:
    assert TOWN.geocode("5 Elm St, Port Alder").row == 17
    assert TOWN.geocode("5 Elk St, Port Alder").row == 18


def test_a_letter_wrong_between_two_streets_is_open() -> None:
    answer = TOWN.geocode("5 Elf St, Port Alder")
    assert answer.quality not in ("rooftop", "interpolated", "street")


@pytest.mark.parametrize(
    "line",
    [
        "13 Spruce Ln, Port Alder, AK",
        "12B Spruce Ln, Port Alder, AK",
        "112 Spruce Ln, Port Alder, AK",
        "12 Walnut Ln, Port Alder, AK",
        "12 Spruce Ln, Tern Cove, AK",
        "12 Spruce Ln, Nome, AK",
        "12 Spruce Ln, Port Alder, WA",
        "across from 12 Spruce Ln, Port Alder",
        "Behind 12 Spruce Ln, Port Alder",
        "12 Spruce Ln, South Port Alder, AK",
        "12 Spruce Ln, S. Port Alder",
        "12 Spruce Ln, New Port Alder",
        "12 Spruce Ln South Port Alder AK",
        "12 Spruce Ln, Port Alder, BC, Canada",
        "12 Spruce Ln, Port Alder, Canada",
        "12 Spruce Ln, 99850",
        "12-14 Spruce Ln, Port Alder",
        "357 East 400 North, Port Alder",
        "357 North 500 East, Port Alder",
        "13.9 Mile Alder Highway, Port Alder",
        "Spruce Ln, Port Alder",
        "Port Alder",
        "",
    ],
)
def test_what_is_not_in_the_gazetteer_is_never_a_rooftop(line: str) -> None:
    answer = TOWN.geocode(line)
    assert answer.quality in QUALITIES
    assert answer.quality != "rooftop"
    assert answer.reason
    assert answer.row == -1
    assert math.isnan(answer.lon) == (answer.quality == "none")


def test_names_in_other_scripts_are_found_and_never_taken_for_each_other() -> None:
    town = gazetteer(row("12", "Старая St"), row("7", "شارع السلام", east=500))
    for line in ("12 Старая St, Port Alder", "7 شارع السلام, Port Alder", "٧ شارع السلام"):
        assert town.geocode(line).quality == "rooftop", line
    for line in ("12 Новая St, Port Alder", "12 St, Port Alder", "7 שדרות רוטשילד, Port Alder"):
        assert town.geocode(line).quality == "town", line


def test_another_town_is_another_address_and_the_one_that_exists_is_named() -> None:
    answer = TOWN.geocode("12 Spruce Ln, Nome, AK")
    assert answer.quality == "none"
    assert answer.candidates[0].address == "12 Spruce Ln, Port Alder, AK 99801"


def test_no_town_and_two_towns_is_open() -> None:
    twice = gazetteer(row("3", "Oak St"), row("3", "Oak St", city="Tern Cove", east=30000))
    answer = twice.geocode("3 Oak St")
    assert answer.quality == "none"
    assert len(answer.candidates) == 2
    assert twice.geocode("3 Oak St, Tern Cove").quality == "rooftop"


def test_a_line_that_names_two_towns_is_open_unless_one_of_them_has_the_address() -> None:
    town = gazetteer(
        row("3", "Oak St"),
        row("3", "Oak St", city="Tern Cove", east=30000),
        row("5", "Oak St", city="Tern Cove", east=30100),
        row("7", "Oak St", city="Nome", east=90000),
    )
    for line in ("3 Oak St, Port Alder, Tern Cove", "Tern Cove, 3 Oak St, Port Alder, AK"):
        assert len(town.geocode(line).candidates) == 2, line
    assert town.geocode("5 Oak St, Port Alder, Tern Cove").row == 2
    assert town.geocode("7 Oak St, Port Alder, Tern Cove").quality == "none"
    columns = town.read_fields(street="3 Oak St, Port Alder", city="Tern Cove")
    assert len(town.geocode(columns).candidates) == 2


def test_a_corner_without_lines_of_streets_does_not_say_that_the_streets_are_unknown() -> None:
    reason = TOWN.geocode("corner of Spruce Ln and S Harbor St, Port Alder").reason
    assert reason == "where SPRUCE LN and S HARBOR ST meet is not known: the town's middle"


def test_town_and_zip_of_two_towns_is_open_where_both_have_the_address() -> None:
    twice = gazetteer(
        row("3", "Oak St"), row("3", "Oak St", city="Tern Cove", postcode="99850", east=30000)
    )
    assert twice.geocode("3 Oak St, Port Alder, AK 99850").quality == "none"


def test_rows_of_one_address_within_60_m_are_one_place_the_one_nearest_the_middle() -> None:
    places = (
        row("9", "Pine St", east=0),
        row("9", "Pine St", east=30),
        row("9", "Pine St", east=55),
    )
    answer = gazetteer(*places).geocode("9 Pine St, Port Alder")
    assert answer.quality == "rooftop"
    assert at(answer, places[1])


def test_rows_of_one_address_farther_apart_are_open_with_their_points() -> None:
    answer = gazetteer(row("9", "Pine St"), row("9", "Pine St", east=65)).geocode("9 Pine St")
    assert answer.quality == "none"
    assert len(answer.candidates) == 2
    assert f"{answer.candidates[0].lon:.5f}" in answer.reason


def test_a_unit_is_found_and_a_unit_unknown_is_the_building_and_says_so() -> None:
    assert TOWN.geocode("20 Cannery Row #2, Port Alder").row == 14
    assert TOWN.geocode("20-2 Cannery Row, Port Alder").row == 14
    assert TOWN.geocode("20B Cannery Row, Port Alder").row == 15
    building = TOWN.geocode("20 Cannery Row Apt 9, Port Alder")
    assert (building.quality, building.row) == ("rooftop", 14)
    assert "unit 9" in building.reason
    assert building.matched_address == "20 Cannery Row, Port Alder, AK 99801"
    assert building.score < 1
    assert TOWN.geocode("20 Cannery Row, Port Alder").row == 14


def test_a_unit_tells_apart_rows_that_are_far_apart() -> None:
    park = gazetteer(
        row("9", "Pine St", unit="1"), row("9", "Pine St", unit="2", east=200), row("11", "Pine St")
    )
    assert park.geocode("9 Pine St Lot 2, Port Alder").row == 1
    assert park.geocode("9 Pine St, Port Alder").quality == "none"
    assert park.geocode("9 Pine St Lot 3, Port Alder").quality == "none"


def test_a_letter_of_the_number_is_a_number_of_its_own() -> None:
    assert TOWN.geocode("12A Spruce Ln, Port Alder").row == 8
    beside = TOWN.geocode("12C Spruce Ln, Port Alder")
    assert beside.quality == "interpolated"
    assert at(beside, PORT_ALDER[6])


def test_street_and_town_are_fallbacks_that_say_so() -> None:
    street = TOWN.geocode("99 Horseshoe Meadows Trl, Port Alder")
    assert street.quality == "street"
    assert at(street, PORT_ALDER[9])
    assert "not in the gazetteer" in street.reason
    town = TOWN.geocode("99 Baker Blvd, Port Alder")
    assert town.quality == "town"
    assert "BAKER BLVD" in town.reason
    assert TOWN.geocode("99 Baker Blvd").quality == "none"


@pytest.mark.parametrize("line", ["PO Box 12, Port Alder, AK 99801", "Gen Delivery, Port Alder"])
def test_a_box_is_never_pinned_and_asks_for_a_place(line: str) -> None:
    answer = TOWN.geocode(line)
    assert answer.quality == "none"
    assert "where help should come" in answer.reason


def test_a_box_beside_a_street_address_does_not_hide_it() -> None:
    assert TOWN.geocode("12 Spruce Ln, PO Box 12, Port Alder, AK").row == 6


def test_points_that_cannot_be_right_are_left_out_with_their_rows() -> None:
    good = [row("1", "Oak St"), row("3", "Oak St", east=20), row("5", "Oak St", east=40)]
    columns = [list(column) for column in zip(*good, *good, strict=True)]
    lon, lat = np.array(columns[6]), np.array(columns[7])
    lon[3], lat[3] = 0.0, 0.0
    lon[4], lat[4] = lat[4], lon[4]
    lon[5] = np.nan
    town = Gazetteer.from_columns(
        ["1", "3", "5", "7", "9", "11"], *columns[1:6], lon=lon, lat=lat, file="g.csv"
    )
    assert [problem.row for problem in town.problems] == [5, 6, 7]
    assert "(0, 0)" in str(town.problems[0])
    assert "swapped" in str(town.problems[1])
    assert len(town) == 3
    assert town.geocode("9 Oak St, Port Alder").quality != "rooftop"
    assert town.geocode("3 Oak St, Port Alder").quality == "rooftop"


def test_a_point_swapped_within_bounds_is_noticed_by_where_the_others_are() -> None:
    burlington = [(-73.2, 44.47)] * 5
    lon, lat = zip(*burlington, (44.47, -73.2), strict=True)
    town = Gazetteer.from_columns([str(i) for i in range(6)], ["Oak St"] * 6, lon=lon, lat=lat)
    assert [problem.row for problem in town.problems] == [7]


def test_a_file_with_all_points_swapped_is_refused() -> None:
    with pytest.raises(RowError, match="swapped"):
        Gazetteer.from_columns(["1", "2"], ["Oak St"] * 2, lon=[58.3, 58.3], lat=[-134.4, -134.4])


def test_a_file_with_all_points_swapped_is_refused_where_both_orders_are_legal() -> None:
    numbers, streets = ["1", "2", "3"], ["Oak St"] * 3
    with pytest.raises(RowError, match="swapped"):
        Gazetteer.from_columns(numbers, streets, lon=[40.7, 44.47, 43.6], lat=[-73.9, -73.2, -72.5])
    abroad = Gazetteer.from_columns(numbers, streets, lon=[2.35] * 3, lat=[48.86] * 3)
    assert not abroad.problems


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ParameterError, match="differ in length"):
        Gazetteer.from_columns(["1"], ["Oak St", "Elm St"], lon=[0.0, 1.0], lat=[1.0, 1.0])


def test_a_gazetteer_without_towns_is_used_and_says_so() -> None:
    bare = gazetteer(row("1", "Oak St", city="", postcode=""))
    answer = bare.geocode("1 Oak St, Port Alder, AK")
    assert answer.quality == "rooftop"
    assert answer.score < 1
    assert "no town" in answer.reason


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    lines = [f"{r[0]} {r[1]}, {r[3]}" for r in PORT_ALDER] + ["102 Harbor St", "12 Sprcue Ln", "x"]
    forwards = gazetteer(*PORT_ALDER).geocode_many(lines)
    backwards = gazetteer(*PORT_ALDER).geocode_many(lines[::-1])[::-1]
    assert [a._replace(lon=0, lat=0) for a in forwards] == [
        a._replace(lon=0, lat=0) for a in backwards
    ]


def test_progress_counts_every_address() -> None:
    done: list[int] = []
    TOWN.geocode_many(["12 Spruce Ln"] * 1201, done.append)
    assert sum(done) == 1201
    assert len(done) > 1


NUMBERS = st.sampled_from([*sorted({r[0] for r in PORT_ALDER}), "12B", "13", "1 1/2", "20-2"])
STREETS = st.sampled_from([*sorted({r[1] for r in PORT_ALDER}), "Harbor St", "Elm", "Main Ave"])
TOWNS = st.sampled_from(["", ", Port Alder", ", Tern Cove", ", Nome", " port alder ak", ", AK"])
EDITS = st.lists(st.tuples(st.integers(0, 60), st.sampled_from("abcenrst #1")), max_size=2)


@given(NUMBERS, STREETS, TOWNS, EDITS)
@settings(max_examples=400, deadline=None)
def test_a_rooftop_always_has_the_number_asked_for(
    number: str, street: str, town: str, edits: list[tuple[int, str]]
) -> None:
    """An independent check: digits of number and town are the row's own."""
    text = f"{number} {street}"
    for place, letter in edits:
        place = min(place, len(text))
        if place > len(number):
            text = text[:place] + letter + text[place + 1 :]
    answer = TOWN.geocode(text + town)
    if answer.quality != "rooftop":
        return
    found = PORT_ALDER[answer.row]
    asked_digits = "".join(c for c in number.split()[0] if c.isdigit())
    assert "".join(c for c in found[0].split()[0] if c.isdigit()).startswith(asked_digits[:2])
    if "Nome" in town:
        raise AssertionError(answer)
    if "Tern" in town:
        assert found[3] == "Tern Cove"
    if "ort" in town:
        assert found[3] == "Port Alder"


def test_a_number_with_very_many_rows_is_weighed_quickly() -> None:
    """A pair of every two of 20,000 rows would fill the memory of the machine."""
    count = 20_000
    lon = np.linspace(-134.4, -134.39, count)
    units = [str(i) for i in range(count)]
    spread = Gazetteer.from_columns(
        ["5"] * count, ["Elm St"] * count, units, lon=lon, lat=np.full(count, 58.3)
    )
    answer = spread.geocode("5 Elm St")
    assert answer.quality == "none"
    assert "20000 places" in answer.reason
    assert len(answer.candidates) <= 25
    assert spread.geocode("5 Elm St #77").row == 77
    tower = Gazetteer.from_columns(
        ["5"] * count, ["Elm St"] * count, units, lon=lon / 1e4, lat=np.full(count, 58.3)
    )
    assert tower.geocode("5 Elm St").quality == "rooftop"


def test_an_empty_gazetteer_and_lines_without_shape_are_no_error() -> None:
    town = Gazetteer.from_columns([], [], lon=[], lat=[])
    assert len(town) == 0
    assert town.geocode("5 Elm St, Port Alder").quality == "none"
    town.add_streets([Line(None, {"name": "Elm St"}), street_line("Oak St", (0, 0), (9, 0))])
    assert town.geocode("5 Elm St").quality == "none"
    assert town.geocode("5 Oak St").quality == "street"
