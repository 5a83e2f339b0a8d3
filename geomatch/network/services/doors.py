"""Give a household the address, and perhaps the coordinates, that a sheet says."""

from __future__ import annotations

import numpy as np
from django.contrib.gis.geos import Point

from geomatch.core.addresses import parse_address
from geomatch.network.models import Doubt, GeocodeQuality, Household, Network
from geomatch.network.services.locating import PARTS, to_planar
from geomatch.network.sheets.rows import Address

FROM_SHEET = "sheet"


def move(household: Household, address: Address, network: Network) -> None:
    """Take over the address of a row; a new address asks for a new point.

    A pin that a person placed stays, and comes back to the location queue once the address names
    another place; one that only came from a sheet gives way to a newer sheet.
    """
    written = address.as_written[:300]
    if written and written != household.given_address:
        is_another = _names_another_place(household.given_address, written)
        household.given_address = written
        for name in PARTS:
            setattr(household, name, getattr(address, name))
        if not _is_placed_by_a_person(household):
            _unplace(household, reason="")
        elif is_another:
            household.doubt = Doubt.MOVED
            household.geocode_reason = "The address changed after the pin was placed by hand."
    if address.lonlat and not _is_placed_by_a_person(household):
        _place_as_given(household, address.lonlat, network)


def _names_another_place(before: str, after: str) -> bool:
    """Whether two spellings are of two addresses, as far as both say."""
    one, other = parse_address(before), parse_address(after)
    if (one.number, one.street, one.box) != (other.number, other.street, other.box):
        return True
    return any(
        mine != theirs and bool(mine and theirs)
        for mine, theirs in ((one.unit, other.unit), (one.city, other.city))
    )


def _is_placed_by_a_person(household: Household) -> bool:
    return (
        household.quality == GeocodeQuality.HAND_PLACED and household.geocode_source != FROM_SHEET
    )


def _unplace(household: Household, *, reason: str) -> None:
    household.location = household.location_m = household.geocode_score = None
    household.quality, household.doubt = GeocodeQuality.NONE, ""
    household.geocode_source = household.matched_address = ""
    household.geocode_reason = reason


def _place_as_given(household: Household, lonlat: tuple[float, float], network: Network) -> None:
    """Believe coordinates of the sheet if they lie inside the network."""
    point = Point(*lonlat, srid=4326)
    if network.boundary.covers(point):
        if household.location and household.location.equals_exact(point, 1e-9):
            return
        household.location = point
        household.location_m = Point(*to_planar(network, np.array([lonlat]))[0])
        household.quality = GeocodeQuality.HAND_PLACED
        household.geocode_source = FROM_SHEET
        household.geocode_reason = household.doubt = ""
    elif network.boundary.covers(Point(lonlat[1], lonlat[0], srid=4326)):
        _unplace(household, reason="Longitude and latitude look swapped. Exchange the two.")
    else:
        _unplace(household, reason="The coordinates lie outside the network. Check them.")
