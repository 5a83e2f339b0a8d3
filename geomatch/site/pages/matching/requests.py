"""One request: who could go, who cannot and why, and asking somebody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.matching import offers
from geomatch.matching.insertion import best_insertion, take_insertion
from geomatch.matching.models import Match
from geomatch.matching.selectors import (
    Candidates,
    candidates,
    live_match,
    visible_helpers,
)
from geomatch.matching.services import network_policy
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.models import Request, Role, Volunteer
from geomatch.site.pages.matching import request_rows
from geomatch.site.shell import map_data
from maps.data import MatchMapData
from maps.elements import map_parts, match_map
from maps.payload import match_payload
from pods.selectors import published_pod_of_households

NOBODY = Candidates((), (), 0, 0)


@network_view(Role.COORDINATOR)
def request_detail(request: NetworkRequest, ask: int) -> HttpResponse:
    """Show a request on the map with its best volunteers, and everybody else with the reason."""
    request_rows.pass_on_overdue(request.network)
    asked = visible_request(request, ask)
    slug, found = request.network.slug, _candidates(request, asked)
    urls = (reverse("request_data", args=[slug, ask]), reverse("ground_data", args=[slug]))
    figure = match_map(MatchMapData([], []), urls=urls)
    figure.config |= {"units": request.network.distance_units, "bare": True}
    context = {
        "map": map_parts(figure),
        "title": f"{map_data.what(asked.skills)} · {asked.person.name}",
        "lead": request_rows.lead(asked),
        "back": {"label": gettext("Requests"), "url": reverse("request_list", args=[slug])},
        "next_step": None,
        "others": None,
        "facts": request_rows.facts(asked),
        "home_url": _home_url(slug, asked),
        "ask_url": reverse("request_ask", args=[slug, ask]),
        "pin_url": reverse("request_pin", args=[slug, ask]),
        **_standing(request, asked, found),
    }
    return render(request, "matching/request_detail.html", context)


@network_view(Role.COORDINATOR)
@gzip_page
def request_data(request: NetworkRequest, ask: int) -> JsonResponse:
    """Answer the request and its best volunteers, for the map."""
    asked = visible_request(request, ask)
    match = live_match(asked, request.roles)
    data = map_data.candidate_map_data(
        request.network, asked, _candidates(request, asked, top=20), match
    )
    return map_data.private_json(match_payload(data))


@require_POST
@network_view(Role.COORDINATOR)
def request_ask(request: NetworkRequest, ask: int) -> HttpResponse:
    """Ask a volunteer: the offer has a link to send, and can be answered for them by phone."""

    def work(asked: Request, volunteer: Volunteer) -> str:
        offers.offer(
            network=request.network,
            request=asked,
            volunteer=volunteer,
            actor=request.user,
            pod_of=published_pod_of_households(),
        )
        said = gettext("%(name)s is asked. Send the link, or call.")
        return said % {"name": volunteer.person.name}

    return _with_volunteer(request, ask, work)


@require_POST
@network_view(Role.COORDINATOR)
def request_pin(request: NetworkRequest, ask: int) -> HttpResponse:
    """Choose a volunteer without asking yet."""

    def work(asked: Request, volunteer: Volunteer) -> str:
        offers.pin(
            network=request.network,
            request=asked,
            volunteer=volunteer,
            actor=request.user,
            pod_of=published_pod_of_households(),
        )
        said = gettext("%(name)s is chosen. Matching again leaves that alone.")
        return said % {"name": volunteer.person.name}

    return _with_volunteer(request, ask, work)


@require_POST
@network_view(Role.COORDINATOR)
def request_take(request: NetworkRequest, ask: int) -> HttpResponse:
    """Let the request into the matched day as suggested."""
    asked = visible_request(request, ask)
    try:
        found = take_insertion(
            network=request.network,
            request=asked,
            actor=request.user,
            pod_of=published_pod_of_households(),
        )
        assert found.volunteer is not None
        said = gettext("%(name)s is suggested now.") % {"name": found.volunteer.person.name}
        messages.success(request, said)
    except InputError as error:
        messages.error(request, str(error))
    return redirect("request_detail", network=request.network.slug, ask=ask)


def visible_request(request: NetworkRequest, pk: int) -> Request:
    """Return a request the reader may know of, or answer 404."""
    rows = Request.objects.select_related("person__household", "network")
    if Role.STEWARD not in request.roles:
        rows = rows.exclude(person__household__hidden=True)
    return get_object_or_404(rows, pk=pk)


def _with_volunteer(request: NetworkRequest, ask: int, work: Any) -> HttpResponse:
    """Do something with the volunteer whose button was pressed, and go back."""
    asked = visible_request(request, ask)
    chosen = request.POST.get("volunteer", "")
    rows = visible_helpers(request.roles).filter(
        pk=chosen if chosen.isdecimal() and len(chosen) < 12 else 0
    )
    try:
        if (volunteer := rows.first()) is None:
            raise InputError(gettext("Choose a volunteer from the list."))
        messages.success(request, work(asked, volunteer))
    except InputError as error:
        messages.error(request, str(error))
    return redirect("request_detail", network=request.network.slug, ask=ask)


def _candidates(request: NetworkRequest, asked: Request, top: int = 20) -> Candidates:
    if asked.state != Request.State.OPEN:
        return NOBODY
    return candidates(
        asked,
        roles=request.roles,
        pod_of=published_pod_of_households(),
        today=timezone.localdate(),
        top=top,
    )


def _standing(request: NetworkRequest, asked: Request, found: Candidates) -> dict[str, Any]:
    """Say how far the request has come, and who could go."""
    units, policy = request.network.distance_units, network_policy()
    match = live_match(asked, request.roles)
    newcomer = best_insertion(
        asked, pod_of=published_pod_of_households(), today=timezone.localdate()
    )
    suggested = match is not None and match.state == Match.State.PROPOSED
    return {
        "state": asked.state,
        "match": request_rows.offer_row(request, match, units) if match else None,
        "volunteer": match.volunteer_id if suggested else None,
        "insertion": request_rows.insertion_row(newcomer, asked),
        "open": asked.state == Request.State.OPEN,
        "choices": [request_rows.candidate_row(c, asked, policy, units) for c in found.choices],
        "n_feasible": found.n_feasible,
        "excluded": request_rows.excluded_rows(found),
        "n_excluded": found.n_excluded,
    }


def _home_url(slug: str, asked: Request) -> str:
    home = asked.person.household_id
    return reverse("household_detail", args=[slug, home]) if home else ""
