"""The preview of an import as its page shows it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.urls import reverse

from geomatch.core.phrases import count
from geomatch.network.intake.compare.comparer import A_HOUSEHOLD, LEAVE_OUT, NEWCOMER
from geomatch.network.intake.files.rejected import FAULT
from geomatch.network.intake.linkage.outcomes import Comparison, Outcome, Status
from geomatch.network.intake.sheets.columns import Kind
from geomatch.network.intake.sheets.mapping import Proposal
from geomatch.network.intake.staging.reading import ReadSheet, is_workbook
from geomatch.network.intake.staging.sheets import (
    choices_of,
    header_row_of,
    how_read,
    seen_by_chooser,
)
from geomatch.network.models import Network, StagedSheet
from geomatch.site.pages.imports import phrases as say

SHOWN = 200  # rows of each list on the page; the counts are of all
LETTERS = {
    "cp1252": "Western Windows",
    "mac_roman": "older Macs",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}
KINDS = [
    {"value": Kind.HOUSEHOLDS.value, "label": "Neighbours"},
    {"value": Kind.VOLUNTEERS.value, "label": "Volunteers"},
    {"value": Kind.REQUESTS.value, "label": "Requests"},
    {"value": "", "label": "Leave this sheet out"},
]


def summed_up(sheet: ReadSheet, compared: Comparison) -> dict[str, Any]:
    """Say what a comparison comes to, as the page shows it and as JSON can keep it.

    Parameters
    ----------
    compared
        What the sheet would change, without anybody's choices.
    """
    unclear, changed = compared.of(Status.UNCLEAR), compared.of(Status.CHANGED)
    new, order = compared.of(Status.NEW), list(sheet.tables)
    rejected = sorted(
        compared.of(Status.REJECTED), key=lambda row: (order.index(row.sheet), row.row)
    )
    taken = Counter(compared.kinds[row.sheet] for row in (*new, *changed))
    kinds = compared.kinds
    return {
        "rows": sheet.rows,
        "counts": {
            "new": len(new),
            "changed": len(changed),
            "as before": compared.count(Status.SAME),
            "unclear": len(unclear),
            "rejected": len(rejected),
        },
        "taken": {kind: taken[kind] for kind in say.KIND_WORDS},
        "fingerprint": compared.fingerprint(),
        "for_stewards": compared.count(Status.FOR_STEWARDS),
        "unclear": [_unclear(row, kinds[row.sheet]) for row in unclear[:SHOWN]],
        "changed": [_changed(row, kinds[row.sheet]) for row in changed[:SHOWN]],
        "new": [_new(row) for row in new[:SHOWN]],
        "rejected": [_rejected(row) for row in rejected[:SHOWN]],
        "warned": [_new(row) for row in new if row.warnings][:SHOWN],
        "columns": columns_of(sheet),
    }


def preview_context(
    network: Network, staged: StagedSheet, summary: Mapping[str, Any]
) -> dict[str, Any]:
    """Fill the preview's page: what a comparison comes to, and what was chosen so far."""
    arguments = {"network": network.slug, "staged": staged.pk}
    choices, seen = choices_of(staged), seen_by_chooser(staged)
    unclear = [_with_choice(row, choices, seen) for row in summary["unclear"]]
    changed = [
        row | {"left_out": choices.get(row["key"]) == LEAVE_OUT} for row in summary["changed"]
    ]
    columns = [
        sheet | {"header_row": _header_row(staged, sheet["sheet"], len(summary["columns"]))}
        for sheet in summary["columns"]
    ]
    return {
        **summary,
        "columns": columns,
        "file_name": str(staged),
        "lead": f"{say.summary(summary['counts'])}. Nothing is saved yet.",
        "back": where_from(network, staged),
        "apply_url": reverse("import_apply", kwargs=arguments),
        "apply_label": apply_label(
            _taken(summary["taken"], unclear, changed), bool(unclear or changed)
        ),
        "kinds_json": json.dumps(
            {kind: [summary["taken"][kind], *words] for kind, words in say.KIND_WORDS.items()}
        ),
        "choices_url": reverse("import_choices", kwargs=arguments),
        "discard_url": reverse("import_discard", kwargs=arguments),
        "columns_url": reverse("import_columns", kwargs=arguments),
        "rows_url": reverse("import_preview_rows", kwargs=arguments),
        "unclear": unclear,
        "changed": changed,
        "reopened": sum(row["reopened"] for row in unclear),
        "shown": SHOWN,
        "columns_open": any(sheet["needs"] for sheet in columns) or not summary["rows"],
        "letters": LETTERS.get(staged.reading.get("encoding", ""), ""),
        "upload_url": reverse("import_upload", args=[network.slug]),
        "read_as": how_read(staged),
        "trouble": staged.trouble,
    }


def _header_row(staged: StagedSheet, sheet: str, sheets: int) -> int | None:
    """Say in which row a sheet's column names stand; None where nobody could say another one."""
    ending = Path(staged.file_name).suffix.casefold()
    is_one_of_many_in_a_text = sheets > 1 and not is_workbook(staged.file_name)
    if ending in (".geojson", ".gpkg") or is_one_of_many_in_a_text:
        return None
    return header_row_of(staged.reading, sheet)


