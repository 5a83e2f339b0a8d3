"""Offers: answered by the volunteer's link, or noted by a coordinator after a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from geomatch.core.errors import InputError
from geomatch.core.phrases import counted
from geomatch.matching import links, offers, rounds
from geomatch.matching.models import Match
from geomatch.matching.selectors import (
    RequestNumbers,
    request_numbers,
    visible_matches,
    waiting_offers,
    whereabouts,
)
from geomatch.network.access import NetworkRequest, network_view, public_view
from geomatch.network.models import Network, Role
from geomatch.network.scope import use_network
from geomatch.network.speaking import speak_first
from geomatch.site.pages.matching import request_rows
from geomatch.site.pages.matching.offer_phrases import OfferWords, offer_words
from geomatch.site.shell import phrases
from geomatch.site.shell.map_data import what
from pods.selectors import published_pod_of_households

# What a volunteer may say by the link.
BY_LINK: Mapping[str, Callable[..., object]] = {
    "yes": offers.accept,
    "no": offers.decline,
    "off": offers.call_off,
    "done": offers.complete,
}
# What a coordinator may note, and what the page then says.
NOTED: Mapping[str, tuple[Callable[..., object], str]] = {
    "tell": (offers.tell, gettext_noop("The link is ready; the time to answer runs from now.")),
    "yes": (offers.accept, gettext_noop("Noted: {who} goes.")),
    "no": (offers.decline, gettext_noop("Noted. That is never held against anybody.")),
    "off": (offers.call_off, gettext_noop("Called off. The request is open again.")),
    "done": (offers.complete, gettext_noop("Done. The address is hidden from {who} again.")),
    "not done": (offers.not_done, gettext_noop("Taken back: {who} is still on it.")),
    "unpin": (offers.unpin, gettext_noop("Matching again may choose somebody else.")),
}


@public_view
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
def offer_answer(request: HttpRequest) -> HttpResponse:
    """Let a volunteer answer an offer by its link, without an account.

    The address of the page names nothing; what follows its `#` never leaves the browser but in the
    body of a POST.
    """
    if request.method != "POST":
        return render(request, "matching/offer_open.html")
    token, said = request.POST.get("token", "").strip(), request.POST.get("said", "")
    network, trouble = links.network_of(token), ""
    if network is None:
        return render(request, "matching/offer_useless.html", status=404)
    with use_network(network, reading=not said):
        match = links.match_of(token)
        if match is not None and said in BY_LINK:
            trouble = _answered(network, match, said)
            match = links.match_of(token)
        if match is None:
            return render(request, "matching/offer_useless.html", status=404)
        spoken = match.volunteer.person.languages
        with speak_first(request, spoken, over_browser=True):
            context = _offer(network, match) | {"token": token, "trouble": trouble}
            return render(request, "matching/offer.html", context)


@require_POST
@network_view(Role.COORDINATOR)
def match_answer(request: NetworkRequest, match: int) -> HttpResponse:
    """Note what was said on the phone, or that the offer is on its way."""
    row = get_object_or_404(visible_matches(request.roles), pk=match)
    work, told = NOTED.get(request.POST.get("said", ""), (None, ""))
    try:
        if work is None:
            raise InputError(gettext("Say what to note: a yes, a no, called off, or done."))
        work(network=request.network, match=row, actor=request.user)
        messages.success(request, gettext(told).format(who=row.volunteer.person.name))
    except InputError as error:
        messages.error(request, str(error))
    if request.POST.get("back") == "offers":
        return redirect("offer_list", network=request.network.slug)
    return redirect("request_detail", network=request.network.slug, ask=row.request_id)


@network_view(Role.COORDINATOR)
def offer_list(request: NetworkRequest) -> HttpResponse:
    """List the offers that wait: whom to call or to send a link, and whose time runs."""
    request_rows.pass_on_overdue(request.network)
    rows, numbers = list(waiting_offers(request.roles)), request_numbers()
    by_helper = sorted(rows, key=lambda m: (m.answer_by is not None, m.volunteer_id))
    units = request.network.distance_units
    groups = [
        {"offers": (listed := [request_rows.offer_row(request, m, units) for m in group])}
        | listed[0]
        for _, group in groupby(by_helper, key=lambda m: (m.answer_by is not None, m.volunteer_id))
    ]
    context = {
        "lead": _waiting(numbers, hidden=len(rows) - numbers.to_tell - numbers.asked),
        "groups": groups,
        "next_step": None,
        "back": {
            "label": gettext("Matches"),
            "url": reverse("match_map", args=[request.network.slug]),
        },
    }
    return render(request, "matching/offer_list.html", context)


def _waiting(numbers: RequestNumbers, *, hidden: int) -> str:
    said = counted(
        "%(n)s offer to tell, %(asked)s asked",
        "%(n)s offers to tell, %(asked)s asked",
        numbers.to_tell,
        asked=numbers.asked,
    )
    said = phrases.and_hidden(said, hidden, "%(n)s hidden offer", "%(n)s hidden offers")
    return f"{said}."


@require_POST
@network_view(Role.COORDINATOR)
def offer_everybody(request: NetworkRequest) -> HttpResponse:
    """Apply the matches: every suggestion becomes an offer to tell."""
    asked, left = rounds.offer_all(
        network=request.network, actor=request.user, pod_of=published_pod_of_households()
    )
    said = counted(
        "%(n)s offer to tell. Send the links, or call.",
        "%(n)s offers to tell. Send the links, or call.",
        asked,
    )
    messages.success(request, said)
    if left:
        late = counted(
            "%(n)s suggestion does not fit any more; match again.",
            "%(n)s suggestions do not fit any more; match again.",
            left,
        )
        messages.warning(request, late)
    return redirect("offer_list", network=request.network.slug)


def _answered(network: Network, match: Match, said: str) -> str:
    """Do what the volunteer said; return why it could not be done, or nothing."""
    pods = {"pod_of": published_pod_of_households()} if said == "no" else {}
    try:
        BY_LINK[said](network=network, match=match, actor=None, **pods)
    except InputError as error:
        return str(error)
    return ""


def _offer(network: Network, match: Match) -> dict[str, Any]:
    """Say what a volunteer may know of an offer: no name and no address before their yes."""
    standing, asked = links.standing(match, timezone.now()), match.request
    said = offer_words([get_language() or "en"])
    rows = [
        (said.how, said.modes[asked.mode]),
        (said.how_far, _roughly_away(match, network.distance_units, said)),
        (said.when, said.times(asked.availability)),
        (said.they_speak, said.languages(asked.languages or asked.person.languages)),
        (said.needed, said.car if asked.needs_vehicle else ""),
    ]
    return {
        "standing": standing,
        "said": said,
        "heading": said.headings[standing].format(match.volunteer.person.name),
        "explained": said.explained[standing],
        "asks_for": said.asks_for.format(network.name),
        "what": what(asked.skills),
        "facts": [{"name": name, "value": value} for name, value in rows if value],
        "until": said.answer_until.format(said.until(match.answer_by)) if match.answer_by else "",
        "place": whereabouts(match) if standing == "accepted" else None,
    }


def _roughly_away(match: Match, units: str, said: OfferWords) -> str:
    """Say how far it is: “next door” would be the address."""
    metres = match.away_m
    if match.request.mode == "remote" or metres is None:
        return ""
    if metres < NEAR_M:
        return said.less_than.format(phrases.distance(NEAR_M, units))
    return phrases.distance(metres, units)


NEAR_M = 500
