"""Words on screen and paper in the reader's language, from the site's own catalogues.

Engines and file commands know no Django. They ask Python's `gettext` for the very catalogues that
Django reads (`geomatch/locale`), in the language of the running context. Without a compiled
catalogue every word stays English.

>>> with speaking("xx"):
...     gettext("Street list"), ngettext("{} door", "{} doors", 2)
('Street list', '{} doors')
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

__all__ = [
    "LANGUAGES",
    "LOCALE",
    "first_spoken",
    "gettext",
    "language",
    "ngettext",
    "npgettext",
    "pgettext",
    "script_words",
    "speaking",
]

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = {"en": "English", "es": "Español", "tl": "Tagalog"}
"""The languages geomatch speaks, each by its own name."""

_ALIASES = {"fil": "tl"}  # browsers and phones say Filipino for what the catalogues call Tagalog
_language: ContextVar[str] = ContextVar("language", default="en")


@cache
def _catalogue(code: str) -> NullTranslations:
    return translation("django", LOCALE, [code], fallback=True)


def language() -> str:
    """Return the code of the language in use."""
    return _language.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language within a block; an unknown one is English."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


def first_spoken(codes: Sequence[str]) -> str | None:
    """Return the first language of a list that geomatch speaks.

    >>> first_spoken(["tli", "es-MX", "en"]), first_spoken(["fil"]), first_spoken(["ko"])
    ('es', 'tl', None)
    """
    for tag in codes:
        code = tag.strip().lower().replace("_", "-").split("-")[0]
        code = _ALIASES.get(code, code)
        if code in LANGUAGES:
            return code
    return None


def gettext(message: str) -> str:
    """Translate a message."""
    return _catalogue(_language.get()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """Translate a message that goes by a number."""
    return _catalogue(_language.get()).ngettext(one, many, number)


def pgettext(context: str, message: str) -> str:
    """Translate a message whose English means several things, by where it stands."""
    return _catalogue(_language.get()).pgettext(context, message)


def npgettext(context: str, one: str, many: str, number: int) -> str:
    """Translate a message by where it stands and by a number."""
    return _catalogue(_language.get()).npgettext(context, one, many, number)


def script_words(code: str) -> dict[str, str | list[str]]:
    """Return what scripts say in a language: by the English text, its translation or its forms.

    >>> script_words("xx")
    {}
    """
    catalogue = translation("djangojs", LOCALE, [code], fallback=True)
    said: dict[str | tuple[str, int], str] = getattr(catalogue, "_catalog", {})
    words: dict[str, str | list[str]] = {}
    for key, text in sorted(said.items(), key=str):
        if isinstance(key, tuple):
            forms = words.setdefault(key[0], [])
            if isinstance(forms, list):
                forms.append(text)  # in order: forms are sorted by their number
        elif key:
            words[key] = text
    return words
