"""One cell, as text and back: the same value reads the same from every kind of file.

Text is what a person typed, so it is passed through as it is. Two things are changed, and both are
undone by reading:

* A text that a spreadsheet would run as a formula (it begins with ``=``, ``+``, ``-``, ``@``, a tab
  or a line break, and is not a plain number) is written with an apostrophe before it, in .csv, .tsv
  and .xlsx (OWASP, "CSV Injection"). A text that already has such an apostrophe gets one more, so
  that reading, which takes one away, always returns what was written: ``'=x`` in a file reads as
  ``=x``.
* In files that know types, a column that holds nothing but numbers is written as numbers, provided
  that every one of them reads back as the very same text. So ``12`` becomes a number, and a column
  with ``007`` stays text.
"""

from __future__ import annotations

import datetime
import enum
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

import numpy as np

from geomatch.core.errors import ParameterError

__all__ = [
    "PLAIN_NUMBER",
    "Kind",
    "cell_text",
    "clean",
    "clean_name",
    "neutralised",
    "number_text",
    "restored",
    "text_column",
    "typed_column",
]

Kind = Literal["text", "integer", "number", "boolean"]

PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

# Full-width signs count: some spreadsheets fold them to the plain ones.
_FORMULA = re.compile(r"'*\s*[\t\r\n=+\-@＝＋－＠]")
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_EXACT_INTEGERS = 10**15  # a spreadsheet keeps 15 digits; beyond, numbers stay text


def neutralised(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula.

    Examples
    --------
    >>> neutralised("=1+1"), neutralised("-12.5"), neutralised("'@x"), neutralised("Ana")
    ("'=1+1", '-12.5', "''@x", 'Ana')
    """
    if text[:1].isalnum():  # nearly all text
        return text
    if _FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def restored(text: str) -> str:
    """Undo `neutralised`.

    Examples
    --------
    >>> restored("'=1+1"), restored("''@x"), restored("'tis")
    ('=1+1', "'@x", "'tis")
    """
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


def clean(text: str) -> str:
    """Trim, and replace what no text file can hold (NUL, half a surrogate pair) by U+FFFD."""
    text = text.strip()
    # ASCII without NUL is nearly everything, and both checks are quick.
    if text.isascii() and "\x00" not in text:
        return text
    return _UNWRITABLE.sub("\ufffd", text)


def clean_name(text: str) -> str:
    """Trim a column's name, with single spaces and without a stray byte order mark."""
    return " ".join(clean(text).replace("\ufeff", "").split())


def number_text(value: float) -> str:
    """Shortest text that reads back as the same number, without a ``.0``.

    Examples
    --------
    >>> number_text(12.0), number_text(-134.41), number_text(-0.0), number_text(1e300)
    ('12', '-134.41', '0', '1e+300')
    """
    if value.is_integer() and abs(value) < _EXACT_INTEGERS:
        return str(int(value))
    return repr(value)


def cell_text(value: object) -> str:
    """Text of any value that a table may hold.

    Parameters
    ----------
    value
        Text, number, truth value, date or time, an enum of these, a numpy scalar; a list, tuple or
        set of these (joined by ``;``, sets in order); a mapping (JSON); None and NaN are empty.

    Returns
    -------
    str
        Not trimmed and not neutralised.

    Raises
    ------
    ParameterError
        For any other type: a bug in the caller, which a column of ``<object at 0x…>`` would hide.

    Examples
    --------
    >>> cell_text(True), cell_text(0.1), cell_text(("es", "tl")), cell_text(None)
    ('true', '0.1', 'es;tl', '')
    """
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, np.generic):
        value = value.item()
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else number_text(value)
    return _rarer_text(value)


def _rarer_text(value: object) -> str:
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time() and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (Decimal, datetime.timedelta)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return ";".join(sorted(cell_text(item) for item in value))
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=cell_text)
    if isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, (bytes, bytearray)):
        if any(isinstance(item, (Mapping, list, tuple)) for item in value):
            return json.dumps(list(value), ensure_ascii=False, default=cell_text)
        return ";".join(cell_text(item) for item in value)
    raise ParameterError(f"a {type(value).__name__} cannot be written into a table")


def text_column(values: Iterable[object]) -> list[str]:
    """Text of a whole column, trimmed and writable."""
    return [clean(value) if type(value) is str else clean(cell_text(value)) for value in values]


def typed_column(values: Sequence[object]) -> tuple[Kind, list[object]]:
    """Find the narrowest type that holds a column and gives every text back.

    Parameters
    ----------
    values
        What a caller hands to `write_table`: text that was passed through, or computed values.

    Returns
    -------
    kind : {"text", "integer", "number", "boolean"}
        The type of the whole column.
    cells : list
        str, int, float or bool; None where empty.

    Examples
    --------
    >>> typed_column(["1", "", "30"])
    ('integer', [1, None, 30])
    >>> typed_column(["1", "007"])
    ('text', ['1', '007'])
    >>> typed_column([True, None])
    ('boolean', [True, None])
    """
    texts = text_column(values)
    filled = [text for text in texts if text]
    if filled and all(text in ("true", "false") for text in filled):
        return "boolean", [text == "true" if text else None for text in texts]
    if filled and all(map(_is_exact_integer, filled)):
        return "integer", [int(text) if text else None for text in texts]
    if filled and all(map(_is_exact_number, filled)):
        return "number", [float(text) if text else None for text in texts]
    return "text", [text or None for text in texts]


def _is_exact_integer(text: str) -> bool:
    digits = text[1:] if text[0] == "-" else text
    # isdecimal alone would take other scripts' digits, which would not come back.
    return (
        len(digits) <= 15
        and digits.isascii()
        and digits.isdecimal()
        and (digits[0] != "0" or text == "0")
    )


def _is_exact_number(text: str) -> bool:
    if len(text) > 25 or not PLAIN_NUMBER.fullmatch(text):
        return False
    value = float(text)
    return math.isfinite(value) and number_text(value) == text
