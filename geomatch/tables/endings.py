"""Endings of names, which say what kind of file it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geomatch.core.errors import TableError

__all__ = ["READ_ENDINGS", "TABLE_ENDINGS", "check_can_be_written", "ending_of"]

TABLE_ENDINGS = (".csv", ".tsv", ".xlsx", ".geojson", ".gpkg", ".parquet")
"""Endings that are read and written, in any case."""

READ_ENDINGS = (*TABLE_ENDINGS, ".ods")
"""Endings that are read; .ods is not written, as nothing here needs it."""

_BETTER_ENDINGS = {
    ".xls": "open it and save it as .xlsx",
    ".xlsm": "save it as .xlsx, without macros",
    ".xlsb": "save it as .xlsx",
    ".numbers": "export it as .xlsx or .csv",
    ".txt": "if it is a table, let its name end in .csv",
    ".json": "if it is GeoJSON, let its name end in .geojson",
    ".shp": "save the layer as .gpkg",
    ".kml": "save the layer as .geojson or .gpkg",
    ".zip": "unpack it first",
    ".gz": "unpack it first",
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
        raise TableError("this is a folder; name the file inside it", file=file)
    said = f"a name that ends in {ending} is not known here" if ending else "the name has no ending"
    advice = _BETTER_ENDINGS.get(ending)
    if advice is None or ending in TABLE_ENDINGS:
        advice = f"it must end in one of {' '.join(endings)}"
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
            f"the file cannot be written: there is no folder {path.parent}; make it first",
            file=path.name,
        )
