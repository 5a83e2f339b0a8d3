"""The pale ground of a map as JSON: GeoJSON layers with allow-listed properties."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geomatch.core.yes_no import is_crossing
from maps.data import Ground, SupportsFeature

__all__ = ["DIGITS", "Json", "ground_payload"]

Json = dict[str, Any]

DIGITS = 6
"""Decimals of a degree that are kept: a tenth of a metre."""

DETAIL_DEG, SCENERY_DEG = 5e-6, 2e-5
"""How far a simplified line may lie from the true one: half a metre for what people walk along,
two for hills and forests."""

LANDUSE = frozenset(
    {"forest", "park", "pitch", "cemetery", "wetland", "tidal_flat", "rock", "ice"}
    | {"pier", "breakwater", "runway"}
)
"""Kinds of ground that have a look of their own."""

# Words the usual sources use for the roads that carry a town's traffic, and for ways to walk.
_MAJOR = re.compile(r"motorway|trunk|primary|secondary|highway|arterial|major", re.IGNORECASE)
_PATH = re.compile(r"path|steps|footway|track|trail", re.IGNORECASE)


def ground_payload(ground: Ground) -> Json:
    """Turn the ground into JSON: one GeoJSON collection per layer.

    Parameters
    ----------
    ground
        Its features; of their properties only `name` is kept, the kind of streets and land, the
        height of contours, and whether a barrier is a `crossing`.

    Returns
    -------
    dict
        Layer name -> GeoJSON FeatureCollection, and `source`. Streets of one name are joined, so
        that a name can be written along the whole street.
    """
    layers: Json = {
        "streets": _street_features(ground.streets),
        "barriers": [_feature(f, crossing=is_crossing(f.properties)) for f in ground.barriers],
        "landuse": [
            _feature(f, SCENERY_DEG, kind=_known_kind(f), name=_text(f.properties.get("name")))
            for f in ground.landuse
        ],
        "contours": [
            _feature(f, SCENERY_DEG, height=_height(f.properties.get("height_m")))
            for f in ground.contours
        ],
    }
    for name in ("water", "land", "buildings", "boundary"):
        features: Sequence[SupportsFeature] = getattr(ground, name)
        layers[name] = [_feature(f, name=_text(f.properties.get("name"))) for f in features]
    collections: Json = {
        name: {"type": "FeatureCollection", "features": [f for f in features if f is not None]}
        for name, features in layers.items()
        if features
    }
    return collections | {"source": ground.source}


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)


@dataclass(frozen=True, slots=True)
class _Joined:
    geometry: shapely.Geometry
    properties: Mapping[str, object]


def _street_features(streets: Sequence[SupportsFeature]) -> list[Json | None]:
    """Streets of one name and kind as one feature each, joined end to end."""
    lines: dict[tuple[str, str], list[shapely.Geometry]] = defaultdict(list)
    for street in streets:
        key = _text(street.properties.get("name")), _street_kind(street.properties)
        lines[key].append(street.geometry)
    return [
        _feature(_Joined(shapely.line_merge(shapely.union_all(parts)), {}), name=name, kind=kind)
        for (name, kind), parts in lines.items()
    ]


def _street_kind(properties: Mapping[str, object]) -> str:
    words = " ".join(_text(properties.get(key)) for key in ("class", "highway", "kind"))
    if _MAJOR.search(words):
        return "major"
    return "path" if _PATH.search(words) else "minor"


def _known_kind(feature: SupportsFeature) -> str:
    kind = _text(feature.properties.get("kind"))
    return kind if kind in LANDUSE else ""


def _height(value: object) -> int:
    try:
        return round(float(_text(value)))
    except (ValueError, OverflowError):
        return 0


def _feature(
    feature: SupportsFeature, within: float = DETAIL_DEG, **properties: Any
) -> Json | None:
    if feature.geometry is None or shapely.is_empty(feature.geometry):
        return None
    thinned = shapely.simplify(feature.geometry, within)
    rounded = shapely.transform(thinned, lambda xy: np.round(xy, DIGITS))
    shape = json.loads(shapely.to_geojson(rounded))
    return {"type": "Feature", "properties": properties, "geometry": shape}
