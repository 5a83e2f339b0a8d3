"""Ask a geocoding service on another machine, about lines that somebody said may be sent.

Off until a service is chosen. Before each line is sent it is held against the consent and the
household is read once more: what became hidden a second ago is not sent.
"""

from __future__ import annotations

import ipaddress
import socket
from collections import Counter, deque
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from urllib.parse import urlsplit

from django.contrib.auth.models import User

from geomatch.core.addresses import Address
from geomatch.core.errors import InputError, ParameterError
from geomatch.core.translation import gettext
from geomatch.geocoding import QUALITIES, Geocode
from geomatch.geocoding.providers import Pacer, ProviderGeocoder, Service, service_named
from geomatch.geocoding.providers.answerfile import read_answer, write_answer
from geomatch.network.locating.look_up import ASKED, place
from geomatch.network.models import (
    Household,
    Network,
    ProviderAnswer,
    ProviderChoice,
    ProviderConsent,
)
from geomatch.network.scope import use_network
from geomatch.network.selectors.sending import (
    HELD_BACK,
    Asked,
    answer_key,
    chosen_provider,
    digest,
    lines_to_send,
    not_found_here,
)
from geomatch.network.services.audit import record
from geomatch.network.speaking import spoken

AROUND_DEG = 0.25  # a volunteer may live some 25 km outside; what lies farther is not believed
ELSEWHERE = "; asked elsewhere: "


def choose_provider(
    *,
    network: Network,
    service: str,
    url: str = "",
    api_key: str = "",
    actor: User | None,
) -> ProviderChoice | None:
    """Choose the service that may be asked, or none with an empty `service`. Nothing is sent.

    Raises
    ------
    geomatch.core.errors.ParameterError
        If the service is not known, or its address is missing or may not be asked.
    """
    if service:
        checked = service_named(service, url or None)
        if "@" in urlsplit(url if "//" in url else f"//{url}").netloc:
            raise ParameterError(
                gettext("write the address of the service without a name or password")
            )
        _refuse_link_local(checked.host, resolve=False)
    with use_network(network):
        before = chosen_provider()
        if before is not None and not api_key and (before.service, before.url) == (service, url):
            api_key = before.api_key or ""
        ProviderChoice.objects.all().delete()
        verb = "chose a geocoding service:" if service else "switched off geocoding by others"
        record(actor=actor, verb=verb, target=service)
        if not service:
            return None
        return ProviderChoice.objects.create(
            service=service, url=url, api_key=api_key, chosen_by=actor
        )


def service_of(choice: ProviderChoice) -> Service:
    """Set up the service of a choice; nothing is sent by it."""
    return service_named(choice.service, choice.url or None, key=choice.api_key or None)


def consent_to_send(*, network: Network, fingerprint: str, actor: User | None) -> ProviderConsent:
    """Write down that somebody saw the lines and said they may be sent.

    Parameters
    ----------
    fingerprint
        Of the lines that were shown (`Sending.fingerprint`).

    Raises
    ------
    geomatch.core.errors.InputError
        If no service is chosen, nothing is to be sent, or the lines are others by now.
    """
    with use_network(network):
        choice = chosen_provider()
        if choice is None:
            raise InputError(gettext("No service is chosen. Nothing was sent."))
        service = service_of(choice)
        sending = lines_to_send(network, service)
        if not (sending.lines or sending.answered):
            raise InputError(gettext("There is nothing to send."))
        if sending.fingerprint != fingerprint:
            raise InputError(
                gettext(
                    "The list changed while you looked at it. Nothing was sent; look at it again."
                )
            )
        consent = ProviderConsent.objects.create(
            service=choice.service,
            host=service.host,
            digests=[digest(line) for line in sending.lines],
            given_by=actor,
        )
        record(
            actor=actor,
            verb="agreed to send addresses to",
            target=service.host[:60],
            lines=len(sending.lines),
        )
    return consent


