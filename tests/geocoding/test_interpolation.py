"""House numbers that no row has: between neighbours, along ranges, at corners."""

from __future__ import annotations

import pytest
import shapely

from geomatch.core.errors import ParameterError
from geomatch.geocoding import Gazetteer
from tests.geocoding.town import PORT_ALDER, Line, gazetteer, metres, row, street_line

TOWN = gazetteer(*PORT_ALDER)


def test_a_number_between_neighbours_on_its_side_is_interpolated() -> None:
    answer = TOWN.geocode("107 N Harbor St, Port Alder")
    assert answer.quality != "interpolated"  # nothing on the odd side to lie between
    answer = TOWN.geocode("106 N Harbor St, Port Alder")
    assert answer.quality == "interpolated"
    assert metres(answer, row("", "", east=60)) < 1
    assert "106" in answer.reason
    assert answer.score < 1


def test_a_milepost_between_mileposts_is_interpolated() -> None:
    assert TOWN.geocode("Mi 13.8 Alder Hwy, Port Alder").row == 11
    answer = TOWN.geocode("Mile 14 Alder Hwy, Port Alder")
    assert answer.quality == "interpolated"
    assert metres(answer, row("", "", east=9200, north=4000)) < 1


def with_streets() -> Gazetteer:
    town = gazetteer(*PORT_ALDER)
    taken = town.add_streets(
        [
            street_line(
                "Walnut Rd", (0, 0), (200, 0), left_from=1, left_to=99, right_from=2, right_to=98
            ),
            street_line("Walnut Rd", (200, 0), (400, 0), right_from=100, right_to=198),
            street_line("Backwards Ln", (0, 900), (100, 900), left_from=20, left_to=10),
            street_line("S Harbor St", (0, -500), (0, -700), left_from=101, left_to=199),
            street_line("", (0, 0), (1, 1)),
        ]
    )
    assert taken == 4
    return town


def test_a_range_of_a_street_places_a_number_on_its_side() -> None:
    town = with_streets()
    odd = town.geocode("51 Walnut Rd, Port Alder")
    even = town.geocode("50 Walnut Road, Port Alder")
    assert odd.quality == even.quality == "interpolated"
    assert metres(odd, row("", "", east=102, north=20)) < 2  # left of west to east is north
    assert metres(even, row("", "", east=100, north=-20)) < 2
    assert metres(town.geocode("150 Walnut Rd, Port Alder"), row("", "", east=302, north=-20)) < 2
    backwards = town.geocode("12 Backwards Ln, Port Alder")
    assert metres(backwards, row("", "", east=80, north=920)) < 2


def test_a_number_in_no_range_is_no_better_than_the_street() -> None:
    town = with_streets()
    assert town.geocode("151 Walnut Rd, Port Alder").quality == "street"  # no odd side there
    assert town.geocode("999 Walnut Rd, Port Alder").quality == "street"
    assert town.geocode("15 Backwards Ln, Port Alder").quality == "street"
    assert town.geocode("Walnut Rd, Port Alder").quality == "street"
    assert town.geocode("151 S Harbor St, Port Alder").quality == "interpolated"


def test_a_line_lies_in_the_town_of_the_nearest_address() -> None:
    town = with_streets()
    assert town.geocode("51 Walnut Rd, Tern Cove").quality == "town"


def test_streets_must_be_lines() -> None:
    with pytest.raises(ParameterError, match="give lines"):
        gazetteer(*PORT_ALDER).add_streets([Line(shapely.Point(0, 0), {"name": "Main St"})])


def test_a_corner_is_where_its_streets_meet() -> None:
    town = gazetteer(*PORT_ALDER)
    town.add_streets(
        [
            street_line("Walnut Rd", (0, 0), (200, 0)),
            street_line("Birch Rd", (100, -100), (100, 100)),
            street_line("Far Rd", (500, 500), (600, 600)),
        ]
    )
    corner = town.geocode("corner of Walnut Rd and Birch Rd, Port Alder")
    assert corner.quality == "street"
    assert metres(corner, row("", "", east=100)) < 6
    assert town.geocode("Walnut & Birch, Port Alder").quality == "street"
    assert town.geocode("Walnut Rd and Far Rd, Port Alder").quality in ("town", "none")
    assert TOWN.geocode("Spruce Ln and Cannery Row, Port Alder").quality in ("town", "none")
