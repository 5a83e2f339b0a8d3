"""Names of the languages people write down by their codes."""

from __future__ import annotations

from collections.abc import Iterable

from geomatch.core.translation import pgettext

__all__ = ["LANGUAGES", "language_names"]

LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "tl": "Tagalog",
    "tli": "Tlingit",
    "sm": "Samoan",
    "ko": "Korean",
    "ru": "Russian",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
    "fr": "French",
    "de": "German",
    "hmn": "Hmong",
    "ase": "ASL",
}


def language_names(codes: Iterable[str]) -> str:
    """Say languages by name; an unknown code stays as it is.

    >>> language_names(["es", "xx"])
    'Spanish, xx'
    """
    return ", ".join(_name(code) for code in codes)


def _name(code: str) -> str:
    if code == "ase":
        return pgettext("language", "ASL")
    return pgettext("language", LANGUAGES[code]) if code in LANGUAGES else code
