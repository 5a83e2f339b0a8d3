"""Stored sentences, said again in the reader's language.

Why a home is in no pod, why a request is open, what was wrong with a row: such sentences are made
once and read by many, each in a language of their own. They are stored in English, and whoever
shows them asks for them here. The sentence is found in the catalogue by its template (`{homes} of
{street}`), its facts are taken out and put into the translation. What stands in no catalogue stays
as it is.

>>> retold("Nobody knows this sentence: 3 homes.")
'Nobody knows this sentence: 3 homes.'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from string import Formatter

from geomatch.core.translation import LOCALE, language

__all__ = ["retold"]

_PARTS = "; "  # joins reasons that stand beside each other
_NUMBERS = frozenset(("number", "count", "total"))  # blanks of these names hold numbers
_NUMBER = r"-?[0-9][0-9,.]*"
_LEAST_LETTERS = 4  # a template of fewer letters is known by its beginning, or not at all


def retold(text: str) -> str:
    """Say a stored English sentence in the language in use, as far as the catalogue knows it.

    Parameters
    ----------
    text
        One sentence, or several parted by semicolons or lines.
    """
    code = language()
    return _retold(code, text) if text and code != "en" else text


@dataclass(frozen=True)
class _Template:
    """A sentence with blanks, and what it is in another language, one form or two."""

    pattern: re.Pattern[str]
    opening: str
    ending: str
    weight: int
    forms: tuple[str, ...]

    def said(self, code: str, text: str) -> str | None:
        if not (text.startswith(self.opening) and text.endswith(self.ending)):
            return None
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        facts = {name: _fact(code, fact) for name, fact in found.groupdict().items()}
        return _filled(self.forms[0 if len(self.forms) == 1 or _is_one(facts) else 1], facts)


@lru_cache(maxsize=4096)
def _retold(code: str, text: str) -> str:
    exact, templates = _known(code)
    if text in exact:
        return exact[text]
    for template in templates:
        said = template.said(code, text)
        if said is not None:
            return said
    for mark in ("\n", _PARTS):
        if mark in text:
            return mark.join(_retold(code, part) for part in text.split(mark))
    head, colon, tail = text.partition(": ")
    return f"{_retold(code, head)}{colon}{_retold(code, tail)}" if colon else text


def _fact(code: str, fact: str) -> str:
    """Say a fact that is a phrase of ours; a single word with a capital may be somebody's name."""
    return _retold(code, fact) if " " in fact or fact[:1].islower() else fact


def _is_one(facts: dict[str, str]) -> bool:
    numbers = [fact for fact in facts.values() if re.fullmatch(_NUMBER, fact)]
    return bool(numbers) and numbers[0] == "1"


@cache
def _known(code: str) -> tuple[dict[str, str], list[_Template]]:
    """Return a language's fixed sentences, and its templates, the most telling first."""
    path = LOCALE / code / "LC_MESSAGES" / "django.mo"
    if not path.exists():
        return {}, []
    from babel.messages.mofile import read_mo

    with path.open("rb") as file:
        catalogue = read_mo(file)
    exact: dict[str, str] = {}
    templates: list[_Template] = []
    for message in catalogue:
        if not message.id or message.context or not message.string:
            continue
        ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        said = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        for number, english in enumerate(ids):
            own = said if len(ids) > 1 else said[:1]
            if template := _template(english, own):
                templates.append(template)
            elif "{" not in english and "%(" not in english:
                exact[english] = said[number]
    return exact, sorted(templates, key=lambda template: -template.weight)


def _template(english: str, forms: tuple[str, ...]) -> _Template | None:
    try:
        pieces = list(Formatter().parse(english))
    except ValueError:  # braces that are no blanks
        return None
    if not any(name for _, name, _, _ in pieces) or any(name == "" for _, name, _, _ in pieces):
        return None
    pattern, seen = "", set[str]()
    for literal, name, spec, _ in pieces:
        pattern += re.escape(literal)
        if name is not None:
            is_number = name in _NUMBERS or (spec and spec[-1] in ",f")
            blank = _NUMBER if is_number else ".+?"
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{blank})"
            seen.add(name)
    words = "".join(literal for literal, *_ in pieces)
    if sum(map(str.isalpha, words)) < _LEAST_LETTERS and len(pieces[0][0]) < len("at "):
        return None
    last = pieces[-1]
    return _Template(
        pattern=re.compile(pattern),
        opening=pieces[0][0],
        ending=last[0] if last[1] is None else "",
        weight=len(words),
        forms=forms,
    )


def _filled(template: str, facts: dict[str, str]) -> str:
    return "".join(
        literal + (facts.get(name, "") if name else "")
        for literal, name, _, _ in Formatter().parse(template)
    )
