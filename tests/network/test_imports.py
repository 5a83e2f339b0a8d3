"""A spreadsheet comes in: what is taken, what is rejected, what a second time changes."""

from __future__ import annotations

import pytest

from geomatch.core.errors import ColumnError, RowError, TableError
from geomatch.network.intake.files.rejected import unpress
from geomatch.network.intake.services import import_sheet
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
from tests.factories import NetworkFactory
from tests.network.sheets_of import table


def take(network, *, strict=False, **sheets):
    return import_sheet(
        network=network, sheets=sheets, file_name="sheet.xlsx", actor=None, strict=strict
    )


NEIGHBORS = {
    "ID": ["1", "2"],
    "Name": ["Ana Ruiz", "Bo Lind"],
    "Address": ["12 Main St", "14 Main St"],
    "# in household": ["3", ""],
}


def test_neighbours_volunteers_and_requests_are_tied_together(inside):
    take(
        inside,
        Neighbors=table(**NEIGHBORS),
        Volunteers=table(Name=["Bo Lind"], Address=["14 Main St"], Skills=["Groceries; Rides"]),
        Requests=table(Name=["Ana Ruiz"], Need=["groceries"], Urgency=["urgent"]),
    )
    assert Household.objects.count() == 2
    assert Person.objects.count() == 2, "nobody is written down twice"
    assert Volunteer.objects.get().person.name == "Bo Lind"
    assert Request.objects.get().person.household.people_count == 3
    assert {"groceries", "rides"} <= set(Skill.objects.values_list("code", flat=True))


def test_sheets_may_come_in_any_order(inside):
    take(
        inside,
        Requests=table(Name=["Ana Ruiz"], Need=["groceries"]),
        Neighbors=table(**NEIGHBORS),
    )
    assert Request.objects.get().person.household.ref == "1"


def test_a_volunteer_from_elsewhere_is_in_no_pod(inside):
    take(inside, Volunteers=table(Name=["Cy"], Address=["1 Far Rd"], Skills=["rides"]))
    assert Household.objects.get().in_pods is False


def test_the_same_sheet_twice_changes_nothing(inside):
    take(inside, Neighbors=table(**NEIGHBORS))
    before = list(Household.objects.values())
    again = take(inside, Neighbors=table(**NEIGHBORS))
    assert again.figures["households"] == {"new": 0, "changed": 0, "same": 2, "rejected": 0}
    assert list(Household.objects.values()) == before


def test_rows_without_ids_are_known_again_by_name_and_address(inside):
    sheet = {name: cells for name, cells in NEIGHBORS.items() if name != "ID"}
    take(inside, Neighbors=table(**sheet))
    take(inside, Neighbors=table(**sheet))
    assert Household.objects.count() == 2


def test_two_households_at_one_address_stay_two_and_a_shared_phone_ties_nobody(inside):
    take(
        inside,
        Neighbors=table(Name=["Ana", "Bo"], Address=["12 Main St"] * 2, Phone=["555-0101"] * 2),
    )
    assert Household.objects.count() == 2
    assert Person.objects.values("household").distinct().count() == 2


def test_the_same_neighbour_twice_in_one_sheet_is_taken_once(inside):
    result = take(inside, Neighbors=table(Name=["Ana", "ANA "], Address=["12 Main St"] * 2))
    assert Household.objects.count() == 1
    assert "same neighbour as in row 2" in result.rejected[0]["message"]


def test_do_not_contact_and_hidden_survive_every_import(inside):
    said = {**NEIGHBORS, "Do not contact": ["yes", ""], "Hidden": ["", "yes"]}
    take(inside, Neighbors=table(**said))
    take(inside, Neighbors=table(**NEIGHBORS))
    assert Household.objects.get(ref="1").do_not_contact
    assert Household.objects.get(ref="2").hidden


