"""The United States Census Bureau's geocoder, which geopy does not have."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

__all__ = ["Census"]

_PATH: Final = "/geocoder/locations/onelineaddress"


class Census(Geocoder):  # type: ignore[misc]  # geopy has no types
    """Geocoder of the US Census Bureau: free, no key, American addresses only.

    It works out points along streets' ranges of numbers (TIGER), so its answers are never more
    than interpolated. Documentation: https://geocoding.geo.census.gov/geocoder/

    Parameters
    ----------
    domain : str
        Host of the service.
    benchmark : str
        Which edition of the street data is asked.
    **options
        As geopy's `Geocoder` takes them.
    """

    def __init__(
        self,
        *,
        domain: str = "geocoding.geo.census.gov",
        benchmark: str = "Public_AR_Current",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.api = f"{self.scheme}://{domain.strip('/')}{_PATH}"
        self.benchmark = benchmark

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Any:
        """Return a location, a list of them, or None.

        Parameters
        ----------
        query : str
            One American address on one line.
        exactly_one : bool
            Whether to return the first match only.
        timeout : float, optional
            Seconds to wait for the service.
        """
        asked = {"address": query, "benchmark": self.benchmark, "format": "json"}
        callback = partial(self._parse, exactly_one=exactly_one)
        return self._call_geocoder(f"{self.api}?{urlencode(asked)}", callback, timeout=timeout)

    def _parse(self, answer: Any, *, exactly_one: bool) -> Any:
        found = [
            Location(
                match["matchedAddress"],
                (float(match["coordinates"]["y"]), float(match["coordinates"]["x"])),
                match,
            )
            for match in answer["result"]["addressMatches"]
        ]
        if not found:
            return None
        return found[0] if exactly_one else found
