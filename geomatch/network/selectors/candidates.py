"""Places that an address of the current network may mean, from its own gazetteer and streets."""

from __future__ import annotations

import re

from shapely import from_wkb

from geomatch.core.addresses import AddressReader
from geomatch.geocoding import Gazetteer
from geomatch.geocoding.suggestions import LikelyStreet, Suggestion, likely_streets, suggestions
from geomatch.network.models import GazetteerEntry, GroundFeature
from geomatch.tables import Feature

MOST_ROWS = 20_000
COLUMNS = ("number", "street", "unit", "city", "region", "postcode", "lon", "lat")
_DEGREES = re.compile(
    r"\s*(?P<a>[+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*(?P<ns>[NSns])?\s*[,;\s]\s*"
    r"(?P<b>[+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*(?P<ew>[EWew])?\s*"
)


def candidates_of(line: str) -> list[Suggestion]:
    """List the places an address may mean, the likeliest first.

    Only the streets that could be meant are read from the database, so that a county's gazetteer
    of 250,000 rows is not loaded for one address.
    """
    known = list(GazetteerEntry.objects.order_by().values_list("street", "city").distinct())
    drawn = GroundFeature.objects.filter(kind=GroundFeature.Kind.STREET)
    lines = set(drawn.exclude(name="").values_list("name", flat=True))
    known += [(name, "") for name in sorted(lines - {street for street, _ in known})]
    asked = AddressReader(sorted({city for _, city in known if city})).read(line)
    likely = likely_streets(asked.street, known)
    likely += [street._replace(is_cross=True) for street in likely_streets(asked.cross, known)]
    if not likely:
        return []
    return suggestions(asked, _small_gazetteer(likely), likely)


def _small_gazetteer(likely: list[LikelyStreet]) -> Gazetteer:
    labels = {street.label for street in likely}
    rows = list(GazetteerEntry.objects.filter(street__in=labels).values_list(*COLUMNS)[:MOST_ROWS])
    *parts, lon, lat = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    gazetteer = Gazetteer.from_columns(*parts, lon=lon, lat=lat)
    streets = GroundFeature.objects.filter(kind=GroundFeature.Kind.STREET, name__in=labels)
    gazetteer.add_streets(
        Feature(geometry=from_wkb(bytes(street.geometry.wkb)), properties=street.properties)
        for street in streets
    )
    return gazetteer


def typed_point(text: str) -> tuple[float, float] | None:
    """Read "58.30, -134.42" or "58.30 N 134.42 W" as longitude and latitude; None for other text.

    >>> typed_point("58.30, -134.42"), typed_point("58.30N 134.42W"), typed_point("12 Main St")
    ((-134.42, 58.3), (-134.42, 58.3), None)
    """
    found = _DEGREES.fullmatch(text)
    if found is None:
        return None
    lat = float(found["a"]) * (-1 if found["ns"] in ("S", "s") else 1)
    lon = float(found["b"]) * (-1 if found["ew"] in ("W", "w") else 1)
    return lon, lat
