"""Large spreadsheets are read in the background: their previews, who sees them, how long."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from geomatch.core.errors import CancelledError, InputError
from geomatch.network.intake.staging import background as stagedreading
from geomatch.network.intake.staging import previews as prepared_previews
from geomatch.network.intake.staging import sheets as staging
from geomatch.network.intake.staging.background import read_in_background
from geomatch.network.models import (
    Household,
    Person,
    PreparedPreview,
    Role,
    Run,
    SheetImport,
    StagedSheet,
)
from geomatch.network.scope import use_network
from geomatch.site.jobs.tasks import carry_out
from geomatch.site.pages.imports import preview_context as previewpage
from tests.factories import HouseholdFactory, MemberFactory, PersonFactory
from tests.security.test_permissions import signed_in
from tests.site.test_import_page import agree, drop
from tests.site.test_preview_columns import TestColumns as Columns
from tests.site.test_preview_columns import header_row, header_rows, read_like
from tests.site.test_preview_page import text

ANA = b"ID,Name,Address,Phone,# in household\n1,Ana Ruiz,14 Main St,555-0202,2\n"
BO = b"2,Bo Lind,3 Elm St,,lots\n"
NAMELESS = b"Who,Where they are,Tel\nAna Ruiz,Fir cabin,555-0101\nBo Lind,Elm cabin,\n"


pytestmark = pytest.mark.usefixtures("all_are_large")


@pytest.fixture
def never_started(settings):
    """A queue whose worker never comes."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def steward(network):
    return signed_in(MemberFactory(network=network, role=Role.STEWARD).user)


@pytest.fixture
def ana(network):
    with use_network(network):
        home = HouseholdFactory(ref="1", given_address="12 Main St", people_count=2)
        PersonFactory(household=home, name="Ana Ruiz", phone="555-0101")
    return home


def again(client, page):
    return client.get(page.request["PATH_INFO"], follow=True)


def press(client, page):
    """Press the one main button of a page that has no preview to show."""
    return client.post(page.context["next_step"]["url"], follow=True)


class TestWhatItShows:
    def test_is_what_a_small_ones_preview_shows(self, organizer, network, ana, monkeypatch):
        large = drop(organizer, network, "n.csv", ANA + BO)
        with use_network(network):
            assert Run.objects.get().kind == Run.Kind.READ
        monkeypatch.setattr(stagedreading, "LARGE_BYTES", 1_000_000)
        small = drop(organizer, network, "n.csv", ANA + BO)
        shown = ("lead", "counts", "kinds_json", "apply_label", "unclear", "changed", "new")
        for name in (*shown, "rejected", "warned", "columns", "fingerprint"):
            assert large.context[name] == small.context[name], name
        assert text(large).count("<ins>") == text(small).count("<ins>") == 2
        rows = [text(organizer.get(page.context["rows_url"])) for page in (large, small)]
        assert "Bo Lind" in rows[0]
        assert rows[0] == rows[1]

    def test_is_imported_and_nothing_of_it_is_left(self, organizer, network, ana):
        result = agree(organizer, drop(organizer, network, "n.csv", ANA + BO))
        assert "1 changed, 1 rejected" in text(result)
        with use_network(network):
            assert Household.objects.get().given_address == "14 Main St"
            assert not StagedSheet.objects.exists()
            assert not PreparedPreview.objects.exists()

    def test_is_kept_sealed(self, organizer, network, ana):
        drop(organizer, network, "n.csv", ANA + BO)
        with use_network(network), connection.cursor() as cursor:
            cursor.execute("SELECT summary_json, rejected_json FROM network_preparedpreview")
            (row,) = cursor.fetchall()
            assert not any(
                word in cell for word in ("Ana Ruiz", "Bo Lind", "Main St") for cell in row
            )
            assert "Ana" not in str(list(Run.objects.values()))

    def test_says_so_where_the_file_has_not_all_rows_that_cannot_be_read(
        self, organizer, network, monkeypatch
    ):
        monkeypatch.setattr(previewpage, "SHOWN", 1)
        monkeypatch.setattr(prepared_previews, "MOST_KEPT", 500)
        sheet = b"Name,Address,People\n" + b"Bo,3 Elm St,lots\n" * 5
        page = drop(organizer, network, "n.csv", sheet)
        kept = page.context["rejected_in_file"]
        assert 0 < kept < page.context["counts"]["rejected"] == 5
        assert f"The file has the first {kept}: mend them" in text(page)
        assert text(organizer.get(page.context["rows_url"])).count("Elm St") == kept

    def test_column_names_below_a_title_are_found(self, organizer, network):
        preview = drop(organizer, network, "n.csv", b"Our list,,,,\n,,,,\n" + ANA)
        assert (header_rows(preview)["n"], preview.context["counts"]["new"]) == (3, 1)


