"""The list of members and the invitations that are out: a steward's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.members.accounts import name_of
from geomatch.network.members.invitations import invite, invite_anew, revoke
from geomatch.network.members.lists import person_numbered, ready_to_look_after
from geomatch.network.members.roles import REMOVED, let_back_in
from geomatch.network.models import AuditEvent, Invitation, Role
from geomatch.site.pages.members.context import day, link_context, list_context, said_roles
from geomatch.site.pages.members.forms import InviteForm


@network_view()
def member_list(request: NetworkRequest) -> HttpResponse:
    """List who works here, who is invited, and who was removed lately."""
    context = list_context(request.network, request.user)
    return render(request, "members/member_list.html", context)


@network_view()
def member_invite(request: NetworkRequest) -> HttpResponse:
    """Make an invitation, and show its link once."""
    sent = request.POST if request.method == "POST" else None
    form = InviteForm(sent, people=ready_to_look_after())
    if form.is_valid():
        said = form.cleaned_data
        try:
            invitation, token = invite(
                network=request.network,
                roles=[Role(role) for role in said["roles"]],
                actor=request.user,
                name=said["name"],
                person=person_numbered(said["person"]),
            )
        except InputError as error:
            form.add_error(None, str(error))
        else:
            return _shown(request, invitation, token)
    context = {"form": form, "back": _back(request)}
    return render(request, "members/invite.html", context, status=422 if form.errors else 200)


@require_POST
@network_view()
def member_invite_anew(request: NetworkRequest, invitation: int) -> HttpResponse:
    """Give an invitation a new link, and show it once."""
    row = get_object_or_404(Invitation, pk=invitation)
    try:
        token = invite_anew(network=request.network, invitation=row, actor=request.user)
    except InputError as error:
        messages.error(request, str(error))
        return redirect("member_list", network=request.network.slug)
    row.refresh_from_db()
    return _shown(request, row, token)


@require_POST
@network_view()
def member_revoke(request: NetworkRequest, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    row = get_object_or_404(Invitation, pk=invitation)
    try:
        revoke(network=request.network, invitation=row, actor=request.user)
        messages.success(request, _("Taken back. The link opens nothing any more."))
    except InputError as error:
        messages.error(request, str(error))
    return redirect("member_list", network=request.network.slug)


@require_POST
@network_view()
def member_restore(request: NetworkRequest, event: int) -> HttpResponse:
    """Let somebody back in who was removed lately."""
    removal = get_object_or_404(AuditEvent, pk=event, verb=REMOVED)
    try:
        user = let_back_in(network=request.network, event=removal, actor=request.user)
        said = _("%(name)s is a member again, and signs in anew.") % {"name": name_of(user)}
        messages.success(request, said)
    except InputError as error:
        messages.error(request, str(error))
    return redirect("member_list", network=request.network.slug)


def _shown(request: NetworkRequest, invitation: Invitation, token: str) -> HttpResponse:
    who = invitation.name or _("Whoever opens it")
    said = {"who": who, "roles": said_roles(invitation.roles), "day": day(invitation.expires_at)}
    context = link_context(request, "invitation", token) | {
        "title": _("The invitation is ready"),
        "lead": _("%(who)s will be: %(roles)s. Works once, until %(day)s.") % said,
        "beside": _("Let them scan this, beside you. Nothing is sent anywhere."),
        "warning": _(
            "The link is shown only now. Whoever opens it first comes in: hand it to them, "
            "not to a group chat."
        ),
        "back": _back(request),
    }
    return render(request, "members/link.html", context)


def _back(request: NetworkRequest) -> dict[str, str]:
    return {"label": _("Members"), "url": reverse("member_list", args=[request.network.slug])}
