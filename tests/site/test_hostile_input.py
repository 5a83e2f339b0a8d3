"""Whatever is sent to a page that reads, it answers; and a search is never more than it can be."""

from __future__ import annotations

import sqlite3
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from geomatch.network.models import Household, Role
from geomatch.network.selectors.households import search_households
from geomatch.network.selectors.searching import (
    LONGEST_TEXT,
    LONGEST_WORD,
    MOST_WORDS,
    parse_search,
)
from geomatch.tables.geopackage import _SCHEMA
from tests.factories import HouseholdFactory, MemberFactory, PersonFactory
from tests.reliability.test_reading_takes_no_turn import POSTED, address
from tests.security import test_permissions
from tests.security.test_permissions import IN_NETWORK, signed_in

pytestmark = pytest.mark.django_db
things = test_permissions.things

HOSTILE = {
    "NUL": "a\0b",
    "many words": " ".join(f"w{i}" for i in range(3500)),
    "seventy words": "Main " * 70,
    "one long word": "x" * 100_000,
    "pattern": "%_" * 40_000,
    "half a character": "\ud800",
    "turned around": "\u202e\u2066",
    "huge": "9" * 5000,
    "large": str(10**30),
    "negative": "-1",
    "not a number": "NaN",
    "another script": "٣",
    "square": "²",
    "quotes": "'\";--\\",
    "deep": "[" * 20_000,
    "deep table": "a" + ".a" * 5_000 + " = 1",
    "empty": "",
    "spaces": " \t\n\u3000",
    "a version": f"version {'9' * 5000}",
    "a large version": f"version {10**30}",
    "a point": "9" * 400 + ", " + "9" * 400,
}
FORM = "application/x-www-form-urlencoded"
FIELDS = (
    *("text", "quality", "status", "sort", "page", "state", "urgency", "skill"),
    *("find", "words", "do", "toml", "example"),
)


@pytest.fixture
def steward(network):
    client = signed_in(MemberFactory(network=network, role=Role.STEWARD).user)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_posted_page_breaks(kind, network, things, steward):
    said = HOSTILE[kind].encode("utf-8", "surrogatepass")
    for name in POSTED:
        url = address(network, name, things)
        everywhere = dict.fromkeys(FIELDS, said)
        for sent in (everywhere, everywhere | {"do": ""}):
            answer = steward.post(url, urlencode(sent), content_type=FORM)
            assert answer.status_code == 200, name


@pytest.mark.parametrize("kind", ["NUL", "huge", "large", "half a character", "square", "negative"])
def test_no_button_breaks(kind, network, things, steward):
    """Views that write refuse what they cannot read, and break no more than the others."""
    said = HOSTILE[kind].encode("utf-8", "surrogatepass")
    fields = ("volunteer", "said", "signup", "answer", "point", "candidate", "seen", "agreed")
    sent = urlencode(
        dict.fromkeys((*FIELDS, *fields, "fingerprint", "max_moves", "min_size"), said)
    )
    for name, (_, method, _) in IN_NETWORK.items():
        if method == "post":
            url = address(network, name, things)
            assert steward.post(url, sent, content_type=FORM).status_code < 500, name


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_address_breaks(kind, network, things, steward):
    """What follows the `?`, on every page that is visited."""
    said = HOSTILE[kind].encode("utf-8", "surrogatepass")[:3000]
    for name, (_, method, _) in IN_NETWORK.items():
        if method == "get":
            sent = dict.fromkeys(("page", "order", "details", "language", "example"), said)
            assert steward.get(address(network, name, things), sent).status_code < 500, name


@pytest.mark.parametrize("key", [2**31, 2**63, 10**30])
def test_no_number_of_a_thing_breaks(key, network, steward):
    for name, (_, method, wanted) in IN_NETWORK.items():
        if wanted:
            arguments = dict.fromkeys(wanted, key)
            url = reverse(name, kwargs={"network": network.slug, **arguments})
            assert getattr(steward, method)(url).status_code in (302, 404), name


def test_what_was_left_out_is_said(network, steward):
    for name in ("household_list", "request_list", "volunteer_list"):
        answer = steward.post(reverse(name, args=[network.slug]), {"text": "w " * 70})
        assert "Only the first 12 words were looked for." in answer.content.decode(), name


def test_a_place_is_looked_for_by_the_same_words(network, things, steward):
    answer = steward.post(address(network, "place_household", things), {"find": "w " * 70})
    assert "Only the first 12 words were looked for." in answer.content.decode()
    assert answer.context["typed"].split() == ["w"] * MOST_WORDS


def test_a_large_household_is_searched_once_a_word(inside):
    """Joins would make a row of each person for each word: here 8 to the twelfth."""
    home = HouseholdFactory(given_address="1 Main St")
    HouseholdFactory(given_address="2 Oak St")
    PersonFactory.create_batch(8, household=home, name="Ana Main")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = list(search_households(Household.objects.all(), search=parse_search("main " * 12)))
    assert found == [home]
    (only,) = asked
    assert " JOIN " not in only["sql"]


@given(st.text(alphabet=st.characters(codec=None, categories=None), max_size=2000))
def test_any_text_becomes_a_bounded_search(typed):
    search = parse_search(typed)
    assert len(search.text) <= LONGEST_TEXT
    assert len(search.words) <= MOST_WORDS
    assert all(word and len(word) <= LONGEST_WORD for word in search.words)
    "".join((search.text, *search.words)).encode()  # no half of a character
    assert "\0" not in search.text
    whole = " ".join(search.words) == " ".join(search.text.split())
    assert bool(search.note) == (not whole or len(search.text) < len(parse_text(typed)))


def parse_text(typed: str) -> str:
    return "".join(
        letter
        for letter in typed
        if letter in "\t\n\v\f\r"
        or not (ord(letter) < 32 or ord(letter) == 127 or 0xD800 <= ord(letter) < 0xE000)
    ).strip()


def map_file(path, *statements) -> bytes:
    database = sqlite3.connect(path)
    database.executescript(_SCHEMA)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()
    return path.read_bytes()


@pytest.mark.parametrize(
    "statements",
    [
        (),
        (
            "CREATE VIEW t AS SELECT 1 AS a",
            "INSERT INTO gpkg_contents VALUES ('t', 'attributes', 't', '', '', 0, 0, 0, 0, 4326)",
        ),
        (
            "CREATE TABLE t (fid INTEGER PRIMARY KEY)",
            "INSERT INTO gpkg_contents VALUES ('t', 'attributes', 't', '', '', 0, 0, 0, 0, 4326)",
        ),
    ],
    ids=["no layer", "only a view", "no columns"],
)
def test_a_map_file_without_a_layer_is_refused_in_words(statements, tmp_path, network, steward):
    content = map_file(tmp_path / "map.gpkg", *statements)
    url = reverse("import_upload", args=[network.slug])
    answer = steward.post(url, {"file": SimpleUploadedFile("map.gpkg", content)}, follow=True)
    assert answer.status_code in (200, 422)
    said = answer.content.decode()
    assert "layer" in said


@pytest.mark.parametrize(
    "url", ["[]", "http://[", "https://x:abc", "https://℀.org", "https://a\0b"]
)
def test_a_service_at_no_address_is_refused_in_words(url, network, steward):
    sent = {"service": "nominatim", "url": url}
    answer = steward.post(reverse("geocoding_choose", args=[network.slug]), sent)
    assert answer.status_code == 200
    assert (
        "no web address" in answer.content.decode() or "Null characters" in answer.content.decode()
    )
