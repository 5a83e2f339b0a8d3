"""A spreadsheet is looked at before it is imported: corrected, chosen from, left, taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from geomatch.network.intake.staging.sheets import KEPT_FOR
from geomatch.network.models import (
    Household,
    Person,
    Role,
    SheetImport,
    StagedSheet,
)
from geomatch.network.scope import use_network
from geomatch.site.jobs.cleanup import forget_what_is_over
from geomatch.site.pages.imports import previews
from geomatch.tables import write_table
from tests.factories import HouseholdFactory, MemberFactory, PersonFactory, RequestFactory
from tests.security.test_permissions import signed_in
from tests.site.test_import_page import agree, drop
from tests.tables.test_opendocument import book
from tests.tables.test_opendocument import text as row

ANA = b"ID,Name,Address,Phone\n1,Ana Ruiz,14 Main St,555-0202\n"


def text(answer) -> str:
    return answer.content.decode()


def test_changes_are_shown_field_by_field_with_what_is_known_of_their_age(organizer, network, ana):
    page = text(drop(organizer, network, "n.csv", ANA))
    assert "<del>12 Main St</del> <ins>14 Main St</ins>" in page
    assert "<del>555-0101</del> <ins>555-0202</ins>" in page
    assert "The sheet does not say when the row was written" in page
    dated = ANA.replace(b"Phone", b"Last updated").replace(b"555-0202", b"2001-02-03")
    assert "What is here is newer. The row is of 3 February 2001" in text(
        drop(organizer, network, "n.csv", dated)
    )


def test_a_changed_row_may_be_left_as_it_is_here(organizer, network, ana):
    preview = drop(organizer, network, "n.csv", ANA)
    agree(organizer, preview, **{"row 2:n": "leave"})
    with use_network(network):
        assert Household.objects.get().given_address == "12 Main St"


def test_an_unclear_row_offers_whom_it_may_mean(organizer, network, ana):
    sheet = b"Name,Address\nAnna Ruiz,12 Main Street\n"
    preview = drop(organizer, network, "n.csv", sheet)
    page = text(preview)
    assert "1 unclear" in page
    assert "similar name, same address, no phone to compare: 87 of 100" in page
    assert "Import what you chose" in page
    agree(organizer, preview, **{"row 2:n": "ref:1"})
    with use_network(network):
        assert Person.objects.get().name == "Anna Ruiz"


def test_a_preview_that_is_stale_is_shown_again(organizer, network, ana):
    preview = drop(organizer, network, "n.csv", ANA)
    with use_network(network):
        Person.objects.update(phone="555-0999")
    page = text(agree(organizer, preview))
    assert "Somebody changed the neighbours since you looked" in page
    assert "<del>555-0999</del>" in page
    with use_network(network):
        assert Person.objects.get().phone == "555-0999"


def test_discarding_imports_nothing_and_forgets_the_sheet(organizer, network, ana):
    preview = drop(organizer, network, "n.csv", ANA)
    page = text(organizer.post(preview.context["discard_url"], follow=True))
    assert "Nothing was imported" in page
    with use_network(network):
        assert StagedSheet.objects.count() == SheetImport.objects.count() == 0
    assert agree(organizer, preview).status_code == 404


class TestChoices:
    """What somebody chose waits with the sheet, and is forgotten when it is about others."""

    ANNA = b"Name,Address\nAnna Ruiz,12 Main Street\nBo Lind,3 Elm St\n"
    FIELD = "row 2:n"

    def choose(self, client, preview, value: str, **headers):
        (row,) = preview.context["unclear"]
        said = {self.FIELD: value, f"saw {row['key']}": row["saw"]}
        return client.post(preview.context["choices_url"], said, follow=True, headers=headers)

    def again(self, client, preview):
        return client.get(preview.request["PATH_INFO"])

    def test_are_there_when_one_comes_back_from_another_sheet(self, organizer, network, ana):
        preview = drop(organizer, network, "n.csv", self.ANNA)
        assert preview.context["apply_label"] == "Import 1 neighbour"
        assert self.choose(organizer, preview, "ref:1", **{"HX-Request": "true"}).status_code == 204
        drop(organizer, network, "other.csv", ANA)
        back = self.again(organizer, preview)
        assert back.context["unclear"][0]["chosen"] == "ref:1"
        assert back.context["apply_label"] == "Import 2 neighbours"
        assert 'value="ref:1" data-kind="households" checked' in text(back)

    def test_to_keep_what_is_here_is_no_import(self, organizer, network, ana):
        preview = drop(organizer, network, "n.csv", ANA)
        assert preview.context["apply_label"] == "Import 1 neighbour"
        page = organizer.post(preview.context["choices_url"], {self.FIELD: "leave"}, follow=True)
        assert "Your choices are kept." in text(page)
        assert page.context["changed"][0]["left_out"]
        assert page.context["apply_label"] == "Import what you chose", "or what one chooses yet"

    def test_are_open_again_where_the_row_may_mean_others_now(self, organizer, network, ana):
        preview = drop(organizer, network, "n.csv", self.ANNA)
        self.choose(organizer, preview, "new")
        with use_network(network):
            home = HouseholdFactory(ref="7", given_address="12 Main St")
            PersonFactory(household=home, name="Anna Ruis", phone="")
        back = self.again(organizer, preview)
        assert (back.context["unclear"][0]["chosen"], back.context["reopened"]) == ("", 1)
        assert "Choose again" in text(back)

    def test_that_are_old_are_not_written_blindly(self, organizer, network, ana):
        """Another import adds whom the row may mean as well: nothing is written, and it says so."""
        preview = drop(organizer, network, "n.csv", self.ANNA)
        other = b"ID,Name,Address\n9,Anna Ruis,12 Main St\n"
        added = drop(organizer, network, "other.csv", other)
        (row,) = added.context["unclear"]
        agree(organizer, added, **{f"row {row['key']}": "new"})
        (row,) = preview.context["unclear"]
        page = agree(organizer, preview, **{self.FIELD: "new", f"saw {row['key']}": row["saw"]})
        assert "Somebody changed the neighbours since you looked" in text(page)
        assert "Choose again" in text(page)
        with use_network(network):
            assert not Person.objects.filter(name="Anna Ruiz").exists()


class TestKindsOfFiles:
    """Whatever a network keeps its neighbours in."""

    @pytest.fixture
    def columns(self):
        return {"Name": ["Ana"], "Address": ["12 Main St"], "lon": [-134.4], "lat": [58.3]}

    @pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx", ".geojson", ".gpkg"])
    def test_that_geomatch_writes(self, organizer, network, tmp_path, columns, ending):
        path = tmp_path / f"homes{ending}"
        write_table(path, columns)
        preview = drop(organizer, network, path.name, path.read_bytes())
        assert preview.context["counts"]["new"] == 1, ending
        agree(organizer, preview)
        with use_network(network):
            home = Household.objects.get()
        assert home.given_address == "12 Main St"
        assert home.location.coords == pytest.approx((-134.4, 58.3))
        assert home.location_m is not None

    def test_opendocument(self, organizer, network, tmp_path):
        path = book(
            tmp_path / "homes.ods",
            Neighbors=(row("Name", "Address"), row("Ana", "12 Main St")),
            Requests=(row("Name", "Need"), row("Ana", "rides")),
        )
        preview = drop(organizer, network, path.name, path.read_bytes())
        assert "Import 1 neighbour and 1 request" in text(preview)


class TestWhoMaySee:
    def test_a_staged_sheet_is_for_whoever_dropped_it_and_for_stewards(self, organizer, network):
        preview = drop(organizer, network, "n.csv", ANA)
        url = preview.request["PATH_INFO"]
        other = signed_in(MemberFactory(network=network, role=Role.ORGANIZER).user)
        steward = signed_in(MemberFactory(network=network, role=Role.STEWARD).user)
        assert other.get(url).status_code == 404
        assert agree(other, preview).status_code == 404
        assert steward.get(url).status_code == 200
        upload = reverse("import_upload", args=[network.slug])
        assert "Not imported yet" not in text(other.get(upload))
        assert "Not imported yet" in text(organizer.get(upload))

    def test_hidden_homes_are_counted_for_stewards_and_never_shown(self, organizer, network, ana):
        with use_network(network):
            Household.objects.update(hidden=True, given_address="77 Secret Cove")
        preview = drop(organizer, network, "n.csv", ANA)
        page = text(preview)
        assert "1 row is of hidden homes and kept for stewards" in page
        assert "Secret" not in page
        assert "555-0101" not in page
        assert "Ana Ruiz" not in text(organizer.get(preview.context["rows_url"]))
        result = agree(organizer, preview)
        with use_network(network):
            assert Household.objects.get().given_address == "77 Secret Cove"
            taken = SheetImport.objects.get()
        assert "Ana Ruiz" not in text(result)
        rows = reverse("import_rejected", args=[network.slug, taken.pk])
        steward = signed_in(MemberFactory(network=network, role=Role.STEWARD).user)
        assert "Ana Ruiz" not in text(organizer.get(rows))
        assert "Ana Ruiz" in text(steward.get(rows))

    def test_the_sheet_is_sealed_and_forgotten(self, organizer, network):
        preview = drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            with connection.cursor() as cursor:
                cursor.execute("SELECT content FROM network_stagedsheet")
                assert "Ana" not in cursor.fetchone()[0]
            StagedSheet.objects.update(staged_at=timezone.now() - KEPT_FOR - dt.timedelta(hours=1))
        assert organizer.get(preview.request["PATH_INFO"]).status_code == 404
        forget_what_is_over()
        with use_network(network):
            assert StagedSheet.objects.count() == 0


def test_columns_that_are_passed_over_are_counted(organizer, network):
    sheet = b"Name,Address,Shoe size\nAna Ruiz,12 Main St,38\n"
    assert "n: 2 of 3 columns understood" in text(drop(organizer, network, "n.csv", sheet))


def test_a_row_without_a_column_to_blame_names_none(organizer, network):
    sheet = b"Name,Address\nAna Ruiz,12 Main St\nAna Ruiz,12 Main St\n"
    page = text(agree(organizer, drop(organizer, network, "n.csv", sheet)))
    assert "taken once" in page
    assert "None" not in page


def test_an_import_is_taken_back_from_its_page(organizer, network, ana):
    result = agree(organizer, drop(organizer, network, "n.csv", ANA))
    assert "Take this import back" in text(result)
    with use_network(network):
        Person.objects.update(phone="555-0999")
    page = text(organizer.post(result.context["take_back_url"], follow=True))
    assert "This import was taken back" in page
    assert "1 person: changed since" in page
    assert "Take this import back" not in page
    list_of_them = text(organizer.get(reverse("import_upload", args=[network.slug])))
    assert "1 changed; taken back" in list_of_them
    with use_network(network):
        assert Household.objects.get().given_address == "12 Main St"
        assert Person.objects.get().phone == "555-0999"
    again = text(organizer.post(result.context["take_back_url"], follow=True))
    assert "taken back already" in again


def test_whoever_presses_twice_is_told_and_finds_the_import(network, organizer, ana, monkeypatch):
    page = drop(organizer, network, "n.csv", ANA)
    with use_network(network):
        sheet = StagedSheet.objects.get()
    agree(organizer, page)
    monkeypatch.setattr(previews, "_staged", lambda *_: sheet)  # read a moment before it went
    again = agree(organizer, page)
    assert again.status_code == 200
    assert "imported or discarded already" in text(again)
    assert "n.csv" in text(again)
    with use_network(network):
        assert SheetImport.objects.count() == 1


def test_what_somebody_asked_for_before_is_not_read_out(network, organizer, ana):
    with use_network(network):
        person = Person.objects.get()
        RequestFactory(person=person, ref="r1", details="Insulin from the pharmacy")
    sheet = b"Request ID,Name,Need,Details\nr1,Ana Ruiz,errands,Only bread\n"
    page = text(drop(organizer, network, "requests.csv", sheet))
    assert "<del>kept sealed</del> <ins>Only bread</ins>" in page
    assert "Insulin" not in page


def test_what_somebody_else_imported_is_a_stewards_to_take_back(network, organizer, ana):
    steward = signed_in(MemberFactory(network=network, role=Role.STEWARD).user)
    hidden = b"ID,Name,Address,Private address\n1,Ana Ruiz,12 Main St,yes\n"
    agree(steward, drop(steward, network, "n.csv", hidden))
    with use_network(network):
        taken = SheetImport.objects.get()
    url = reverse("import_take_back", args=[network.slug, taken.pk])
    page = text(organizer.post(url, follow=True))
    assert "Only whoever imported this, or a steward, can take it back" in page
    assert "Take this import back" not in page
    with use_network(network):
        assert Household.objects.get().hidden
    assert "This import was taken back" in text(steward.post(url, follow=True))
