"""The language of a request: chosen by the person, else their own, their browser's, the network's.

Django's pages and the pure rooms (`geomatch.core.translation`) always speak the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.http import HttpRequest
from django.utils import translation

from geomatch.core.translation import first_spoken, speaking

__all__ = ["speak_first", "spoken"]


@contextmanager
def spoken(code: str) -> Iterator[None]:
    """Speak a language within a block, on pages and in the engines alike."""
    with translation.override(code), speaking(code):
        yield


@contextmanager
def speak_first(
    request: HttpRequest, codes: Sequence[str], *, over_browser: bool
) -> Iterator[None]:
    """Speak the first language of a list that there are words in, unless the person chose one.

    Parameters
    ----------
    codes
        Languages of whom the page is for, or of their network.
    over_browser
        Whether the list tells more of the reader than their browser does: a volunteer's own
        languages do, a network's do not.
    """
    settled = getattr(request, "language_from", "")
    code = first_spoken(codes)
    if code is None or settled == "choice" or (settled == "browser" and not over_browser):
        yield
        return
    with spoken(code):
        yield
