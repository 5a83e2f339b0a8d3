"""The two secrets of an installation, made once and kept in one private file.

`secret` signs sessions; `field_key` encrypts risk flags and notes. On a server both come from
the environment (`GEOMATCH_SECRET_KEY`, `GEOMATCH_FIELD_KEY`); on a laptop they are made at the
first start. Losing either loses every encrypted field; a backup (`geomatch backup`) needs neither.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from geomatch.private import private_file, private_folder, sync_folder

FILE_NAME = "keys.json"


@dataclass(frozen=True)
class Keys:
    """The secrets of one installation."""

    secret: str
    field_key: str


def load_keys(home: Path) -> Keys:
    """Read the secrets from the environment or from `home`, making the file when there is none.

    Parameters
    ----------
    home
        The installation's data folder.

    Raises
    ------
    OSError
        If the file can neither be read nor made.
    """
    secret = os.environ.get("GEOMATCH_SECRET_KEY")
    field_key = os.environ.get("GEOMATCH_FIELD_KEY")
    if secret and field_key:
        return Keys(secret, field_key)
    kept = _read_or_make(home / FILE_NAME)
    return Keys(secret or kept.secret, field_key or kept.field_key)


def _read_or_make(path: Path) -> Keys:
    if not path.exists():
        private_folder(path.parent)
        made = Keys(secrets.token_urlsafe(50), secrets.token_urlsafe(32))
        # On the disk before anything is encrypted with it, and whole before anybody sees it: of
        # two processes that start together one gives it its name, and both read the same keys.
        with NamedTemporaryFile("w", dir=path.parent, prefix=".keys-", encoding="utf-8") as draft:
            json.dump(asdict(made), draft)
            draft.flush()
            os.fsync(draft.fileno())
            _name(Path(draft.name), path)
        sync_folder(path.parent)
    return Keys(**json.loads(path.read_text(encoding="utf-8")))


def _name(draft: Path, path: Path) -> None:
    """Give a whole file its name, unless another process was faster."""
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        private_file(path)
        path.write_bytes(draft.read_bytes())
