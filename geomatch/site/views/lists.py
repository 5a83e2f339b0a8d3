"""Street lists of the published plan, to look at and to print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from geomatch.core.errors import InputError
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.models import Role
from geomatch.site.paper import lists_of, print_lists
from geomatch.site.views.neighbours import pod_mark
from geomatch.site.words import count, when
from maps.streetlists.model import PrintOptions
from pods.models import Plan, Pod
from pods.selectors import ORGANIZERS, pods_of_reader, published_plan, shown_point_person

ORDERS = (("walk", "A short walk"), ("odd-even", "Odd, then even"), ("street", "By street"))
DETAILS = (("minimum", "Name and address"), ("contact", "Phone and languages too"))
LANGUAGES = (("en", "English"), ("es", "Español"), ("tl", "Tagalog"))


@network_view(Role.ORGANIZER, Role.POINT_PERSON)
def street_lists(request: NetworkRequest) -> HttpResponse:
    """List the pods whose lists the reader may print: all for organizers, else their own."""
    plan = published_plan()
    slug = request.network.slug
    context: dict[str, Any] = {"blocked": "", "next_step": None, "lead": "", "back": None}
    if plan is None:
        context["blocked"] = "Lists are printed from a published plan, and none is published yet."
        if request.roles & ORGANIZERS:
            context["next_step"] = {
                "label": "Look at the plans",
                "url": reverse("plan_list", args=[slug]),
                "icon": "pods",
            }
        return render(request, "maps/street_lists.html", context)
    pods = pods_of_reader(plan, request.roles, request.user.pk)
    context |= {
        "lead": f"{count(len(pods), 'pod')} of {plan}, published {when(plan.published_at)}.",
        "options": _options(),
        "all_url": reverse("street_lists_pdf", args=[slug]),
        "pods": [_pod_row(request, plan, pod) for pod in pods],
    }
    return render(request, "maps/street_lists.html", context)


@network_view(Role.ORGANIZER, Role.POINT_PERSON)
def street_lists_pdf(request: NetworkRequest) -> HttpResponse:
    """Print all lists the reader may print, as one file."""
    plan = published_plan()
    pods = pods_of_reader(plan, request.roles, request.user.pk) if plan else Pod.objects.none()
    return _printed(request, plan, list(pods), "street-lists.pdf")


@network_view(Role.ORGANIZER, Role.POINT_PERSON)
def street_list_pdf(request: NetworkRequest, pod: int) -> HttpResponse:
    """Print one pod's list."""
    plan = published_plan()
    pods = pods_of_reader(plan, request.roles, request.user.pk) if plan else Pod.objects.none()
    return _printed(request, plan, [get_object_or_404(pods, number=pod)], f"pod-{pod}.pdf")


def _printed(
    request: NetworkRequest, plan: Plan | None, pods: list[Pod], file_name: str
) -> HttpResponse:
    try:
        options = _asked(request)
        lists = lists_of(request.network, plan, pods) if plan else []
        pdf = print_lists(request.network, lists, options, contents=len(lists) > 1)
    except InputError as error:
        messages.error(request, str(error))
        return redirect("street_lists", network=request.network.slug)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    return response


def _asked(request: NetworkRequest) -> PrintOptions:
    """Read the options; an unknown one is refused by `PrintOptions` itself."""
    asked = request.GET
    return PrintOptions(
        date=timezone.localdate(),
        order=asked.get("order", "walk"),
        details=asked.get("details", "minimum"),
        language=asked.get("language", "en"),
        large_print=asked.get("large_print") == "1",
    )


def _options() -> dict[str, Any]:
    def choices(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
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
