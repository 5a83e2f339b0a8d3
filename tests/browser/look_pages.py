"""The context of every page template, invented, as the template's comment promises it."""

from __future__ import annotations

from typing import Any

from tests.browser.look_imports import import_pages
from tests.browser.look_lists import lists_of_things
from tests.browser.look_neighbours import neighbour_pages
from tests.browser.look_places import geocoding, places
from tests.browser.look_samples import (
    RUN,
    STOPS,
    NetworkForm,
    PlanForm,
    RebalanceForm,
    match_map_parts,
    pod_map_parts,
    step,
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
                "lead": "1,302 neighbours in 1,180 homes. 18 requests have nobody yet.",
                "next_step": step("Match 18 open requests", "volunteers", "post"),
                "stops": STOPS,
                "work": [RUN],
                "tiles": [
                    {"number": 1180, "name": "homes", "note": "1,302 neighbours", "url": "#"},
                    {
                        "number": 38,
                        "name": "addresses",
                        "note": "need you",
                        "url": "#",
                        "state": "look",
                    },
                    {"number": 96, "name": "pods", "note": "12 homes each", "url": "#"},
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
        **import_pages(),
        **neighbour_pages(search),
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
                "lead": "12 pods, 156 homes. 2 homes are in no pod.",
                "back": back,
                "next_step": step("Publish this plan", "check", "post"),
                "others": None,
                "shelve": step("Set this draft aside", "", "post"),
                "plan": {
                    "state": "draft",
                    "made": "today by Ana",
                    "figures": [
                        {"name": "Smallest pod", "value": "8 homes"},
                        {"name": "Largest pod", "value": "17 homes"},
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
                    "words": "1 home would change pod, 1 newcomer would join. "
                    "No plan that keeps the rules moves fewer.",
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
