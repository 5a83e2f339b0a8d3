"""The context of the pages of neighbours, invented."""

from __future__ import annotations

from typing import Any

from tests.browser.look_samples import households, pod, selects, step, table_page


def neighbour_pages(search: dict[str, str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return name → (template, context): the list, one door, and those written down twice."""
    return {
        "households-twice": (
            "network/duplicate_list.html",
            {
                "lead": "2 pairs look like one neighbour written down twice.",
                "back": {"label": "Neighbours", "url": "#"},
                "page": table_page(
                    [
                        {
                            "who": [
                                {"name": "Ana Reyes", "address": "14 Harbor St", "phone": ""},
                                {
                                    "name": "Anna Reyes",
                                    "address": "14 Harbor Street",
                                    "phone": "555-0101",
                                },
                            ],
                            "score": 87,
                            "reasons": "similar name, same address, no phone to compare",
                            "url": "#",
                        },
                        {
                            "who": [
                                {
                                    "name": "Tom Olsen",
                                    "address": "3 Cannery Row",
                                    "phone": "555-0188",
                                },
                                {
                                    "name": "Tom Olsen",
                                    "address": "40 Ferry Way",
                                    "phone": "555-0188",
                                },
                            ],
                            "score": 70,
                            "reasons": "same name, another address, same phone",
                            "url": "#",
                        },
                    ]
                ),
                "merges": [{"name": "Joy Santos", "when": "3 June, 4:12 pm", "undo_url": "#"}],
            },
        ),
        "households-pair": (
            "network/duplicate_pair.html",
            {
                "back": {"label": "Possible duplicates", "url": "#"},
                "reasons": ["similar name", "same address", "no phone to compare"],
                "people": [
                    {"name": "Ana Reyes", "facts": "volunteers · 2 requests"},
                    {"name": "Anna Reyes", "facts": ""},
                ],
                "fields": [
                    {
                        "name": "name",
                        "label": "Name",
                        "choices": [
                            {"value": "kept", "text": "Ana Reyes", "checked": True},
                            {"value": "other", "text": "Anna Reyes", "checked": False},
                        ],
                    },
                    {
                        "name": "notes",
                        "label": "Notes",
                        "choices": [
                            {"value": "kept", "text": "Rings twice.", "checked": False},
                            {"value": "other", "text": "Side door,\nplease.", "checked": False},
                            {"value": "both", "text": "Both", "checked": True},
                        ],
                    },
                ],
            },
        ),
        "households": (
            "network/household_list.html",
            {
                "lead": "1,302 neighbours in 1,180 homes.",
                "next_step": step("Place 38 addresses", "pin", "post"),
                "others": [step("Import", "upload")],
                "search": search,
                "sort": "street",
                "selects": selects(
                    ("quality", "Where it is", "Everywhere"),
                    ("pod", "Pod", "Every pod"),
                    ("status", "Status", "Everybody"),
                ),
                "page": table_page(households(40)),
            },
        ),
        "households-none": (
            "network/household_list.html",
            {"search": search, "filtered": True, "page": table_page([])},
        ),
        "households-empty": (
            "network/household_list.html",
            {"page": table_page([]), "next_step": step("Import your spreadsheet", "upload")},
        ),
        "household": (
            "network/household_detail.html",
            {
                "back": {"label": "Neighbours", "url": "#"},
                "map_url": "#",
                "others": [step("Move to another pod")],
                "household": {
                    "address": "14 Harbor Street, 2B",
                    "given_address": "14 harbor st #2b",
                    "quality": "rooftop",
                    "reason": "The building is known, unit 2B is not.",
                    "score_words": "a sure match",
                    "people": 3,
                    "languages": "Spanish, English",
                    "pod": pod(4),
                    "states": ["locked"],
                    "place": {"lat": 58.30194, "lon": -134.41972},
                    "notes": "Ring twice.\nThe dog is friendly.",
                },
                "persons": [
                    {
                        "name": "Lucía Torres",
                        "phone": "555 0142",
                        "languages": "Spanish",
                        "drives": True,
                        "is_point_person": True,
                    },
                    {"name": "Ed Torres", "languages": "English"},
                ],
                "requests": [{"what": "Groceries", "url": "#", "state": "matched"}],
            },
        ),
    }
