"""Requests, volunteers, and the matches between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.gzip import gzip_page

from geomatch.core.phrases import counted
from geomatch.core.retelling import retold
from geomatch.matching.models import Assignment, Match, Reasons
from geomatch.matching.selectors import (
    RequestNumbers,
    current_matches,
    newest_assignment,
    request_numbers,
    visible_requests,
    visible_volunteers,
    without_anybody,
)
from geomatch.matching.services import network_policy
from geomatch.matching.streets import lacks_streets
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.models import Request, Role, Run, Volunteer
from geomatch.network.selectors.numbers import network_numbers
from geomatch.network.selectors.people import skill_labels
from geomatch.network.selectors.searching import Search
from geomatch.site.jobs.progress import work_under_way
from geomatch.site.pages.matching import request_rows
from geomatch.site.shell import map_data, phrases
from geomatch.site.shell.forms import searched
from geomatch.site.shell.phrases import and_hidden
from maps.data import MatchMapData
from maps.elements import map_parts, match_map
from maps.payload import match_payload

PER_PAGE = 50
CAME_LATER = gettext_noop("Nobody was looked for yet; match again.")
HELPED_UNSEEN = gettext_noop("A volunteer of a hidden home is found; only stewards know.")
QUIET = Q(person__household__quiet=True)


@network_view(Role.COORDINATOR)
def match_board(request: NetworkRequest) -> HttpResponse:
    """Show the proposed matches on the map and in a table, and who has nobody, and why."""
    request_rows.pass_on_overdue(request.network)
    slug = request.network.slug
    urls = (reverse("match_data", args=[slug]), reverse("ground_data", args=[slug]))
    figure = match_map(MatchMapData([], [], title=gettext("Matches")), urls=urls)
    figure.config["units"] = request.network.distance_units
    numbers, assignment = request_numbers(), newest_assignment()
    unmatched, unmatched_hidden = _unmatched_rows(assignment, request)
    context = {
        "map": map_parts(figure),
        "title": gettext("Matches"),
        "lead": _lead(request, assignment, numbers),
        "back": {"label": gettext("Requests"), "url": reverse("request_list", args=[slug])},
        "run": work_under_way(request.network, request.roles, Run.Kind.MATCH),
        "matches": _match_rows(request),
        "unmatched": unmatched,
        "unmatched_hidden": unmatched_hidden,
        "next_step": _match_step(request),
        "others": _offer_steps(request, numbers),
    }
    return render(request, "matching/match_board.html", context)


@network_view(Role.COORDINATOR)
@gzip_page
def match_data(request: NetworkRequest) -> JsonResponse:
    """Answer requests, volunteers and matches, for the map."""
    return map_data.private_json(
        match_payload(map_data.match_map_data(request.network, request.roles))
    )


@network_view(Role.COORDINATOR, reads=True)
def request_list(request: NetworkRequest) -> HttpResponse:
    """List what people ask for. The search is POSTed: a name never stands in an address."""
    asked, search = request.POST, searched(request)
    rows = _asked_for(request, search)
    page = Paginator(rows, PER_PAGE).get_page(asked.get("page"))
    page.object_list = _request_rows(page.object_list, request)
    context = {
        "lead": _open_requests(request),
        "next_step": _match_step(request),
        "others": _request_steps(request.network.slug),
        "search": _search(gettext("Search requests"), search),
        "selects": [
            _select("state", gettext("State"), Request.State.choices, asked.get("state", "")),
            _select(
                "urgency", gettext("Urgency"), Request.Urgency.choices, asked.get("urgency", "")
            ),
        ],
        "sort": "",
        "filtered": bool(search.text) or any(asked.get(name) for name in ("state", "urgency")),
        "found": _found(rows),
        "page": page,
    }
    return render(request, "matching/request_list.html", context)


def _request_steps(slug: str) -> list[dict[str, str]]:
    return [
        {"label": gettext("Match map"), "url": reverse("match_map", args=[slug]), "icon": "map"},
        {"label": gettext("Offers"), "url": reverse("offer_list", args=[slug]), "icon": "half"},
    ]


def _open_requests(request: NetworkRequest) -> str:
    numbers = network_numbers(request.roles)
    said = counted("%(n)s open request", "%(n)s open requests", numbers.open_requests)
    said = and_hidden(
        said,
        numbers.apart("open_requests"),
        "%(n)s hidden open request",
        "%(n)s hidden open requests",
    )
    return f"{said}."


@network_view(Role.COORDINATOR, reads=True)
def volunteer_list(request: NetworkRequest) -> HttpResponse:
    """List who offers help."""
    search, skill = searched(request), request.POST.get("skill", "")
    rows = _offering(request, search, skill)
    page: Page[Any] = Paginator(rows, PER_PAGE).get_page(request.POST.get("page"))
    page.object_list = [
        _volunteer_row(volunteer, request.network.slug) for volunteer in page.object_list
    ]
    shown, hidden = _apart(rows)
    said = counted("%(n)s volunteer", "%(n)s volunteers", shown)
    said = and_hidden(said, hidden, "%(n)s hidden volunteer", "%(n)s hidden volunteers")
    context = {
        "lead": f"{said}.",
        "found": gettext("%(volunteers)s found") % {"volunteers": said},
        "next_step": None,
        "others": None,
        "search": _search(gettext("Search volunteers"), search),
        "selects": [_select("skill", gettext("Kind of help"), skill_labels().items(), skill)],
        "sort": "",
        "filtered": bool(search.text or skill),
        "page": page,
    }
    return render(request, "matching/volunteer_list.html", context)


def _asked_for(request: NetworkRequest, search: Search) -> Any:
    """Narrow the requests to what was searched for."""
    asked, rows = request.POST, visible_requests(request.roles)
    if search.words:
        rows = rows.filter(search.matching(_has_word) | Q(ref__iexact=search.text))
    if (state := asked.get("state", "")) in Request.State:
        rows = rows.filter(state=state)
    if asked.get("urgency") in {"1", "2", "4"}:
        rows = rows.filter(urgency=asked["urgency"])
    return rows


def _has_word(word: str) -> Q:
    return Q(person__name__icontains=word) | Q(ref__iexact=word)


def _offering(request: NetworkRequest, search: Search, skill: str) -> list[Volunteer]:
    """Narrow the volunteers to what was searched for; hidden ones are for stewards."""
    rows = visible_volunteers(request.roles)
    if search.words:
        rows = rows.filter(search.matching(_has_word) | Q(ref__iexact=search.text))
    return [row for row in rows if not skill or skill in row.skills]


def _lead(request: NetworkRequest, assignment: Assignment | None, numbers: RequestNumbers) -> str:
    """Say how far it is. Counted anew: the solver's own figures hold hidden households too."""
    if assignment is None:
        return gettext("Nothing is matched yet.")
    said = counted(
        "%(served)s of %(n)s request have somebody; %(how_good)s.",
        "%(served)s of %(n)s requests have somebody; %(how_good)s.",
        numbers.open,
        served=numbers.served,
        how_good=phrases.optimality(assignment.gap),
    )
    waiting = visible_requests(request.roles).filter(state=Request.State.OPEN)
    hidden = waiting.filter(person__household__hidden=True).count()
    quiet = waiting.filter(QUIET).exclude(person__household__hidden=True).count()
    if quiet:
        said += " " + counted(
            "%(n)s request of quiet homes, on no map.",
            "%(n)s requests of quiet homes, on no map.",
            quiet,
        )
    if hidden:
        said += " " + counted(
            "%(n)s request of hidden homes, on no map.",
            "%(n)s requests of hidden homes, on no map.",
            hidden,
        )
    if lacks_streets(network_policy()):
        said += f" {gettext(phrases.NO_STREETS)}"
    return said


