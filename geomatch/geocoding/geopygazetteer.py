"""The local gazetteer as one of geopy's geocoders, for programs that speak geopy."""

from __future__ import annotations

from typing import Any

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderServiceError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from geomatch.geocoding.gazetteer import Gazetteer
from geomatch.geocoding.results import Geocode

__all__ = ["GazetteerGeocoder"]


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """An adapter that cannot send anything."""

    def get_json(self, url: str, *, timeout: float, headers: Any) -> Any:
        raise GeocoderServiceError("the local gazetteer sends nothing")

    def get_text(self, url: str, *, timeout: float, headers: Any) -> str:
        raise GeocoderServiceError("the local gazetteer sends nothing")


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no types
    """A `Gazetteer` behind geopy's interface: works with the network cable out.

    Parameters
    ----------
    gazetteer : Gazetteer
        Who is asked.

    Examples
    --------
    >>> gazetteer = Gazetteer.from_columns(["5"], ["Elm St"], lon=[-134.4], lat=[58.3])
    >>> GazetteerGeocoder(gazetteer).geocode("5 elm street")
    Location(5 Elm St, (58.3, -134.4, 0.0))
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__(adapter_factory=_NoNetwork)
        self.gazetteer = gazetteer

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Any:
        """Find an address.

        Parameters
        ----------
        query : str
            One address on one line.
        exactly_one : bool
            Whether to return one location, or a list: then also the candidates of an address that
            could be several.
        timeout
            Ignored: nothing is waited for.

        Returns
        -------
        Location, list of Location, or None
            None where the address has no point. `Location.raw` is the answer as a dict.
        """
        answer = self.gazetteer.geocode(query)
        raw = answer._asdict()
        if exactly_one:
            return _location(answer, raw) if answer.is_placed else None
        if answer.is_placed:
            return [_location(answer, raw)]
        places = [Location(one.address, (one.lat, one.lon), raw) for one in answer.candidates]
        return places or None


def _location(answer: Geocode, raw: dict[str, Any]) -> Location:
    return Location(answer.matched_address, (answer.lat, answer.lon), raw)
