"""From what somebody typed to plain upper-case words: case, accents, dots and dashes gone.

Only what carries meaning survives: letters of any script, digits, "#", fractions ("1/2"), decimals
("13.8"), and dashes or slashes between things that contain digits ("103-B", "37-15").
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["fold", "squeeze", "words"]

_CONTROL: Final = re.compile(r"[\x00-\x1f]")
# Signs to replace before Unicode takes them apart (½ into 1⁄2, ´ into a space and an accent) …
_SIGNS: Final = str.maketrans(
    {"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3", "№": "#"}
    | dict.fromkeys("’‘´ʻʼ", "'")
)
_APOSTROPHES: Final = re.compile(r"['`]")
# A dot between single letters is an abbreviation's ("N.W.", "P.O."): the letters belong together.
_ACRONYM_DOT: Final = re.compile(r"(?<=\b[A-Z])\.(?=[A-Z]\b)")
_DECIMAL: Final = re.compile(r"(?<=\d)\.(?=\d)")
_FRACTION: Final = re.compile(r"(\d)\s*[-–\s]\s*(\d)\s*/\s*(\d)(?!\d)")
_JOINED: Final = re.compile(r"(?<=[0-9])-(?=[A-Z0-9])|(?<=[A-Z])-(?=\d)")
# Letters of every script are kept: without them "12 Новая St" and "12 Старая St" would be one door.
_NOT_A_WORD: Final = re.compile(r"(?:[^\w#/\-\x00]|_)+")
_STRAY_MARK: Final = re.compile(r"(?<![A-Z0-9])[-/]+|[-/]+(?![A-Z0-9])")
# … and letters that it does not take apart into a plain one and a mark.
_PLAIN: Final = str.maketrans(
    {"⁄": "/", "‐": "-", "–": "-", "—": "-", "−": "-", "ß": "ss", "Æ": "AE", "æ": "ae"}
    | {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i"}
)


def fold(text: str) -> str:
    """Upper-case letters of `text`, accents and apostrophes dropped, other signs kept.

    Examples
    --------
    >>> fold("Calle Peñón, O’Brien"), fold("١٢ ул. Ленина")
    ('CALLE PENON, OBRIEN', '12 УЛ. ЛЕНИНА')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_SIGNS)).translate(_PLAIN)
        text = "".join(_digit(sign) for sign in text if not unicodedata.combining(sign))
    text = text.upper()
    return _APOSTROPHES.sub("", text) if "'" in text or "`" in text else text


def _digit(sign: str) -> str:
    """Write a digit of any script as ours; any other sign stays."""
    return str(unicodedata.decimal(sign, sign))


@lru_cache(maxsize=1 << 16)
def words(text: str) -> tuple[str, ...]:
    """Split a piece of an address (no commas meant) into normal words.

    Parameters
    ----------
    text : str
        A street, a unit, a town, or all of them.

    Returns
    -------
    tuple of str
        Upper-case words. "&" becomes AND, "#" is a word of its own.

    Examples
    --------
    >>> words("S.W. Glacier Hwy.  #4b")
    ('SW', 'GLACIER', 'HWY', '#', '4B')
    >>> words("35½ Main-Mill St")
    ('35', '1/2', 'MAIN', 'MILL', 'ST')
    >>> words("13.8 mile")
    ('13.8', 'MILE')
    """
    text = fold(text)
    if text.replace(" ", "").isalnum() and text.isascii():
        return tuple(text.split())
    text = _CONTROL.sub(" ", text)  # they stand in for dots and dashes below
    text = text.replace("&", " AND ").replace("#", " # ").replace("@", " AT ")
    if "." in text:
        text = _ACRONYM_DOT.sub("", text)
        text = _DECIMAL.sub("\x00", text)
    if "/" in text:
        text = _FRACTION.sub(r"\1 \2/\3", text)
    if "-" in text:
        text = _JOINED.sub("\x01", text).replace("-", " ").replace("\x01", "-")
    text = _NOT_A_WORD.sub(" ", text)
    if "/" in text:
        text = re.sub(r"/(?!\d)|(?<!\d)/", " / ", text)
    if "-" in text:
        text = _STRAY_MARK.sub(" ", text)
    return tuple(text.replace("\x00", ".").split())


def squeeze(text: str) -> str:
    """Letters and digits of `text` only, for comparing across a missing or extra space.

    Examples
    --------
    >>> squeeze("HORSE SHOE MDWS")
    'HORSESHOEMDWS'
    """
    return text.replace(" ", "")
