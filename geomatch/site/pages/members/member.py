"""One member: what they may do, who they are, and the end of it. A steward's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.members import passwords, roles
from geomatch.network.members.accounts import name_of
from geomatch.network.members.lists import (
    MemberRow,
    member_of,
    members_of,
    people_to_tie,
    ready_to_look_after,
)
from geomatch.network.members.neighbours import tie_member, untie_member
from geomatch.network.members.sessions import sign_ins
from geomatch.network.models import Person, Role
from geomatch.network.selectors.members import networks_of
from geomatch.site.pages.members.context import link_context, member_line
from geomatch.site.pages.members.forms import RolesForm, called, person_choices
from geomatch.site.shell.forms import typed
from pods.leaders import hand_over_pods, pods_looked_after

# Roles that are handed over in one step: somebody must have them, and it should not be two.
HANDED_OVER = (Role.STEWARD, Role.POINT_PERSON)
MOST_FOUND = 20


@network_view()
def member_detail(request: NetworkRequest, member: int) -> HttpResponse:
    """Show one member and everything that can be changed about them."""
    return _page(request, _member(request, member))


@require_POST
@network_view()
def member_roles(request: NetworkRequest, member: int) -> HttpResponse:
    """Give a member other roles."""
    row, form = _member(request, member), RolesForm(request.POST)
    if not form.is_valid():
        return _page(request, row, roles_form=form, status=422)
    wanted = [Role(role) for role in form.cleaned_data["roles"]]

    def change() -> None:
        roles.change_roles(network=request.network, user=row.user, roles=wanted, actor=request.user)

    return _done(request, row, change, _("The roles are changed, from now on."))


@require_POST
@network_view()
def member_tie(request: NetworkRequest, member: int) -> HttpResponse:
    """Say which neighbour a member is, or look for one."""
    row = _member(request, member)
    if "find" in request.POST:
        return _page(request, row, text=typed(request, "text"))
    chosen = typed(request, "person")
    if not chosen:
        return _done(
            request,
            row,
            lambda: untie_member(network=request.network, user=row.user, actor=request.user),
            _("They are tied to no neighbour."),
        )
    person = get_object_or_404(Person, pk=chosen) if chosen.isdecimal() else None
    if person is None:
        raise Http404

    def tie() -> None:
        tie_member(network=request.network, user=row.user, person=person, actor=request.user)

    return _done(request, row, tie, _("They are %(name)s.") % {"name": person.name})


@require_POST
@network_view()
def member_hand_over(request: NetworkRequest, member: int) -> HttpResponse:
    """Give one of somebody's roles to another member; the old access ends."""
    row, taker = _member(request, member), typed(request, "taker")
    role = next((role for role in HANDED_OVER if role == request.POST.get("role")), None)
    if role is None or not taker.isdecimal():
        raise Http404
    to = _member(request, int(taker)).user
    people = {"giver": row.user, "taker": to, "actor": request.user}

    def hand_over() -> None:
        if role == Role.POINT_PERSON:
            hand_over_pods(network=request.network, **people)
        roles.hand_over(network=request.network, role=role, **people)

    said = _("Handed over to %(name)s. The old access has ended.") % {"name": name_of(to)}
    return _done(request, row, hand_over, said)


@require_POST
@network_view()
def member_password(request: NetworkRequest, member: int) -> HttpResponse:
    """Show a link to a new password, for somebody who stands beside the steward."""
    row = _member(request, member)
    try:
        token = passwords.offer_password(network=request.network, user=row.user, actor=request.user)
    except InputError as error:
        messages.error(request, str(error))
        return _to(request, row.user)
    context = link_context(request, "new_password", token) | {
        "title": _("A new password for %(name)s") % {"name": name_of(row.user)},
        "lead": _("Works once, for an hour. Their second step stays as it is."),
        "beside": _("Let them scan this, beside you. Only they choose the password."),
        "warning": _(
            "Whoever opens this link gets the account. Be sure who stands beside you, and do not "
            "send it."
        ),
        "back": {"label": name_of(row.user), "url": _url(request, row.user)},
    }
    return render(request, "members/link.html", context)


@require_POST
@network_view()
def member_more_days(request: NetworkRequest, member: int) -> HttpResponse:
    """Let a member do without a second step for another week."""
    row = _member(request, member)

    def give() -> None:
        roles.give_more_days(network=request.network, user=row.user, actor=request.user)

    return _done(request, row, give, _("They have seven days from now."))


@network_view()
def member_remove(request: NetworkRequest, member: int) -> HttpResponse:
    """Show what removing somebody does, and do it."""
    row = _member(request, member)
    if request.method == "POST":

        def remove() -> None:
            roles.remove_member(network=request.network, user=row.user, actor=request.user)

        said = _("%(name)s is removed. This can be undone for 7 days.")
        return _done(request, row, remove, said % {"name": name_of(row.user)})
    context = {
        "member": member_line(request.network, row, request.user),
        "elsewhere": any(other != request.network for other in networks_of(row.user)),
        "places": len(sign_ins(row.user)),
        "pods": [str(pod) for pod in pods_looked_after(row.user)],
        "back": {"label": name_of(row.user), "url": _url(request, row.user)},
    }
    return render(request, "members/remove.html", context)


def _member(request: NetworkRequest, number: int) -> MemberRow:
    row = member_of(request.network, number)
    if row is None:
        raise Http404
    return row


def _done(
    request: NetworkRequest, row: MemberRow, work: Callable[[], None], said: str
) -> HttpResponse:
    """Do it whole or not at all, say so, and go where the member still is."""
    try:
        with transaction.atomic():
            work()
        messages.success(request, said)
    except InputError as error:
        messages.error(request, str(error))
    if Role.STEWARD not in roles.roles_in(request.network, request.user):
        return redirect("home")
    return _to(request, row.user)


def _to(request: NetworkRequest, user: User) -> HttpResponse:
    if roles.roles_in(request.network, user):
        return redirect(_url(request, user))
    return redirect("member_list", network=request.network.slug)


def _url(request: NetworkRequest, user: User) -> str:
    return reverse("member_detail", args=[request.network.slug, user.pk])


def _page(
    request: NetworkRequest,
    row: MemberRow,
    *,
    roles_form: RolesForm | None = None,
    text: str = "",
    status: int = 200,
) -> HttpResponse:
    others = [other for other in members_of(request.network) if other.user.pk != row.user.pk]
    context: dict[str, Any] = {
        "member": member_line(request.network, row, request.user),
        "roles_form": roles_form or RolesForm(initial={"roles": [str(r) for r in row.roles]}),
        "person": called(row.person) if row.person else "",
        "people": _people(row, text),
        "text": text,
        "handovers": [
            {"role": role.value, "label": str(role.label).lower(), "takers": _takers(others)}
            for role in HANDED_OVER
            if role in row.roles and others
        ],
        "pods": [str(pod) for pod in pods_looked_after(row.user)],
        "no_password": passwords.why_not(request.user, row.user),
        "back": {
            "label": _("Members"),
            "url": reverse("member_list", args=[request.network.slug]),
        },
    }
    return render(request, "members/member.html", context, status=status)


def _people(row: MemberRow, text: str) -> list[tuple[str, str]]:
    """Return whom a member could be: those who are ready, or those of a name."""
    if not text:
        return person_choices(ready_to_look_after())[1:]
    return person_choices(people_to_tie(text, most=MOST_FOUND))[1:]


def _takers(others: list[MemberRow]) -> list[tuple[int, str]]:
    return [(other.user.pk, name_of(other.user)) for other in others]
