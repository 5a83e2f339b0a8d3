"""What a run and its pages tell each other while a long transaction hides it from the database.

An import is written in one transaction, which may take a minute. Nobody sees what is written to the
run's row inside of it, and on SQLite nobody else can write anything at all. So the worker leaves a
small file beside the database's own (`GEOMATCH_HOME`, which server and workers share): how far it
is, and that it lives. A second file asks it to stop. They hold numbers and a few of our own words.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from geomatch.network.models import Run
from geomatch.private import private_file, private_folder

LONGEST_S = 7 * 24 * 3600.0


class Sign(NamedTuple):
    """How far a run was, and when its worker said so.

    Attributes
    ----------
    step
        What is being done and how much of it, in words; empty where only the share is known.
    """

    at: dt.datetime
    done: float
    total: float
    step: str


def leave_sign(run_pk: int, claim: str, *, done: float, total: float, step: str) -> None:
    """Say how far a run is, under the claim it is held by."""
    said = {"at": timezone.now().isoformat(), "done": done, "total": total, "step": step}
    path = _path(run_pk, claim, "json")
    half = path.with_suffix(f".{threading.get_ident()}")
    with suppress(OSError):  # a full disk: the bar stands still, the work does not
        private_file(half)
        half.write_text(json.dumps(said), "utf-8")
        half.replace(path)  # nobody reads half of it


def sign_of(run: Run) -> Sign | None:
    """Return the last sign of whoever holds a run; None where its row knows as much."""
    if run.state != Run.State.RUNNING or not run.claim:
        return None
    try:
        said: dict[str, Any] = json.loads(_path(run.pk, run.claim, "json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    at = dt.datetime.fromisoformat(said.pop("at"))
    return None if run.seen_at is not None and at <= run.seen_at else Sign(at, **said)


def ask_to_stop(run: Run) -> None:
    """Ask whoever carries a run out to stop, whatever transaction they are in."""
    if run.claim:
        with suppress(OSError):
            private_file(_path(run.pk, run.claim, "stop"))


def is_asked_to_stop(run_pk: int, claim: str) -> bool:
    """Whether somebody did."""
    return _path(run_pk, claim, "stop").exists()


def take_signs_away(run_pk: int, claim: str) -> None:
    """Leave nothing behind of a run that is over."""
    for ending in ("json", "stop"):
        with suppress(OSError):
            _path(run_pk, claim, ending).unlink(missing_ok=True)


def forget_old_signs() -> None:
    """Delete what killed workers left behind: no run is a week long."""
    oldest = time.time() - LONGEST_S
    with suppress(OSError):  # no folder can be made: there are no signs, and the work goes on
        for path in _folder().iterdir():
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _path(run_pk: int, claim: str, ending: str) -> Path:
    return _folder() / f"{run_pk}-{claim}.{ending}"


def _folder() -> Path:
    folder = Path(settings.HOME) / "signs"
    with suppress(OSError):
        private_folder(folder)
    return folder
