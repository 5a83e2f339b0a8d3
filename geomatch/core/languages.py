"""Names of the languages people write down by their codes."""

from __future__ import annotations

from collections.abc import Iterable

from geomatch.core.translation import pgettext, speaking

__all__ = ["LANGUAGES", "language_names"]

with speaking("en"):  # marked here, translated where they are said
    LANGUAGES = {
        "en": pgettext("language", "English"),
        "es": pgettext("language", "Spanish"),
        "tl": pgettext("language", "Tagalog"),
        "tli": pgettext("language", "Tlingit"),
        "sm": pgettext("language", "Samoan"),
        "ko": pgettext("language", "Korean"),
        "ru": pgettext("language", "Russian"),
        "uk": pgettext("language", "Ukrainian"),
        "vi": pgettext("language", "Vietnamese"),
        "zh": pgettext("language", "Chinese"),
        "fr": pgettext("language", "French"),
        "de": pgettext("language", "German"),
        "hmn": pgettext("language", "Hmong"),
        "ase": pgettext("language", "ASL"),
    }


def language_names(codes: Iterable[str]) -> str:
    """Say languages by name; an unknown code stays as it is.

    >>> language_names(["es", "xx"])
    'Spanish, xx'
    """
    return ", ".join(pgettext("language", LANGUAGES.get(code, code)) for code in codes)
