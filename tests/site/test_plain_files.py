"""Spreadsheets lie open while they are read: where nobody else looks, and not for long."""

from __future__ import annotations

import os
import stat
import time

import pytest

from geomatch.site import plainfiles, stagedfiles
from geomatch.site.tidying import forget_what_is_over


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    return settings.HOME


def test_a_sheet_is_read_in_a_private_folder_beside_the_database(home, monkeypatch):
    read, seen = stagedfiles.read_sheets_of, []

    def watched(path, **options):
        seen.append((path.parent.parent, stat.S_IMODE(path.parent.parent.stat().st_mode)))
        return read(path, **options)

    monkeypatch.setattr(stagedfiles, "read_sheets_of", watched)
    assert stagedfiles.tables_of(b"Name\nAna\n", "n.csv", reading={})["n"].names == ["Name"]
    assert seen == [(home / "open", 0o700)]
    assert list((home / "open").iterdir()) == []


@pytest.mark.django_db
def test_what_a_killed_worker_left_behind_is_deleted_and_what_is_read_now_is_not(home):
    with plainfiles.open_folder() as now:
        left = home / "open" / "left"
        left.mkdir()
        (left / "sheet.csv").write_text("Ana Ruiz")
        long_ago = time.time() - plainfiles.LONGEST_S - 60
        os.utime(left, (long_ago, long_ago))
        forget_what_is_over()
        assert list((home / "open").iterdir()) == [now]


def test_a_sheet_is_read_where_no_folder_can_be_made(home):
    home.write_text("a file")
    assert stagedfiles.tables_of(b"Name\nAna\n", "n.csv", reading={})["n"].names == ["Name"]
    plainfiles.forget_old_folders()
