"""What every page of a network shows in its rail, as far as the reader's roles reach."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from geomatch.network.access import COORDINATORS, EVERY_ROLE, STAFF, NetworkRequest
from geomatch.network.models import Member, Role

LIST_READERS = frozenset({Role.STEWARD, Role.ORGANIZER, Role.POINT_PERSON})


class Entry(NamedTuple):
    """One entry of the rail."""

    label: str | Promise
    view: str
    icon: str
    roles: frozenset[Role]


ENTRIES = (
    Entry(gettext_lazy("Home"), "dashboard", "home", EVERY_ROLE),
    Entry(gettext_lazy("Neighbours"), "household_list", "neighbours", STAFF),
    Entry(gettext_lazy("Pods"), "plan_list", "pods", STAFF),
    Entry(gettext_lazy("Requests"), "request_list", "requests", COORDINATORS),
    Entry(gettext_lazy("Volunteers"), "volunteer_list", "volunteers", COORDINATORS),
    Entry(gettext_lazy("Lists"), "street_lists", "lists", LIST_READERS),
    Entry(gettext_lazy("Members"), "member_list", "user", frozenset({Role.STEWARD})),
    Entry(gettext_lazy("Settings"), "settings", "settings", STAFF),
)
# Pages that belong to an entry without being it.
SECTIONS = {
    "household_detail": "household_list",
    "place_queue": "household_list",
    "place_household": "household_list",
    "import_upload": "household_list",
    "import_preview": "household_list",
    "import_result": "household_list",
    "duplicate_list": "household_list",
    "duplicate_pair": "household_list",
    "signup_list": "household_list",
    "signup_form": "settings",
    "plan_map": "plan_list",
    "match_map": "request_list",
    "request_detail": "request_list",
    "offer_list": "request_list",
    "volunteer_detail": "volunteer_list",
    "volunteer_handover": "volunteer_list",
    "policy_edit": "settings",
    "member_invite": "member_list",
    "member_invite_anew": "member_list",
    "member_detail": "member_list",
    "member_remove": "member_list",
    "member_password": "member_list",
    "geocoding_settings": "settings",
}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation`, `network`, `roles` and where to change network."""
    if not hasattr(request, "network"):
        return {}
    request = cast("NetworkRequest", request)
    network = request.network
    here = (request.resolver_match.url_name if request.resolver_match else None) or ""
    current = SECTIONS.get(here, here)
    several = Member.objects.filter(user=request.user).values("network").distinct().count() > 1
    return {
        "network": network,
        "roles": request.roles,
        "second_step_by": request.second_step_by,
        "home_url": reverse("dashboard", args=[network.slug]),
        "network_switch_url": reverse("network_choose") if several else "",
        "navigation": [
            {
                "label": entry.label,
                "url": reverse(entry.view, args=[network.slug]),
                "icon": entry.icon,
                "current": entry.view == current,
            }
            for entry in ENTRIES
            if request.roles & entry.roles
        ],
    }
