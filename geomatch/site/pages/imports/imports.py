"""Take a spreadsheet in, and give its rejected rows back to mend."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.core.phrases import count, sentence_of
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.intake.files.rejected import rejected_rows, unpress
from geomatch.network.intake.services import take_back
from geomatch.network.intake.staging.background import is_large
from geomatch.network.intake.staging.reading import find_tables
from geomatch.network.intake.staging.sheets import (
    ONLY_TROUBLE,
    make_sure_of_room,
    stage_sheet,
    staged_for,
)
from geomatch.network.intake.write.hidden_counts import (
    FROM_IMPORTER,
    FROM_OTHERS,
    is_of_hidden_home,
    without,
)
from geomatch.network.models import Role, SheetImport, StagedSheet
from geomatch.network.scope import use_network
from geomatch.network.selectors.numbers import network_numbers
from geomatch.site.jobs.progress import fix_step, place_step
from geomatch.site.pages.imports.previews import start_reading
from geomatch.site.shell.downloads import rejected_file
from geomatch.site.shell.forms import SHEET_ENDINGS, SheetForm
from geomatch.site.shell.phrases import when

KINDS = {"households": "Neighbours", "volunteers": "Volunteers", "requests": "Requests"}
KNOWN = [
    {
        "sheet": "Neighbours",
        "needed": "Name, Address",
        "optional": "Apt, Town, Zip, # of people, Phone, Languages, Notes, Do not contact, …",
    },
    {
        "sheet": "Volunteers",
        "needed": "Name, Address",
        "optional": "Can help with, Languages, Tasks per week, How far (km), Car?, Available, …",
    },
    {
        "sheet": "Requests",
        "needed": "Name, Help needed",
        "optional": "Address or Neighbor ID, How urgent, How, Languages, When, …",
    },
]
SHOWN = 300
UNREAD_SHOWN = 10
PLURALS = {
    "household": ("household", "households"),
    "person": ("person", "people"),
    "kind of help": ("kind of help", "kinds of help"),
}
ON_PAGE = ("sheet", "row", "faults")


@network_view(Role.ORGANIZER, enter=False)
def import_upload(request: NetworkRequest) -> HttpResponse:
    """Offer to drop a spreadsheet; take it when one was dropped."""
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    trouble = None
    if form.is_bound and form.is_valid():
        try:
            return _taken_in(request, form)
        except InputError as error:
            trouble = {
                "title": "This spreadsheet could not be read",
                "kept": "Nothing was saved.",
                "todo": sentence_of(error),
            }
    context = {
        "accept": ",".join(SHEET_ENDINGS),
        "limit": "50 MB",
        "errors": form.errors.get("file", []),
        "trouble": trouble,
        "known": KNOWN,
        "form": form,
    }
    status = 422 if trouble or form.errors else 200
    with use_network(request.network, reading=True):
        context |= _lists(request)
        return render(request, "network/import_upload.html", context, status=status)


@network_view(Role.ORGANIZER)
def import_result(request: NetworkRequest, sheet: int) -> HttpResponse:
    """Say what an import took and what it rejected."""
    taken = get_object_or_404(SheetImport, pk=sheet)
    slug = request.network.slug
    rejected, for_stewards = map(rejected_rows, _for_reader(request, taken))
    figures = _figures_for(request, taken)
    can_undo = bool(taken.before_image) and taken.taken_back_at is None
    is_mine = _may_take_back(request, taken)
    context = {
        "file_name": taken.file_name,
        "lead": _lead(figures, len(for_stewards)),
        "back": {"label": "Import", "url": reverse("import_upload", args=[slug])},
        "next_step": None if taken.taken_back_at else _step_after(request),
        "take_back_url": reverse("import_take_back", args=[slug, taken.pk])
        if can_undo and is_mine
        else "",
        "others_undo": can_undo and not is_mine,
        "taken_back": _taken_back(taken),
        "kinds": [{"name": KINDS[kind], **counts} for kind, counts in figures.items()],
        # The page shows the cells that are wrong, and nothing else of the row.
        "rejected": [{name: row[name] for name in ON_PAGE} for row in rejected[:SHOWN]],
        "rejected_count": len(rejected),
        "for_stewards": len(for_stewards),
        "download_url": reverse("import_rejected", kwargs={"network": slug, "sheet": taken.pk}),
    }
    return render(request, "network/import_result.html", context)


@network_view(Role.ORGANIZER)
def import_rejected(request: NetworkRequest, sheet: int) -> HttpResponse:
    """Give the rejected rows as a file, to mend and drop again."""
    taken = get_object_or_404(SheetImport, pk=sheet)
    return rejected_file(_for_reader(request, taken)[0])


@require_POST
@network_view(Role.ORGANIZER)
def import_take_back(request: NetworkRequest, sheet: int) -> HttpResponse:
    """Undo a whole import: one's own, or as a steward."""
    taken = get_object_or_404(SheetImport, pk=sheet)
    if not _may_take_back(request, taken):
        messages.error(request, "Only whoever imported this, or a steward, can take it back.")
        return redirect("import_result", network=request.network.slug, sheet=taken.pk)
    try:
        take_back(network=request.network, sheet_import=taken, actor=request.user)
    except InputError as error:
        messages.error(request, sentence_of(error))
    return redirect("import_result", network=request.network.slug, sheet=taken.pk)


def _may_take_back(request: NetworkRequest, taken: SheetImport) -> bool:
    """Whether somebody may undo an import: their own, and a steward every one.

    Another one's may have hidden homes, which nobody but a steward may show again.
    """
    return Role.STEWARD in request.roles or taken.imported_by_id == request.user.pk


