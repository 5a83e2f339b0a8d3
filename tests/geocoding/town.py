"""A tiny made-up town for the gazetteer's rules, and a way to write others."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import shapely

from geomatch.geocoding import Gazetteer, Geocode

# One degree of latitude is 111.2 km: 0.0001° is 11 m.
LAT, LON = 58.30, -134.40

Row = tuple[str, str, str, str, str, str, float, float]


def row(
    number: str,
    street: str,
    *,
    unit: str = "",
    city: str = "Port Alder",
    region: str = "AK",
    postcode: str = "99801",
    east: float = 0.0,
    north: float = 0.0,
) -> Row:
    """One row of a gazetteer, `east` and `north` in metres of the town's middle."""
    lon = LON + east / (111_195 * 0.5255)
    lat = LAT + north / 111_195
    return number, street, unit, city, region, postcode, lon, lat


def gazetteer(*rows: Row) -> Gazetteer:
    """A gazetteer of rows."""
    columns = list(zip(*rows, strict=True))
    return Gazetteer.from_columns(*columns[:6], lon=columns[6], lat=columns[7])


@dataclass(frozen=True)
class Line:
    """A street line with ranges."""

    geometry: shapely.Geometry | None
    properties: dict[str, object] = field(default_factory=dict)


def street_line(name: str, *points: tuple[float, float], **ranges: int) -> Line:
    """A street line through points in metres of the town's middle."""
    lonlat = [row("1", "x", east=east, north=north)[6:] for east, north in points]
    sides = dict.fromkeys(("left_from", "left_to", "right_from", "right_to"), 0)
    return Line(shapely.LineString(lonlat), {"name": name, **sides, **ranges})


def metres(answer: Geocode, place: Row) -> float:
    """Metres from an answer to a row of the town."""
    lon, lat = place[6:]
    return math.hypot((answer.lon - lon) * 111_195 * 0.5255, (answer.lat - lat) * 111_195)


PORT_ALDER = (
    row("100", "N Harbor St", east=0),
    row("102", "N Harbor St", east=20),
    row("104", "N Harbor St", east=40),
    row("110", "N Harbor St", east=100),
    row("101", "N Harbor St", east=0, north=30),
    row("100", "S Harbor St", east=0, north=-500),
    row("12", "Spruce Ln", east=300, north=300),
    row("14", "Spruce Ln", east=320, north=300),
    row("12A", "Spruce Ln", east=305, north=300),
    row("7", "Horseshoe Meadows Trl", east=900, north=900),
    row("357", "East 500 North", east=-900, north=500),
    row("13.8 Mile", "Alder Highway", east=9000, north=4000),
    row("14.2 Mile", "Alder Highway", east=9400, north=4000),
    row("20", "Cannery Row", unit="1", east=600, north=0),
    row("20", "Cannery Row", unit="2", east=605, north=0),
    row("20", "Cannery Row", unit="B", east=610, north=0),
    row("100", "Main St", city="Tern Cove", postcode="99850", east=30000),
    row("5", "Elm St", east=50, north=700),
    row("5", "Elk St", east=50, north=900),
)
