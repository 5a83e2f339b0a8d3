"""Look at what a spreadsheet would change, correct what it is taken for, and import it or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.core.phrases import sentence_of
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.intake.compare.compare import compare
from geomatch.network.intake.compare.rejections import rejected_faults
from geomatch.network.intake.linkage.outcomes import Comparison, Status
from geomatch.network.intake.sheets.columns import Kind
from geomatch.network.intake.sheets.file import Understood
from geomatch.network.intake.staging.apply import apply_staged
from geomatch.network.intake.staging.previews import is_outdated, prepared_for, rejected_in
from geomatch.network.intake.staging.reading import move_headers, read_staged
from geomatch.network.intake.staging.sheets import (
    READ_OTHERWISE,
    correct_columns,
    correct_reading,
    header_row_of,
    hold_as_seen,
    keep_choices,
    seal_of_choices,
    staged_for,
)
from geomatch.network.models import PreparedPreview, Role, Run, StagedSheet
from geomatch.network.scope import use_network
from geomatch.network.services.runs import UNDER_WAY
from geomatch.site.jobs.tasks import start
from geomatch.site.pages.imports.preview_context import (
    columns_of,
    preview_context,
    summed_up,
    unread_context,
    where_from,
)
from geomatch.site.shell.downloads import rejected_file

AT_ONCE = 500  # rows that are imported while one waits


@network_view(Role.ORGANIZER, enter=False)
def import_preview(request: NetworkRequest, staged: int) -> HttpResponse:
    """Show what a staged sheet would change; of a large one, what was prepared of it."""
    found = _staged(request, staged)
    if found.is_large:
        with use_network(request.network, reading=True):
            return _prepared_page(request, found)
    sheet = read_staged(request.network, found)
    with use_network(request.network, reading=True):
        summary = summed_up(sheet, _compared(request, sheet.understood()))
        return _page(request, found, summary)


@require_POST
@network_view(Role.ORGANIZER, enter=False)
def import_read(request: NetworkRequest, staged: int) -> HttpResponse:
    """Read a large sheet in the background, anew where it was read before."""
    found = _staged(request, staged)
    if not found.is_large:
        return redirect("import_preview", network=request.network.slug, staged=found.pk)
    return start_reading(request, found)


@network_view(Role.ORGANIZER, enter=False)
def import_preview_rows(request: NetworkRequest, staged: int) -> HttpResponse:
    """Give the rows that cannot be read as a file, before anything is imported."""
    found = _staged(request, staged)
    if found.is_large:
        with use_network(request.network, reading=True):
            prepared = _up_to_date(request, found)
        if prepared is None:  # the page says why, and what to do
            return redirect("import_preview", network=request.network.slug, staged=found.pk)
        return rejected_file(rejected_in(prepared))
    sheet = read_staged(request.network, found)
    with use_network(request.network, reading=True):
        understood = sheet.understood()
        rejected = rejected_faults(
            _compared(request, understood), sheet.tables, understood, (Status.REJECTED,)
        )
    return rejected_file(rejected)


@require_POST
@network_view(Role.ORGANIZER)
def import_choices(request: NetworkRequest, staged: int) -> HttpResponse:
    """Keep what somebody chose so far: they may look at another sheet, and come back."""
    found = _find(request, staged)
    is_late = _is_being_imported(found)
    if not is_late:
        keep_choices(found, request.POST.dict())
    if request.htmx:
        return HttpResponse(status=409 if is_late else 204)
    if is_late:
        messages.error(request, "This spreadsheet is being imported with the choices made before.")
    else:
        messages.success(request, "Your choices are kept.")
    return redirect("import_preview", network=request.network.slug, staged=found.pk)


@require_POST
@network_view(Role.ORGANIZER, enter=False)
def import_columns(request: NetworkRequest, staged: int) -> HttpResponse:
    """Take over what somebody says the sheets and their columns are."""
    found = _staged(request, staged)
    rows: dict[str, int] = {}
    try:
        columns = _columns(request, found)
        rows = _moved_headers(request, found, columns)
        if rows and found.is_large:  # once it is read like that, it says so
            with use_network(request.network):
                _hold(request, found)
        else:
            _correct_all(request, found, columns, rows)
    except InputError as error:
        messages.error(request, sentence_of(error))
        return _back_to_preview(request, found)
    if found.is_large:
        return start_reading(request, found, header_rows=rows)
    return redirect("import_preview", network=request.network.slug, staged=found.pk)


@require_POST
@network_view(Role.ORGANIZER, enter=False)
def import_apply(request: NetworkRequest, staged: int) -> HttpResponse:
    """Import what the preview shows: at once, or in the background where it takes long."""
    found = _staged(request, staged)
    with use_network(request.network):
        # What was agreed to first holds: who presses again is led to the import under way.
        if not _is_being_imported(found):
            keep_choices(found, request.POST.dict())
    options = {
        "staged": found.pk,
        "chosen": seal_of_choices(request.POST.dict()),
        "looked_at": request.POST.get("fingerprint", ""),
        "sees_hidden": _sees_hidden(request),
    }
    if found.is_large or found.rows > AT_ONCE:
        return _apply_in_background(request, found, options)
    try:
        taken = apply_staged(network=request.network, actor=request.user, **options)
    except InputError as error:
        messages.error(request, sentence_of(error))
        return _back_to_preview(request, found)
    return redirect("import_result", network=request.network.slug, sheet=taken.pk)


@require_POST
@network_view(Role.ORGANIZER)
def import_discard(request: NetworkRequest, staged: int) -> HttpResponse:
    """Leave everything as it is, and forget the sheet."""
    found = _find(request, staged)
    back = where_from(request.network, found)
    found.delete()
    messages.success(request, "Nothing was imported, and the spreadsheet is forgotten.")
    return redirect(back["url"])


def start_reading(
    request: NetworkRequest, found: StagedSheet, header_rows: Mapping[str, int] | None = None
) -> HttpResponse:
    """Have a large sheet read, and show how far that is.

    Parameters
    ----------
    header_rows
        Sheet → the row where its column names stand now: a reading under way that looks elsewhere
        for them is another one.
    """
    options = {"staged": found.pk, "sees_hidden": _sees_hidden(request)}
    if header_rows:
        options["header_rows"] = dict(header_rows)
    run = start(
        network=request.network,
        kind=Run.Kind.READ,
        actor=request.user,
        options=options,
        apart=("staged", "sees_hidden", "header_rows"),
    )
    return redirect("run_detail", network=request.network.slug, run=run.pk)


def _apply_in_background(
    request: NetworkRequest, found: StagedSheet, options: dict[str, Any]
) -> HttpResponse:
    slug = request.network.slug
    run = start(network=request.network, kind=Run.Kind.IMPORT, actor=request.user, options=options)
    if run.options.get("staged") == found.pk:
        return redirect("run_detail", network=slug, run=run.pk)
    messages.error(request, "Another spreadsheet is being imported. Wait until it is done.")
    return redirect("import_preview", network=slug, staged=found.pk)


def _page(request: NetworkRequest, found: StagedSheet, summary: Mapping[str, Any]) -> HttpResponse:
    context = preview_context(request.network, found, summary)
    return render(request, "network/import_preview.html", context)


def _prepared_page(request: NetworkRequest, found: StagedSheet) -> HttpResponse:
    """Show a prepared preview, the work on one that is under way, or the button that begins it."""
    prepared = _up_to_date(request, found)
    if prepared is not None:
        return _page(request, found, prepared.summary)
    run = _under_way(found, Run.Kind.READ)
    if run is not None and not found.trouble:
        return redirect("run_detail", network=request.network.slug, run=run.pk)
    was_read = prepared_for(found, sees_hidden=_sees_hidden(request)) is not None
    context = unread_context(request.network, found, was_read=was_read)
    return render(request, "network/import_unread.html", context)


def _up_to_date(request: NetworkRequest, found: StagedSheet) -> PreparedPreview | None:
    """Return the preview of a large sheet that may be shown to the reader now."""
    prepared = prepared_for(found, sees_hidden=_sees_hidden(request))
    return None if prepared is None or is_outdated(prepared) else prepared


def _is_being_imported(found: StagedSheet) -> bool:
    return _under_way(found, Run.Kind.IMPORT) is not None


def _under_way(found: StagedSheet, kind: Run.Kind) -> Run | None:
    """Return the work of one kind on a sheet of the current network that waits or runs."""
    runs = Run.objects.filter(kind=kind, state__in=UNDER_WAY)
    return next((run for run in runs if run.options.get("staged") == found.pk), None)


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
    """Return a sheet with its rows as they were read."""
    with use_network(request.network, reading=True):
        sheets = staged_for(request.user, request.roles).defer(None).defer("content")
        return get_object_or_404(sheets, pk=staged)


def _sees_hidden(request: NetworkRequest) -> bool:
    return Role.STEWARD in request.roles


def _compared(request: NetworkRequest, understood: Understood) -> Comparison:
    return compare(network=request.network, sheets=understood, sees_hidden=_sees_hidden(request))


def _columns(request: NetworkRequest, found: StagedSheet) -> list[dict[str, Any]]:
    """Return the sheets and their columns as the preview showed them.

    Raises
    ------
    geomatch.core.errors.InputError
        If there is no such preview any more: what is said would be of other columns.
    """
    if not found.is_large:
        return columns_of(read_staged(request.network, found))
    with use_network(request.network, reading=True):
        prepared = prepared_for(found, sees_hidden=_sees_hidden(request))
    if prepared is None:
        raise InputError(READ_OTHERWISE)
    return prepared.summary["columns"]


def _correct_all(
    request: NetworkRequest,
    found: StagedSheet,
    columns: Sequence[Mapping[str, Any]],
    rows: Mapping[str, int],
) -> None:
    """Keep what somebody says of every sheet; of those in `rows`, where the names stand."""
    moved = move_headers(request.network, found, rows) if rows else None
    with use_network(request.network):
        _hold(request, found)
        for sheet in columns:
            if sheet["sheet"] not in rows and f"kind-{sheet['index']}" in request.POST:
                _correct(request, found, sheet)
        if moved:
            correct_reading(found, *moved, rows)


def _correct(request: NetworkRequest, found: StagedSheet, sheet: Mapping[str, Any]) -> None:
    """Keep what somebody says of one sheet; of another kind, its columns are proposed afresh."""
    said = request.POST.get(f"kind-{sheet['index']}", "")
    kind = Kind(said) if said in set(Kind) else None
    fields: dict[str, str] = {}
    for column in sheet["columns"]:
        field = request.POST.get(f"column-{sheet['index']}-{column['index']}", "")
        fields.setdefault(field, column["name"])
    fields.pop("", None)
    is_other = kind is not None and kind.value != sheet["kind"]
    correct_columns(found, sheet=sheet["sheet"], kind=kind, fields=None if is_other else fields)


def _moved_headers(
    request: NetworkRequest, found: StagedSheet, columns: Sequence[Mapping[str, Any]]
) -> dict[str, int]:
    """Return the rows where column names are said to stand, of sheets where that is another one."""
    rows: dict[str, int] = {}
    for sheet in columns:
        said = request.POST.get(f"header-row-{sheet['index']}", "")
        row = int(said) if said.isdecimal() and len(said) < 5 else 0
        if row not in (0, header_row_of(found.reading, sheet["sheet"])):
            rows[sheet["sheet"]] = row
    return rows


def _hold(request: NetworkRequest, found: StagedSheet) -> None:
    """Hold a sheet that is read as the reader's page shows it."""
    hold_as_seen(found, request.POST.get("read_as", ""))
