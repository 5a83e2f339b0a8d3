"""The living style page: every component in every state. Routed only where DEBUG is on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

COLOURS = {
    "Paper and ink": ("paper", "surface", "sunken", "line", "edge", "ink-soft", "ink"),
    "Here, look, harm": ("accent", "accent-soft", "amber", "amber-soft", "red", "red-soft"),
    "Map": ("land", "water", "park", "street", "street-major", "building", "halo"),
}
QUALITIES = ("hand_placed", "rooftop", "interpolated", "street", "town", "none", "unlooked")
STATES = [
    "draft",
    "published",
    "archived",
    "open",
    "proposed",
    "offered",
    "accepted",
    "declined",
    "done",
    "cancelled",
    "active",
    "resting",
    "full",
    "hidden",
    "do_not_contact",
    "quiet",
    "unplaced",
    "locked",
    "waiting",
    "running",
    "failed",
    "urgent",
    "soon",
]

ICONS = [
    "home",
    "neighbours",
    "pods",
    "requests",
    "volunteers",
    "lists",
    "settings",
    "search",
    "pin",
    "walk",
    "door",
    "phone",
    "car",
    "languages",
    "bridge",
    "undo",
    "print",
    "download",
    "upload",
    "lock",
    "eye-off",
    "clock",
]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(help_text="As the neighbours call it.")
    size = forms.IntegerField(label="Homes in a pod", initial=13, min_value=5, max_value=30)
    language = forms.ChoiceField(choices=[("en", "English"), ("es", "Español"), ("tl", "Tagalog")])
    note = forms.CharField(widget=forms.Textarea, required=False, label="Anything else")
    keep = forms.BooleanField(required=False, label="Keep point people in their own pods")
    count = forms.ChoiceField(
        choices=[("households", "Homes"), ("people", "People")],
        widget=forms.RadioSelect,
        label="What the size counts",
    )


def style_context() -> dict[str, Any]:
    """Return what `site/style.html` shows, all of it invented."""
    filled = {"name": "", "size": "64", "language": "en", "count": "people"}
    return {
        "colours": COLOURS,
        "qualities": QUALITIES,
        "states": STATES,
        "form": SampleForm(initial={"count": "households"}),
        "bad_form": SampleForm(filled, prefix="bad"),
        "pods": [{"number": n * 7, "colour": n, "name": f"Pod name {n}"} for n in range(1, 9)],
        "next_step": {"label": "Place 38 addresses", "url": "#", "icon": "pin"},
        "other": {"label": "Import again", "url": "#"},
        "closed": {"label": "Publish this plan", "url": "#", "disabled": True},
        "choices": [
            {"label": "Join Mile 21", "url": "#"},
            {"label": "Make it a phone pod", "url": "#"},
        ],
        "run": {
            "label": "Placing addresses",
            "pk": 1,
            "done": 812,
            "total": 1302,
            "count": "812 of 1,302 addresses",
            "cancel_url": "#",
            "state": "running",
            "time": "about 20 seconds left",
            "note": "You can leave this page; the work goes on.",
        },
        "stops": [
            {"name": "Import", "state": "done", "words": "1,302 rows on 3 June", "url": "#"},
            {"name": "Locate", "state": "look", "words": "38 addresses need you", "url": "#"},
            {"name": "Pods", "state": "here", "words": "no plan yet", "url": "#"},
            {"name": "Matches", "state": "later", "words": "160 open requests"},
            {"name": "Lists", "state": "later", "words": "after the first plan"},
        ],
        "parts": [
            {"name": "Distance", "value": 3120, "most": 4000},
            {"name": "Language", "value": 1500, "most": 1500},
            {"name": "Same pod", "value": 0, "most": 1000},
        ],
        "segments": [
            {"value": "walk", "label": "As one walks", "icon": "walk"},
            {"value": "odd-even", "label": "Odd, then even"},
        ],
        "icons": ICONS,
        "undo": {"text": "Plan 3 is published.", "url": "#"},
        "page_keys": [{"key": "j", "does": "Go to the next row"}],
    }


def style(request: HttpRequest) -> HttpResponse:
    """Show the style page, with one message of each kind."""
    messages.success(request, "Saved.")
    messages.error(request, "The file could not be read. Nothing was changed.")
    return render(request, "site/style.html", style_context())


style.permission = "public"  # type: ignore[attr-defined]  # nothing of any network is on it
