"""Several large spreadsheets wait at a time: how many may, where they are listed, what is large."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from geomatch.network.intake.staging import background as stagedreading
from geomatch.network.intake.staging import sheets as staging
from geomatch.network.intake.staging.background import is_large
from geomatch.network.intake.staging.sheets import KEPT_FOR, stage_sheet
from geomatch.network.models import PreparedPreview, StagedSheet
from geomatch.network.scope import use_network
from geomatch.site.jobs.cleanup import forget_what_is_over
from geomatch.site.pages.imports import imports, previews
from tests.factories import HouseholdFactory
from tests.site.test_import_page import drop
from tests.site.test_large_previews import ANA, again
from tests.site.test_preview_columns import header_row, read_like
from tests.site.test_preview_page import text

RAGGED = b"Name,Address\nAna Ruiz,12 Main St,77 Secret Cove,x\n"


pytestmark = pytest.mark.usefixtures("all_are_large")


class TestHowMuchMayWait:
    @pytest.fixture(autouse=True)
    def _nothing_more_is_opened(self, monkeypatch, organizer, network):
        drop(organizer, network, "first.csv", ANA)
        for name in ("find_tables", "is_large"):
            monkeypatch.setattr(imports, name, lambda *_: pytest.fail("it was opened"))

    @pytest.mark.parametrize(("limit", "value"), [("MOST_SHEETS", 1), ("MOST_BYTES", len(ANA))])
    def test_is_bounded_before_a_file_is_opened(
        self, organizer, network, monkeypatch, limit, value
    ):
        monkeypatch.setattr(staging, limit, value)
        page = drop(organizer, network, "second.csv", ANA)
        assert page.status_code == 422
        assert "wait to be imported, and there is room for" in text(page)
        with use_network(network):
            assert [str(staged) for staged in StagedSheet.objects.all()] == ["first.csv"]

    def test_what_was_left_lying_makes_room(self, organizer, network, monkeypatch):
        monkeypatch.setattr(staging, "MOST_SHEETS", 1)
        with use_network(network):
            StagedSheet.objects.update(staged_at=timezone.now() - KEPT_FOR - dt.timedelta(hours=1))
            stage_sheet(network=network, file_name="second.csv", content=ANA, actor=None)
            assert [str(staged) for staged in StagedSheet.objects.all()] == ["second.csv"]
            assert not PreparedPreview.objects.exists()


def test_several_wait_and_none_destroys_another(organizer, network):
    pages = [drop(organizer, network, name, ANA) for name in ("a.csv", "b.csv", "c.csv")]
    upload = text(organizer.get(reverse("import_upload", args=[network.slug])))
    assert all(f">{name}</a>" in upload for name in ("a.csv", "b.csv", "c.csv"))
    assert all(again(organizer, page).status_code == 200 for page in pages)


class TestTheirList:
    def listed(self, client, network) -> list[tuple[str, bool]]:
        page = client.get(reverse("import_upload", args=[network.slug]))
        return [(sheet["file_name"], sheet["trouble"]) for sheet in page.context["waiting"]]

    def test_has_all_that_take_up_room_however_many_could_not_be_read(
        self, organizer, network, monkeypatch
    ):
        monkeypatch.setattr(imports, "UNREAD_SHOWN", 2)
        drop(organizer, network, "first.csv", ANA)
        for number in range(4):
            drop(organizer, network, f"bad{number}.csv", RAGGED)
        drop(organizer, network, "last.csv", ANA)
        assert self.listed(organizer, network) == [
            ("last.csv", False),
            ("bad3.csv", True),
            ("bad2.csv", True),
            ("first.csv", False),
        ]

    def test_does_not_say_of_a_sheet_that_waits_that_it_cannot_be_read(self, organizer, network):
        preview = drop(organizer, network, "n.csv", ANA)
        read_like(organizer, preview, **header_row(77))
        assert self.listed(organizer, network) == [("n.csv", False)]


def test_they_are_forgotten_by_whoever_works_in_the_background(organizer, network, monkeypatch):
    from geomatch.site.jobs import worker

    drop(organizer, network, "n.csv", ANA)
    at_work = worker.SiteWorker.__new__(worker.SiteWorker)
    at_work._tidied_at = float("-inf")
    with use_network(network):
        StagedSheet.objects.update(staged_at=timezone.now() - KEPT_FOR - dt.timedelta(hours=1))
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    at_work._look()
    with use_network(network):
        assert not StagedSheet.objects.exists()
        assert not PreparedPreview.objects.exists()
    monkeypatch.setattr(worker, "forget_what_is_over", lambda: pytest.fail("too often"))
    at_work._look()
    forget_what_is_over()  # where there is nothing, nothing happens


def test_a_worker_begins_where_old_files_cannot_be_looked_at(network, monkeypatch):
    from geomatch.site.jobs import cleanup as tidying
    from geomatch.site.jobs import worker

    def refuse() -> None:
        raise PermissionError

    monkeypatch.setattr(tidying, "forget_old_signs", refuse)
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    at_work = worker.SiteWorker.__new__(worker.SiteWorker)
    at_work._tidied_at = float("-inf")
    at_work._look()


class TestWhatIsLarge:
    @pytest.fixture(autouse=True)
    def _limits(self, all_are_large, monkeypatch):  # its limits hold, not those of the file
        monkeypatch.setattr(stagedreading, "LARGE_BYTES", 1_000)
        monkeypatch.setattr(stagedreading, "LARGE_UNPACKED", 5_000)
        monkeypatch.setattr(stagedreading, "MANY_HOMES", 1)

    def book(self, size: int) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("sheet1.xml", b" " * size)
        return out.getvalue()

    def test_is_told_by_bytes_packed_or_not(self, network):
        assert [is_large(network, b"x" * size) for size in (1_000, 1_001)] == [False, True]
        assert [is_large(network, self.book(size)) for size in (5_000, 5_001)] == [False, True]

    def test_is_not_told_by_a_small_workbook_at_the_end_of_a_large_text(self, network):
        assert is_large(network, b"x" * 1_001 + self.book(1))

    def test_is_told_by_the_homes_it_is_compared_with(self, network):
        with use_network(network):
            HouseholdFactory()
        assert not is_large(network, ANA)
        with use_network(network):
            HouseholdFactory()
        assert is_large(network, ANA)

    def test_a_small_one_is_not_read_in_the_background(self, organizer, network, monkeypatch):
        preview = drop(organizer, network, "n.csv", ANA)
        staged = preview.resolver_match.kwargs["staged"]
        monkeypatch.setattr(previews, "start", lambda **_: pytest.fail("in the background"))
        back = organizer.post(reverse("import_read", args=[network.slug, staged]))
        assert back.url == preview.request["PATH_INFO"]
