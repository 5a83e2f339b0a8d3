"""Where people arrive: their networks, the first page of one, its settings."""

from __future__ import annotations

from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from geomatch.network.access import (
    COORDINATORS,
    EVERY_ROLE,
    ORGANIZERS,
    STAFF,
    NetworkRequest,
    SignedInRequest,
    network_view,
    public_view,
    signed_in_view,
)
from geomatch.network.members.accounts import name_of
from geomatch.network.models import Network, Role
from geomatch.network.selectors.members import memberships_in, networks_of
from geomatch.network.services.networks import rename_network
from geomatch.site.pages.geocoding.context import geocoding_card
from geomatch.site.pages.home import glossary
from geomatch.site.pages.home.dashboard import dashboard_context, own_tasks
from geomatch.site.pages.home.style_guide import style_context
from geomatch.site.shell import phrases


@public_view
def health(request: HttpRequest) -> HttpResponse:
    """Answer that the site and its database are awake."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@public_view
def style(request: HttpRequest) -> HttpResponse:
    """Show every component in all its states; routed only while developing."""
    return render(request, "site/style.html", style_context())


@signed_in_view
def home(request: SignedInRequest) -> HttpResponse:
    """Go to the one network somebody is in, or let them choose."""
    networks = list(networks_of(request.user))
    if len(networks) == 1:
        return redirect("dashboard", network=networks[0].slug)
    return redirect("network_choose")


@signed_in_view
def network_choose(request: SignedInRequest) -> HttpResponse:
    """List the networks somebody is in."""
    networks = [
        {
            "name": network.name,
            "town": network.town,
            "url": reverse("dashboard", args=[network.slug]),
            "roles": ", ".join(member.get_role_display().lower() for member in members),
        }
        for network, members in networks_of(request.user).items()
    ]
    return render(request, "site/network_choose.html", {"networks": networks})


@network_view(*EVERY_ROLE)
def dashboard(request: NetworkRequest) -> HttpResponse:
    """Show the network's numbers and the next step; others go to what is theirs."""
    if not request.roles & STAFF:
        if Role.POINT_PERSON in request.roles:
            return redirect("street_lists", network=request.network.slug)
        return render(request, "site/my_tasks.html", own_tasks(request.user))
    context = dashboard_context(request.network, request.roles)
    return render(request, "site/dashboard.html", context)


class NetworkForm(forms.Form):
    """What a network is called."""

    name = forms.CharField(
        max_length=120,
        label=gettext("Its name"),
        help_text=gettext("It stands on every page, on invitations and on paper."),
    )


@network_view(*STAFF)
def settings(request: NetworkRequest) -> HttpResponse:
    """Show how the network is set up, and the reader's own account."""
    network = request.network
    members = [
        {"name": name_of(member.user), "roles": member.get_role_display()}
        for member in memberships_in(network)
    ]
    context = {
        "form": _name_form(request),
        "form_url": reverse("network_rename", args=[network.slug]),
        "members_url": _members_url(request),
        "geocoding": geocoding_card(network) if request.roles & ORGANIZERS else None,
        "facts": _facts(network),
        "policy": _policy_link(request),
        "signups": _signups_link(request),
        "members": members,
        "account": _account_links(),
    }
    return render(request, "site/settings.html", context)


@require_POST
@network_view()
def network_rename(request: NetworkRequest) -> HttpResponse:
    """Call the network something else."""
    form = NetworkForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        rename_network(network=request.network, name=name, actor=request.user)
        messages.success(request, gettext("Saved."))
    else:
        messages.error(request, gettext("Write a name of at most 120 letters."))
    return redirect("settings", network=request.network.slug)


def _name_form(request: NetworkRequest) -> NetworkForm | None:
    is_steward = Role.STEWARD in request.roles
    return NetworkForm(initial={"name": request.network.name}) if is_steward else None


@network_view(*EVERY_ROLE)
def numbers(request: NetworkRequest) -> HttpResponse:
    """Say what each word and each number means."""
    return render(request, "site/numbers.html", glossary.in_words())


def _facts(network: Network) -> list[dict[str, str]]:
    upload = f"{django_settings.UPLOAD_LIMIT_BYTES >> 20} MB"
    return [
        {"name": gettext("Web address of its pages"), "value": f"/{network.slug}/"},
        {"name": gettext("Languages spoken here"), "value": phrases.languages(network.languages)},
        {"name": gettext("Distances"), "value": network.get_distance_units_display()},
        {"name": gettext("Largest upload"), "value": upload},
    ]


def _members_url(request: NetworkRequest) -> str:
    if Role.STEWARD not in request.roles:
        return ""
    return reverse("member_list", args=[request.network.slug])


def _policy_link(request: NetworkRequest) -> dict[str, str] | None:
    if not request.roles & COORDINATORS:
        return None
    url = reverse("policy_edit", args=[request.network.slug])
    return {"label": gettext("Matching policy"), "url": url}


def _signups_link(request: NetworkRequest) -> dict[str, str] | None:
    if not request.roles & ORGANIZERS:
        return None
    url = reverse("signup_form", args=[request.network.slug])
    if request.network.signup_open:
        return {"label": gettext("Public sign-up form (open)"), "url": url}
    return {"label": gettext("Public sign-up form (closed)"), "url": url}


def _account_links() -> list[dict[str, str]]:
    return [
        {
            "label": gettext("Your account"),
            "url": reverse("own_account"),
            "words": gettext("Your name, your password, and where you are signed in."),
        },
        {
            "label": gettext("Two-step sign-in"),
            "url": reverse("mfa_index"),
            "words": gettext("Something only you have, besides the password."),
        },
    ]
