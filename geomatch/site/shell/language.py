"""The language a page is shown in, and how a person chooses it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from geomatch.core.translation import LANGUAGES, LOCALE, first_spoken, script_words
from geomatch.network.access import public_view
from geomatch.network.speaking import spoken

Answer = Callable[[HttpRequest], HttpResponse]

# Keeps the choice in a cookie, on the device it was made on, and returns to the page.
choose_language = public_view(require_POST(set_language))


def speak_their_language(answer: Answer) -> Answer:
    """Answer in the language the person chose, else in the first of their browser's we speak.

    Where neither says anything, a page that knows better (`geomatch.network.speaking`) speaks the
    reader's own language or the network's.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        code, request.language_from = _asked_for(request)
        with spoken(code):
            response = answer(request)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return middleware


def languages(request: HttpRequest) -> dict[str, object]:
    """Context processor: the languages to choose from, and what scripts say in the present one."""
    current = get_language() or settings.LANGUAGE_CODE
    return {
        "script_words": _script_words(current) if current != "en" else None,
        "languages": [
            {"code": code, "name": name, "current": code == current, "unread": unread(code)}
            for code, name in LANGUAGES.items()
        ],
    }


@cache
def _script_words(code: str) -> dict[str, object]:
    return {"language": code, "words": script_words(code)}


@cache
def unread(code: str) -> int:
    """Count the entries of a language that no native speaker has read (docs: words.md)."""
    folder = LOCALE / code / "LC_MESSAGES"
    return sum(path.read_text().count("\n# unread\n") for path in folder.glob("*.po"))


def _asked_for(request: HttpRequest) -> tuple[str, str]:
    """Return a language and who named it: "choice", "browser", or nobody."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in LANGUAGES:
        return chosen, "choice"
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    code = first_spoken([tag for tag, _ in accepted])
    return (code, "browser") if code else (settings.LANGUAGE_CODE, "")
