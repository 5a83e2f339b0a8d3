"""Take a spreadsheet in: in one call, or after somebody has looked at what it would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from geomatch.core.errors import InputError, Problem, RowError
from geomatch.network.intake.compare.compare import Progress, compare
from geomatch.network.intake.compare.comparer import Choices
from geomatch.network.intake.compare.rejections import rejected_faults
from geomatch.network.intake.files.rejected import press
from geomatch.network.intake.linkage.addresses import Doors
from geomatch.network.intake.linkage.draft import Draft
from geomatch.network.intake.linkage.outcomes import (
    REJECTED_STATUSES,
    Comparison,
)
from geomatch.network.intake.sheets.file import Sheets, Understood, understand
from geomatch.network.intake.write.before_images import unpacked
from geomatch.network.intake.write.hidden_counts import hidden_figures
from geomatch.network.intake.write.undo import TakenBack, take_back_image
from geomatch.network.intake.write.writer import Writer
from geomatch.network.models import Network, SheetImport
from geomatch.network.scope import lock_network, use_network
from geomatch.network.services.audit import record
from geomatch.network.signups.let_in import wait_again


class StalePreviewError(InputError):
    """The network has changed since somebody looked at what a sheet would change."""


@dataclass
class ImportResult:
    """What an import took and what it rejected.

    Attributes
    ----------
    figures
        Kind → `new`, `changed`, `same` and `rejected` counts.
    rejected
        What is wrong in rejected rows, fault by fault (see `rejected_faults`).
    not_imported
        Sheet and row of what was rejected, or left out by choice, whole sheets among it.
    sheet_import
        The row that remembers this import.
    """

    figures: dict[str, dict[str, int]] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    not_imported: frozenset[tuple[str, int]] = frozenset()
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

    A row that may or may not mean somebody known is rejected with the reason, like one that
    cannot be read.

    Parameters
    ----------
    sheets
        Sheet name → its rows. What each holds is told by its name and its columns.
    strict
        Import nothing if one row is rejected.

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
        If `strict` and a row is rejected.
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
        result = ImportResult(compared.figures(), rejected_faults(compared, sheets, understood))
        if strict and result.rejected:
            raise RowError(
                f"{len(result.rejected)} rows are not as they should be; nothing was imported",
                file=file_name,
                problems=tuple(_problem(row) for row in result.rejected),
            )
        taken = compared.taken_rows()
        result.not_imported = frozenset(row for row in _rows_of(sheets) if row not in taken)
        result.sheet_import = SheetImport.objects.create(
            file_name=file_name[:200],
            imported_by=actor,
            figures=result.figures,
            hidden_figures=hidden_figures(compared, result.rejected),
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
    all, would be free again. So what came out as rejected before anybody chose stays so, unless
    somebody chose for that very row.
    """
    if not choices:
        compared = compare(**options, progress=writing, write=write)
        _refuse_stale(compared, looked_at)
        return compared
    offered = compare(**options, progress=comparing)
    _refuse_stale(offered, looked_at)
    options["rejected_before"] = {
        outcome.key: outcome
        for outcome in offered.of(*REJECTED_STATUSES)
        if not choices.get(outcome.key)
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


def _problem(row: Mapping[str, Any]) -> Problem:
    return Problem(row["message"], row=row["row"], column=row["column"], value=row["value"])
