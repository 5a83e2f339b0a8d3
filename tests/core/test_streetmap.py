"""Places found on streets that stand alone are as far apart as doors that are part of the graph."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings

from geomatch.core.checkwalks import StreetWalks
from geomatch.core.errors import ParameterError
from geomatch.core.geodesy import LocalProjection
from geomatch.core.proximity import StreetNetwork
from geomatch.core.streetmap import STEP_M, StreetMap
from geomatch.core.walks import walks_of_pairs
from tests.core.streettowns import StreetTown, street_towns, two_banks

SEA = LocalProjection(-134.41, 58.3)
A_HAIR = 1e-9  # `on_foot` takes what is no distance at all for the same door


def ways(streets: StreetMap, lonlat: np.ndarray) -> np.ndarray:
    """(s, s) metres along streets, infinite where none lead."""
    walks, _ = streets.walks(lonlat)
    one, two = (side.ravel() for side in np.indices((len(lonlat),) * 2))
    way = walks_of_pairs(walks, one, two, np.full(len(one), A_HAIR))
    way = np.where(way == 3 * A_HAIR, np.inf, np.where(way == A_HAIR, 0, way))
    return way.reshape(len(lonlat), -1)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(street_towns())
def test_ways_are_those_of_the_checker_to_the_last_bit(town: StreetTown) -> None:
    lines = SEA.geometry_to_lonlat(town.streets)
    lonlat = SEA.to_lonlat(town.points)
    streets = StreetMap(lines)
    flat = streets.projection
    points, again = flat.to_metres(lonlat), flat.geometry_to_metres(lines)
    found = ways(streets, lonlat)
    checker = StreetWalks([(x, y) for x, y in points.tolist()], again, step_m=STEP_M)
    homes = list(range(len(points)))
    for home in homes[:8]:
        assert checker.ways_from(home, homes) == found[home].tolist()
    # Rounding moves a way by half a step for each piece of it, and a place by half a step.
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    walk = StreetNetwork(again, points).walks(np.array(homes))
    joined = np.isfinite(found) & (apart > 0)
    assert np.abs(np.maximum(found, apart) - walk)[joined].max(initial=0) < 200 * STEP_M
    assert np.allclose(3 * apart[~np.isfinite(found)], walk[~np.isfinite(found)])


def test_the_walk_between_two_depends_on_nobody_else() -> None:
    points, lines = two_banks()
    streets = StreetMap(SEA.geometry_to_lonlat(lines))
    lonlat = SEA.to_lonlat(points)
    some = [17, 3]
    assert ways(streets, lonlat[some])[0, 1] == ways(streets, lonlat)[17, 3] > 2000


def test_a_place_nobody_knows_is_on_no_street() -> None:
    points, lines = two_banks()
    lonlat = np.vstack([SEA.to_lonlat(points[:2]), [(np.nan, np.nan)]])
    streets = StreetMap(SEA.geometry_to_lonlat(lines))
    assert np.isinf(ways(streets, lonlat)[2]).all()
    assert streets.walks(lonlat)[1].tolist() == [0, 0, -1]
    assert len(streets.walks(np.empty((0, 2)))[0].access) == 0


def test_an_island_is_a_part_of_its_own() -> None:
    points, lines = two_banks()
    streets = StreetMap(SEA.geometry_to_lonlat(lines[:2]))  # without the bridge
    part = streets.walks(SEA.to_lonlat(points))[1]
    assert len(set(part[:10])) == len(set(part[10:])) == 1
    assert part[0] != part[10]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "no line in it"),
        ([shapely.Point(3, 4)], "no line in it"),
        ([shapely.LineString([(-134, 58), (-134, 58)])], "no line in it"),
        ([shapely.LineString([(0, 0), (np.inf, 1)])], "no place on Earth"),
        ([shapely.LineString([(500_000, 6_460_000), (500_100, 6_460_000)])], "no place on Earth"),
    ],
)
def test_streets_that_cannot_be_used_are_refused(lines: list[object], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        StreetMap(lines)