class TestFaultsOfTheFile:
    RAGGED = b"Name,Address\nAna Ruiz,12 Main St,77 Secret Cove,x\n"

    def test_are_said_on_its_page_and_nowhere_else(self, organizer, network):
        page = drop(organizer, network, "n.csv", self.RAGGED)
        assert "This spreadsheet could not be read" in text(page)
        assert "Nothing was saved." in text(page)
        todo = page.context["trouble"]["todo"]
        assert not todo[0].islower(), "a sentence, and not the file's name once more"
        assert "row 2" in todo
        with use_network(network):
            run = Run.objects.get()
            assert (run.state, run.message) == (Run.State.FAILED, stagedreading.COULD_NOT_READ)
            staged = StagedSheet.objects.get()
            assert staging.content_of(staged) == b"", "the file is gone"
        upload = text(organizer.get(reverse("import_upload", args=[network.slug])))
        assert "it could not be read" in upload
        assert "Drop another one" in text(page)

    def test_a_workbook_that_is_none_and_an_empty_table(self, organizer, network):
        for name, content in (("n.xlsx", b"PK\x03\x04 nonsense"), ("n.csv", b"Name,Address\n")):
            page = drop(organizer, network, name, content)
            assert "could not be read" in text(page), name
        with use_network(network):
            assert not PreparedPreview.objects.exists()


class TestWhoMaySee:
    def test_hidden_homes_are_in_a_stewards_preview_only(self, organizer, steward, network, ana):
        with use_network(network):
            Household.objects.update(hidden=True, given_address="77 Secret Cove")
        mine = drop(organizer, network, "n.csv", ANA)
        assert "1 row is of hidden homes" in text(mine)
        theirs = again(steward, mine)
        assert "Read this spreadsheet" in text(theirs)
        assert "Secret" in text(press(steward, theirs))
        assert "Secret" not in text(again(organizer, mine))

    def test_a_home_that_is_hidden_since_is_not_shown_from_before(self, organizer, network, ana):
        preview = drop(organizer, network, "n.csv", ANA)
        assert "12 Main St" in text(preview)
        with use_network(network):
            Household.objects.update(hidden=True, updated_at=timezone.now())
        page = again(organizer, preview)
        assert "12 Main St" not in text(page)
        assert "1 row is of hidden homes" in text(press(organizer, page))

    def test_nor_are_rows_rejected_from_before(self, organizer, network, ana):
        preview = drop(organizer, network, "n.csv", ANA + BO)
        with use_network(network):
            Household.objects.update(hidden=True, updated_at=timezone.now())
        rows = organizer.get(preview.context["rows_url"])
        assert rows.url == preview.request["PATH_INFO"]

    def test_it_is_for_whoever_dropped_it_and_for_stewards(self, organizer, steward, network):
        preview = drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            run = Run.objects.get()
        other = signed_in(MemberFactory(network=network, role=Role.ORGANIZER).user)
        coordinator = signed_in(MemberFactory(network=network, role=Role.COORDINATOR).user)
        assert again(other, preview).status_code == 404
        assert again(steward, preview).status_code == 200
        work = reverse("run_detail", args=[network.slug, run.pk])
        here = preview.request["PATH_INFO"]
        assert organizer.get(work).url == here
        for client in (other, coordinator):
            assert here not in client.get(work).get("Location", "")


