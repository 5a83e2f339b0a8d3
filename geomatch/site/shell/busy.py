"""What a person is told who saves while somebody else does, once waiting was in vain."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

RETRY_S = 10
# PostgreSQL's names for it (appendix A of its manual): a lock that was not given, a deadlock, and
# two transactions of which one must begin again.
BUSY_STATES = frozenset({"55P03", "40P01", "40001"})

Answer = Callable[[HttpRequest], HttpResponse]


class BusyMiddleware:
    """Answers with a plain page where a view gave up waiting for its turn to write."""

    def __init__(self, get_response: Answer) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a view that met a lock; leave every other fault to be a fault."""
        return busy_page(request) if is_busy(error) else None


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for what no view raised: a session is saved after all of them."""
    return busy_page(request) if is_busy(sys.exc_info()[1]) else server_error(request)


def is_busy(error: BaseException | None) -> bool:
    """Whether an error says that another transaction held what this one needed."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorname", "")
    return code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or (
        getattr(cause, "sqlstate", None) in BUSY_STATES
    )


def busy_page(request: HttpRequest) -> HttpResponse:
    """Say that nothing was lost, and to try again."""
    # As Django's own page of errors: no context processor, which would ask the database.
    answer = HttpResponse(render_to_string("503.html", {"request": request}), status=503)
    answer.headers["Retry-After"] = str(RETRY_S)
    answer.headers["Cache-Control"] = "no-store"
    return answer
