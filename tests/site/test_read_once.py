"""A dropped sheet is read once: what the page shows and what is imported are those rows."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from geomatch.network.intake.files import kept_tables, spreadsheets
from geomatch.network.intake.staging.reading import kept_tables as tables_of_staged
from geomatch.network.models import Household, PreparedPreview, Role, Run, StagedSheet
from geomatch.network.scope import use_network
from geomatch.site.pages.imports import previews
from tests.factories import MemberFactory
from tests.network.test_signups import sent
from tests.security.test_permissions import signed_in
from tests.site.test_commands import write_workbook
from tests.site.test_import_page import agree, drop
from tests.site.test_preview_columns import header_row, header_rows, read_like
from tests.site.test_preview_page import text
from tests.site.test_signups_let_in import all_let_in

ANA = b"Name,Address,People\nAna Ruiz,12 Main St,2\nBo Lind,3 Elm St,lots\n"
TWICE = b"Name,Address,Phone\nName,Address,Email\nAna,12 Main St,a@example.org\n"


@pytest.fixture
def reads(monkeypatch) -> Counter[str]:
    """How often a file was opened, and each of its sheets read."""
    counted: Counter[str] = Counter()

    def watched(name: str, label: Callable[[dict], str]) -> None:
        real = getattr(spreadsheets, name)

        def counting(path, **options):
            counted[label(options)] += 1
            return real(path, **options)

        monkeypatch.setattr(spreadsheets, name, counting)

    watched("read_rows", lambda options: options.get("sheet") or "table")
    watched("sheet_names", lambda _: "names of sheets")
    return counted


@pytest.fixture(params=["small", "large"])
def either_size(request):
    """Once read while somebody waits, once by the worker."""
    if request.param == "large":
        request.getfixturevalue("all_are_large")


@pytest.mark.usefixtures("either_size")
class TestFromDropToRow:
    def test_a_text_is_read_once(self, organizer, network, reads):
        preview = drop(organizer, network, "n.csv", ANA)
        assert preview.context["counts"]["new"] == 1
        assert "Bo Lind" in text(organizer.get(preview.context["rows_url"]))
        organizer.get(preview.request["PATH_INFO"])
        agree(organizer, preview)
        with use_network(network):
            assert Household.objects.get().given_address == "12 Main St"
        assert reads == {"table": 1}

    def test_each_sheet_of_a_workbook_is_read_once(self, organizer, network, tmp_path, reads):
        book = tmp_path / "n.xlsx"
        write_workbook(
            book,
            Neighbors=[["Name", "Address"], ["Ana", "12 Main St"]],
            Volunteers=[["Name", "Address", "Skills"], ["Cy", "2 Elm St", "rides"]],
        )
        agree(organizer, drop(organizer, network, "n.xlsx", book.read_bytes()))
        with use_network(network):
            assert Household.objects.count() == 2
        assert reads == {"names of sheets": 1, "Neighbors": 1, "Volunteers": 1}

    def test_what_columns_are_said_to_be_reads_nothing_again(self, organizer, network, reads):
        preview = drop(organizer, network, "n.csv", b"Who,Address,X\nAna,12 Main St,555-0101\n")
        preview = read_like(organizer, preview, **{"column-0-2": "phone"})
        assert preview.context["columns"][0]["columns"][2]["field"] == "phone"
        agree(organizer, preview)
        assert reads == {"table": 1}

    def test_names_below_a_title_are_found_in_what_was_read(
        self, organizer, network, tmp_path, reads
    ):
        preview = drop(organizer, network, "n.csv", b"Our list,,\n,,\n" + ANA)
        assert (header_rows(preview)["n"], preview.context["counts"]["new"]) == (3, 1)
        assert reads == {"table": 1}
        book = tmp_path / "n.xlsx"
        write_workbook(
            book,
            Neighbors=[["Our street"], [], ["Name", "Address"], ["Ana", "12 Main St"]],
            Volunteers=[["Name", "Address", "Skills"], ["Cy", "2 Elm St", "rides"]],
        )
        preview = drop(organizer, network, "n.xlsx", book.read_bytes())
        assert header_rows(preview) == {"Neighbors": 3, "Volunteers": 1}
        assert reads == {"table": 1, "names of sheets": 1, "Neighbors": 1, "Volunteers": 1}

    def test_another_row_of_names_reads_once_more(self, organizer, network, reads):
        preview = drop(organizer, network, "n.csv", TWICE)
        preview = read_like(organizer, preview, **header_row(2))
        assert (header_rows(preview)["n"], preview.context["counts"]["new"]) == (2, 1)
        agree(organizer, preview)
        with use_network(network):
            assert Household.objects.count() == 1
        assert reads == {"table": 2}

    def test_of_a_workbook_only_the_sheet_whose_names_stand_elsewhere(
        self, organizer, network, tmp_path, reads
    ):
        book = tmp_path / "n.xlsx"
        write_workbook(
            book,
            Neighbors=[["Name", "Address"], ["Name", "Address"], ["Ana", "12 Main St"]],
            Volunteers=[["Name", "Address", "Skills"], ["Cy", "2 Elm St", "rides"]],
        )
        preview = drop(organizer, network, "n.xlsx", book.read_bytes())
        preview = read_like(organizer, preview, **header_row(2))
        assert header_rows(preview) == {"Neighbors": 2, "Volunteers": 1}
        agree(organizer, preview)
        assert reads == {"names of sheets": 1, "Neighbors": 2, "Volunteers": 1}


def test_in_the_background_nothing_is_read_again(organizer, network, reads, monkeypatch):
    monkeypatch.setattr(previews, "AT_ONCE", 1)
    agree(organizer, drop(organizer, network, "n.csv", ANA))
    with use_network(network):
        assert Run.objects.get().kind == Run.Kind.IMPORT
        assert Household.objects.count() == 1
    assert reads == {"table": 1}


@pytest.mark.usefixtures("all_are_large")
def test_a_stewards_preview_of_a_large_sheet_reads_nothing_again(organizer, network, reads):
    steward = signed_in(MemberFactory(network=network, role=Role.STEWARD).user)
    preview = drop(organizer, network, "n.csv", ANA)
    theirs = steward.get(preview.request["PATH_INFO"])
    steward.post(theirs.context["next_step"]["url"], follow=True)
    with use_network(network):
        assert PreparedPreview.objects.count() == 2
    assert reads == {"table": 1}


def test_sign_ups_are_read_once(inside, reads):
    sent(inside)
    assert all_let_in(inside) == (1, 0)
    assert reads == {"table": 1}


class TestWhatIsKept:
    def test_is_sealed_and_goes_with_the_sheet(self, organizer, network):
        preview = drop(organizer, network, "n.csv", ANA)
        with use_network(network), connection.cursor() as cursor:
            cursor.execute("SELECT tables_pressed FROM network_stagedsheet")
            ((sealed,),) = cursor.fetchall()
            assert "Ana" in str(tables_of_staged(network, StagedSheet.objects.get()))
            assert kept_tables.unpress_tables(StagedSheet.objects.get().tables_pressed)
        with pytest.raises((ValueError, zlib.error)):
            kept_tables.unpress_tables(sealed)
        agree(organizer, preview)
        with use_network(network):
            assert not StagedSheet.objects.exists()

    @pytest.mark.parametrize("form", [None, 0])
    def test_in_no_form_that_is_known_the_file_is_read(
        self, organizer, network, reads, monkeypatch, form
    ):
        preview = drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            if form is None:  # it waits since an earlier geomatch
                StagedSheet.objects.update(tables_pressed=None, rows=0)
        if form is not None:
            monkeypatch.setattr(kept_tables, "FORM", form)
        agree(organizer, preview)
        with use_network(network):
            assert Household.objects.count() == 1
        assert reads == {"table": 2}

    def test_is_what_was_read_whatever_stands_in_a_cell(self):
        table = spreadsheets.Table.from_columns(
            {"Name": ["a\nb", "\u2028", "\ud800", "="], "two\nlines": ["", "\x00", "“", "\x85"]},
            file="n.csv",
        )
        kept = kept_tables.unpress_tables(kept_tables.press_tables({"x\n": table, "y": table}))
        assert list(kept) == ["x\n", "y"]
        for again in kept.values():
            assert (again.names, again.columns, again.file) == (
                table.names,
                table.columns,
                table.file,
            )
            assert again.row_numbers.tolist() == [2, 3, 4, 5]
            assert again.row_numbers.dtype == table.row_numbers.dtype
