"""Where a house number would be that no row has: between its neighbours, or along its street."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np

from geomatch.core.addresses import Street, normalise_street
from geomatch.core.arrays import Floats
from geomatch.core.errors import ParameterError
from geomatch.core.sphere import EARTH_RADIUS_M
from geomatch.geocoding.index import GazetteerIndex, StreetOfTown, Town
from geomatch.geocoding.siblings import SiblingIndex

if TYPE_CHECKING:
    from scipy.spatial import cKDTree
    from shapely.geometry.base import BaseGeometry

__all__ = ["Interpolator", "Spot", "StreetLine"]


_BASE: Final = re.compile(r"(\d+)(?:[A-Z]| \d/\d[A-Z]?|-.*)?$")
_COMMENT: Final = re.compile(r"\([^)]*\)")
_OFFSET_M: Final = 20.0
"""A house stands about this far from its street's middle line."""
_WIDEST_GAP_M: Final = 600.0
"""Neighbours farther apart than this do not say where the number between them is."""
_METRES_PER_DEG: Final = EARTH_RADIUS_M * np.pi / 180


class Spot(NamedTuple):
    """A point worked out, and the town it lies in (None where no address is near)."""

    lon: float
    lat: float
    town: Town | None = None


class StreetLine(Protocol):
    """What `add_streets` needs of a feature."""

    @property
    def geometry(self) -> BaseGeometry | None:
        """Line or lines, WGS84 lon/lat."""

    @property
    def properties(self) -> Mapping[str, object]:
        """At least `name`; `left_from, left_to, right_from, right_to` where known."""


class _Side(NamedTuple):
    first: int
    last: int
    sign: int  # +1 left of the line's direction, -1 right

    def holds(self, number: int) -> bool:
        low, high = sorted((self.first, self.last))
        if not low <= number <= high or high <= 0:
            return False
        one_parity = low % 2 == high % 2
        return not one_parity or number % 2 == low % 2


class _Line(NamedTuple):
    lonlat: Floats  # (n, 2) degrees
    sides: tuple[_Side, ...]


def house_value(number: str) -> tuple[str, float] | None:
    """Kind and place in the row of a house number: 24B is at 24, MILE 13.8 at 13.8."""
    if number.startswith("MILE "):
        try:
            return "MILE", float(number.removeprefix("MILE "))
        except ValueError:
            return None
    base = _BASE.match(number)
    if not base:
        return None
    value = int(base[1])
    return ("EVEN", "ODD")[value % 2], float(value)


class Interpolator:
    """Works out points for house numbers that no row has.

    Parameters
    ----------
    index : GazetteerIndex
        The rows that are known.
    """

    def __init__(self, index: GazetteerIndex) -> None:
        self._index = index
        self._lines: dict[Street, list[_Line]] = defaultdict(list)
        self._siblings: SiblingIndex | None = None
        self._series: dict[int, dict[str, list[tuple[float, int]]]] = {}
        self._tree: tuple[cKDTree, list[Town], Floats] | None = None

    def add_streets(self, features: Iterable[StreetLine]) -> int:
        """Add street lines, with or without ranges of house numbers.

        Returns
        -------
        int
            How many lines were taken: named ones.

        Raises
        ------
        ParameterError
            If a feature is no line.
        """
        self._siblings = None
        count = 0
        for position, feature in enumerate(features, 1):
            properties = {str(key).lower(): value for key, value in feature.properties.items()}
            street = normalise_street(_COMMENT.sub(" ", str(properties.get("name") or "")))
            if not street:
                continue
            if feature.geometry is None or feature.geometry.is_empty:
                continue
            for lonlat in _coordinates(feature.geometry, position):
                self._lines[street].append(_Line(lonlat, _sides(properties)))
                count += 1
        return count

    def knows(self, street: Street) -> bool:
        """Whether a line of this name was added."""
        return street in self._lines

    def lines_named(self, street: Street) -> list[Street]:
        """Names of lines that may be meant: the very name, or the same without a part left out."""
        if self.knows(street):
            return [street]
        if self._siblings is None:
            self._siblings = SiblingIndex(self._lines)
        found = self._siblings.find(street)
        return [known for known, difference in found if not difference.wrong]

    @property
    def streets(self) -> Iterable[Street]:
        """Names of the lines added."""
        return self._lines.keys()

    def between_neighbours(self, street: StreetOfTown, number: str) -> Spot | None:
        """Place a number between the nearest numbers on its side of the street.

        Returns
        -------
        Spot or None
            None unless the number lies between two rows at most 600 m apart, or is a letter or a
            fraction beside a number that is one place (24B at 24).
        """
        value = house_value(number)
        if value is None:
            return None
        series = self._series_of(street).get(value[0], [])
        at = bisect_left(series, (value[1], -1))
        if at < len(series) and series[at][0] == value[1]:
            return self._spot_of(series[at][1], street.town)
        if not 0 < at < len(series):
            return None
        (low, low_row), (high, high_row) = series[at - 1], series[at]
        step_m = self._index.metres([low_row, high_row])[1]
        if value[0] != "MILE" and np.hypot(*step_m) > _WIDEST_GAP_M:
            return None
        share = (value[1] - low) / (high - low)
        lon = self._index.lon[[low_row, high_row]]
        lat = self._index.lat[[low_row, high_row]]
        return Spot(
            float(lon[0] + share * (lon[1] - lon[0])),
            float(lat[0] + share * (lat[1] - lat[0])),
            street.town,
        )

    def _series_of(self, street: StreetOfTown) -> dict[str, list[tuple[float, int]]]:
        """Rows of a street in the order of their numbers, by side; only numbers of one place."""
        known = self._series.get(id(street))
        if known is None:
            series: dict[str, list[tuple[float, int]]] = defaultdict(list)
            for number in street.numbers:
                value = house_value(number)
                row = self._index.one_place(street.rows(number)) if value else None
                if value is not None and row is not None:
                    series[value[0]].append((value[1], row))
            known = {kind: _one_per_value(sorted(rows)) for kind, rows in series.items()}
            self._series[id(street)] = known
        return known

    def _spot_of(self, row: int, town: Town) -> Spot:
        return Spot(float(self._index.lon[row]), float(self._index.lat[row]), town)

    def along_ranges(self, street: Street, number: str) -> list[Spot]:
        """Place a number on every line whose range, on the number's side, holds it."""
        value = house_value(number)
        if value is None or value[0] == "MILE":
            return []
        spots = []
        for line in self._lines.get(street, ()):
            for side in line.sides:
                if side.holds(int(value[1])):
                    spots.append(self._with_town(_along(line.lonlat, side, int(value[1]))))
        return spots

    def middles(self, street: Street) -> list[Spot]:
        """Middle of every line of this name."""
        return [
            self._with_town(_at_share(line.lonlat, 0.5, 0.0))
            for line in self._lines.get(street, ())
        ]

    def corners(self, one: Street, other: Street) -> list[Spot]:
        """Points that lines of both names have in common (within a metre or so)."""
        import shapely

        first = shapely.MultiLineString([line.lonlat for line in self._lines.get(one, ())])
        second = shapely.MultiLineString([line.lonlat for line in self._lines.get(other, ())])
        if first.is_empty or second.is_empty or first.distance(second) > 5e-5:
            return []
        met = first.intersection(second.buffer(5e-5))
        parts = getattr(met, "geoms", [met])
        return [
            self._with_town((part.centroid.x, part.centroid.y))
            for part in parts
            if not part.is_empty
        ]

    def _with_town(self, point: tuple[float, float]) -> Spot:
        """Add the town of the nearest row, which says in which town a line lies."""
        tree, towns, scale = self._nearest_rows()
        if not towns:
            return Spot(*point)
        _, nearest = tree.query(np.array(point) * scale)
        return Spot(*point, towns[int(nearest)])

    def _nearest_rows(self) -> tuple[cKDTree, list[Town], Floats]:
        if self._tree is None:
            from scipy.spatial import cKDTree

            rows: list[int] = []
            towns: list[Town] = []
            for streets in self._index.streets.values():
                for street in streets:
                    mine = list(street.all_rows())
                    rows += mine
                    towns += [street.town] * len(mine)
            at = np.array(rows, dtype=np.int64)
            lonlat = np.column_stack([self._index.lon[at], self._index.lat[at]])
            shrink = np.cos(np.radians(lonlat[:, 1].mean())) if len(at) else 1.0
            scale = np.array([shrink, 1.0])
            self._tree = cKDTree(lonlat * scale), towns, scale
        return self._tree


