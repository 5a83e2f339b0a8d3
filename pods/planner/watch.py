"""Whether to go on: counts the work done, tells how far it is, and hears when to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TypeVar

import numpy as np

Result = TypeVar("Result")

GLANCE_S = 0.2
"""How often the waiting thread looks up to tell how far the work is."""


class Watch:
    """Called once per step of work; answers whether to go on.

    Steps are counted in any thread, but progress is told only from the thread that made the watch:
    it may write to a database, whose connection belongs to that thread.

    Parameters
    ----------
    progress
        Gets the share done (0 to 1) now and then; False stops the work.
    seconds
        Stop after this long.
    steps
        How many steps are expected, about.
    clock
        Tells the time, in seconds.
    """

    def __init__(
        self,
        progress: Callable[[float], object] | None = None,
        seconds: float | None = None,
        steps: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._progress, self._seconds, self._clock = progress, seconds, clock
        self._steps, self._done = max(steps, 1), 0
        self._start, self._owner = clock(), threading.get_ident()
        self._stopped = False

    def __call__(self) -> bool:
        """Count one step of work; return whether to go on."""
        self._done += 1
        return self.look()

    def spent(self) -> float:
        """Return the share of the seconds that is over, 0 to 1; 0 without an end."""
        if self._seconds is None:
            return 0.0
        passed = self._clock() - self._start
        return min(passed / self._seconds, 1.0) if self._seconds > 0 else 1.0

    def left(self) -> float:
        """Return the seconds left, infinite without an end."""
        return np.inf if self._seconds is None else self._seconds * (1.0 - self.spent())

    def look(self) -> bool:
        """Return whether to go on."""
        spent = self.spent()
        if spent >= 1.0:
            self._stopped = True
        if self._progress is not None and threading.get_ident() == self._owner:
            share = self._done / self._steps if self._seconds is None else spent
            # More steps than expected: ever nearer the end, and never there.
            told = share if share < 0.9 else 1.0 - 0.1 / (1.0 + 10.0 * (share - 0.9))
            self._stopped |= self._progress(told) is False
        return not self._stopped

    def gathered(self, futures: Sequence[Future[Result]]) -> list[Result]:
        """Wait for some work in other threads, telling meanwhile how far it is."""
        pending = set(futures)
        while pending:
            pending = wait(pending, timeout=GLANCE_S, return_when=FIRST_COMPLETED).not_done
            self.look()
        return [future.result() for future in futures]
