"""Ask a service where addresses are, believe it as far as it can be checked, survive its faults."""

from __future__ import annotations

import math
import re
from collections.abc import (
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from itertools import islice
from typing import Any, Final

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)

from geomatch.core.addresses import Address, AddressReader, parse_address, several_doors
from geomatch.core.geodesy import haversine_m
from geomatch.core.translation import gettext
from geomatch.geocoding.providers.pace import Pacer
from geomatch.geocoding.providers.services import Found, Service
from geomatch.geocoding.results import QUALITIES, Candidate, Geocode, cannot_choose, either_of
from geomatch.geocoding.siblings import only_parts_left_out
from geomatch.geocoding.typos import within_one_typo
from geomatch.geocoding.unitedstates import in_united_states

__all__ = ["ProviderGeocoder", "line_to_send"]

_TRIES: Final = 3
_FIRST_WAIT_S: Final = 2.0
_LONGEST_WAIT_S: Final = 60.0
_FAILURES_IN_A_ROW: Final = 5
_SAME_PLACE_M: Final = {"rooftop": 60.0, "interpolated": 150.0}
"""Answers farther apart are several places. Of a street or town there may be many pieces."""
_SCORES: Final = {"rooftop": 0.9, "interpolated": 0.7, "street": 0.5, "town": 0.3}

BATCH: Final = 100
"""How many lines go in one request, where a service takes several: few enough that each is looked
at moments before it goes."""

_NOT_TEXT: Final = re.compile("[\0-\x1f\x7f\ud800-\udfff]")
"""What no database keeps: control characters, and halves of characters."""

Bounds = tuple[float, float, float, float]
Batch = Callable[[Sequence[Address]], list[list[Any] | None]]


class _FaultError(Exception):
    """The service did not answer one address; `words` say how, for people.

    It counts as so many `failures` in a row: none where the service is up, all where it asks to be
    left alone.
    """

    def __init__(self, words: str, *, failures: int) -> None:
        super().__init__(words)
        self.words = words
        self.failures = failures


