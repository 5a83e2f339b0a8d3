"""Keep a spreadsheet while somebody looks at it: sealed, for a few people, for a few days."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from geomatch.core.compression import pressed, unpressed
from geomatch.core.errors import InputError
from geomatch.network.intake.files.kept_tables import press_tables
from geomatch.network.intake.sheets.columns import Kind
from geomatch.network.intake.sheets.mapping import Proposal, header_digest
from geomatch.network.models import ColumnMemory, Network, Role, StagedSheet
from geomatch.network.scope import lock_network, use_network
from geomatch.tables import Table

KEPT_FOR = dt.timedelta(days=3)
# What may wait in one network at a time. Three days of hard work, and four of the largest files.
MOST_SHEETS, MOST_BYTES = 20, 200 * 2**20
# Large sheets that never could be read: why is kept, and nothing of the file.
ONLY_TROUBLE = Q(is_large=True, size=0)
GONE = "This spreadsheet was imported or discarded already."
READ_OTHERWISE = (
    "This spreadsheet was imported, discarded or read in another way meanwhile, so what you said "
    "of its columns is not kept. Look at it as it is now"
)
CHOICE, SAW = "row ", "saw "  # what a field of the preview begins with; the row's key follows


def stage_sheet(
    *,
    network: Network,
    file_name: str,
    content: bytes,
    actor: AbstractBaseUser,
    reading: Mapping[str, Any] | None = None,
    tables: Mapping[str, Table] | None = None,
    title: str = "",
    is_large: bool = False,
) -> StagedSheet:
    """Keep a file as it was dropped, and its rows where it was read. Nothing of it is imported.

    Parameters
    ----------
    title
        What people see it called, where it was no file of theirs.
    reading
        How it must be read, where that was found or said: `header_row` (and
        `header_rows`, by sheet, where those differ), `encoding`, `delimiter`.
    tables
        What it holds, read like that; None where it is still to be read.
    is_large
        Whether it is to be read in the background.

    Raises
    ------
    geomatch.core.errors.InputError
        If too many sheets wait already.
    """
    with use_network(network):
        lock_network()  # two at once would each find the last place free
        make_sure_of_room(len(content))
        return StagedSheet.objects.create(
            file_name=file_name[:200],
            title=title[:200],
            content=pressed([content]),
            size=len(content),
            is_large=is_large,
            staged_by=actor,
            reading=dict(reading or {}),
            **({} if tables is None else as_kept(tables)),
        )


def as_kept(tables: Mapping[str, Table]) -> dict[str, Any]:
    """Return the fields of a staged sheet that keep what was read of its file."""
    rows = sum(len(table) for table in tables.values())
    return {"tables_pressed": press_tables(tables), "rows": rows}


def make_sure_of_room(size: int) -> None:
    """Refuse a file where too much waits in the current network, before anybody opens it.

    Raises
    ------
    geomatch.core.errors.InputError
        If too many sheets wait, or too large ones.
    """
    forget_abandoned()
    kept = StagedSheet.objects.exclude(ONLY_TROUBLE)
    waiting = kept.aggregate(sheets=Count("pk"), bytes=Sum("size", default=0))
    if waiting["sheets"] < MOST_SHEETS and waiting["bytes"] + size <= MOST_BYTES:
        return
    sheets, megabytes = waiting["sheets"], waiting["bytes"] / 2**20
    raise InputError(
        f"{sheets} spreadsheets ({megabytes:,.0f} MB) of this network wait to be imported, and "
        f"there is room for {MOST_SHEETS} and {MOST_BYTES >> 20} MB. Import or discard one of "
        "them first; stewards see all. Each is forgotten after three days"
    )


def content_of(staged: StagedSheet) -> bytes:
    """Return the file as it was dropped: a sheet of the current network, loaded only now.

    Raises
    ------
    geomatch.core.errors.InputError
        If the sheet is gone.
    """
    try:
        return unpressed(staged.content)
    except StagedSheet.DoesNotExist:
        raise InputError(GONE) from None


def staged_for(user: AbstractBaseUser, roles: Collection[Role]) -> QuerySet[StagedSheet]:
    """Return the sheets somebody may look at: their own, and for a steward all.

    A sheet holds whatever was typed into it, hidden homes among it; whoever dropped it has that
    already. What it holds is loaded for whoever reads it, and for nobody else.
    """
    lately = StagedSheet.objects.filter(staged_at__gt=timezone.now() - KEPT_FOR)
    sheets = lately.defer("content", "tables_pressed")
    return sheets if Role.STEWARD in roles else sheets.filter(staged_by=user)


def forget_abandoned() -> None:
    """Delete the current network's sheets that nobody came back to."""
    abandoned = StagedSheet.objects.filter(staged_at__lte=timezone.now() - KEPT_FOR)
    if abandoned.exists():  # a page that is only looked at writes nothing otherwise
        abandoned.delete()


