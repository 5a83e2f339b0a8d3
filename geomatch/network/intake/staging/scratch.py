"""Files that must lie open for a moment, as a spreadsheet does while it arrives or is read.

They lie in a folder of their own beside the database, which nobody else may enter, and not in the
computer's: a process that is killed leaves them behind, and there nobody would look for them.
Django puts uploads there too (`FILE_UPLOAD_TEMP_DIR`).
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from geomatch.private import private_folder

LONGEST_S = 6 * 3600.0  # no file takes as long to be read


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a private folder, which is gone afterwards with all that is in it."""
    parent = None
    with suppress(OSError):  # it cannot be made: as private, but in the computer's own
        parent = _all_of_them()
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        yield Path(folder)


def forget_old_files() -> None:
    """Delete what killed processes left behind: folders, and uploads that never arrived whole."""
    oldest = time.time() - LONGEST_S
    with suppress(OSError):  # no folder can be made: there is nothing in it
        for left in _all_of_them().iterdir():
            with suppress(OSError):
                if left.stat().st_mtime < oldest:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()


def _all_of_them() -> Path:
    return private_folder(Path(settings.FILE_UPLOAD_TEMP_DIR))
