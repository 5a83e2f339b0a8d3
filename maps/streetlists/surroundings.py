"""What is drawn around the doors: streets, water and buildings, found quickly for one pod."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import shapely

from geomatch.core.arrays import Geometries
from geomatch.core.geodesy import LocalProjection

__all__ = ["Layer", "Near", "Street", "Surroundings"]


FOOTWAYS = {"footway", "path", "pedestrian", "steps", "track", "cycleway", "trail", "bridleway"}


class FeatureLike(Protocol):
    """A feature as `geomatch.tables.read_features` returns it."""

    @property
    def geometry(self) -> shapely.Geometry: ...

    @property
    def properties(self) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class Street:
    """A line to walk along: its name (may be empty) and whether only people on foot use it."""

    name: str = ""
    footway: bool = False


@dataclass(frozen=True)
class Layer:
    """Shapes of one kind in WGS84 degrees, with what is known of each.

    Attributes
    ----------
    shapes : ndarray of shapely geometries, shape (n,)
    about : sequence, length n
        A `Street` for each street, a name for each water or building.
    """

    shapes: Geometries
    about: Sequence[object]
    _tree: shapely.STRtree = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tree", shapely.STRtree(self.shapes))

    def within(self, bounds: tuple[float, float, float, float]) -> tuple[Geometries, list[object]]:
        """Return the shapes in the bounds (degrees), cut at them, in file order."""
        hits = np.sort(self._tree.query(shapely.box(*bounds)))
        # Cut first: a coast of a hundred thousand corners is projected for every pod otherwise.
        cut = np.asarray(shapely.clip_by_rect(self.shapes[hits], *bounds), dtype=object)
        kept = ~shapely.is_empty(cut)
        return cut[kept], [self.about[hit] for hit in hits[kept]]


@dataclass(frozen=True)
class Near:
    """The surroundings of one pod in local metres."""

    streets: Geometries
    street_facts: list[Street]
    water: Geometries
    water_names: list[str]
    buildings: Geometries


def _layer(features: Iterable[FeatureLike], facts: object) -> Layer:
    kept = [f for f in features if f.geometry is not None and not f.geometry.is_empty]
    shapes = np.empty(len(kept), dtype=object)
    shapes[:] = [feature.geometry for feature in kept]
    return Layer(shapes, [facts(feature) for feature in kept])  # type: ignore[operator]


def _name(feature: FeatureLike) -> str:
    for key, value in feature.properties.items():
        if key.casefold() == "name" and isinstance(value, str):
            return value
    return ""


def _street(feature: FeatureLike) -> Street:
    kinds = {
        str(value).casefold()
        for key, value in feature.properties.items()
        if key.casefold() in {"highway", "kind", "class", "type"}
    }
    return Street(_name(feature), footway=bool(kinds & FOOTWAYS))


@dataclass(frozen=True)
class Surroundings:
    """Streets, water and buildings of a whole town, indexed once and used for every pod."""

    streets: Layer
    water: Layer
    buildings: Layer

    @classmethod
    def of(
        cls,
        *,
        streets: Iterable[FeatureLike] = (),
        water: Iterable[FeatureLike] = (),
        buildings: Iterable[FeatureLike] = (),
    ) -> Surroundings:
        """Index features, each with a ``geometry`` (WGS84, shapely) and ``properties``.

        Parameters
        ----------
        streets : iterable of features
            Lines; the property ``name`` is drawn, and ``kind``, ``class``, ``type`` or OSM's
            ``highway`` tells footways. Other shapes are left out.
        water : iterable of features
            Polygons and lines, named or not.
        buildings : iterable of features
            Polygons.
        """
        lines = [f for f in streets if f.geometry is not None and f.geometry.length > 0]
        lines = [f for f in lines if f.geometry.geom_type in {"LineString", "MultiLineString"}]
        return cls(
            streets=_layer(lines, _street),
            water=_layer(water, _name),
            buildings=_layer(buildings, _name),
        )

    def near(
        self, bounds_m: tuple[float, float, float, float], projection: LocalProjection
    ) -> Near:
        """Return what lies in a box of local metres, in local metres.

        Parameters
        ----------
        bounds_m : (west, south, east, north)
            In metres of `projection`.
        projection : LocalProjection
            The pod's own.
        """
        west, south, east, north = bounds_m
        corners = np.array([(west, south), (west, north), (east, south), (east, north)])
        lonlat = projection.to_lonlat(corners)
        box = (*lonlat.min(axis=0).tolist(), *lonlat.max(axis=0).tolist())
        streets, street_facts = self.streets.within(box)
        water, water_names = self.water.within(box)
        buildings, _ = self.buildings.within(box)
        return Near(
            streets=projection.geometry_to_metres(streets),
            street_facts=[fact for fact in street_facts if isinstance(fact, Street)],
            water=projection.geometry_to_metres(water),
            water_names=[str(name) for name in water_names],
            buildings=projection.geometry_to_metres(buildings),
        )
