"""Who looks at the pages, and at whom."""

from __future__ import annotations

import pytest

from geomatch.network.intake.staging import background as stagedreading
from geomatch.network.models import Role
from geomatch.network.scope import use_network
from tests.factories import HouseholdFactory, MemberFactory, PersonFactory
from tests.security.test_permissions import signed_in


@pytest.fixture
def organizer(network):
    return signed_in(MemberFactory(network=network, role=Role.ORGANIZER).user)


@pytest.fixture
def ana(network):
    with use_network(network):
        home = HouseholdFactory(ref="1", given_address="12 Main St")
        PersonFactory(household=home, name="Ana Ruiz", phone="555-0101")
    return home


@pytest.fixture
def all_are_large(monkeypatch):
    """Read every sheet in the background."""
    monkeypatch.setattr(stagedreading, "LARGE_BYTES", 0)
