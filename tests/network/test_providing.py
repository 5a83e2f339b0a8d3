"""Asking a service on another machine: what is sent, what is believed, how it can fail."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.urls import reverse

from geomatch.core.errors import InputError, ParameterError
from geomatch.geocoding.providers import Pacer, asking, services
from geomatch.network.models import (
    AuditEvent,
    Household,
    ProviderConsent,
    Role,
    Run,
)
from geomatch.network.scope import use_network
from geomatch.network.selectors.doubtful import location_queue
from geomatch.network.selectors.sending import chosen_provider, lines_to_send
from geomatch.network.services.providing import (
    ask_provider,
    choose_provider,
    consent_to_send,
    service_of,
)
from tests.factories import HouseholdFactory, MemberFactory, UserFactory
from tests.geocoding.services import LAT, LON, Clock, as_json, nominatim, send, server
from tests.geocoding.test_providers import FAULTS
from tests.security.test_permissions import signed_in

LINES = ["12 SPRUCE LN, PORT ALDER, AK", "14 SPRUCE LN, PORT ALDER, AK"]


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Clock:
    """Time that passes only when somebody sleeps; no proxy between us and the played service."""
    clock = Clock()
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(
        asking, "Pacer", lambda every_s: Pacer(every_s, clock=clock, sleep=clock.sleep)
    )
    return clock


def missing(address: str, **fields) -> Household:
    return HouseholdFactory(
        **{"number": "", "street": "", "city": "", "quality": "none", "lonlat": None}
        | {"given_address": address, "geocode_reason": "no such street"}
        | fields
    )


@pytest.fixture
def town(network):
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


def choose(network, url: str, **options) -> None:
    choose_provider(
        network=network, **{"service": "nominatim", "url": url, "actor": None} | options
    )


def sending(network):
    with use_network(network):
        return lines_to_send(network, service_of(chosen_provider()).host)


def agreed(network, actor=None) -> ProviderConsent:
    fingerprint = sending(network).fingerprint
    return consent_to_send(network=network, fingerprint=fingerprint, actor=actor)


def ask(network, url: str, **options) -> dict[str, int]:
    choose(network, url)
    return ask_provider(network=network, consent=agreed(network), actor=None, **options)


def fresh(network, home: Household) -> Household:
    with use_network(network):
        return Household.objects.get(pk=home.pk)


def lines(asked: list[str]) -> list[str]:
    return [parse_qs(urlsplit(path).query)["q"][0] for path in asked]


def anywhere(handler: BaseHTTPRequestHandler) -> None:
    """Know every number of the street."""
    number = parse_qs(urlsplit(handler.path).query)["q"][0].split()[0]
    as_json(nominatim(address={"house_number": number}))(handler)


class TestWhatIsSent:
    def test_are_the_lines_that_were_shown_and_no_others(self, network, town):
        with server(anywhere) as (url, asked):
            choose(network, url)
            assert sending(network).lines == LINES
            assert (sending(network).boxes, sending(network).held_back) == (1, 3)
            report = ask_provider(network=network, consent=agreed(network), actor=None)
        assert lines(asked) == LINES
        assert report == {"rooftop": 2, "sent": 2}
        for home in town:
            after = fresh(network, home)
            assert (after.quality, after.geocode_source) == ("rooftop", "nominatim")
            assert after.location.coords == pytest.approx((LON, LAT))
            assert after.location_m is not None
            assert after.given_address == home.given_address
            assert after.street == ""

    def test_leaves_out_what_became_hidden_a_moment_ago(self, network, town):
        def hide_the_other(done, total):
            with use_network(network):
                Household.objects.filter(pk=town[1].pk).update(hidden=True)

        with server(anywhere) as (url, asked):
            ask(network, url, progress=hide_the_other)
        assert lines(asked) == LINES[:1]
        assert fresh(network, town[1]).location is None

    def test_leaves_out_what_came_after_the_consent(self, network, town):
        with server(anywhere) as (url, asked):
            choose(network, url)
            consent = agreed(network)
            with use_network(network):
                missing("16 Spruce Ln")
            ask_provider(network=network, consent=consent, actor=None)
        assert lines(asked) == LINES

    def test_goes_to_nobody_else(self, network, town):
        with server(anywhere) as (url, _), server(anywhere) as (other, overheard):
            choose(network, url)
            consent = agreed(network)
            choose(network, other)
            with pytest.raises(InputError, match="Another service"):
                ask_provider(network=network, consent=consent, actor=None)
            choose(network, "", service="")
            with pytest.raises(InputError, match="Another service"):
                ask_provider(network=network, consent=consent, actor=None)
        assert overheard == []

    def test_keeps_the_services_pace(self, network, town, clock, monkeypatch):
        with server(anywhere) as (url, _):
            make = services._MAKERS["nominatim"]
            monkeypatch.setitem(
                services._MAKERS, "nominatim", lambda *a: make(*a)._replace(every_s=1.1)
            )
            ask(network, url)
        assert clock.slept == pytest.approx([1.1])

    def test_goes_on_after_a_kill_and_asks_nothing_twice(self, network, town):
        def killed(done, total):
            raise KeyboardInterrupt

        with server(anywhere) as (url, asked):
            with pytest.raises(KeyboardInterrupt):
                ask(network, url, progress=killed)
            assert fresh(network, town[0]).quality == "rooftop"
            assert sending(network).lines == LINES[1:]
            ask(network, url)
        assert lines(asked) == LINES

    def test_a_newcomer_at_a_known_line_needs_no_sending(self, network, town):
        with server(anywhere) as (url, asked):
            ask(network, url)
            with use_network(network):
                newcomer = missing("12 Spruce Ln #9")
            assert sending(network).lines == []
            assert sending(network).answered == 1
            assert ask(network, url) == {"rooftop": 1, "sent": 0}
        assert lines(asked) == LINES
        assert fresh(network, newcomer).quality == "rooftop"


class TestWhatIsBelieved:
    def test_only_what_is_better(self, network, town):
        with use_network(network):
            Household.objects.filter(quality="none").update(
                quality="street", location="SRID=4326;POINT(-134.5 58.3)"
            )
        street = nominatim(address={"house_number": ""})
        with server(as_json(street)) as (url, _):
            assert ask(network, url) == {"no better": 2, "sent": 2}
            ask(network, url)
        after = fresh(network, town[0])
        assert (after.quality, after.location.x) == ("street", -134.5)
        assert after.geocode_reason == (
            "no such street; asked elsewhere: only the street is known there"
        )

    def test_a_pin_placed_meanwhile_is_not_moved(self, network, town):
        def place_the_other(done, total):
            with use_network(network):
                Household.objects.filter(pk=town[1].pk).update(quality="hand_placed")

        with server(anywhere) as (url, asked):
            report = ask(network, url, progress=place_the_other)
        assert report == {"rooftop": 1, "sent": 1}
        assert lines(asked) == LINES[:1]
        assert fresh(network, town[1]).location is None

    def test_a_point_outside_the_network_comes_to_the_queue(self, network, town):
        with server(as_json(nominatim(lon="-134.65"))) as (url, _):
            ask(network, url)
        home = fresh(network, town[0])
        assert (home.quality, home.doubt) == ("rooftop", "outside")
        with use_network(network):
            assert home in location_queue(Household.objects.all())

    def test_several_places_are_offered_in_the_queue(self, network, town):
        both = nominatim() + nominatim(lat=str(LAT + 0.05))
        with server(as_json(both)) as (url, _):
            ask(network, url)
            client = signed_in(MemberFactory(network=network, role=Role.ORGANIZER).user)
            url = reverse("place_household", args=[network.slug, town[0].pk])
            offered = client.get(url).context["candidates"]
        assert len(offered) == 2
        assert "offers it" in offered[0]["why"]


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

    def check(self, client, network, town):
        """Every home is placed or in the queue with a reason, and the pages are up."""
        with use_network(network):
            assert Run.objects.get().state == Run.State.DONE
            queue = set(location_queue(Household.objects.all()))
            for home in town:
                after = Household.objects.get(pk=home.pk)
                assert after in queue
                assert "asked elsewhere: " in after.geocode_reason
                assert after.location is None
        for name in ("geocoding_settings", "place_queue"):
            answer = client.get(reverse(name, args=[network.slug]), follow=True)
            assert answer.status_code == 200, name

    @pytest.mark.parametrize("fault", CASES)
    def test_of_the_service_leaves_every_home_with_a_reason(
        self, network, town, steward, fault, monkeypatch
    ):
        if fault == "a slow drip":
            monkeypatch.setattr(services, "_TIMEOUT_S", 0.1)
        with server(CASES[fault]) as (url, asked):
            choose(network, url)
            assert self.send(steward, network).status_code == 302
        assert asked
        self.check(steward, network, town)

    def test_of_nobody_listening(self, network, town, steward):
        with server(anywhere) as (url, _):
            pass
        choose(network, url)
        self.send(steward, network)
        self.check(steward, network, town)
        assert "cannot be reached" in fresh(network, town[0]).geocode_reason

    def test_a_redirect_to_this_machine_is_not_followed(self, network, town, steward):
        with server(anywhere) as (inside, overheard):
            redirect = lambda handler: send(  # noqa: E731
                handler, b"", status=302, Location=inside + handler.path
            )
            with server(redirect) as (url, _):
                choose(network, url)
                self.send(steward, network)
        assert overheard == []
        self.check(steward, network, town)

    def test_429_waits_as_long_as_it_is_told(self, network, town, steward, clock):
        with server(FAULTS["429"], anywhere) as (url, _):
            choose(network, url)
            self.send(steward, network)
        assert clock.slept == [7.0]
        assert fresh(network, town[0]).quality == "rooftop"

    def test_a_fault_passes_and_the_homes_are_found_later(self, network, town, steward):
        with server(FAULTS["500"]) as (url, _):
            choose(network, url)
            self.send(steward, network)
        with server(anywhere) as (url, _):
            choose(network, url)
            self.send(steward, network)
        assert fresh(network, town[1]).quality == "rooftop"


class TestChoosing:
    @pytest.mark.parametrize(
        ("service", "url", "words"),
        [
            ("gogle", "", "no provider"),
            ("pelias", "", "no public server"),
            ("nominatim", "ftp://x", "no web address"),
            ("nominatim", "http://ana:secret@maps.example.org", "without a name or password"),
            ("nominatim", "http://169.254.169.254/latest", "link-local"),
            ("nominatim", "http://[fe80::1]/", "link-local"),
        ],
    )
    def test_what_may_not_be_asked_is_refused(self, network, service, url, words):
        with pytest.raises(ParameterError, match=words):
            choose(network, url, service=service)
        with use_network(network):
            assert chosen_provider() is None

    @pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://10.0.0.4/nominatim"])
    def test_a_private_server_of_ones_own_may_be_asked(self, network, url):
        choose(network, url)

    def test_a_name_that_leads_to_a_link_local_address_is_refused_when_asked(
        self, network, town, monkeypatch
    ):
        from geomatch.network.services import providing

        choose(network, "http://geocoder.example.org")
        consent = agreed(network)
        found = [(2, 1, 6, "", ("169.254.169.254", 80))]
        monkeypatch.setattr(providing.socket, "getaddrinfo", lambda *a: found)
        with pytest.raises(ParameterError, match="link-local"):
            ask_provider(network=network, consent=consent, actor=None)

    def test_a_key_is_sealed_and_stays_when_it_is_not_typed_again(self, network):
        choose(network, "https://api.example.org", service="pelias", api_key="s3cret-key")
        choose(network, "https://api.example.org", service="pelias")
        with use_network(network):
            assert chosen_provider().api_key == "s3cret-key"
            with connection.cursor() as cursor:
                cursor.execute("SELECT api_key FROM network_providerchoice")
                assert "s3cret" not in str(cursor.fetchall())
        choose(network, "https://other.example.org", service="pelias")
        with use_network(network):
            assert not chosen_provider().api_key  # a key goes to nobody but whom it was given for


class TestConsent:
    def test_says_who_and_when_and_holds_no_address(self, network, town):
        actor = UserFactory()
        choose(network, "http://127.0.0.1:1")
        consent = agreed(network, actor)
        assert consent.given_by == actor
        assert consent.given_at is not None
        assert "SPRUCE" not in str(consent.digests)
        with use_network(network):
            events = list(AuditEvent.objects.values_list("verb", "target", "figures"))
        assert events[0] == ("agreed to send addresses to", "127.0.0.1:1", {"lines": 2})

    def test_to_a_list_that_has_changed_is_none(self, network, town):
        choose(network, "http://127.0.0.1:1")
        seen = sending(network).fingerprint
        with use_network(network):
            missing("16 Spruce Ln")
        with pytest.raises(InputError, match="changed while you looked"):
            consent_to_send(network=network, fingerprint=seen, actor=None)
        with use_network(network):
            assert not ProviderConsent.objects.exists()
