"""Geocoding services on other machines, for networks that have no gazetteer. Off unless named.

services     the services, their terms, and how each says what it found
census       the Census Bureau's, which geopy does not have
asking       asked, believed as far as it can be checked
answerfile   answers kept, so that no address is sent twice
pace         no faster than the terms allow
transport    HTTP that does not trust the other side
deadline     one deadline for a whole answer
"""

from __future__ import annotations

from pathlib import Path

from geomatch.geocoding.providers.answerfile import AnswerFile
from geomatch.geocoding.providers.asking import BATCH, Bounds, ProviderGeocoder, line_to_send
from geomatch.geocoding.providers.pace import Pacer
from geomatch.geocoding.providers.services import SERVICES, Service, service_named

__all__ = [
    "BATCH",
    "SERVICES",
    "AnswerFile",
    "Pacer",
    "ProviderGeocoder",
    "Service",
    "line_to_send",
    "provider_geocoder",
    "service_named",
]


def provider_geocoder(
    name: str,
    *,
    url: str | None = None,
    bounds: Bounds | None = None,
    answers: Path | None = None,
) -> ProviderGeocoder:
    """Set up a service to be asked.

    Parameters
    ----------
    name : str
        One of `SERVICES`.
    url : str, optional
        Where it is, if it is your own; needed for Pelias.
    bounds : (west, south, east, north), optional
        Degrees; a point outside is not believed.
    answers : Path, optional
        File to keep answers in, so that no address is sent twice and a run can be resumed.

    Raises
    ------
    ParameterError
        If the service is not known, or `url` is missing or no web address.
    """
    return ProviderGeocoder(
        service_named(name, url),
        bounds=bounds,
        answers=None if answers is None else AnswerFile(answers),
    )