def _match_step(request: NetworkRequest) -> dict[str, Any] | None:
    numbers = network_numbers(request.roles)
    if not numbers.known("open_requests"):
        return None
    return {
        "label": phrases.match_label(numbers.open_requests),
        "url": reverse("start_matching", args=[request.network.slug]),
        "method": "post",
        "icon": "hand",
    }


def _offer_steps(request: NetworkRequest, numbers: RequestNumbers) -> list[dict[str, str]]:
    """Apply the suggestions, or look after the offers they became."""
    slug, steps = request.network.slug, []
    all_seen = current_matches(request.roles).filter(state=Match.State.PROPOSED)
    hidden = all_seen.filter(request__state=Request.State.OPEN).count() - numbers.suggested
    if numbers.suggested + hidden:
        url = reverse("offer_everybody", args=[slug])
        label = counted("Offer %(n)s suggestion", "Offer %(n)s suggestions", numbers.suggested)
        label = and_hidden(label, hidden, "%(n)s hidden suggestion", "%(n)s hidden suggestions")
        steps.append({"label": label, "url": url, "method": "post", "icon": "check"})
    url = reverse("offer_list", args=[slug])
    return [*steps, {"label": gettext("Offers"), "url": url, "icon": "half"}]


def _match_rows(request: NetworkRequest) -> list[dict[str, Any]]:
    policy = network_policy()
    units, slug = request.network.distance_units, request.network.slug
    rows = []
    for match in current_matches(request.roles):
        rows.append(
            {
                "request": f"{map_data.what(match.request.skills)} · {match.request.person.name}",
                "request_url": reverse("request_detail", args=[slug, match.request_id]),
                "who": match.volunteer.person.name,
                "state": match.state,
                "distance": phrases.away(match.distance_m, match.walk_m, units),
                "score": match.score,
                "parts": [
                    {"name": name, "value": points, "most": most}
                    for name, points, most, _ in map_data.part_words(match, policy, units)
                ],
                "pinned": match.pinned,
            }
        )
    return rows


