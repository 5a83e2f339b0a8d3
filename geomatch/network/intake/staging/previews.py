"""Previews that were made beforehand: of sheets too large to be read while somebody waits.

What a preview shows is kept sealed beside its sheet, once for stewards and once for those who may
not know of hidden homes, and goes with it. It is only ever looked at. What is written is compared
afresh under the network's lock, whatever a preview says.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from geomatch.core.compression import pressed
from geomatch.core.errors import InputError
from geomatch.network.intake.files.rejected import MOST_KEPT, press, unpress
from geomatch.network.intake.staging.sheets import GONE, as_kept, correct, how_read
from geomatch.network.models import (
    Household,
    Network,
    PreparedPreview,
    SheetImport,
    StagedSheet,
)
from geomatch.network.scope import use_network
from geomatch.tables import Table

FORM = 2  # of what is kept
READ_ANEW = "Somebody corrected how this spreadsheet is read meanwhile. Read it again."


def keep_prepared(
    *,
    network: Network,
    staged: StagedSheet,
    reading: Mapping[str, Any],
    tables: Mapping[str, Table] | None,
    columns: Mapping[str, Any],
    sees_hidden: bool,
    made_at: dt.datetime,
    summary: Mapping[str, Any],
    rejected: Sequence[Mapping[str, Any]],
) -> None:
    """Keep what a sheet comes to, in place of what was kept before.

    Parameters
    ----------
    staged
        As it was when its reading began.
    reading, columns
        How its file was found to be read, and what its columns were said to be.
    tables
        What was read of its file; None where that is kept already.
    made_at
        When comparing began: what the network did later is not in it.
    summary, rejected
        What the page shows, and the faults of the rows that cannot be read.

    Raises
    ------
    geomatch.core.errors.InputError
        If the sheet is gone, or somebody corrected it meanwhile. Nothing is kept then.
    """
    pressed = press(rejected, most=MOST_KEPT)
    shown = {**summary, "rejected_in_file": pressed.rows}
    with use_network(network):
        sheets = StagedSheet.objects.select_for_update().defer("content", "tables_pressed")
        found = sheets.filter(pk=staged.pk).first()
        if found is None:
            raise InputError(GONE)
        if (found.reading, found.columns) != (staged.reading, staged.columns):
            raise InputError(READ_ANEW)
        said = {"reading": dict(reading), "columns": dict(columns), "trouble": ""}
        correct(found, **said, **({} if tables is None else as_kept(tables)))
        PreparedPreview.objects.update_or_create(
            staged=found,
            sees_hidden=sees_hidden,
            defaults={
                "made_at": made_at,
                "read_as": _read_as(found),
                "summary_json": json.dumps(shown, ensure_ascii=False),
                "rejected_json": pressed.text,
            },
        )


def prepared_for(staged: StagedSheet, *, sees_hidden: bool) -> PreparedPreview | None:
    """Return the preview of a sheet of the current network, as it is read now; None without one."""
    return staged.prepared.filter(sees_hidden=sees_hidden, read_as=_read_as(staged)).first()


def rejected_in(prepared: PreparedPreview) -> list[dict[str, Any]]:
    """Return what is wrong in the rows that cannot be read, fault by fault."""
    return unpress(prepared.rejected_json)


def is_outdated(prepared: PreparedPreview) -> bool:
    """Whether it should be made anew before anybody looks at it.

    An import may have taken what it calls new. And a home may have been hidden from its reader.
    """
    since = prepared.made_at
    imports = Q(imported_at__gt=since) | Q(taken_back_at__gt=since)
    if SheetImport.objects.filter(imports).exists():
        return True
    hidden = Household.objects.filter(hidden=True, updated_at__gt=since)
    return not prepared.sees_hidden and hidden.exists()


def forget_prepared(staged: StagedSheet) -> None:
    """Forget what was prepared: the network is another than it says."""
    staged.prepared.all().delete()


def keep_trouble(*, network: Network, staged: StagedSheet, trouble: str) -> None:
    """Keep, sealed, why a sheet could not be read; of one that never could be, nothing else."""
    with use_network(network):
        found = StagedSheet.objects.select_for_update().filter(pk=staged.pk).first()
        if found is None:
            return
        found.trouble = trouble
        if not was_read(found):
            found.content, found.size = pressed([]), 0
        found.save(update_fields=["trouble", "content", "size"])


def was_read(staged: StagedSheet) -> bool:
    """Whether a sheet could be read once: only then is the row of its column names known."""
    return "header_row" in staged.reading


def _read_as(staged: StagedSheet) -> str:
    """Sum up how a sheet is read: a correction makes what was prepared before another sheet's.

    So does another form of what is kept: a preview of an earlier geomatch is made anew.
    """
    return f"{FORM}-{how_read(staged)}"
