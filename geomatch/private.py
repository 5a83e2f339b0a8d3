"""The data folder, kept from everybody else on the machine.

Homes and frailties lie in it, and a umask is whatever the terminal had. So folders are made with
mode 0700 and files with 0600, whatever the umask; what an older version left open is closed at the
next start. Only what geomatch makes is touched: somebody may have chosen a folder with more in it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["close_to_others", "open_to_others", "private_file", "private_folder", "sync_folder"]

DATABASE = "geomatch.sqlite3"
BESIDE_DATABASE = ("", "-wal", "-shm", "-journal")
FILES = ("keys.json",)
FOLDERS = ("static", "open", "signs", "demo")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private_folder(path: Path) -> Path:
    """Make a folder that nobody else may enter, with those above it that are missing.

    Parameters
    ----------
    path
        Where. A folder that is there already is closed, unless it is somebody else's.
    """
    if not path.is_dir():
        if not path.parent.exists():
            private_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
    _close(path)
    return path


def private_file(path: Path) -> None:
    """Make an empty file that nobody else may read, unless there is one.

    SQLite then opens what it would have made readable for all, and gives the files that it puts
    beside it the same mode.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def close_to_others(home: Path, database: Path | None = None) -> None:
    """Take from others what an older version let them read; leave what is not ours to change."""
    for path in _ours(home, database):
        _close(path)


def open_to_others(home: Path, database: Path | None = None) -> list[Path]:
    """Return what others may read or enter, the folder itself first."""
    return [path for path in _ours(home, database) if _is_open(path)]


def _ours(home: Path, database: Path | None) -> Iterator[Path]:
    """Everything geomatch makes, each folder before what is in it; links are not followed."""
    database = database or home / DATABASE
    beside = [database.with_name(database.name + ending) for ending in BESIDE_DATABASE]
    for path in (home, *beside, *(home / name for name in FILES)):
        if path.exists() and not path.is_symlink():
            yield path
    for folder in (home / name for name in FOLDERS):
        for at, folders, files in os.walk(folder):
            yield from (Path(at), *(Path(at, name) for name in files))
            folders[:] = [name for name in folders if not Path(at, name).is_symlink()]


def _is_open(path: Path) -> bool:
    with suppress(FileNotFoundError):  # gone meanwhile, as uploads and signs are
        mode = path.lstat().st_mode
        return bool(mode & _OTHERS) and not stat.S_ISLNK(mode)
    return False


def _close(path: Path) -> None:
    """Close one file or folder. One that everybody shares, such as /tmp, stays as it is."""
    with suppress(OSError):
        mode = path.lstat().st_mode
        if mode & _OTHERS and not mode & stat.S_ISVTX and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def sync_folder(path: Path) -> None:
    """Have the disk keep the names in a folder too: a power cut loses what was only renamed."""
    with suppress(OSError):  # some file systems cannot, and say so
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
