"""What keeps an installation's own files from everybody else on the machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from geomatch import private


def start_private() -> None:
    """Close the data folder, and whatever this process writes from now on."""
    os.umask(0o077)
    close_home()


def close_home(**_: Any) -> None:
    """Close what an older version left open; a receiver of Django's signals too."""
    private.close_to_others(settings.HOME, database_file())


def open_to_others() -> list[Path]:
    """Return what others on this machine may read or enter."""
    return private.open_to_others(settings.HOME, database_file())


def database_file() -> Path | None:
    """Return the file of the embedded database; None where a server keeps it."""
    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
