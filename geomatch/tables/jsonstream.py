"""JSON read value by value: only as much of the file is held as one value takes.

Python's own decoder builds the whole document at once, and of a file of 90 MB that can be 2 GB.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from geomatch.core.translation import gettext

__all__ = ["JsonStream", "TooLongError"]

_CHUNK = 1 << 16
_LONGEST_VALUE = 6_000_000
_NOT_BLANK = re.compile(r"[^ \t\n\r]")


class TooLongError(ValueError):
    """One value is larger than anything that is read here."""


class JsonStream:
    """A JSON text that is walked through from front to end.

    Parameters
    ----------
    opened : TextIO
        Open for reading.
    """

    def __init__(self, opened: TextIO) -> None:
        self._opened = opened
        self._decode = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode
        self._text, self._at, self._is_whole = "", 0, False
        self._lines = self._columns = 0  # of what was dropped: whole lines, and signs behind them

    def peek(self) -> str:
        """Next sign that is not blank, which stays; "" at the end."""
        while True:
            found = _NOT_BLANK.search(self._text, self._at)
            if found:
                self._at = found.start()
                return found[0]
            self._at = len(self._text)
            if not self._more():
                return ""

    def take(self, sign: str) -> None:
        """Go past a sign that has to be there."""
        if self.peek() != sign:
            raise self.error(f"Expecting '{sign}'")
        self._at += 1

    def value(self) -> Any:
        """Read the next value, whatever it is.

        Raises
        ------
        json.JSONDecodeError
            If there is none; counted in lines of the file.
        TooLongError
            If it is longer than anything that is read here.
        RecursionError
            If it is nested too deeply.
        """
        self.peek()
        while True:
            start = self._at  # reading on moves it
            try:
                value, end = self._decode(self._text, start)
            except json.JSONDecodeError as error:
                if not self._more():
                    at = self._at + error.pos - start
                    raise self.error(error.msg, at) from error
                continue
            # A number at the end of what was read may go on: 1|.5, 1.5|e+3.
            if end + len("e+") < len(self._text) or not self._more():
                self._at += end - start
                return value

    def members(self) -> Iterator[str]:
        """Names in an object; the value of each is to be read before the next is asked for."""
        self.take("{")
        if self.peek() != "}":
            while True:
                name = self.value()
                if not isinstance(name, str):
                    raise self.error("Expecting property name enclosed in double quotes")
                self.take(":")
                yield name
                if self.peek() != ",":
                    break
                self.take(",")
        self.take("}")

    def items(self) -> Iterator[Any]:
        """Values in an array, one by one."""
        self.take("[")
        if self.peek() != "]":
            yield self.value()
            while self.peek() == ",":
                self.take(",")
                yield self.value()
        self.take("]")

    def error(self, message: str, at: int | None = None) -> json.JSONDecodeError:
        """Make an error that counts lines and columns from the file's beginning."""
        error = json.JSONDecodeError(message, self._text, self._at if at is None else at)
        if error.lineno == 1:
            error.colno += self._columns
        error.lineno += self._lines
        return error

    def _more(self) -> bool:
        """Drop what was read, and read on: twice as much if one value fills it all."""
        if self._is_whole:
            return False
        done, kept = self._text[: self._at], self._text[self._at :]
        if len(kept) >= _LONGEST_VALUE:
            raise TooLongError(
                gettext("a shape or value has more than {longest_value:,} letters").format(
                    longest_value=_LONGEST_VALUE
                )
            )
        self._lines += done.count("\n")
        self._columns = len(done) - done.rfind("\n") - 1 + ("\n" not in done) * self._columns
        read = self._opened.read(max(_CHUNK, min(len(kept), _LONGEST_VALUE - len(kept))))
        self._text, self._at, self._is_whole = kept + read, 0, not read
        return bool(read)


def _refuse_constant(name: str) -> None:
    raise ValueError(
        gettext("it holds {name}, which JSON has no word for; leave such values out").format(
            name=name
        )
    )
