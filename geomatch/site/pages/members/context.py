"""What the pages of members show."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from geomatch.network.members.accounts import name_of
from geomatch.network.members.lists import (
    MemberRow,
    members_of,
    removed_lately,
    waiting_invitations,
)
from geomatch.network.members.stewards import stewards_of
from geomatch.network.models import Invitation, Network, Role
from geomatch.site.shell.phrases import when

SECOND_STEPS = {"webauthn": gettext_lazy("Passkey"), "totp": gettext_lazy("Authenticator app")}


def list_context(network: Network, reader: User) -> dict[str, Any]:
    """Fill the list of members."""
    rows, invitations = members_of(network), waiting_invitations()
    without = [row for row in rows if row.needed_by]
    people = ngettext("%d person signs in.", "%d people sign in.", len(rows)) % len(rows)
    out = ngettext("%d invitation is out.", "%d invitations are out.", len(invitations))
    return {
        "lead": f"{people} {out % len(invitations)}" if invitations else people,
        "next_step": {
            "label": _("Invite somebody"),
            "url": reverse("member_invite", args=[network.slug]),
            "icon": "plus",
        },
        "members": [member_line(network, row, reader) for row in rows],
        "without": _without_words(without),
        "one_steward": stewards_of(network) < 2,
        "invitations": [_invitation_line(network, invitation) for invitation in invitations],
        "removed": [
            {
                "name": name_of(user),
                "when": when(event.at),
                "url": reverse("member_restore", args=[network.slug, event.pk]),
            }
            for event, user in removed_lately(network)
        ],
    }


def member_line(network: Network, row: MemberRow, reader: User) -> dict[str, Any]:
    """Say one member as a line of a table."""
    return {
        "pk": row.user.pk,
        "name": name_of(row.user),
        "username": row.user.get_username(),
        "is_me": row.user.pk == reader.pk,
        "url": reverse("member_detail", args=[network.slug, row.user.pk]),
        "roles": said_roles(row.roles),
        "person": row.person.name if row.person else "",
        "second_step": ", ".join(str(SECOND_STEPS[kind]) for kind in row.second_steps),
        "needed_by": day(row.needed_by) if row.needed_by else "",
        "shut_out": bool(row.needed_by and row.needed_by <= timezone.now()),
        "last_here": when(row.user.last_login) if row.user.last_login else _("never"),
    }


def said_roles(roles: list[Role]) -> str:
    """Say roles in words: "steward, organizer"."""
    return ", ".join(str(Role(role).label).lower() for role in roles)


def day(moment: Any) -> str:
    """Say a day as people write it."""
    return date_format(timezone.localtime(moment), "j F Y")


def link_context(request: HttpRequest, view: str, token: str) -> dict[str, Any]:
    """Show a link that works once, and its square to scan."""
    link = f"{request.build_absolute_uri(reverse(view))}#{token}"
    return {"link": link, "qr": segno.make(link, error="m").svg_data_uri(scale=4, border=4)}


def _without_words(rows: list[MemberRow]) -> str:
    if not rows:
        return ""
    first = min(row.needed_by for row in rows if row.needed_by)
    people = ngettext(
        "%d person has no second step yet.", "%d people have no second step yet.", len(rows)
    )
    if first <= timezone.now():
        return f"{people % len(rows)} " + _("Without one they cannot open the network any more.")
    until = _("From %(day)s they cannot open the network without one.") % {"day": day(first)}
    return f"{people % len(rows)} {until}"


def _invitation_line(network: Network, invitation: Invitation) -> dict[str, Any]:
    return {
        "name": invitation.name or (invitation.person.name if invitation.person else ""),
        "roles": said_roles(invitation.roles),
        "is_open": invitation.is_open(),
        "until": day(invitation.expires_at),
        "by": name_of(invitation.created_by),
        "anew_url": reverse("member_invite_anew", args=[network.slug, invitation.pk]),
        "revoke_url": reverse("member_revoke", args=[network.slug, invitation.pk]),
    }
