"""Addresses from before a renumbering are found where they are today, or left open."""

from __future__ import annotations

import pytest

from geomatch.core.errors import ColumnError
from geomatch.geocoding import Gazetteer
from geomatch.geocoding.geocodefile import read_former
from geomatch.tables import Table
from tests.geocoding.town import PORT_ALDER, gazetteer, row

PARTS = ("number", "street", "unit", "city", "region", "postcode", "lon", "lat")


def renumbered(*pairs: tuple[str, tuple[object, ...]]) -> Table:
    """Pairs of a former address and today's row."""
    columns = {name: [str(now[i]) for _, now in pairs] for i, name in enumerate(PARTS)}
    return Table.from_columns({"old_address": [old for old, _ in pairs], **columns})


def town(*pairs: tuple[str, tuple[object, ...]]) -> Gazetteer:
    made = gazetteer(*PORT_ALDER)
    made.add_former(read_former(renumbered(*pairs)))
    return made


def test_a_former_address_is_found_under_the_name_it_has_today() -> None:
    answer = town(("3 Mill Rd", PORT_ALDER[6])).geocode("3 mill road, Port Alder")
    assert answer.quality == "rooftop"
    assert (answer.lon, answer.lat) == PORT_ALDER[6][6:]
    assert answer.matched_address == "12 Spruce Ln, Port Alder, AK 99801"
    assert "former" in answer.reason
    assert answer.score < 1
    assert gazetteer(*PORT_ALDER).geocode("3 mill road, Port Alder").quality == "town"


def test_an_address_of_today_and_of_before_is_open() -> None:
    both = town(("14 Spruce Ln", row("900", "Far Rd", east=5000)))
    answer = both.geocode("14 Spruce Ln, Port Alder")
    assert answer.quality == "none"
    assert {place.address.split(",")[0] for place in answer.candidates} == {
        "14 Spruce Ln",
        "900 Far Rd",
    }
    assert both.geocode("12 Spruce Ln, Port Alder").quality == "rooftop"


def test_an_address_that_stayed_where_it_was_is_itself() -> None:
    answer = town(("14 Spruce Ln", PORT_ALDER[7])).geocode("14 Spruce Ln, Port Alder")
    assert (answer.quality, answer.score, answer.row) == ("rooftop", 1.0, 7)


def test_one_former_address_of_two_places_is_open_with_their_names_of_today() -> None:
    answer = town(("3 Mill Rd", PORT_ALDER[6]), ("3 Mill Rd", PORT_ALDER[9])).geocode(
        "3 Mill Rd, Port Alder"
    )
    assert answer.quality == "none"
    assert "7 Horseshoe Meadows Trl" in answer.reason
    assert "12 Spruce Ln" in answer.reason


def test_a_former_address_in_another_town_is_another_address() -> None:
    answer = town(("3 Mill Rd", PORT_ALDER[6])).geocode("3 Mill Rd, Tern Cove")
    assert answer.quality != "rooftop"


def test_a_table_without_old_addresses_is_refused() -> None:
    with pytest.raises(ColumnError, match="old_address"):
        read_former(Table.from_columns({"number": ["1"], "street": ["x"]}))
