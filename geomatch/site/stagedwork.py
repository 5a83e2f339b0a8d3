"""Import a staged sheet: the same work at once and in the background."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser

from geomatch.core.errors import CancelledError, InputError
from geomatch.network.models import Network, SheetImport, StagedSheet
from geomatch.network.scope import use_network
from geomatch.network.services.imports import apply_sheets
from geomatch.network.services.signups import settle_signups
from geomatch.network.services.staging import choices_of, remember_columns
from geomatch.site.stagedfiles import read_staged

Progress = Callable[[float, float], object]


def apply_staged(
    *,
    network: Network,
    staged: int,
    looked_at: str,
    sees_hidden: bool,
    actor: AbstractBaseUser | None,
    rows: int = 0,
    progress: Progress | None = None,
    on_taken: Callable[[SheetImport], object] | None = None,
) -> SheetImport:
    """Import a sheet as its preview showed it, remember its columns, and forget the sheet.

    Parameters
    ----------
    staged
        Key of the staged sheet.
    looked_at, sees_hidden
        As for `apply_sheets`.
    rows
        How many there are, for the progress.
    progress
        Called with rows done and rows in all while the file is read, and once more when the import
        begins; comparing and writing are one transaction, of which nothing could be seen. Where it
        answers False, nothing is imported.
    on_taken
        Called with the import inside its transaction: what it writes stands or falls with it.

    Raises
    ------
    geomatch.core.errors.CancelledError
        If `progress` says to stop.
    geomatch.core.errors.InputError
        If the sheet is gone, or the preview is stale. Nothing is saved then.
    """
    with use_network(network, reading=True):
        found = StagedSheet.objects.filter(pk=staged).first()
    if found is None:
        raise InputError("This spreadsheet was imported or discarded already.")
    tell = _teller(progress, rows)
    sheet = read_staged(network, found, tell)
    understood = sheet.understood()
    with use_network(network):
        # Somebody who presses twice: the second one finds the sheet gone.
        if StagedSheet.objects.select_for_update().filter(pk=staged).first() is None:
            raise InputError("This spreadsheet was imported or discarded already.")
        tell(1, 1)  # the last moment to call it off
        result = apply_sheets(
            network=network,
            sheets=sheet.tables,
            understood=understood,
            file_name=str(found),
            actor=actor,
            choices=choices_of(found),
            sees_hidden=sees_hidden,
            looked_at=looked_at,
        )
        settle_signups(staged=found, sheets=sheet.tables, result=result, actor=actor)
        for name, proposal in sheet.proposals.items():
            remember_columns(proposal, sheet.tables[name].names)
        found.delete()
        assert result.sheet_import is not None
        if on_taken is not None:
            on_taken(result.sheet_import)
    return result.sheet_import


def _teller(progress: Progress | None, rows: int) -> Callable[[float, float | None], None]:
    """Count reading as half the work, whatever unit it is measured in, and stop when told to."""

    def tell(done: float, total: float | None) -> None:
        share = done / total / 2 if total else 0
        if progress is not None and progress(rows * share, rows) is False:
            raise CancelledError("this was called off; nothing was imported")

    return tell
