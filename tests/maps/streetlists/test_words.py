"""Every language says everything, with the same blanks to fill."""

from __future__ import annotations

import datetime as dt
import string
from dataclasses import fields

import pytest

from maps.streetlists.letters import _typeface
from maps.streetlists.words import words_for

LANGUAGES = {code: words_for(code) for code in ("en", "es", "tl")}
ENGLISH, SPANISH, TAGALOG = LANGUAGES.values()


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for key in sorted(value) for text in texts(value[key])]
    return [value] if isinstance(value, str) else [text for part in value for text in texts(part)]


@pytest.mark.parametrize("words", [SPANISH, TAGALOG], ids=["es", "tl"])
def test_translations_are_complete_and_have_the_same_blanks(words):
    for field in fields(ENGLISH):
        ours, theirs = texts(getattr(ENGLISH, field.name)), texts(getattr(words, field.name))
        assert len(ours) == len(theirs), field.name
        assert all(theirs), field.name
        assert [blanks(t) for t in ours] == [blanks(t) for t in theirs], field.name


@pytest.mark.parametrize("words", [SPANISH, TAGALOG], ids=["es", "tl"])
def test_little_is_left_in_english(words):
    same = {
        field.name
        for field in fields(ENGLISH)
        if getattr(ENGLISH, field.name) == getattr(words, field.name)
    }
    assert same <= {"north", "list_comma", "unit", "day"}


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_the_main_font_has_every_letter_of_ours(words):
    glyphs = _typeface("Atkinson Hyperlegible").glyphs
    letters = {
        c for field in fields(words) for text in texts(getattr(words, field.name)) for c in text
    }
    assert {c for c in letters if ord(c) not in glyphs} <= {"\n"}


@pytest.mark.parametrize(
    ("language", "date"),
    [("en", "October 1, 2026"), ("es", "1 de octubre de 2026"), ("tl", "Oktubre 1, 2026")],
)
def test_dates_as_people_write_them(language, date):
    assert words_for(language).date(dt.date(2026, 10, 1)) == date


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "1 home", "2 homes"),
        ("es", "1 hogar", "2 hogares"),
        ("tl", "1 tahanan", "2 tahanan"),
    ],
)
def test_counts(language, one, many):
    words = words_for(language)
    assert (words.count(words.doors, 1), words.count(words.doors, 2)) == (one, many)


@pytest.mark.parametrize("spoken", ["es", "Spanish", "español", "ESPAÑOL", " Espanyol "])
def test_a_language_is_known_by_code_and_by_any_of_its_names(spoken):
    assert [words.language(spoken) for words in LANGUAGES.values()] == [
        "Spanish",
        "español",
        "Espanyol",
    ]


def test_an_unknown_language_stays_as_it_is_written():
    assert ENGLISH.language(" Eyak ") == "Eyak"
