"""Two worlds: the same network twice, once with hidden homes, once without.

Whatever happens in both, nobody but a steward may see a difference, byte for byte. A test tells a
*story*, a function of a `World`: who lives there (`home`, `hidden_home`), what is done (`post`),
and when everybody looks at everything (`look`). `assert_nobody_sees_a_difference(story)` lets it
happen in both worlds and compares every answer that every role but a steward's was given::

    def story(world):
        world.home(1, street="Main Street")
        world.hidden_home(2, street="Secret Lane")
        world.post(Role.ORGANIZER, "start_planning", SIZES)
        world.look()

`look` opens every page of the permission table that is opened with GET, so a page made later falls
under the test by itself. What an address needs (`version`, `household` and so on) is in `things`.

What is put aside: the time (it stands still), anti-forgery tokens, nonces and random names of
elements. Ids are compared as they are. Both worlds give the homes that the story names the ids of
the story, so a gap that a hidden home leaves in the ids of homes, which are counted as yet, is the
one thing not seen here.
"""

from __future__ import annotations

import datetime as dt
import difflib
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import factory
from django.apps import apps
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from geomatch.network.models import Network, Person, Role
from geomatch.network.scope import use_network
from tests import factories
from tests.security.test_permissions import IN_NETWORK, signed_in

LOOKERS = tuple(role for role in Role if role != Role.STEWARD)
NOW = dt.datetime(2026, 11, 30, 12, 0, tzinfo=dt.UTC)
ASIDE = (
    (rb'(csrfmiddlewaretoken" value=")[^"]+', rb"\1TOKEN"),
    (rb'("X-CSRFToken": ")[^"]+', rb"\1TOKEN"),
    (rb'(nonce=")[^"]+', rb"\1NONCE"),
    (rb"\b(?:now|(?:a|\d+)(?:\s|\xc2\xa0)(?:second|minute)s? ago)\b", b"LATELY"),
)
RANDOM = re.compile(rb"\b[0-9a-f]{32}\b|(?<=_)[0-9a-f]{32}\b")
HEADERS_ASIDE = {"Content-Length", "Date", "Expires", "Last-Modified", "Content-Security-Policy"}
"""Times, how long a page with a time in it is, and the header that repeats the nonce."""
STORY_ID = 1_000
"""Ids that a story gives lie above those that its own rows get by counting."""

Story = Callable[["World"], None]


