"""Who may call a view. Every view of a network is declared with one of these decorators.

The network is in the address (`/<slug>/…`). Somebody who is no member gets 404: even the name of
another network is nobody's business. A member without the role gets 403. Stewards and organizers
who have no second step at signing in are led to it, once their days of grace are over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from geomatch.network.members.second_step import has_second_step, needed_by
from geomatch.network.models import Member, Network, Role
from geomatch.network.scope import use_network
from geomatch.network.speaking import speak_first

# Where one sets a second step up. Without it, and after the days of grace, nothing else opens.
SECOND_STEP = "mfa_index"

View = Callable[..., HttpResponse]
Permission = frozenset[Role] | str

EVERY_ROLE = frozenset(Role)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ORGANIZERS = frozenset({Role.STEWARD, Role.ORGANIZER})
COORDINATORS = frozenset({Role.STEWARD, Role.COORDINATOR})
STAFF = ORGANIZERS | COORDINATORS


class DeclaredView(Protocol):
    """A view that says who may call it; the permission table is checked against that."""

    permission: Permission

    def __call__(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a request."""


class SignedInRequest(HttpRequest):
    """A request of somebody who signed in: `login_required` lets nobody else through."""

    user: User
    htmx: HtmxDetails


class NetworkRequest(SignedInRequest):
    """A request inside a network: what `network_view` adds to it."""

    network: Network
    roles: frozenset[Role]
    second_step_by: dt.datetime | None  # when one is needed, of whoever has none yet


def network_view(
    *roles: Role, enter: bool = True, reads: bool | Callable[[HttpRequest], bool] = False
) -> Callable[[View], DeclaredView]:
    """Let members with one of the roles call a view, inside their network.

    Parameters
    ----------
    roles
        Roles that may call it. A steward may always.
    enter
        Whether the whole view is one transaction in the network. A view that first does long work
        without rows (reading an upload) enters by itself, and keeps nobody waiting meanwhile.
    reads
        Whether the view only reads although it is POSTed, as searches are: it then takes no place
        from those who write. A function answers for views that do both. GET always reads.
    """
    allowed = frozenset(roles) | {Role.STEWARD}

    def decorate(view: View) -> DeclaredView:
        @wraps(view)
        @login_required
        def guarded(request: NetworkRequest, network: str, **kwargs: Any) -> HttpResponse:
            _enter(request, network)
            if not request.roles & allowed:
                raise PermissionDenied
            if request.second_step_by and request.second_step_by <= timezone.now():
                return redirect(SECOND_STEP)
            with speak_first(request, request.network.languages, over_browser=False):
                if not enter:
                    return view(request, **kwargs)
                looks = reads(request) if callable(reads) else reads
                with use_network(request.network, reading=looks or request.method in SAFE):
                    return view(request, **kwargs)

        return _declared(guarded, allowed)

    return decorate


def signed_in_view(view: View) -> DeclaredView:
    """Let everybody who signed in call a view that belongs to no network."""
    return _declared(login_required(view), "signed in")


def public_view(view: View) -> DeclaredView:
    """Let anybody call a view."""
    return _declared(view, "public")


def _declared(view: View, permission: Permission) -> DeclaredView:
    declared = cast("DeclaredView", view)  # a function becomes one by the attribute it is given
    declared.permission = permission
    return declared


def _enter(request: NetworkRequest, slug: str) -> None:
    memberships = list(
        Member.objects.filter(network__slug=slug, user=request.user).select_related("network")
    )
    if not memberships:
        raise Http404
    request.network = memberships[0].network
    request.roles = frozenset(Role(member.role) for member in memberships)
    needed = needed_by(memberships)
    request.second_step_by = needed if needed and not has_second_step(request.user) else None
