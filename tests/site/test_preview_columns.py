"""Columns of a preview: what is said of them, by one tab or by two."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from geomatch.network.intake.staging.sheets import correct_columns
from geomatch.network.models import ColumnMemory, Household, Role, SheetImport, StagedSheet
from geomatch.network.scope import use_network
from geomatch.site.pages.imports import previews
from geomatch.tables import write_table
from tests.factories import MemberFactory
from tests.security.test_permissions import signed_in
from tests.site.test_commands import write_workbook
from tests.site.test_import_page import agree, drop
from tests.site.test_preview_page import ANA, text


def read_like(client, preview, **said):
    """Press “Read it like this” below what a preview shows of the columns."""
    said = {"read_as": preview.context["read_as"], **said}
    return client.post(preview.context["columns_url"], said, follow=True)


def header_row(row: int, *, sheet: int = 0) -> dict[str, str]:
    """Say where the column names of a sheet stand."""
    return {f"header-row-{sheet}": str(row)}


def header_rows(preview) -> dict[str, int]:
    """Where the column names of each sheet stand, as the page says."""
    return {sheet["sheet"]: sheet["header_row"] for sheet in preview.context["columns"]}


@pytest.fixture(params=["small", "large"])
def how_large(request, monkeypatch):
    """Read at once, and in the background."""
    if request.param == "large":
        request.getfixturevalue("all_are_large")


LUCIA = "Nombre|Dirección\nLucía|12 Main St\n"


class TestColumns:
    SHEET = b"Who,Where they are,Tel,Extra\nAna Ruiz,Fir cabin,555-0101,3\nBo Lind,Elm cabin,,2\n"

    def fields(self, preview) -> dict[str, str]:
        (sheet,) = preview.context["columns"]
        return {column["name"]: column["field"] for column in sheet["columns"]}

    def correct(self, client, preview, kind="households", **said):
        (sheet,) = preview.context["columns"]
        numbers = {column["name"]: column["index"] for column in sheet["columns"]}
        fields = {f"column-0-{numbers[name]}": field for name, field in said.items()}
        return read_like(client, preview, **{"kind-0": kind, **fields})

    def test_what_is_missing_is_asked_for_corrected_and_remembered(self, organizer, network):
        preview = drop(organizer, network, "list.csv", self.SHEET)
        assert "Which column holds this" in text(preview)
        said = {"Who": "name", "Where they are": "address", "Tel": "phone", "Extra": "people"}
        preview = self.correct(organizer, preview, **said)
        assert self.fields(preview) == said
        assert "Import 2 neighbours" in text(preview)
        agree(organizer, preview)
        with use_network(network):
            assert Household.objects.get(people__name="Ana Ruiz").people_count == 3
            assert ColumnMemory.objects.get().columns["people"] == "Extra"
        again = drop(organizer, network, "next.csv", self.SHEET)
        assert self.fields(again) == said
        assert "as last time" in text(again)

    def test_another_kind_is_proposed_afresh_and_a_sheet_can_be_left_out(self, organizer, network):
        preview = drop(
            organizer, network, "n.csv", b"Name,Address,Can help with\nAna,1 A St,rides\n"
        )
        assert "Import 1 volunteer" in text(preview)
        preview = self.correct(organizer, preview, kind="households")
        assert self.fields(preview) == {"Name": "name", "Address": "address", "Can help with": ""}
        assert "Import 1 neighbour" in text(preview)
        preview = self.correct(organizer, preview, kind="")
        assert "Leave this sheet out" in text(preview)
        assert preview.context["apply_label"] == ""

    def test_column_names_are_found_below_a_title(self, organizer, network):
        sheet = b"Our neighbours,,\n,,\nName,Address,Phone\nAna,12 Main St,555-0101\n"
        preview = drop(organizer, network, "n.csv", sheet)
        assert preview.context["counts"]["new"] == 1
        assert preview.context["new"][0]["row"] == 4

    @pytest.mark.usefixtures("how_large")
    def test_each_sheet_of_a_workbook_may_have_a_title_or_none(self, organizer, network, tmp_path):
        book = tmp_path / "n.xlsx"
        write_workbook(
            book,
            Volunteers=[["Name", "Address", "Skills"], ["Bo", "2 Elm St", "rides"]],
            Neighbors=[["Our street"], [], ["Name", "Address"], ["Ana", "12 Main St"]],
            Notes=[["Remember", "the key"], ["is", "there"]],
        )
        preview = drop(organizer, network, "n.xlsx", book.read_bytes())
        assert preview.context["counts"]["new"] == 2
        assert header_rows(preview) == {"Volunteers": 1, "Neighbors": 3, "Notes": 1}
        assert 'Column names in row<span class="hush">, of Neighbors</span>' in text(preview)
        assert "Without it, the rows of this sheet cannot be read" not in text(preview)
        assert "Notes: left out" in text(preview)

    @pytest.mark.usefixtures("how_large")
    def test_the_row_of_each_sheet_can_be_said_on_its_own(self, organizer, network, tmp_path):
        book, twice = tmp_path / "n.xlsx", ["Name", "Address", "Email"]
        write_workbook(
            book,
            Volunteers=[["Name", "Address", "Skills"], ["Bo", "2 Elm St", "rides"]],
            Neighbors=[["Name", "Address", "Phone"], twice, ["Ana", "12 Main St", "a@x.org"]],
        )
        preview = drop(organizer, network, "n.xlsx", book.read_bytes())
        assert preview.context["counts"]["new"] == 3
        moved = read_like(organizer, preview, **header_row(2, sheet=1))
        assert header_rows(moved) == {"Volunteers": 1, "Neighbors": 2}
        assert moved.context["counts"]["new"] == 2
        back = read_like(organizer, moved, **header_row(1, sheet=1))
        assert header_rows(back) == {"Volunteers": 1, "Neighbors": 1}

    @pytest.mark.usefixtures("how_large")
    def test_a_row_without_names_is_said_and_no_sheet_of_the_workbook_is_lost(
        self, organizer, network, tmp_path
    ):
        book = tmp_path / "n.xlsx"
        write_workbook(
            book,
            Volunteers=[["Name", "Address", "Skills"], ["Bo", "2 Elm St", "rides"]],
            Neighbors=[["Name", "Address"], ["Ana", "12 Main St"]],
        )
        preview = drop(organizer, network, "n.xlsx", book.read_bytes())
        page = read_like(organizer, preview, **header_row(40, sheet=1))
        assert "Neighbors" in text(page)
        assert "only blank rows" in text(page)
        assert header_rows(page) == {"Volunteers": 1, "Neighbors": 1}

    def test_what_was_said_of_another_sheet_is_kept(self, organizer, network, tmp_path):
        book = tmp_path / "n.xlsx"
        write_workbook(
            book,
            Volunteers=[["Name", "Address", "Skills"], ["Bo", "2 Elm St", "rides"]],
            Neighbors=[["Name", "Address"], ["Name", "Address"], ["Ana", "12 Main St"]],
        )
        preview = drop(organizer, network, "n.xlsx", book.read_bytes())
        moved = read_like(organizer, preview, **header_row(2, sheet=1), **{"kind-0": ""})
        assert [sheet["kind"] for sheet in moved.context["columns"]] == ["", "households"]

    @pytest.mark.parametrize("ending", ["geojson", "gpkg"])
    def test_a_map_layer_has_no_row_of_names(self, organizer, network, tmp_path, ending):
        layer = tmp_path / f"n.{ending}"
        columns = {"Name": ["Ana"], "Address": ["12 Main St"]}
        write_table(layer, columns, points=[(-134.4, 58.3)])
        preview = drop(organizer, network, layer.name, layer.read_bytes())
        assert preview.context["counts"]["new"] == 1
        assert set(header_rows(preview).values()) == {None}

    def test_a_title_is_no_row_of_names_though_what_stands_below_tells_the_columns(
        self, organizer, network, tmp_path
    ):
        """Names nobody knows: the values tell them, and the row of names would be somebody new."""
        who = ("Ana Ruiz", "Bo Lind", "Cy Olsen", "Di Wong", "Ed Brown", "Fay Green", "Gus Hall")
        people = [["Wer", "Wo"], *([name, f"{n} Main St"] for n, name in enumerate(who, start=1))]
        book = tmp_path / "n.xlsx"
        write_workbook(
            book,
            Volunteers=[["Name", "Address", "Skills"], ["Cy", "2 Elm St", "rides"]],
            Neighbors=[["Our street"], [], *people],
        )
        preview = drop(organizer, network, "n.xlsx", book.read_bytes())
        assert header_rows(preview) == {"Volunteers": 1, "Neighbors": 3}
        write_workbook(book, Neighbors=[["Our street"], [], *people])
        preview = drop(organizer, network, "n.xlsx", book.read_bytes())
        assert header_rows(preview) == {"Neighbors": 3}
        assert "Wer" not in {row["who"].split(",")[0] for row in preview.context["new"]}

    def test_the_row_of_column_names_can_be_said(self, organizer, network):
        sheet = b"Name,Address,Phone\nName,Address,Email\nAna,12 Main St,a@example.org\n"
        preview = drop(organizer, network, "n.csv", sheet)
        assert preview.context["counts"]["new"] == 2
        preview = read_like(organizer, preview, **header_row(2))
        assert (header_rows(preview)["n"], preview.context["counts"]["new"]) == (2, 1)
        assert self.fields(preview)["Email"] == "email"
        preview = read_like(organizer, preview, **header_row(77))
        assert header_rows(preview)["n"] == 2
        assert "only blank rows" in text(preview)

    @pytest.mark.parametrize(
        ("step", "said"),
        [("columns_of", {"kind-0": "households"}), ("move_headers", header_row(2))],
    )
    def test_of_a_sheet_that_goes_meanwhile_is_told(
        self, organizer, network, monkeypatch, step, said
    ):
        sheet = b"Name,Address\nName,Address\nAna,12 Main St\n"
        preview = drop(organizer, network, "n.csv", sheet)
        take_step = getattr(previews, step)

        def and_discard(*args, **options):
            with use_network(network):
                StagedSheet.objects.all().delete()
            return take_step(*args, **options)

        monkeypatch.setattr(previews, step, and_discard)
        page = read_like(organizer, preview, **said)
        assert page.status_code == 200
        assert "imported or discarded already" in text(page)

    def test_what_two_say_of_two_sheets_is_kept_of_both(self, organizer, network):
        drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            mine, theirs = StagedSheet.objects.get(), StagedSheet.objects.get()
            correct_columns(mine, sheet="a", kind=None, fields={})
            correct_columns(theirs, sheet="b", kind=None, fields={})
            assert set(StagedSheet.objects.get().columns) == {"a", "b"}

    def test_letters_of_windows_are_found_and_the_page_says_so(self, organizer, network):
        preview = drop(organizer, network, "n.csv", LUCIA.encode("cp1252"))
        assert preview.context["new"][0]["who"] == "Lucía, 12 Main St"
        assert "letters were read as Western Windows" in text(preview)
        assert "letters were read" not in text(drop(organizer, network, "n.csv", LUCIA.encode()))

    def test_letters_and_cells_can_be_said(self, organizer, network):
        url = reverse("import_upload", args=[network.slug])
        content = LUCIA.encode("mac_roman")
        page = organizer.post(url, {"file": SimpleUploadedFile("n.csv", content)})
        assert page.status_code == 422
        said = {
            "file": SimpleUploadedFile("n.csv", content),
            "encoding": "mac_roman",
            "delimiter": "|",
        }
        preview = organizer.post(url, said, follow=True)
        assert preview.context["new"][0]["who"] == "Lucía, 12 Main St"
        assert "letters were read as older Macs" in text(preview)

    @pytest.mark.parametrize("late", [header_row(1), {"kind-0": "volunteers"}])
    def test_another_tab_that_shows_an_earlier_reading_changes_nothing(
        self, organizer, network, late
    ):
        sheet = b"Name,Address,Phone\nName,Address,Email\nAna,12 Main St,a@example.org\n"
        other_tab = drop(organizer, network, "n.csv", sheet)
        read_like(organizer, other_tab, **header_row(2))
        page = read_like(organizer, other_tab, **late)
        assert "read in another way meanwhile" in text(page)
        assert (header_rows(page)["n"], page.context["counts"]["new"]) == (2, 1)
        assert "Import 1 neighbour" in text(page)

    def test_a_column_said_to_be_of_hidden_homes_hides_its_rejected_rows(self, organizer, network):
        sheet = b"Name,Address,Sh,People\nAna,77 Secret Cove,yes,lots\nBo,1 A St,,2\n"
        preview = drop(organizer, network, "n.csv", sheet)
        said = {"Name": "name", "Address": "address", "Sh": "hidden", "People": "people"}
        preview = self.correct(organizer, preview, **said)
        agree(organizer, preview)
        with use_network(network):
            rows = reverse("import_rejected", args=[network.slug, SheetImport.objects.get().pk])
        other = signed_in(MemberFactory(network=network, role=Role.ORGANIZER).user)
        assert "Secret" in text(organizer.get(rows)), "whoever dropped it has it"
        assert "Secret" not in text(other.get(rows))
