"""What a column holds is proposed from its name, in several languages, and from its values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomatch.network.intake.sheets.columns import FIELDS, Kind, recognise
from geomatch.network.intake.sheets.mapping import corrected, header_digest, propose
from tests.network.sheets_of import table


def fields(proposal) -> dict[str, str | None]:
    return {guess.name: guess.field for guess in proposal.columns}


@pytest.mark.parametrize(
    "headers",
    [
        ("Name", "Home address", "Phone number", "Languages", "Zip code"),
        ("Nombre y apellido", "Dirección", "Número de teléfono", "Idiomas", "Código postal"),
        ("Buong pangalan", "Tirahan", "Numero ng telepono", "Mga wika", "ZIP"),
    ],
)
def test_names_in_three_languages(headers):
    sheet = table(**{header: ["x"] for header in headers})
    assert list(fields(propose(sheet)).values()) == [
        "name", "address", "phone", "languages", "postcode",
    ]  # fmt: skip


def test_values_tell_where_names_do_not():
    sheet = table(
        A=["Ana Ruiz", "Bo O'Neil"],
        B=["12 Main St", "14½ Harbor Way, Apt 2"],
        C=["(907) 555-0101", "907.555.0102"],
        D=["ana@example.org", "bo@example.org"],
        E=["99801", "99801-1234"],
        F=["Spanish; English", "tagalog"],
        G=["yes", "no"],
        H=["3", "4"],
    )
    proposal = propose(sheet, kind=Kind.HOUSEHOLDS)
    assert list(fields(proposal).values()) == [
        "name", "address", "phone", "email", "postcode", "languages", None, None,
    ]  # fmt: skip
    assert {guess.told_by for guess in proposal.columns} == {"values", ""}
    assert proposal.recognised.columns["phone"] == "C"


def test_a_name_goes_before_values_and_nothing_is_claimed_twice():
    sheet = table(
        Phone=["907-555-0101"] * 2, Cell=["907-555-0102"] * 2, Fax=["907-555-0103"] * 2,
        Name=["Ana", "Bo"], Address=["1 A St", "2 B St"],
    )  # fmt: skip
    said = fields(propose(sheet))
    assert said["Phone"] == "phone"
    assert [said["Cell"], said["Fax"]] == [None, None]


def test_samples_are_the_first_three_different_values():
    sheet = table(Name=["", "Ana", "Ana", "Bo", "Cy", "Di"], Address=["1 A St"] * 6)
    assert propose(sheet).columns[0].samples == ("Ana", "Bo", "Cy")


def test_what_is_missing_is_said_and_nothing_raises():
    proposal = propose(table(Colour=["red", "blue"]), kind=Kind.HOUSEHOLDS)
    assert proposal.missing == (("name",), ("address", "street"))
    assert proposal.recognised is None


def test_a_person_corrects_and_leaves_out():
    sheet = table(Who=["Ana"], Where=["12 Main St"], Tel=["5550101"])
    said = corrected(
        sheet,
        sheet="x",
        kind=Kind.HOUSEHOLDS,
        fields={"name": "Who", "address": "Where", "notes": "Tel", "phone": "gone", "bogus": "Tel"},
    )
    assert fields(said) == {"Who": "name", "Where": "address", "Tel": "notes"}
    assert corrected(sheet, sheet="x", kind=None, fields={}).recognised is None


def test_what_it_was_last_time_goes_before_names():
    sheet = table(Name=["12 Main St"], Address=["Ana"])
    proposal = propose(sheet, remembered={"name": "Address", "address": "Name"})
    assert fields(proposal) == {"Name": "address", "Address": "name"}
    assert header_digest(["Name", "Address"]) != header_digest(["Address", "Name"])


@given(
    cells=st.dictionaries(
        st.text(min_size=1, max_size=12), st.lists(st.text(max_size=20), min_size=2, max_size=2),
        min_size=1, max_size=6,
    ),
    kind=st.sampled_from([None, *Kind]),
)  # fmt: skip
def test_anything_is_proposed_something(cells, kind):
    sheet = table(**cells)
    proposal = propose(sheet, kind=kind)
    claimed = [guess.field for guess in proposal.columns if guess.field]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= set(FIELDS[proposal.kind])
    if proposal.recognised and kind is None:
        try:
            strict = recognise(sheet.names)
        except ValueError:
            return
        assert set(strict.columns.values()) <= set(proposal.recognised.columns.values())
