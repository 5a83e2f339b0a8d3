"""The rows: what each door says, in which language, and under which heading."""

from __future__ import annotations

from maps.streetlists import Door
from maps.streetlists.document import list_data

from .samples import apartments, at, harbor_street, options, pod, replace


def rows(doors, **values):
    return list_data(pod(doors), options(**values))["rows"]


def headings(doors, **values):
    return [row["text"] for row in rows(doors, **values) if row["kind"] == "heading"]


def test_rows_are_numbered_without_gaps():
    numbers = [
        r["number"] for r in rows(harbor_street(3) + apartments(9)) if r["kind"] != "heading"
    ]
    assert numbers == list(range(1, 13))


def test_minimum_has_no_phone_and_no_language():
    assert all(row["contact"] == [] for row in rows(harbor_street(3)))


def test_contact_has_phone_and_languages_in_the_language_of_the_paper():
    assert [
        row["contact"] for row in rows(harbor_street(3), order="street", details="contact")
    ] == [
        ["Phone 907-555-0100", "Speaks Spanish"],
        ["Phone 907-555-0101", "Speaks English, Tagalog"],
        ["Phone 907-555-0102", "Language not known"],  # unknown is not English
    ]
    spanish = rows(harbor_street(3), order="street", details="contact", language="es")
    assert spanish[1]["contact"] == ["Tel. 907-555-0101", "Habla inglés, tagalo"]


def test_a_building_has_a_heading_and_its_rows_the_unit_alone():
    found = rows(apartments(9), order="street")
    assert found[0]["text"] == "240 Alder Way · 9 homes"
    assert [row["address"] for row in found[1:4]] == ["Unit 1A", "Unit 1B", "Unit 1C"]


def test_two_doors_at_one_address_need_no_heading():
    found = rows(apartments(2), order="street")
    assert [row["address"] for row in found] == ["240 Alder Way, Unit 1A", "240 Alder Way, Unit 1B"]


def test_units_written_out_stay_as_they_are():
    doors = [
        Door(number="1", street="Alder Way", unit=u) for u in ("Apt 3", "#4", "Lot 5", "6", "B")
    ]
    assert [row["address"] for row in rows(doors, order="street")[1:]] == [
        "Unit 6",
        "#4",
        "Apt 3",
        "Unit B",
        "Lot 5",
    ]
    assert rows(doors, order="street", language="es")[1]["address"] == "Apto. 6"


def test_odd_and_even_sides_have_headings():
    assert headings(harbor_street(4), order="odd-even", language="en") == [
        "Harbor Street, odd numbers",
        "Harbor Street, even numbers",
    ]
    assert headings(harbor_street(4), order="odd-even", language="tl")[0] == (
        "Harbor Street, mga numerong gansal"
    )
    assert headings(harbor_street(4), order="walk") == []


def test_the_city_is_said_once_or_on_every_row():
    doors = harbor_street(2)
    assert list_data(pod(doors), options())["city"] == "Port Halyard"
    assert rows(doors, order="street")[0]["address"] == "101 Harbor Street"
    mixed = [doors[0], replace(doors[1], city="Eider")]
    assert list_data(pod(mixed), options())["city"] == ""
    assert rows(mixed, order="street")[1]["address"] == "102 Harbor Street, Eider"


def test_please_skip_has_no_boxes_name_or_contact():
    doors = [replace(harbor_street(1)[0], do_not_contact=True), harbor_street(2)[1]]
    found = rows(doors, order="street", details="contact")
    assert (found[0]["kind"], found[0]["name"], found[0]["contact"]) == ("skip", "", [])
    assert found[0]["address"] == "101 Harbor Street"
    assert found[1]["kind"] == "door"


def test_a_place_without_a_number_shows_how_to_find_it():
    door = Door(name="Ida", street="13.8 Mile Beacon Highway", directions="Blue house by the creek")
    (row,) = rows([door])
    assert (row["address"], row["remarks"]) == (
        "13.8 Mile Beacon Highway",
        ["Blue house by the creek"],
    )


def test_pods_with_names_go_by_their_names():
    assert list_data(pod(pod="12"), options(language="tl"))["title"] == "Pangkat 12"
    assert list_data(pod(pod="Harbor Street"), options())["title"] == "Harbor Street"


def test_the_walk_is_told_in_minutes_and_in_both_units():
    doors = [replace(door, **at(x, 0)) for door, x in zip(harbor_street(2), (0, 400), strict=True)]
    said = list_data(pod(doors), options())["walk"].replace("\u00a0", " ")
    assert said == "the walk: about 5 min, 400 m · 0.2 mi"
    far = [doors[0], replace(doors[1], **at(9_000, 0))]
    said = list_data(pod(far), options(language="es"))["walk"].replace("\u00a0", " ")
    assert said == "el recorrido: unos 2.0 h, 9.0 km · 5.6 mi"
    assert list_data(pod(doors[:1]), options())["walk"] == ""
    assert list_data(pod(doors), options(order="street"))["walk"] == ""
