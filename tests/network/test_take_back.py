"""A whole import is taken back: everything is as it was, but for what people changed since."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from hypothesis import given, settings

from geomatch.core.errors import InputError
from geomatch.network.duplicates.finding import declare_two
from geomatch.network.duplicates.merging import merge_people, undo_merge
from geomatch.network.intake.services import take_back
from geomatch.network.locating.look_up import locate_households
from geomatch.network.models import (
    AuditEvent,
    Household,
    Person,
    Request,
    RiskFlag,
    SheetImport,
    Skill,
    Volunteer,
)
from geomatch.network.scope import use_network
from tests.factories import MatchFactory, MembershipFactory, NetworkFactory, VolunteerFactory
from tests.network.sheets_of import FILES, everything, table, take

SHEET = {
    "ID": ["1", "2"],
    "Name": ["Ana Ruiz", "Bo Lind"],
    "Address": ["12 Main St", "14 Main St"],
    "Phone": ["555-0101", ""],
}
LATER = {
    "ID": ["1", "3"],
    "Name": ["Ana Ruiz", "Cy"],
    "Address": ["99 Fir St", "16 Main St"],
    "Phone": ["555-0202", "555-0303"],
}


@pytest.fixture
def twice(inside):
    """A network into which two sheets came; what it was between them, and the second import."""
    take(inside, Neighbors=table(**SHEET))
    Household.objects.filter(ref="1").update(
        location=Point(-134.4, 58.3, srid=4326),
        location_m=Point(1000, 2000),
        quality="rooftop",
        street="Main Street",
        geocode_score=0.98,
    )
    before = everything()
    second = take(inside, Neighbors=table(**LATER)).sheet_import
    return inside, before, second


def undo(network, taken):
    return take_back(network=network, sheet_import=taken, actor=None)


def kept(done) -> list[tuple[str, str, str]]:
    return [(row["what"], row["column"], row["why"]) for row in done.kept]


@pytest.mark.django_db
@settings(max_examples=30, deadline=None)
@given(first=FILES, second=FILES)
def test_everything_is_exactly_as_it_was(first, second):
    with use_network(NetworkFactory()) as network:
        take(network, **first)
        before = everything()
        taken = take(network, **second).sheet_import
        done = undo(network, taken)
        assert done.kept == []
        assert everything() == before


def test_points_and_the_day_of_the_last_change_come_back_too(twice):
    network, before, second = twice
    assert Household.objects.get(ref="1").quality == "none"
    done = undo(network, second)
    assert done.figures() == {"removed": 2, "restored": 2, "kept": 0}
    assert everything() == before


def test_addresses_that_were_looked_up_since_go_back_all_the_same(twice):
    network, _, second = twice
    locate_households(network=network, actor=None)
    assert undo(network, second).kept == []
    home = Household.objects.get(ref="1")
    assert (home.given_address, home.quality, home.location.coords) == (
        "12 Main St",
        "rooftop",
        (-134.4, 58.3),
    )
    assert not Household.objects.filter(ref="3").exists()


def test_what_people_changed_since_stays_and_is_said(twice):
    network, _, second = twice
    Person.objects.filter(name="Ana Ruiz").update(phone="555-0999")
    Household.objects.filter(ref="3").update(meeting_place="the library")
    done = undo(network, second)
    assert ("person", "phone", "changed since") in kept(done)
    assert ("household", "", "changed since") in kept(done)
    assert ("person", "", "changed since") not in kept(done), "Cy's own row was not touched"
    ana = Person.objects.get(name="Ana Ruiz")
    assert (ana.phone, ana.household.given_address) == ("555-0999", "12 Main St")
    assert Household.objects.get(ref="3").meeting_place == "the library"


def test_a_pin_placed_since_stays_and_the_address_goes_back(twice):
    network, _, second = twice
    pin = Point(-134.45, 58.31, srid=4326)
    Household.objects.filter(ref="1").update(
        location=pin, location_m=Point(5, 5), quality="hand_placed", geocode_source="Ana"
    )
    done = undo(network, second)
    assert kept(done) == [("household", "location", "placed by hand since")]
    home = Household.objects.get(ref="1")
    assert (home.given_address, home.location.coords) == ("12 Main St", pin.coords)


def test_doubt_about_an_older_pin_goes_back_with_the_address(inside):
    take(inside, Neighbors=table(**SHEET))
    pin = {"location": Point(-134.45, 58.31, srid=4326), "location_m": Point(5, 5)}
    Household.objects.filter(ref="1").update(
        **pin, quality="hand_placed", geocode_source="a person"
    )
    before = everything()
    second = take(inside, Neighbors=table(**LATER)).sheet_import
    home = Household.objects.get(ref="1")
    assert (home.doubt, home.location.coords) == ("moved", pin["location"].coords)
    assert undo(inside, second).kept == []
    assert everything() == before


def test_who_asked_to_be_left_alone_since_is_found_by_the_next_sheet(inside):
    cells = {"Name": ["Cy"], "Address": ["16 Main St"], "Health flags": ["immunocompromised"]}
    taken = take(inside, Neighbors=table(**cells)).sheet_import
    Household.objects.update(do_not_contact=True)
    done = undo(inside, taken)
    assert sorted(kept(done)) == [
        ("health flag", "", "needed by a person"),
        ("household", "", "changed since"),
        ("person", "", "needed by a household"),
    ]
    take(inside, Neighbors=table(**cells))
    assert Household.objects.get().do_not_contact
    assert RiskFlag.objects.get().person == Person.objects.get()


def test_who_was_made_one_with_somebody_since_stays(twice):
    network, before, second = twice
    bo, cy = (Person.objects.get(name=name) for name in ("Bo Lind", "Cy"))
    merge = merge_people(network=network, kept=cy, other=bo, chosen={}, actor=None)
    done = undo(network, second)
    assert ("person", "", "needed by a neighbour made of two") in kept(done)
    undo_merge(network=network, merge=merge, actor=None)
    assert {row["name"] for row in before["Person"]} <= set(
        Person.objects.values_list("name", flat=True)
    )


def test_who_is_only_said_to_be_another_goes(twice):
    network, before, second = twice
    declare_two(Person.objects.get(name="Ana Ruiz"), Person.objects.get(name="Cy"))
    assert undo(network, second).kept == []
    assert everything() == before


def test_who_is_in_a_pod_or_matched_by_now_stays(inside):
    taken = take(
        inside,
        Neighbors=table(**SHEET),
        Requests=table(Name=["Ana Ruiz"], Need=["rides"]),
    ).sheet_import
    MembershipFactory(household=Household.objects.get(ref="2"))
    MatchFactory(request=Request.objects.get(), volunteer=VolunteerFactory())
    done = undo(inside, taken)
    assert {what for what, _, _ in kept(done)} == {"household", "person", "request", "kind of help"}
    assert ("request", "", "needed by a match") in kept(done)
    assert ("household", "", "needed by a plan of pods") in kept(done)
    assert Person.objects.filter(name="Bo Lind").exists(), "Bo lives behind a door that stays"


def test_volunteers_flags_and_kinds_of_help_go_too(inside):
    before = everything()
    taken = take(
        inside,
        Neighbors=table(**SHEET, **{"Exposed until": ["2026-12-01", ""]}),
        Volunteers=table(Name=["Bo Lind"], Address=["14 Main St"], Skills=["rides; tutoring"]),
        Requests=table(Name=["Ana Ruiz"], Need=["groceries"]),
    ).sheet_import
    assert [m.objects.count() for m in (RiskFlag, Volunteer, Request, Skill)] == [1, 1, 1, 3]
    undo(inside, taken)
    assert everything() == before


def test_imports_are_taken_back_one_after_the_other(inside):
    empty = everything()
    first = take(inside, Neighbors=table(**SHEET)).sheet_import
    second = take(inside, Neighbors=table(**LATER)).sheet_import
    undo(inside, second)
    assert undo(inside, first).kept == []
    assert everything() == empty


def test_an_id_that_somebody_else_has_by_now_is_not_given_back(inside):
    take(inside, Neighbors=table(Name=["Ana"], Address=["12 Main St"]))
    second = take(inside, Neighbors=table(ID=["A1"], Name=["Ana"], Address=["12 Main St"]))
    take(inside, Neighbors=table(Name=["Bo"], Address=["14 Main St"]))
    done = undo(inside, second.sheet_import)
    assert kept(done) == [("household", "ref", "its earlier id is somebody else's now")]
    assert sorted(Household.objects.values_list("ref", flat=True)) == ["A1", "auto-00001"]


def test_only_once_and_only_with_a_before_image(inside):
    taken = take(inside, Neighbors=table(**SHEET)).sheet_import
    undo(inside, taken)
    with pytest.raises(InputError, match="taken back already"):
        undo(inside, taken)
    old = SheetImport.objects.create(file_name="old.csv")
    with pytest.raises(InputError, match="nothing was kept"):
        undo(inside, old)


def test_what_was_there_before_is_sealed_and_forgotten_afterwards(twice):
    network, _, second = twice

    def stored() -> str:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT before_image FROM network_sheetimport WHERE id = %s", [second.pk]
            )
            return cursor.fetchone()[0] or ""

    assert "given_address" not in stored()
    assert stored()
    undo(network, second)
    second.refresh_from_db()
    assert second.before_image == ""
    assert second.taken_back["restored"] == 2
    assert "Main" not in str(AuditEvent.objects.values_list("figures", flat=True))
