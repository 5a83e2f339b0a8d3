"""The households of a network: the list, and one home."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from geomatch.core.phrases import counted
from geomatch.core.retelling import retold
from geomatch.network.access import ORGANIZERS, STAFF, NetworkRequest, network_view
from geomatch.network.models import Household, Person, Role
from geomatch.network.selectors.doubtful import is_unlooked
from geomatch.network.selectors.households import search_households, states_of, visible_households
from geomatch.network.selectors.numbers import Numbers, home_numbers, network_numbers
from geomatch.network.selectors.people import names_by_household
from geomatch.network.selectors.searching import Search
from geomatch.site.jobs.progress import fix_step, place_step
from geomatch.site.shell import phrases
from geomatch.site.shell.forms import searched, typed
from geomatch.site.shell.map_data import what
from pods.models import Plan
from pods.selectors import memberships_of, plan_in_use

PER_PAGE = 50
QUALITIES = (
    ("", gettext_lazy("Everywhere")),
    ("doubtful", gettext_lazy("Needs a look")),
    ("precise", gettext_lazy("On the map")),
    ("hand_placed", gettext_lazy("Placed by hand")),
    ("rooftop", gettext_lazy("At the home")),
    ("interpolated", gettext_lazy("Between two homes")),
    ("street", gettext_lazy("Only the street")),
    ("town", gettext_lazy("Only the town")),
    ("none", gettext_lazy("Not found")),
)
STATUSES = (
    ("", gettext_lazy("Everybody")),
    ("do_not_contact", gettext_lazy("Please skip")),
    ("quiet", gettext_lazy("Quiet")),
)
HIDDEN = ("hidden", gettext_lazy("Hidden address"))


@network_view(*STAFF, reads=True)
def household_list(request: NetworkRequest) -> HttpResponse:
    """List the homes. The search is POSTed: an address never stands in an address bar or a log."""
    asked, search = request.POST, searched(request)
    wanted = {name: typed(request, name) for name in ("quality", "status")}
    households = search_households(
        visible_households(request.roles),
        search=search,
        order=asked.get("sort", "street"),
        **wanted,
    )
    numbers = network_numbers(request.roles)
    slug = request.network.slug
    context = {
        "lead": _lead(numbers),
        "next_step": _next_step(request, numbers),
        "others": _others(request, numbers),
        **_filters(search, wanted, Role.STEWARD in request.roles),
        "sort": asked.get("sort", "street"),
        "filtered": bool(search.text) or any(wanted.values()),
        "found": _found(households),
        "page": _rows(slug, Paginator(households, PER_PAGE).get_page(asked.get("page"))),
    }
    return render(request, "network/household_list.html", context)


@network_view(*STAFF)
def household_detail(request: NetworkRequest, household: int) -> HttpResponse:
    """Show one home, and who lives there."""
    home = get_object_or_404(visible_households(request.roles), pk=household)
    slug = request.network.slug
    plan = plan_in_use()
    context = {
        "household": _household(home, plan, slug),
        "persons": [_person(person) for person in home.people.all()],
        "requests": _requests(home, request),
        "next_step": None,
        "others": _pin_button(home, request),
        "back": {"label": gettext("Neighbours"), "url": reverse("household_list", args=[slug])},
        "map_url": _map_url(home, plan, slug),
    }
    return render(request, "network/household_detail.html", context)


def _lead(numbers: Numbers) -> str:
    said = phrases.neighbours_in_homes(numbers)
    if numbers.volunteers_homes:
        more = counted(
            "%(n)s volunteer’s home besides, in no pod.",
            "%(n)s volunteers’ homes besides, in no pod.",
            numbers.volunteers_homes,
        )
        said += f" {more}"
    return said


def _found(households: QuerySet[Household]) -> str:
    """Say what a list has, each kind of home by its own word: their sum means nothing."""
    numbers = home_numbers(households)
    said = [counted("%(n)s home", "%(n)s homes", numbers.households)]
    if numbers.volunteers_homes:
        more = numbers.volunteers_homes
        said.append(counted("%(n)s volunteer’s home", "%(n)s volunteers’ homes", more))
    if numbers.hidden:
        said.append(counted("%(n)s hidden home", "%(n)s hidden homes", numbers.hidden))
    return gettext("%(homes)s found") % {"homes": ", ".join(said)}


def _filters(search: Search, wanted: dict[str, str], is_steward: bool) -> dict[str, Any]:
    statuses = (*STATUSES, HIDDEN) if is_steward else STATUSES
    return {
        "search": {
            "name": "text",
            "label": gettext("Search neighbours"),
            "value": search.text,
            "note": search.note,
            "placeholder": gettext("A name or a street"),
        },
        "selects": [
            _select("quality", gettext("Where it is"), QUALITIES, wanted["quality"]),
            _select("status", gettext("Status"), statuses, wanted["status"]),
        ],
    }


def _next_step(request: NetworkRequest, numbers: Numbers) -> dict[str, str] | None:
    """Say what the addresses need first: to be looked up, or somebody to look at them."""
    if not request.roles & ORGANIZERS:
        return None
    if numbers.known("unlooked"):
        return place_step(request.network, numbers)
    return fix_step(request.network, numbers) if numbers.known("doubtful") else None


def _others(request: NetworkRequest, numbers: Numbers) -> list[dict[str, str]]:
    slug = request.network.slug
    others = []
    if request.roles & ORGANIZERS:
        upload = reverse("import_upload", args=[slug])
        others.append({"label": gettext("Import a spreadsheet"), "url": upload})
        duplicates = reverse("duplicate_list", args=[slug])
        others.append({"label": gettext("Find duplicates"), "url": duplicates})
        if numbers.known("unlooked") and numbers.known("doubtful"):  # else it is the next step
            others.append(fix_step(request.network, numbers))
        if request.network.signup_open:
            others.append(
                {"label": gettext("Sign-ups"), "url": reverse("signup_list", args=[slug])}
            )
    return others


def _select(
    name: str, label: str, options: tuple[tuple[str, str | Promise], ...], value: str
) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "value": value,
        "options": [{"value": code, "label": text} for code, text in options],
    }


def _rows(slug: str, page: Page[Any]) -> Page[Any]:
    homes = list(page.object_list)
    pods = _pods_of(homes, plan_in_use(), slug)
    names = names_by_household(homes)
    page.object_list = [
        {
            "ref": home.ref,
            "url": reverse("household_detail", kwargs={"network": slug, "household": home.pk}),
            "name": ", ".join(names.get(home.pk, [])),
            "address": home.address,
            "people": home.people_count,
            "quality": _quality(home),
            "pod": pods.get(home.pk),
            "states": states_of(home),
        }
        for home in homes
    ]
    return page


def _quality(home: Household) -> str:
    """Return how precise a home's point is; what was not looked up yet is not "not found"."""
    return "unlooked" if is_unlooked(home) else home.quality


