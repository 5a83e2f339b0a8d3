"""One volunteer: what they do, and handing all of it over when they cannot."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from geomatch.core.errors import InputError
from geomatch.core.phrases import counted
from geomatch.matching.handovers import Handed, HandoverPlan, hand_over_tasks, plan_handover
from geomatch.matching.offers import LIVE
from geomatch.matching.selectors import visible_helpers, visible_matches
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.models import Role, Volunteer
from geomatch.site.pages.matching import request_rows
from geomatch.site.shell import phrases
from geomatch.site.shell.forms import HandoverForm
from geomatch.site.shell.map_data import what
from pods.selectors import published_pod_of_households


@network_view(Role.COORDINATOR)
def volunteer_detail(request: NetworkRequest, volunteer: int) -> HttpResponse:
    """Show what somebody offers and what they have to do."""
    helper = get_object_or_404(visible_helpers(request.roles), pk=volunteer)
    mine = visible_matches(request.roles).filter(volunteer=helper, state__in=LIVE).order_by("id")
    units = request.network.distance_units
    tasks = [request_rows.offer_row(request, match, units) for match in mine]
    handover = {
        "label": _button(len(tasks)),
        "url": reverse("volunteer_handover", args=[request.network.slug, volunteer]),
        "icon": "switch",
    }
    context = {
        "name": helper.person.name,
        "lead": what(helper.skills),
        "back": {
            "label": gettext("Volunteers"),
            "url": reverse("volunteer_list", args=[request.network.slug]),
        },
        "next_step": handover if tasks else None,
        "facts": _facts(helper),
        "tasks": tasks,
    }
    return render(request, "matching/volunteer_detail.html", context)


@network_view(Role.COORDINATOR)
def volunteer_handover(request: NetworkRequest, volunteer: int) -> HttpResponse:
    """Show who would take over everything somebody had to do; do so when told to."""
    helper = get_object_or_404(visible_helpers(request.roles), pk=volunteer)
    form = HandoverForm(request.POST or None)
    pod_of = published_pod_of_households()
    if request.method == "POST" and form.is_valid():
        try:
            plan = hand_over_tasks(
                network=request.network,
                volunteer=helper,
                actor=request.user,
                pod_of=pod_of,
                **form.cleaned_data,
            )
            messages.success(request, _handed_over(plan))
            return redirect("offer_list", network=request.network.slug)
        except InputError as error:
            messages.error(request, str(error))
    plan = plan_handover(helper, pod_of=pod_of, today=timezone.localdate())
    context = _handover(request, helper, plan) | {"form": form}
    return render(request, "matching/volunteer_handover.html", context)


def _handed_over(plan: HandoverPlan) -> str:
    return counted(
        "Handed over. %(n)s call to make, or links to send.",
        "Handed over. %(n)s calls to make, or links to send.",
        len(plan.calls),
    )


def _button(tasks: int) -> str:
    return counted("Hand over %(n)s task", "Hand over %(n)s tasks", tasks)


def _handover(request: NetworkRequest, helper: Volunteer, plan: HandoverPlan) -> dict[str, Any]:
    seen = set(visible_matches(request.roles).filter(volunteer=helper).values_list("pk", flat=True))
    shown = [handed for handed in plan.tasks if handed.match.pk in seen]
    taken = sum(handed.taker is not None for handed in shown)
    of_tasks = counted(
        "%(taken)s of %(n)s task", "%(taken)s of %(n)s tasks", len(shown), taken=taken
    )
    return {
        "name": helper.person.name,
        "lead": counted(
            "%(n)s phone call would place %(tasks)s. Nobody else’s tasks change.",
            "%(n)s phone calls would place %(tasks)s. Nobody else’s tasks change.",
            len(plan.calls),
            tasks=of_tasks,
        ),
        "back": {
            "label": helper.person.name,
            "url": reverse("volunteer_detail", args=[request.network.slug, helper.pk]),
        },
        "next_step": None,
        "calls": [
            {"who": who.person.name, "phone": who.person.phone, "tasks": tasks}
            for who, tasks in plan.calls
        ],
        "tasks": [_handed_row(handed, request.network.slug) for handed in shown],
        "proven": plan.proven,
        "fingerprint": plan.fingerprint,
        "button": _button(len(shown)),
    }


def _handed_row(handed: Handed, slug: str) -> dict[str, str]:
    return {
        "what": what(handed.match.request.skills),
        "for_whom": handed.match.request.person.name,
        "url": reverse("request_detail", args=[slug, handed.match.request_id]),
        "state": handed.match.state,
        "taker": handed.taker.person.name if handed.taker else "",
    }


def _reach(helper: Volunteer) -> str:
    km = {"km": f"{helper.max_km:g}"}
    if helper.vehicle:
        return gettext("up to %(km)s km, with a car") % km
    return gettext("up to %(km)s km") % km


def _facts(helper: Volunteer) -> list[dict[str, str]]:
    resting = helper.resting_until
    rest = phrases.day(resting) if resting and resting >= timezone.localdate() else ""
    rows = [
        (gettext("Speaks"), phrases.languages(helper.person.languages)),
        (gettext("Goes"), _reach(helper)),
        (gettext("When"), request_rows.times(helper.availability)),
        (
            gettext("How often"),
            counted("%(n)s task a week", "%(n)s tasks a week", helper.capacity),
        ),
        (gettext("Rests until"), rest),
        (gettext("Phone"), helper.person.phone),
    ]
    return [{"name": name, "value": value} for name, value in rows if value]
