"""The invented preview of an import."""

from __future__ import annotations

from typing import Any

from geomatch.network.sheets.columns import Kind
from geomatch.site.importwords import field_choices
from geomatch.site.previewpage import KINDS
from tests.browser.look_samples import REJECTED


def preview() -> dict[str, Any]:
    """A preview with something in each of its lists."""
    return {
        "lead": "212 new, 31 changed, 6 unclear, 4 rejected. Nothing is saved yet.",
        "back": {"label": "Import", "url": "#"},
        "apply_url": "#",
        "apply_label": "Import 243 neighbours",
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
        "rejected": [
            dict(zip(("sheet", "row", "column", "value", "message"), row, strict=True))
            for row in REJECTED
        ],
        "shown": 200,
        "columns": [_columns()],
        "columns_open": False,
        "header_row": 1,
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
