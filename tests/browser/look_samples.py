"""Invented rows for the pages of `look_pages`. Names and streets are made up; no database."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any

from django import forms
from django.core.paginator import Paginator

STREETS = ("Harbor Street", "Cannery Row", "Spruce Avenue", "Ferry Way", "Gold Creek Road")
NAMES = ("Ana Reyes", "Tom Olsen", "Lucía Torres", "Joy Santos", "Ed Kitka", "Łucja Nowak")
MIDDLE = (-134.41, 58.30)


class PlanForm(forms.Form):
    min_size = forms.IntegerField(label="Smallest pod", initial=5)
    max_size = forms.IntegerField(label="Largest pod", initial=30)
    target_size = forms.IntegerField(label="Best size", initial=13)
    size_by = forms.ChoiceField(
        label="What the size counts",
        choices=[("households", "Homes"), ("people", "People")],
        initial="households",
    )
    walking = forms.BooleanField(label="Measure walks along streets", required=False)


class RebalanceForm(forms.Form):
    max_moves = forms.IntegerField(label="Move at most", initial=20, help_text="households")


class NetworkForm(forms.Form):
    name = forms.CharField(initial="Harbor Town neighbours")
    units = forms.ChoiceField(
        label="Distances in",
        choices=[("both", "Kilometres and miles"), ("metric", "Kilometres")],
    )


def pod(number: int, *, named: bool = True) -> dict[str, Any]:
    name = f"{STREETS[number % 5]}" if named else ""
    return {"number": number, "colour": number % 8 + 1, "name": name, "url": "#pod"}


def households(n: int) -> list[dict[str, Any]]:
    qualities = ("rooftop", "rooftop", "hand_placed", "interpolated", "street", "none", "unlooked")
    return [
        {
            "ref": f"H{i}",
            "url": "/look/household/",
            "name": NAMES[i % 6],
            "address": f"{10 + 2 * i} {STREETS[i % 5]}" + (f", {i}B" if i % 4 == 0 else ""),
            "people": i % 5 + 1,
            "quality": qualities[i % 7],
            "pod": pod(i // 2 + 1) if i % 6 < 4 else None,
            "states": ["do_not_contact"] if i == 3 else ["hidden"] if i == 7 else [],
        }
        for i in range(n)
    ]


def selects(*names: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": label,
            "value": "",
            "options": [{"value": "", "label": first}, {"value": "x", "label": "Needs you"}],
        }
        for name, label, first in names
    ]


def step(label: str, icon: str = "", method: str = "get") -> dict[str, str]:
    return {"label": label, "url": "#next", "icon": icon, "method": method}


STOPS = [
    {"name": "Import", "state": "done", "words": "1,302 rows, 3 June", "url": "#"},
    {"name": "Locate", "state": "look", "words": "38 addresses need you", "url": "#"},
    {"name": "Pods", "state": "done", "words": "96 pods, plan 3", "url": "#"},
    {"name": "Matches", "state": "here", "words": "18 open requests", "url": "#"},
    {"name": "Lists", "state": "later", "words": "not printed yet", "url": "#"},
]
RUN = {
    "label": "Placing addresses",
    "pk": 1,
    "done": 812,
    "total": 1302,
    "count": "812 of 1,302 addresses",
    "cancel_url": "#",
    "state": "running",
    "time": "about 20 seconds left",
    "note": "You can leave this page; the work goes on.",
    "poll_url": None,
}
REJECTED = [
    ("Neighbors", 214, "Address", "PO Box 1187", "A PO box is for mail only."),
    ("Neighbors", 377, "People", "a few", "Not a number. Write 3, or leave it empty."),
    ("Neighbors", 377, "Exposed until", "soon", "Not a date. Write it like 2026-12-01."),
    ("Volunteers", 12, "Name", "", "Nobody is named."),
    ("Requests", 41, "Urgency", "asap!!", "Not one of: urgent, soon, can wait."),
]


def table_page(rows: list[Any], size: int = 14) -> Any:
    return Paginator(rows, size).page(1)


def requests(n: int) -> list[dict[str, Any]]:
    what = ("Groceries", "Prescription pickup", "A phone call", "Tutoring, maths")
    return [
        {
            "url": "#",
            "what": what[i % 4],
            "who": NAMES[i % 6],
            "urgency": ("urgent", "soon", "")[min(i // 4, 2)],
            "mode": "by phone" if i % 4 == 2 else "in person",
            "languages": "Spanish" if i % 3 == 0 else "",
            "state": "open" if i % 3 == 1 else "matched",
            "match": "" if i % 3 == 1 else "Joy Santos, 0.6 km · 0.4 mi",
            "reason": "Nobody who speaks Spanish is within 10 km." if i % 3 == 1 else "",
            "age": f"{9 - i // 2} June",
        }
        for i in range(n)
    ]


def volunteers(n: int) -> list[dict[str, Any]]:
    return [
        {
            "url": "",
            "name": NAMES[i % 6],
            "skills": "groceries, errands",
            "languages": "English, Tagalog" if i % 2 else "English",
            "reach": "up to 5 km · 3 mi",
            "drives": i % 2,
            "tasks": i % 4,
            "capacity": 3,
            "state": ("active", "resting", "full")[i % 3],
            "resting_until": "12 June" if i % 3 == 1 else "",
        }
        for i in range(n)
    ]


@lru_cache
def pod_map_parts() -> Any:
    from maps.data import Household, Pod, PodMapData
    from maps.elements import map_parts, pod_map

    rng = random.Random(7)
    doors = []
    for number in range(1, 13):
        x = MIDDLE[0] + ((number - 1) % 4 - 1.5) * 0.008
        y = MIDDLE[1] + ((number - 1) // 4 - 1) * 0.0045
        doors += [
            Household(
                lon=x + rng.gauss(0, 0.0014),
                lat=y + rng.gauss(0, 0.0007),
                label=f"{rng.randrange(1, 200)} {STREETS[number % 5]}",
                pod=number,
                key=f"{number}-{i}",
                people=rng.randrange(1, 5),
            )
            for i in range(rng.randrange(8, 18))
        ]
    pods = [
        Pod(
            n,
            needs=("Nobody looks after this pod yet.",) if n in (3, 9) else (),
            point_person="Ana",
        )
        for n in range(1, 13)
    ]
    return map_parts(pod_map(PodMapData(households=doors, pods=pods, title="Plan 3")))


@lru_cache
def match_map_parts() -> Any:
    from maps.data import Match, MatchMapData, Request, ScorePart, Volunteer
    from maps.elements import map_parts, match_map

    rng = random.Random(5)
    place = lambda: {"lon": MIDDLE[0] + rng.gauss(0, 0.01), "lat": MIDDLE[1] + rng.gauss(0, 0.005)}  # noqa: E731
    asks = [Request(f"R{i}", f"Groceries · {STREETS[i % 5]}", **place()) for i in range(20)]
    people = [Volunteer(f"V{i}", NAMES[i % 6], **place()) for i in range(24)]
    parts = (
        ScorePart("Distance", 3120, 4000, "0.6 km"),
        ScorePart("Language", 1500, 1500, "Spanish"),
    )
    matches = [
        Match(f"R{i}", f"V{i}", score=4620, parts=parts, distance_m=600.0) for i in range(16)
    ]
    return map_parts(match_map(MatchMapData(asks, people, matches)))


def frame(current: str) -> dict[str, Any]:
    """Return what the context processor would give: the rail and the network."""
    entries = ("Home", "Neighbours", "Pods", "Requests", "Volunteers", "Lists", "Settings")
    return {
        "network": {"name": "Harbor Town neighbours", "slug": "harbor-town"},
        "network_switch_url": "#networks",
        "navigation": [
            {"label": entry, "url": f"#{entry}", "icon": entry.lower(), "current": entry == current}
            for entry in entries
        ],
    }
