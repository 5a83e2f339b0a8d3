"""Give a household the address, and perhaps the coordinates, that a sheet says."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from django.contrib.gis.geos import Point

from geomatch.core.addresses import parse_address
from geomatch.network.intake.linkage.likeness import is_same_door
from geomatch.network.intake.sheets.rows import Address
from geomatch.network.locating.look_up import PARTS, to_planar
from geomatch.network.models import Doubt, GeocodeQuality, Household, Network

FROM_SHEET = "sheet"


class Doors:
    """Addresses and points of one network's sheets.

    Parameters
    ----------
    network
        Whose boundary says which coordinates can be believed.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._boundary = network.boundary.prepared

    def move(self, household: Household, address: Address) -> None:
        """Take over the address of a row; a new address asks for a new point.

        The same door in another spelling keeps its point. A pin that a person placed stays, and
        comes back to the location queue once the address names another place; one that only came
        from a sheet gives way to a newer sheet. The planar point follows with `set_planar`, for
        all at once.
        """
        written = address.as_written[:300]
        if written and written != household.given_address:
            before, household.given_address = household.given_address, written
            is_respelled = is_same_door(written, before)
            if before and not is_respelled:
                household.address_before = before
            if not (household.is_precise and is_respelled):
                self._change(household, address, before)
        if address.lonlat and not is_placed_by_a_person(household):
            self._place_as_given(household, address.lonlat)

    def _change(self, household: Household, address: Address, before: str) -> None:
        for name in PARTS:
            setattr(household, name, getattr(address, name))
        if not is_placed_by_a_person(household):
            _unplace(household, reason="")
        elif _names_another_place(before, household.given_address):
            household.doubt = Doubt.MOVED
            household.geocode_reason = "The address changed after the pin was placed by hand."

    def _place_as_given(self, household: Household, lonlat: tuple[float, float]) -> None:
        """Believe coordinates of the sheet if they lie inside the network."""
        point = Point(*lonlat, srid=4326)
        if self._boundary.covers(point):
            if household.location and household.location.equals_exact(point, 1e-9):
                return
            household.location, household.location_m = point, None
            household.quality = GeocodeQuality.HAND_PLACED
            household.geocode_source = FROM_SHEET
            household.geocode_reason = household.doubt = ""
        elif self._boundary.covers(Point(lonlat[1], lonlat[0], srid=4326)):
            _unplace(household, reason="Longitude and latitude look swapped. Exchange the two.")
        else:
            _unplace(household, reason="The coordinates lie outside the network. Check them.")

    def set_planar(self, households: Iterable[Household]) -> None:
        """Project the points that have none yet: one by one takes milliseconds each."""
        waiting = [
            (home, home.location) for home in households if home.location and not home.location_m
        ]
        lonlat = np.array([point.coords for _, point in waiting]).reshape(-1, 2)
        for (home, _), xy in zip(waiting, to_planar(self._network, lonlat), strict=True):
            home.location_m = Point(*xy)


def _names_another_place(before: str, after: str) -> bool:
    """Whether two spellings are of two addresses, as far as both say."""
    one, other = parse_address(before), parse_address(after)
    if (one.number, one.street, one.box) != (other.number, other.street, other.box):
        return True
    return any(
        mine != theirs and bool(mine and theirs)
        for mine, theirs in ((one.unit, other.unit), (one.city, other.city))
    )


def is_placed_by_a_person(household: Household) -> bool:
    """Whether somebody dragged the pin to where it is: no sheet and no lookup may move it."""
    return (
        household.quality == GeocodeQuality.HAND_PLACED and household.geocode_source != FROM_SHEET
    )


def _unplace(household: Household, *, reason: str) -> None:
    household.location = household.location_m = household.geocode_score = None
    household.quality, household.doubt = GeocodeQuality.NONE, ""
    household.geocode_source = household.matched_address = ""
    household.geocode_reason = reason
