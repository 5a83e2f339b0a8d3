"""How far a comparison is with what comes before its first row: a large network takes a while."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Told = Callable[[float, float], object]
"""Told how many are done, and of how many."""

EVERY = 500  # that are looked at, after which it is told
T = TypeVar("T")


class Looking:
    """Counts who is read and which rows are looked up, whatever they are.

    Parameters
    ----------
    tell
        Told how many were looked at, and of how many.
    total
        How many there will be.
    """

    def __init__(self, tell: Told | None = None, total: int = 0) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def over(self, some: Iterable[T]) -> Iterator[T]:
        """Hand on what is gone through, and count it."""
        for one in some:
            yield one
            self._done += 1
            if self._tell and self._done % EVERY == 0:
                self._tell(min(self._done, self._total), self._total)
