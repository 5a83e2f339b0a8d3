"""Pins that people place: kept for ever, and taken back one step at a time.

Placing a pin never rewrites the address, and nothing but a person moves the pin afterwards. What
was known of the point before is kept with each placement, so that undo works after a reload, on
another day, by another person.
"""

from __future__ import annotations

import math
from typing import Any
from zlib import crc32

import numpy as np
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.utils import timezone

from geomatch.core.errors import InputError
from geomatch.core.translation import gettext
from geomatch.network.locating.look_up import to_planar
from geomatch.network.models import GeocodeQuality, Household, Network, Placement
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record

BY_HAND = "hand"
FARTHEST_M = 100_000
"""A pin farther from the network than this is a slip: nobody helps there on foot or by car."""

SAME_POINT_DEG = 1e-9
KEPT = (
    "quality",
    "geocode_score",
    "geocode_source",
    "geocode_reason",
    "matched_address",
    "doubt",
    "meeting_place",
)
MEETING_SAID = "meeting_place_after"
POINT = ("location", "location_m", *KEPT)


def place_by_hand(
    *,
    network: Network,
    household: Household,
    lonlat: tuple[float, float],
    actor: User | None,
    address: str = "",
    meeting_place: str = "",
    seen: str | None = None,
) -> Placement:
    """Put a household where a person says it is.

    Parameters
    ----------
    lonlat
        WGS 84 degrees.
    address
        What is known to stand there, where a known place was chosen. The household's own address
        stays as it was written.
    meeting_place
        Where help should come, in words, for a household whose address is no place. What is
        there already stays.
    seen
        `as_seen(household)` when the person looked; None places it whatever happened since.

    Returns
    -------
    Placement
        To undo it by.

    Raises
    ------
    geomatch.core.errors.InputError
        If the point is none or far away, or somebody changed the household meanwhile. Nothing is
        changed then.
    """
    point_m = _checked(network, lonlat)
    with use_network(network):
        home = Household.objects.select_for_update().get(pk=household.pk)
        if seen is not None and seen != as_seen(home):
            raise InputError(
                gettext(
                    "Somebody changed this home while you looked. Nothing was moved; look again."
                )
            )
        place_said = home.meeting_place or meeting_place[:200]
        placement = Placement.objects.create(
            household=home,
            location=Point(lonlat, srid=4326),
            before={**_remembered(home), MEETING_SAID: place_said},
            placed_by=actor,
        )
        home.location, home.location_m = placement.location, Point(*point_m)
        home.quality, home.geocode_source = GeocodeQuality.HAND_PLACED, BY_HAND
        home.geocode_score, home.geocode_reason, home.doubt = None, "", ""
        home.matched_address = address[:300]
        home.meeting_place = place_said
        home.save(update_fields=[*POINT, "updated_at"])
        record(actor=actor, verb="placed a home by hand", household=home.pk)
    return placement


def undo_placement(*, network: Network, placement: Placement, actor: User | None) -> None:
    """Put a household back where it was before a placement.

    Raises
    ------
    geomatch.core.errors.InputError
        If the placement was undone, or the household has changed since. Nothing is changed then.
    """
    with use_network(network):
        home = Household.objects.select_for_update().get(pk=placement.household_id)
        placement = Placement.objects.select_for_update().get(pk=placement.pk)
        if placement.undone_at is not None:
            raise InputError(gettext("This was undone already."))
        if not _is_as_placed(home, placement):
            raise InputError(
                gettext(
                    "This home has changed since: its pin was placed again, or its "
                    "address is another. Nothing was undone."
                )
            )
        before = placement.before
        lonlat = before["lonlat"]
        home.location = Point(lonlat, srid=4326) if lonlat else None
        home.location_m = Point(*to_planar(network, np.array([lonlat]))[0]) if lonlat else None
        for name in KEPT:
            # A meeting place that somebody said since is theirs, and stays.
            if name != "meeting_place" or home.meeting_place == before.get(
                MEETING_SAID, home.meeting_place
            ):
                setattr(home, name, before[name])
        home.save(update_fields=[*POINT, "updated_at"])
        placement.undone_at = timezone.now()
        placement.save(update_fields=["undone_at"])
        record(actor=actor, verb="put a pin back where it was", household=home.pk)


def as_seen(household: Household) -> str:
    """Say in a few letters what a person saw: it differs once the address or the point does."""
    point = household.location.coords if household.location else None
    state = (household.given_address, household.quality, household.doubt, point)
    return f"{crc32(repr(state).encode()):08x}"


def _checked(network: Network, lonlat: tuple[float, float]) -> tuple[float, float]:
    """Return the point in the network's metres, if it can be meant."""
    lon, lat = lonlat
    if not (math.isfinite(lon) and math.isfinite(lat)) or abs(lat) > 90 or abs(lon) > 180:
        raise InputError(
            gettext("This is no place on Earth. Write latitude first, such as 58.30, -134.42.")
        )
    if network.boundary.covers(Point(lon, lat, srid=4326)):
        x, y = to_planar(network, np.array([lonlat]))[0]
        return float(x), float(y)
    if abs(lon) <= 90 and network.boundary.covers(Point(lat, lon, srid=4326)):
        raise InputError(gettext("Latitude and longitude look swapped. Exchange the two."))
    west, south, east, north = network.boundary.extent
    nearest = (min(max(lon, west), east), min(max(lat, south), north))
    (x, y), near = to_planar(network, np.array([lonlat, nearest]))
    away = math.hypot(x - near[0], y - near[1])
    if not away <= FARTHEST_M:
        raise InputError(gettext("This place is far from the network. Look at the numbers again."))
    return float(x), float(y)


def _remembered(home: Household) -> dict[str, Any]:
    lonlat = list(home.location.coords) if home.location else None
    return {"lonlat": lonlat, **{name: getattr(home, name) for name in KEPT}}


def _is_as_placed(home: Household, placement: Placement) -> bool:
    return (
        home.quality == GeocodeQuality.HAND_PLACED
        and not home.doubt
        and home.location is not None
        and home.location.equals_exact(placement.location, SAME_POINT_DEG)
    )