class ProviderGeocoder:
    """Somebody else's geocoding service, asked politely and checked.

    Only number, street, town, state and ZIP code are sent; units, notes and boxes are not, nor an
    address that was asked before. An answer counts only as far as its own number, street and town
    are those asked for. No fault of the service is an error here: the address comes back without
    a point and with a reason. After five addresses in a row without an answer nothing more is sent.

    Parameters
    ----------
    service : Service
        Who is asked.
    pacer : Pacer, optional
        Keeps to the service's terms.
    bounds : (west, south, east, north), optional
        Degrees; a point outside is not believed.
    answers : mutable mapping, optional
        Answers by address, to be used again and added to; see `AnswerFile`.

    Attributes
    ----------
    host : str
        Where addresses are sent.
    leaves_machine : bool
        Always True.
    """

    leaves_machine = True

    def __init__(
        self,
        service: Service,
        *,
        pacer: Pacer | None = None,
        bounds: Bounds | None = None,
        answers: MutableMapping[str, Geocode] | None = None,
    ) -> None:
        self.service = service
        self.host = service.host
        self._pacer = pacer or Pacer(service.every_s)
        self._bounds = bounds
        self._answers: MutableMapping[str, Geocode] = {} if answers is None else answers
        self._reader = AddressReader()

    def read(self, line: str) -> Address:
        """Read an address from one line."""
        return self._reader.read(line)

    def read_fields(
        self,
        *,
        number: str = "",
        street: str = "",
        unit: str = "",
        city: str = "",
        region: str = "",
        postcode: str = "",
    ) -> Address:
        """Read an address from columns."""
        return self._reader.read_fields(
            number=number, street=street, unit=unit, city=city, region=region, postcode=postcode
        )

    def geocode_many(
        self,
        addresses: Sequence[Address | str],
        progress: Callable[[int], object] | None = None,
    ) -> list[Geocode]:
        """Ask about each address in order; see the class for what is sent and believed."""
        results: list[Geocode] = []
        for answer in self.geocode_each(addresses):
            results.append(answer)
            if progress is not None:
                progress(1)
        return results

    def geocode_each(self, addresses: Iterable[Address | str]) -> Iterator[Geocode]:
        """Ask about each address as it comes, and hand its answer over before the next is taken.

        So a caller can decide at the last moment whether an address is sent, and keep what was
        found so far when the work is cut off. A service that takes several at once is asked about
        the next `BATCH` of them together; their answers still come one by one, in order.
        """
        read = (self.read(item) if isinstance(item, str) else item for item in addresses)
        if self.service.geocode_batch is None:
            yield from self._one_by_one(read, 0)
            return
        failures = 0
        while batch := list(islice(read, BATCH)):
            fault = ""
            if failures < _FAILURES_IN_A_ROW:
                try:
                    self._ask_together(batch, self.service.geocode_batch)
                except _FaultError as error:
                    failures += error.failures
                    fault = error.words
            if fault:
                yield from (self._here(one) or self._failed(fault) for one in batch)
            else:
                failures = yield from self._one_by_one(batch, failures)

    def _ask_together(self, batch: Sequence[Address], geocode: Batch) -> None:
        """Ask with one request about the lines of a batch that were not asked before."""
        fresh = {
            line: address
            for address in batch
            if (line := line_to_send(address)) and line not in self._answers
        }
        if len(fresh) < 2:
            return  # one line is asked as one line
        found = self._patiently(lambda: geocode(list(fresh.values())))
        for (line, address), locations in zip(fresh.items(), found, strict=True):
            if locations is not None:
                self._answers[line] = self._checked(address, locations)

    def _one_by_one(
        self, addresses: Iterable[Address], failures: int
    ) -> Generator[Geocode, None, int]:
        """Ask about each address by itself; return how many failed in a row at the end."""
        for address in addresses:
            answer = self._here(address)
            if answer is None and failures >= _FAILURES_IN_A_ROW:
                answer = Geocode(
                    reason=gettext("not asked, as {host} does not answer now; try later").format(
                        host=self.host
                    )
                )
            elif answer is None:
                try:
                    answer = self._asked(address)
                    failures = 0
                except _FaultError as fault:
                    failures += fault.failures
                    answer = self._failed(fault.words)
            yield answer
        return failures

    def _here(self, address: Address) -> Geocode | None:
        """Answer what needs no asking: what is not sent, and what was answered before."""
        if address.is_mail_only:
            return Geocode(
                reason=gettext("{box} is for mail only: ask where help should come").format(
                    box=address.box
                )
            )
        if not address.street:
            return Geocode(reason=gettext("no street: not sent"))
        if doors := several_doors(address, self.read):
            return either_of(doors)
        return self._answers.get(line_to_send(address))

    def _failed(self, words: str) -> Geocode:
        return Geocode(reason=words)

    def _asked(self, address: Address) -> Geocode:
        line = line_to_send(address)
        found = self._patiently(lambda: self.service.geocode(line))
        answer = self._answers[line] = self._checked(address, found)
        return answer

    def _patiently(self, ask: Callable[[], Any]) -> list[Any]:
        """Ask, and again where waiting may help."""
        for attempt in range(1, _TRIES + 1):
            self._pacer.wait()
            try:
                return list(ask() or [])
            except (GeocoderTimedOut, GeocoderUnavailable, GeocoderRateLimited) as error:
                wait_s = _wait_s(error, attempt)
                if wait_s > _LONGEST_WAIT_S:
                    minutes = math.ceil(wait_s / 60)
                    words = gettext(
                        "{host} asks to be left alone for {minutes:,} minutes; try again then"
                    ).format(host=self.host, minutes=minutes)
                    raise _FaultError(words, failures=_FAILURES_IN_A_ROW) from error
                if attempt == _TRIES:
                    raise _FaultError(_words(error, self.host), failures=1) from error
                self._pacer.pause(wait_s)
            except GeopyError as error:
                is_down = not isinstance(error, GeocoderParseError)
                raise _FaultError(_words(error, self.host), failures=int(is_down)) from error
            except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
                # geopy reads the answer as its own service would have written it.
                raise _FaultError(_nonsense(self.host), failures=0) from error
        raise AssertionError("unreachable")

    def _checked(self, address: Address, locations: Sequence[Any]) -> Geocode:
        """Believe the best of the answers, as far as it fits what was asked."""
        answers = [self._one(address, location) for location in locations]
        placed = [answer for answer in answers if answer.is_placed]
        if not placed:
            reasons = dict.fromkeys(answer.reason for answer in answers)
            return Geocode(
                reason=next(
                    iter(reasons), gettext("{host} does not know it").format(host=self.host)
                )
            )
        best = min(placed, key=lambda answer: QUALITIES.index(answer.quality))
        rivals = [answer for answer in placed if answer.quality == best.quality]
        points = [(answer.lon, answer.lat) for answer in rivals]
        reach_m = _SAME_PLACE_M.get(best.quality, math.inf)
        if max(haversine_m(points, points[0])) > reach_m:
            return cannot_choose(
                [Candidate(one.matched_address, one.lon, one.lat) for one in rivals]
            )
        return best

    def _one(self, address: Address, location: Any) -> Geocode:
        nonsense = Geocode(reason=_nonsense(self.host))
        raw = getattr(location, "raw", None)
        if not isinstance(raw, Mapping):
            return nonsense
        lon, lat = float(location.longitude), float(location.latitude)
        fault = self._fault_of_point(lon, lat)
        if fault:
            return Geocode(reason=fault)
        try:
            found = self.service.found(raw)
        except (AttributeError, TypeError, ValueError):
            return nonsense
        answer = self._read_found(found)
        label = _NOT_TEXT.sub("", str(location.address))[:200]
        quality, note = _believable(address, answer, found.precision)
        if quality == "none":
            return Geocode(
                reason=f"{note.format(host=self.host)}: {label}",
                candidates=(Candidate(label, lon, lat),),
            )
        return Geocode(lon, lat, quality, _SCORES[quality], label, note)

    def _read_found(self, found: Found) -> Address:
        if found.line:
            return self._reader.read(found.line)
        return self._reader.read_fields(
            number=found.number,
            street=found.street,
            city=found.city,
            region=found.region,
            postcode=found.postcode,
        )

    def _fault_of_point(self, lon: float, lat: float) -> str:
        if not (math.isfinite(lon) and math.isfinite(lat)) or abs(lat) > 90 or abs(lon) > 180:
            return gettext("{host} sent a point that is nowhere on Earth").format(host=self.host)
        if abs(lon) < 0.01 or abs(lat) < 0.01:
            # geopy reads a missing half of a point as 0; nothing American lies on either line.
            return gettext("{host} sent a point with a zero in it, which is a lost one").format(
                host=self.host
            )
        if self._bounds is None:
            is_near = bool(in_united_states(lon, lat))
        else:
            west, south, east, north = self._bounds
            is_near = west <= lon <= east and south <= lat <= north
        if not is_near:
            return gettext("{host} sent a point far from here").format(host=self.host)
        return ""


