"""A made-up street corner, and ways to read what was printed about it."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field, replace
from typing import Any

import pypdf
import shapely

from maps.streetlists import Door, PrintOptions, StreetList, Surroundings

DAY = dt.date(2026, 10, 14)
LON, LAT = -137.4, 57.3
"""Port Halyard's part of the sea: no real house is here."""
METRE_LON, METRE_LAT = 1 / 60_250, 1 / 111_360


def at(east_m: float, north_m: float) -> dict[str, float]:
    """Place of a point so many metres from the corner."""
    return {"lon": LON + east_m * METRE_LON, "lat": LAT + north_m * METRE_LAT}


def harbor_street(n: int = 12, **values: Any) -> list[Door]:
    """Doors on both sides of one street from west to east, odd numbers north."""
    return [
        Door(
            name=f"Neighbour {i + 1}",
            number=str(101 + i),
            street="Harbor Street",
            city="Port Halyard",
            people=1 + i % 3,
            phone=f"907-555-01{i:02}",
            languages=(("es",), ("en", "tl"), ())[i % 3],
            **at(20.0 * i, 15.0 if i % 2 == 0 else -15.0),
            **values,
        )
        for i in range(n)
    ]


def apartments(n: int = 80, street: str = "Alder Way", number: str = "240") -> list[Door]:
    """One building with units 1A, 1B, … in an order nobody would print."""
    doors = [
        Door(
            name=f"Tenant {floor}{letter}",
            number=number,
            street=street,
            unit=f"{floor}{letter}",
            **at(60.0, -90.0),
        )
        for floor in range(1, 1 + (n + 7) // 8)
        for letter in "ABCDEFGH"
    ][:n]
    return doors[::-1]


@dataclass
class Feature:
    geometry: shapely.Geometry
    properties: dict[str, object] = field(default_factory=dict)


def line(*points_m: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([tuple(at(x, y).values()) for x, y in points_m])


def corner() -> Surroundings:
    """Two streets that meet, a pond and a few houses."""
    pond = shapely.Polygon([tuple(at(x, y).values()) for x, y in ((90, 26), (260, 26), (260, 140))])
    houses = [
        shapely.box(*at(20.0 * i - 5, 11).values(), *at(20.0 * i + 5, 19).values())
        for i in range(0, 12, 2)
    ]
    return Surroundings.of(
        streets=[
            Feature(line((-60, 0), (300, 0)), {"name": "Harbor Street"}),
            Feature(line((60, -200), (60, 200)), {"name": "Alder Way"}),
            Feature(line((120, 0), (120, -120)), {"class": "footway"}),
        ],
        water=[Feature(pond, {"name": "Duck Pond"})],
        buildings=[Feature(house) for house in houses],
    )


def options(**values: Any) -> PrintOptions:
    return PrintOptions(**({"date": DAY} | values))


def pod(doors: list[Door] | None = None, **values: Any) -> StreetList:
    doors = harbor_street() if doors is None else doors
    return StreetList(**({"pod": "7", "doors": doors} | values))


def pages(pdf: bytes) -> list[str]:
    """Text of each page, blanks and line breaks settled into single blanks."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in reader.pages]


def text(pdf: bytes) -> str:
    return " ".join(pages(pdf))


__all__ = [
    "DAY",
    "Feature",
    "apartments",
    "at",
    "corner",
    "harbor_street",
    "line",
    "options",
    "pages",
    "pod",
    "replace",
    "text",
]
