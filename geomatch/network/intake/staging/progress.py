"""Work of several parts, told as one: a bar that never goes back, words for the part at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from geomatch.core.errors import CancelledError
from geomatch.core.phrases import count

Tell = Callable[[float, float | None], None]
"""Told how much of a part is done, and of how much where that is known."""

Steps = Callable[[float, float, str], object]
"""Told how much of everything is done, and what is being done in words; see `performing.Told`."""


# Parts of taking a sheet in, and as long as each takes, by docs/benchmarks/importing.md.
READING, CELLS, LOOKING = "Reading the file", "Reading the cells", "Looking who is known"
COMPARING, WRITING = "Comparing", "Writing"
BEFORE_ROWS = {CELLS: 2.0, LOOKING: 4.0}
ROWS = ("row", "rows")


class Phases:
    """The parts of some work, in their order.

    Parameters
    ----------
    progress
        Told everything; where it answers False, the work is stopped.
    shares
        Part → how much of the whole it is, roughly, by whatever measure.
    """

    def __init__(self, progress: Steps | None, shares: Mapping[str, float]) -> None:
        self._progress, self._shares = progress, shares
        self._whole, self._furthest = sum(shares.values()), 0.0

    def part(self, name: str, noun: tuple[str, str] | None = None) -> Tell:
        """Return what one part is to call; `noun` is what is counted in it, one and many.

        Raises
        ------
        geomatch.core.errors.CancelledError
            When it is called and somebody wants to stop.
        """
        names = list(self._shares)
        before = sum(self._shares[other] for other in names[: names.index(name)])

        def tell(done: float, total: float | None) -> None:
            share = min(done / total, 1) if total else 0.0
            whole = (before + self._shares[name] * share) / self._whole
            self._furthest = max(self._furthest, whole)
            words = _words(name, noun, done, total)
            if self._progress and self._progress(self._furthest, 1, words) is False:
                raise CancelledError("this was called off")

        return tell


def _words(name: str, noun: tuple[str, str] | None, done: float, total: float | None) -> str:
    if not total:
        return name
    if noun is None:
        return f"{name}: {min(done / total, 1):.0%}"
    return f"{name}: {int(done):,} of {count(int(total), *noun)}"
