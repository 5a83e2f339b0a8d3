"""A page that is looked at does not wait for somebody's import."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from django.urls import reverse

from geomatch.network.models import Household, Role
from geomatch.network.scope import use_network
from tests.factories import HouseholdFactory, MemberFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_open_while_a_long_write_is_under_way(client, network):
    user = MemberFactory(network=network, role=Role.ORGANIZER).user
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    with use_network(network):
        HouseholdFactory()
    writing, looked = threading.Event(), threading.Event()

    def import_slowly() -> None:
        try:
            with use_network(network):
                Household.objects.update(people_count=7)
                writing.set()
                looked.wait(timeout=60)
        finally:
            connections.close_all()

    writer = threading.Thread(target=import_slowly)
    writer.start()
    assert writing.wait(timeout=30)
    for name in ("dashboard", "household_list", "plan_list", "street_lists"):
        answer = client.get(reverse(name, args=[network.slug]))
        assert answer.status_code == 200, name
    assert not looked.is_set(), "the pages came before the write was over"
    looked.set()
    writer.join(timeout=30)
    connection.close()
    with use_network(network):
        assert Household.objects.get().people_count == 7