def _taken_back(taken: SheetImport) -> dict[str, Any] | None:
    """Say what was undone, and what was kept and why."""
    if taken.taken_back_at is None:
        return None
    done = taken.taken_back
    reasons = Counter((row["what"], row["why"]) for row in done.get("rows", ()))
    waiting = done.get("waiting", 0)
    return {
        "when": when(taken.taken_back_at),
        "words": f"{count(done['removed'], 'new row', 'new rows')} removed, "
        f"{count(done['restored'], 'row', 'rows')} put back as they were. "
        "A home and each of its people count apart."
        + (f" {count(waiting, 'sign-up waits', 'sign-ups wait')} again." if waiting else ""),
        "kept": [
            {"words": count(number, *PLURALS.get(what, (what,))), "why": why}
            for (what, why), number in reasons.most_common()
        ],
    }


def _lists(request: NetworkRequest) -> dict[str, Any]:
    """List what waits to be imported, as far as it is the reader's, and what was imported."""
    sheets = staged_for(request.user, request.roles).defer("choices_json")
    # All that take up room, which is bounded; of the others, those somebody may still look for.
    waiting, unread = sheets.exclude(ONLY_TROUBLE), sheets.filter(ONLY_TROUBLE)[:UNREAD_SHOWN]
    newest = sorted([*waiting, *unread], key=attrgetter("staged_at"), reverse=True)
    earlier = SheetImport.objects.defer("rejected_pressed", "before_image")
    return {
        "waiting": [_waiting(request, staged) for staged in newest],
        "earlier": [_earlier(request, past) for past in earlier[:10]],
    }


def _waiting(request: NetworkRequest, staged: StagedSheet) -> dict[str, Any]:
    arguments = {"network": request.network.slug, "staged": staged.pk}
    return {
        "file_name": str(staged),
        "when": when(staged.staged_at),
        "trouble": bool(staged.trouble) and not staged.size,
        "url": reverse("import_preview", kwargs=arguments),
    }


def _step_after(request: NetworkRequest) -> dict[str, str]:
    """Say what comes after an import: to look addresses up, then to look at the doubtful ones."""
    numbers = network_numbers(request.roles)
    if numbers.known("unlooked"):
        return place_step(request.network, numbers)
    if numbers.known("doubtful"):
        return fix_step(request.network, numbers)
    url = reverse("household_list", args=[request.network.slug])
    return {"label": "See the neighbours", "url": url}


def _for_reader(
    request: NetworkRequest, taken: SheetImport
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what is wrong in the rows a reader may see, and in those for stewards.

    Whoever dropped the sheet has all of it already.
    """
    rejected = unpress(taken.rejected_pressed)
    if Role.STEWARD in request.roles:
        return rejected, []
    if taken.imported_by_id == request.user.pk:
        # Which rows meant a hidden home is more than the sheet says.
        is_secret = [bool(fault.get("for_stewards")) for fault in rejected]
    else:
        is_secret = [is_of_hidden_home(fault) for fault in rejected]
    told = list(zip(rejected, is_secret, strict=True))
    return [fault for fault, secret in told if not secret], [f for f, secret in told if secret]


def _figures_for(request: NetworkRequest, taken: SheetImport) -> dict[str, dict[str, int]]:
    """Count what a reader may see: as many rows rejected as the table and the file have."""
    if Role.STEWARD in request.roles:
        return taken.figures
    if not taken.hidden_figures:
        return _counted_by_row(request, taken)
    is_mine = taken.imported_by_id == request.user.pk
    return without(taken.figures, taken.hidden_figures[FROM_IMPORTER if is_mine else FROM_OTHERS])


def _counted_by_row(request: NetworkRequest, taken: SheetImport) -> dict[str, dict[str, int]]:
    """Count for an import of an earlier day, which kept no count of hidden homes."""
    first = next(iter(taken.figures), "")
    hidden: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rejected_rows(_for_reader(request, taken)[1]):
        hidden[row.get("kind", first)]["rejected"] += 1
    return without(taken.figures, hidden)


def _lead(figures: Mapping[str, Mapping[str, int]], for_stewards: int) -> str:
    if not for_stewards:
        return _words(figures)
    kept = f"{count(for_stewards, 'row is', 'rows are')} of hidden homes and kept for stewards."
    is_all = not any(number for counts in figures.values() for number in counts.values())
    return kept if is_all else f"{_words(figures)}. {kept}"


def _taken_in(request: NetworkRequest, form: SheetForm) -> HttpResponse:
    """Keep an upload to be looked at: once it is sure that it can be read, or to be read later."""
    file = form.cleaned_data["file"]
    with use_network(request.network):
        make_sure_of_room(file.size)
    name, content = Path(file.name or "sheet").name, b"".join(file.chunks())
    waits = is_large(request.network, content)
    said = form.reading()
    reading, tables = (said, None) if waits else find_tables(content, name, said)
    staged = stage_sheet(
        network=request.network,
        file_name=name,
        content=content,
        reading=reading,
        tables=tables,
        is_large=waits,
        actor=request.user,
    )
    if waits:
        return start_reading(request, staged)
    return redirect("import_preview", network=request.network.slug, staged=staged.pk)


def _earlier(request: NetworkRequest, past: SheetImport) -> dict[str, Any]:
    return {
        "file_name": past.file_name,
        "when": when(past.imported_at),
        "words": _words(_figures_for(request, past)),
        "taken_back": past.taken_back_at is not None,
        "url": reverse("import_result", kwargs={"network": request.network.slug, "sheet": past.pk}),
    }


def _words(figures: Mapping[str, Mapping[str, int]]) -> str:
    total = {
        name: sum(counts.get(name, 0) for counts in figures.values())
        for name in ("new", "changed", "same", "rejected")
    }
    said = {"same": "as before"}
    return ", ".join(f"{n:,} {said.get(name, name)}" for name, n in total.items() if n) or "no rows"