@spoken("en")  # reasons are kept, and said again to each reader in their language
def ask_provider(
    *,
    network: Network,
    consent: ProviderConsent,
    actor: User | None,
    progress: Callable[[float, float], object] | None = None,
    pacer: Pacer | None = None,
) -> dict[str, int]:
    """Ask the chosen service where the homes are that were not found here.

    Each answer is kept and each home is placed as it comes, so a run that is killed goes on where
    it stopped, and no line is sent twice. A home ends located, or with a reason for the queue.

    Parameters
    ----------
    progress
        Called with done and total; where it answers False, no further line is sent.
    pacer
        Keeps to the service's terms; its own by default.

    Returns
    -------
    dict
        How many homes got which quality from the service, and how many lines were sent.

    Raises
    ------
    geomatch.core.errors.InputError
        If the service chosen is no longer the one that was agreed to, or may not be asked.
    """
    with use_network(network):
        choice = chosen_provider()
        service = service_of(choice) if choice else None
        if choice is None or service is None or _names(service) != (consent.service, consent.host):
            raise InputError(gettext("Another service was chosen meanwhile. Nothing was sent."))
        homes = lines_to_send(network, service).homes
    _refuse_link_local(service.host, resolve=True)
    answers = _KeptAnswers(network, service)
    west, south, east, north = network.boundary.extent
    geocoder = ProviderGeocoder(
        service,
        pacer=pacer,
        bounds=(
            west - AROUND_DEG,
            south - AROUND_DEG,
            east + AROUND_DEG,
            north + AROUND_DEG,
        ),
        answers=answers,
    )
    asking = _Asking(network, homes, frozenset(consent.digests), answers)
    found: Counter[str] = Counter()
    for answer in geocoder.geocode_each(asking.addresses()):
        with use_network(network):
            found[_take(network, asking.sent.popleft(), answer, choice.service)] += 1
        if progress is not None and progress(asking.done, len(homes)) is False:
            break
    with use_network(network):
        record(actor=actor, verb="asked about addresses at", target=consent.host[:60], **found)
    return {**found, "sent": answers.new}


class _Asking:
    """Homes one after the other, each looked at once more before its line may go."""

    def __init__(
        self,
        network: Network,
        homes: Sequence[Asked],
        allowed: frozenset[str],
        answers: _KeptAnswers,
    ) -> None:
        self._network, self._homes = network, homes
        self._allowed, self._answers = allowed, answers
        self.sent: deque[Asked] = deque()  # those whose answer has not come yet
        self.done = 0

    def addresses(self) -> Iterator[Address]:
        for one in self._homes:
            self.done += 1
            if digest(one.line) not in self._allowed and one.line not in self._answers:
                continue  # it came after the consent: somebody has to see it first
            with use_network(self._network, reading=True):
                still = not_found_here().exclude(HELD_BACK).filter(pk=one.home.pk).first()
            if still is not None and _is_as_asked(still, one.home):
                self.sent.append(one)
                yield one.address


class _KeptAnswers(MutableMapping[str, Geocode]):
    """Answers of one service in the database, sealed, by the line that was sent."""

    def __init__(self, network: Network, service: Service) -> None:
        self._network, self._service = network, service
        self.new = 0

    def __getitem__(self, line: str) -> Geocode:
        with use_network(self._network, reading=True):
            kept = ProviderAnswer.objects.filter(asked=answer_key(self._service, line)).first()
        if kept is None:
            raise KeyError(line)
        return read_answer(kept.answer)[1]

    def __setitem__(self, line: str, answer: Geocode) -> None:
        self.new += 1
        with use_network(self._network):
            ProviderAnswer.objects.update_or_create(
                asked=answer_key(self._service, line),
                defaults={"answer": write_answer(line, answer)},
            )

    def __delitem__(self, line: str) -> None:
        with use_network(self._network):
            ProviderAnswer.objects.filter(asked=answer_key(self._service, line)).delete()

    def __iter__(self) -> Iterator[str]:
        raise TypeError("answers are found by their line; they are not listed")

    def __len__(self) -> int:
        with use_network(self._network, reading=True):
            return ProviderAnswer.objects.count()


def _take(network: Network, asked: Asked, answer: Geocode, source: str) -> str:
    """Write an answer into its home, if it is better than what is known; return the quality."""
    home = Household.objects.select_for_update().filter(pk=asked.home.pk).first()
    if home is None or not _is_as_asked(home, asked.home):
        return "changed meanwhile"
    if QUALITIES.index(answer.quality) < QUALITIES.index(home.quality):
        place(network, [home], [answer], source=source)
        return answer.quality
    said = answer.reason or f"{answer.quality} only"
    home.geocode_reason = f"{home.geocode_reason.partition(ELSEWHERE)[0]}{ELSEWHERE}{said}"[:500]
    home.save(update_fields=["geocode_reason", "updated_at"])
    return "no better"


def _names(service: Service) -> tuple[str, str]:
    return service.name, service.host


def _is_as_asked(now: Household, then: Household) -> bool:
    return now.quality == then.quality and all(
        getattr(now, name) == getattr(then, name) for name in ASKED
    )


def _refuse_link_local(host: str, *, resolve: bool) -> None:
    """Refuse the addresses at which a cloud keeps its own secrets.

    A server of one's own may well be private (10.…, 127.0.0.1); a link-local one never is.
    """
    name = urlsplit(f"//{host}").hostname or ""
    try:
        addresses = [ipaddress.ip_address(name)]
    except ValueError:
        addresses = _resolved(name) if resolve else []
    if any(address.is_link_local for address in addresses):
        raise ParameterError(
            gettext("{name} is no geocoding service (a link-local address)").format(name=name)
        )


def _resolved(name: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(name, None)
    except OSError:
        return []  # asking will say that it cannot be reached
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
