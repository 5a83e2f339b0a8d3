"""What a geocoder answers, and the words it says it in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from geomatch.core.addresses import Address
from geomatch.core.translation import gettext

__all__ = ["MOST_CANDIDATES", "QUALITIES", "Candidate", "Geocode", "cannot_choose", "either_of"]

QUALITIES: Final = ("rooftop", "interpolated", "street", "town", "none")
"""How precise a point can be, best first. (`hand_placed` is the site's: no geocoder says it.)"""

MOST_CANDIDATES: Final = 25
"""More places than these are not offered: nobody chooses from a list of a thousand."""

_SHOWN: Final = 5


class Candidate(NamedTuple):
    """A place that fits as well as another."""

    address: str
    lon: float
    lat: float


class Geocode(NamedTuple):
    """Where an address is, how precisely, and how sure that is the address meant.

    Attributes
    ----------
    lon, lat
        WGS84 degrees; NaN where the quality is "none".
    quality
        One of `QUALITIES`: how precise the point is.
    score
        From 0 to 1: how sure the match is. 1 says that every part given fits letter for letter
        after normalising.
    matched_address
        What was found, as the gazetteer or the provider writes it.
    reason
        What was corrected or is missing, in words for people; "" when nothing was.
    candidates
        Where several places fit: which.
    row
        Index of the gazetteer's row that was found, -1 where the point is no row's. Of a building
        it is the row nearest the middle: that row's unit is then nobody's in particular.
    """

    lon: float = math.nan
    lat: float = math.nan
    quality: str = "none"
    score: float = 0.0
    matched_address: str = ""
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    row: int = -1

    @property
    def is_placed(self) -> bool:
        """Whether there is a point at all."""
        return self.quality != "none"


def cannot_choose(candidates: Sequence[Candidate], *, why: str = "") -> Geocode:
    """Answer that several places fit, and which: ambiguity is never settled by a coin toss."""
    unique = tuple(dict.fromkeys(candidates))
    same_text = len({candidate.address for candidate in unique}) < len(unique)
    shown = [
        gettext("{address} (at {lat:.5f}, {lon:.5f})").format(
            address=place.address, lat=place.lat, lon=place.lon
        )
        if same_text
        else place.address
        for place in unique[:_SHOWN]
    ]
    if len(unique) > _SHOWN:
        shown.append(gettext("and more"))
    opening = why or gettext("{number} places fit").format(number=len(unique))
    said = gettext("{opening}: {places}. Say which.").format(
        opening=opening, places="; ".join(shown)
    )
    return Geocode(reason=said, candidates=unique)


def either_of(doors: Sequence[Address], answers: Sequence[Geocode] = ()) -> Geocode:
    """Answer where one cell names several doors: the places of those that are known."""
    named = "; ".join(str(door) for door in doors[:_SHOWN])
    candidates = [
        place
        for answer in answers
        for place in (
            (Candidate(answer.matched_address, answer.lon, answer.lat),)
            if answer.quality in ("rooftop", "interpolated")
            else answer.candidates
        )
    ]
    return Geocode(
        reason=gettext("{number} addresses in one: {addresses}. Say which.").format(
            number=len(doors), addresses=named
        ),
        candidates=tuple(dict.fromkeys(candidates))[:MOST_CANDIDATES],
    )
