"""What a link opens: an invitation, or a new password. Public, for whoever holds the link."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from geomatch.core.errors import InputError
from geomatch.network.access import public_view
from geomatch.network.members import links, passwords
from geomatch.network.members.invitations import accept, open_invitation
from geomatch.network.members.second_step import MUST_HAVE
from geomatch.network.models import Invitation, Network, Role
from geomatch.network.scope import use_network
from geomatch.site.pages.members.context import said_roles
from geomatch.site.pages.members.forms import SEES, NewAccountForm, PasswordForm
from geomatch.site.shell.client_address import client_address
from geomatch.site.shell.forms import typed
from geomatch.site.shell.tries import is_one_too_many

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CARRIED = "invitation"
MOST_WRONG_LINKS = 20  # an hour, from one internet address
MOST_FORMS = 20  # an hour, by one link


@dataclass(frozen=True)
class Opened:
    """A link somebody holds: whose it is, and what is kept of its secret."""

    network: Network
    digest: str


@public_view
@never_cache
@sensitive_post_parameters("token", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Let somebody in by an invitation: with a new account, or with the one they have.

    What follows the `#` of its address never leaves the browser but in the body of a POST. Who
    goes to sign in first takes the digest along in their session.
    """
    opened = _posted(request) or _carried(request)
    if opened is None:
        return _ask_for_link(request, "members/invitation_open.html")
    with use_network(opened.network, reading=True):
        found = open_invitation(opened.digest)
    if found is None:
        request.session.pop(CARRIED, None)
        return _useless(request)
    said = request.POST.get("said", "")
    if said == "sign-in" and not request.user.is_authenticated:
        request.session[CARRIED] = [opened.network.pk, opened.digest]
        return redirect(f"{reverse('account_login')}?next={reverse('invitation')}")
    if said == "accept" and request.user.is_authenticated:
        return _accepted(request, opened, found, request.user)
    if said == "new" and not request.user.is_authenticated:
        return _new_account(request, opened, found)
    return _invitation_page(request, opened, found, NewAccountForm(initial={"name": found.name}))


@public_view
@never_cache
@sensitive_post_parameters("token", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Let somebody choose a new password by the link a steward showed them."""
    opened = _posted(request)
    if opened is None:
        return _ask_for_link(request, "members/password_open.html")
    with use_network(opened.network, reading=True):
        link = passwords.open_password_link(opened.digest)
    if link is None:
        return _useless(request)
    sent = request.POST if "password" in request.POST else None
    form = PasswordForm(sent, user=link.user)
    if form.is_valid():
        try:
            password = form.cleaned_data["password"]
            passwords.set_password(network=opened.network, digest=opened.digest, password=password)
        except InputError:
            return _useless(request)
        messages.success(request, _("The new password is set. Sign in with it."))
        return redirect("account_login")
    context = {"form": form, "token": typed(request, "token"), "username": link.user.username}
    status = 422 if form.errors else 200
    return render(request, "members/password.html", context, status=status)


def _posted(request: HttpRequest) -> Opened | None:
    token = typed(request, "token")
    network = links.network_of(token) if token else None
    return Opened(network, links.digest_of(token)) if network is not None else None


def _carried(request: HttpRequest) -> Opened | None:
    if "token" in request.POST or CARRIED not in request.session:
        return None
    number, digest = request.session[CARRIED]
    network = links.network_numbered(number)
    return Opened(network, digest) if network is not None else None


def _ask_for_link(request: HttpRequest, template: str) -> HttpResponse:
    """Show the field for the code; one that names nothing is a useless link."""
    return _useless(request) if typed(request, "token") else render(request, template)


def _useless(request: HttpRequest) -> HttpResponse:
    """Say that a link opens nothing, always in the same words, and bound how often one may ask.

    Links that work are never refused for it: whoever hammers here locks out nobody else.
    """
    if is_one_too_many("links", client_address(request), most=MOST_WRONG_LINKS):
        return render(request, "429.html", status=429)
    return render(request, "members/useless.html", status=404)


def _new_account(request: HttpRequest, opened: Opened, found: Invitation) -> HttpResponse:
    if is_one_too_many("accounts", opened.digest, most=MOST_FORMS):
        return render(request, "429.html", status=429)
    form = NewAccountForm(request.POST)
    if not form.is_valid():
        return _invitation_page(request, opened, found, form, status=422)
    return _accepted(request, opened, found, form.account(), form)


def _accepted(
    request: HttpRequest,
    opened: Opened,
    found: Invitation,
    user: User,
    form: NewAccountForm | None = None,
) -> HttpResponse:
    try:
        accept(network=opened.network, digest=opened.digest, user=user)
    except InputError as error:
        with use_network(opened.network, reading=True):
            if open_invitation(opened.digest) is None:
                return _useless(request)
        page = form or NewAccountForm()
        return _invitation_page(request, opened, found, page, trouble=str(error), status=422)
    if form is not None:
        login(request, user, backend=BACKEND)
    request.session.pop(CARRIED, None)
    said = _("Welcome to %(network)s.") % {"network": opened.network.name}
    messages.success(request, said)
    return redirect("dashboard", network=opened.network.slug)


def _invitation_page(
    request: HttpRequest,
    opened: Opened,
    found: Invitation,
    form: NewAccountForm,
    *,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    roles = [Role(role) for role in found.roles]
    context = {
        "here": opened.network,
        "roles": said_roles(found.roles),
        "sees": [SEES[role] for role in roles],
        "token": typed(request, "token"),
        "form": form,
        "trouble": trouble,
        "second_step": bool(MUST_HAVE & set(roles)) and not opened.network.is_demo,
    }
    return render(request, "members/invitation.html", context, status=status)