def keep_choices(staged: StagedSheet, said: Mapping[str, str]) -> None:
    """Keep what somebody chose for rows of a sheet, and what they saw when they chose.

    Parameters
    ----------
    said
        `CHOICE` and a row's key → what was chosen; `SAW` and the key → `Outcome.digest`. Empty
        choices, and what else there is, are passed over.
    """
    kept = _choices_in(said)
    # Whoever presses twice may come here when the sheet is gone already.
    StagedSheet.objects.filter(pk=staged.pk).update(choices_json=json.dumps(kept))


def seal_of_choices(said: Mapping[str, str]) -> str:
    """Sum up what `keep_choices` keeps: what is imported must be what was agreed to.

    The seal waits in the open with a run. Rows and homes are few enough to be guessed, so nobody
    can make one without the key of this installation.
    """
    kept = json.dumps(_choices_in(said), sort_keys=True)
    return salted_hmac("geomatch.choices", kept, algorithm="sha256").hexdigest()


def seal_of_kept(staged: StagedSheet) -> str:
    """Return the seal of the choices that are kept with a sheet."""
    return seal_of_choices(json.loads(staged.choices_json or "{}"))


def _choices_in(said: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in said.items() if text and name.startswith((CHOICE, SAW))}


def choices_of(staged: StagedSheet) -> dict[str, str]:
    """Return what somebody chose: a row's key → the choice."""
    return _said(staged, CHOICE)


def seen_by_chooser(staged: StagedSheet) -> dict[str, str]:
    """Return what the rows were when somebody chose: a row's key → `Outcome.digest`."""
    return _said(staged, SAW)


def _said(staged: StagedSheet, what: str) -> dict[str, str]:
    said: dict[str, str] = json.loads(staged.choices_json or "{}")
    return {name.removeprefix(what): said[name] for name in said if name.startswith(what)}


def remembered_columns(names: list[str]) -> ColumnMemory | None:
    """Return what the columns of this header were, the last time one was imported."""
    return ColumnMemory.objects.filter(header=header_digest(names)).first()


def remember_columns(proposal: Proposal, names: list[str]) -> None:
    """Keep what the columns of a header were, for the next sheet that has it."""
    recognised = proposal.recognised
    if recognised is None:
        return
    ColumnMemory.objects.update_or_create(
        header=header_digest(names),
        defaults={"kind": recognised.kind.value, "columns": dict(recognised.columns)},
    )


def how_read(staged: StagedSheet) -> str:
    """Sum up how a sheet is read, and what its columns are said to be."""
    said = json.dumps([staged.reading, staged.columns], sort_keys=True)
    return blake2b(said.encode(), digest_size=12).hexdigest()


def header_row_of(reading: Mapping[str, Any], sheet: str) -> int:
    """Say in which row the column names of a sheet stand.

    >>> header_row_of({"header_rows": {"Volunteers": 3}}, "Volunteers"), header_row_of({}, "a")
    (3, 1)
    """
    row: int = reading.get("header_rows", {}).get(sheet, reading.get("header_row", 1))
    return row


def hold_as_seen(staged: StagedSheet, read_as: str) -> None:
    """Let a sheet be read in no other way until the transaction is over.

    Parameters
    ----------
    read_as
        `how_read` of the sheet as somebody sees it: in a tab that was left open, perhaps.

    Raises
    ------
    geomatch.core.errors.InputError
        If the sheet is gone, or read in another way by now.
    """
    if how_read(_held(staged)) != read_as:
        raise InputError(READ_OTHERWISE)


def correct_reading(
    staged: StagedSheet,
    reading: Mapping[str, Any],
    tables: Mapping[str, Table],
    moved: Collection[str],
) -> None:
    """Keep in which rows the column names stand, and the tables that were read like that.

    What was said of the columns of a sheet that `moved` is forgotten: those were others.

    Raises
    ------
    geomatch.core.errors.InputError
        If the sheet is gone.
    """
    said = _held(staged).columns
    columns = {name: said[name] for name in said if name not in moved}
    correct(staged, reading=dict(reading), columns=columns, **as_kept(tables))


def correct_columns(
    staged: StagedSheet, *, sheet: str, kind: Kind | None, fields: Mapping[str, str] | None
) -> None:
    """Keep what a person says a sheet and its columns are.

    No kind leaves the sheet out. No fields: rows of another kind have others, and they are
    proposed afresh.

    Raises
    ------
    geomatch.core.errors.InputError
        If the sheet is gone.
    """
    found = _held(staged)
    columns = None if fields is None else dict(fields)
    said = {"kind": kind.value if kind else "", "columns": columns}
    correct(staged, reading=found.reading, columns={**found.columns, sheet: said})


def _held(staged: StagedSheet) -> StagedSheet:
    """Return a sheet as it is by now: somebody may have discarded it in another tab."""
    sheets = StagedSheet.objects.select_for_update().defer("content", "tables_pressed")
    found = sheets.filter(pk=staged.pk).first()
    if found is None:
        raise InputError(GONE)
    return found


def correct(staged: StagedSheet, **fields: Any) -> None:
    """Write fields of a sheet that is held, here and in the database."""
    for name, value in fields.items():
        setattr(staged, name, value)
    StagedSheet.objects.filter(pk=staged.pk).update(**fields)
