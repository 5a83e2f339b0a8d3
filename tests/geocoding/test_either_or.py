"""Lines that name two doors, or a town that may be a longer one: left open, never a coin toss."""

from __future__ import annotations

from typing import Any

import pytest

from geomatch.geocoding import Gazetteer
from tests.geocoding.services import as_json, asker, nominatim, server

BURLINGTON = [
    ("100", "Main St", "", "Burlington", "VT", "05401", -73.21, 44.476),
    ("12", "Oak St", "", "Burlington", "VT", "05401", -73.22, 44.47),
    ("12", "Oak St", "3", "Burlington", "VT", "05401", -73.22, 44.47),
    ("14", "Elm St", "", "Burlington", "VT", "05401", -73.225, 44.473),
]
SOUTH = ("9", "Dorset St", "", "South Burlington", "VT", "05403", -73.18, 44.46)


def gazetteer(*rows: tuple[Any, ...]) -> Gazetteer:
    columns = list(zip(*rows, strict=True))
    return Gazetteer.from_columns(*columns[:6], lon=columns[6], lat=columns[7])


TWO = [
    "12 Oak St / 14 Elm St",
    "12 Oak St/14 Elm St",
    "12 Oak St; 14 Elm St",
    "12 Oak St\n14 Elm St",
    "12 Oak St or 14 Elm St",
    "12 Oak St & 14 Elm St, Burlington",
    "12 Oak St, 14 Elm St, Burlington VT",
    "12 Oak St Apt 3, Burlington; 14 Elm St, Burlington",
]


@pytest.mark.parametrize("line", TWO)
def test_two_addresses_in_one_cell_are_left_open_with_both(line: str) -> None:
    found = gazetteer(*BURLINGTON).geocode(line)
    assert found.quality == "none"
    assert [place.address.split(",")[0][:9] for place in found.candidates] == [
        "12 Oak St",
        "14 Elm St",
    ]
    assert "2 addresses" in found.reason


@pytest.mark.parametrize("line", TWO)
def test_two_addresses_in_one_cell_are_sent_to_nobody(line: str) -> None:
    with server(as_json(nominatim())) as (url, asked):
        (found,) = asker(url)[0].geocode_many([line])
    assert asked == []
    assert "2 addresses" in found.reason


def test_two_addresses_in_columns_are_left_open_as_well() -> None:
    known = gazetteer(*BURLINGTON)
    asked = known.read_fields(number="12", street="Oak St / 14 Elm St", city="Burlington")
    assert len(known.geocode(asked).candidates) == 2


@pytest.mark.parametrize(
    "line",
    [
        "12 Oak St, Apt 3; ring twice",
        "12 Oak St; Apt 3",
        "12 Oak St, 3",
        "12 Oak St / Apt 3",
        "12 Oak St; 12 Oak Street, Burlington",
        "12 Oak St, 5th floor",
        "12 Oak St, Burlington, 05401",
    ],
)
def test_a_unit_or_a_note_is_no_second_address(line: str) -> None:
    found = gazetteer(*BURLINGTON).geocode(line)
    assert found.quality == "rooftop", found
    assert found.matched_address.startswith("12 Oak St")


UNCUT = "100 Main Street South Burlington VT"


def test_an_uncut_longer_town_is_not_the_middle_of_the_shorter_one() -> None:
    found = gazetteer(*BURLINGTON).geocode(UNCUT)
    assert found.quality == "none"
    assert "no town South Burlington" in found.reason


def test_an_uncut_longer_town_is_placed_where_it_is_known() -> None:
    found = gazetteer(*BURLINGTON, SOUTH).geocode(UNCUT)
    assert (found.quality, found.matched_address) == ("town", "South Burlington, VT")


def test_no_typing_mistake_makes_the_south_of_the_north() -> None:
    north = [(*row[:3], "North Burlington", *row[4:]) for row in BURLINGTON]
    assert gazetteer(*north).geocode("100 Main St, South Burlington").quality == "none"
