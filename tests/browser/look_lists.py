"""The contexts of the pages that are lists of requests, volunteers and pods."""

from __future__ import annotations

from typing import Any

from tests.browser.look_samples import NAMES, pod, requests, selects, step, table_page, volunteers


def lists_of_things(search: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "requests": (
            "matching/request_list.html",
            {
                "lead": "160 requests; 18 have nobody yet.",
                "next_step": step("Match 18 open requests", "volunteers", "post"),
                "others": [step("Show the map", "map")],
                "search": search,
                "sort": "-urgency",
                "selects": selects(
                    ("state", "State", "Every state"), ("skill", "Kind of help", "Every kind")
                ),
                "page": table_page(requests(30)),
            },
        ),
        "requests-empty": ("matching/request_list.html", {"page": table_page([])}),
        "volunteers": (
            "matching/volunteer_list.html",
            {
                "lead": "220 people; 31 are resting.",
                "search": search,
                "sort": "name",
                "selects": selects(
                    ("skill", "Kind of help", "Every kind"), ("state", "State", "Everybody")
                ),
                "page": table_page(volunteers(30)),
            },
        ),
        "lists": (
            "maps/street_lists.html",
            {
                "lead": "12 pods of plan 3, published 3 June.",
                "all_url": "#",
                "options": {
                    "orders": [
                        {"value": "walk", "label": "As one walks", "icon": "walk"},
                        {"value": "odd-even", "label": "Odd, then even"},
                        {"value": "street", "label": "By street"},
                    ],
                    "order": "walk",
                    "details": [
                        {"value": "minimum", "label": "As little as can be"},
                        {"value": "contact", "label": "With phones"},
                    ],
                    "detail": "minimum",
                    "languages": [
                        {"value": "en", "label": "English"},
                        {"value": "es", "label": "Español"},
                    ],
                    "language": "en",
                    "large_print": False,
                },
                "pods": [
                    pod(n)
                    | {
                        "homes": 8 + n,
                        "people": 14 + 2 * n,
                        "pdf_url": "#",
                        "point_person": "" if n == 3 else NAMES[n % 6],
                    }
                    for n in range(1, 13)
                ],
            },
        ),
        "lists-empty": (
            "maps/street_lists.html",
            {
                "blocked": "Lists come from a published plan, so every paper says the same.",
                "next_step": step("Look at plan 4", "pods"),
            },
        ),
    }
