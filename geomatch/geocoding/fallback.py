"""What can honestly be said of an address that is not in the gazetteer."""

from __future__ import annotations

from collections.abc import Sequence
from string import capwords
from typing import Final

from geomatch.core.addresses import Address
from geomatch.core.translation import gettext
from geomatch.geocoding.index import GazetteerIndex, StreetOfTown, Town
from geomatch.geocoding.interpolation import Interpolator, Spot, spread_m
from geomatch.geocoding.results import Candidate, Geocode, cannot_choose
from geomatch.geocoding.scope import Scope
from geomatch.geocoding.streetfinder import FoundStreet

__all__ = ["Fallback"]

_ONE_SPOT_M: Final = 150.0
"""Interpolated points within this of each other answer the same question."""


class Fallback:
    """Places an address on its street or in its town, and says that it is no more than that."""

    def __init__(self, index: GazetteerIndex, interpolator: Interpolator) -> None:
        self._index = index
        self._interpolator = interpolator

    def on_street(
        self, address: Address, scope: Scope, found: Sequence[FoundStreet]
    ) -> Geocode | None:
        """Place an address whose street is known: interpolated, or in the street's middle.

        Parameters
        ----------
        address
            The address; its number is on none of the streets.
        scope
            The towns it may be in.
        found
            Streets of the gazetteer that may be meant; with none, lines of that name are used.
        """
        if len(found) > 1:
            return cannot_choose(
                [self._of_street(one.street) for one in found],
                why="; ".join(
                    (_missing(address), gettext("{number} streets fit").format(number=len(found)))
                ),
            )
        if not found:
            return self._on_line(address, scope)
        street, note, factor = found[0]
        spot = self._spot(address, street)
        quality = "interpolated" if spot else "street"
        if not spot:
            row = self._index.middle_of(street)
            spot = Spot(float(self._index.lon[row]), float(self._index.lat[row]))
        if quality == "interpolated":
            where = gettext("between its neighbours")
        else:
            where = gettext("the street's middle")
        reason = "; ".join(part for part in (note, scope.note, _missing(address)) if part)
        return Geocode(
            spot.lon,
            spot.lat,
            quality,
            round(factor * scope.factor * (0.8 if quality == "interpolated" else 0.6), 3),
            street.name,
            f"{reason}: {where}",
        )

    def _spot(self, address: Address, street: StreetOfTown) -> Spot | None:
        if not address.number:
            return None
        spot = self._interpolator.between_neighbours(street, address.number)
        if spot:
            return spot
        spots = [
            spot
            for spot in self._interpolator.along_ranges(street.street, address.number)
            if spot.town in (None, street.town)
        ]
        return spots[0] if spots and spread_m(spots) <= _ONE_SPOT_M else None

    def _on_line(self, address: Address, scope: Scope) -> Geocode | None:
        """Place an address by the streets file alone."""
        spots = self._interpolator.along_ranges(address.street, address.number)
        quality = "interpolated"
        if not spots:
            spots, quality = self._interpolator.middles(address.street), "street"
        spots = [spot for spot in spots if _fits(spot, scope)]
        if not spots:
            return None
        towns = {id(spot.town) for spot in spots}
        is_far = quality == "interpolated" and spread_m(spots) > _ONE_SPOT_M
        if len(towns) > 1 or is_far:
            return cannot_choose(
                [_of_spot(address, spot) for spot in spots],
                why="; ".join(
                    (
                        _missing(address),
                        gettext("{number} stretches of street fit").format(number=len(spots)),
                    )
                ),
            )
        spot = spots[len(spots) // 2]
        if quality == "interpolated":
            where = gettext("along the street's numbers")
        else:
            where = gettext("on the street")
        return Geocode(
            spot.lon,
            spot.lat,
            quality,
            round(scope.factor * (0.8 if quality == "interpolated" else 0.6), 3),
            _of_spot(address, spot).address,
            "; ".join(part for part in (scope.note, _missing(address)) if part) + f": {where}",
        )

    def at_corner(self, address: Address, scope: Scope) -> Geocode | None:
        """Place a corner where its two streets meet: near the home, but not the home."""
        spots = [
            spot
            for one in self._interpolator.lines_named(address.street)
            for other in self._interpolator.lines_named(address.cross)
            for spot in self._interpolator.corners(one, other)
            if _fits(spot, scope)
        ]
        if not spots:
            return None
        if spread_m(spots) > _ONE_SPOT_M:
            return cannot_choose([_of_spot(address, spot) for spot in spots])
        spot = spots[0]
        return Geocode(
            spot.lon,
            spot.lat,
            "street",
            round(scope.factor * 0.6, 3),
            _of_spot(address, spot).address,
            "; ".join(
                part for part in (scope.note, gettext("no house number: the corner")) if part
            ),
        )

    def in_town(self, address: Address, scope: Scope) -> Geocode:
        """Place an address in the middle of its town, if the town is known."""
        if not (address.city or address.postcode or address.street or address.number):
            return Geocode(reason=gettext("no address given"))
        if not address.city or not scope.towns:
            return Geocode(reason=_reason_without_place(address, scope))
        if len(scope.towns) > 1:
            return cannot_choose([self._of_town(town) for town in scope.towns])
        town = scope.towns[0]
        place = self._of_town(town)
        missing = _unknown_street(address) if address.street else gettext("no street")
        return Geocode(
            place.lon,
            place.lat,
            "town",
            round(scope.factor * 0.4, 3),
            town.label,
            "; ".join(part for part in (scope.note, missing) if part)
            + ": "
            + gettext("the town's middle"),
        )

    def _of_town(self, town: Town) -> Candidate:
        row = self._index.middle_of(town)
        return Candidate(town.label, float(self._index.lon[row]), float(self._index.lat[row]))

    def _of_street(self, street: StreetOfTown) -> Candidate:
        row = self._index.middle_of(street)
        return Candidate(street.name, float(self._index.lon[row]), float(self._index.lat[row]))


def _fits(spot: Spot, scope: Scope) -> bool:
    return scope.towns is None or spot.town is None or spot.town in scope.towns


def _of_spot(address: Address, spot: Spot) -> Candidate:
    names = [capwords(str(street)) for street in (address.street, address.cross) if street]
    name = " and ".join(names)
    place = f"{name}, {spot.town.label}" if spot.town and spot.town.label else name
    return Candidate(place, spot.lon, spot.lat)


def _missing(address: Address) -> str:
    if not address.number:
        return gettext("no house number")
    return gettext("number {house} is not in the gazetteer").format(house=address.number)


def _reason_without_place(address: Address, scope: Scope) -> str:
    if scope.towns == ():
        todo = gettext("check the town, or place it by hand")
        return f"{scope.note}: {todo}"
    if not address.street:
        return gettext("no street and no town that is known: place it by hand")
    return gettext("{fault}, and no town: check the spelling").format(
        fault=_unknown_street(address)
    )


def _unknown_street(address: Address) -> str:
    if address.cross:  # both may well be known: where they meet, only lines of streets say
        return gettext("where {street} and {cross} meet is not known").format(
            street=address.street, cross=address.cross
        )
    return gettext("no street {street} in the gazetteer").format(street=address.street)