def line_to_send(address: Address) -> str:
    """Write the line that is sent: a street address, without unit, box or anything else typed.

    Returns
    -------
    str
        "" for an address that is not sent: a post office box, one without a street, or two in one.

    Examples
    --------
    >>> from geomatch.core.addresses import parse_address
    >>> line_to_send(parse_address("Ana's, 12 Spruce Ln Apt 4, Juneau, AK"))
    '12 SPRUCE LN, JUNEAU, AK'
    >>> line_to_send(parse_address("PO Box 12, Juneau, AK"))
    ''
    """
    if address.is_mail_only or not address.street or several_doors(address, parse_address):
        return ""
    return str(address._replace(unit="", box="", text=""))


def _believable(asked: Address, found: Address, precision: str) -> tuple[str, str]:
    """How precise an answer is allowed to be, and why it is less than the service says."""
    if asked.region and found.region and asked.region != found.region:
        return "none", gettext("{host} answered another state")
    town_fits = not asked.city or not found.city or asked.city == found.city
    zip_fits = bool(asked.postcode) and asked.postcode == found.postcode
    if not (town_fits or zip_fits):
        return "none", gettext("{host} answered another town")
    if precision == "town" or not found.street:
        return "town", gettext("only the town is known there")
    same = asked.street == found.street or within_one_typo(str(asked.street), str(found.street))
    if not (same or only_parts_left_out(asked.street, found.street)):
        return "none", gettext("{host} answered another street")
    if precision == "street" or not asked.number or asked.number != found.number:
        return "street", gettext("only the street is known there")
    return precision, ""


def _wait_s(error: Exception, attempt: int) -> float:
    asked_for = getattr(error, "retry_after", None)
    return float(asked_for) if asked_for else _FIRST_WAIT_S * 2 ** (attempt - 1)


def _words(error: Exception, host: str) -> str:
    """Say a fault in words, never the service's own: those may hold the address."""
    if isinstance(error, GeocoderRateLimited | GeocoderQuotaExceeded):
        return gettext("{host} says too many requests").format(host=host)
    if isinstance(error, GeocoderTimedOut):
        return gettext("{host} gave no answer in time").format(host=host)
    if isinstance(error, GeocoderUnavailable):
        return gettext("{host} cannot be reached").format(host=host)
    if isinstance(error, GeocoderAuthenticationFailure | GeocoderInsufficientPrivileges):
        return gettext("{host} refuses to serve this machine").format(host=host)
    if isinstance(error, GeocoderParseError):
        return _nonsense(host)
    if isinstance(error, GeocoderServiceError):
        return gettext("{host} failed").format(host=host)
    return gettext("{host} did not understand the question").format(host=host)


def _nonsense(host: str) -> str:
    return gettext("{host} sent an answer that makes no sense").format(host=host)