class TestWhenTheNetworkChanges:
    def test_another_import_makes_it_be_compared_again(self, organizer, network, ana):
        preview = drop(organizer, network, "n.csv", ANA)
        agree(organizer, drop(organizer, network, "other.csv", ANA.replace(b"14 Main", b"16 Main")))
        page = again(organizer, preview)
        assert "The neighbours have changed since" in text(page)
        fresh = press(organizer, page)
        assert "<del>16 Main St</del> <ins>14 Main St</ins>" in text(fresh)

    def test_taking_one_back_as_well(self, organizer, network, ana):
        result = agree(organizer, drop(organizer, network, "n.csv", ANA))
        preview = drop(organizer, network, "n.csv", ANA)
        assert preview.context["counts"]["as before"] == 1
        organizer.post(result.context["take_back_url"])
        assert press(organizer, again(organizer, preview)).context["counts"]["changed"] == 1

    def test_what_was_agreed_to_is_compared_and_not_written_blindly(self, organizer, network, ana):
        preview = drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            Person.objects.update(phone="555-0999")
        page = agree(organizer, preview)
        assert "Somebody changed the neighbours since you looked" in text(page)
        with use_network(network):
            assert Person.objects.get().phone == "555-0999"
            assert not SheetImport.objects.exists()
        assert "<del>555-0999</del>" in text(press(organizer, again(organizer, preview)))

    def test_choices_wait_for_the_new_preview(self, organizer, network, ana):
        sheet = b"Name,Address\nAnna Ruiz,12 Main Street\n"
        preview = drop(organizer, network, "n.csv", sheet)
        (row,) = preview.context["unclear"]
        said = {f"row {row['key']}": "ref:1", f"saw {row['key']}": row["saw"]}
        organizer.post(preview.context["choices_url"], said)
        agree(organizer, drop(organizer, network, "o.csv", b"Name,Address\nCy Ek,9 Fir St\n"))
        fresh = press(organizer, again(organizer, preview))
        assert fresh.context["unclear"][0]["chosen"] == "ref:1"
        assert fresh.context["apply_label"] == "Import 1 neighbour"


class TestCorrecting:
    def test_columns_are_read_anew(self, organizer, network):
        preview = drop(organizer, network, "list.csv", NAMELESS)
        said = {"Who": "name", "Where they are": "address", "Tel": "phone"}
        fixed = Columns().correct(organizer, preview, **said)
        assert Columns().fields(fixed) == said
        assert "Import 2 neighbours" in text(fixed)

    def test_another_kind_is_proposed_afresh(self, organizer, network):
        sheet = b"Name,Address,Can help with\nAna,1 A St,rides\n"
        preview = drop(organizer, network, "n.csv", sheet)
        assert "Import 1 volunteer" in text(preview)
        fixed = Columns().correct(organizer, preview, kind="households")
        assert "Import 1 neighbour" in text(fixed)

    def test_a_row_without_column_names_is_said_and_undone(self, organizer, network):
        preview = drop(organizer, network, "n.csv", ANA)
        page = read_like(organizer, preview, **header_row(77))
        assert "only blank rows" in text(page)
        assert (header_rows(page)["n"], page.context["counts"]["new"]) == (1, 1)

    def test_a_row_with_column_names_is_read_from_there(self, organizer, network):
        sheet = b"Name,Address,Phone\nName,Address,Email\nAna,12 Main St,a@example.org\n"
        preview = drop(organizer, network, "n.csv", sheet)
        preview = Columns().correct(organizer, preview, Name="name", Address="address")
        moved = read_like(organizer, preview, **header_row(2))
        assert (header_rows(moved)["n"], moved.context["counts"]["new"]) == (2, 1)
        assert Columns().fields(moved)["Email"] == "email", "what was said of others is forgotten"

    def test_a_tab_left_open_does_not_move_the_header_back(self, organizer, network):
        sheet = b"Name,Address,Phone\nName,Address,Email\nAna,12 Main St,a@example.org\n"
        other_tab = drop(organizer, network, "n.csv", sheet)
        read_like(organizer, other_tab, **header_row(2))
        page = read_like(organizer, other_tab, **header_row(1))
        assert "read in another way meanwhile" in text(page)
        assert (header_rows(page)["n"], page.context["counts"]["new"]) == (2, 1)

    def test_what_was_said_of_columns_outlives_a_row_without_names(self, organizer, network):
        preview = drop(organizer, network, "n.csv", NAMELESS)
        said = {"Who": "name", "Where they are": "address", "Tel": "phone"}
        fixed = Columns().correct(organizer, preview, **said)
        page = read_like(organizer, fixed, **header_row(77))
        assert "It is shown as it was read before" in text(page)
        assert Columns().fields(page) == said
        assert page.context["counts"] == fixed.context["counts"]

    @pytest.mark.parametrize("said", [{"kind-0": "volunteers"}, header_row(2)])
    def test_what_is_not_kept_as_it_was_read_otherwise_meanwhile_is_said(
        self, organizer, network, never_started, said
    ):
        drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            staged = StagedSheet.objects.get()
        url = reverse("import_columns", args=[network.slug, staged.pk])
        assert "what you said of its columns is not kept" in text(
            organizer.post(url, said, follow=True)
        )
        with use_network(network):
            staged.refresh_from_db()
        assert staged.columns == {}

    @pytest.mark.parametrize("how", ["beside another reading", "stopped, and read again"])
    def test_no_file_that_could_be_read_is_thrown_away(self, organizer, network, settings, how):
        preview = drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            staged = StagedSheet.objects.get()
            Run.objects.all().delete()
        settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
        read = reverse("import_read", args=[network.slug, staged.pk])
        if how == "beside another reading":
            organizer.post(read)
        read_like(organizer, preview, **header_row(77))
        if how == "stopped, and read again":
            with use_network(network):
                run = Run.objects.get()
            organizer.post(reverse("run_cancel", args=[network.slug, run.pk]))
            organizer.post(read)
        with use_network(network):
            runs = [run.pk for run in Run.objects.order_by("pk")]
        assert len(runs) == 2
        for run in runs:
            carry_out.call(network.pk, run)
        with use_network(network):
            assert staging.content_of(StagedSheet.objects.get()) == ANA
        assert again(organizer, preview).context["counts"]["new"] == 1

    def test_what_was_read_once_is_kept_though_its_preview_is_forgotten(self, organizer, network):
        preview = drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            staged = StagedSheet.objects.get()
            prepared_previews.forget_prepared(staged)
        prepared_previews.keep_trouble(network=network, staged=staged, trouble="It is odd.")
        page = again(organizer, preview)
        assert "The spreadsheet waits as it was." in text(page)
        assert press(organizer, page).context["counts"]["new"] == 1

    def test_what_was_read_as_it_was_before_is_not_kept(self, organizer, network, never_started):
        drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            staged = StagedSheet.objects.get()

        def correct(done: float, total: float, step: str) -> bool:
            with use_network(network):
                staging.correct_reading(staged, {"header_row": 2}, {}, ["n"])
            return True

        with pytest.raises(InputError, match="Somebody corrected"):
            read_in_background(
                network=network,
                staged=staged.pk,
                sees_hidden=True,
                summed_up=previewpage.summed_up,
                progress=correct,
            )
        with use_network(network):
            assert not PreparedPreview.objects.exists()


