"""Sheets that were imported, and sheets that are kept while somebody looks."""

from __future__ import annotations

from django.db.models import QuerySet

from geomatch.network.models import Run, SheetImport, StagedSheet
from geomatch.network.services.runs import UNDER_WAY


def earlier_imports() -> QuerySet[SheetImport]:
    """Return imports, the newest first, without what makes their rows heavy."""
    return SheetImport.objects.defer("rejected_pressed", "before_image")


def work_on_sheet(staged: int, kind: Run.Kind) -> Run | None:
    """Return the work of one kind on a kept sheet that waits or runs."""
    runs = Run.objects.filter(kind=kind, state__in=UNDER_WAY)
    return next((run for run in runs if run.options.get("staged") == staged), None)


def is_kept(staged: int) -> bool:
    """Whether a sheet is still there to be looked at."""
    return StagedSheet.objects.filter(pk=staged).exists()
