"""Requests, volunteers, and the matches between them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page

from geomatch.matching.models import Assignment, Match, Reasons
from geomatch.matching.services import network_policy
from geomatch.matching.streets import lacks_streets
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.models import Request, Role, Run, Skill, Volunteer
from geomatch.site import asking, mapdata, words
from geomatch.site.forms import searched
from geomatch.site.progress import work_under_way
from geomatch.site.words import count
from maps.data import MatchMapData
from maps.elements import map_parts, match_map
from maps.payload import match_payload

PER_PAGE = 50
WITHHELD = Q(person__household__hidden=True) | Q(person__household__quiet=True)


@network_view(Role.COORDINATOR)
def match_board(request: NetworkRequest) -> HttpResponse:
    """Show the proposed matches on the map and in a table, and who has nobody, and why."""
    asking.pass_on_overdue(request.network)
    slug = request.network.slug
    urls = (reverse("match_data", args=[slug]), reverse("ground_data", args=[slug]))
    figure = match_map(MatchMapData([], [], title="Matches"), urls=urls)
    figure.config["units"] = request.network.distance_units
    waiting = _visible_requests(request).filter(state=Request.State.OPEN).count()
    assignment = Assignment.objects.first()
    off_map = _visible_requests(request).filter(WITHHELD, state=Request.State.OPEN).count()
    context = {
        "map": map_parts(figure),
        "title": "Matches",
        "lead": _lead(request, assignment, waiting, off_map),
        "back": {"label": "Requests", "url": reverse("request_list", args=[slug])},
        "run": work_under_way(request.network, request.roles, Run.Kind.MATCH),
        "matches": _match_rows(request),
        "unmatched": _unmatched_rows(assignment, request),
        "next_step": _match_step(slug, waiting),
        "others": _offer_steps(request),
    }
    return render(request, "matching/match_board.html", context)


@network_view(Role.COORDINATOR)
@gzip_page
def match_data(request: NetworkRequest) -> JsonResponse:
    """Answer requests, volunteers and matches, for the map."""
    return mapdata.private_json(
        match_payload(mapdata.match_map_data(request.network, request.roles))
    )


@network_view(Role.COORDINATOR)
def request_list(request: NetworkRequest) -> HttpResponse:
    """List what people ask for. The search is POSTed: a name never stands in an address."""
    asked, text = request.POST, searched(request)
    rows = _asked_for(request, text)
    waiting = _visible_requests(request).filter(state=Request.State.OPEN).count()
    slug = request.network.slug
    page = Paginator(rows, PER_PAGE).get_page(asked.get("page"))
    page.object_list = _request_rows(page.object_list, request)
    context = {
        "lead": f"{count(waiting, 'request is', 'requests are')} open.",
        "next_step": _match_step(slug, waiting),
        "others": [
            {"label": "Match map", "url": reverse("match_map", args=[slug]), "icon": "map"},
            {"label": "Offers", "url": reverse("offer_list", args=[slug]), "icon": "half"},
        ],
        "search": _search("Search requests", text),
        "selects": [
            _select("state", "State", Request.State.choices, asked.get("state", "")),
            _select("urgency", "Urgency", Request.Urgency.choices, asked.get("urgency", "")),
        ],
        "sort": "",
        "filtered": any(asked.get(name) for name in ("text", "state", "urgency")),
        "page": page,
    }
    return render(request, "matching/request_list.html", context)


@network_view(Role.COORDINATOR)
def volunteer_list(request: NetworkRequest) -> HttpResponse:
    """List who offers help."""
    text, skill = searched(request), request.POST.get("skill", "")
    rows = _offering(request, text, skill)
    page = Paginator(rows, PER_PAGE).get_page(request.POST.get("page"))
    page.object_list = [
        _volunteer_row(volunteer, request.network.slug) for volunteer in page.object_list
    ]
    context = {
        "lead": f"{count(len(rows), 'volunteer')}.",
        "next_step": None,
        "others": None,
        "search": _search("Search volunteers", text),
        "selects": [
            _select("skill", "Kind of help", Skill.objects.values_list("code", "label"), skill)
        ],
        "sort": "",
        "filtered": bool(text or skill),
        "page": page,
    }
    return render(request, "matching/volunteer_list.html", context)


def _asked_for(request: NetworkRequest, text: str) -> Any:
    """Narrow the requests to what was searched for."""
    asked, rows = request.POST, _visible_requests(request)
    if text:
        rows = rows.filter(Q(person__name__icontains=text) | Q(ref__iexact=text))
    if (state := asked.get("state", "")) in Request.State:
        rows = rows.filter(state=state)
    if asked.get("urgency") in {"1", "2", "4"}:
        rows = rows.filter(urgency=asked["urgency"])
    return rows


def _offering(request: NetworkRequest, text: str, skill: str) -> list[Volunteer]:
    """Narrow the volunteers to what was searched for; hidden ones are for stewards."""
    rows = Volunteer.objects.select_related("person__household").order_by("person__name", "id")
    if Role.STEWARD not in request.roles:
        rows = rows.exclude(person__household__hidden=True)
    if text:
        rows = rows.filter(Q(person__name__icontains=text) | Q(ref__iexact=text))
    return [row for row in rows if not skill or skill in row.skills]


def _lead(
    request: NetworkRequest, assignment: Assignment | None, waiting: int, off_map: int
) -> str:
    """Say how far it is. Counted anew: the solver's own figures hold hidden households too."""
    if assignment is None:
        return "Nothing is matched yet."
    found = mapdata.current_matches(request.roles).filter(request__state=Request.State.OPEN)
    served = found.values("request_id").distinct().count()
    said = f"{served} of {count(waiting, 'request')} have somebody; "
    said += f"{words.optimality(assignment.gap)}."
    if off_map:
        said += (
            f" {count(off_map, 'request is', 'requests are')} of hidden or quiet homes, on no map."
        )
    if lacks_streets(network_policy()):
        said += f" {words.NO_STREETS}"
    return said


