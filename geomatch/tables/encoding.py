"""Which encoding a text file is in, and where it breaks it."""

from __future__ import annotations

import codecs
from pathlib import Path

from geomatch.core.errors import ParameterError, TableError
from geomatch.core.translation import gettext

__all__ = ["encoding_error", "encoding_of", "guessed_encoding", "nul_error"]

_PIECE = 1 << 20
_SAMPLE = 1 << 12
_WINDOWS_LETTERS = frozenset(range(0xC0, 0x100)) - {0xD7, 0xF7}
_WINDOWS_SIGNS = frozenset(b"\x80\x85\x91\x92\x93\x94\x96\x97\xa0\xa1\xaa\xb0\xba\xbf")
"""Euro, dots, quotation marks, dashes, hard space, ¡ª°º¿. Other bytes are letters of older Macs."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path, said: str | None = None) -> str:
    """Name the encoding of a file: as said, by its byte order mark, or else UTF-8.

    Raises
    ------
    ParameterError
        If `said` is no encoding of text.
    """
    if said is not None:
        try:
            codecs.lookup(said)
            "".encode(said)  # refuses codecs that are not for text
        except LookupError:
            raise ParameterError(
                gettext("there is no encoding “{said}”; try utf-8 or cp1252").format(said=said)
            ) from None
        return said
    with path.open("rb") as opened:
        head = opened.read(4)
    return next((name for mark, name in _BOMS if head.startswith(mark)), "utf-8")


def guessed_encoding(content: bytes) -> str | None:
    """Guess what a text is written in that does not say so: None for UTF-8, and for a riddle.

    Only somebody who is shown the letters afterwards may guess.

    Examples
    --------
    >>> guessed_encoding("José, Ñandú".encode("cp1252"))
    'cp1252'
    >>> guessed_encoding("Name,Street".encode("utf-16-le"))
    'utf-16-le'
    >>> guessed_encoding("José".encode()), guessed_encoding("José".encode("mac_roman"))
    (None, None)
    """
    if content.startswith(tuple(mark for mark, _ in _BOMS)):
        return None
    sample = content[:_SAMPLE]
    for encoding, half in (("utf-16-le", 1), ("utf-16-be", 0)):
        # Nearly all that is typed here is Latin, whose second byte is a NUL.
        if 2 * sample[half::2].count(0) > len(sample) // 2 and not sample[1 - half :: 2].count(0):
            return encoding
    if _is_utf8(content):
        return None
    pieces = range(0, len(content), _PIECE)
    beyond = {byte for at in pieces for byte in set(content[at : at + _PIECE]) if byte > 0x7F}
    is_windows = beyond <= _WINDOWS_LETTERS | _WINDOWS_SIGNS and beyond & _WINDOWS_LETTERS
    return "cp1252" if is_windows and 0 not in sample else None


def _is_utf8(content: bytes) -> bool:
    """Whether a text is UTF-8, looked at in pieces: as a whole it would be held twice."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(content), _PIECE):
            decoder.decode(content[at : at + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def encoding_error(path: Path, file: str, encoding: str) -> TableError:
    """Make the error for a file that is not in `encoding`.

    It names the first byte that does not fit and, where that makes a sensible word, what the file
    would say in Windows-1252, the usual culprit.
    """
    position, before, after = _first_bad_byte(path, encoding)
    if encoding == "utf-8" and b"\x00" in before[:1024] + after:
        return nul_error(file)
    row = before.count(b"\n") + 1
    where = gettext("byte {position:,} (line {row:,})").format(position=position, row=row)
    if encoding not in ("utf-8", "utf-8-sig"):
        return TableError(
            gettext(
                "{where} is not {encoding}; open the file in the program it came from "
                "and save it as “CSV UTF-8”"
            ).format(where=where, encoding=encoding),
            file=file,
        )
    word = _windows_word(before, after)
    if word:
        said = gettext(
            "{where} is not UTF-8; as Windows-1252 it would read “{word}”; open the file in the "
            "program it came from and save it as “CSV UTF-8”"
        )
    else:
        said = gettext(
            "{where} is not UTF-8; open the file in the program it came from and save it as "
            "“CSV UTF-8”"
        )
    return TableError(said.format(where=where, word=word), file=file)


def nul_error(file: str) -> TableError:
    """Make the error for a file with NUL bytes, which no text has."""
    return TableError(
        gettext(
            "this is not text (it has NUL bytes), or UTF-16 without its byte order mark; "
            "save it as “CSV UTF-8”"
        ),
        file=file,
    )


def _first_bad_byte(path: Path, encoding: str) -> tuple[int, bytes, bytes]:
    data = path.read_bytes()
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        # utf-8-sig and utf-16 count from behind the byte order mark.
        skipped = len(data) - len(error.object)
        position = error.start + skipped
        return position, data[:position], data[position : position + 40]
    except UnicodeError:  # utf-16 without a mark that tells the byte order
        pass
    return 0, b"", data[:40]


def _windows_word(before: bytes, after: bytes) -> str:
    """Read the word around a byte as Windows-1252, or ``""`` where that makes no sense."""
    try:
        text_before, text_after = before[-20:].decode("cp1252"), after[:20].decode("cp1252")
    except UnicodeDecodeError:
        return ""
    stops = ' ,;|\t\r\n"'
    for stop in stops:
        text_before, text_after = text_before.split(stop)[-1], text_after.split(stop)[0]
    word = text_before + text_after
    sensible = all(letter.isalpha() or letter in "’‘“”–—…°€-'." for letter in word)
    return word if sensible and word else ""