@dataclass
class World:
    """A network in which a story happens.

    Attributes
    ----------
    network
        Where everything is.
    has_hidden
        Whether the hidden homes of the story are there.
    things
        What addresses of pages name: for each name in the permission table, the values to look at.
    seen
        What everybody was answered, by role, page and look.
    """

    network: Network
    has_hidden: bool
    things: dict[str, list[Any]] = field(default_factory=dict)
    seen: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clients = {role: self._member(role) for role in Role}
        self._looks = itertools.count(1)

    def _member(self, role: Role) -> Client:
        user = factories.UserFactory(username=role.value, last_login=NOW)
        factories.MemberFactory(network=self.network, user=user, role=role)
        return signed_in(user)

    def home(self, key: int, *, name: str = "", lives: Mapping[str, Any] = {}, **fields: Any):
        """Add a home, and the person in it; its ids are those of the story."""
        pk = STORY_ID + key
        with use_network(self.network):
            fields = {"ref": f"N{pk}", "number": str(key), **fields}
            home = factories.HouseholdFactory(pk=pk, **fields)
            person = {"name": name or f"Neighbor {key}", **lives}
            factories.PersonFactory(pk=pk, household=home, **person)
        if not home.hidden:
            self.things.setdefault("household", []).append(pk)
        return home

    def hidden_home(self, key: int, **fields: Any) -> None:
        """Add a hidden home, its person, their request and their offer to help: in one world."""
        if not self.has_hidden:
            return
        self.home(key, hidden=True, **fields)
        self.helps(key)
        self.asks(key)

    def helps(self, key: int) -> None:
        """Let the person of a home be a volunteer."""
        pk = STORY_ID + key
        with use_network(self.network):
            person = Person.objects.get(pk=pk)
            factories.VolunteerFactory(pk=pk, ref=f"V{pk}", person=person)
        if not person.household.hidden:
            self.things.setdefault("volunteer", []).append(pk)

    def asks(self, key: int) -> None:
        """Let the person of a home ask for help."""
        pk = STORY_ID + key
        with use_network(self.network):
            person = Person.objects.get(pk=pk)
            factories.RequestFactory(pk=pk, ref=f"R{pk}", person=person)
        if not person.household.hidden:
            self.things.setdefault("ask", []).append(pk)

    def post(self, role: Role, name: str, data: Mapping[str, Any] = {}, **arguments: Any) -> None:
        """Let a member do something, and note the page they come to."""
        url = reverse(name, kwargs={"network": self.network.slug, **arguments})
        answer = self.clients[role].post(url, data, follow=True)
        assert answer.status_code == 200, (name, answer.status_code)
        if role != Role.STEWARD:
            self._note(f"{role} posts {name} ({next(self._looks)})", answer)

    def look(self, *, without: Iterable[str] = ()) -> None:
        """Let everybody but a steward open every page there is.

        Parameters
        ----------
        without
            Pages left out this time, because they are slow to make.
        """
        look = next(self._looks)
        for role, (name, row) in itertools.product(LOOKERS, IN_NETWORK.items()):
            if row[1] != "get" or name in without:
                continue
            for arguments in self._arguments(row[2]):
                url = reverse(name, kwargs={"network": self.network.slug, **arguments})
                self._note(f"{role} opens {url} ({look})", self.clients[role].get(url))

    def _arguments(self, wanted: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        """Every way to fill an address with the things there are."""
        values = (self.things.get(thing, []) for thing in wanted.values())
        return (dict(zip(wanted, some, strict=True)) for some in itertools.product(*values))

    def _note(self, what: str, answer: Any) -> None:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for pattern, instead in ASIDE:
            body = re.sub(pattern, instead, body)
        tokens: dict[bytes, bytes] = {}  # told apart by which came first, as they are random
        body = RANDOM.sub(lambda m: tokens.setdefault(m[0], b"TOKEN-%d" % len(tokens)), body)
        kept = {name: value for name, value in answer.headers.items() if name not in HEADERS_ASIDE}
        head = f"{answer.status_code} {sorted(kept.items())}\n".encode()
        assert what not in self.seen
        self.seen[what] = head + body


def told(story: Story, *, has_hidden: bool) -> dict[str, bytes]:
    """Let a story happen in a world of its own, and return what everybody saw."""
    _count_from_the_same()
    cache.clear()
    with (
        transaction.atomic(),
        mock.patch("django.utils.timezone.now", return_value=NOW),
    ):
        world = World(factories.NetworkFactory(slug="harbor", name="Harbor"), has_hidden)
        story(world)
        transaction.set_rollback(True)
    return world.seen


def assert_nobody_sees_a_difference(story: Story) -> dict[str, bytes]:
    """Tell a story in both worlds; what is returned is what was seen, for further questions.

    Raises
    ------
    AssertionError
        With the pages on which somebody could tell the worlds apart, and how.
    """
    without, with_hidden = (told(story, has_hidden=there) for there in (False, True))
    assert list(without) == list(with_hidden), "another page was there to open"
    differing = [page for page in without if without[page] != with_hidden[page]]
    assert not differing, (
        "\n\n".join(_difference(page, without[page], with_hidden[page]) for page in differing[:8])
        + f"\n\n{len(differing)} of {len(without)} answers differ: {differing}"
    )
    return without


def _difference(page: str, one: bytes, other: bytes) -> str:
    lines = [re.split(rb"(?<=[\n,>])", body) for body in (one, other)]
    text = [[line.decode(errors="replace").strip() for line in body] for body in lines]
    return "\n".join([page, *list(difflib.unified_diff(*text, "without", "with", n=1))[:30]])


def _count_from_the_same() -> None:
    """Let the rows of either world get the same ids, on a database that counts past a rollback."""
    for made in vars(factories).values():
        if isinstance(made, type) and issubclass(made, factory.Factory) and not made._meta.abstract:
            made.reset_sequence(0, force=True)
    with connection.cursor() as cursor:
        for line in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(line)