def unread_context(network: Network, staged: StagedSheet, *, was_read: bool) -> dict[str, Any]:
    """Fill the page of a large sheet that has no preview to look at.

    Parameters
    ----------
    was_read
        Whether it had one, and the network is another by now.
    """
    arguments = {"network": network.slug, "staged": staged.pk}
    trouble = {
        "title": "This spreadsheet could not be read",
        "kept": "The spreadsheet waits as it was." if staged.size else "Nothing was saved.",
        "todo": staged.trouble,
    }
    read = {
        "label": "Read it again" if was_read else "Read this spreadsheet",
        "url": reverse("import_read", kwargs=arguments),
        "method": "post",
    }
    another = {"label": "Drop another one", "url": reverse("import_upload", args=[network.slug])}
    return {
        "file_name": str(staged),
        "lead": "Nothing is saved yet.",
        "back": where_from(network, staged),
        "trouble": trouble if staged.trouble else None,
        "was_read": was_read,
        "next_step": read if staged.size else another,
        "discard_url": reverse("import_discard", kwargs=arguments),
    }


def columns_of(sheet: ReadSheet) -> list[dict[str, Any]]:
    """Say of every sheet of a file what it and its columns are taken for."""
    return [_columns(index, proposal) for index, proposal in enumerate(sheet.proposals.values())]


def where_from(network: Network, staged: StagedSheet) -> dict[str, str]:
    """Say where whoever looks at a sheet came from: the sign-ups that are in it, or a file."""
    if staged.signups.exists():
        return {"label": "Sign-ups", "url": reverse("signup_list", args=[network.slug])}
    return {"label": "Import", "url": reverse("import_upload", args=[network.slug])}


def apply_label(taken: Mapping[str, int], may_choose: bool) -> str:
    """Say what the button does; nothing where there is nothing to import, and nothing to choose."""
    said = say.taken_words(taken)
    if said:
        return f"Import {said}"
    return "Import what you chose" if may_choose else ""


def _taken(
    sure: Mapping[str, int],
    unclear: Iterable[Mapping[str, Any]],
    changed: Iterable[Mapping[str, Any]],
) -> Counter[str]:
    """Count what would be imported, by kind, with the choices made (site.js counts the same)."""
    taken = Counter(sure)
    taken.update(row["kind"] for row in unclear if row["chosen"])
    taken.subtract(row["kind"] for row in changed if row["left_out"])
    return taken


def _with_choice(
    row: Mapping[str, Any], choices: Mapping[str, str], seen: Mapping[str, str]
) -> dict[str, Any]:
    """Add what was chosen for an unclear row, unless it may mean others than when it was chosen."""
    chosen = choices.get(row["key"], "")
    holds = seen.get(row["key"]) == row["saw"]
    return {**row, "chosen": chosen if holds else "", "reopened": bool(chosen) and not holds}


def _unclear(row: Outcome, kind: str) -> dict[str, Any]:
    options = [
        {
            "value": f"{A_HOUSEHOLD}{candidate.ref}",
            "label": ", ".join(part for part in (candidate.name, candidate.address) if part),
            "why": ", ".join(candidate.reasons)
            + (f": {candidate.score} of 100" if candidate.score is not None else ""),
        }
        for candidate in row.candidates
    ]
    options.append({"value": NEWCOMER, "label": "Somebody new", "why": ""})
    options.append({"value": "", "label": "Leave this row out", "why": ""})
    return {**_where(row), "kind": kind, "saw": row.digest(), "options": options}


def _changed(row: Outcome, kind: str) -> dict[str, Any]:
    return {
        **_where(row),
        "kind": kind,
        "known_by": row.known_by,
        "changes": say.change_words(row.changes),
        "newer": say.newer_words(row),
        "leave": LEAVE_OUT,
    }


def _new(row: Outcome) -> dict[str, Any]:
    return {**_where(row), "warnings": list(row.warnings)}


def _where(row: Outcome) -> dict[str, Any]:
    return {"key": row.key, "sheet": row.sheet, "row": row.row, "who": row.who}


def _rejected(row: Outcome) -> dict[str, Any]:
    faults = [{name: getattr(problem, name) for name in FAULT} for problem in row.problems]
    return {**_where(row), "faults": faults}


def _understood(proposal: Proposal) -> str:
    """Say how many columns are understood, and of how many where some are passed over."""
    known, all_columns = sum(1 for g in proposal.columns if g.field), len(proposal.columns)
    columns = count(all_columns, "column")
    return columns if known == all_columns else f"{known} of {columns}"


def _columns(index: int, proposal: Proposal) -> dict[str, Any]:
    """One sheet with its columns; its form fields are numbered, as names may hold anything."""
    return {
        "index": index,
        "sheet": proposal.sheet,
        "kind": proposal.kind.value if proposal.kind else "",
        "kinds": KINDS,
        "needs": say.missing_words(proposal.missing),
        "known": _understood(proposal),
        "fields": say.field_choices(proposal.kind),
        "columns": [
            {
                "index": number,
                "name": guess.name,
                "field": guess.field or "",
                "told_by": say.TOLD_BY[guess.told_by],
                "samples": list(guess.samples),
            }
            for number, guess in enumerate(proposal.columns)
        ],
    }
