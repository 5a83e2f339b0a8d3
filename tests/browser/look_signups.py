"""The contexts of the public sign-up form, in every language, and of its inbox."""

from __future__ import annotations

from typing import Any

from geomatch.site.pages.join.form import JoinForm
from geomatch.site.pages.join.phrases import JOIN_WORDS, JoinWords
from geomatch.site.pages.join.signups import SignupsForm

NAMES = {"network": "Harbor Town neighbours", "contact": "555 0199"}
SIGNUP = {
    "pk": 12,
    "name": "Lucía Torres",
    "wants": "needs help and can help",
    "hidden": True,
    "facts": [
        {"name": "Needs", "value": "Groceries, Something else"},
        {"name": "Can help with", "value": "Tutoring · has a car"},
        {"name": "Address", "value": "14 Harbor Street, 2B"},
        {"name": "Phone", "value": "555 0142"},
        {"name": "Speaks", "value": "Spanish, English"},
    ],
    "details": "Fridays are best.\nPlease ring twice!",
    "faults": [],
    "known_url": "#",
    "when": "20 minutes ago",
}


def signup_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return name → (template, context)."""
    forms = {f"join-{code}": _join(words) for code, words in JOIN_WORDS.items()}
    back = {"label": "Neighbours", "url": "#"}
    return forms | {
        "join-trouble": _join(
            JOIN_WORDS["es"],
            {"wants": "needs", "name": "Ana", "email": "x"},
            notice=JOIN_WORDS["es"].trouble,
        ),
        "join-thanks": _join(JOIN_WORDS["en"], part="thanks"),
        "join-too-many": _join(JOIN_WORDS["en"], part="too_many"),
        "signups": (
            "network/signup_list.html",
            {
                "lead": "2 sign-ups wait for you.",
                "back": back,
                "is_open": True,
                "form": {"label": "See its addresses", "url": "#"},
                "waiting": [
                    SIGNUP,
                    SIGNUP
                    | {
                        "pk": 13,
                        "hidden": False,
                        "name": "Ed",
                        "faults": ["Email: too long; shorten it", "Unit: too long; shorten it"],
                    },
                ],
                "aside": [SIGNUP | {"pk": 14}],
            },
        ),
        "signups-empty": (
            "network/signup_list.html",
            {
                "lead": "Nothing waits for you.",
                "back": back,
                "form": {"label": "Open the form", "url": "#open"},
            },
        ),
        "signup-form": (
            "network/signup_form.html",
            {
                "form": SignupsForm({"is_open": "on"}),
                "back": back,
                "is_open": True,
                "links": [
                    {"name": words.own_name, "url": f"https://example.org/harbor/join/{code}/"}
                    for code, words in JOIN_WORDS.items()
                ],
            },
        ),
    }


def _join(
    words: JoinWords, data: dict[str, Any] | None = None, part: str = "form", **more: Any
) -> tuple[str, dict[str, Any]]:
    form = JoinForm(
        data,
        words=words,
        skills=list(words.skills.items()),
        languages=("en", "es", "tl", "tli"),
        initial={"languages": [words.code], "city": "Harbor Town"},
    )
    said = {
        "title": words.title,
        "consent": words.consent,
        "send": words.send,
        "thanks": words.thanks_text,
        "too_many": words.too_many_text,
    }
    context = {
        "part": part,
        "words": words,
        "form": form,
        "said": {name: text.format(**NAMES) for name, text in said.items()}
        | {"promises": [promise.format(**NAMES) for promise in words.promises]},
        "others": [
            {"name": other.own_name, "code": code, "url": "#"} for code, other in JOIN_WORDS.items()
        ],
    }
    return ("network/join.html", context | more)
