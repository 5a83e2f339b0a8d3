"""One's own account: name, password, second step, and where one is signed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from geomatch.network.access import SignedInRequest, signed_in_view
from geomatch.network.members.accounts import rename, sign_out_elsewhere
from geomatch.network.members.second_step import has_second_step
from geomatch.network.members.sessions import sign_ins
from geomatch.site.pages.members.forms import NameForm
from geomatch.site.shell.forms import typed
from geomatch.site.shell.phrases import when


@signed_in_view
def own_account(request: SignedInRequest) -> HttpResponse:
    """Show one's own account, and change one's name."""
    sent = request.POST if request.method == "POST" else None
    form = NameForm(sent, initial={"name": request.user.get_full_name()})
    if form.is_valid():
        rename(user=request.user, name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("own_account")
    here = request.session.session_key
    context = {
        "back": {"label": _("Home"), "url": reverse("home")},
        "form": form,
        "username": request.user.get_username(),
        "has_second_step": has_second_step(request.user),
        "places": [
            {
                "name": place.name,
                "device": place.device or _("A browser we do not know"),
                "since": when(place.began_at) if place.began_at else "",
                "is_here": place.key == here,
            }
            for place in sign_ins(request.user)
        ],
    }
    return render(request, "members/account.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in_view
def end_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out on one other device, or on all of them."""
    key = request.session.session_key or ""
    ended = sign_out_elsewhere(user=request.user, keep=key, only=typed(request, "place"))
    said = ngettext("Signed out in %d place.", "Signed out in %d places.", ended) % ended
    messages.success(request, said)
    return redirect("own_account")
