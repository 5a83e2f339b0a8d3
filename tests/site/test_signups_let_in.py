"""Sign-ups are let in by the preview every spreadsheet goes through."""

from __future__ import annotations

import pytest
from django.utils import timezone

from geomatch.network.intake.services import take_back
from geomatch.network.intake.staging.apply import apply_staged
from geomatch.network.intake.staging.sheets import correct_columns
from geomatch.network.models import (
    AuditEvent,
    Household,
    Person,
    Request,
    Role,
    SheetImport,
    SignUp,
    StagedSheet,
    Volunteer,
)
from geomatch.network.selectors.signups import visible_signups
from geomatch.network.signups.services import forget, signups_as_sheets
from geomatch.network.signups.sheets import stage_signups
from tests.factories import HouseholdFactory, PersonFactory, UserFactory
from tests.network.test_signups import sent


def all_let_in(network, *, sees_hidden: bool = True, left_out: str = "") -> tuple[int, int]:
    """Let everybody in; return how many were, and how many wait on."""
    before, actor = SignUp.objects.count(), UserFactory()
    staged = stage_signups(network=network, signups=SignUp.objects.all(), actor=actor)
    if left_out:
        correct_columns(staged, sheet=left_out, kind=None, fields={})
    apply_staged(
        network=network, staged=staged.pk, looked_at=None, sees_hidden=sees_hidden, actor=actor
    )
    left = SignUp.objects.count()
    return before - left, left


def test_needs_become_a_neighbour_with_a_request(inside):
    sent(inside)
    assert all_let_in(inside) == (1, 0)
    request = Request.objects.get()
    assert request.skills == ["groceries", "other-help"]
    assert request.details == "On Fridays"
    home = request.person.household
    assert (request.person.name, request.person.phone) == ("Ana Ruiz", "555 0100")
    assert (home.given_address, home.in_pods, home.hidden) == ("12 Main St, 4", True, False)
    assert not SignUp.objects.exists()
    today = f"{timezone.localdate():%-d %B}"
    assert SheetImport.objects.get().file_name == f"1 sign-up of {today}"
    assert "Ana" not in str(list(AuditEvent.objects.values()))


def test_an_offer_becomes_a_volunteer_and_no_neighbour_to_look_after(inside):
    sent(inside, wants="offers", needs=[], offers=["rides"], vehicle=True)
    assert all_let_in(inside) == (1, 0)
    volunteer = Volunteer.objects.get()
    assert (volunteer.skills, volunteer.vehicle) == (["rides"], True)
    assert volunteer.person.notes == "On Fridays"
    assert not volunteer.person.household.in_pods
    assert not Request.objects.exists()


def test_both_are_one_person(inside):
    sent(inside, wants="both", offers=["tutoring"])
    all_let_in(inside)
    person = Person.objects.get()
    assert person.volunteer
    assert person.requests.count() == 1


@pytest.mark.parametrize("wants", ["needs", "offers", "both"])
def test_a_private_address_is_hidden_whatever_is_wanted(inside, wants):
    sent(inside, wants=wants, offers=["rides"], hidden=True)
    all_let_in(inside)
    assert Household.objects.get().hidden


def test_who_is_known_already_gets_no_second_door(inside):
    sent(inside)
    all_let_in(inside)
    sent(inside, needs=["rides"], phone="")
    all_let_in(inside)
    assert Person.objects.get().phone == "555 0100"
    assert Request.objects.count() == 2


def test_ones_own_town_is_no_part_of_the_address(inside):
    inside.town = "Port Ellery"
    sheets = signups_as_sheets([sent(inside, city="port ellery")], inside)
    assert sheets["Neighbours"].columns["Town"] == [""]


def test_a_rejected_one_waits_on_and_says_why(inside):
    sent(inside)
    second = sent(inside, details="Or on Mondays")
    assert all_let_in(inside) == (1, 1)
    second.refresh_from_db()
    assert second.trouble == "the same neighbour as in another one; taken once"


def test_a_rejected_one_says_all_that_is_wrong_each_by_its_field(inside):
    wrong = sent(inside, phone="5" * 90, email="a" * 300, wants="both", offers=["rides"])
    assert all_let_in(inside) == (0, 1)
    wrong.refresh_from_db()
    fields = [line.split(":")[0] for line in wrong.trouble.splitlines()]
    assert fields == ["Phone", "Email"], "and each once, whatever the number of sheets"


def test_two_who_press_at_once_let_in_once(inside):
    signup = sent(inside)
    all_let_in(inside)
    assert stage_signups(network=inside, signups=[signup], actor=UserFactory()) is None
    assert SheetImport.objects.count() == 1


def test_a_preview_that_is_discarded_leaves_the_inbox_as_it_was(inside):
    signup = sent(inside)
    stage_signups(network=inside, signups=[signup], actor=UserFactory()).delete()
    signup.refresh_from_db()
    assert (signup.state, signup.staged) == ("waiting", None)


def test_what_a_spreadsheet_would_run_comes_through_as_it_was_typed(inside):
    sent(inside, phone="+1 907 555 0100", name="=Ana Ruiz")
    all_let_in(inside)
    person = Person.objects.get()
    assert (person.phone, person.name) == ("+1 907 555 0100", "=Ana Ruiz")


def test_who_asks_for_help_waits_on_where_the_sheet_of_requests_was_left_out(inside):
    sent(inside)
    assert all_let_in(inside, left_out="Requests") == (0, 1)
    assert not Request.objects.exists()
    assert all_let_in(inside) == (1, 0)
    assert Request.objects.count() == Person.objects.count() == 1


def test_what_is_of_a_hidden_home_is_said_to_stewards_only(inside):
    home = HouseholdFactory(given_address="12 Main St, 4", hidden=True)
    PersonFactory(household=home, name="Ana Ruiz")
    sent(inside)
    assert all_let_in(inside, sees_hidden=False) == (0, 1)
    assert not visible_signups({Role.ORGANIZER}).exists()
    assert "hidden home" in visible_signups({Role.STEWARD}).get().trouble


def test_whose_import_is_taken_back_waits_again(inside):
    signup = sent(inside)
    all_let_in(inside)
    done = take_back(network=inside, sheet_import=SheetImport.objects.get(), actor=None)
    assert (done.waiting, Person.objects.count()) == (1, 0)
    again = SignUp.objects.get()
    assert again.answers == signup.answers
    assert (again.created_at, again.state) == (signup.created_at, "waiting")
    assert sent(inside) is None, "whoever sends the same is in no second time"


def test_whoever_is_deleted_is_in_no_preview_either(inside):
    first, second = sent(inside), sent(inside, name="Bo Lind")
    actor = UserFactory()
    for signups in ([first, second], [first]):
        stage_signups(network=inside, signups=signups, actor=actor)
    assert StagedSheet.objects.count() == 1
    forget(network=inside, signups=[first], actor=actor)
    assert not StagedSheet.objects.exists()
    assert SignUp.objects.get() == second
