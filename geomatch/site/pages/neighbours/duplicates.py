"""Neighbours who may stand in the register twice: the list, two side by side, and undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.core.phrases import counted
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.duplicates.finding import (
    Pair,
    declare_two,
    likeness_of,
    possible_duplicates,
)
from geomatch.network.duplicates.merging import (
    BOTH,
    FIELDS,
    KEPT,
    OTHER,
    merge_people,
    undo_merge,
)
from geomatch.network.models import Merge, Person, Role
from geomatch.site.shell import phrases
from geomatch.site.shell.phrases import when

PER_PAGE = 25
LATELY = 10
LABELS = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "languages": gettext_lazy("Speaks"),
    "notes": gettext_lazy("Notes"),
    "door": gettext_lazy("Lives at"),
}


@network_view(Role.ORGANIZER)
def duplicate_list(request: NetworkRequest) -> HttpResponse:
    """List the pairs that may be one neighbour, and the merges that can be undone."""
    pairs = possible_duplicates(request.roles)
    page = Paginator(pairs, PER_PAGE).get_page(request.GET.get("page"))
    slug = request.network.slug
    context = {
        "lead": _lead(len(pairs)),
        "back": {"label": gettext("Neighbours"), "url": reverse("household_list", args=[slug])},
        "page": _rows(slug, page),
        "merges": [_merge(slug, merge) for merge in _undoable(request)[:LATELY]],
    }
    return render(request, "network/duplicate_list.html", context)


@network_view(Role.ORGANIZER)
def duplicate_pair(request: NetworkRequest, one: int, other: int) -> HttpResponse:
    """Show two records side by side, and make them one as somebody chose, or let them be two."""
    pair = [get_object_or_404(_visible_people(request), pk=key) for key in (one, other)]
    if request.method == "POST" and one != other:
        said = _decide(request, *pair)
        if said is None:
            return redirect("duplicate_list", network=request.network.slug)
        messages.error(request, said)
    context = {
        "back": {
            "label": gettext("Possible duplicates"),
            "url": reverse("duplicate_list", args=[request.network.slug]),
        },
        "reasons": likeness_of(*pair).reasons,
        "people": [_person(person) for person in pair],
        "fields": _fields(*pair),
    }
    return render(request, "network/duplicate_pair.html", context)


@require_POST
@network_view(Role.ORGANIZER)
def duplicate_undo(request: NetworkRequest, merge: int) -> HttpResponse:
    """Make two records of a merged one again."""
    done = get_object_or_404(_undoable(request), pk=merge)
    try:
        stays = undo_merge(network=request.network, merge=done, actor=request.user)
    except InputError as error:  # somebody else pressed it first
        messages.error(request, f"{error}.")
    else:
        messages.success(request, gettext("They are two again."))
        for sentence in stays:
            messages.warning(request, gettext("%(what)s; that stays.") % {"what": sentence})
    return redirect("duplicate_list", network=request.network.slug)


def _decide(request: NetworkRequest, one: Person, other: Person) -> str | None:
    """Do what was chosen; return why it cannot be done, if so."""
    if request.POST.get("answer") == "two":
        declare_two(one, other)
        messages.success(request, gettext("Noted: they are two. You are not asked again."))
        return None
    chosen = {
        name: value
        for name, may in FIELDS.items()
        if (value := request.POST.get(name, KEPT)) in may
    }
    try:
        merge_people(
            network=request.network, kept=one, other=other, chosen=chosen, actor=request.user
        )
    except InputError as error:
        return f"{error}."
    messages.success(request, gettext("They are one now. You can undo it below."))
    return None


def _visible_people(request: NetworkRequest) -> Any:
    people = Person.objects.select_related("household", "volunteer")
    return people if Role.STEWARD in request.roles else people.exclude(household__hidden=True)


def _undoable(request: NetworkRequest) -> Any:
    merges = Merge.objects.filter(undone_at=None).select_related("kept", "actor")
    if Role.STEWARD in request.roles:
        return merges
    return merges.filter(hidden=False).exclude(kept__household__hidden=True)  # hidden since


def _lead(pairs: int) -> str:
    if not pairs:
        return ""
    return counted(
        "%(n)s pair looks like one neighbour written down twice.",
        "%(n)s pairs look like one neighbour written down twice.",
        pairs,
    )


def _rows(slug: str, page: Page) -> Page:
    page.object_list = [_pair(slug, pair) for pair in page.object_list]
    return page


def _pair(slug: str, pair: Pair) -> dict[str, Any]:
    arguments = {"network": slug, "one": pair.one, "other": pair.other}
    return {
        "who": pair.who,
        "score": pair.score,
        "reasons": ", ".join(pair.reasons),
        "url": reverse("duplicate_pair", kwargs=arguments),
    }


def _merge(slug: str, merge: Merge) -> dict[str, Any]:
    return {
        "name": merge.kept.name if merge.kept else gettext("Somebody"),
        "when": when(merge.at),
        "undo_url": reverse("duplicate_undo", kwargs={"network": slug, "merge": merge.pk}),
    }


def _person(person: Person) -> dict[str, Any]:
    """Say what hangs on a record, whichever is kept."""
    volunteer = getattr(person, "volunteer", None)
    requests = person.requests.count()
    facts = [
        pgettext("does so", "volunteers") if volunteer else "",
        counted("%(n)s request", "%(n)s requests", requests) if requests else "",
        gettext("willing point person") if person.is_point_person else "",
    ]
    return {"name": person.name, "facts": " · ".join(fact for fact in facts if fact)}


def _fields(one: Person, other: Person) -> list[dict[str, Any]]:
    """Return the fields in which the two differ, with what may be chosen for each."""
    fields = []
    for name, may in FIELDS.items():
        mine, theirs = _shown(one, name), _shown(other, name)
        if mine == theirs:
            continue
        both = BOTH in may and mine and theirs
        choices = [(KEPT, mine), (OTHER, theirs), *([(BOTH, gettext("Both"))] if both else [])]
        right = BOTH if both else KEPT if mine else OTHER
        fields.append(
            {
                "name": name,
                "label": LABELS[name],
                "choices": [
                    {"value": value, "text": text or gettext("nothing"), "checked": value == right}
                    for value, text in choices
                ],
            }
        )
    return fields


def _shown(person: Person, name: str) -> str:
    if name == "door":
        return person.household.given_address if person.household else ""
    value = getattr(person, name) or ""
    return phrases.languages(value) if name == "languages" else value
