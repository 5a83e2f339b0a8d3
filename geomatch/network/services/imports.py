"""Take a spreadsheet in: in one call, or after somebody has looked at what it would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from geomatch.core.errors import ColumnError, InputError, Problem, RowError, TableError
from geomatch.network.models import Network, SheetImport
from geomatch.network.scope import lock_network, use_network
from geomatch.network.services.audit import record
from geomatch.network.services.beforeimages import unpacked
from geomatch.network.services.doors import Doors
from geomatch.network.services.importing.comparer import Choices
from geomatch.network.services.importing.comparing import Progress, compare
from geomatch.network.services.importing.draft import Draft
from geomatch.network.services.importing.outcomes import (
    HANDED_BACK,
    Candidate,
    Comparison,
    Outcome,
    Status,
)
from geomatch.network.services.importing.takingback import TakenBack, take_back_image
from geomatch.network.services.importing.writing import Writer
from geomatch.network.services.rejectedrows import press
from geomatch.network.services.signups import wait_again
from geomatch.network.services.withheld import withheld_figures
from geomatch.network.sheets.columns import Kind, Recognised
from geomatch.network.sheets.rows import SheetRows, read_rows
from geomatch.network.sheets.values import NO
from geomatch.tables import Table

# Neighbours first: volunteers and requests are tied to them.
ORDER = (Kind.HOUSEHOLDS, Kind.VOLUNTEERS, Kind.REQUESTS)
Sheets = Mapping[str, Table]
Understood = Sequence[tuple[str, SheetRows]]

FOR_STEWARDS = "this is of a hidden home; a steward can import it"


class StalePreviewError(InputError):
    """The network has changed since somebody looked at what a sheet would change."""


@dataclass
class ImportResult:
    """What an import took and what it refused.

    Attributes
    ----------
    figures
        Kind → `new`, `changed`, `same` and `rejected` counts.
    rejected
        What is wrong in refused rows, fault by fault (see `handed_back`).
    not_taken
        Sheet and row of what was handed back, or left out by choice, whole sheets among it.
    sheet_import
        The row that remembers this import.
    """

    figures: dict[str, dict[str, int]] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    not_taken: frozenset[tuple[str, int]] = frozenset()
    sheet_import: SheetImport | None = None


def import_sheet(
    *,
    network: Network,
    sheets: Sheets,
    file_name: str,
    actor: AbstractBaseUser | None,
    strict: bool = False,
) -> ImportResult:
    """Take the sheets of one file into a network at once: nobody is asked.

    A row that may or may not mean somebody known is handed back with the reason, like one that
    cannot be read.

    Parameters
    ----------
    sheets
        Sheet name → its rows. What each holds is told by its name and its columns.
    strict
        Refuse everything if one row is handed back.

    Raises
    ------
    geomatch.core.errors.InputError
        If no sheet can be understood, or `strict` and a row is bad. Nothing is saved then.
    """
    return apply_sheets(
        network=network,
        sheets=sheets,
        understood=understand(sheets, file_name),
        file_name=file_name,
        actor=actor,
        strict=strict,
    )


def apply_sheets(
    *,
    network: Network,
    sheets: Sheets,
    understood: Understood,
    file_name: str,
    actor: AbstractBaseUser | None,
    choices: Choices | None = None,
    sees_hidden: bool = True,
    looked_at: str | None = None,
    strict: bool = False,
    looking: Progress | None = None,
    comparing: Progress | None = None,
    writing: Progress | None = None,
) -> ImportResult:
    """Compare sheets with a network and write what they change, in one transaction.

    Parameters
    ----------
    sheets, understood
        The tables, and their typed rows from `understand`.
    choices, sees_hidden
        As for `compare`.
    looked_at
        Fingerprint of the preview somebody agreed to, without their choices. What is written is
        compared afresh under the network's lock, and must still look the same.
    looking
        As for `compare`.
    comparing, writing
        Called with rows compared and rows written, and how many there are. Where nobody chose
        anything, rows are written while they are compared, and `comparing` is not called.

    Raises
    ------
    StalePreviewError
        If it does not. Nothing is saved then.
    geomatch.core.errors.RowError
        If `strict` and a row is handed back.
    """
    with use_network(network):
        # Two imports at once would each add whom the other adds: the second one waits.
        lock_network()
        writer = Writer(Doors(network))
        options = {
            "network": network,
            "sheets": understood,
            "sees_hidden": sees_hidden,
            "looking": looking,
        }
        compared = _compared(options, choices, looked_at, comparing, writing, writer.write)
        result = ImportResult(compared.figures(), handed_back(compared, sheets, understood))
        if strict and result.rejected:
            raise RowError(
                f"{len(result.rejected)} rows are not as they should be; nothing was imported",
                file=file_name,
                problems=tuple(_problem(row) for row in result.rejected),
            )
        taken = compared.taken_rows()
        result.not_taken = frozenset(row for row in _rows_of(sheets) if row not in taken)
        result.sheet_import = SheetImport.objects.create(
            file_name=file_name[:200],
            imported_by=actor,
            figures=result.figures,
            withheld=withheld_figures(compared, result.rejected),
            rejected_pressed=press(result.rejected).text,
            before_image=writer.packed_image(),
        )
        record(actor=actor, verb="imported a sheet", **result.figures)
    return result


def _rows_of(sheets: Sheets) -> Iterator[tuple[str, int]]:
    return ((name, int(row)) for name, table in sheets.items() for row in table.row_numbers)


def _compared(
    options: dict[str, Any],
    choices: Choices | None,
    looked_at: str | None,
    comparing: Progress | None,
    writing: Progress | None,
    write: Callable[[Draft], None],
) -> Comparison:
    """Compare and write; where a preview was agreed to, only what it showed stays written.

    A choice about one row may make room for another: whom it leaves out, or does not mean after
    all, would be free again. So what came out as handed back before anybody chose stays so, unless
    somebody chose for that very row.
    """
    if not choices:
        compared = compare(**options, progress=writing, write=write)
        _refuse_stale(compared, looked_at)
        return compared
    offered = compare(**options, progress=comparing)
    _refuse_stale(offered, looked_at)
    options["kept_back"] = {
        outcome.key: outcome for outcome in offered.of(*HANDED_BACK) if not choices.get(outcome.key)
    }
    del offered  # nothing else of it is held while rows are written
    return compare(**options, choices=choices, progress=writing, write=write)


def _refuse_stale(compared: Comparison, looked_at: str | None) -> None:
    if looked_at is not None and compared.fingerprint() != looked_at:
        raise StalePreviewError(
            "Somebody changed the neighbours since you looked; nothing was imported. "
            "Look at the preview again"
        )


def take_back(
    *, network: Network, sheet_import: SheetImport, actor: AbstractBaseUser | None
) -> TakenBack:
    """Undo a whole import, and keep what people changed since.

    Raises
    ------
    geomatch.core.errors.InputError
        If it was taken back already, or is older than before-images are.
    """
    with use_network(network):
        lock_network()
        taken = SheetImport.objects.select_for_update().get(pk=sheet_import.pk)
        if taken.taken_back_at is not None:
            raise InputError("this import was taken back already")
        if not taken.before_image:
            raise InputError("nothing was kept of what was there before this import")
        image = unpacked(taken.before_image)
        done = take_back_image(image)
        done.waiting = wait_again(image)
        taken.taken_back_at, taken.taken_back_by = timezone.now(), actor
        taken.taken_back = {**done.figures(), "waiting": done.waiting, "rows": done.kept}
        taken.before_image = ""
        taken.save()
        record(
            actor=actor, verb="took an import back", target=f"import {taken.pk}", **done.figures()
        )
    return done


def understand(
    sheets: Sheets,
    file_name: str,
    corrected: Mapping[str, Recognised] | None = None,
    progress: Progress | None = None,
) -> list[tuple[str, SheetRows]]:
    """Read every sheet that can be read, in the order they must be taken.

    Parameters
    ----------
    corrected
        Sheet name → what its columns are, where somebody said so.
    progress
        Called with the rows that were read, and how many there are.

    Raises
    ------
    geomatch.core.errors.InputError
        If there is none.
    """
    corrected = corrected or {}
    understood: list[tuple[str, SheetRows]] = []
    failures: list[ColumnError] = []
    rows_in_all, before = sum(len(table) for table in sheets.values()), 0
    for name, table in sheets.items():
        tell = progress and partial(_tell_of_all, progress, before, rows_in_all)
        before += len(table)
        try:
            rows = read_rows(table, sheet=name, recognised=corrected.get(name), progress=tell)
            understood.append((name, rows))
        except ColumnError as error:
            failures.append(error)
    if failures and len(sheets) == 1:
        raise failures[0]
    if not understood:
        raise TableError(
            "no sheet has columns for neighbours, volunteers or requests; "
            "a neighbours' sheet needs at least “Name” and “Address”",
            file=file_name,
        )
    return sorted(understood, key=lambda item: ORDER.index(item[1].recognised.kind))


def _tell_of_all(
    progress: Progress, before: int, rows_in_all: int, done: float, _: float | None
) -> None:
    """Tell how far the reading of one sheet is as part of all of them."""
    progress(before + done, rows_in_all)


def handed_back(
    compared: Comparison,
    sheets: Sheets,
    understood: Understood,
    statuses: Sequence[Status] = HANDED_BACK,
) -> list[dict[str, Any]]:
    """Return what is wrong in the rows that are not taken: one item for each fault.

    It says where, why, all of the row's own cells, and who may see it. They come in the order of
    the file: whoever mends them goes through it from top to bottom.
    """
    hidden_columns = {
        name: rows.recognised.columns["hidden"]
        for name, rows in understood
        if "hidden" in rows.recognised.columns
    }
    places = {
        name: {int(number): index for index, number in enumerate(table.row_numbers)}
        for name, table in sheets.items()
    }
    order = list(sheets)
    back = []
    for outcome in sorted(
        compared.of(*statuses), key=lambda outcome: (order.index(outcome.sheet), outcome.row)
    ):
        table, index = sheets[outcome.sheet], places[outcome.sheet][outcome.row]
        where = {"sheet": outcome.sheet, "kind": compared.kinds[outcome.sheet]}
        cells = {name: table.columns[name][index] for name in table.names}
        marks = _marks(outcome, cells.get(hidden_columns.get(outcome.sheet, ""), ""))
        back += [
            {**where, **asdict(problem), "cells": cells, **marks}
            for problem in _problems_of(outcome)
        ]
    return back


def _marks(outcome: Outcome, hidden: str) -> dict[str, bool]:
    """Say who may see a row again: of a hidden home is what is not clearly said not to be."""
    if outcome.status is Status.FOR_STEWARDS or any(c.hidden for c in outcome.candidates):
        return {"for_stewards": True}
    return {} if hidden.strip().casefold() in NO else {"hidden": True}


def _problems_of(outcome: Outcome) -> Sequence[Problem]:
    if outcome.status is Status.UNCLEAR:
        alike = " or ".join(_in_words(candidate) for candidate in outcome.candidates)
        return (Problem(f"unclear whether this is {alike}, or somebody new", row=outcome.row),)
    if outcome.status is Status.FOR_STEWARDS:
        return (Problem(FOR_STEWARDS, row=outcome.row),)
    return outcome.problems


def _in_words(candidate: Candidate) -> str:
    """Say a household by its id only: this is kept, and the home may be hidden by tomorrow."""
    reasons = ", ".join(candidate.reasons)
    score = "" if candidate.score is None else f": {candidate.score} of 100"
    return f"home “{candidate.ref}” ({reasons}{score})"


def _problem(row: Mapping[str, Any]) -> Problem:
    return Problem(row["message"], row=row["row"], column=row["column"], value=row["value"])
