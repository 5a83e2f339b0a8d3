"""Which letters our fonts can print, how wide they are, and what to do with the others.

A PDF/UA file may not hold a character that no font can show, so one odd letter in one name would
stop a whole street list. `printable` makes any text safe: what cannot be shown becomes "�", which
a person sees and can mend with a pen; invisible and direction-changing characters go, because they
can make an address read as another one.

The fonts are read with the few lines of the OpenType specification this needs (tables ``cmap``
formats 4 and 12, ``hhea``, ``hmtx``): a font library would be a heavy dependency for two questions.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from maps.streetlists.typeset import FONTS, REPLACEMENT

__all__ = ["FAMILIES", "FONTS", "REPLACEMENT", "Typeface", "printable", "text_width_em"]

FILES = {
    "Atkinson Hyperlegible": "AtkinsonHyperlegible-Regular.ttf",
    "Noto Sans": "NotoSans-Regular.ttf",  # Latin of every kind, Greek, Cyrillic, Devanagari
    "Noto Sans Arabic": "NotoSansArabic-Regular.ttf",
    "Noto Sans Hebrew": "NotoSansHebrew-Regular.ttf",
    "Noto Sans Thai": "NotoSansThai-Regular.ttf",
    "Droid Sans Fallback": "DroidSansFallback.ttf",  # Chinese, Japanese, Korean
    "Noto Emoji": "NotoEmoji-Regular.ttf",
}
FAMILIES = tuple(FILES)
"""Font families in the order in which a letter is looked for; the sheets use the same order."""

LONGEST = 120
"""Characters of one text that are printed; a sheet has no room for more."""
BREAK_AFTER = 12
"""A word longer than twice this may break after every so many letters."""
JOINERS = "\u200c\u200d"
DROPPED = {"Cc", "Cs", "Co", "Cn"}


@dataclass(frozen=True)
class Typeface:
    """What one font file says about itself.

    Attributes
    ----------
    glyphs
        Glyph number of each character it can show.
    advances_em
        Width of each glyph in em, shape (n glyphs,).
    """

    glyphs: dict[int, int]
    advances_em: np.ndarray

    @classmethod
    def read(cls, path: Path) -> Typeface:
        """Read a TrueType file.

        Parameters
        ----------
        path : Path
            A ``.ttf`` file with a Unicode ``cmap`` of format 4 or 12.

        References
        ----------
        OpenType 1.9.1, chapters "cmap", "hhea" and "hmtx".
        """
        data = path.read_bytes()
        tables = {
            tag: (offset, length)
            for tag, _, offset, length in struct.iter_unpack(
                ">4sIII", data[12 : 12 + 16 * struct.unpack_from(">H", data, 4)[0]]
            )
        }
        per_em = struct.unpack_from(">H", data, tables[b"head"][0] + 18)[0]
        long_metrics = struct.unpack_from(">H", data, tables[b"hhea"][0] + 34)[0]
        advances = np.frombuffer(data, ">u2", 2 * long_metrics, tables[b"hmtx"][0])[::2]
        return cls(_cmap(data, tables[b"cmap"][0]), advances / per_em)

    def width_em(self, character: str) -> float | None:
        """Width of one character in em, or None where the font lacks it."""
        glyph = self.glyphs.get(ord(character))
        if glyph is None:
            return None
        # Glyphs past the long metrics all have the last one's width.
        return float(self.advances_em[min(glyph, len(self.advances_em) - 1)])


def _cmap(data: bytes, start: int) -> dict[int, int]:
    (count,) = struct.unpack_from(">H", data, start + 2)
    formats = {}
    for _, _, offset in struct.iter_unpack(">HHI", data[start + 4 : start + 4 + 8 * count]):
        formats[struct.unpack_from(">H", data, start + offset)[0]] = start + offset
    return _cmap_12(data, formats[12]) if 12 in formats else _cmap_4(data, formats[4])


def _cmap_12(data: bytes, start: int) -> dict[int, int]:
    (groups,) = struct.unpack_from(">I", data, start + 12)
    glyphs: dict[int, int] = {}
    for first, last, glyph in struct.iter_unpack(
        ">III", data[start + 16 : start + 16 + 12 * groups]
    ):
        glyphs.update(
            zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)
        )
    return glyphs


def _cmap_4(data: bytes, start: int) -> dict[int, int]:
    segments = struct.unpack_from(">H", data, start + 6)[0] // 2
    ends, firsts, deltas, ranges = (
        np.frombuffer(data, ">u2", segments, start + 14 + 2 * segments * part + (2 if part else 0))
        for part in range(4)
    )
    range_start = start + 16 + 6 * segments
    glyphs: dict[int, int] = {}
    for segment in range(segments):
        for code in range(int(firsts[segment]), min(int(ends[segment]), 0xFFFE) + 1):
            glyph = code
            if ranges[segment]:
                at = range_start + 2 * segment + int(ranges[segment])
                (glyph,) = struct.unpack_from(">H", data, at + 2 * (code - int(firsts[segment])))
                if not glyph:
                    continue
            if glyph := (glyph + int(deltas[segment])) & 0xFFFF:
                glyphs[code] = glyph
    return glyphs


@lru_cache(maxsize=len(FILES))
def _typeface(family: str) -> Typeface:
    return Typeface.read(FONTS / FILES[family])


def _clusters(text: str) -> Iterator[str]:
    """Split into a base and what is set on it: marks, joiners and what they join."""
    cluster = ""
    for character in text:
        joined = cluster.endswith(JOINERS[1]) or character in JOINERS
        if cluster and (joined or unicodedata.category(character).startswith("M")):
            cluster += character
        else:
            if cluster:
                yield cluster
            cluster = character
    if cluster:
        yield cluster


def _script(character: str) -> str:
    """First word of a letter's name: "LATIN", "ARABIC", or "COMBINING" for marks of any script."""
    return unicodedata.name(character, "").split(" ")[0]


