"""The catalogues: everything marked is translated, and nothing else stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from geomatch.catalogues import DOMAINS, LANGUAGES, extracted, path_of, read, updated
from geomatch.core.translation import LOCALE

# Pages that neighbours, volunteers and point people see; staff's are in Spanish only.
FOR_EVERYBODY = (
    "geomatch/site/templates/account/",
    "geomatch/site/templates/mfa/",
    "geomatch/site/templates/allauth/",
    "geomatch/site/templates/layouts/",
    "geomatch/site/templates/maps/",
    "geomatch/site/templates/matching/offer.html",
    "geomatch/site/templates/matching/offer_open.html",
    "geomatch/site/templates/matching/offer_useless.html",
    "geomatch/site/templates/site/dashboard.html",
    "geomatch/site/templates/site/my_tasks.html",
    "geomatch/site/templates/site/network_choose.html",
    "geomatch/site/shell/borrowed.py",
    "geomatch/site/pages/join/phrases.py",
    "geomatch/site/pages/matching/offer_phrases.py",
    "maps/streetlists/words.py",
    *(
        f"geomatch/site/templates/components/{name}.html"
        for name in (
            *("account_links", "field", "keys_dialog", "language_choice", "messages"),
            *("network_name", "pagination", "progress", "quality", "rail", "route", "search"),
            *("skeleton", "state", "trouble"),
        )
    ),
)
# Error pages and the frame lie at the top.
FRAME = re.compile(r"geomatch/site/templates/\w+\.html")

# Words that are the same in both languages.
ALIKE = {
    "es": {"Plan", "No", "N", "hmong", "Hmong", "{day} {part}"},
    "tl": {
        *("Email", "Password", "Authenticator app", "N", "Unit {}", "{month} {day}, {year}"),
        *("Hmong", "Samoan", "Somali", "Thai", "Tagalog", "Tlingit", "Tongan"),
        "American Sign Language",
    },
}
BLANKS = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>|&nbsp;|https?://\S+")


@pytest.fixture(scope="module", params=DOMAINS)
def domain(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def template(domain) -> Catalog:
    return extracted(domain)


def entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def forms(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def is_for_everybody(message: Message) -> bool:
    return any(
        path.startswith(FOR_EVERYBODY) or FRAME.fullmatch(path) for path, _ in message.locations
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_what_is_marked_and_no_more(domain, template, language):
    now = path_of(language, domain).read_bytes()
    assert updated(language, domain, template) == now, "run bin/words"


def test_everything_is_in_spanish(domain):
    missing = [m.id for m in entries(read("es", domain)) if not all(forms(m.string))]
    assert not missing


def test_what_neighbours_see_is_in_tagalog():
    catalogue = read("tl", "django")
    shown = [m for m in entries(catalogue) if is_for_everybody(m)]
    assert len(shown) > 300
    assert not [m.id for m in shown if not all(forms(m.string))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_little_is_left_in_english(domain, language):
    same = {
        m.id
        for m in entries(read(language, domain))
        if isinstance(m.id, str) and m.string == m.id and re.search(r"[a-z]{2}", m.id)
    }
    assert {text for text in same if re.search(r"[a-z]{2}", BLANKS.sub("", text))} <= ALIKE[
        language
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_same_blanks_and_markup(domain, language):
    for message in entries(read(language, domain)):
        for text in filter(None, forms(message.string)):
            wanted = {tuple(sorted(BLANKS.findall(one))) for one in forms(message.id)}
            assert tuple(sorted(BLANKS.findall(text))) in wanted, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_as_many_forms_as_the_language(domain, language):
    catalogue = read(language, domain)
    counted = [m for m in entries(catalogue) if m.pluralizable]
    assert {len(m.string) for m in counted} <= {catalogue.num_plurals}


def test_no_languages_but_those_lie_here():
    assert {path.name for path in LOCALE.iterdir()} == set(LANGUAGES)
