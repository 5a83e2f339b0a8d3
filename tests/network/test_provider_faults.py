"""Every way a service can fail, through the site: the button, the background run, the pages."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler

import pytest
from django.urls import reverse

from geomatch.geocoding.providers import services
from geomatch.network.models import Household, Role, Run
from geomatch.network.scope import use_network
from geomatch.network.selectors.doubtful import location_queue
from tests.factories import MemberFactory
from tests.geocoding.services import (
    as_json,
    nominatim,
    send,
    server,
)
from tests.geocoding.test_providers import FAULTS
from tests.network.unfound import (
    anywhere,
    choose,
    fresh,
)
from tests.security.test_permissions import signed_in

pytestmark = pytest.mark.usefixtures("clock")


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        threading.Event().wait(0.02)


def flood(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(50 * 64):
        handler.wfile.write(b" " * 16384)


CASES = {
    **{name: FAULTS[name] for name in FAULTS},
    "a slow drip": drip,
    "50 MB": flood,
    "far away": as_json(nominatim(lat="40.7", lon="-74.0")),
    "another street": as_json(nominatim(address={"road": "Walnut Road"})),
    "closes at once": lambda handler: handler.connection.close(),
}


class TestFaults:
    """Through the site: the button, the background run, the pages afterwards."""

    @pytest.fixture
    def steward(self, network):
        return signed_in(MemberFactory(network=network, role=Role.STEWARD).user)

    def send(self, client, network):
        page = client.get(reverse("geocoding_settings", args=[network.slug]))
        form = {"agreed": "yes", "fingerprint": page.context["sending"]["fingerprint"]}
        return client.post(reverse("geocoding_send", args=[network.slug]), form)

    def check(self, client, network, unfound):
        """Every home is placed or in the queue with a reason, and the pages are up."""
        with use_network(network):
            assert Run.objects.get().state == Run.State.DONE
            queue = set(location_queue(Household.objects.all()))
            for home in unfound:
                after = Household.objects.get(pk=home.pk)
                assert after in queue
                assert "asked elsewhere: " in after.geocode_reason
                assert after.location is None
        for name in ("geocoding_settings", "place_queue"):
            answer = client.get(reverse(name, args=[network.slug]), follow=True)
            assert answer.status_code == 200, name

    @pytest.mark.parametrize("fault", CASES)
    def test_of_the_service_leaves_every_home_with_a_reason(
        self, network, unfound, steward, fault, monkeypatch
    ):
        if fault == "a slow drip":
            monkeypatch.setattr(services, "_TIMEOUT_S", 0.1)
        with server(CASES[fault]) as (url, asked):
            choose(network, url)
            assert self.send(steward, network).status_code == 302
        assert asked
        self.check(steward, network, unfound)

    def test_of_nobody_listening(self, network, unfound, steward):
        with server(anywhere) as (url, _):
            pass
        choose(network, url)
        self.send(steward, network)
        self.check(steward, network, unfound)
        assert "cannot be reached" in fresh(network, unfound[0]).geocode_reason

    def test_a_redirect_to_this_machine_is_not_followed(self, network, unfound, steward):
        with server(anywhere) as (inside, overheard):

            def redirect(handler):
                send(handler, b"", status=302, Location=inside + handler.path)

            with server(redirect) as (url, _):
                choose(network, url)
                self.send(steward, network)
        assert overheard == []
        self.check(steward, network, unfound)

    def test_429_waits_as_long_as_it_is_told(self, network, unfound, steward, clock):
        with server(FAULTS["429"], anywhere) as (url, _):
            choose(network, url)
            self.send(steward, network)
        assert clock.slept == [7.0]
        assert fresh(network, unfound[0]).quality == "rooftop"

    def test_a_fault_passes_and_the_homes_are_found_later(self, network, unfound, steward):
        with server(FAULTS["500"]) as (url, _):
            choose(network, url)
            self.send(steward, network)
        with server(anywhere) as (url, _):
            choose(network, url)
            self.send(steward, network)
        assert fresh(network, unfound[1]).quality == "rooftop"
