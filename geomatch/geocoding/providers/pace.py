"""Ask no faster than a service's terms allow."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["Pacer"]


class Pacer:
    """Keeps requests a least time apart.

    Parameters
    ----------
    every_s : float
        Least seconds between the starts of two requests.
    clock, sleep : callable, optional
        Seconds that only go forward, and a way to wait; tests bring their own.

    Examples
    --------
    >>> now = [0.0]
    >>> pacer = Pacer(1.0, clock=lambda: now[0], sleep=lambda s: now.__setitem__(0, now[0] + s))
    >>> pacer.wait(), pacer.wait(), pacer.wait()
    (None, None, None)
    >>> now[0]
    2.0
    """

    def __init__(
        self,
        every_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._every_s = every_s
        self._clock = clock
        self._sleep = sleep
        self._next = float("-inf")

    def wait(self) -> None:
        """Wait until the next request may start, and count it as started."""
        self.pause(self._next - self._clock())
        self._next = self._clock() + self._every_s

    def pause(self, seconds: float) -> None:
        """Wait a while, if it is any."""
        if seconds > 0:
            self._sleep(seconds)
