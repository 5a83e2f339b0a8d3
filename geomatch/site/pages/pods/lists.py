"""Street lists of the published plan, to look at and to print."""

from __future__ import annotations

import logging
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_list_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from geomatch.core.errors import InputError
from geomatch.core.phrases import counted
from geomatch.network.access import ORGANIZERS, NetworkRequest, network_view
from geomatch.network.models import Role
from geomatch.network.scope import use_network
from geomatch.site.pages.neighbours.neighbours import pod_mark
from geomatch.site.pages.pods.street_lists import print_pods
from geomatch.site.shell.phrases import plan_name, when
from geomatch.site.shell.turns import BusyError
from maps.streetlists.model import Details, Language, Order, PrintOptions
from maps.streetlists.render import PrintError
from pods.models import Plan
from pods.selectors import pods_of_reader, published_plan, shown_point_person

logger = logging.getLogger(__name__)

ORDERS = (
    ("walk", gettext_lazy("A short walk")),
    ("odd-even", gettext_lazy("Odd, then even")),
    ("street", gettext_lazy("By street")),
)
DETAILS = (
    ("minimum", gettext_lazy("Name and address")),
    ("contact", gettext_lazy("Phone and languages too")),
)
LANGUAGES = (("en", "English"), ("es", "Español"), ("tl", "Tagalog"))


@network_view(Role.ORGANIZER, Role.POINT_PERSON)
def street_lists(request: NetworkRequest) -> HttpResponse:
    """List the pods whose lists the reader may print: all for organizers, else their own."""
    plan = published_plan()
    context: dict[str, Any] = {"blocked": "", "next_step": None, "lead": "", "back": None}
    context |= _none_published(request) if plan is None else _to_print(request, plan)
    return render(request, "maps/street_lists.html", context)


@network_view(Role.ORGANIZER, Role.POINT_PERSON, enter=False)
def street_lists_pdf(request: NetworkRequest) -> HttpResponse:
    """Print all lists the reader may print, as one file."""
    return _printed(request, "street-lists.pdf")


@network_view(Role.ORGANIZER, Role.POINT_PERSON, enter=False)
def street_list_pdf(request: NetworkRequest, pod: int) -> HttpResponse:
    """Print one pod's list."""
    return _printed(request, f"pod-{pod}.pdf", number=pod)


def _none_published(request: NetworkRequest) -> dict[str, Any]:
    plans = {
        "label": gettext("Look at the plans"),
        "url": reverse("plan_list", args=[request.network.slug]),
        "icon": "pods",
    }
    return {
        "blocked": gettext("Lists are printed from a published plan, and none is published yet."),
        "next_step": plans if request.roles & ORGANIZERS else None,
    }


def _to_print(request: NetworkRequest, plan: Plan) -> dict[str, Any]:
    assert plan.published_at is not None  # publishing writes it
    pods = pods_of_reader(plan, request.roles, request.user.pk)
    return {
        "lead": counted(
            "%(n)s pod of %(plan)s, published %(when)s.",
            "%(n)s pods of %(plan)s, published %(when)s.",
            len(pods),
            plan=plan_name(plan),
            when=when(plan.published_at),
        ),
        "options": _options(),
        "all_url": reverse("street_lists_pdf", args=[request.network.slug]),
        "pods": [_pod_row(request, plan, pod) for pod in pods],
    }


def _printed(request: NetworkRequest, file_name: str, **which: int) -> HttpResponse:
    with use_network(request.network, reading=True):
        plan = published_plan()
        if plan is None and which:
            raise Http404
        pods = pods_of_reader(plan, request.roles, request.user.pk)
        chosen = get_list_or_404(pods, **which) if which else list(pods)
    try:
        pdf = print_pods(request.network, plan, chosen, _asked(request))
    except InputError as error:
        messages.error(request, str(error))
        return redirect("street_lists", network=request.network.slug)
    except (BusyError, PrintError) as error:
        logger.error("A street list of %d pods was not printed: %s", len(chosen), error)
        return _not_printed(request, is_busy=isinstance(error, BusyError), pods=len(chosen))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    return response


def _not_printed(request: NetworkRequest, *, is_busy: bool, pods: int) -> HttpResponse:
    context = {
        "is_busy": is_busy,
        "pods": pods,
        "lists_url": reverse("street_lists", args=[request.network.slug]),
    }
    response = render(request, "maps/not_printed.html", context, status=503)
    response["Retry-After"] = "60"
    return response


def _asked(request: NetworkRequest) -> PrintOptions:
    """Read the options; an unknown one is refused by `PrintOptions` itself."""
    asked = request.GET
    return PrintOptions(
        date=timezone.localdate(),
        order=cast("Order", asked.get("order", "walk")),
        details=cast("Details", asked.get("details", "minimum")),
        language=cast("Language", asked.get("language", "en")),
        large_print=asked.get("large_print") == "1",
    )


def _options() -> dict[str, Any]:
    def choices(pairs: tuple[tuple[str, str | Promise], ...]) -> list[dict[str, Any]]:
        return [{"value": value, "label": label} for value, label in pairs]

    return {
        "orders": choices(ORDERS),
        "order": "walk",
        "languages": choices(LANGUAGES),
        "language": "en",
        "details": choices(DETAILS),
        "detail": "minimum",
        "large_print": False,
    }


def _pod_row(request: NetworkRequest, plan: Plan, pod: Any) -> dict[str, Any]:
    slug = request.network.slug
    page = reverse("plan_map", kwargs={"network": slug, "version": plan.version})
    leader = shown_point_person(pod, request.roles)
    mark = pod_mark(pod, page if request.roles & ORGANIZERS else "")
    return mark | {
        "homes": pod.printed_homes,
        "people": pod.printed_people,
        "point_person": leader.name if leader else "",
        "pdf_url": reverse("street_list_pdf", kwargs={"network": slug, "pod": pod.number}),
    }
