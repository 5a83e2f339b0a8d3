"""What an import would change, in the words people use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from geomatch.core.phrases import count
from geomatch.network.intake.linkage.outcomes import FieldChange, Outcome
from geomatch.network.intake.sheets.columns import FIELDS, Kind
from geomatch.network.models import GeocodeQuality, Mode, Request
from geomatch.site.shell import phrases

KIND_WORDS = {
    Kind.HOUSEHOLDS.value: ("neighbour", "neighbours"),
    Kind.VOLUNTEERS.value: ("volunteer", "volunteers"),
    Kind.REQUESTS.value: ("request", "requests"),
}
FIELD_WORDS = {
    "id": "Id",
    "household": "Neighbour's id",
    "address": "Address, on one line",
    "number": "House number",
    "street": "Street",
    "unit": "Apartment or unit",
    "city": "Town",
    "region": "State",
    "postcode": "ZIP",
    "lon": "Longitude",
    "lat": "Latitude",
    "name": "Name",
    "phone": "Phone",
    "email": "Email",
    "languages": "Languages",
    "flags": "Health flags",
    "flags_until": "Health flags until",
    "immunocompromised": "Immunocompromised",
    "exposed": "Exposed until",
    "notes": "Notes",
    "written_on": "When the row was written",
    "people": "People in the home",
    "do_not_contact": "Do not contact",
    "hidden": "Hidden address",
    "quiet": "Quiet (a death)",
    "point_person": "Point person",
    "drives": "Drives",
    "meeting_place": "Meeting place",
    "meeting_until": "Meeting place until",
    "skills": "Kinds of help",
    "capacity": "Tasks a week",
    "max_km": "How far",
    "vehicle": "Has a car",
    "modes": "Ways to help",
    "mode": "Way to help",
    "availability": "Times",
    "resting_until": "Resting until",
    "urgency": "How urgent",
    "needs_vehicle": "Needs a car",
    "asked_on": "Asked on",
    "details": "Details",
}
# Columns of the database that a sheet's fields fill; those that only follow are not said.
_COLUMN_WORDS = {
    **FIELD_WORDS,
    "ref": "Id",
    "given_address": "Address",
    "people_count": "People in the home",
    "in_pods": "In the pods' list",
    "is_point_person": "Point person",
    "location": "Point on the map",
    "created_at": "Asked on",
}
_FOLLOWS = frozenset(
    {"number", "street", "unit", "city", "region", "postcode", "quality", "geocode_source"}
    | {"location_m", "geocode_score", "geocode_reason", "matched_address", "doubt"}
    | {"address_before"}
)
# Health is kept sealed and not read out on a page; that it changes is said. So is what somebody
# asked for in their own words: requests are for coordinators, and organizers import them.
_SEALED = ("RiskFlag",)
_SEALED_FIELDS = (("Request", "details"),)
KEPT_SEALED = "kept sealed"
TOLD_BY = {
    "name": "by its name",
    "values": "by its values",
    "memory": "as last time",
    "hand": "as you said",
    "": "",
}


def field_choices(kind: Kind | None) -> list[dict[str, str]]:
    """List the fields a column may hold, for a select."""
    fields = FIELDS[kind] if kind is not None else {}
    return [{"value": field, "label": FIELD_WORDS[field]} for field in fields]


def missing_words(missing: Iterable[tuple[str, ...]]) -> str:
    """Say which columns a sheet cannot do without."""
    return " and ".join(" or ".join(FIELD_WORDS[f] for f in group) for group in missing)


def change_words(changes: Iterable[FieldChange]) -> list[dict[str, str]]:
    """Say changes field by field: what it is, what it was, what it would be."""
    changes = list(changes)
    moved = any(change.field == "given_address" for change in changes)
    said = []
    for change in changes:
        if change.field in _FOLLOWS or (moved and change.field == "location"):
            continue
        if change.model in _SEALED:
            verb = "one more" if change.field == "added" else "another last day"
            said.append({"name": "Health flag", "old": KEPT_SEALED, "new": verb})
        elif change.field == "added":
            said.append({"name": "Somebody else of the home", "old": "", "new": change.new})
        else:
            name = _COLUMN_WORDS.get(change.field, change.field.replace("_", " ").capitalize())
            old, new = (_value_words(change.field, value) for value in (change.old, change.new))
            if old and (change.model, change.field) in _SEALED_FIELDS:
                old = KEPT_SEALED
            said.append({"name": name, "old": old, "new": new})
    return said or [{"name": "Where it lies", "old": "", "new": "looked up again"}]


def _value_words(field: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if field == "languages":
        return phrases.languages(value)
    if field == "location":
        return "another point"
    if field == "max_km":
        return f"{value:g} km"
    for name, choices in (
        ("urgency", Request.Urgency),
        ("mode", Mode),
        ("quality", GeocodeQuality),
    ):
        if field == name:
            return str(choices(value).label)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part).replace("-", " ") for part in value)
    if isinstance(value, dt.datetime):
        return day_words(timezone.localtime(value).date())
    if isinstance(value, dt.date):
        return day_words(value)
    return str(value)


def day_words(day: dt.date) -> str:
    """Say a date as people write it."""
    return f"{day:%-d %B %Y}"


def newer_words(outcome: Outcome) -> str:
    """Say which is newer, the row or what is here, as far as anybody knows."""
    here = outcome.changed_here_at
    if here is None:
        return ""
    here_on = timezone.localtime(here).date()
    last = f"Here it was last changed on {day_words(here_on)}"
    if outcome.written_on is None:
        return f"{last}. The sheet does not say when the row was written."
    if outcome.written_on > here_on:
        return f"The row is newer: written on {day_words(outcome.written_on)}. {last}."
    if outcome.written_on < here_on:
        return f"What is here is newer. The row is of {day_words(outcome.written_on)}. {last}."
    return f"Both are of {day_words(here_on)}."


def summary(counts: Mapping[str, int]) -> str:
    """Say what a sheet would do: `"212 new, 31 changed, 6 unclear, 4 rejected"`."""
    return ", ".join(f"{n:,} {word}" for word, n in counts.items() if n) or "no rows"


def taken_words(taken: Mapping[str, int]) -> str:
    """Say how many of what: `"243 neighbours and 12 requests"`.

    >>> taken_words({"households": 243, "volunteers": 0, "requests": 1})
    '243 neighbours and 1 request'
    """
    parts = [count(n, *KIND_WORDS[kind]) for kind, n in taken.items() if n]
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