def test_a_pin_placed_by_hand_survives_a_new_address(inside):
    take(inside, Neighbors=table(**NEIGHBORS))
    home = Household.objects.get(ref="1")
    home.quality, home.geocode_source = "hand_placed", "a person"
    home.save()
    take(inside, Neighbors=table(**{**NEIGHBORS, "Address": ["99 Other St", "14 Main St"]}))
    home.refresh_from_db()
    assert (home.quality, home.given_address) == ("hand_placed", "99 Other St")


def test_a_new_address_asks_for_a_new_point(inside):
    take(inside, Neighbors=table(**NEIGHBORS))
    Household.objects.filter(ref="1").update(quality="rooftop", geocode_reason="found")
    take(inside, Neighbors=table(**{**NEIGHBORS, "Address": ["99 Other St", "14 Main St"]}))
    home = Household.objects.get(ref="1")
    assert (home.quality, home.geocode_reason) == ("none", "")


@pytest.mark.parametrize(
    ("lon", "lat", "quality", "reason"),
    [
        ("-134.4", "58.3", "hand_placed", ""),
        ("58.3", "-79.4", "none", "outside"),
        ("-100", "40", "none", "outside the network"),
        ("", "", "none", ""),
    ],
)
def test_coordinates_of_the_sheet(inside, lon, lat, quality, reason):
    take(inside, Neighbors=table(Name=["Ana"], Address=["12 Main St"], Lon=[lon], Lat=[lat]))
    home = Household.objects.get()
    assert home.quality == quality
    assert reason in home.geocode_reason
    assert (home.location is None) == (quality == "none")


def test_coordinates_that_look_swapped_are_flagged_and_not_placed(db):
    """Near 60 degrees each way both numbers are possible, and only the network tells."""
    from django.contrib.gis.geos import MultiPolygon, Polygon

    boundary = MultiPolygon(Polygon.from_bbox((30, 50, 31, 51)))
    network = NetworkFactory(boundary=boundary)
    with use_network(network):
        take(network, Neighbors=table(Name=["A"], Address=["1 A St"], Lon=["50.5"], Lat=["30.5"]))
        assert "look swapped" in Household.objects.get().geocode_reason


def test_flags_are_kept_with_their_last_day_and_renewed(inside):
    sheet = {**NEIGHBORS, "Exposed until": ["2026-12-01", ""]}
    take(inside, Neighbors=table(**sheet))
    take(inside, Neighbors=table(**{**sheet, "Exposed until": ["2026-12-09", ""]}))
    assert [flag.as_cell() for flag in RiskFlag.objects.all()] == ["exposed@2026-12-09"]


