"""The inbox of the public sign-up form, and the switch that opens it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.core.phrases import count, sentence_of
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.models import Role, SignUp, Skill
from geomatch.network.selectors.signups import known_already, visible_signups
from geomatch.network.signups.services import (
    forget,
    forget_old_signups,
    open_signups,
    set_aside,
    take_back,
)
from geomatch.network.signups.sheets import stage_signups
from geomatch.site.pages.join.phrases import JOIN_WORDS
from geomatch.site.shell import phrases
from geomatch.site.shell.phrases import when

SHOWN = 100


class SignupsForm(forms.Form):
    """Whether strangers may write, and whom they ask about what they wrote."""

    is_open = forms.BooleanField(
        required=False,
        label="The form is open",
        help_text="Anybody who has its address can then write to you.",
    )
    contact = forms.CharField(
        required=False,
        max_length=200,
        label="Whom to ask",
        help_text="A phone number or an email address. It stands on the form: people ask there to "
        "see, change or delete what they sent.",
    )

    def clean(self) -> dict[str, Any]:
        """Open no form without saying whom to ask."""
        data = super().clean() or {}
        if data.get("is_open") and not data.get("contact"):
            self.add_error("contact", "Say whom to ask before the form is opened.")
        return data


@network_view(Role.ORGANIZER)
def signup_list(request: NetworkRequest) -> HttpResponse:
    """Show what came, the oldest first, and what was set aside."""
    slug = request.network.slug
    signups = visible_signups(request.roles)
    waiting = signups.filter(state=SignUp.State.WAITING)
    number = waiting.count()
    context = {
        "lead": f"{count(number, 'sign-up waits', 'sign-ups wait')} for you."
        if number
        else "Nothing waits for you.",
        "back": {"label": "Neighbours", "url": reverse("household_list", args=[slug])},
        "waiting": _rows(request, waiting),
        "aside": _rows(request, signups.exclude(state=SignUp.State.WAITING)),
        "decide_url": reverse("signup_decide", args=[slug]),
        "form": {
            "label": "See its addresses" if request.network.signup_open else "Open the form",
            "url": reverse("signup_form", args=[slug]),
        },
        "is_open": request.network.signup_open,
    }
    return render(request, "network/signup_list.html", context)


@require_POST
@network_view(Role.ORGANIZER)
def signup_decide(request: NetworkRequest) -> HttpResponse:
    """Lead the chosen ones to the import's preview, set aside, take back or delete them."""
    forget_old_signups(network=request.network)
    wanted = [int(pk) for pk in request.POST.getlist("signup") if pk.isdecimal() and len(pk) < 12]
    chosen = list(visible_signups(request.roles).filter(pk__in=wanted))
    who = {"network": request.network, "signups": chosen, "actor": request.user}
    do = request.POST.get("do", "")
    if not chosen:
        messages.warning(request, "Choose somebody first.")
    elif do == "let-in":
        return _let_in(request, **who)
    elif do in _DECISIONS:
        messages.success(request, _DECISIONS[do](**who))
    return redirect("signup_list", network=request.network.slug)


def _let_in(request: NetworkRequest, **who: Any) -> HttpResponse:
    try:
        staged = stage_signups(**who)
    except InputError as error:  # too many sheets wait
        messages.error(request, sentence_of(error))
        staged = None
    if staged is None:
        return redirect("signup_list", network=request.network.slug)
    return redirect("import_preview", network=request.network.slug, staged=staged.pk)


def _set_aside(**who: Any) -> str:
    return f"{count(set_aside(**who), 'sign-up is', 'sign-ups are')} set aside for 30 days."


def _take_back(**who: Any) -> str:
    return f"{count(take_back(**who), 'sign-up waits', 'sign-ups wait')} again."


def _forget(**who: Any) -> str:
    return f"{count(forget(**who), 'sign-up is', 'sign-ups are')} deleted."


_DECISIONS: dict[str, Callable[..., str]] = {
    "set-aside": _set_aside,
    "take-back": _take_back,
    "forget": _forget,
}


@network_view(Role.ORGANIZER)
def signup_form(request: NetworkRequest) -> HttpResponse:
    """Switch the public form on or off, and give its addresses."""
    network = request.network
    form = SignupsForm(
        request.POST if request.method == "POST" else None,
        initial={"is_open": network.signup_open, "contact": network.signup_contact},
    )
    if form.is_bound and form.is_valid():
        open_signups(network=network, actor=request.user, **form.cleaned_data)
        messages.success(request, f"The form is {'open' if network.signup_open else 'closed'}.")
        return redirect("signup_form", network=network.slug)
    inbox = reverse("signup_list", args=[network.slug])
    context = {
        "form": form,
        "back": {"label": "Settings", "url": reverse("settings", args=[network.slug])},
        "links": _links(request),
        "is_open": network.signup_open,
        "others": [{"label": "See the sign-ups", "url": inbox}],
    }
    status = 422 if form.errors else 200
    return render(request, "network/signup_form.html", context, status=status)


def _links(request: NetworkRequest) -> list[dict[str, str]]:
    """Give the whole addresses of the public form, to copy or to print."""
    slug = request.network.slug
    urls = {"The browser's language": reverse("join", args=[slug])}
    urls |= {w.own_name: reverse("join", args=[slug, w.code]) for w in JOIN_WORDS.values()}
    return [{"name": name, "url": request.build_absolute_uri(url)} for name, url in urls.items()]


def _rows(request: NetworkRequest, signups: QuerySet[SignUp]) -> list[dict[str, Any]]:
    shown = list(signups[:SHOWN])
    labels = dict(Skill.objects.values_list("code", "label"))
    doors = known_already(shown, request.roles)
    slug = request.network.slug
    urls = {pk: reverse("household_detail", args=[slug, door]) for pk, door in doors.items()}
    return [_row(signup, labels) | {"known_url": urls.get(signup.pk, "")} for signup in shown]


def _row(signup: SignUp, labels: dict[str, str]) -> dict[str, Any]:
    answers = signup.answers

    def helps(name: str) -> str:
        codes = answers[name]
        return ", ".join(
            labels.get(code) or JOIN_WORDS["en"].skills.get(code, code) for code in codes
        )

    facts = [
        ("Needs", helps("needs")),
        ("Can help with", helps("offers") + (" · has a car" if answers["vehicle"] else "")),
        ("Address", ", ".join(filter(None, (answers[n] for n in ("address", "unit", "city"))))),
        ("Phone", answers["phone"]),
        ("Email", answers["email"]),
        ("Speaks", phrases.languages(answers["languages"])),
    ]
    return {
        "pk": signup.pk,
        "name": answers["name"],
        "wants": signup.get_wants_display(),
        "hidden": signup.hidden,
        "facts": [{"name": name, "value": value} for name, value in facts if value],
        "details": answers["details"],
        "faults": signup.trouble.splitlines(),
        "when": when(signup.created_at),
    }
