"""The site's commands, as somebody at a terminal uses them."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import call_command
from django.core.management.base import CommandError

from fixtures import hostile
from geomatch.matching.models import Match
from geomatch.network.models import GazetteerEntry, Household, Person, Request, Volunteer
from geomatch.network.scope import use_network
from pods.models import Plan
from pods.services import publish_plan
from tests.factories import HouseholdFactory, RequestFactory, UserFactory, VolunteerFactory

SHEET = """ID,Name,Address,# in household
1,Ana Ruiz,12 Main St,3
2,Bo Lind,14 Main St,lots
"""

# Files that nobody can read, whatever their columns should have been.
UNREADABLE = (
    hostile.empty_file,
    hostile.no_header,
    hostile.header_only,
    hostile.blank_rows,
    hostile.wrong_encoding,
    hostile.nul_bytes,
    hostile.not_a_workbook,
    hostile.truncated_workbook,
    hostile.xlsx_bomb,
    hostile.entity_bomb,
)


def write_workbook(path: Path, **sheets: list[list[str]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


def run(name: str, *arguments: object, **options: object) -> str:
    said = StringIO()
    call_command(name, *map(str, arguments), stderr=said, stdout=said, **options)
    return said.getvalue()


class TestImportSheet:
    @pytest.mark.parametrize(
        ("encoding", "said"), [("cp1252", ""), ("mac_roman", "mac_roman"), ("utf-16-le", "")]
    )
    def test_finds_how_letters_are_written_or_is_told(self, network, tmp_path, encoding, said):
        sheet = tmp_path / "neighbors.csv"
        sheet.write_bytes("Name,Address\nJosé Ñandú,12 Main St\n".encode(encoding))
        words = run("importsheet", sheet, network=network.slug, encoding=said or None)
        with use_network(network):
            assert Person.objects.get().name == "José Ñandú"
        assert (f"read as {encoding}" in words) == (not said)

    def test_takes_good_rows_and_writes_bad_ones_beside(self, network, tmp_path):
        sheet = tmp_path / "neighbors.csv"
        sheet.write_text(SHEET, encoding="utf-8")
        said = run("importsheet", sheet, network=network.slug)
        with use_network(network):
            assert Household.objects.count() == 1
        with (tmp_path / "neighbors-rejected.csv").open(encoding="utf-8-sig") as file:
            (row,) = csv.DictReader(file)
        assert row["rejected row"] == "3"
        assert row["rejected column"] == "# in household"
        assert row["Name"] == "Bo Lind"
        assert "neighbors-rejected.csv" in said

    def test_mended_rows_can_be_dropped_again(self, network, tmp_path):
        sheet = tmp_path / "neighbors.csv"
        sheet.write_text(SHEET, encoding="utf-8")
        run("importsheet", sheet, network=network.slug)
        rejected = tmp_path / "neighbors-rejected.csv"
        rejected.write_text(rejected.read_text("utf-8-sig").replace("lots", "2"), encoding="utf-8")
        run("importsheet", rejected, network=network.slug)
        with use_network(network):
            assert Household.objects.get(ref="2").people_count == 2

    def test_mended_rows_of_several_sheets_find_their_own_again(self, network, tmp_path):
        sheet = tmp_path / "all.xlsx"
        write_workbook(
            sheet,
            Neighbors=[["ID", "Name", "Address", "Drives"], ["1", "Ana", "12 Main St", "maybe"]],
            Volunteers=[
                ["ID", "Name", "Address", "Can help with", "Car?"],
                ["V1", "Bo", "14 Main St", "rides", "perhaps"],
            ],
            Requests=[["ID", "Name", "Neighbor ID", "Help needed"], ["R1", "Ana", "1", ""]],
        )
        run("importsheet", sheet, network=network.slug)
        beside = tmp_path / "all-rejected.csv"
        with beside.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["of sheet"] for row in rows] == ["Neighbors", "Volunteers", "Requests"]
        for row, (column, mended) in zip(
            rows, [("Drives", "yes"), ("Car?", "no"), ("Help needed", "groceries")], strict=True
        ):
            row[column] = mended
        with beside.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        said = run("importsheet", beside, network=network.slug)
        with use_network(network):
            assert Household.objects.get(ref="1").people.get().drives
            assert Volunteer.objects.get().skills == ["rides"]
            assert Request.objects.get().skills == ["groceries"], said

    def test_strict_refuses_all(self, network, tmp_path):
        sheet = tmp_path / "neighbors.csv"
        sheet.write_text(SHEET, encoding="utf-8")
        with pytest.raises(CommandError, match="row 3"):
            run("importsheet", sheet, network=network.slug, strict=True)
        with use_network(network):
            assert Household.objects.count() == 0

    def test_is_taken_back(self, network, tmp_path):
        sheet = tmp_path / "neighbors.csv"
        sheet.write_text(SHEET, encoding="utf-8")
        run("importsheet", sheet, network=network.slug)
        assert "neighbors.csv" in run("takeback", network=network.slug, list=True)
        said = run("takeback", network=network.slug)
        assert "neighbors.csv: 2 rows removed, 0 put back" in said
        with use_network(network):
            assert Household.objects.count() == 0
        with pytest.raises(CommandError, match="no such import"):
            run("takeback", network=network.slug)

    def test_an_unknown_network_is_named_with_those_there_are(self, network, tmp_path):
        with pytest.raises(CommandError, match=network.slug):
            run("importsheet", tmp_path / "x.csv", network="nowhere")

    @pytest.mark.parametrize("make", UNREADABLE, ids=lambda make: make.__name__)
    def test_unreadable_files_are_refused_in_words(self, network, tmp_path, make):
        with pytest.raises(CommandError) as refused:
            run("importsheet", make(tmp_path), network=network.slug)
        assert len(str(refused.value).split()) > 5
        with use_network(network):
            assert Household.objects.count() == 0


class TestPath:
    @pytest.fixture
    def town(self, network):
        with use_network(network):
            for i in range(12):
                HouseholdFactory(lonlat=(-134.5 + 0.0004 * i, 58.3), number=str(2 * i + 2))
            RequestFactory()
            VolunteerFactory()
        return network

    def test_planpods_drafts_a_plan_and_reports_it(self, town, tmp_path):
        report = tmp_path / "report.json"
        said = run("planpods", network=town.slug, report=report)
        figures = json.loads(report.read_text("utf-8"))
        assert figures["households"] >= 12
        assert f"{figures['pods']} pod of " in said
        with use_network(town):
            assert Plan.objects.get().state == Plan.State.DRAFT

    def test_planpods_goes_on_from_the_published_plan_and_says_how_many_move(self, town):
        run("planpods", network=town.slug)
        with use_network(town):
            publish_plan(network=town, plan=Plan.objects.get(), actor=UserFactory())
        said = run("planpods", network=town.slug, max_moves=0)
        assert "0 homes would change pod, of at most 0." in said

    def test_planpods_walks_along_the_networks_streets(self, town, tmp_path):
        with pytest.raises(CommandError, match="no streets to walk along"):
            run("planpods", network=town.slug, walking=True)
        streets, report = tmp_path / "streets.geojson", tmp_path / "report.json"
        line = {"type": "LineString", "coordinates": [[-134.51, 58.3001], [-134.4, 58.3001]]}
        feature = {"type": "Feature", "properties": {}, "geometry": line}
        file = {"type": "FeatureCollection", "features": [feature]}
        streets.write_text(json.dumps(file), "utf-8")
        run("ground", streets, network=town.slug, kind="streets")
        run("planpods", network=town.slug, walking=True, report=report)
        assert json.loads(report.read_text("utf-8"))["distance"] == "walking"

    def test_matchall_proposes_and_reports(self, town, tmp_path):
        report = tmp_path / "report.json"
        run("matchall", network=town.slug, report=report)
        assert json.loads(report.read_text("utf-8"))["served"] == 1
        with use_network(town):
            assert Match.objects.count() == 1

    def test_gazetteer_replaces_what_was_there(self, network, tmp_path):
        path = tmp_path / "addresses.csv"
        header = "number,street,unit,city,region,postcode,lon,lat\n"
        for number in (12, 14):
            path.write_text(f"{header}{number},Main St,,Here,AK,99801,-134.4,58.3\n", "utf-8")
            run("gazetteer", path, network=network.slug)
        with use_network(network):
            assert GazetteerEntry.objects.get().number == "14"

    def test_a_gazetteer_without_some_rows_names_them(self, network, tmp_path):
        path, report = tmp_path / "addresses.csv", tmp_path / "report.json"
        rows = ["number,street,lon,lat", "1,Main St,-134.4,58.3", "2,Main St,0,0", "3,Main St,,"]
        rows += [f"4,{'Main ' * 30}St,-134.4,58.3", "5,Main St,-134.4,58.3"]
        path.write_text("\n".join(rows), "utf-8")
        said = run("gazetteer", path, network=network.slug, report=report)
        for words in ("row 3", "(0, 0)", "row 4", "row 5", "more than 120", "2 addresses to look"):
            assert words in said
        assert len(json.loads(report.read_text("utf-8"))["left_out"]) == 3
        with use_network(network):
            assert list(GazetteerEntry.objects.values_list("number", flat=True)) == ["1", "5"]

    def test_a_gazetteer_whose_points_are_swapped_replaces_nothing(self, network, tmp_path):
        path = tmp_path / "addresses.csv"
        path.write_text("number,street,lon,lat\n1,Main St,40.7,-73.9\n", "utf-8")
        with pytest.raises(CommandError, match="swapped"):
            run("gazetteer", path, network=network.slug)
        with use_network(network):
            assert GazetteerEntry.objects.count() == 0

    def test_a_gazetteer_with_a_bad_coordinate_replaces_nothing(self, network, tmp_path):
        path = tmp_path / "addresses.csv"
        path.write_text("number,street,lon,lat\n1,Main St,-134.4,158.3\n", "utf-8")
        with pytest.raises(CommandError, match=r"row 2.*lat"):
            run("gazetteer", path, network=network.slug)
        with use_network(network):
            assert GazetteerEntry.objects.count() == 0


class TestDoctor:
    def test_finds_all_well(self, db):
        said = run("doctor")
        assert "✗" not in said
        assert "Wall between networks" in said

    def test_says_so_when_a_page_does_not_answer(self):
        with pytest.raises(CommandError, match="does not answer"):
            run("doctor", ping="http://127.0.0.1:9/")

    def test_takes_no_other_kind_of_address(self):
        with pytest.raises(CommandError, match="http"):
            run("doctor", ping="file:///etc/passwd")


def test_every_setting_is_documented():
    root = Path(__file__).resolve().parents[2]
    documented = (root / "docs" / "reference" / "settings.md").read_text("utf-8")
    import re

    sources = [
        *(root / "geomatch").rglob("*.py"),
        root / "bin" / "setup",
        root / "tests" / "conftest.py",
    ]
    for source in sources:
        for name in re.findall(r"GEOMATCH_[A-Z_]+", source.read_text("utf-8")):
            assert f"`{name}`" in documented, f"{name} of {source.name}"
