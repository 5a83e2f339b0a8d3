"""Time that a test moves, and homes that were not found here."""

from __future__ import annotations

import pytest

from geomatch.geocoding.providers import Pacer, asking
from geomatch.network.models import Household, Role
from geomatch.network.scope import use_network
from tests.factories import HouseholdFactory, MemberFactory
from tests.geocoding.services import Clock
from tests.network.unfound import missing


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """Time that passes only when somebody sleeps; no proxy between us and the played service."""
    clock = Clock()
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(
        asking, "Pacer", lambda every_s: Pacer(every_s, clock=clock, sleep=clock.sleep)
    )
    return clock


@pytest.fixture
def unfound(network) -> list[Household]:
    """Two homes that were not found here, and four that must never be sent."""
    network.town, network.region = "Port Alder", "AK"
    network.save()
    with use_network(network):
        homes = [missing("12 Spruce Ln Apt 4"), missing("14 Spruce Lane, Port Alder")]
        missing("77 Secret Cove, Port Alder", hidden=True)
        missing("78 Quiet Cove, Port Alder", quiet=True)
        missing("79 Please Skip Cove, Port Alder", do_not_contact=True)
        missing("PO Box 9, Port Alder")
        HouseholdFactory(given_address="1 Found Street")
    return homes


@pytest.fixture
def steward(network):
    return MemberFactory(network=network, role=Role.STEWARD).user
