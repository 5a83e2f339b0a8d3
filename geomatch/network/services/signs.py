"""What a run and its pages tell each other while a long transaction hides it from the database.

An import is written in one transaction, which may take a minute. Nobody sees what is written to the
run's row inside of it, and on SQLite nobody else can write anything at all. So the worker leaves a
sign in a cache of files beside the database (`CACHES["signs"]`, in the `GEOMATCH_HOME` that server
and workers share): how far it is, and that it lives. A second one asks it to stop. They hold
numbers and a few of our own words.
"""

from __future__ import annotations

import datetime as dt
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.utils import timezone

from geomatch.network.models import Run


def _cache() -> dict[str, Any]:
    return cast("dict[str, Any]", settings.CACHES["signs"])  # the stubs say `object`


LONGEST_S: float = _cache()["TIMEOUT"]


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
    with suppress(OSError):  # a full disk: the bar stands still, the work does not
        _signs().set(_key(run_pk, claim), (timezone.now(), done, total, step))


def sign_of(run: Run) -> Sign | None:
    """Return the last sign of whoever holds a run; None where its row knows as much."""
    if run.state != Run.State.RUNNING or not run.claim:
        return None
    try:
        left = _signs().get(_key(run.pk, run.claim))
    except OSError:
        return None
    if left is None or (run.seen_at is not None and left[0] <= run.seen_at):
        return None
    return Sign(*left)


def ask_to_stop(run: Run) -> None:
    """Ask whoever carries a run out to stop, whatever transaction they are in."""
    if run.claim:
        with suppress(OSError):
            _signs().set(_stop(run.pk, run.claim), True)


def is_asked_to_stop(run_pk: int, claim: str) -> bool:
    """Whether somebody did."""
    try:
        return _stop(run_pk, claim) in _signs()
    except OSError:
        return False


def take_signs_away(run_pk: int, claim: str) -> None:
    """Leave nothing behind of a run that is over."""
    with suppress(OSError):
        _signs().delete_many([_key(run_pk, claim), _stop(run_pk, claim)])


def forget_old_signs() -> None:
    """Delete what killed workers left behind: no run is a week long, and nobody asks for theirs."""
    oldest = time.time() - LONGEST_S
    with suppress(OSError):  # no folder can be made: there are no signs, and the work goes on
        for path in Path(_cache()["LOCATION"]).iterdir():
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _signs() -> BaseCache:
    return caches["signs"]


def _key(run_pk: int, claim: str) -> str:
    return f"{run_pk}-{claim}".replace(" ", "-")


def _stop(run_pk: int, claim: str) -> str:
    return f"{_key(run_pk, claim)}-stop"
