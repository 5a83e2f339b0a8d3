"""Spreadsheets lie open while they are read: where nobody else looks, and not for long."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from geomatch.network.intake.staging import reading as stagedfiles
from geomatch.network.intake.staging import scratch as plainfiles
from geomatch.site.jobs.cleanup import forget_what_is_over
from geomatch.site.pages.imports import imports
from tests.site.test_import_page import drop


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.FILE_UPLOAD_TEMP_DIR = settings.HOME / "open"
    return settings.HOME


def test_a_sheet_is_read_in_a_private_folder_beside_the_database(home, monkeypatch):
    opened, seen = stagedfiles.Spreadsheet, []

    def watched(path, **options):
        seen.append((path.parent.parent, stat.S_IMODE(path.parent.parent.stat().st_mode)))
        return opened(path, **options)

    monkeypatch.setattr(stagedfiles, "Spreadsheet", watched)
    assert stagedfiles.tables_of(b"Name\nAna\n", "n.csv", reading={})["n"].names == ["Name"]
    assert seen == [(home / "open", 0o700)]
    assert list((home / "open").iterdir()) == []


@pytest.mark.django_db
def test_what_a_killed_worker_left_behind_is_deleted_and_what_is_read_now_is_not(home):
    with plainfiles.open_folder() as now:
        left, upload = home / "open" / "left", home / "open" / "tmp1.upload.csv"
        left.mkdir()
        (left / "sheet.csv").write_text("Ana Ruiz")
        upload.write_text("Ana Ruiz")
        long_ago = time.time() - plainfiles.LONGEST_S - 60  # noqa: TID251 - a date for files
        for old in (left, upload):
            os.utime(old, (long_ago, long_ago))
        forget_what_is_over()
        assert list((home / "open").iterdir()) == [now]


def test_a_sheet_is_read_where_no_folder_can_be_made(home):
    home.write_text("a file")
    assert stagedfiles.tables_of(b"Name\nAna\n", "n.csv", reading={})["n"].names == ["Name"]
    plainfiles.forget_old_files()


def test_an_upload_lies_there_while_it_arrives(organizer, network, settings, monkeypatch):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    where = Path(settings.FILE_UPLOAD_TEMP_DIR)
    where.mkdir(mode=0o755, parents=True)  # as somebody may have made it
    plainfiles.forget_old_files()
    seen = []

    def watched(asked, content):
        seen.extend(where.iterdir())
        return is_large(asked, content)

    is_large = imports.is_large
    monkeypatch.setattr(imports, "is_large", watched)
    drop(organizer, network, "n.csv", b"Name,Address\nAna,12 Main St\n")
    assert [upload.name.rpartition(".upload")[2] for upload in seen] == [".csv"]
    assert stat.S_IMODE(where.stat().st_mode) == 0o700
    assert list(where.iterdir()) == []


def test_that_folder_is_beside_the_database():
    """As the settings have it, before a test says otherwise."""
    from geomatch import settings as ours

    assert ours.FILE_UPLOAD_TEMP_DIR == ours.HOME / "open"
    assert stat.S_IMODE(ours.FILE_UPLOAD_TEMP_DIR.stat().st_mode) == 0o700
