"""The location queue: homes whose point somebody should look at, one after the other."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.locating.pins import place_by_hand, undo_placement
from geomatch.network.models import Household, Placement, Role
from geomatch.network.selectors.candidates import typed_point
from geomatch.network.selectors.households import visible_households
from geomatch.network.selectors.numbers import network_numbers
from geomatch.site.jobs.progress import place_step
from geomatch.site.pages.neighbours.place_queue import Queue, lead, place_context
from geomatch.site.shell.forms import searched, typed

_CANDIDATE = re.compile(r"(?P<point>\S+, \S+) (?P<address>.*)", re.DOTALL)


@never_cache
@network_view(Role.ORGANIZER)
def place_queue(request: NetworkRequest) -> HttpResponse:
    """Go to the home whose point is worst, or say that none is left."""
    slug = request.network.slug
    queue = Queue.around(request.roles, None)
    if queue.ids:
        return redirect("place_household", network=slug, household=queue.ids[0])
    numbers = network_numbers(request.roles)
    context = {
        "lead": lead(request.roles),
        "back": {"label": gettext("Neighbours"), "url": reverse("household_list", args=[slug])},
        "next_step": place_step(request.network, numbers) if numbers.known("unlooked") else None,
        "onward": {
            "label": gettext("Go on to the pods"),
            "url": reverse("plan_list", args=[slug]),
            "icon": "pods",
        },
    }
    return render(request, "network/place_none.html", context)


@never_cache
@network_view(Role.ORGANIZER, reads=True)
def place_household(request: NetworkRequest, household: int) -> HttpResponse:
    """Show one home beside the map. What is looked for is POSTed, as every search is."""
    home = get_object_or_404(visible_households(request.roles), pk=household)
    search = searched(request, "find")
    context = place_context(request.network, request.roles, home, " ".join(search.words))
    context |= {"words": typed(request, "words"), "note": search.note}
    return render(request, "network/place.html", context)


@require_POST
@never_cache
@network_view(Role.ORGANIZER)
def place_put(request: NetworkRequest, household: int) -> HttpResponse:
    """Put one home where the pin or the chosen place is, and go on to the next."""
    home = get_object_or_404(visible_households(request.roles), pk=household)
    following = Queue.around(request.roles, home.pk).step(1)
    slug = request.network.slug
    try:
        _put(request, home)
    except InputError as error:
        messages.error(request, str(error))
        return redirect("place_household", network=slug, household=home.pk)
    messages.success(request, _placed(home))
    if following is None:
        return redirect("place_queue", network=slug)
    return redirect("place_household", network=slug, household=following)


@require_POST
@never_cache
@network_view(Role.ORGANIZER)
def placement_undo(request: NetworkRequest, placement: int) -> HttpResponse:
    """Put a home back where it was before somebody placed it."""
    homes = visible_households(request.roles)
    taken = get_object_or_404(Placement, pk=placement, household__in=homes)
    try:
        undo_placement(network=request.network, placement=taken, actor=request.user)
        messages.success(request, gettext("The pin is back where it was before."))
    except InputError as error:
        messages.error(request, str(error))
    return redirect("place_household", network=request.network.slug, household=taken.household_id)


def _placed(home: Household) -> str:
    if not home.address:
        return gettext("This home is placed by hand.")
    return gettext("%(address)s is placed by hand.") % {"address": home.address}


def _put(request: NetworkRequest, home: Household) -> None:
    """Read a chosen place or the pin, and place the home there."""
    chosen = _CANDIDATE.fullmatch(typed(request, "candidate"))
    lonlat = typed_point(chosen["point"] if chosen else typed(request, "point"))
    if lonlat is None:
        raise InputError(
            gettext(
                "Put the pin on the map first, or write latitude and longitude, such as "
                "58.30, -134.42."
            )
        )
    place_by_hand(
        network=request.network,
        household=home,
        lonlat=lonlat,
        address=chosen["address"] if chosen else "",
        meeting_place=typed(request, "meeting_place"),
        actor=request.user,
        seen=typed(request, "seen"),
    )
