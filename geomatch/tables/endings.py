"""Endings of names, which say what kind of file it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geomatch.core.errors import TableError
from geomatch.core.translation import gettext, gettext_noop

__all__ = ["READ_ENDINGS", "TABLE_ENDINGS", "check_can_be_written", "ending_of"]

TABLE_ENDINGS = (".csv", ".tsv", ".xlsx", ".geojson", ".gpkg", ".parquet")
"""Endings that are read and written, in any case."""

READ_ENDINGS = (*TABLE_ENDINGS, ".ods")
"""Endings that are read; .ods is not written, as nothing here needs it."""

_BETTER_ENDINGS = {
    ".xls": gettext_noop("open it and save it as .xlsx"),
    ".xlsm": gettext_noop("save it as .xlsx, without macros"),
    ".xlsb": gettext_noop("save it as .xlsx"),
    ".numbers": gettext_noop("export it as .xlsx or .csv"),
    ".txt": gettext_noop("if it is a table, let its name end in .csv"),
    ".json": gettext_noop("if it is GeoJSON, let its name end in .geojson"),
    ".shp": gettext_noop("save the layer as .gpkg"),
    ".kml": gettext_noop("save the layer as .geojson or .gpkg"),
    ".zip": gettext_noop("unpack it first"),
    ".gz": gettext_noop("unpack it first"),
}


def ending_of(path: Path, file: str, endings: Sequence[str]) -> str:
    """Return the ending of a file's name, in small letters.

    Parameters
    ----------
    path, file
        The file, and its name in messages.
    endings
        Those that are taken.

    Raises
    ------
    TableError
        If it is none of them, or the path is a folder.
    """
    ending = path.suffix.lower()
    if ending in endings:
        return ending
    if path.is_dir():
        raise TableError(gettext("this is a folder; name the file inside it"), file=file)
    if ending:
        said = gettext("a name that ends in {ending} is not known here").format(ending=ending)
    else:
        said = gettext("the name has no ending")
    advice = gettext(_BETTER_ENDINGS.get(ending, ""))
    if not advice or ending in TABLE_ENDINGS:
        advice = gettext("it must end in one of {endings}").format(endings=" ".join(endings))
    raise TableError(f"{said}; {advice}", file=file)


def check_can_be_written(path: Path) -> None:
    """Find out before the work, not behind it, that a table cannot be written there.

    Raises
    ------
    TableError
        If the ending is none of `TABLE_ENDINGS`, or there is no such folder.
    """
    ending_of(path, path.name, TABLE_ENDINGS)
    if not path.resolve().parent.is_dir():
        raise TableError(
            gettext(
                "the file cannot be written: there is no folder {parent}; make it first"
            ).format(parent=path.parent),
            file=path.name,
        )
