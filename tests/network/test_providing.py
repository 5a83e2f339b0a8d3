"""Asking a service on another machine: what is sent, what is believed, who said so."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from geomatch.core.errors import InputError, ParameterError
from geomatch.geocoding.providers import services
from geomatch.network.locating.provider import ask_provider, consent_to_send
from geomatch.network.models import AuditEvent, Household, ProviderConsent, Role
from geomatch.network.scope import use_network
from geomatch.network.selectors.doubtful import location_queue
from geomatch.network.selectors.sending import chosen_provider
from tests.factories import MemberFactory, UserFactory
from tests.geocoding.services import (
    LAT,
    LON,
    as_json,
    batch_lines,
    census_batch,
    nominatim,
    server,
)
from tests.network.unfound import (
    LINES,
    agreed,
    anywhere,
    ask,
    choose,
    fresh,
    lines,
    missing,
    sending,
)
from tests.security.test_permissions import signed_in

pytestmark = pytest.mark.usefixtures("clock")


class TestWhatIsSent:
    def test_are_the_lines_that_were_shown_and_no_others(self, network, unfound):
        with server(anywhere) as (url, asked):
            choose(network, url)
            assert sending(network).lines == LINES
            assert (sending(network).boxes, sending(network).held_back) == (1, 3)
            report = ask_provider(network=network, consent=agreed(network), actor=None)
        assert lines(asked) == LINES
        assert report == {"rooftop": 2, "sent": 2}
        for home in unfound:
            after = fresh(network, home)
            assert (after.quality, after.geocode_source) == ("rooftop", "nominatim")
            assert after.location.coords == pytest.approx((LON, LAT))
            assert after.location_m is not None
            assert after.given_address == home.given_address
            assert after.street == ""

    def test_leaves_out_what_became_hidden_a_moment_ago(self, network, unfound):
        def hide_the_other(done, total):
            with use_network(network):
                Household.objects.filter(pk=unfound[1].pk).update(hidden=True)

        with server(anywhere) as (url, asked):
            ask(network, url, progress=hide_the_other)
        assert lines(asked) == LINES[:1]
        assert fresh(network, unfound[1]).location is None

    def test_leaves_out_what_came_after_the_consent(self, network, unfound):
        with server(anywhere) as (url, asked):
            choose(network, url)
            consent = agreed(network)
            with use_network(network):
                missing("16 Spruce Ln")
            ask_provider(network=network, consent=consent, actor=None)
        assert lines(asked) == LINES

    def test_goes_to_nobody_else(self, network, unfound):
        with server(anywhere) as (url, _), server(anywhere) as (other, overheard):
            choose(network, url)
            consent = agreed(network)
            choose(network, other)
            with pytest.raises(InputError, match="Another service"):
                ask_provider(network=network, consent=consent, actor=None)
            choose(network, url, service="photon")
            with pytest.raises(InputError, match="Another service"):
                ask_provider(network=network, consent=consent, actor=None)
            choose(network, "", service="")
            with pytest.raises(InputError, match="Another service"):
                ask_provider(network=network, consent=consent, actor=None)
        assert overheard == []

    def test_goes_to_the_census_together_in_one_request(self, network, unfound):
        with server(census_batch) as (url, asked):
            choose(network, url, service="census")
            with use_network(network):
                missing("13 Spruce Ln")
            report = ask_provider(network=network, consent=agreed(network), actor=None)
        (upload,) = asked
        assert [row[1] for row in batch_lines(upload)] == [
            "12 SPRUCE LN", "14 SPRUCE LN", "13 SPRUCE LN"
        ]  # fmt: skip
        assert report == {"interpolated": 2, "no better": 1, "sent": 3}
        assert fresh(network, unfound[1]).geocode_source == "census"

    def test_keeps_the_services_pace(self, network, unfound, clock, monkeypatch):
        with server(anywhere) as (url, _):
            make = services._MAKERS["nominatim"]
            monkeypatch.setitem(
                services._MAKERS, "nominatim", lambda *a: make(*a)._replace(every_s=1.1)
            )
            ask(network, url)
        assert clock.slept == pytest.approx([1.1])

    def test_goes_on_after_a_kill_and_asks_nothing_twice(self, network, unfound):
        def killed(done, total):
            raise KeyboardInterrupt

        with server(anywhere) as (url, asked):
            with pytest.raises(KeyboardInterrupt):
                ask(network, url, progress=killed)
            assert fresh(network, unfound[0]).quality == "rooftop"
            assert sending(network).lines == LINES[1:]
            ask(network, url)
        assert lines(asked) == LINES

    def test_stops_sending_when_it_is_called_off(self, network, unfound):
        with server(anywhere) as (url, asked):
            ask(network, url, progress=lambda done, total: False)
        assert lines(asked) == LINES[:1]

    def test_a_newcomer_at_a_known_line_needs_no_sending(self, network, unfound):
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
    def test_only_what_is_better(self, network, unfound):
        with use_network(network):
            Household.objects.filter(quality="none").update(
                quality="street", location="SRID=4326;POINT(-134.5 58.3)"
            )
        street = nominatim(address={"house_number": ""})
        with server(as_json(street)) as (url, _):
            assert ask(network, url) == {"no better": 2, "sent": 2}
            ask(network, url)
        after = fresh(network, unfound[0])
        assert (after.quality, after.location.x) == ("street", -134.5)
        assert after.geocode_reason == (
            "no such street; asked elsewhere: only the street is known there"
        )

    def test_a_pin_placed_meanwhile_is_not_moved(self, network, unfound):
        def place_the_other(done, total):
            with use_network(network):
                Household.objects.filter(pk=unfound[1].pk).update(quality="hand_placed")

        with server(anywhere) as (url, asked):
            report = ask(network, url, progress=place_the_other)
        assert report == {"rooftop": 1, "sent": 1}
        assert lines(asked) == LINES[:1]
        assert fresh(network, unfound[1]).location is None

    def test_a_point_outside_the_network_comes_to_the_queue(self, network, unfound):
        with server(as_json(nominatim(lon="-134.65"))) as (url, _):
            ask(network, url)
        home = fresh(network, unfound[0])
        assert (home.quality, home.doubt) == ("rooftop", "outside")
        with use_network(network):
            assert home in location_queue(Household.objects.all())

    def test_several_places_are_offered_in_the_queue(self, network, unfound):
        both = nominatim() + nominatim(lat=str(LAT + 0.05))
        with server(as_json(both)) as (url, _):
            ask(network, url)
            client = signed_in(MemberFactory(network=network, role=Role.ORGANIZER).user)
            url = reverse("place_household", args=[network.slug, unfound[0].pk])
            offered = client.get(url).context["candidates"]
        assert len(offered) == 2
        assert "offers it" in offered[0]["why"]


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
        self, network, unfound, monkeypatch
    ):
        from geomatch.network.locating import provider as providing

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
    def test_says_who_and_when_and_holds_no_address(self, network, unfound):
        actor = UserFactory()
        choose(network, "http://127.0.0.1:1")
        consent = agreed(network, actor)
        assert consent.given_by == actor
        assert consent.given_at is not None
        assert "SPRUCE" not in str(consent.digests)
        with use_network(network):
            events = list(AuditEvent.objects.values_list("verb", "target", "figures"))
        assert events[0] == ("agreed to send addresses to", "127.0.0.1:1", {"lines": 2})

    def test_to_a_list_that_has_changed_is_none(self, network, unfound):
        choose(network, "http://127.0.0.1:1")
        seen = sending(network).fingerprint
        with use_network(network):
            missing("16 Spruce Ln")
        with pytest.raises(InputError, match="changed while you looked"):
            consent_to_send(network=network, fingerprint=seen, actor=None)
        with use_network(network):
            assert not ProviderConsent.objects.exists()
