"""How large a file may be, and what a file really is, both known before it is opened.

A file that a stranger sends can be far larger inside than outside: a workbook of 1.3 KB names its
last possible cell, one of 300 KB unpacks to gigabytes. Every reader here streams, counts as it goes
and stops at these limits; what a file says about its own size is used to refuse early, never to
let something in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geomatch.core.errors import TableError
from geomatch.core.translation import gettext, gettext_noop

__all__ = ["DEFAULT_LIMITS", "Limits", "check_content", "check_file"]

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Largest file that is read; the defaults leave room for a million households.

    Attributes
    ----------
    file_bytes
        Size on disk.
    json_bytes
        Size on disk of a .geojson file, which has to be held in memory as a whole.
    unpacked_bytes
        Size of everything inside a zipped workbook.
    unpacked_ratio
        Unpacked size over packed size, looked at from `ratio_from_bytes` unpacked on. Real
        workbooks stay below 30, a bomb of zeros reaches 1,000.
    ratio_from_bytes
        Unpacked size below which the ratio is not looked at: it can do no harm.
    rows, columns, cells
        Rows without the header (and as many blank ones), named columns, and their product.
    line_characters
        Length of one line of a text file.
    cell_characters
        Length of one cell.
    characters
        Length of all cells together. A workbook can name one long text a million times.
    """

    file_bytes: int = 512 * MEGABYTE
    json_bytes: int = 256 * MEGABYTE
    unpacked_bytes: int = 1024 * MEGABYTE
    unpacked_ratio: float = 100.0
    ratio_from_bytes: int = 16 * MEGABYTE
    rows: int = 2_000_000
    columns: int = 1_000
    cells: int = 30_000_000
    line_characters: int = 8 * MEGABYTE
    cell_characters: int = 131_072
    characters: int = 1024 * MEGABYTE


DEFAULT_LIMITS = Limits()

_OLD_EXCEL = gettext_noop("an old Excel workbook (.xls), or a locked one")
_MAGIC = (
    (b"PK\x03\x04", gettext_noop("a zipped workbook (.xlsx)")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_EXCEL),
    (b"SQLite format 3\x00", gettext_noop("a GeoPackage (.gpkg)")),
    (b"PAR1", gettext_noop("a Parquet file (.parquet)")),
    (b"%PDF-", gettext_noop("a PDF")),
    (b"\x1f\x8b", gettext_noop("a gzip archive (.gz)")),
    (b"\x89PNG", gettext_noop("a picture (.png)")),
    (b"\xff\xd8\xff", gettext_noop("a picture (.jpg)")),
)
_EXPECTED = {
    ".xlsx": b"PK\x03\x04",
    ".ods": b"PK\x03\x04",
    ".gpkg": b"SQLite format 3\x00",
    ".parquet": b"PAR1",
}


def check_file(path: Path, file: str, largest_bytes: int) -> int:
    """Make sure that `path` is a readable file of a bearable size.

    Parameters
    ----------
    path
        The file.
    file
        Its name in messages.
    largest_bytes
        Largest size that is taken.

    Returns
    -------
    int
        Its size in bytes.

    Raises
    ------
    TableError
        If it is absent, a folder, a device, unreadable, empty or too large.
    """
    try:
        if path.is_dir():
            raise TableError(gettext("this is a folder; name the file inside it"), file=file)
        if not path.exists():
            raise TableError(gettext("there is no such file; check its name and folder"), file=file)
        if not path.is_file():
            raise TableError(
                gettext("this is not an ordinary file; copy it into one first"), file=file
            )
        size = path.stat().st_size
        with path.open("rb") as opened:
            opened.read(1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise TableError(
            gettext("the file cannot be opened ({reason})").format(reason=reason(error)), file=file
        ) from error
    if size == 0:
        raise TableError(
            gettext("the file is empty; it needs a first row of column names, and rows"), file=file
        )
    if size > largest_bytes:
        raise TableError(
            gettext(
                "the file is too large ({size}; at most {largest_bytes}); split it, or "
                "remove columns that are not needed"
            ).format(size=megabytes(size), largest_bytes=megabytes(largest_bytes)),
            file=file,
        )
    return size


def check_content(path: Path, ending: str, file: str) -> None:
    """Refuse a file whose first bytes belong to another kind than its ending says.

    Raises
    ------
    TableError
        With the kind that was found and what to do.
    """
    with path.open("rb") as opened:
        head = opened.read(16)
    expected = _EXPECTED.get(ending)
    if expected is not None and head.startswith(expected):
        return
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if found is None and expected is None:
        return  # text, as far as 16 bytes tell
    if found is None:
        found = gettext_noop("cut short or damaged, or text")
        advice = gettext("export it again; if it is text, let its name end in .csv")
    elif found == _OLD_EXCEL:
        advice = gettext("open it and save it as an unlocked .xlsx")
    else:
        advice = gettext("let its name end in what it is, or save it again in the right format")
    raise TableError(
        gettext("the name ends in {ending}, but inside it is {found}; {advice}").format(
            ending=ending, found=gettext(found), advice=advice
        ),
        file=file,
    )


def megabytes(size: float) -> str:
    """Say a number of bytes in words: ``"12.3 MB"``."""
    if size >= MEGABYTE / 10:
        return f"{size / MEGABYTE:,.1f} MB"
    return gettext("{number:,} bytes").format(number=int(size))


def reason(error: Exception) -> str:
    """Why the system refused, without the path that Python repeats."""
    return getattr(error, "strerror", None) or str(error)
