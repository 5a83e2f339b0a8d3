"""Two coordinators, two connections, two transactions at once: one answer becomes yes.

On both databases. PostgreSQL lets both begin, so the lock and the constraint are what decides;
SQLite lets the second wait until the first has ended.
"""

from __future__ import annotations

from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from geomatch.matching import offers, rounds
from geomatch.matching.models import Match
from geomatch.network.models import Request
from geomatch.network.scope import use_network
from tests.factories import MatchFactory, NetworkFactory, RequestFactory, VolunteerFactory
from tests.reliability.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HOW_MANY = 4


@pytest.fixture
def town():
    return NetworkFactory()


def outcome(work):
    """Run some work and return what it returned or raised; a database fault is a fault."""
    try:
        return work()
    except (offers.NoLongerOpenError, IntegrityError) as refused:
        return refused


def together(works):
    """Begin all of them at the same moment, each in a connection of its own."""
    start = Barrier(len(works))

    def wait_and(work):
        def run():
            start.wait(timeout=30)
            return outcome(work)

        return run

    return at_once(*(wait_and(work) for work in works))


@pytest.fixture
def open_offers(town):
    with use_network(town):
        request = RequestFactory()
        return [
            offers.offer(network=town, request=request, volunteer=VolunteerFactory(), actor=None)
            for _ in range(HOW_MANY)
        ]


def accepted(town) -> int:
    with use_network(town):
        return Match.objects.filter(state=Match.State.ACCEPTED).count()


def test_several_say_yes_at_once_and_one_goes(town, open_offers):
    answers = together(
        [lambda m=m: offers.accept(network=town, match=m, actor=None) for m in open_offers]
    )
    assert sum(isinstance(answer, Match) for answer in answers) == 1
    assert sum(isinstance(answer, offers.NoLongerOpenError) for answer in answers) == HOW_MANY - 1
    with use_network(town):
        assert sorted(Match.objects.values_list("state", flat=True)) == [
            "accepted",
            *["cancelled"] * (HOW_MANY - 1),
        ]
        assert Request.objects.get().state == Request.State.MATCHED


def test_the_database_itself_takes_one_yes_where_nobody_locks(town, open_offers):
    inside = Barrier(HOW_MANY)

    def say_yes(pk):
        def work():
            with use_network(town), transaction.atomic():
                if connection.vendor == "postgresql":
                    inside.wait(timeout=30)  # all transactions are open before one writes
                return Match.objects.filter(pk=pk).update(state=Match.State.ACCEPTED)

        return work

    answers = together([say_yes(offer.pk) for offer in open_offers])
    assert answers.count(1) == 1
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == HOW_MANY - 1
    assert accepted(town) == 1


def test_two_who_ask_the_same_volunteer_at_once_ask_once(town):
    with use_network(town):
        request, volunteer = RequestFactory(), VolunteerFactory()
    pair = {"network": town, "request": request, "volunteer": volunteer, "actor": None}
    answers = together([lambda: offers.offer(**pair)] * 2)
    assert sum(isinstance(answer, Match) for answer in answers) == 1
    with use_network(town):
        assert Match.objects.count() == 1


def test_a_yes_and_a_calling_off_at_once_leave_one_story(town, open_offers):
    offer = open_offers[0]
    together(
        [
            lambda: offers.accept(network=town, match=offer, actor=None),
            lambda: offers.call_off(network=town, match=offer, actor=None),
        ]
    )
    with use_network(town):
        states = Match.objects.get(pk=offer.pk).state, Request.objects.get().state
    assert states == (Match.State.CANCELLED, Request.State.OPEN)


def test_a_yes_while_everything_is_offered_stays_a_yes(town, monkeypatch):
    """The list of suggestions is read after the requests are locked, not before."""
    with use_network(town):
        suggestion = MatchFactory()
    lock = rounds.lock

    def late(requests):
        requests = list(requests)
        if connection.vendor == "postgresql":  # on SQLite the other one could only wait for us
            at_once(lambda: offers.offer(network=town, request=suggestion.request,
                                         volunteer=suggestion.volunteer, actor=None))  # fmt: skip
            at_once(lambda: offers.accept(network=town, match=suggestion, actor=None))
        lock(requests)

    monkeypatch.setattr(rounds, "lock", late)
    asked, _ = rounds.offer_all(network=town, actor=None)
    wanted = (0, "accepted") if connection.vendor == "postgresql" else (1, "offered")
    with use_network(town):
        assert (asked, Match.objects.get().state) == wanted