def _one_per_value(rows: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """Keep the first row of each value: 24 before 24A."""
    kept: list[tuple[float, int]] = []
    for value, row in rows:
        if not kept or kept[-1][0] != value:
            kept.append((value, row))
    return kept


def _coordinates(geometry: BaseGeometry, position: int) -> Iterator[Floats]:
    if geometry.geom_type == "LineString":
        lonlat = np.asarray(geometry.coords, dtype=np.float64)[:, :2]
        if len(lonlat) >= 2:
            yield lonlat
    elif geometry.geom_type == "MultiLineString":
        for part in geometry.geoms:
            yield from _coordinates(part, position)
    else:
        raise ParameterError(
            f"feature {position} of the streets is a {geometry.geom_type}; give lines"
        )


def _sides(properties: Mapping[str, object]) -> tuple[_Side, ...]:
    sides = []
    for side, sign in (("left", 1), ("right", -1)):
        first = _whole(properties.get(f"{side}_from"))
        last = _whole(properties.get(f"{side}_to"))
        if first is not None and last is not None and (first > 0 or last > 0):
            sides.append(_Side(first, last, sign))
    return tuple(sides)


def _whole(value: object) -> int | None:
    """House number of a range's end; None where there is none that can be counted with."""
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return int(number) if number.is_integer() and 0 <= number < 1e9 else None


def _along(lonlat: Floats, side: _Side, number: int) -> tuple[float, float]:
    length = side.last - side.first
    share = (number - side.first) / length if length else 0.5
    return _at_share(lonlat, share, side.sign * _OFFSET_M)


def _at_share(lonlat: Floats, share: float, offset_m: float) -> tuple[float, float]:
    """Point at a share of a line's length, moved to its left by `offset_m`."""
    scale = _METRES_PER_DEG * np.array([np.cos(np.radians(lonlat[0, 1])), 1.0])
    metres = (lonlat - lonlat[0]) * scale
    steps = np.diff(metres, axis=0)
    lengths = np.hypot(*steps.T)
    run = np.concatenate([[0.0], np.cumsum(lengths)])
    if run[-1] == 0:
        return float(lonlat[0, 0]), float(lonlat[0, 1])
    goal = share * run[-1]
    at = int(np.clip(np.searchsorted(run, goal, side="right") - 1, 0, len(steps) - 1))
    while lengths[at] == 0:
        at -= 1
    way = steps[at] / lengths[at]
    point = metres[at] + way * (goal - run[at]) + offset_m * np.array([-way[1], way[0]])
    lon, lat = lonlat[0] + point / scale
    return float(lon), float(lat)


def spread_m(spots: Sequence[Spot]) -> float:
    """Longest side of the box around points, in metres."""
    points = np.array([(spot.lon, spot.lat) for spot in spots])
    scale = _METRES_PER_DEG * np.array([np.cos(np.radians(points[0, 1])), 1.0])
    return float((np.ptp(points, axis=0) * scale).max())
