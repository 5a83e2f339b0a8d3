"""Look at what a spreadsheet would change, correct what it is taken for, and import it or not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.models import Role, Run, SheetImport, StagedSheet
from geomatch.network.scope import use_network
from geomatch.network.services.importing.comparing import compare
from geomatch.network.services.importing.outcomes import Status
from geomatch.network.services.imports import handed_back, take_back
from geomatch.network.services.staging import (
    content_of,
    correct_columns,
    correct_header_row,
    keep_choices,
    staged_for,
)
from geomatch.network.sheets.columns import Kind
from geomatch.network.sheets.mapping import propose
from geomatch.site.previewpage import preview_context, summed_up, where_from
from geomatch.site.sheetfiles import rejected_file
from geomatch.site.stagedfiles import ReadSheet, read_staged, tables_of
from geomatch.site.stagedwork import apply_staged
from geomatch.site.tasks import start
from geomatch.site.views.imports import may_take_back

AT_ONCE = 500  # rows that are imported while one waits


@network_view(Role.ORGANIZER, enter=False)
def import_preview(request: NetworkRequest, staged: int) -> HttpResponse:
    """Show what a staged sheet would change."""
    found = _staged(request, staged)
    sheet = read_staged(request.network, found)
    with use_network(request.network, reading=True):
        compared = _compared(request, sheet)
        context = preview_context(request.network, found, summed_up(sheet, compared))
        return render(request, "network/import_preview.html", context)


@network_view(Role.ORGANIZER, enter=False)
def import_preview_rows(request: NetworkRequest, staged: int) -> HttpResponse:
    """Hand the rows that cannot be read back as a file, before anything is imported."""
    sheet = read_staged(request.network, _staged(request, staged))
    with use_network(request.network, reading=True):
        back = handed_back(
            _compared(request, sheet), sheet.tables, sheet.understood(), (Status.REJECTED,)
        )
    return rejected_file(back)


@require_POST
@network_view(Role.ORGANIZER)
def import_choices(request: NetworkRequest, staged: int) -> HttpResponse:
    """Keep what somebody chose so far: they may look at another sheet, and come back."""
    found = _find(request, staged)
    keep_choices(found, request.POST.dict())
    if request.htmx:
        return HttpResponse(status=204)
    messages.success(request, "Your choices are kept.")
    return redirect("import_preview", network=request.network.slug, staged=found.pk)


@require_POST
@network_view(Role.ORGANIZER, enter=False)
def import_columns(request: NetworkRequest, staged: int) -> HttpResponse:
    """Take over what somebody says the sheets and their columns are."""
    found = _staged(request, staged)
    if _moves_header(request, found):
        return redirect("import_preview", network=request.network.slug, staged=found.pk)
    sheet = read_staged(request.network, found)
    with use_network(request.network):
        for index, (name, proposal) in enumerate(sheet.proposals.items()):
            said = request.POST.get(f"kind-{index}", "")
            kind = Kind(said) if said in set(Kind) else None
            if kind is not None and kind is not proposal.kind:
                # Other rows have other fields: they are proposed afresh.
                _propose_again(found, name, kind, sheet)
                continue
            fields: dict[str, str] = {}
            for number, guess in enumerate(proposal.columns):
                field = request.POST.get(f"column-{index}-{number}", "")
                fields.setdefault(field, guess.name)
            fields.pop("", None)
            correct_columns(found, sheet=name, kind=kind, fields=fields)
    return redirect("import_preview", network=request.network.slug, staged=found.pk)


@require_POST
@network_view(Role.ORGANIZER, enter=False)
def import_apply(request: NetworkRequest, staged: int) -> HttpResponse:
    """Import what the preview shows: at once, or in the background where it takes long."""
    found = _staged(request, staged)
    slug = request.network.slug
    with use_network(request.network):
        keep_choices(found, request.POST.dict())
    options = {
        "staged": found.pk,
        "looked_at": request.POST.get("fingerprint", ""),
        "sees_hidden": Role.STEWARD in request.roles,
    }
    rows = read_staged(request.network, found).rows
    if rows > AT_ONCE:
        run = start(
            network=request.network,
            kind=Run.Kind.IMPORT,
            actor=request.user,
            options=options,
        )
        if run.options.get("staged") == found.pk:
            return redirect("run_detail", network=slug, run=run.pk)
        messages.error(request, "Another spreadsheet is being imported. Wait until it is done.")
        return redirect("import_preview", network=slug, staged=found.pk)
    try:
        taken = apply_staged(network=request.network, actor=request.user, **options)
    except InputError as error:
        messages.error(request, str(error))
        return _back_to_preview(request, found)
    return redirect("import_result", network=slug, sheet=taken.pk)


@require_POST
@network_view(Role.ORGANIZER)
def import_discard(request: NetworkRequest, staged: int) -> HttpResponse:
    """Leave everything as it is, and forget the sheet."""
    found = _find(request, staged)
    back = where_from(request.network, found)
    found.delete()
    messages.success(request, "Nothing was imported, and the spreadsheet is forgotten.")
    return redirect(back["url"])


@require_POST
@network_view(Role.ORGANIZER)
def import_take_back(request: NetworkRequest, sheet: int) -> HttpResponse:
    """Undo a whole import: one's own, or as a steward."""
    taken = get_object_or_404(SheetImport, pk=sheet)
    if not may_take_back(request, taken):
        messages.error(request, "Only whoever imported this, or a steward, can take it back.")
        return redirect("import_result", network=request.network.slug, sheet=taken.pk)
    try:
        take_back(network=request.network, sheet_import=taken, actor=request.user)
    except InputError as error:
        messages.error(request, str(error))
    return redirect("import_result", network=request.network.slug, sheet=taken.pk)


def _back_to_preview(request: NetworkRequest, found: StagedSheet) -> HttpResponse:
    """Go back to the preview; to the list of imports where there is none any more."""
    with use_network(request.network, reading=True):
        is_here = StagedSheet.objects.filter(pk=found.pk).exists()
    slug = request.network.slug
    if is_here:
        return redirect("import_preview", network=slug, staged=found.pk)
    return redirect("import_upload", network=slug)


def _find(request: NetworkRequest, staged: int) -> StagedSheet:
    return get_object_or_404(staged_for(request.user, request.roles), pk=staged)


def _staged(request: NetworkRequest, staged: int) -> StagedSheet:
    with use_network(request.network, reading=True):
        return _find(request, staged)


def _compared(request: NetworkRequest, sheet: ReadSheet) -> Any:
    return compare(
        network=request.network,
        sheets=sheet.understood(),
        sees_hidden=Role.STEWARD in request.roles,
    )


def _moves_header(request: NetworkRequest, found: StagedSheet) -> bool:
    """Look for the column names in another row, if one was said and there are some."""
    said = request.POST.get("header_row", "")
    row = int(said) if said.isdecimal() and len(said) < 5 else 0
    if row in (0, found.reading.get("header_row", 1)):
        return False
    try:
        tables_of(content_of(found), found.file_name, reading={**found.reading, "header_row": row})
    except InputError as error:
        messages.error(request, str(error))
    else:
        with use_network(request.network):
            correct_header_row(found, row)
    return True


def _propose_again(found: StagedSheet, name: str, kind: Kind, sheet: ReadSheet) -> None:
    proposal = propose(sheet.tables[name], sheet=name, kind=kind)
    fields = {guess.field: guess.name for guess in proposal.columns if guess.field}
    correct_columns(found, sheet=name, kind=kind, fields=fields)
