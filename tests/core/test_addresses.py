"""Reading and normalising an address: one spelling for one address, nothing lost."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.core.addresses import (
    Address,
    AddressReader,
    Street,
    alternatives,
    normalise_city,
    normalise_number,
    normalise_postcode,
    normalise_region,
    normalise_street,
    normalise_unit,
    parse_address,
)
from geomatch.core.addresses.words import (
    DIRECTIONS,
    NAME_WORDS,
    ORDINALS,
    SUFFIX_SPELLINGS,
    SUFFIXES,
    word_set,
)

TOWNS = ("Driggs", "Victor", "Park City", "St. Johnsbury", "Juneau")
READER = AddressReader(TOWNS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("S. Camp Road", "south camp rd"),
        ("357 St", "357th Street"),
        ("First Avenue", "1st Ave."),
        ("Twenty-First Street", "21ST ST"),
        ("State Highway 33", "ID-33"),
        ("Hwy33", "Idaho Route 33"),
        ("U.S. Route 2", "US-2"),
        ("County Rd. 6", "CR 6"),
        ("Mt. Davidson Dr", "Mount Davidson Drive"),
        ("St. Paul St", "Saint Paul Street"),
        ("O’Brien Ln", "OBRIEN LANE"),
        ("Canoe Lp", "Canoe Loop"),
        ("East 500 North", "E. 500 No."),
        ("S 4500W", "South 4500 West"),
        ("N.W. Main St.", "Northwest Main Street"),
        ("Avenue E", "Ave E"),
        ("North Ave Ext", "North Avenue Extension"),
        ("Peñón Rd", "PENON ROAD"),
        ("Łódź Ave", "Lodz Avenue"),
        ("Haleʻiwa Rd", "Hale'iwa Road"),
        ("УЛИЦА Ленина", "улица ленина"),
    ],
)
def test_two_spellings_of_one_street_are_one(one: str, other: str) -> None:
    assert normalise_street(one) == normalise_street(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("S 1000 W", "W 1000 S"),
        ("Main St", "Main Ave"),
        ("N Main St", "Main St N"),
        ("North St", "N North St"),
        ("Meadow Ln", "Meadows Ln"),
        ("Avenue E", "East Ave"),
        ("US Highway 2", "State Highway 2"),
        ("1st St", "11th St"),
        ("St Paul St", "Paul St"),
        ("Новая St", "Старая St"),
        ("شارع السلام", "שדרות רוטשילד"),
    ],
)
def test_two_streets_stay_two(one: str, other: str) -> None:
    assert normalise_street(one) != normalise_street(other)


@pytest.mark.parametrize(
    ("line", "number", "street", "unit", "city"),
    [
        (
            "6312 horseshoe meadows trl driggs id 83422",
            "6312",
            "HORSESHOE MEADOWS TRL",
            "",
            "DRIGGS",
        ),
        ("35 1/2 E. Main St., #4, Driggs", "35 1/2", "E MAIN ST", "4", "DRIGGS"),
        ("35½ East Main Street Apt 4-b Driggs", "35 1/2", "E MAIN ST", "4B", "DRIGGS"),
        ("149-A Main St", "149A", "MAIN ST", "", ""),
        ("149 A Main St", "149A", "MAIN ST", "", ""),
        ("149 A St", "149", "A ST", "", ""),
        ("13.8 Mile Glacier Highway, Juneau", "MILE 13.8", "GLACIER HWY", "", "JUNEAU"),
        ("Mi 12.40 Glacier Hwy", "MILE 12.4", "GLACIER HWY", "", ""),
        ("Glacier Hwy Milepost 23, Juneau AK", "MILE 23", "GLACIER HWY", "", "JUNEAU"),
        ("6 Mile Rd", "6", "MILE RD", "", ""),
        ("357 East 500 North, Driggs", "357", "E 500 N", "", "DRIGGS"),
        ("357E 500N Driggs", "357", "E 500 N", "", "DRIGGS"),
        ("Driggs, Apt 4, 100 Main St", "100", "MAIN ST", "4", "DRIGGS"),
        ("#4 100 Main St", "100", "MAIN ST", "4", ""),
        ("100 Main St 4B", "100", "MAIN ST", "4B", ""),
        ("100 Main St4B", "100", "MAIN ST", "4B", ""),
        ("100 Main St, 4B, Park City UT", "100", "MAIN ST", "4B", "PARK CITY"),
        ("100 Main St 2nd Floor", "100", "MAIN ST", "FL 2", ""),
        ("Bldg 3 Apt 12, 100 Main St, Victor", "100", "MAIN ST", "BLDG 3 12", "VICTOR"),
        ("100 Main St (rear), Victor", "100", "MAIN ST", "REAR", "VICTOR"),
        ("1959 N Highway 33 Driggs ID", "1959", "N HWY 33", "", "DRIGGS"),
        ("12 Upper Ranch Ln", "12", "UPPER RANCH LN", "", ""),
        ("12 Key Dr", "12", "KEY DR", "", ""),
        ("465 pack lane cheshire ct", "465", "PACK LN", "", "CHESHIRE"),
        ("465 Pine Ct", "465", "PINE CT", "", ""),
        ("465 Pine Ct, St Johnsbury VT 5819", "465", "PINE CT", "", "SAINT JOHNSBURY"),
        ("1180 Peachtree Street, NE, Atlanta", "1180", "PEACHTREE ST NE", "", "ATLANTA"),
        ("Elk Run Apts, 100 Main St, Victor", "100", "MAIN ST", "", "VICTOR"),
        ("No. 12 Main St", "12", "MAIN ST", "", ""),
        ("c/o Bob Smith, 12 Main St, Driggs", "12", "MAIN ST", "", "DRIGGS"),
        ("12 Main St Attn: Ann, Driggs", "12", "MAIN ST", "", "DRIGGS"),
        ("100 Main StApt4B Driggs", "100", "MAIN ST", "4B", "DRIGGS"),
        ("100 Main StreetUnit 4, Driggs", "100", "MAIN ST", "4", "DRIGGS"),
        ("12 Main St, Driggs, Victor", "12", "MAIN ST", "", "DRIGGS, VICTOR"),
        ("№ 12 Main St", "12", "MAIN ST", "", ""),
        ("١٢ Main St", "12", "MAIN ST", "", ""),
        ("37‑15 73rd St", "37-15", "73RD ST", "", ""),
        ("\u200f12 Main St\u200f", "12", "MAIN ST", "", ""),
    ],
)
def test_a_line_is_read(line: str, number: str, street: str, unit: str, city: str) -> None:
    read = READER.read(line)
    assert (read.number, str(read.street), read.unit, read.city) == (number, street, unit, city)
    assert read.text == line


@pytest.mark.parametrize(
    ("line", "box", "street"),
    [
        ("PO Box 12, Driggs, ID 83422", "PO BOX 12", ""),
        ("P.O. Box 12 Driggs", "PO BOX 12", ""),
        ("p o box # 12", "PO BOX 12", ""),
        ("POB 12, Driggs", "PO BOX 12", ""),
        ("RR 2 Box 348, Driggs", "RR 2 BOX 348", ""),
        ("HC 61 Box 12", "HC 61 BOX 12", ""),
        ("General Delivery, Juneau, AK 99801", "GENERAL DELIVERY", ""),
        ("100 Main St, PO Box 12, Driggs", "PO BOX 12", "MAIN ST"),
        ("16510 Strong Box, San Antonio, Texas 78247", "", "STRONG BOX"),
        ("12 Boxwood Ln", "", "BOXWOOD LN"),
    ],
)
def test_a_box_is_mail_and_no_place(line: str, box: str, street: str) -> None:
    read = READER.read(line)
    assert (read.box, str(read.street)) == (box, street)
    assert read.is_mail_only == (bool(box) and not street)


@pytest.mark.parametrize(
    ("line", "streets"),
    [
        ("corner of Main St and 2nd Ave, Driggs", {"MAIN ST", "2ND AVE"}),
        ("Main St & Second Ave", {"MAIN ST", "2ND AVE"}),
        ("main st @ 2nd ave", {"MAIN ST", "2ND AVE"}),
        ("Main St / 2nd Ave, Driggs", {"MAIN ST", "2ND AVE"}),
    ],
)
def test_a_corner_has_two_streets(line: str, streets: set[str]) -> None:
    read = READER.read(line)
    assert {str(read.street), str(read.cross)} == streets
    assert not read.number


def test_columns_need_not_be_clean() -> None:
    clean = READER.read_fields(number="66", street="Eva Ln", unit="17", city="Victor", region="ID")
    for fields in (
        {"number": "66", "street": "Eva Ln Unit 17"},
        {"number": "066", "street": "EVA LANE", "unit": "# 17"},
        {"street": "66 Eva Ln, Apt 17"},
        {"number": "66", "street": "Eva Ln Unit 17", "unit": "17"},
    ):
        read = READER.read_fields(**fields, city="victor", region="Idaho")
        assert read._replace(text="") == clean._replace(text=""), fields


def test_a_column_of_streets_is_not_cut_where_a_town_could_be() -> None:
    read = READER.read_fields(number="12B", street="Park Lane Village", city="Victor")
    assert (str(read.street), read.city) == ("PARK LANE VLG", "VICTOR")


def test_parts_have_one_spelling() -> None:
    assert {normalise_unit(x) for x in ("Apt 4B", "#4b", "unit 4-B", "STE. 04B")} == {"4B"}
    assert normalise_unit("Bldg 3") != normalise_unit("Apt 3")
    assert normalise_postcode("5602") == normalise_postcode("05602-1234") == "05602"
    assert normalise_postcode("n/a") == ""
    assert normalise_region("new york") == "NY"
    assert normalise_city("Saint Johnsbury") == normalise_city("ST. JOHNSBURY")
    assert normalise_number("0012") == "12"


def test_alternatives_use_every_word_and_never_repeat_the_reading() -> None:
    for line in (
        "149A Main St",
        "10-4 Eva Ln",
        "Main St 12",
        "100 Broadway 4B",
        "12 Mile Creek Rd",
    ):
        read = READER.read(line)
        others = list(alternatives(read))
        assert others
        assert read not in others
        marks = sorted("".join(filter(str.isalnum, str(read))))
        for other in others:
            assert sorted("".join(filter(str.isalnum, str(other)))) == marks, str(other)


def test_nothing_typed_is_nothing() -> None:
    assert READER.read("") == Address(text="")
    assert not normalise_street("")
    assert not Street("")


# What people type: words that mean something in an address, in any order, and anything else.
WORDS = sorted(
    {*SUFFIXES, *DIRECTIONS, *NAME_WORDS, *ORDINALS}
    | word_set("HWY ROUTE US I CR STATE COUNTY CO FOREST ID VT ST 33 12A 1 01ST 2ND MLK # 1/2 M")
    | word_set("MAIN NEW YORK TWENTY O'BRIEN KING L ND TH 4500 APT UNIT BLDG FL 4B PO BOX")
)
WORDY = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
ANYTHING = WORDY | st.text(max_size=25)
HOUSES = st.tuples(
    st.sampled_from(["12 ", "149A ", "35 1/2 ", "37-15 ", "13.8 Mile ", "Mi 7 "]),
    st.sampled_from(["", "N ", "southwest ", "E. "]),
    st.sampled_from(["Main", "St. Paul", "500", "Old Mill", "1st", "Hwy 33", "Glacier"]),
    st.sampled_from(["", " St", " avenue", " Mdws", " Hwy", " Lp"]),
    st.sampled_from(["", " N", " West"]),
    st.sampled_from(["", " #4", " Apt 4b", ", Bldg 3 Apt 12", " Lot 7"]),
    st.sampled_from([", Driggs", ", Park City, UT", ", St Johnsbury, VT 05819", ", Victor ID"]),
).map("".join)


@given(ANYTHING)
@settings(max_examples=300, deadline=None)
def test_normalising_a_street_twice_is_once(text: str) -> None:
    once = normalise_street(text)
    assert normalise_street(str(once)) == once


@given(ANYTHING)
@settings(max_examples=300, deadline=None)
def test_case_and_dots_do_not_matter(text: str) -> None:
    plain = normalise_street(text)
    assert normalise_street(text.upper().lower()) == normalise_street(text.lower().upper())
    if text.isascii() and "." not in text:
        assert normalise_street(text.swapcase()) == plain
        dotted = " ".join(word + "." for word in text.split())
        assert normalise_street(dotted) == plain


@given(HOUSES)
@settings(max_examples=300, deadline=None)
def test_reading_the_normal_spelling_changes_nothing(line: str) -> None:
    once = READER.read(line)
    assert once.number
    assert once.city
    assert READER.read(str(once))._replace(text="") == once._replace(text="")


@given(HOUSES)
@settings(max_examples=200, deadline=None)
def test_case_does_not_matter_in_a_line(line: str) -> None:
    assert READER.read(line.upper())._replace(text="") == READER.read(line)._replace(text="")


@given(
    st.text(max_size=60) | st.lists(st.sampled_from([*WORDS, ",", "("]), max_size=9).map(" ".join)
)
@settings(max_examples=400, deadline=None)
def test_no_line_breaks_the_reader(line: str) -> None:
    read = READER.read(line)
    assert read.text == line
    for other in alternatives(read):
        assert isinstance(str(other), str)
    READER.read_fields(number=line[:5], street=line, unit=line[-4:], city=line, postcode=line)


@given(st.sampled_from(sorted(SUFFIX_SPELLINGS)), st.data())
@settings(max_examples=100, deadline=None)
def test_every_spelling_of_a_suffix_is_one(suffix: str, data: st.DataObject) -> None:
    spelling = data.draw(st.sampled_from(SUFFIX_SPELLINGS[suffix]))
    assert normalise_street(f"Elm {spelling}") == Street("ELM", suffix)


def test_a_million_letters_are_read_quickly_enough_to_finish() -> None:
    assert READER.read("A" * 1_000_000).text.startswith("AAA")
    assert READER.read("1 " * 100_000).text.startswith("1 1")


@pytest.mark.real_data
def test_vermont_names_and_their_abbreviations_are_one_street(shared_data: Path) -> None:
    with (shared_data / "street_name_pairs_vt" / "pairs.csv").open(encoding="utf-8") as file:
        pairs = [(row["e911_name"], row["expanded_name"]) for row in csv.DictReader(file)]
    unlike = [pair for pair in pairs if normalise_street(pair[0]) != normalise_street(pair[1])]
    # Two of the pairs are errors of the file (another street); the third is "VT" for "Vermont".
    assert len(pairs) == 15374
    assert len(unlike) <= 3, unlike


PART_LABELS = {
    "number": ("AddressNumber", "AddressNumberSuffix"),
    "street": (
        "StreetNamePreDirectional",
        "StreetNamePreModifier",
        "StreetNamePreType",
        "StreetName",
        "StreetNamePostType",
        "StreetNamePostModifier",
        "StreetNamePostDirectional",
    ),
    "unit": ("OccupancyType", "OccupancyIdentifier"),
    "city": ("PlaceName",),
    "region": ("StateName",),
    "postcode": ("ZipCode",),
}
NORMALISE = {
    "number": normalise_number,
    "street": normalise_street,
    "unit": normalise_unit,
    "city": normalise_city,
    "region": normalise_region,
    "postcode": normalise_postcode,
}


@pytest.mark.real_data
def test_labelled_lines_from_all_over_the_country(shared_data: Path) -> None:
    """Without a gazetteer's towns, so where a comma is missing it guesses like anybody."""
    known = {label for labels in PART_LABELS.values() for label in labels}
    right = dict.fromkeys(PART_LABELS, 0)
    count = 0
    path = shared_data / "address_strings_usaddress" / "labeled.csv"
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            tokens = json.loads(row["tokens_json"])
            labels = {label for _, label in tokens}
            if not {"AddressNumber", "StreetName"} <= labels <= known:
                continue
            count += 1
            read = parse_address(row["address"])
            for part, wanted in PART_LABELS.items():
                words = [word for word, label in tokens if label in wanted]
                truth = NORMALISE[part](" ".join(words).replace(",", " ").strip())
                right[part] += getattr(read, part) == truth
    shares = {part: n / count for part, n in right.items()}
    print(f"{count} labelled lines:", {part: f"{share:.1%}" for part, share in shares.items()})
    assert count > 1000
    floor = {
        "number": 0.97,
        "street": 0.84,
        "unit": 0.93,
        "city": 0.85,
        "region": 0.97,
        "postcode": 0.98,
    }
    assert all(shares[part] >= floor[part] for part in floor), shares