class TestASecondTime:
    """What a later sheet may change, and what it may not."""

    def test_a_column_that_is_not_there_changes_nothing(self, inside):
        whole = {
            **NEIGHBORS,
            "Point person?": ["yes", ""],
            "Drives": ["yes", ""],
        }
        take(inside, Neighbors=table(**whole))
        few = {name: NEIGHBORS[name] for name in ("ID", "Name", "Address")}
        take(inside, Neighbors=table(**few, Phone=["555-0101", ""]))
        ana = Person.objects.get(name="Ana Ruiz")
        assert (ana.is_point_person, ana.drives, ana.phone) == (True, True, "555-0101")
        assert ana.household.people_count == 3

    def test_a_volunteers_skills_survive_a_sheet_without_them(self, inside):
        who = {"Name": ["Bo"], "Address": ["14 Main St"]}
        take(inside, Volunteers=table(**who, Skills=["rides"], Capacity=["4"]))
        take(inside, Volunteers=table(**who, Phone=["555-0101"]))
        bo = Volunteer.objects.get()
        assert (bo.skills, bo.capacity) == (["rides"], 4)

    def test_a_volunteer_may_get_an_id_later(self, inside):
        who = {"Name": ["Bo"], "Address": ["14 Main St"], "Skills": ["rides"]}
        take(inside, Volunteers=table(**who))
        take(inside, Volunteers=table(ID=["V9"], **who))
        assert Volunteer.objects.get().ref == "V9"

    def test_one_volunteer_under_two_ids_is_rejected_once(self, inside):
        result = take(
            inside,
            Volunteers=table(
                ID=["V1", "V2"], Name=["Bo"] * 2, Address=["14 Main St"] * 2, Skills=["rides"] * 2
            ),
        )
        assert "same volunteer as in row 2" in result.rejected[0]["message"]
        assert Volunteer.objects.get().ref == "V1"

    def test_an_id_that_is_another_volunteers_is_rejected(self, inside):
        take(inside, Volunteers=table(ID=["V1"], Name=["Bo"], Address=["1 A St"], Skills=["x"]))
        result = take(
            inside, Volunteers=table(ID=["V1"], Name=["Cyrus"], Address=["2 B St"], Skills=["y"])
        )
        assert "another volunteer's" in result.rejected[0]["message"]
        assert Volunteer.objects.get().person.name == "Bo"

    def test_asking_again_after_help_was_given_is_a_new_request(self, inside):
        sheet = table(Name=["Ana"], Address=["12 Main St"], Need=["groceries"])
        take(inside, Requests=sheet)
        Request.objects.update(state=Request.State.DONE)
        take(inside, Requests=sheet)
        assert sorted(Request.objects.values_list("state", flat=True)) == ["done", "open"]

    def test_the_same_request_again_stays_one(self, inside):
        sheet = table(Name=["Ana"], Address=["12 Main St"], Need=["groceries"])
        take(inside, Requests=sheet)
        take(inside, Requests=sheet)
        assert Request.objects.count() == 1

    def test_two_requests_for_two_times_are_two(self, inside):
        take(
            inside,
            Requests=table(
                Name=["Ana"] * 2, Address=["12 Main St"] * 2, Need=["rides"] * 2,
                When=["Mon am", "Tue pm"],
            ),
        )  # fmt: skip
        assert Request.objects.count() == 2

    def test_an_id_of_ours_is_nobody_elses(self, inside):
        take(
            inside,
            Neighbors=table(
                ID=["", "N00001", "auto-00002"],
                Name=["Ana", "Bo", "Cy"],
                Address=["1 Elm St", "2 Oak St", "3 Fir St"],
            ),
        )
        assert Household.objects.count() == 3
        assert {p.name for p in Person.objects.filter(household__given_address="1 Elm St")} == {
            "Ana"
        }

    def test_neighbours_may_get_ids_later(self, inside):
        few = {name: NEIGHBORS[name] for name in ("Name", "Address")}
        take(inside, Neighbors=table(**few))
        take(inside, Neighbors=table(**NEIGHBORS))
        assert sorted(Household.objects.values_list("ref", flat=True)) == ["1", "2"]

    def test_a_respelled_name_is_the_same_person(self, inside):
        take(inside, Neighbors=table(**NEIGHBORS))
        take(inside, Neighbors=table(**{**NEIGHBORS, "Name": ["Anna Ruiz", "Bo Lind"]}))
        assert set(Person.objects.values_list("name", flat=True)) == {"Anna Ruiz", "Bo Lind"}

    def test_two_neighbours_of_one_name_and_address_have_two_ids(self, inside):
        take(inside, Neighbors=table(ID=["1", "2"], Name=["Bo"] * 2, Address=["1 Elm St"] * 2))
        assert Household.objects.count() == 2

    def test_a_newer_sheet_moves_a_pin_that_a_sheet_placed(self, inside):
        for lat in ("58.3", "58.35"):
            take(
                inside,
                Neighbors=table(
                    ID=["1"], Name=["Ana"], Address=["12 Main St"], Lon=["-134.4"], Lat=[lat]
                ),
            )
        assert Household.objects.get().location.y == pytest.approx(58.35)

    def test_an_unknown_household_id_is_rejected(self, inside):
        take(inside, Neighbors=table(**NEIGHBORS))
        result = take(
            inside,
            Volunteers=table(Name=["Zed"], Skills=["rides"], **{"Household ID": ["H99"]}),
            Requests=table(Name=["Ana Ruiz"], Need=["rides"], **{"Household ID": ["H8"]}),
        )
        assert [row["message"][:28] for row in result.rejected] == [
            "no neighbour has the id “H99",
            "no neighbour has the id “H8”",
        ]
        assert Household.objects.count() == 2


