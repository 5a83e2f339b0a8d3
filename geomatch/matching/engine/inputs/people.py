"""Volunteers and requests as the matcher takes them: text cells read, checked and held in columns.

Both classes are built with :meth:`build`, which accepts what a spreadsheet or a database row
holds (words, `mon-am`, `exposed@2026-12-01`) and reports *every* value it cannot read, with its
place. After that nothing in the engine parses text again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.matching.engine.inputs.reading import ColumnReader
from geomatch.matching.engine.inputs.vocabulary import (
    Flag,
    parse_flag,
    parse_mode,
    parse_modes,
    parse_optional_day,
    parse_slots,
    parse_withheld,
)

__all__ = ["Requests", "Volunteers"]


@dataclass(frozen=True)
class Volunteers:
    """Those who help, column by column; all columns have the same length m.

    Attributes
    ----------
    ids
        Unique names of the rows.
    lonlat
        (m, 2) longitude and latitude in degrees; NaN where the place is unknown.
    person
        Who it is across files ("" = unknown); nobody is matched to themself.
    skills, languages
        Tidied words (lower case, single spaces).
    flags
        Risk flags with their last day.
    capacity
        (m,) tasks this volunteer can still take, 0 or more.
    max_km
        (m,) how far they go, great-circle kilometres.
    vehicle
        (m,) bool.
    modes
        (m,) bit k set: offers `MODES[k]`.
    times
        (m,) bit k set: free at `SLOTS[k]`.
    resting_until
        Last day of a rest, or None.
    pod
        Name of their pod, "" if none.
    recent_tasks
        (m,) tasks done lately; the score prefers those who did fewer.
    helped
        Persons (or request ids) this volunteer helped before.
    withheld
        One of `WITHHELD` per row.
    """

    ids: tuple[str, ...]
    lonlat: Floats
    person: tuple[str, ...]
    skills: tuple[tuple[str, ...], ...]
    languages: tuple[tuple[str, ...], ...]
    flags: tuple[tuple[Flag, ...], ...]
    capacity: Ints
    max_km: Floats
    vehicle: Bools
    modes: NDArray[np.uint8]
    times: NDArray[np.uint32]
    resting_until: tuple[dt.date | None, ...]
    pod: tuple[str, ...]
    recent_tasks: Ints
    helped: tuple[tuple[str, ...], ...]
    withheld: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def build(
        cls,
        ids: Sequence[str],
        lonlat: ArrayLike,
        *,
        person: Sequence[str] | None = None,
        skills: Sequence[Sequence[str]] | None = None,
        languages: Sequence[Sequence[str]] | None = None,
        flags: Sequence[Sequence[str]] | None = None,
        capacity: ArrayLike | None = None,
        max_km: ArrayLike | None = None,
        vehicle: ArrayLike | None = None,
        modes: Sequence[Sequence[str]] | None = None,
        availability: Sequence[Sequence[str]] | None = None,
        resting_until: Sequence[str | dt.date | None] | None = None,
        pod: Sequence[str] | None = None,
        recent_tasks: ArrayLike | None = None,
        helped: Sequence[Sequence[str]] | None = None,
        withheld: Sequence[str] | None = None,
        rows: Sequence[int] | None = None,
        file: str | None = None,
    ) -> Volunteers:
        """Read every column; `None` means the default of docs/reference/commands.md for all rows.

        Parameters
        ----------
        rows, file
            Where the values come from, for error messages: the row in the file of each item.

        Raises
        ------
        RowError or ParameterError
            With one problem per value that cannot be read (`RowError` where `rows` is given).
        """
        read = ColumnReader(ids, rows, file, "volunteers")
        built = cls(
            ids=read.ids(),
            lonlat=read.lonlat(lonlat),
            person=read.texts("person", person),
            skills=read.words("skills", skills),
            languages=read.words("languages", languages),
            flags=read.each(
                "flags", flags, (), lambda cell: tuple(parse_flag(f) for f in cell if f)
            ),
            capacity=read.counts("capacity", capacity, 1),
            max_km=read.kilometres("max_km", max_km, 10.0),
            vehicle=read.booleans("vehicle", vehicle),
            modes=np.array(read.each("modes", modes, (), parse_modes), dtype=np.uint8),
            times=np.array(read.each("availability", availability, (), parse_slots), np.uint32),
            resting_until=read.each("resting_until", resting_until, None, parse_optional_day),
            pod=read.texts("pod", pod),
            recent_tasks=read.counts("recent_tasks", recent_tasks, 0),
            helped=read.each("helped", helped, (), lambda cell: tuple(w.strip() for w in cell)),
            withheld=read.each("withheld", withheld, "", parse_withheld),
        )
        read.refuse_faults()
        return built


@dataclass(frozen=True)
class Requests:
    """What is asked for, column by column; all columns have the same length n.

    Attributes
    ----------
    ids, lonlat, person, skills, languages, flags, pod, withheld
        As for :class:`Volunteers`. The first language named is the preferred one; none named
        means any will do.
    urgency
        (n,) 1, 2 or 4.
    mode
        (n,) index into `MODES`.
    needs_vehicle
        (n,) bool.
    times
        (n,) bit k set: possible at `SLOTS[k]`.
    """

    ids: tuple[str, ...]
    lonlat: Floats
    person: tuple[str, ...]
    skills: tuple[tuple[str, ...], ...]
    languages: tuple[tuple[str, ...], ...]
    flags: tuple[tuple[Flag, ...], ...]
    urgency: Ints
    mode: NDArray[np.uint8]
    needs_vehicle: Bools
    times: NDArray[np.uint32]
    pod: tuple[str, ...]
    withheld: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def build(
        cls,
        ids: Sequence[str],
        lonlat: ArrayLike,
        *,
        person: Sequence[str] | None = None,
        skills: Sequence[Sequence[str]] | None = None,
        languages: Sequence[Sequence[str]] | None = None,
        flags: Sequence[Sequence[str]] | None = None,
        urgency: ArrayLike | None = None,
        mode: Sequence[str] | None = None,
        needs_vehicle: ArrayLike | None = None,
        availability: Sequence[Sequence[str]] | None = None,
        pod: Sequence[str] | None = None,
        withheld: Sequence[str] | None = None,
        rows: Sequence[int] | None = None,
        file: str | None = None,
    ) -> Requests:
        """Read every column; see :meth:`Volunteers.build`."""
        read = ColumnReader(ids, rows, file, "requests")
        built = cls(
            ids=read.ids(),
            lonlat=read.lonlat(lonlat),
            person=read.texts("person", person),
            skills=read.words("skills", skills),
            languages=read.words("languages", languages),
            flags=read.each(
                "flags", flags, (), lambda cell: tuple(parse_flag(f) for f in cell if f)
            ),
            urgency=read.urgencies("urgency", urgency),
            mode=np.array(read.each("mode", mode, "in_person", parse_mode), dtype=np.uint8),
            needs_vehicle=read.booleans("needs_vehicle", needs_vehicle),
            times=np.array(read.each("availability", availability, (), parse_slots), np.uint32),
            pod=read.texts("pod", pod),
            withheld=read.each("withheld", withheld, "", parse_withheld),
        )
        read.refuse_faults()
        return built
