"""Homes that were not found here, and a service that is asked about them."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from geomatch.network.locating.provider import (
    ask_provider,
    choose_provider,
    consent_to_send,
    service_of,
)
from geomatch.network.models import Household, ProviderConsent
from geomatch.network.scope import use_network
from geomatch.network.selectors.sending import Sending, chosen_provider, lines_to_send
from tests.factories import HouseholdFactory
from tests.geocoding.services import as_json, nominatim

LINES = ["12 SPRUCE LN, PORT ALDER, AK", "14 SPRUCE LN, PORT ALDER, AK"]


def missing(address: str, **fields) -> Household:
    return HouseholdFactory(
        **{"number": "", "street": "", "city": "", "quality": "none", "lonlat": None}
        | {"given_address": address, "geocode_reason": "no such street"}
        | fields
    )


def choose(network, url: str, **options) -> None:
    choose_provider(
        network=network, **{"service": "nominatim", "url": url, "actor": None} | options
    )


def sending(network) -> Sending:
    with use_network(network):
        return lines_to_send(network, service_of(chosen_provider()))


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