class TestRejectedRows:
    def test_good_rows_are_taken_and_bad_ones_rejected_whole(self, inside):
        result = take(
            inside,
            Neighbors=table(**{**NEIGHBORS, "# in household": ["3", "lots"]}),
        )
        assert Household.objects.count() == 1
        (row,) = result.rejected
        assert (row["sheet"], row["row"], row["column"], row["value"]) == (
            "Neighbors",
            3,
            "# in household",
            "lots",
        )
        assert row["cells"]["Name"] == "Bo Lind"
        assert unpress(SheetImport.objects.get().rejected_pressed) == result.rejected

    def test_they_come_in_the_order_of_the_file(self, inside):
        take(inside, Neighbors=table(Name=["Ana Ruiz"], Address=["12 Main St"]))
        sheet = table(
            Name=["Bo", "Anna Ruiz", "Cy"],
            Address=["1 Elm St", "12 Main St", "3 Elm St"],
            **{"# in household": ["lots", "1", "many"]},
        )
        helps = table(Name=["Di"], Address=["5 Elm St"], Skills=["rides"], Capacity=["many"])
        back = take(inside, Volunteers=helps, Neighbors=sheet).rejected
        at = [(row["sheet"], row["row"]) for row in back]
        assert at == [("Volunteers", 2), ("Neighbors", 2), ("Neighbors", 3), ("Neighbors", 4)]

    def test_strict_saves_nothing(self, inside):
        with pytest.raises(RowError, match="nothing was imported"):
            take(
                inside,
                strict=True,
                Neighbors=table(**{**NEIGHBORS, "# in household": ["3", "lots"]}),
            )
        assert Household.objects.count() == 0
        assert SheetImport.objects.count() == 0

    def test_a_sheet_without_the_needed_columns(self, inside):
        with pytest.raises(ColumnError, match="no column for"):
            take(inside, People=table(Phone=["555-0100"]))

    def test_a_workbook_without_any_such_sheet(self, inside):
        with pytest.raises(TableError, match="no sheet has columns"):
            take(inside, A=table(x=["1"]), B=table(y=["1"]))

    def test_a_sheet_of_something_else_beside_good_ones_is_left_alone(self, inside):
        take(inside, Neighbors=table(**NEIGHBORS), Budget=table(Item=["tea"], Cost=["3"]))
        assert Household.objects.count() == 2

    def test_a_request_of_nobody_known(self, inside):
        result = take(
            inside,
            Requests=table(
                Name=["Nobody Known", ""], Need=["rides"] * 2, **{"Household ID": ["", "77"]}
            ),
        )
        messages = [row["message"] for row in result.rejected]
        assert "no one neighbour of this name" in messages[0]
        assert "no neighbour has the id “77”" in messages[1]
        assert Request.objects.count() == 0

    def test_what_is_rejected_is_sealed_at_rest(self, inside):
        from django.db import connection

        sheet = {**NEIGHBORS, "# in household": ["lots", ""], "Notes": ["oxygen", ""]}
        take(inside, Neighbors=table(**sheet))
        with connection.cursor() as cursor:
            cursor.execute("SELECT rejected_pressed FROM network_sheetimport")
            assert "oxygen" not in cursor.fetchone()[0]


def test_the_history_holds_counts_and_no_addresses(inside):
    take(inside, Neighbors=table(**NEIGHBORS))
    event = AuditEvent.objects.get()
    assert event.figures["households"]["new"] == 2
    assert "Main" not in str(event.figures)