def _unmatched_rows(
    assignment: Assignment | None, request: NetworkRequest
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """List the open requests that have nobody, and apart, for a steward, those of hidden homes."""
    if assignment is None:
        return [], []
    rows: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    helped = set(current_matches(request.roles).values_list("request_id", flat=True))
    waiting = visible_requests(request.roles).filter(state=Request.State.OPEN)
    for row in without_anybody(waiting):
        rows[_is_hidden(row)].append(
            {
                "request": f"{map_data.what(row.skills)} · {row.person.name}",
                "url": reverse("request_detail", args=[request.network.slug, row.pk]),
                "urgency": _urgency(row),
                "reason": gettext(HELPED_UNSEEN) if row.pk in helped else _reason(assignment, row),
                "change": "",
            }
        )
    return rows


def _reason(assignment: Assignment, row: Request) -> str:
    reason = assignment.unmatched.get(str(row.pk))
    return retold(reason["sentence"]) if reason else gettext(CAME_LATER)


def _found(rows: Iterable[Request]) -> str:
    shown, hidden = _apart(rows)
    said = counted("%(n)s request", "%(n)s requests", shown)
    said = and_hidden(said, hidden, "%(n)s hidden request", "%(n)s hidden requests")
    return gettext("%(requests)s found") % {"requests": said}


def _apart(rows: Iterable[Request | Volunteer]) -> tuple[int, int]:
    """Count what a list has, and apart what is of hidden homes."""
    hidden = [_is_hidden(row) for row in rows]
    return hidden.count(False), hidden.count(True)


def _is_hidden(row: Request | Volunteer) -> bool:
    return row.person.household is not None and row.person.household.hidden


def _request_rows(rows: Any, request: NetworkRequest) -> list[dict[str, Any]]:
    rows = list(rows)
    matches = {match.request_id: match for match in current_matches(request.roles)}
    assignment = newest_assignment()
    reasons = assignment.unmatched if assignment else {}
    return [_request_row(row, matches.get(row.pk), reasons, request) for row in rows]


def _request_row(
    row: Request, match: Match | None, reasons: Reasons, request: NetworkRequest
) -> dict[str, Any]:
    found = ""
    if match:
        found = match.volunteer.person.name
        if away := phrases.away(match.distance_m, match.walk_m, request.network.distance_units):
            found += f", {away}"
    return {
        "ref": row.ref,
        "url": reverse("request_detail", args=[request.network.slug, row.pk]),
        "what": map_data.what(row.skills),
        "who": row.person.name,
        "urgency": _urgency(row),
        "mode": row.get_mode_display(),
        "languages": phrases.languages(row.languages),
        "state": row.state,
        "match": found,
        "reason": retold(reasons[str(row.pk)]["sentence"]) if str(row.pk) in reasons else "",
        "age": phrases.when(row.created_at),
    }


def _urgency(row: Request) -> str:
    return {2: "soon", 4: "urgent"}.get(row.urgency, "")


def _volunteer_row(volunteer: Volunteer, slug: str) -> dict[str, Any]:
    resting = volunteer.resting_until and volunteer.resting_until >= timezone.localdate()
    tasks = volunteer.matches.filter(state=Match.State.ACCEPTED).count()
    state = "resting" if resting else "full" if tasks >= volunteer.capacity else "active"
    return {
        "ref": volunteer.ref,
        "url": reverse("volunteer_detail", args=[slug, volunteer.pk]),
        "name": volunteer.person.name,
        "skills": map_data.what(volunteer.skills),
        "languages": phrases.languages(volunteer.person.languages),
        "reach": gettext("up to %(km)s km") % {"km": f"{volunteer.max_km:g}"},
        "drives": volunteer.vehicle,
        "tasks": tasks,
        "capacity": volunteer.capacity,
        "state": state,
        "resting_until": phrases.day_of_year(until)
        if resting and (until := volunteer.resting_until)
        else "",
        "pod": None,
    }


def _search(label: str, search: Search) -> dict[str, str]:
    return {
        "name": "text",
        "label": label,
        "value": search.text,
        "placeholder": gettext("A name"),
        "note": search.note,
    }


def _select(name: str, label: str, choices: Any, value: str) -> dict[str, Any]:
    options = [{"value": "", "label": gettext("All")}]
    options += [{"value": str(code), "label": str(text).capitalize()} for code, text in choices]
    return {"name": name, "label": label, "value": value, "options": options}
