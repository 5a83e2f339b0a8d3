"""The words a spreadsheet uses (modes, parts of the week, flags, dates) and how each cell is read.

A cell that cannot be read raises `ValueError` with a sentence; whoever knows the row adds it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from geomatch.core.translation import gettext, pgettext

__all__ = [
    "ANY_TIME",
    "MODES",
    "SLOTS",
    "URGENCIES",
    "WITHHELD",
    "Flag",
    "parse_day",
    "parse_flag",
    "parse_mode",
    "parse_modes",
    "parse_optional_day",
    "parse_slots",
    "parse_withheld",
    "slot_words",
    "tidy",
]

MODES = ("in_person", "contactless", "remote")
"""Ways to help, nearest first. A request has one; a volunteer offers some."""

URGENCIES = (1, 2, 4)
"""Can wait, soon, today: each step counts double."""

SLOTS = tuple(
    f"{day}-{part}"
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for part in ("am", "pm", "eve")
)
"""The 21 parts of a week, in order; bit k of a time mask is `SLOTS[k]`."""

ANY_TIME = (1 << len(SLOTS)) - 1

WITHHELD = ("", "hidden", "do_not_contact", "quiet")
"""Why nobody is matched automatically; the later word is the stronger one."""


class Flag(NamedTuple):
    """A risk flag and the last day on which it holds (None: until somebody removes it)."""

    name: str
    last_day: dt.date | None = None

    def holds_on(self, today: dt.date) -> bool:
        """Whether the flag counts on `today`; its last day still does."""
        return self.last_day is None or today <= self.last_day


def tidy(word: str) -> str:
    """Lower case, single spaces: “ Spanish  Speaker ” and “spanish speaker” are one word."""
    return " ".join(word.casefold().split())


def parse_day(text: str) -> dt.date:
    """Read a date as YYYY-MM-DD."""
    try:
        if len(text) != 10:
            raise ValueError(text)
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(gettext("is no date; write it as 2026-12-01")) from None


def parse_flag(text: str) -> Flag:
    """Read `exposed` or `exposed@2026-12-01` (the last day on which it holds)."""
    name, at, end = text.partition("@")
    if not tidy(name):
        raise ValueError(gettext("has no flag before the “@”; write it as exposed@2026-12-01"))
    return Flag(tidy(name), parse_day(end.strip()) if at else None)


def parse_slots(cell: Sequence[str]) -> int:
    """Read `mon-am`, `tue-pm`, `sat-eve` … into a time mask; nothing named means any time."""
    mask = 0
    for word in cell:
        slot = tidy(word)
        if not slot:
            continue
        if slot not in SLOTS:
            raise ValueError(gettext("is no part of the week; write mon-am, tue-pm, sat-eve, …"))
        mask |= 1 << SLOTS.index(slot)
    return mask or ANY_TIME


def slot_words(mask: int) -> tuple[str, ...]:
    """Say the slots in a time mask, in the order of the week.

    >>> slot_words(parse_slots(["sat-eve", "mon-am"]))
    ('Mon morning', 'Sat evening')
    """
    days = (
        pgettext("day", "Mon"),
        pgettext("day", "Tue"),
        pgettext("day", "Wed"),
        pgettext("day", "Thu"),
        pgettext("day", "Fri"),
        pgettext("day", "Sat"),
        pgettext("day", "Sun"),
    )
    parts = (gettext("morning"), gettext("afternoon"), gettext("evening"))
    slot = pgettext("date", "{day} {part}")
    return tuple(
        slot.format(day=days[bit // 3], part=parts[bit % 3])
        for bit in range(len(SLOTS))
        if mask >> bit & 1
    )


def parse_mode(text: str) -> int:
    """Read `in_person`, `contactless` or `remote` as an index into `MODES`; empty is in person."""
    word = tidy(text).replace("-", "_").replace(" ", "_") or "in_person"
    if word not in MODES:
        raise ValueError(gettext("is no mode; write one of {list}").format(list=", ".join(MODES)))
    return MODES.index(word)


def parse_modes(cell: Sequence[str]) -> int:
    """Read several modes as a mask; none named means all."""
    mask = 0
    for word in cell:
        if word.strip():
            mask |= 1 << parse_mode(word)
    return mask or (1 << len(MODES)) - 1


def parse_optional_day(value: str | dt.date | None) -> dt.date | None:
    """Read a date where there may be none."""
    if value is None or isinstance(value, dt.date):
        return value
    return parse_day(value.strip()) if value.strip() else None


def parse_withheld(word: str) -> str:
    """Check that a word is one of `WITHHELD`."""
    if word not in WITHHELD:
        raise ValueError(
            gettext("is none of {list}").format(list=", ".join(w for w in WITHHELD if w))
        )
    return word
