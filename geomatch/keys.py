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
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Keys(secrets.token_urlsafe(50), secrets.token_urlsafe(32))
        try:
            # O_EXCL: of two processes that start together one makes the file, both read it.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(made), file)
    return Keys(**json.loads(path.read_text(encoding="utf-8")))