def _match_step(slug: str, waiting: int) -> dict[str, Any] | None:
    if not waiting:
        return None
    return {
        "label": f"Match {count(waiting, 'open request')}",
        "url": reverse("start_matching", args=[slug]),
        "method": "post",
        "icon": "hand",
    }


def _offer_steps(request: NetworkRequest) -> list[dict[str, str]]:
    """Apply the suggestions, or look after the offers they became."""
    slug, steps = request.network.slug, []
    suggested = mapdata.current_matches(request.roles).filter(state=Match.State.PROPOSED).count()
    if suggested:
        url = reverse("offer_everybody", args=[slug])
        label = f"Offer {count(suggested, 'suggestion')}"
        steps.append({"label": label, "url": url, "method": "post", "icon": "check"})
    return [*steps, {"label": "Offers", "url": reverse("offer_list", args=[slug]), "icon": "half"}]


def _visible_requests(request: NetworkRequest) -> Any:
    rows = Request.objects.select_related("person__household")
    if Role.STEWARD in request.roles:
        return rows
    return rows.exclude(person__household__hidden=True)


def _match_rows(request: NetworkRequest) -> list[dict[str, Any]]:
    policy = network_policy()
    units, slug = request.network.distance_units, request.network.slug
    rows = []
    for match in mapdata.current_matches(request.roles):
        rows.append(
            {
                "request": f"{mapdata.what(match.request.skills)} · {match.request.person.name}",
                "request_url": reverse("request_detail", args=[slug, match.request_id]),
                "who": match.volunteer.person.name,
                "state": match.state,
                "distance": words.away(match.distance_m, match.walk_m, units),
                "score": match.score,
                "parts": [
                    {"name": name, "value": points, "most": most}
                    for name, points, most, _ in mapdata.part_words(match, policy, units)
                ],
                "pinned": match.pinned,
            }
        )
    return rows


def _unmatched_rows(assignment: Assignment | None, request: NetworkRequest) -> list[dict[str, Any]]:
    if assignment is None:
        return []
    reasons = assignment.unmatched
    rows = _visible_requests(request).filter(pk__in=reasons)
    return [
        {
            "request": f"{mapdata.what(row.skills)} · {row.person.name}",
            "url": reverse("request_detail", args=[request.network.slug, row.pk]),
            "urgency": _urgency(row),
            "reason": reasons[str(row.pk)]["sentence"],
            "change": "",
        }
        for row in rows
    ]


def _request_rows(rows: Any, request: NetworkRequest) -> list[dict[str, Any]]:
    rows = list(rows)
    matches = {match.request_id: match for match in mapdata.current_matches(request.roles)}
    assignment = Assignment.objects.first()
    reasons = assignment.unmatched if assignment else {}
    return [_request_row(row, matches.get(row.pk), reasons, request) for row in rows]


def _request_row(
    row: Request, match: Match | None, reasons: Reasons, request: NetworkRequest
) -> dict[str, Any]:
    found = ""
    if match:
        found = match.volunteer.person.name
        if away := words.away(match.distance_m, match.walk_m, request.network.distance_units):
            found += f", {away}"
    return {
        "ref": row.ref,
        "url": reverse("request_detail", args=[request.network.slug, row.pk]),
        "what": mapdata.what(row.skills),
        "who": row.person.name,
        "urgency": _urgency(row),
        "mode": row.get_mode_display(),
        "languages": words.languages(row.languages),
        "state": row.state,
        "match": found,
        "reason": reasons[str(row.pk)]["sentence"] if str(row.pk) in reasons else "",
        "age": words.when(row.created_at),
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
        "skills": mapdata.what(volunteer.skills),
        "languages": words.languages(volunteer.person.languages),
        "reach": f"up to {volunteer.max_km:g} km",
        "drives": volunteer.vehicle,
        "tasks": tasks,
        "capacity": volunteer.capacity,
        "state": state,
        "resting_until": f"{volunteer.resting_until:%-d %B}" if resting else "",
        "pod": None,
    }


def _search(label: str, value: str) -> dict[str, str]:
    return {"name": "text", "label": label, "value": value, "placeholder": "A name"}


def _select(name: str, label: str, choices: Any, value: str) -> dict[str, Any]:
    options = [{"value": "", "label": "All"}]
    options += [{"value": str(code), "label": str(text).capitalize()} for code, text in choices]
    return {"name": name, "label": label, "value": value, "options": options}
