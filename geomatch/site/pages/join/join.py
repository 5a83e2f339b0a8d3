"""The public sign-up form of a network: no account, no script, and nothing told to strangers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from geomatch.network.access import public_view
from geomatch.network.models import Network, Skill
from geomatch.network.scope import use_network
from geomatch.network.signups.services import TooManyError, receive_signup
from geomatch.network.speaking import spoken
from geomatch.site.pages.join.form import OTHER_HELP, JoinForm, stamp, stamp_trouble
from geomatch.site.pages.join.phrases import JOIN_WORDS, JoinWords
from geomatch.site.shell.client_address import client_address

ALWAYS_OFFERED = ("en", "es", "tl")


@public_view
@sensitive_post_parameters()
@never_cache
def join(request: HttpRequest, network: str, language: str = "") -> HttpResponse:
    """Show the form; take what somebody wrote, and thank them the same whatever became of it."""
    place, words = _open(network), _words(request, language)
    form = _form(request, place, words)
    if not form.is_bound:
        return _page(request, place, words, form=form)
    thanks = redirect("join_thanks", network=place.slug, language=words.code)
    if form.is_trapped():
        return thanks
    trouble = stamp_trouble(place, form.data.get("stamp", ""))
    if trouble or not form.is_valid():
        return _asked_again(request, place, words, form, trouble)
    try:
        receive_signup(
            network=place,
            answers=form.answers(),
            language=words.code,
            client_address=client_address(request),
        )
    except TooManyError:
        return _page(request, place, words, "too_many", status=429)
    return thanks


@public_view
@never_cache
def join_thanks(request: HttpRequest, network: str, language: str) -> HttpResponse:
    """Thank whoever sent something."""
    return _page(request, _open(network), _words(request, language), "thanks")


def _open(slug: str) -> Network:
    """Return a network whose form is open; a closed one is as unknown as one that never was."""
    network = Network.objects.filter(slug=slug, signup_open=True).first()
    if network is None:
        raise Http404
    return network


def _words(request: HttpRequest, language: str) -> JoinWords:
    """Take the language in the address, else the one the person or their browser asked for."""
    if language:
        if language not in JOIN_WORDS:
            raise Http404
        return JOIN_WORDS[language]
    return JOIN_WORDS[get_language() or "en"]


def _form(request: HttpRequest, network: Network, words: JoinWords) -> JoinForm:
    with use_network(network, reading=True):
        skills = {skill.code: skill.label for skill in Skill.objects.exclude(code=OTHER_HELP)}
    skills[OTHER_HELP] = ""
    return JoinForm(
        request.POST if request.method == "POST" else None,
        words=words,
        skills=[(code, words.skills.get(code, label)) for code, label in skills.items()],
        languages=dict.fromkeys((*network.languages, *ALWAYS_OFFERED)),
        initial={"languages": [words.code], "city": network.town, "stamp": stamp(network)},
    )


def _asked_again(
    request: HttpRequest, network: Network, words: JoinWords, form: JoinForm, trouble: str
) -> HttpResponse:
    if trouble == "too_late":
        form.data = form.data.copy()
        form.data["stamp"] = stamp(network)
    notice = getattr(words, trouble) if trouble else words.trouble
    return _page(request, network, words, form=form, notice=notice, status=422)


def _page(
    request: HttpRequest,
    network: Network,
    words: JoinWords,
    part: str = "form",
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    filled = {"network": network.name, "contact": network.signup_contact}
    context = {
        "part": part,
        "words": words,
        "said": {
            "title": words.title.format(**filled),
            "promises": [promise.format(**filled) for promise in words.promises],
            "consent": words.consent.format(**filled),
            "send": words.send.format(**filled),
            "thanks": words.thanks_text.format(**filled),
            "too_many": words.too_many_text.format(**filled),
        },
        "others": [
            {"name": other.own_name, "code": other.code, "url": reverse("join", kwargs=arguments)}
            for other in JOIN_WORDS.values()
            if (arguments := {"network": network.slug, "language": other.code})
        ],
        **more,
    }
    with spoken(words.code):  # the language stands in the address: it is on the poster
        return render(request, "network/join.html", context, status=status)
