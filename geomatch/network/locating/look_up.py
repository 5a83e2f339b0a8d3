"""Find where households are: look addresses up in the network's own gazetteer, off-line."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from pyproj import Transformer
from shapely import from_wkb

from geomatch.core.addresses import normalise_unit, parse_address
from geomatch.core.translation import gettext_noop
from geomatch.geocoding import Gazetteer, Geocode
from geomatch.network.models import (
    Doubt,
    GazetteerEntry,
    GeocodeQuality,
    GroundFeature,
    Household,
    Network,
)
from geomatch.network.scope import use_network
from geomatch.network.selectors.households import address_of
from geomatch.network.services.audit import record
from geomatch.network.services.bulk import write_columns
from geomatch.network.services.runs import untold
from geomatch.network.speaking import spoken
from geomatch.tables import Feature

BATCH = 1_000
GAZETTEER = "gazetteer"
PARTS = ("number", "street", "unit", "city", "region", "postcode")
LONGEST_UNIT = Household._meta.get_field("unit").max_length
LONGEST_NUMBER = Household._meta.get_field("number").max_length
ASKED = ("given_address", "city", "unit")
LOCATED = (
    *PARTS,
    "location",
    "location_m",
    "quality",
    "geocode_score",
    "geocode_source",
    "geocode_reason",
    "doubt",
    "matched_address",
)


def network_gazetteer() -> tuple[Gazetteer, list[list[str]]]:
    """Build the current network's gazetteer; return it with the columns of its rows' parts."""
    parts: list[list[str]] = [[] for _ in PARTS]
    lon, lat = array("d"), array("d")
    once: dict[str, str] = {}  # streets and towns repeat: each is kept once
    rows = GazetteerEntry.objects.values_list(*PARTS, "lon", "lat")
    for *texts, row_lon, row_lat in rows.iterator(chunk_size=BATCH):
        for column, text in zip(parts, texts, strict=True):
            column.append(once.setdefault(text, text))
        lon.append(row_lon)
        lat.append(row_lat)
    gazetteer = Gazetteer.from_columns(*parts, lon=lon, lat=lat)
    streets = GroundFeature.objects.filter(kind=GroundFeature.Kind.STREET)
    gazetteer.add_streets(
        Feature(geometry=from_wkb(bytes(street.geometry.wkb)), properties=street.properties)
        for street in streets.iterator()
    )
    return gazetteer, parts


@spoken("en")  # reasons are kept, and said again to each reader in their language
def locate_households(
    *,
    network: Network,
    actor: User | None,
    everyone: bool = False,
    progress: Callable[[float, float], object] | None = None,
) -> dict[str, int]:
    """Place the households that have no good point yet, a batch at a time.

    A point placed by hand is never moved. Hidden households are placed too: nothing leaves this
    machine. Each batch is saved when it is done, so that whoever is cut off, or stopped, goes on
    from there the next time.

    Parameters
    ----------
    everyone
        Look up again those that were placed before.
    progress
        Called with done and total; where it answers False, no further batch is begun.

    Returns
    -------
    dict
        How many households have each quality now.
    """
    told = progress or untold
    with use_network(network):
        wanted = Household.objects.exclude(quality=GeocodeQuality.HAND_PLACED)
        if not everyone:
            wanted = wanted.filter(location=None, geocode_reason="")
        asked = list(wanted.order_by("pk").values_list("pk", flat=True))
        gazetteer, known = network_gazetteer() if asked else (None, [])
    done = 0
    while gazetteer is not None and done < len(asked) and told(done, len(asked)) is not False:
        batch = asked[done : done + BATCH]
        with use_network(network, reading=True):
            households = list(Household.objects.only(*ASKED, *PARTS).filter(pk__in=batch))
        # Looking up is the long part; no transaction is held open meanwhile.
        found = gazetteer.geocode_many([address_of(household, network) for household in households])
        with use_network(network):
            done += len(batch)
            told(done, len(asked))
            place(network, *_still_as_asked(households, found), source=GAZETTEER, known=known)
    with use_network(network):
        qualities = Counter(Household.objects.values_list("quality", flat=True))
        record(actor=actor, verb="looked addresses up", looked_up=done, **dict[str, Any](qualities))
    return dict(qualities)


def _still_as_asked(
    households: Sequence[Household], found: Sequence[Geocode]
) -> tuple[list[Household], list[Geocode]]:
    """Drop answers about addresses that were changed, or pinned by hand, while we looked."""
    now = Household.objects.select_for_update().filter(pk__in=[home.pk for home in households])
    asked = {
        key: parts
        for key, quality, *parts in now.values_list("pk", "quality", *ASKED)
        if quality != GeocodeQuality.HAND_PLACED
    }
    kept = [
        (home, answer)
        for home, answer in zip(households, found, strict=True)
        if asked.get(home.pk) == [getattr(home, name) for name in ASKED]
    ]
    return [home for home, _ in kept], [answer for _, answer in kept]


def place(
    network: Network,
    households: Sequence[Household],
    geocodes: Iterable[Geocode],
    *,
    source: str,
    known: Sequence[Sequence[str]] = (),
) -> None:
    """Write geocodes into households, planar point included, in one pass.

    Parameters
    ----------
    source
        Who found them. Only our own gazetteer has a say in how an address is spelled.
    known
        Columns of the parts of the gazetteer's rows: a household found in one is spelled as it
        spells it.
    """
    geocodes = list(geocodes)
    lonlat = np.array([(g.lon, g.lat) for g in geocodes], dtype=float).reshape(-1, 2)
    planar = to_planar(network, lonlat)
    inside = network.boundary.prepared
    for household, geocode, xy in zip(households, geocodes, planar, strict=True):
        placed = bool(np.isfinite(xy).all())
        point = Point(geocode.lon, geocode.lat, srid=4326) if placed else None
        household.location = point
        household.location_m = Point(*xy) if placed else None
        household.quality = GeocodeQuality(geocode.quality)
        household.geocode_score = geocode.score
        household.geocode_source = source
        household.matched_address = geocode.matched_address[:300]
        household.geocode_reason = geocode.reason[:500]
        household.doubt = ""
        if source == GAZETTEER:
            _spell(household, geocode, known)
        if point is not None and not inside.covers(point):
            household.doubt = Doubt.OUTSIDE
            household.geocode_reason = gettext_noop(
                "This point lies outside the network. Check the address."
            )
    write_columns(Household, households, LOCATED)


def _spell(household: Household, geocode: Geocode, known: Sequence[Sequence[str]]) -> None:
    """Give a household the parts of the address it was found at; its own unit is kept."""
    read = parse_address(household.given_address)
    if known and geocode.row >= 0:
        number, street, unit, city, region, postcode = (part[geocode.row] for part in known)
        household.number, household.street, household.city = number, street, city
        household.region, household.postcode = region, postcode
        own = household.unit or read.unit
        # A building's row may be of somebody else's flat: its unit counts where it is the same.
        household.unit = unit if normalise_unit(unit) == normalise_unit(own) else own
    elif geocode.quality == "interpolated":
        door = geocode.matched_address.partition(",")[0]
        household.number = "" if read.number.startswith("MILE") else read.number
        household.street = door.removeprefix(household.number).strip()
        household.unit = household.unit or read.unit
    # Somebody may have typed sixty digits behind "Apt", and one home must not end the whole run.
    household.unit = household.unit[:LONGEST_UNIT]
    household.number = household.number[:LONGEST_NUMBER]


def to_planar(network: Network, lonlat: np.ndarray) -> np.ndarray:
    """Project `(n, 2)` lon/lat degrees to `(n, 2)` metres in the network's CRS; NaN stays NaN."""
    if not len(lonlat):
        return lonlat.reshape(0, 2)
    transform = Transformer.from_crs(4326, network.srid_m, always_xy=True).transform
    x, y = transform(lonlat[:, 0], lonlat[:, 1])
    planar = np.column_stack((x, y))
    planar[~np.isfinite(planar).all(axis=1)] = np.nan
    return planar
