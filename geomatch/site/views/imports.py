"""Take a spreadsheet in, and hand back what could not be read."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from geomatch.core.errors import InputError
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.models import Role, SheetImport
from geomatch.network.scope import use_network
from geomatch.network.selectors.numbers import network_numbers
from geomatch.network.services.imports import import_sheet
from geomatch.network.sheets.columns import FIELDS, Kind, plain
from geomatch.network.sheets.values import yes_no
from geomatch.site.forms import SHEET_ENDINGS, SheetForm
from geomatch.site.progress import fix_step, place_step
from geomatch.site.sheetfiles import read_sheets_of, write_rejected
from geomatch.site.words import count, when

KINDS = {"households": "Neighbours", "volunteers": "Volunteers", "requests": "Requests"}
KNOWN = [
    {
        "sheet": "Neighbours",
        "needed": "Name, Address",
        "optional": "Apt, Town, Zip, # in household, Phone, Languages, Notes, Do not contact, …",
    },
    {
        "sheet": "Volunteers",
        "needed": "Name, Address",
        "optional": "Can help with, Languages, Tasks per week, Max km, Car, Availability, …",
    },
    {
        "sheet": "Requests",
        "needed": "Name, Need",
        "optional": "Address or Household ID, Urgency, How, Languages, When, …",
    },
]
SHOWN = 300
ON_PAGE = ("sheet", "row", "column", "value", "message")
HIDDEN_COLUMNS = frozenset(plain(name) for name in FIELDS[Kind.HOUSEHOLDS]["hidden"])


@network_view(Role.ORGANIZER, enter=False)
def import_upload(request: NetworkRequest) -> HttpResponse:
    """Offer to drop a spreadsheet; take it when one was dropped."""
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    trouble = None
    if form.is_bound and form.is_valid():
        try:
            taken = _take(request, form.cleaned_data["file"])
            return redirect("import_result", network=request.network.slug, sheet=taken.pk)
        except InputError as error:
            trouble = {
                "title": "This spreadsheet could not be read",
                "kept": "Nothing was saved.",
                "todo": str(error),
            }
    context = {
        "accept": ",".join(SHEET_ENDINGS),
        "limit": "50 MB",
        "errors": form.errors.get("file", []),
        "trouble": trouble,
        "known": KNOWN,
    }
    with use_network(request.network, reading=True):
        context["earlier"] = [_earlier(request, past) for past in SheetImport.objects.all()[:10]]
        status = 422 if trouble or form.errors else 200
        return render(request, "network/import_upload.html", context, status=status)


@network_view(Role.ORGANIZER)
def import_result(request: NetworkRequest, sheet: int) -> HttpResponse:
    """Say what an import took and what it handed back."""
    taken = get_object_or_404(SheetImport, pk=sheet)
    slug = request.network.slug
    rejected, kept_back = _for_reader(request, taken)
    context = {
        "file_name": taken.file_name,
        "lead": _words(taken.figures) + _kept_back_words(kept_back),
        "back": {"label": "Import", "url": reverse("import_upload", args=[slug])},
        "next_step": _step_after(request),
        "kinds": [{"name": KINDS[kind], **counts} for kind, counts in taken.figures.items()],
        # The page shows the cell that is wrong, and nothing else of the row.
        "rejected": [{name: row[name] for name in ON_PAGE} for row in rejected[:SHOWN]],
        "rejected_count": len(rejected),
        "kept_back": kept_back,
        "download_url": reverse("import_rejected", kwargs={"network": slug, "sheet": taken.pk}),
    }
    return render(request, "network/import_result.html", context)


@network_view(Role.ORGANIZER)
def import_rejected(request: NetworkRequest, sheet: int) -> HttpResponse:
    """Hand the refused rows back as a file, to mend and drop again."""
    taken = get_object_or_404(SheetImport, pk=sheet)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows-to-mend.csv"
        write_rejected(path, _for_reader(request, taken)[0])
        content = path.read_bytes()
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rows-to-mend.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _step_after(request: NetworkRequest) -> dict[str, str]:
    """Say what comes after an import: to look addresses up, then to look at the doubtful ones."""
    numbers = network_numbers(request.roles)
    if numbers.unlooked:
        return place_step(request.network, numbers.unlooked)
    if numbers.doubtful:
        return fix_step(request.network, numbers.doubtful)
    url = reverse("household_list", args=[request.network.slug])
    return {"label": "See the neighbours", "url": url}


def _for_reader(request: NetworkRequest, taken: SheetImport) -> tuple[list[dict[str, Any]], int]:
    """Return the refused rows a reader may see, and how many are kept back for stewards.

    Whoever dropped the sheet has all of it already.
    """
    rejected = taken.rejected
    if Role.STEWARD in request.roles or taken.imported_by_id == request.user.pk:
        return rejected, 0
    seen = [row for row in rejected if not _asks_to_be_hidden(row["cells"])]
    return seen, len(rejected) - len(seen)


def _asks_to_be_hidden(cells: Mapping[str, str]) -> bool:
    """Whether a refused row is of a hidden home: a cell that is not clearly a no counts as yes."""
    for name, text in cells.items():
        if HIDDEN_COLUMNS & {plain(name), plain(re.sub(r"\(.*?\)", "", name))}:
            try:
                if yes_no(text):
                    return True
            except ValueError:
                return True
    return False


def _kept_back_words(number: int) -> str:
    if not number:
        return ""
    return f". {count(number, 'row is', 'rows are')} of hidden homes and kept for stewards."


def _take(request: NetworkRequest, file: UploadedFile) -> SheetImport:
    """Read an upload from a private temporary file, whatever its name, and import it."""
    name = Path(file.name or "sheet").name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{Path(name).suffix.casefold()}"
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        result = import_sheet(
            network=request.network,
            sheets=read_sheets_of(path, name=name),
            file_name=name,
            actor=request.user,
        )
    assert result.sheet_import is not None
    return result.sheet_import


def _earlier(request: NetworkRequest, past: SheetImport) -> dict[str, Any]:
    return {
        "file_name": past.file_name,
        "when": when(past.imported_at),
        "words": _words(past.figures),
        "url": reverse("import_result", kwargs={"network": request.network.slug, "sheet": past.pk}),
    }


def _words(figures: dict[str, dict[str, int]]) -> str:
    total = {
        name: sum(counts.get(name, 0) for counts in figures.values())
        for name in ("new", "changed", "same", "rejected")
    }
    said = {"same": "as before", "rejected": "handed back"}
    return ", ".join(f"{n:,} {said.get(name, name)}" for name, n in total.items() if n) or "no rows"
