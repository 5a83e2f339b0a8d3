"""The services that can be asked, their terms, and how each says what it found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from geomatch.core.addresses import Address
from geomatch.core.errors import ParameterError
from geomatch.core.translation import gettext

__all__ = ["SERVICES", "Found", "Service", "service_named"]

_TIMEOUT_S: Final = 10.0
_USER_AGENT: Final = "geomatch (mutual-aid networks)"


class Found(NamedTuple):
    """What a service says it found, in its own words."""

    number: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    line: str = ""
    """The whole address, where the parts are not told apart."""
    precision: str = "town"
    """One of the qualities."""


class Service(NamedTuple):
    """A geocoding service.

    Attributes
    ----------
    name, host
        What to call it, and where it is.
    every_s
        Least seconds between requests, by its terms of use.
    terms
        Where the terms are.
    geocode
        Asks it about one line; returns geopy's locations.
    found
        Reads what one of its answers says.
    geocode_batch
        Asks about several addresses with one request, if it can; returns the locations of each, or
        None for one that has to be asked about by itself.
    """

    name: str
    host: str
    every_s: float
    terms: str
    geocode: Callable[[str], Any]
    found: Callable[[Mapping[str, Any]], Found]
    geocode_batch: Callable[[Sequence[Address]], list[list[Any] | None]] | None = None


def service_named(
    name: str, url: str | None = None, *, key: str | None = None, adapter: Any = None
) -> Service:
    """Set up a service.

    Parameters
    ----------
    name : str
        One of `SERVICES`, in any case.
    url : str, optional
        Where it is, if it is your own.
    key : str, optional
        What a Pelias that is rented asks for; the others have none.
    adapter : callable, optional
        geopy adapter factory; the guarded one by default.

    Raises
    ------
    ParameterError
        If the service is not known, or `url` is missing or no web address.
    """
    from geomatch.geocoding.providers.transport import GuardedAdapter

    make = _MAKERS.get(name.strip().lower())
    if make is None:
        raise ParameterError(
            gettext("no provider “{name}”; there are: {list}").format(
                name=name, list=", ".join(SERVICES)
            )
        )
    scheme, domain = _split(url) if url else ("https", "")
    options = {
        "scheme": scheme,
        "timeout": _TIMEOUT_S,
        "user_agent": _USER_AGENT,
        "adapter_factory": adapter or GuardedAdapter,
    }
    if make is _pelias and key:
        options["api_key"] = key
    return make(domain, options)


def _split(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url if "//" in url else f"https://{url}")
        host, _ = (parts.hostname or "").encode("idna"), parts.port  # as it will be looked up
    except ValueError:  # half a bracket, a port that is none, a name too long for one
        host = b""
    is_plain = url.isprintable() and " " not in url
    if not (host and is_plain and parts.scheme in ("http", "https")) or parts.query:
        raise ParameterError(
            gettext("“{url}” is no web address; write it like https://maps.example.org").format(
                url=url if is_plain else "…"
            )
        )
    return parts.scheme, f"{parts.netloc}{parts.path}".rstrip("/")


def _nominatim(domain: str, options: dict[str, Any]) -> Service:
    from geopy.geocoders import Nominatim

    host = domain or "nominatim.openstreetmap.org"
    geocoder = Nominatim(domain=host, **options)

    def geocode(line: str) -> Any:
        return geocoder.geocode(
            line,
            exactly_one=False,
            limit=5,
            addressdetails=True,
            country_codes=["us", "pr", "gu", "vi", "as", "mp"],
        )

    terms = "https://operations.osmfoundation.org/policies/nominatim/"
    return Service("nominatim", host, 0.0 if domain else 1.1, terms, geocode, _of_nominatim)


def _of_nominatim(raw: Mapping[str, Any]) -> Found:
    parts = raw.get("address") or {}
    if parts.get("house_number"):
        # A house "on a way" was worked out along an interpolation line.
        worked_out = raw.get("osm_type") == "way" and raw.get("class") == "place"
        precision = "interpolated" if worked_out else "rooftop"
    else:
        precision = "street" if parts.get("road") else "town"
    city = next(
        (parts[kind] for kind in ("city", "town", "village", "hamlet") if parts.get(kind)), ""
    )
    return Found(
        str(parts.get("house_number") or ""),
        str(parts.get("road") or ""),
        str(city),
        str(parts.get("state") or ""),
        str(parts.get("postcode") or ""),
        "",
        precision,
    )


def _photon(domain: str, options: dict[str, Any]) -> Service:
    from geopy.geocoders import Photon

    host = domain or "photon.komoot.io"
    geocoder = Photon(domain=host, **options)

    def geocode(line: str) -> Any:
        return geocoder.geocode(line, exactly_one=False, limit=5)

    return Service(
        "photon", host, 0.0 if domain else 1.1, "https://photon.komoot.io", geocode, _of_photon
    )


def _of_photon(raw: Mapping[str, Any]) -> Found:
    parts = raw.get("properties") or {}
    kind = parts.get("type")
    street = parts.get("street") or (parts.get("name") if kind == "street" else "")
    precision = "rooftop" if parts.get("housenumber") else "street" if street else "town"
    city = parts.get("city") or (parts.get("name") if precision == "town" else "")
    return Found(
        str(parts.get("housenumber") or ""),
        str(street or ""),
        str(city or ""),
        str(parts.get("state") or ""),
        str(parts.get("postcode") or ""),
        "",
        precision,
    )


def _pelias(domain: str, options: dict[str, Any]) -> Service:
    from geopy.geocoders import Pelias

    if not domain:
        raise ParameterError(
            gettext("pelias has no public server: say where yours is (--provider-url)")
        )
    geocoder = Pelias(domain, **options)

    def geocode(line: str) -> Any:
        return geocoder.geocode(line, exactly_one=False)

    return Service("pelias", domain, 0.0, "https://github.com/pelias/pelias", geocode, _of_pelias)


def _of_pelias(raw: Mapping[str, Any]) -> Found:
    parts = raw.get("properties") or {}
    precision = "street" if parts.get("street") else "town"
    if parts.get("housenumber"):
        precision = "interpolated" if parts.get("match_type") == "interpolated" else "rooftop"
    return Found(
        str(parts.get("housenumber") or ""),
        str(parts.get("street") or ""),
        str(parts.get("locality") or parts.get("localadmin") or ""),
        str(parts.get("region_a") or parts.get("region") or ""),
        str(parts.get("postalcode") or ""),
        "",
        precision,
    )


def _census(domain: str, options: dict[str, Any]) -> Service:
    from geomatch.geocoding.providers.census import Census

    host = domain or "geocoding.geo.census.gov"
    geocoder = Census(domain=host, **options)

    def geocode(line: str) -> Any:
        return geocoder.geocode(line, exactly_one=False)

    terms = "https://www.census.gov/data/developers/about/terms-of-service.html"
    pace_s = 0.0 if domain else 0.5
    return Service("census", host, pace_s, terms, geocode, _of_census, geocoder.geocode_batch)


def _of_census(raw: Mapping[str, Any]) -> Found:
    return Found(line=str(raw.get("matchedAddress") or ""), precision="interpolated")


_MAKERS: Final[dict[str, Callable[[str, dict[str, Any]], Service]]] = {
    "nominatim": _nominatim,
    "photon": _photon,
    "pelias": _pelias,
    "census": _census,
}
SERVICES: Final = tuple(_MAKERS)
