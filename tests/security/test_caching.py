"""What somebody saw signed in is not in the browser any more once they have signed out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from geomatch.network.models import Role
from tests.factories import MemberFactory
from tests.security import test_permissions
from tests.security.test_permissions import ACCOUNT, IN_NETWORK, SIGNED_IN, call, signed_in

things = test_permissions.things
# Streets, water and buildings: whoever draws a map again needs them again, and nobody is in them.
KEPT_FOR_A_WHILE = {"ground_data"}
# Their addresses need what a mail or an earlier page gave.
NOT_BY_NAME = {"account_confirm_email", "account_reset_password_from_key"}


@pytest.mark.parametrize("name", [*IN_NETWORK])
def test_no_page_of_a_network_is_kept(name, network, things):
    steward = signed_in(MemberFactory(network=network, role=Role.STEWARD).user)
    kept = call(steward, network, name, things)["Cache-Control"]
    if name in KEPT_FOR_A_WHILE:
        assert kept.startswith("private")
    else:
        assert "no-store" in kept


@pytest.mark.parametrize("name", sorted({*SIGNED_IN, *ACCOUNT} - NOT_BY_NAME))
def test_no_page_of_an_account_is_kept(name, network):
    member = signed_in(MemberFactory(network=network, role=Role.STEWARD).user)
    assert "no-store" in member.get(reverse(name))["Cache-Control"]


def test_refusals_and_pages_that_are_not_there_are_not_kept_either(network):
    volunteer = signed_in(MemberFactory(network=network, role=Role.VOLUNTEER).user)
    for path, status in ((reverse("import_upload", args=[network.slug]), 403), ("/none/", 404)):
        answer = volunteer.get(path)
        assert (answer.status_code, answer["Cache-Control"]) == (status, "no-store")


def test_what_is_told_to_strangers_says_nothing_of_it(db):
    assert "Cache-Control" not in Client().get(reverse("health"))