def _showable(cluster: str) -> str:
    """Return the cluster, what one font can show of it, or the replacement character."""
    letters = [character for character in cluster if character not in JOINERS]
    if letters and unicodedata.category(letters[0]).startswith("M"):
        return ""  # a mark on nothing
    # A mark of one script on a letter of another is shaped apart from it, and then has no glyph.
    foreign = {
        mark
        for mark in letters[1:]
        if unicodedata.category(mark).startswith("M")
        and _script(mark) not in {"COMBINING", _script(letters[0])}
    }
    if foreign:
        cluster = "".join(character for character in cluster if character not in foreign)
        letters = [character for character in letters if character not in foreign]
    best = ""
    for family in FAMILIES:
        glyphs = _typeface(family).glyphs
        if not letters or ord(letters[0]) not in glyphs:
            continue
        if all(ord(letter) in glyphs for letter in letters):
            return cluster
        best = best or "".join(letter for letter in letters if ord(letter) in glyphs)
    return best or REPLACEMENT


def _visible(text: str) -> str:
    """Drop what has no shape of its own, and settle every kind of space into one."""
    settled = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(
        character
        for character in settled
        if character in JOINERS
        or not (
            unicodedata.category(character) in DROPPED | {"Cf"}
            or 0xFE00 <= ord(character) <= 0xFE0F  # the fonts have one form of each emoji
            or 0xE0100 <= ord(character) <= 0xE01EF
        )
    ).strip(JOINERS + " ")


@lru_cache(maxsize=16_384)
def printable(text: str, longest: int = LONGEST) -> str:
    r"""Return a text as our fonts can print it.

    Parameters
    ----------
    text : str
        Anything a spreadsheet can hold.
    longest : int
        Characters to keep; the last of a longer text is "…".

    Returns
    -------
    str
        In normal form C, on one line, without control, private, invisible or direction-changing
        characters; "�" for each letter that no vendored font has; zero-width spaces inside very
        long words, so that they can break.

    Examples
    --------
    >>> printable("  Ana\tMaría ")
    'Ana María'
    >>> printable("\u202egnihton\u202c")
    'gnihton'
    """
    if text.isascii() and text.isprintable() and len(text) <= 2 * BREAK_AFTER:
        return " ".join(text.split())  # nearly every text there is
    clusters: list[str] = []
    for cluster in _clusters(_visible(text)):
        shown = _showable(cluster)
        if shown and not (shown == " " and (not clusters or clusters[-1] == " ")):
            clusters.append(shown)
    if clusters and clusters[-1] == " ":
        clusters.pop()
    if len(clusters) > longest:
        clusters = [*clusters[: longest - 1], "…"]
    return _breakable(clusters)


def _breakable(clusters: list[str]) -> str:
    words = "".join("\0" if cluster == " " else "x" for cluster in clusters).split("\0")
    out: list[str] = []
    at = 0
    for word in words:
        part = clusters[at : at + len(word)]
        at += len(word) + 1
        if len(part) > 2 * BREAK_AFTER:
            chunks = range(0, len(part), BREAK_AFTER)
            out.append("\u200b".join("".join(part[i : i + BREAK_AFTER]) for i in chunks))
        else:
            out.append("".join(part))
    return " ".join(out)


@lru_cache(maxsize=16_384)
def text_width_em(text: str) -> float:
    """Width of a printable text in em, without kerning: near enough to place a label.

    Parameters
    ----------
    text : str
        As `printable` returns it.

    Returns
    -------
    float
        Sum of the advances in the first font that has each character.
    """
    return sum(_advance_em(character) for character in text)


@lru_cache(maxsize=4_096)
def _advance_em(character: str) -> float:
    if unicodedata.category(character).startswith("M") or character in JOINERS + "\u200b":
        return 0.0
    for family in FAMILIES:
        width = _typeface(family).width_em(character)
        if width is not None:
            return width
    return 1.0