class TestTheWork:
    def test_its_bar_moves_and_it_can_be_stopped(self, organizer, network, never_started):
        sheet = b"Name,Address\n" + b"".join(b"N%d,%d A St\n" % (n, n) for n in range(9_000))
        page = drop(organizer, network, "n.csv", sheet)
        assert "Reading a spreadsheet" in text(page)
        with use_network(network):
            staged = StagedSheet.objects.get()
        said = []

        def stop(done: float, total: float, step: str) -> bool:
            said.append((done / total, step))
            return step != "Comparing: 4,500 of 9,000 rows"

        with pytest.raises(CancelledError):
            read_in_background(
                network=network,
                staged=staged.pk,
                sees_hidden=True,
                summed_up=previewpage.summed_up,
                progress=stop,
            )
        assert said == sorted(said, key=lambda one: one[0])
        assert said[0][1].startswith("Reading the file: ")
        assert said[-1][0] == pytest.approx((7 + 6 * 4_500 / 9_000) / 13)
        longest = max(one[0] - other[0] for other, one in pairwise(said[1:]))
        assert longest < 0.05, "it stands still nowhere, reading cells and neighbours neither"
        with use_network(network):
            run = Run.objects.get()
        stopped = organizer.post(reverse("run_cancel", args=[network.slug, run.pk]), follow=True)
        assert "The spreadsheet waits where you left it" in text(stopped)
        waiting = organizer.get(reverse("import_preview", args=[network.slug, staged.pk]))
        assert "Read this spreadsheet" in text(waiting)

    def test_each_sheet_is_read_once_at_a_time(self, organizer, network, never_started):
        first = drop(organizer, network, "a.csv", ANA)
        second = drop(organizer, network, "b.csv", ANA)
        assert first.request["PATH_INFO"] != second.request["PATH_INFO"]
        with use_network(network):
            sheets = list(StagedSheet.objects.values_list("pk", flat=True))
        for staged in sheets:
            organizer.post(reverse("import_read", args=[network.slug, staged]))
            page = organizer.get(reverse("import_preview", args=[network.slug, staged]))
            assert "/work/" in page.url, "it is under way"
        with use_network(network):
            assert sorted(run.options["staged"] for run in Run.objects.all()) == sorted(sheets)

    def test_a_sheet_that_is_discarded_meanwhile_is_gone(self, organizer, network, never_started):
        drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            staged = StagedSheet.objects.get()

        def discard(*_) -> bool:
            with use_network(network):
                StagedSheet.objects.all().delete()
            return True

        for _ in range(2):
            with pytest.raises(InputError, match=staging.GONE):
                read_in_background(
                    network=network,
                    staged=staged.pk,
                    sees_hidden=True,
                    summed_up=previewpage.summed_up,
                    progress=discard,
                )
