"""From tables to lists, and from lists to a folder of PDFs."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geomatch.core.errors import InputError, ParameterError, TableError
from geomatch.core.translation import gettext
from maps.streetlists.addresses import natural_key
from maps.streetlists.document import document_data, list_data
from maps.streetlists.letters import REPLACEMENT, printable
from maps.streetlists.model import Door, PrintOptions, StreetList
from maps.streetlists.render import render_data
from maps.streetlists.surroundings import Surroundings

if TYPE_CHECKING:
    from geomatch.tables import Table

__all__ = [
    "ALL_PODS",
    "HOUSEHOLD_COLUMNS",
    "file_names",
    "street_lists_from_tables",
    "write_street_lists",
]

HOUSEHOLD_COLUMNS = ("id", "name", "number", "street", "lon", "lat")
"""A households file needs these; `unit` and `city` may be absent where nobody has one."""
TEXTS = ("name", "number", "street", "unit", "city", "phone", "directions")
FLAGS = ("point_person", "do_not_contact", "hidden", "quiet")
ALL_PODS = "all-pods.pdf"
OURS = re.compile(r"pod-[^/]*\.pdf")
STAMP = b"geomatch street list"
"""Keyword in every list: tells an older street list from a file that is somebody's own."""


@dataclass(frozen=True)
class Gathered:
    """Street lists made from two tables.

    Attributes
    ----------
    lists
        One for each pod with a door that may be printed, in the order of the pods' names.
    without_pod
        Households that are in no pod.
    unknown_ids
        Rows of the pods file whose household is not in the households file.
    """

    lists: list[StreetList]
    without_pod: int
    unknown_ids: int


def street_lists_from_tables(
    households: Table, pods: Table, *, network: str = "", version: str = ""
) -> Gathered:
    """Join households with their pods.

    Parameters
    ----------
    households : Table
        ``id,name,number,street,lon,lat``; optional ``unit``, ``city``, ``people``, ``phone``,
        ``languages``, ``directions``, ``point_person``, ``hidden``, ``do_not_contact``, ``quiet``.
        No other column is ever read, so none can be printed.
    pods : Table
        ``id,pod``; an empty pod means that the household is in none.
    network, version : str
        As in `StreetList`.

    Returns
    -------
    Gathered

    Raises
    ------
    ColumnError, RowError
        If a column is missing, or a value cannot be read.
    InputError
        If no household of one file is in the other.
    """
    for table, needed in ((households, HOUSEHOLD_COLUMNS), (pods, ("id", "pod"))):
        for name in needed:
            table.name_of(name)  # refuses, with the nearest name that there is
    pod_of = dict(zip(pods.ids("id"), pods.texts("pod"), strict=True))
    ids = households.ids("id")
    if not set(ids) & set(pod_of):
        raise InputError(
            gettext("no id of this file is in {file}; give the pods of the same homes").format(
                file=households.file
            ),
            file=pods.file,
        )
    members: dict[str, list[Door]] = {}
    for household, door in zip(ids, _doors(households), strict=True):
        members.setdefault(pod_of.get(household, ""), []).append(door)
    without_pod = len(members.pop("", []))
    lists = [
        StreetList(pod, members[pod], network=network, version=version)
        for pod in sorted(members, key=lambda pod: (natural_key(pod), pod))
    ]
    return Gathered(
        lists=[item for item in lists if item.doors],
        without_pod=without_pod,
        unknown_ids=len(set(pod_of) - set(ids)),
    )


def _doors(table: Table) -> list[Door]:
    points = table.points()
    known = [bool(np.isfinite(point).all()) for point in points]
    people: Sequence[int | None] = [None] * len(table)
    if "people" in table:
        people = [int(count) for count in table.integers("people", default=1, minimum=0)]
    texts = {name: table.texts(name) for name in TEXTS}
    flags = {name: table.booleans(name).tolist() for name in FLAGS}
    languages = table.lists("languages") if "languages" in table else [()] * len(table)
    doors = []
    for row in range(len(table)):
        values: dict[str, Any] = {name: texts[name][row] for name in TEXTS}
        values |= {name: flags[name][row] for name in FLAGS}
        if known[row]:
            values |= {"lon": float(points[row, 0]), "lat": float(points[row, 1])}
        doors.append(Door(**values, people=people[row], languages=languages[row]))
    return doors


