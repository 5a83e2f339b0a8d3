"""What strangers send is sealed, bounded, and let in by the way every spreadsheet goes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from geomatch.network.models import (
    AuditEvent,
    Household,
    Person,
    Request,
    Role,
    SheetImport,
    SignUp,
    Volunteer,
)
from geomatch.network.selectors.signups import waiting_signups
from geomatch.network.services import signups as services
from geomatch.network.services.signups import (
    TooManyError,
    forget_old_signups,
    let_in,
    receive_signup,
    set_aside,
    signups_as_sheets,
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


def all_let_in(network) -> tuple[int, int]:
    return let_in(network=network, signups=SignUp.objects.all(), actor=UserFactory())


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


class TestLetIn:
    def test_needs_become_a_neighbour_with_a_request(self, inside):
        sent(inside)
        assert all_let_in(inside) == (1, 0)
        request = Request.objects.get()
        assert request.skills == ["groceries", "other-help"]
        assert request.details == "On Fridays"
        home = request.person.household
        assert (request.person.name, request.person.phone) == ("Ana Ruiz", "555 0100")
        assert (home.given_address, home.in_pods, home.hidden) == ("12 Main St, 4", True, False)
        assert not SignUp.objects.exists()
        assert SheetImport.objects.get().file_name.startswith("Sign-ups, ")
        assert "Ana" not in str(list(AuditEvent.objects.values()))

    def test_an_offer_becomes_a_volunteer_and_no_neighbour_to_look_after(self, inside):
        sent(inside, wants="offers", needs=[], offers=["rides"], vehicle=True)
        assert all_let_in(inside) == (1, 0)
        volunteer = Volunteer.objects.get()
        assert (volunteer.skills, volunteer.vehicle) == (["rides"], True)
        assert volunteer.person.notes == "On Fridays"
        assert not volunteer.person.household.in_pods
        assert not Request.objects.exists()

    def test_both_are_one_person(self, inside):
        sent(inside, wants="both", offers=["tutoring"])
        all_let_in(inside)
        person = Person.objects.get()
        assert person.volunteer
        assert person.requests.count() == 1

    @pytest.mark.parametrize("wants", ["needs", "offers", "both"])
    def test_a_private_address_is_hidden_whatever_is_wanted(self, inside, wants):
        sent(inside, wants=wants, offers=["rides"], hidden=True)
        all_let_in(inside)
        assert Household.objects.get().hidden

    def test_who_is_known_already_gets_no_second_door(self, inside):
        sent(inside)
        all_let_in(inside)
        sent(inside, needs=["rides"], phone="")
        all_let_in(inside)
        assert Person.objects.get().phone == "555 0100"
        assert Request.objects.count() == 2

    def test_ones_own_town_is_no_part_of_the_address(self, inside):
        inside.town = "Port Ellery"
        sheets = signups_as_sheets([sent(inside, city="port ellery")], inside)
        assert sheets["Neighbours"].columns["Town"] == [""]

    def test_a_refused_one_waits_on_and_says_why(self, inside):
        first, second = sent(inside), sent(inside, details="Or on Mondays")
        assert all_let_in(inside) == (1, 1)
        second.refresh_from_db()
        assert second.trouble == f"the same neighbour as in sign-up {first.pk}; taken once"

    def test_two_who_press_at_once_let_in_once(self, inside):
        signup = sent(inside)
        all_let_in(inside)
        assert let_in(network=inside, signups=[signup], actor=UserFactory()) == (0, 0)
        assert SheetImport.objects.count() == 1


class TestSetAside:
    def test_can_be_taken_back_until_it_is_forgotten(self, inside):
        who = {"network": inside, "signups": [sent(inside)], "actor": UserFactory()}
        assert set_aside(**who) == 1
        assert not waiting_signups({Role.STEWARD}).exists()
        assert all_let_in(inside) == (0, 0)
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
