"""Dates in workbooks: numbers of days whose number format shows them as a date.

Format: ECMA-376 part 1, 18.8.30 (number formats) and 18.17.4.1 (dates).
"""

from __future__ import annotations

import datetime
import re
from typing import Literal

__all__ = ["DateFormats"]

_Kind = Literal["date", "time", "elapsed"]

_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETED = re.compile(r"\[[^\]]*\]")
_BUILT_IN: dict[str, _Kind] = {
    **{str(code): "date" for code in [*range(14, 18), 22, *range(27, 32), 34, 35, 36]},
    **{str(code): "date" for code in range(50, 59)},
    **{str(code): "time" for code in [*range(18, 22), 32, 33, 45, 47]},
    "46": "elapsed",
}
_LAST_DAY = 2_958_466  # the first of January 10000, which no calendar here has


class DateFormats:
    """Which cell styles show dates, learned from a workbook's style sheet.

    Parameters
    ----------
    from_1904
        Whether day 0 is 1904-01-01, as in workbooks from old Macs.
    """

    def __init__(self, from_1904: bool) -> None:
        self._from_1904 = from_1904
        self._custom: dict[str, _Kind | None] = {}
        self._styles: list[_Kind | None] = []
        self._in_cell_styles = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take in one element of the style sheet."""
        if name == "numFmt":
            self._custom[attributes.get("numFmtId", "")] = _kind(attributes.get("formatCode", ""))
        elif name in ("cellXfs", "cellStyleXfs"):
            self._in_cell_styles = name == "cellXfs"
        elif name == "xf" and self._in_cell_styles:
            identifier = attributes.get("numFmtId", "0")
            self._styles.append(self._custom.get(identifier, _BUILT_IN.get(identifier)))

    def text(self, value: float, style: str | None) -> str | None:
        """ISO 8601 text of a number in a style, or None where it is no date."""
        if style is None or not style.isdecimal() or int(style) >= len(self._styles):
            return None
        kind = self._styles[int(style)]
        if kind is None or not 0 <= value < _LAST_DAY:
            return None
        seconds = round(value * 86_400)
        if kind == "elapsed":
            return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        days, within = divmod(seconds, 86_400)
        clock = (datetime.datetime.min + datetime.timedelta(seconds=within)).time()
        if kind == "time" and days == 0:
            return clock.isoformat()
        day = self._epoch(days) + datetime.timedelta(days=days)
        return f"{day}T{clock}" if within else day.isoformat()

    def _epoch(self, days: int) -> datetime.date:
        if self._from_1904:
            return datetime.date(1904, 1, 1)
        # Lotus 1-2-3 took 1900 for a leap year, and every spreadsheet since keeps its day 60.
        return datetime.date(1899, 12, 30) if days >= 60 else datetime.date(1899, 12, 31)


def _kind(code: str) -> _Kind | None:
    """Tell from a custom number format whether it shows a date.

    Examples
    --------
    >>> _kind("dd/mm/yyyy"), _kind("[h]:mm"), _kind("h:mm"), _kind('0.0 "days"'), _kind("[Red]0")
    ('date', 'elapsed', 'time', None, None)
    """
    shown = _QUOTED.sub("", code.split(";")[0])
    if _ELAPSED.search(shown):
        return "elapsed"
    shown = _BRACKETED.sub("", shown).lower().replace("general", "")
    if "y" in shown or "d" in shown:
        return "date"
    if "h" in shown or "s" in shown:
        return "time"
    return "date" if "m" in shown else None