def file_names(lists: Sequence[StreetList]) -> list[str]:
    """Return a file name for each list: numbers padded so that they sort, names made safe.

    Examples
    --------
    >>> file_names([StreetList("2", ()), StreetList("10", ()), StreetList("Harbor St", ())])
    ['pod-02.pdf', 'pod-10.pdf', 'pod-harbor-st.pdf']
    """
    width = max((len(item.pod) for item in lists if item.pod.isdecimal()), default=1)
    names: list[str] = []
    for item in lists:
        stem = item.pod.zfill(width) if item.pod.isdecimal() else item.pod
        stem = re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-")[:40] or "unnamed"
        name, again = f"pod-{stem}.pdf", 2
        while name in names:
            name, again = f"pod-{stem}-{again}.pdf", again + 1
        names.append(name)
    return names


def write_street_lists(
    lists: Sequence[StreetList],
    folder: Path | str,
    options: PrintOptions,
    surroundings: Surroundings | None = None,
    *,
    progress: Callable[[int], object] | None = None,
) -> Mapping[str, int]:
    """Write one PDF for each pod and one with all of them.

    Parameters
    ----------
    lists : sequence of StreetList
        One for each pod.
    folder : Path
        Made if it is absent. Lists of an earlier run in it are replaced, and those of pods that
        are no more are removed: an outdated list is worse than none. Other files stay.
    options : PrintOptions
        How to print.
    surroundings : Surroundings, optional
        What to draw and walk along.
    progress : callable, optional
        Called with 1 after each pod, and with ``len(lists)`` after the file of all.

    Returns
    -------
    dict
        ``pods``, ``doors``, ``files`` and ``unprintable`` (texts in which a letter that no font of
        ours has became "�").

    Raises
    ------
    ParameterError
        If there is nothing to print.
    TableError
        If the folder cannot be written.

    Notes
    -----
    Everything is rendered before anything appears. A new folder appears in one step; in a folder
    that is there, each file is replaced in one step.
    """
    if not any(item.doors for item in lists):
        raise ParameterError(
            gettext("there is no home to print: every home is without a pod, hidden or quiet")
        )
    tell = progress or (lambda steps: None)
    lists = [item for item in lists if item.doors]
    folder = Path(folder)
    try:
        draft = _draft_folder(folder)
        try:
            _render_into(draft, lists, options, surroundings, tell)
            _put_in_place(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise TableError(
            gettext(
                "the folder cannot be written ({error}); choose another, or check its permissions "
                "and the space on the disk"
            ).format(error=error.strerror or error),
            file=folder.name,
        ) from error
    return {
        "pods": len(lists),
        "doors": sum(len(item.doors) for item in lists),
        "files": len(lists) + 1,
        "unprintable": sum(_unprintable(door) for item in lists for door in item.doors),
    }


def _render_into(
    draft: Path,
    lists: Sequence[StreetList],
    options: PrintOptions,
    surroundings: Surroundings | None,
    tell: Callable[[int], object],
) -> None:
    drawn = []
    for item, name in zip(lists, file_names(lists), strict=True):
        drawn.append(list_data(item, options, surroundings))
        (draft / name).write_bytes(render_data(document_data(drawn[-1:], options), options))
        tell(1)
    together = render_data(document_data(drawn, options, contents=True), options)
    (draft / ALL_PODS).write_bytes(together)
    tell(len(lists))


def _draft_folder(folder: Path) -> Path:
    """Make an empty folder on the same disk as the final one, hidden beside it."""
    if folder.exists() and not folder.is_dir():
        raise TableError(
            gettext("this is a file; name a folder for the street lists"), file=folder.name
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.parent / f".{folder.name[:40] or 'lists'}.{secrets.token_hex(4)}"
    draft.mkdir()
    return draft


def _put_in_place(draft: Path, folder: Path) -> None:
    if not folder.exists():
        draft.rename(folder)
        return
    fresh = {path.name for path in draft.iterdir()}
    for name in sorted(fresh):
        (draft / name).replace(folder / name)
    for path in folder.iterdir():
        if path.name not in fresh and OURS.fullmatch(path.name) and STAMP in path.read_bytes():
            path.unlink()


def _unprintable(door: Door) -> int:
    texts = (door.name, door.number, door.street, door.unit, door.city, door.directions)
    return sum(REPLACEMENT in printable(text) and REPLACEMENT not in text for text in texts)
