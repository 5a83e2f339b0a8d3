"""Nothing that somebody saw while they were signed in stays in the browser."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def keep_nothing(answer: Answer) -> Answer:
    """Tell the browser to keep no answer to whoever has a session, unless it says otherwise.

    A borrowed laptop's “back” would show homes again after signing out, from the disk or from
    memory. The session is told by its cookie: whether it still holds is of no matter here, and
    asking would have strangers' pages depend on it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
