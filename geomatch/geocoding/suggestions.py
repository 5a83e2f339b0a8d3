"""Places an address may mean, for a person to choose from: each with a score and why.

A geocoder must not guess; a person who knows the town may, and wants to be shown what is near. So
streets are compared far more freely here than in the gazetteer, and each street that could be
meant is then asked for the number, as if it were the one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from geomatch.core.addresses import Address, Street, normalise_city, normalise_street
from geomatch.core.translation import gettext
from geomatch.geocoding.gazetteer import Gazetteer
from geomatch.geocoding.results import Candidate, Geocode

__all__ = ["LikelyStreet", "Suggestion", "likely_streets", "suggestions"]

MOST: Final = 9
"""One for each number key."""

_MOST_STREETS: Final = 8
_LEAST_ALIKE: Final = 60.0  # of 100, rapidfuzz's ratio: two words of six letters with two wrong
_OTHER_TOWN: Final = 0.85
_ONE_OF_SEVERAL: Final = 0.7
_SAME_SPOT_DIGITS: Final = 4  # decimals of a degree: ten metres


class LikelyStreet(NamedTuple):
    """A street that could be meant, and how alike its name is (0 to 1).

    `is_cross` where it could be the second street of a corner.
    """

    label: str
    city: str
    alike: float
    is_cross: bool = False


class Suggestion(NamedTuple):
    """A place to choose: WGS 84 degrees, how precise, how sure (0 to 1), and why."""

    address: str
    lon: float
    lat: float
    quality: str
    score: float
    why: str


def likely_streets(asked: Street, known: Sequence[tuple[str, str]]) -> list[LikelyStreet]:
    """Find the streets whose names are most alike.

    Parameters
    ----------
    asked
        The street of the address.
    known
        Label and town of each street there is.

    Returns
    -------
    list of LikelyStreet
        The most alike first; of equals, in the order of `known`.

    Examples
    --------
    >>> streets = [("Spruce Lane", ""), ("Elm Street", ""), ("Spruce Street", "")]
    >>> [one.label for one in likely_streets(normalise_street("Sprcue Ln"), streets)]
    ['Spruce Lane', 'Spruce Street']
    """
    if not (asked.name and known):
        return []
    normal = [_normal(label) for label, _ in known]
    names = process.cdist([asked.name], [street.name for street in normal], scorer=fuzz.ratio)[0]
    wholes = process.cdist([str(asked)], [str(street) for street in normal], scorer=fuzz.ratio)[0]
    # The name decides; type and direction count half as much: "St" alone makes no street alike.
    alike = (names + wholes) / 200
    order = sorted(range(len(known)), key=lambda i: (-alike[i], i))
    best = [i for i in order if names[i] >= _LEAST_ALIKE][:_MOST_STREETS]
    return [LikelyStreet(*known[i], round(float(alike[i]), 3)) for i in best]


@lru_cache(maxsize=50_000)
def _normal(label: str) -> Street:
    return normalise_street(label)


def suggestions(
    asked: Address, gazetteer: Gazetteer, streets: Sequence[LikelyStreet]
) -> list[Suggestion]:
    """List the places an address may mean, the likeliest first, at most one per spot.

    Parameters
    ----------
    asked
        The address.
    gazetteer
        Knows at least the streets that are likely.
    streets
        From `likely_streets`.
    """
    found = _of_answer(asked, gazetteer.geocode(asked), 1.0, "")
    for street in streets:
        city = normalise_city(street.city)
        other = asked._replace(city=city, postcode="", box="")
        if street.is_cross:
            other = other._replace(cross=_normal(street.label))
        else:
            other = other._replace(street=_normal(street.label))
        if other.street == other.cross:
            continue
        is_elsewhere = bool(asked.city and city and city != asked.city)
        factor = street.alike * (_OTHER_TOWN if is_elsewhere else 1.0)
        why = (
            []
            if street.alike >= 1
            else [gettext("if {street} is meant").format(street=street.label)]
        )
        why += [gettext("in {town}").format(town=street.city)] if is_elsewhere else []
        found += _of_answer(other, gazetteer.geocode(other), factor, ", ".join(why), street.label)
    best: dict[tuple[float, float], Suggestion] = {}
    for one in sorted(found, key=lambda one: -one.score):
        spot = (round(one.lon, _SAME_SPOT_DIGITS), round(one.lat, _SAME_SPOT_DIGITS))
        best.setdefault(spot, one)
    return list(best.values())[:MOST]


def _of_answer(
    asked: Address, answer: Geocode, factor: float, why: str, label: str = ""
) -> list[Suggestion]:
    if answer.is_placed and answer.quality != "town":
        address = answer.matched_address
        if answer.quality == "interpolated":
            address = f"{asked.number} {label or answer.matched_address}"
        said = "; ".join(part for part in (why, answer.reason) if part)
        score = round(answer.score * factor, 3)
        return [Suggestion(address, answer.lon, answer.lat, answer.quality, score, said)]
    several = "; ".join(part for part in (why, gettext("one of several that fit")) if part)
    score = round(_ONE_OF_SEVERAL * factor, 3)
    return [
        Suggestion(place.address, place.lon, place.lat, _precision(asked, place), score, several)
        for place in answer.candidates
    ]


def _precision(asked: Address, place: Candidate) -> str:
    """Tell a door from the middle of its street: a door begins with the number asked for."""
    has_number = bool(asked.number) and place.address.casefold().startswith(asked.number.casefold())
    return "rooftop" if has_number else "street"
