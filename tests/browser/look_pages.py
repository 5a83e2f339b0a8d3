"""The context of every page template, invented, as the template's comment promises it."""

from __future__ import annotations

from typing import Any

from geomatch.site.forms import SheetForm
from tests.browser.look_imports import preview
from tests.browser.look_lists import lists_of_things
from tests.browser.look_places import geocoding, places
from tests.browser.look_samples import (
    REJECTED,
    RUN,
    STOPS,
    NetworkForm,
    PlanForm,
    RebalanceForm,
    households,
    match_map_parts,
    pod,
    pod_map_parts,
    selects,
    step,
    table_page,
)
from tests.browser.look_signups import signup_pages


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return name → (template, context) of every page."""
    search = {"name": "q", "label": "Search", "value": "", "placeholder": "Name or street"}
    back = {"label": "Pods", "url": "#"}
    others = lists_of_things(search) | places() | geocoding()
    return {
        "dashboard": (
            "site/dashboard.html",
            {
                "lead": "1,302 neighbours behind 1,180 doors. 18 requests have nobody yet.",
                "next_step": step("Match 18 open requests", "volunteers", "post"),
                "stops": STOPS,
                "work": [RUN],
                "tiles": [
                    {"number": 1180, "name": "doors", "note": "1,302 neighbours", "url": "#"},
                    {
                        "number": 38,
                        "name": "addresses",
                        "note": "need you",
                        "url": "#",
                        "state": "look",
                    },
                    {"number": 96, "name": "pods", "note": "12 doors each", "url": "#"},
                    {
                        "number": 160,
                        "name": "requests",
                        "note": "18 open",
                        "url": "#",
                        "state": "look",
                    },
                    {"number": 220, "name": "volunteers", "note": "31 resting", "url": "#"},
                ],
                "needs": [
                    {
                        "text": "38 addresses are known only by their street",
                        "url": "#",
                        "action": "Look at them",
                    },
                    {"text": "2 pods have no point person", "url": "#", "action": "Find somebody"},
                ],
                "lately": [
                    {"when": "3 June, 4:12 pm", "words": "Ana published plan 3"},
                    {"when": "3 June, 3:40 pm", "words": "Tom imported neighbors.xlsx"},
                ],
            },
        ),
        "dashboard-empty": (
            "site/dashboard.html",
            {"empty": True, "next_step": step("Import your spreadsheet", "upload")},
        ),
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
        "run": (
            "site/run.html",
            {
                "title": "Placing addresses",
                "lead": "Each address is looked up in the town's own list.",
                "run": RUN,
                "back": {"label": "Home", "url": "#"},
            },
        ),
        "run-called-off": (
            "site/run.html",
            {
                "title": "Suggesting pods",
                "run": RUN,
                "back": {"label": "Home", "url": "#"},
                "called_off": {
                    "text": "The best plan found so far is kept as a draft: plan 4.",
                    "next": step("Look at plan 4"),
                },
            },
        ),
        **signup_pages(),
        "network-choose": (
            "site/network_choose.html",
            {
                "networks": [
                    {
                        "name": "Harbor Town neighbours",
                        "town": "Harbor Town",
                        "url": "#",
                        "roles": "organizer",
                    },
                    {
                        "name": "Island mutual aid",
                        "town": "Out the road",
                        "url": "#",
                        "roles": "volunteer",
                    },
                ]
            },
        ),
        "tasks": (
            "site/my_tasks.html",
            {
                "tasks": [
                    {
                        "what": "Groceries",
                        "who": "Lucía Torres",
                        "where": "14 Harbor Street, 2B",
                        "mode": "contactless",
                    },
                    {"what": "A phone call", "who": "Ed Kitka", "where": "", "mode": "by phone"},
                ]
            },
        ),
        "tasks-none": ("site/my_tasks.html", {"tasks": []}),
        "settings": (
            "site/settings.html",
            {
                "form": NetworkForm(),
                "facts": [{"name": "Languages", "value": "English, Spanish"}],
                "members": [
                    {"name": "Ana Reyes", "roles": "steward"},
                    {"name": "Tom", "roles": "organizer"},
                ],
                "account": [
                    {"label": "Change my password", "url": "#", "words": "last changed in May"}
                ],
            },
        ),
        "households": (
            "network/household_list.html",
            {
                "lead": "1,302 neighbours behind 1,180 doors.",
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
        "import": (
            "network/import_upload.html",
            {
                "accept": ".csv,.xlsx",
                "limit": "50 MB",
                "form": SheetForm(),
                "waiting": [{"file_name": "list.ods", "when": "2 hours ago", "url": "#"}],
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
                        "words": "212 new, 31 changed, 4 handed back",
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
        "import-taken-back": (
            "network/import_result.html",
            {
                "file_name": "neighbors.xlsx",
                "lead": "1,298 rows taken, 4 handed back.",
                "back": {"label": "Import", "url": "#"},
                "kinds": [
                    {"name": "Neighbours", "new": 1212, "changed": 31, "same": 55, "rejected": 2}
                ],
                "taken_back": {
                    "when": "3 minutes ago",
                    "words": "2,410 new entries removed, 31 entries put back as they were. "
                    "A home and each of its people count apart.",
                    "kept": [
                        {"words": "2 households", "why": "changed since"},
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
                "lead": "1,298 rows taken, 4 handed back.",
                "back": {"label": "Import", "url": "#"},
                "next_step": step("Place 1,180 addresses", "pin", "post"),
                "kinds": [
                    {"name": "Neighbours", "new": 1212, "changed": 31, "same": 55, "rejected": 2},
                    {"name": "Volunteers", "new": 219, "changed": 0, "same": 0, "rejected": 1},
                    {"name": "Requests", "new": 159, "changed": 0, "same": 0, "rejected": 1},
                ],
                "rejected": [
                    dict(zip(("sheet", "row", "column", "value", "message"), row, strict=True))
                    for row in REJECTED
                ],
                "rejected_count": 4,
                "download_url": "#",
                "take_back_url": "#",
            },
        ),
        "plans": (
            "pods/plan_list.html",
            {
                "lead": "Plan 3 is in use: 96 pods.",
                "form": PlanForm(),
                "able": True,
                "plans": [
                    {
                        "name": "Plan 4",
                        "url": "#",
                        "state": "draft",
                        "pods": 97,
                        "households": 1180,
                        "unplaced": 12,
                        "made": "today by Ana",
                    },
                    {
                        "name": "Plan 3",
                        "url": "#",
                        "state": "published",
                        "pods": 96,
                        "households": 1168,
                        "unplaced": 9,
                        "made": "3 June by Ana",
                    },
                    {
                        "name": "Plan 2",
                        "url": "#",
                        "state": "archived",
                        "pods": 90,
                        "households": 1101,
                        "unplaced": 30,
                        "made": "12 May by Tom",
                    },
                ],
            },
        ),
        "plan": (
            "pods/plan_detail.html",
            {
                "map": pod_map_parts,
                "title": "Plan 4",
                "lead": "12 pods, 156 doors. 2 doors are in no pod.",
                "back": back,
                "next_step": step("Publish this plan", "check", "post"),
                "others": None,
                "shelve": step("Set this draft aside", "", "post"),
                "plan": {
                    "state": "draft",
                    "made": "today by Ana",
                    "figures": [
                        {"name": "Smallest pod", "value": "8 doors"},
                        {"name": "Largest pod", "value": "17 doors"},
                        {"name": "Mean walk to the middle", "value": "a 2-minute walk"},
                        {"name": "Measured", "value": "on foot, along streets"},
                    ],
                },
                "problems": [
                    {
                        "text": "Too few neighbours at Mile 23: three homes, the next 3 km away.",
                        "choices": [
                            step("Join Mile 21", "", "post"),
                            step("Accept a small pod", "", "post"),
                            step("Make it a phone pod", "", "post"),
                        ],
                    }
                ],
                "changes": {
                    "before": 3,
                    "words": "1 door would change pod, 1 newcomer would join.",
                    "rows": [
                        {"address": "12 Fir Street", "words": "from pod 3 to pod 5, with Ana"},
                        {"address": "3 New Street", "words": "new, to pod 5, with nobody yet"},
                    ],
                },
                "rebalance": RebalanceForm(),
            },
        ),
        "matches": (
            "matching/match_board.html",
            {
                "map": match_map_parts,
                "title": "Matches",
                "lead": "16 of 20 requests have somebody; 4 need you.",
                "next_step": step("Match 4 open requests", "volunteers", "post"),
                "back": {"label": "Requests", "url": "#"},
                "unmatched": [
                    {
                        "request": "Tutoring, maths",
                        "url": "#",
                        "urgency": "urgent",
                        "reason": "Two people could, and both have enough to do this week.",
                        "change": "If Tom took one more task, he could do it.",
                    }
                ],
            },
        ),
    } | others
