"""Import a staged sheet: the same work at once and in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.contrib.auth.models import AbstractBaseUser

from geomatch.core.errors import InputError
from geomatch.network.intake.services import StalePreviewError, apply_sheets
from geomatch.network.intake.staging.previews import forget_prepared
from geomatch.network.intake.staging.progress import (
    BEFORE_ROWS,
    CELLS,
    COMPARING,
    LOOKING,
    ROWS,
    WRITING,
    Phases,
    Steps,
)
from geomatch.network.intake.staging.reading import read_staged
from geomatch.network.intake.staging.sheets import (
    GONE,
    choices_of,
    remember_columns,
    seal_of_kept,
)
from geomatch.network.models import Network, SheetImport, StagedSheet
from geomatch.network.scope import use_network
from geomatch.network.signups.services import settle_signups

# What was chosen is about the rows as they were shown: these are compared before any is written.
SHARES = {**BEFORE_ROWS, WRITING: 20.0}
SHARES_WITH_CHOICES = {**BEFORE_ROWS, COMPARING: 6.0, WRITING: 20.0}
CHOSEN_SINCE = (
    "Somebody chose otherwise for a row after Import was pressed; nothing was imported. "
    "Look at the preview again"
)


def apply_staged(
    *,
    network: Network,
    staged: int,
    looked_at: str,
    sees_hidden: bool,
    actor: AbstractBaseUser | None,
    chosen: str | None = None,
    progress: Steps | None = None,
    on_taken: Callable[[SheetImport], object] | None = None,
) -> SheetImport:
    """Import a sheet as its preview showed it, remember its columns, and forget the sheet.

    Parameters
    ----------
    staged
        Key of the staged sheet.
    looked_at, sees_hidden
        As for `apply_sheets`.
    chosen
        Seal of the choices that were agreed to (see `seal_of_choices`); without it, those that are
        kept now.
    progress
        Called with how much of the whole is done, and with the part at hand in words: reading the
        cells, looking who is known, comparing, writing. Where it answers False, nothing is
        imported.
    on_taken
        Called with the import inside its transaction: what it writes stands or falls with it.

    Raises
    ------
    geomatch.core.errors.CancelledError
        If `progress` says to stop.
    geomatch.core.errors.InputError
        If the sheet is gone, somebody chose otherwise since, or the preview is stale. Nothing is
        saved then, and a prepared preview that is stale is forgotten.
    """
    with use_network(network, reading=True):
        found = StagedSheet.objects.defer("content").filter(pk=staged).first()
    if found is None:
        raise InputError(GONE)
    choices = choices_of(found)
    phases = Phases(progress, SHARES_WITH_CHOICES if choices else SHARES)
    writing = phases.part(WRITING, ROWS)
    comparing = phases.part(COMPARING, ROWS) if choices else writing
    sheet = read_staged(network, found)
    understood = sheet.understood(phases.part(CELLS, ROWS))
    with _stale_is_forgotten(network, found), use_network(network):
        # Somebody who presses twice: the second one finds the sheet gone.
        waiting = StagedSheet.objects.defer("content", "tables_pressed")
        held = waiting.select_for_update().filter(pk=staged).first()
        if held is None:
            raise InputError(GONE)
        if seal_of_kept(held) != (seal_of_kept(found) if chosen is None else chosen):
            raise InputError(CHOSEN_SINCE)
        looking = phases.part(LOOKING)
        looking(0, sheet.rows)  # inside the transaction: from here on the run stays ours
        result = apply_sheets(
            network=network,
            sheets=sheet.tables,
            understood=understood,
            file_name=str(found),
            actor=actor,
            choices=choices,
            sees_hidden=sees_hidden,
            looked_at=looked_at,
            looking=looking,
            comparing=comparing,
            writing=writing,
        )
        settle_signups(staged=found, sheets=sheet.tables, result=result, actor=actor)
        for name, proposal in sheet.proposals.items():
            remember_columns(proposal, sheet.tables[name].names)
        found.delete()
        assert result.sheet_import is not None
        if on_taken is not None:
            on_taken(result.sheet_import)
    return result.sheet_import


@contextmanager
def _stale_is_forgotten(network: Network, staged: StagedSheet) -> Iterator[None]:
    """Let nobody look once more at a prepared preview that was found to be stale."""
    try:
        yield
    except StalePreviewError:
        with use_network(network):
            forget_prepared(staged)
        raise
