"""The page on which somebody sees what would leave this machine, and says whether it may."""

from __future__ import annotations

import pytest
from django.urls import reverse

from geomatch.network.locating.provider import choose_provider
from geomatch.network.models import ProviderChoice, ProviderConsent, Role, Run
from geomatch.network.scope import use_network
from tests.factories import HouseholdFactory, MemberFactory
from tests.security.test_permissions import signed_in

NOBODY_LISTENS = "http://127.0.0.1:1"


def client_of(network, role):
    return signed_in(MemberFactory(network=network, role=role).user)


def address(network, name):
    return reverse(name, args=[network.slug])


@pytest.fixture
def steward(network):
    return client_of(network, Role.STEWARD)


@pytest.fixture
def town(network):
    with use_network(network):
        for line, hidden in (("12 Spruce Ln", False), ("77 Secret Cove", True)):
            HouseholdFactory(
                given_address=line, street="", city="Port Alder", quality="none", lonlat=None,
                geocode_reason="?", hidden=hidden,
            )  # fmt: skip
    return network


def chosen(network, **options):
    choose_provider(
        network=network, **{"service": "nominatim", "url": NOBODY_LISTENS, "actor": None} | options
    )


def test_it_is_off_until_somebody_chooses(organizer, steward, town):
    for client in (organizer, steward):
        page = client.get(address(town, "geocoding_settings")).content.decode()
        assert "Off: no address leaves this machine" in page
        assert "SPRUCE" not in page
    assert "Off: no address leaves" in organizer.get(address(town, "settings")).content.decode()
    answer = organizer.post(address(town, "geocoding_send"), {"agreed": "yes"}, follow=True)
    assert "No service is chosen" in answer.content.decode()


def test_a_steward_chooses_and_nothing_is_sent(steward, town):
    form = {"service": "nominatim", "url": NOBODY_LISTENS, "api_key": ""}
    answer = steward.post(address(town, "geocoding_choose"), form, follow=True)
    assert "Nothing was sent" in answer.content.decode()
    with use_network(town):
        assert ProviderChoice.objects.get().chosen_by is not None
        assert not Run.objects.exists()
    steward.post(address(town, "geocoding_choose"), {"service": "none"})
    with use_network(town):
        assert not ProviderChoice.objects.exists()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"service": "pelias", "url": ""}, "no public server"),
        ({"service": "photon", "url": "http://169.254.169.254"}, "link-local"),
        ({"service": "else", "url": ""}, "Select a valid choice"),
    ],
)
def test_what_may_not_be_asked_is_said_beside_the_field(steward, town, form, words):
    answer = steward.post(address(town, "geocoding_choose"), form)
    assert words in answer.content.decode()
    with use_network(town):
        assert not ProviderChoice.objects.exists()


def test_the_very_lines_are_shown_hidden_homes_not_among_them(organizer, steward, town):
    chosen(town)
    for client in (organizer, steward):
        page = client.get(address(town, "geocoding_settings"))
        said = page.content.decode()
        assert "1 address would go to 127.0.0.1:1" in said
        assert page.context["sending"]["lines"] == ["12 SPRUCE LN, PORT ALDER"]
        assert "SECRET" not in said.upper()
        assert "never sent" in said
        file = client.get(address(town, "geocoding_lines"))
        assert file.content == b"12 SPRUCE LN, PORT ALDER\n"
        assert "no-store" in file["Cache-Control"]
    assert "(1 now)" in said  # how many are hidden, a steward may know
    assert "now)" not in organizer.get(address(town, "geocoding_settings")).content.decode()


def test_nothing_is_sent_without_a_tick_or_for_another_list(organizer, town):
    chosen(town)
    url = address(town, "geocoding_send")
    page = organizer.get(address(town, "geocoding_settings"))
    fingerprint = page.context["sending"]["fingerprint"]
    for form in ({"fingerprint": fingerprint}, {"agreed": "yes", "fingerprint": "0" * 32}):
        answer = organizer.post(url, form, follow=True)
        assert "Nothing was sent" in answer.content.decode()
    with use_network(town):
        assert not ProviderConsent.objects.exists()
        assert not Run.objects.exists()


def test_who_agreed_is_written_down_and_shown(organizer, town, monkeypatch):
    from geomatch.site.jobs import tasks

    asked = []
    monkeypatch.setattr(tasks, "ask_provider", lambda **options: asked.append(options) or {})
    chosen(town)
    page = organizer.get(address(town, "geocoding_settings"))
    form = {"agreed": "yes", "fingerprint": page.context["sending"]["fingerprint"]}
    answer = organizer.post(address(town, "geocoding_send"), form)
    with use_network(town):
        consent, run = ProviderConsent.objects.get(), Run.objects.get()
    assert answer["Location"] == reverse("run_detail", args=[town.slug, run.pk])
    assert run.state == Run.State.DONE
    assert asked[0]["consent"] == consent
    assert consent.given_by == run.started_by
    said = organizer.get(address(town, "geocoding_settings")).content.decode()
    assert "1 address to 127.0.0.1:1" in said
    assert str(consent.given_by) in said
