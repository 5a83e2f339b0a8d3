"""The United States Census Bureau's geocoder, which geopy does not have."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from geopy.exc import GeocoderParseError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from geomatch.core.addresses import Address

__all__ = ["Census"]

_PATH: Final = "/geocoder/locations/onelineaddress"
_BATCH_PATH: Final = "/geocoder/locations/addressbatch"
_BATCH_TIMEOUT_S: Final = 60.0  # a hundred lines take it some seconds
_MATCHED, _POINT = 4, 5  # columns of a batch's answer: the address as matched, "lon,lat"


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
        self.batch_api = f"{self.scheme}://{domain.strip('/')}{_BATCH_PATH}"
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

    def geocode_batch(self, addresses: Sequence[Address]) -> list[list[Location] | None]:
        """Ask about several addresses with one request.

        Parameters
        ----------
        addresses
            Only their number, street, town, state and ZIP code are sent, under a number of ours.

        Returns
        -------
        list of (list of Location, or None)
            What was found of each, in order: one place, or none; None where there are several,
            which only an answer about that line alone tells.
        """
        body, content_type = _as_upload(addresses, self.benchmark)
        try:
            text = self.adapter.post_text(
                self.batch_api,
                body,
                timeout=_BATCH_TIMEOUT_S,
                headers={**self.headers, "Content-Type": content_type},
            )
            return _read_batch(text, len(addresses))
        except csv.Error as error:
            raise GeocoderParseError("the answer is no table") from error
        except Exception as error:  # geopy turns a status into its own exception, as for one line
            self._adapter_error_handler(error)
            raise

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


def _as_upload(addresses: Sequence[Address], benchmark: str) -> tuple[bytes, str]:
    """Write the form with the table in it, as a browser uploads a file."""
    table = io.StringIO()
    writer = csv.writer(table)
    for i, address in enumerate(addresses):
        street = " ".join(part for part in (address.number, str(address.street)) if part)
        writer.writerow((i, street, address.city, address.region, address.postcode))
    mark = secrets.token_hex(16)
    parts = (
        f'--{mark}\r\nContent-Disposition: form-data; name="benchmark"\r\n\r\n{benchmark}\r\n',
        f'--{mark}\r\nContent-Disposition: form-data; name="addressFile"; filename="lines.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{table.getvalue()}\r\n--{mark}--\r\n",
    )
    return "".join(parts).encode(), f"multipart/form-data; boundary={mark}"


def _read_batch(text: str, count: int) -> list[list[Location] | None]:
    """Read the table that comes back: its rows are in any order, and a row may be missing."""
    found: list[list[Location] | None] = [[] for _ in range(count)]
    answered = 0
    for row in csv.reader(io.StringIO(text)):
        if not row or not row[0].isdecimal() or int(row[0]) >= count:
            raise GeocoderParseError("the answer is not the table that was asked for")
        answered += 1
        if len(row) > _POINT and row[2] == "Match":
            found[int(row[0])] = _place(row[_MATCHED], row[_POINT])
        elif len(row) > 2 and row[2] == "Tie":
            found[int(row[0])] = None
    if not answered:
        raise GeocoderParseError("the answer is empty")
    return found


def _place(address: str, point: str) -> list[Location]:
    """Read one place; a point that is none spoils its own row only."""
    lon, _, lat = point.partition(",")
    try:
        return [Location(address, (float(lat), float(lon)), {"matchedAddress": address})]
    except ValueError:
        return []
