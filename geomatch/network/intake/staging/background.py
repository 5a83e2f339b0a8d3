"""Read a large sheet in the background, compare it with the network, and keep its preview."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from geomatch.core.errors import InputError
from geomatch.core.phrases import sentence_of
from geomatch.network.intake.compare.compare import compare
from geomatch.network.intake.compare.rejections import rejected_faults
from geomatch.network.intake.linkage.outcomes import Comparison, Status
from geomatch.network.intake.staging.previews import keep_prepared, keep_trouble, was_read
from geomatch.network.intake.staging.progress import (
    BEFORE_ROWS,
    CELLS,
    COMPARING,
    LOOKING,
    READING,
    ROWS,
    Phases,
    Steps,
)
from geomatch.network.intake.staging.reading import (
    ReadSheet,
    find_tables,
    kept_tables,
    move_headers,
    sheet_of_tables,
)
from geomatch.network.intake.staging.sheets import GONE, content_of, header_row_of
from geomatch.network.models import Household, Network, StagedSheet
from geomatch.network.scope import use_network
from geomatch.tables import Table

# Some 11,000 rows of fourteen columns, as text and as the XML in a workbook: with either, reading
# and comparing takes about two seconds of the processor, as long as somebody waits without a word.
LARGE_BYTES, LARGE_UNPACKED = 1_000_000, 8_000_000
WORKBOOK = b"PK\x03\x04"  # what the first file in a zip begins with
# All of them are read for a sheet of one row: two seconds as well.
MANY_HOMES = 50_000
SHARES = {READING: 1.0, **BEFORE_ROWS, COMPARING: 6.0}
SummedUp = Callable[[ReadSheet, Comparison], dict[str, Any]]
COULD_NOT_READ = "This spreadsheet could not be read as it is."


def is_large(network: Network, content: bytes) -> bool:
    """Whether a preview would take longer than a page may, by what is known without reading it."""
    with use_network(network, reading=True):
        if Household.objects.count() > MANY_HOMES:
            return True
    if not content.startswith(WORKBOOK):  # a text may end like one, and be of any size
        return len(content) > LARGE_BYTES
    try:
        # The directory of a workbook says how large it unpacks. Should it lie, reading refuses it.
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return sum(part.file_size for part in book.infolist()) > LARGE_UNPACKED
    # It only begins like a zip, or is of a kind nobody here unpacks: reading it will say so.
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return len(content) > LARGE_BYTES


def read_in_background(
    *,
    network: Network,
    staged: int,
    sees_hidden: bool,
    summed_up: SummedUp,
    header_rows: Mapping[str, int] | None = None,
    progress: Steps | None = None,
) -> dict[str, Any]:
    """Make a staged sheet's preview and keep it. Done twice, it comes to the same.

    Parameters
    ----------
    staged
        Key of the staged sheet.
    sees_hidden
        As for `compare`: for whose eyes the preview is.
    summed_up
        What the page will show of a comparison, as JSON can keep it.
    header_rows
        Sheet → the row where somebody says its column names stand. Only once it is read like that
        does the staged sheet say so: until then, and if there are none, it stays as it is.

    Returns
    -------
    dict
        How many rows there are.

    Raises
    ------
    geomatch.core.errors.InputError
        If the file cannot be read; why is kept sealed with the sheet, and not in what is raised.
    geomatch.core.errors.CancelledError
        If `progress` says to stop. The sheet waits on.
    """
    with use_network(network, reading=True):
        found = StagedSheet.objects.defer("content").filter(pk=staged).first()
    if found is None or not found.size:
        raise InputError(GONE)
    phases = Phases(progress, SHARES)
    moved = _moved(found, header_rows or {})
    columns = {name: said for name, said in found.columns.items() if name not in moved}
    reading, tables, is_read_anew = _read(network, found, moved, phases)
    sheet = sheet_of_tables(network, found.file_name, tables, columns)
    made_at = timezone.now()
    understood = sheet.understood(phases.part(CELLS, ROWS))
    with use_network(network, reading=True):
        compared = compare(
            network=network,
            sheets=understood,
            sees_hidden=sees_hidden,
            progress=phases.part(COMPARING, ROWS),
            looking=phases.part(LOOKING),
        )
        rejected = rejected_faults(compared, sheet.tables, understood, (Status.REJECTED,))
    keep_prepared(
        network=network,
        staged=found,
        reading=reading,
        tables=tables if is_read_anew else None,
        columns=columns,
        sees_hidden=sees_hidden,
        made_at=made_at,
        summary=summed_up(sheet, compared),
        rejected=rejected,
    )
    return {"rows": sheet.rows}


def _moved(found: StagedSheet, header_rows: Mapping[str, int]) -> dict[str, int]:
    """Return the rows that are others than those where the column names were found."""
    return {
        sheet: row
        for sheet, row in header_rows.items()
        if not was_read(found) or row != header_row_of(found.reading, sheet)
    }


def _read(
    network: Network, found: StagedSheet, moved: Mapping[str, int], phases: Phases
) -> tuple[dict[str, Any], dict[str, Table], bool]:
    """Return how a file is read, its tables, and whether it had to be opened for them."""
    tell = phases.part(READING)
    try:
        if moved:
            return *move_headers(network, found, moved, tell), True
        if was_read(found):
            return found.reading, kept_tables(network, found), False
        with use_network(network, reading=True):
            content = content_of(found)
        return *find_tables(content, found.file_name, found.reading, tell), True
    except InputError as error:
        keep_trouble(network=network, staged=found, trouble=sentence_of(error))
        raise InputError(COULD_NOT_READ) from None
