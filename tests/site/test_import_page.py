"""The import page: what it takes, what it refuses, and that a refusal saves nothing."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from geomatch.network.intake.files.rejected import press
from geomatch.network.models import Household, Role, Run, SheetImport
from geomatch.network.scope import use_network
from tests.factories import HouseholdFactory, MemberFactory, PersonFactory
from tests.security.test_permissions import signed_in
from tests.site.test_commands import SHEET, UNREADABLE


@pytest.fixture
def organizer(client, network):
    user = MemberFactory(network=network, role=Role.ORGANIZER).user
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def drop(client, network, name: str, content: bytes):
    url = reverse("import_upload", args=[network.slug])
    return client.post(url, {"file": SimpleUploadedFile(name, content)}, follow=True)


def agree(client, page, **choices: str):
    """Press the button of a preview."""
    said = {"fingerprint": page.context["fingerprint"], **choices}
    return client.post(page.context["apply_url"], said, follow=True)


def test_a_sheet_is_looked_at_then_taken_and_the_bad_row_rejected(organizer, network):
    preview = drop(organizer, network, "neighbors.csv", SHEET.encode())
    seen = preview.content.decode()
    assert "1 new, 1 rejected. Nothing is saved yet." in seen
    assert "Import 1 neighbour" in seen
    assert "lots" in seen
    with use_network(network):
        assert Household.objects.count() == SheetImport.objects.count() == 0
    page = agree(organizer, preview).content.decode()
    assert "1 new, 1 rejected" in page
    assert "lots" in page
    assert "Place 1 address" in page


def test_the_rejected_rows_come_back_as_a_file(organizer, network):
    agree(organizer, drop(organizer, network, "neighbors.csv", SHEET.encode()))
    with use_network(network):
        sheet = SheetImport.objects.get()
    url = reverse("import_rejected", kwargs={"network": network.slug, "sheet": sheet.pk})
    answer = organizer.get(url)
    assert answer["Content-Type"].startswith("text/csv")
    text = answer.content.decode("utf-8-sig")
    assert "Bo Lind" in text
    assert "Ana Ruiz" not in text


def test_formulas_in_rejected_rows_do_not_come_back_alive(organizer, network):
    sheet = 'ID,Name,Address,# in household\n1,"=HYPERLINK(""http://x"")",12 Main St,lots\n'
    preview = drop(organizer, network, "neighbors.csv", sheet.encode())
    file = organizer.get(preview.context["rows_url"]).content.decode("utf-8-sig")
    assert "HYPERLINK" in file
    assert ",=HYPERLINK" not in file


@pytest.mark.parametrize("make", UNREADABLE, ids=lambda make: make.__name__)
def test_unreadable_files_are_refused_on_the_page(organizer, network, tmp_path, make):
    path = make(tmp_path)
    answer = drop(organizer, network, path.name, path.read_bytes())
    page = answer.content.decode()
    assert answer.status_code in {200, 422}
    assert "Nothing was saved" in page or "This file is empty" in page
    trouble = answer.context.get("trouble")
    assert trouble is None or (trouble["todo"][0].isupper() and trouble["todo"][-1] in ".?…")
    with use_network(network):
        assert Household.objects.count() == 0
        assert SheetImport.objects.count() == 0


@pytest.mark.parametrize("name", ["photo.png", "sheet.xlsx.exe", "sheet"])
def test_other_kinds_of_files_are_refused_by_name(organizer, network, name):
    page = drop(organizer, network, name, b"ID,Name\n").content.decode()
    assert "no spreadsheet we can read" in page


def test_a_file_that_is_too_large_is_refused_before_it_is_opened(organizer, network, settings):
    settings.UPLOAD_LIMIT_BYTES = 100
    page = drop(organizer, network, "sheet.csv", b"x" * 101).content.decode()
    assert "larger than" in page


def test_no_file_at_all(organizer, network):
    url = reverse("import_upload", args=[network.slug])
    assert "Choose a spreadsheet first" in organizer.post(url).content.decode()


def test_a_run_that_fails_says_so_in_words(organizer, network):
    """No household is placed, so no plan can be drawn: the page says what to do."""
    url = reverse("start_planning", args=[network.slug])
    sizes = {"min_size": 5, "max_size": 30, "target_size": 13, "size_by": "households"}
    page = organizer.post(url, sizes, follow=True).content.decode()
    assert "place the addresses first" in page
    with use_network(network):
        assert Run.objects.get().state == Run.State.FAILED


def test_sizes_out_of_order_are_refused(organizer, network):
    url = reverse("start_planning", args=[network.slug])
    sizes = {"min_size": 20, "max_size": 10, "target_size": 13, "size_by": "households"}
    page = organizer.post(url, sizes, follow=True).content.decode()
    assert "Put the three numbers in order" in page
    with use_network(network):
        assert Run.objects.count() == 0


def test_rejected_rows_of_an_earlier_geomatch_are_taken_once_they_are_mended(organizer, network):
    before = (
        b"of sheet,refused row,refused column,what to do,Name,Address\n"
        b"Neighbors,3,# in household,a whole number,Bo Lind,3 Elm St\n"
    )
    preview = drop(organizer, network, "rows-to-mend.csv", before)
    (columns,) = preview.context["columns"]
    assert columns["sheet"] == "Neighbors"
    assert [column["name"] for column in columns["columns"]] == ["Name", "Address"]
    assert preview.context["counts"]["new"] == 1


class TestRejected:
    """As many rows are said to be rejected as the table and the file have."""

    MANY_FAULTS = (
        "ID,Name,Address,# in household,Exposed until,Private address\n"
        "1,Ana Ruiz,12 Main St,3,,no\n"
        "2,Bo Lind,14 Main St,lots,soon,no\n"  # two faults, one row
        "3,Cy Hidden,77 Secret Cove,some,,yes\n"
        "4,Ana Ruis,12 Main Street,2,,no\n"  # alike with somebody who was there before
    )

    @pytest.fixture
    def taken(self, organizer, network):
        with use_network(network):
            PersonFactory(name="Anna Ruis", household=HouseholdFactory(given_address="12 Main St"))
        return agree(organizer, drop(organizer, network, "n.csv", self.MANY_FAULTS.encode()))

    def counts(self, client, page) -> tuple[int, int, int, int]:
        """Return rejected rows as the sentence, the figures, the table and the file say."""
        said = re.search(r"(\d+) rejected", page.context["lead"])
        file = client.get(page.context["download_url"]).content.decode("utf-8-sig")
        return (
            int(said[1]) if said else 0,
            sum(kind["rejected"] for kind in page.context["kinds"]),
            len(page.context["rejected"]),
            len(file.splitlines()) - 1,
        )

    def test_for_whoever_dropped_the_sheet(self, organizer, network, taken):
        assert self.counts(organizer, taken) == (4, 4, 4, 4), taken.context["lead"]
        faults = [len(row["faults"]) for row in taken.context["rejected"]]
        assert sorted(faults) == [1, 1, 1, 2]

    def test_for_somebody_else_who_may_not_see_all(self, organizer, network, taken):
        other = signed_in(MemberFactory(network=network, role=Role.ORGANIZER).user)
        page = other.get(taken.request["PATH_INFO"])
        assert self.counts(other, page) == (3, 3, 3, 3), page.context["lead"]
        assert "1 row is of hidden homes and kept for stewards." in page.context["lead"]

    def test_a_mended_file_is_taken_whole(self, organizer, network, taken):
        file = organizer.get(taken.context["download_url"]).content.decode("utf-8-sig")
        assert "Exposed until; # in household" in file
        mended = file.replace("lots", "2").replace("soon", "").replace("some", "1")
        preview = drop(organizer, network, "rows-to-mend.csv", mended.encode())
        assert preview.context["counts"]["rejected"] == 0

    def test_what_was_kept_fault_by_fault_before_counts_as_rows(self, organizer, network):
        """As imports of an earlier day kept it, without the kind of the row."""
        fault = {"sheet": "n", "row": 2, "column": "Zip", "value": "x", "message": "", "cells": {}}
        with use_network(network):
            old = SheetImport.objects.create(
                file_name="n.csv",
                figures={"households": {"new": 3, "rejected": 1}},
                rejected_pressed=press([fault, fault | {"column": "Tel"}]).text,
                imported_by=get_user(organizer),
            )
        page = organizer.get(reverse("import_result", args=[network.slug, old.pk]))
        assert self.counts(organizer, page) == (1, 1, 1, 1)
