"""Map data go out compressed; a page that holds a secret of its reader never does (BREACH)."""

from __future__ import annotations

import gzip
import json

import pytest
from django.contrib.gis.geos import LineString
from django.urls import reverse

from geomatch.network.models import GroundFeature, Role
from geomatch.network.scope import use_network
from tests.factories import MemberFactory
from tests.matching.test_streets_site import lay_streets
from tests.security import test_permissions
from tests.security.test_permissions import ACCOUNT, IN_NETWORK, SIGNED_IN, call, signed_in

things = test_permissions.things
MAP_DATA = {"plan_data", "ground_data", "match_data", "request_data"}
NOT_BY_NAME = {"account_confirm_email", "account_reset_password_from_key"}


@pytest.fixture
def steward(network):
    made = signed_in(MemberFactory(network=network, role=Role.STEWARD).user)
    made.defaults["HTTP_ACCEPT_ENCODING"] = "gzip, deflate, br"
    return made


def lay_lanes(network, count: int = 200) -> None:
    """Enough that the random bytes Django pads a compressed body with weigh nothing."""
    for number in range(count):
        line = LineString(((-134.4, 58.3 + number / 1e4), (-134.3, 58.3 + number / 1e4)), srid=4326)
        GroundFeature.objects.create(network=network, kind="street", geometry=line)


def test_the_ground_goes_out_compressed_and_is_the_same(network, steward):
    with use_network(network):
        lay_streets(network)
        lay_lanes(network)
    address = reverse("ground_data", args=[network.slug])
    small = steward.get(address)
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    plain = steward.get(address, headers={"accept-encoding": "identity"})
    assert "Content-Encoding" not in plain
    assert json.loads(gzip.decompress(small.content)) == plain.json()
    assert len(small.content) < len(plain.content) / 2


@pytest.mark.parametrize("name", IN_NETWORK)
def test_of_a_network_only_map_data_are_compressed(name, network, steward, things):
    answer = call(steward, network, name, things)
    compressed = answer.has_header("Content-Encoding")
    assert not compressed or (name in MAP_DATA and answer["Content-Type"] == "application/json")


@pytest.mark.parametrize("name", sorted({*SIGNED_IN, *ACCOUNT} - NOT_BY_NAME))
def test_no_page_of_an_account_is_compressed(name, steward):
    assert not steward.get(reverse(name)).has_header("Content-Encoding")
