"""Turns at work that is heavy: a few at once, some waiting, and nobody for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from geomatch.core.errors import GeomatchError


class BusyError(GeomatchError):
    """Too many wait already, or somebody waited too long."""


class Turns:
    """One line to wait in, first come first served.

    Parameters
    ----------
    at_once
        How many work side by side.
    waiting
        How many more may wait. Each holds a thread of the server, which has others to serve too.
    patience_s
        How long one waits.
    """

    def __init__(self, *, at_once: int, waiting: int, patience_s: float) -> None:
        self._working = Semaphore(at_once)
        self._inside = Semaphore(at_once + waiting)
        self._patience_s = patience_s

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn, and have it for the length of the block.

        Raises
        ------
        BusyError
            If the line is full, or none came in time.
        """
        if not self._inside.acquire(blocking=False):
            raise BusyError("too many wait already")
        try:
            if not self._working.acquire(timeout=self._patience_s):
                raise BusyError("waited too long")
            try:
                yield
            finally:
                self._working.release()
        finally:
            self._inside.release()
