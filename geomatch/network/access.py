"""Who may call a view. Every view of a network is declared with one of these decorators.

The network is in the address (`/<slug>/…`). Somebody who is no member gets 404: even the name of
another network is nobody's business. A member without the role gets 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from geomatch.network.models import Member, Network, Role
from geomatch.network.scope import use_network
from geomatch.network.speaking import speak_first

View = Callable[..., HttpResponse]

EVERY_ROLE = frozenset(Role)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ORGANIZERS = frozenset({Role.STEWARD, Role.ORGANIZER})
COORDINATORS = frozenset({Role.STEWARD, Role.COORDINATOR})
STAFF = ORGANIZERS | COORDINATORS


class NetworkRequest(HttpRequest):
    """A request inside a network: what `network_view` adds to it."""

    network: Network
    roles: frozenset[Role]


def network_view(
    *roles: Role, enter: bool = True, reads: bool | Callable[[HttpRequest], bool] = False
) -> Callable[[View], View]:
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

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: NetworkRequest, network: str, **kwargs: Any) -> HttpResponse:
            request.network, request.roles = _entered(request, network)
            if not request.roles & allowed:
                raise PermissionDenied
            with speak_first(request, request.network.languages, over_browser=False):
                if not enter:
                    return view(request, **kwargs)
                looks = reads(request) if callable(reads) else reads
                with use_network(request.network, reading=looks or request.method in SAFE):
                    return view(request, **kwargs)

        guarded.permission = allowed
        return guarded

    return decorate


def signed_in_view(view: View) -> View:
    """Let everybody who signed in call a view that belongs to no network."""
    guarded = login_required(view)
    guarded.permission = "signed in"
    return guarded


def public_view(view: View) -> View:
    """Let anybody call a view."""
    view.permission = "public"
    return view


def _entered(request: HttpRequest, slug: str) -> tuple[Network, frozenset[Role]]:
    memberships = list(
        Member.objects.filter(network__slug=slug, user=request.user).select_related("network")
    )
    if not memberships:
        raise Http404
    return memberships[0].network, frozenset(Role(member.role) for member in memberships)