def _pods_of(homes: list[Household], plan: Plan | None, slug: str) -> dict[int, dict[str, Any]]:
    if plan is None:
        return {}
    url = reverse("plan_map", kwargs={"network": slug, "version": plan.version})
    return {
        membership.household_id: pod_mark(membership.pod, url)
        for membership in memberships_of(plan, homes)
    }


def pod_mark(pod: Any, url: str = "") -> dict[str, Any]:
    """Fill the small mark of a pod: its number on its colour."""
    return {"number": pod.number, "colour": pod.colour, "name": pod.name, "url": url}


def _household(home: Household, plan: Plan | None, slug: str) -> dict[str, Any]:
    place = None
    if home.location and not home.hidden:
        place = {"lat": home.location.y, "lon": home.location.x}
    return {
        "address": home.address,
        "given_address": home.given_address,
        "quality": _quality(home),
        "score_words": phrases.sureness(home.geocode_score),
        "reason": retold(home.geocode_reason),
        "people": home.people_count,
        "languages": phrases.languages(home.languages),
        "pod": _pods_of([home], plan, slug).get(home.pk),
        "states": states_of(home),
        "meeting_place": home.meeting_place,
        "meeting_until": home.meeting_until,
        "place": place,
        "notes": home.notes,
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "phone": person.phone,
        "languages": phrases.languages(person.languages),
        "drives": person.drives,
        "is_point_person": person.is_point_person,
    }


def _requests(home: Household, request: NetworkRequest) -> list[dict[str, Any]]:
    if not request.roles & {Role.STEWARD, Role.COORDINATOR}:
        return []
    slug = request.network.slug
    return [
        {
            "what": what(ask.skills),
            "urgency": ask.urgency,
            "state": ask.state,
            "url": reverse("request_detail", args=[slug, ask.pk]),
        }
        for person in home.people.all()
        for ask in person.requests.all()
    ]


def _pin_button(home: Household, request: NetworkRequest) -> list[dict[str, str]] | None:
    if not request.roles & ORGANIZERS:
        return None
    url = reverse("place_household", args=[request.network.slug, home.pk])
    return [
        {
            "label": gettext("Move the pin") if home.location else gettext("Put it on the map"),
            "url": url,
        }
    ]


def _map_url(home: Household, plan: Plan | None, slug: str) -> str | None:
    if plan is None or home.location is None or home.hidden:
        return None
    return reverse("plan_map", kwargs={"network": slug, "version": plan.version})
