"""The context of the pages of an import, invented."""

from __future__ import annotations

from typing import Any

from geomatch.network.intake.files.rejected import rejected_rows
from geomatch.network.intake.sheets.columns import Kind
from geomatch.site.pages.imports.phrases import field_choices
from geomatch.site.pages.imports.preview_context import KINDS
from geomatch.site.shell.forms import SheetForm
from tests.browser.look_samples import REJECTED, step


def import_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return name → (template, context): the upload, the preview and what came of it."""
    return {
        "import": (
            "network/import_upload.html",
            {
                "accept": ".csv,.xlsx",
                "limit": "50 MB",
                "form": SheetForm(),
                "waiting": [
                    {"file_name": "list.ods", "when": "2 hours ago", "url": "#"},
                    {"file_name": "x.csv", "when": "2 hours ago", "url": "#", "trouble": True},
                ],
                "back": {"label": "Neighbours", "url": "#"},
                "known": [
                    {
                        "sheet": "Neighbours",
                        "needed": "Name and address",
                        "optional": "phone, unit, people",
                    },
                    {
                        "sheet": "Volunteers",
                        "needed": "Name, address and what they can do",
                        "optional": "car, days",
                    },
                    {
                        "sheet": "Requests",
                        "needed": "Name, and what is needed",
                        "optional": "how soon, language",
                    },
                ],
                "earlier": [
                    {
                        "file_name": "neighbors.xlsx",
                        "when": "3 June, 3:40 pm",
                        "url": "#",
                        "words": "212 new, 31 changed, 4 rejected",
                        "taken_back": True,
                    }
                ],
            },
        ),
        "import-trouble": (
            "network/import_upload.html",
            {
                "accept": ".csv,.xlsx",
                "limit": "50 MB",
                "known": [],
                "trouble": {
                    "title": "neighbors.xls could not be read",
                    "kept": "Everything is as it was. Nothing of this file was taken.",
                    "todo": "Save it as .xlsx in your spreadsheet program and drop it again.",
                },
            },
        ),
        "import-preview": (
            "network/import_preview.html",
            {"file_name": "neighbors.xlsx", **preview()},
        ),
        "import-preview-columns": (
            "network/import_preview.html",
            {
                **preview(),
                "file_name": "neighbors.xlsx",
                "lead": "No rows. Nothing is saved yet.",
                "apply_label": "",
                "counts": {"new": 0, "changed": 0, "as before": 0, "unclear": 0, "rejected": 0},
                "unclear": [],
                "changed": [],
                "new": [],
                "warned": [],
                "rejected": [],
                "columns_open": True,
            },
        ),
        "import-unread": ("network/import_unread.html", unread(was_read=True)),
        "import-unreadable": (
            "network/import_unread.html",
            unread(
                trouble={
                    "title": "This spreadsheet could not be read",
                    "kept": "Nothing was saved.",
                    "todo": "row 1 looks like data; put a row of column names above it",
                },
                next_step=step("Drop another one"),
            ),
        ),
        "import-taken-back": (
            "network/import_result.html",
            {
                "file_name": "neighbors.xlsx",
                "lead": "1,298 rows taken, 4 rejected.",
                "back": {"label": "Import", "url": "#"},
                "kinds": [
                    {"name": "Neighbours", "new": 1212, "changed": 31, "same": 55, "rejected": 2}
                ],
                "taken_back": {
                    "when": "3 minutes ago",
                    "words": "2,410 new rows removed, 31 rows put back as they were. "
                    "A home and each of its people count apart.",
                    "kept": [
                        {"words": "2 homes", "why": "changed since"},
                        {"words": "1 request", "why": "needed by a match"},
                    ],
                },
                "rejected": [],
            },
        ),
        "import-result": (
            "network/import_result.html",
            {
                "file_name": "neighbors.xlsx",
                "lead": "1,298 rows taken, 4 rejected.",
                "back": {"label": "Import", "url": "#"},
                "next_step": step("Place 1,180 addresses", "pin", "post"),
                "kinds": [
                    {"name": "Neighbours", "new": 1212, "changed": 31, "same": 55, "rejected": 2},
                    {"name": "Volunteers", "new": 219, "changed": 0, "same": 0, "rejected": 1},
                    {"name": "Requests", "new": 159, "changed": 0, "same": 0, "rejected": 1},
                ],
                "rejected": rejected_rows(faults()),
                "rejected_count": 4,
                "download_url": "#",
                "take_back_url": "#",
            },
        ),
    }


def faults() -> list[dict[str, Any]]:
    """What is wrong in four rows: two things in one of them."""
    names = ("sheet", "row", "column", "value", "message")
    return [dict(zip(names, fault, strict=True)) for fault in REJECTED]


def unread(**more: Any) -> dict[str, Any]:
    """A large sheet without a preview."""
    return {
        "file_name": "everybody.csv",
        "lead": "Nothing is saved yet.",
        "back": {"label": "Import", "url": "#"},
        "next_step": step("Read it again", method="post"),
        "discard_url": "#",
    } | more


def preview() -> dict[str, Any]:
    """A preview with something in each of its lists."""
    return {
        "lead": "212 new, 31 changed, 6 unclear, 4 rejected. Nothing is saved yet.",
        "back": {"label": "Import", "url": "#"},
        "apply_url": "#",
        "apply_label": "Import 243 neighbours",
        "kinds_json": '{"households": [243, "neighbour", "neighbours"]}',
        "choices_url": "#",
        "discard_url": "#",
        "columns_url": "#",
        "rows_url": "#",
        "fingerprint": "0",
        "counts": {"new": 212, "changed": 31, "as before": 900, "unclear": 6, "rejected": 4},
        "for_stewards": 2,
        "unclear": [
            {
                "key": "14:Neighbors",
                "sheet": "Neighbors",
                "row": 14,
                "who": "Anna Reyes, 12 Cannery Row",
                "kind": "households",
                "saw": "0f",
                "options": [
                    {
                        "value": "ref:12",
                        "label": "Ana Reyes, 12 CANNERY ROW",
                        "why": "similar name, same address, no phone to compare: 88 of 100",
                    },
                    {"value": "new", "label": "Somebody new", "why": ""},
                    {"value": "", "label": "Leave this row out", "why": ""},
                ],
                "chosen": "",
            }
        ],
        "changed": [
            {
                "key": "20:Neighbors",
                "sheet": "Neighbors",
                "row": 20,
                "who": "Tom Olsen, 14 Harbor Street",
                "kind": "households",
                "known_by": "by its id",
                "changes": [
                    {"name": "Address", "old": "12 Harbor Street", "new": "14 Harbor Street"},
                    {"name": "Phone", "old": "", "new": "555 0142"},
                ],
                "newer": "Here it was last changed on 3 June 2026. "
                "The sheet does not say when the row was written.",
                "left_out": False,
                "leave": "leave",
            }
        ],
        "new": [
            {
                "key": f"{row}:Neighbors",
                "sheet": "Neighbors",
                "row": row,
                "who": who,
                "warnings": warnings,
            }
            for row, who, warnings in (
                (2, "Joy Santos, 3 Ferry Way", ()),
                (3, "Ed Kitka, 5 Ferry Way", ("has the same phone as Joy Santos; they stay two",)),
            )
        ],
        "warned": [
            {
                "who": "Ed Kitka, 5 Ferry Way",
                "warnings": ("has the same phone as Joy Santos; they stay two",),
            }
        ],
        "rejected": rejected_rows(faults()),
        "shown": 200,
        "columns": [_columns()],
        "columns_open": False,
    }


def _columns() -> dict[str, Any]:
    said = (
        ("Name", "name", "by its name", ("Ana Reyes", "Tom Olsen", "Lucía Torres")),
        ("Dónde", "address", "by its values", ("12 Cannery Row", "14 Harbor Street")),
        ("Tel.", "phone", "as last time", ("555 0142",)),
        ("Column 9", "", "", ()),
    )
    return {
        "index": 0,
        "sheet": "Neighbors",
        "header_row": 1,
        "kind": Kind.HOUSEHOLDS.value,
        "kinds": KINDS,
        "needs": "",
        "known": "3 of 4 columns",
        "fields": field_choices(Kind.HOUSEHOLDS),
        "columns": [
            {"index": index, "name": name, "field": field, "told_by": told_by, "samples": samples}
            for index, (name, field, told_by, samples) in enumerate(said)
        ],
    }
