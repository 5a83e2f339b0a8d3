"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geomatch.core.errors import TableError
from geomatch.core.translation import gettext
from geomatch.tables.limits import reason

__all__ = ["whole_file"]


@contextmanager
def whole_file(path: Path | str) -> Iterator[Path]:
    """Write a file beside its final place, and move it there once it is complete.

    Parameters
    ----------
    path
        Where the file shall be. One that is there already stays as it is until the last moment, and
        for good if anything fails.

    Yields
    ------
    Path
        A new, empty file in the same folder, to be written.

    Raises
    ------
    TableError
        If the folder is absent or not writable, or the disk is full.
    """
    path = Path(path)
    if path.is_dir():
        raise TableError(gettext("this is a folder; name a file in it"), file=path.name)
    draft = path.with_name(f".{path.stem[:40]}.{secrets.token_hex(4)}{path.suffix}")
    try:
        # Like any new file, it gets the permissions that the umask leaves.
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        try:
            yield draft
            _flush_to_disk(draft)
            if path.exists():
                shutil.copymode(path, draft)
            draft.replace(path)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
    except OSError as error:
        raise TableError(
            gettext(
                "the file cannot be written ({reason}); check the folder, its "
                "permissions and the space on the disk"
            ).format(reason=reason(error)),
            file=path.name,
        ) from error


def _flush_to_disk(path: Path) -> None:
    """Make sure that a power cut cannot leave the name on an empty file."""
    with path.open("rb+") as written:
        os.fsync(written.fileno())
