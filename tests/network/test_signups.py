"""What strangers send is sealed, bounded, and let in by the way every spreadsheet goes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from geomatch.network.models import Role, SignUp
from geomatch.network.selectors.signups import waiting_signups
from geomatch.network.signups import services
from geomatch.network.signups.services import (
    TooManyError,
    forget_old_signups,
    receive_signup,
    set_aside,
    take_back,
)
from tests.factories import NetworkFactory, UserFactory

ANSWERS = {
    "wants": "needs",
    "name": "Ana Ruiz",
    "phone": "555 0100",
    "email": "",
    "address": "12 Main St",
    "unit": "4",
    "city": "",
    "hidden": False,
    "languages": ["es"],
    "needs": ["groceries", "other-help"],
    "offers": [],
    "vehicle": False,
    "details": "On Fridays",
}


def sent(network, client_address="203.0.113.7", **answers) -> SignUp | None:
    return receive_signup(
        network=network,
        answers=ANSWERS | answers,
        language="en",
        client_address=client_address,
    )


def test_nothing_that_was_written_can_be_read_in_the_database(inside):
    sent(inside)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM network_signup")
        row = repr(cursor.fetchone())
    for secret in ("Ana", "0100", "Main", "groceries", "Friday", "203.0.113"):
        assert secret not in row
    assert SignUp.objects.get().answers == ANSWERS


class TestBounds:
    def test_the_same_twice_is_kept_once_and_anything_else_again(self, inside):
        assert sent(inside)
        assert sent(inside) is None
        assert sent(inside, needs=["rides"])
        assert SignUp.objects.count() == 2

    def test_long_words_that_many_send_are_a_program(self, inside):
        words = "Cheap watches for everybody, look at this wonderful page now"
        kept = [sent(inside, name=f"Bo {n}", details=words) for n in range(4)]
        assert [bool(signup) for signup in kept] == [True, True, False, False]
        short = [sent(inside, name=f"Cy {n}", details="no stairs please") for n in range(4)]
        assert all(short)

    def test_one_address_sends_only_so_many(self, inside, monkeypatch):
        monkeypatch.setattr(services, "MOST_FROM_AN_ADDRESS", 2)
        for n in range(2):
            sent(inside, name=f"Bo {n}")
        with pytest.raises(TooManyError):
            sent(inside, name="Bo again")
        sent(inside, "203.0.113.8", name="Cy")
        SignUp.objects.update(created_at=timezone.now() - services.ADDRESS_SPAN)
        sent(inside, name="Bo again")

    def test_a_household_has_more_than_one_address_of_the_new_kind(self, inside, monkeypatch):
        monkeypatch.setattr(services, "MOST_FROM_AN_ADDRESS", 1)
        sent(inside, "2001:db8:1:2::1")
        with pytest.raises(TooManyError):
            sent(inside, "2001:db8:1:2:ffff::9", name="Bo")
        sent(inside, "2001:db8:1:3::1", name="Bo")

    def test_a_network_takes_only_so_many_whoever_sends_them(self, inside, monkeypatch):
        monkeypatch.setattr(services, "MOST_IN_A_NETWORK", 2)
        for n in range(2):
            sent(inside, "", name=f"Bo {n}")
        with pytest.raises(TooManyError):
            sent(inside, "198.51.100.1")

    def test_another_network_counts_for_itself(self, network, monkeypatch):
        monkeypatch.setattr(services, "MOST_FROM_AN_ADDRESS", 1)
        assert sent(network)
        assert sent(NetworkFactory())


class TestSetAside:
    def test_can_be_taken_back_until_it_is_forgotten(self, inside):
        who = {"network": inside, "signups": [sent(inside)], "actor": UserFactory()}
        assert set_aside(**who) == 1
        assert not waiting_signups({Role.STEWARD}).exists()
        assert take_back(**who) == 1
        assert waiting_signups({Role.STEWARD}).count() == 1
        set_aside(**who)
        SignUp.objects.update(decided_at=timezone.now() - dt.timedelta(days=29))
        forget_old_signups(network=inside)
        assert SignUp.objects.exists()
        SignUp.objects.update(decided_at=timezone.now() - dt.timedelta(days=31))
        sent(inside, name="Bo")  # whoever writes next sees to it as well
        assert [signup.answers["name"] for signup in SignUp.objects.all()] == ["Bo"]


def test_a_hidden_one_is_a_stewards(inside):
    sent(inside, hidden=True)
    assert not waiting_signups({Role.ORGANIZER}).exists()
    assert waiting_signups({Role.STEWARD}).exists()
