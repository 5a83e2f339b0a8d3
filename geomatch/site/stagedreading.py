"""Read a large sheet in the background, compare it with the network, and keep its preview."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.utils import timezone

from geomatch.core.errors import InputError
from geomatch.network.models import Household, Network, StagedSheet
from geomatch.network.scope import use_network
from geomatch.network.services.importing.comparing import compare
from geomatch.network.services.importing.outcomes import Status
from geomatch.network.services.imports import handed_back
from geomatch.network.services.prepared import GONE, keep_prepared, keep_trouble
from geomatch.network.services.staging import content_of, correct_header_row
from geomatch.site.phases import Phases, Steps
from geomatch.site.previewpage import summed_up
from geomatch.site.stagedfiles import ReadSheet, find_tables, read_tables

# Some 11,000 rows of fourteen columns, as text and as the XML in a workbook: with either, reading
# and comparing takes about two seconds of the processor, as long as somebody waits without a word.
LARGE_BYTES, LARGE_UNPACKED = 1_000_000, 8_000_000
# All of them are read for a sheet of one row: two seconds as well.
MANY_HOMES = 50_000
# As long as each takes, by docs/benchmarks/importing.md.
SHARES = {"Reading the file": 1.0, "Comparing": 2.0}
COULD_NOT_READ = "This spreadsheet could not be read as it is."


def is_large(network: Network, content: bytes) -> bool:
    """Whether a preview would take longer than a page may, by what is known without reading it."""
    with use_network(network, reading=True):
        if Household.objects.count() > MANY_HOMES:
            return True
    try:
        # The directory of a workbook says how large it unpacks. Should it lie, reading refuses it.
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return sum(part.file_size for part in book.infolist()) > LARGE_UNPACKED
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return len(content) > LARGE_BYTES


def read_in_background(
    *,
    network: Network,
    staged: int,
    sees_hidden: bool,
    header_before: int | None = None,
    progress: Steps | None = None,
) -> dict[str, Any]:
    """Make a staged sheet's preview and keep it. Done twice, it comes to the same.

    Parameters
    ----------
    staged
        Key of the staged sheet.
    sees_hidden
        As for `compare`: for whose eyes the preview is.
    header_before
        In which row the column names stood, where somebody moved them: if there are none in the
        new row, they stand there again.

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
        found = StagedSheet.objects.filter(pk=staged).first()
    if found is None or not found.size:
        raise InputError(GONE)
    phases = Phases(progress, SHARES)
    sheet, reading = _read(network, found, header_before, phases)
    comparing = phases.part("Comparing", ("row", "rows"))
    comparing(0, sheet.rows)
    made_at = timezone.now()
    understood = sheet.understood()
    with use_network(network, reading=True):
        compared = compare(
            network=network,
            sheets=understood,
            sees_hidden=sees_hidden,
            progress=comparing,
        )
        rejected = handed_back(compared, sheet.tables, understood, (Status.REJECTED,))
    keep_prepared(
        network=network,
        staged=found,
        reading=reading,
        sees_hidden=sees_hidden,
        made_at=made_at,
        summary=summed_up(sheet, compared),
        rejected=rejected,
    )
    return {"rows": sheet.rows}


def _read(
    network: Network, found: StagedSheet, header_before: int | None, phases: Phases
) -> tuple[ReadSheet, dict[str, Any]]:
    tell = phases.part("Reading the file")
    try:
        reading, tables = find_tables(content_of(found), found.file_name, found.reading, tell)
        return read_tables(network, found, tables), reading
    except InputError as error:
        if header_before is not None:
            with use_network(network):
                correct_header_row(found, header_before)
        keep_trouble(
            network=network, staged=found, trouble=str(error), keep=header_before is not None
        )
        raise InputError(COULD_NOT_READ) from None
