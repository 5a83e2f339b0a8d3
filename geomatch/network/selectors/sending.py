"""Which lines would leave this machine if a geocoding service were asked, and which would not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, QuerySet

from geomatch.core.addresses import Address, AddressReader, normalise_city, normalise_region
from geomatch.geocoding.providers import Service, line_to_send
from geomatch.geocoding.providers.answerfile import read_answer
from geomatch.geocoding.suggestions import Suggestion
from geomatch.network.models import (
    GazetteerEntry,
    Household,
    Network,
    ProviderAnswer,
    ProviderChoice,
)
from geomatch.network.selectors.doubtful import IMPRECISE, UNLOOKED
from geomatch.network.selectors.households import address_of

# Never sent, whoever asks: where they live is nobody else's business.
HELD_BACK = Q(hidden=True) | Q(quiet=True) | Q(do_not_contact=True)


class Asked(NamedTuple):
    """One home that was not found here, its address, and the line it would be sent as."""

    home: Household
    address: Address
    line: str


@dataclass(frozen=True)
class Sending:
    """What would be sent to a service, and what would not.

    Attributes
    ----------
    homes
        Homes that the service could say something about.
    lines
        The very lines that would be sent, each once, in the order they would be sent in.
    answered
        How many homes need no sending: their line was answered before.
    boxes
        How many homes have no street to send: boxes, and addresses without one.
    held_back
        How many homes are hidden, quiet or do not want to be contacted.
    """

    homes: Sequence[Asked]
    lines: Sequence[str]
    answered: int
    boxes: int
    held_back: int

    @property
    def fingerprint(self) -> str:
        """The same letters as long as the lines are the same."""
        return digest("\n".join(self.lines))


def digest(text: str) -> str:
    """Shorten a text to letters that tell it from any other and do not tell what it says."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def not_found_here() -> QuerySet[Household]:
    """Return the homes of the current network that its own gazetteer did not find."""
    return Household.objects.filter(quality__in=IMPRECISE).exclude(UNLOOKED)


def chosen_provider() -> ProviderChoice | None:
    """Return the service the current network has chosen, if any."""
    return ProviderChoice.objects.select_related("chosen_by").first()


def lines_to_send(network: Network, service: Service) -> Sending:
    """Say what would be sent to a service. Nothing is."""
    homes = not_found_here().filter(doubt="").order_by("id")
    reader = AddressReader(_towns(network))
    asked, boxes = [], 0
    for home in homes.exclude(HELD_BACK):
        address = _completed(reader.read(address_of(home, network)), network)
        line = line_to_send(address)
        if line:
            asked.append(Asked(home, address, line))
        else:
            boxes += 1
    kept = set(ProviderAnswer.objects.values_list("asked", flat=True))
    lines = dict.fromkeys(one.line for one in asked)
    fresh = [line for line in lines if answer_key(service, line) not in kept]
    sent = set(fresh)
    return Sending(
        homes=asked,
        lines=fresh,
        answered=sum(one.line not in sent for one in asked),
        boxes=boxes,
        held_back=homes.filter(HELD_BACK).count(),
    )


def answer_key(service: Service, line: str) -> str:
    """Name the answer a service gave to a line."""
    return digest(f"{service.name} {service.host}\n{line}")


def provider_candidates(network: Network, home: Household, service: Service) -> list[Suggestion]:
    """List the places a service offered for a home, where it could not say which."""
    reader = AddressReader(_towns(network))
    line = line_to_send(_completed(reader.read(address_of(home, network)), network))
    kept = ProviderAnswer.objects.filter(asked=answer_key(service, line)).first()
    if kept is None:
        return []
    _, answer = read_answer(kept.answer)
    return [
        Suggestion(place.address, place.lon, place.lat, "street", 0.5, f"{service.host} offers it")
        for place in answer.candidates
    ]


def _towns(network: Network) -> list[str]:
    towns = set(GazetteerEntry.objects.order_by().values_list("city", flat=True).distinct())
    return sorted(town for town in {*towns, network.town} if town)


def _completed(address: Address, network: Network) -> Address:
    """Add the network's town and state where there is none: "12 Main St" is in every state."""
    if not address.city and not address.postcode:
        address = address._replace(city=normalise_city(network.town))
    return address._replace(region=address.region or normalise_region(network.region))
