"""Distances and projections against PROJ's geodesics (Karney), which share no code with them."""

from __future__ import annotations

import doctest
import pickle

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from geomatch.core import geodesy
from geomatch.core.errors import ParameterError
from geomatch.core.geodesy import (
    LocalProjection,
    haversine_m,
    projected_srid_for,
)
from geomatch.core.sphere import EARTH_RADIUS_M

SPHERE = Geod(a=EARTH_RADIUS_M, f=0)
ELLIPSOID = Geod(ellps="WGS84")

lonlats = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def town(lon: float, lat: float, radius_m: float, n: int = 40) -> np.ndarray:
    """`n` points within `radius_m` of a place, laid out by geodesics."""
    rng = np.random.default_rng(7)
    azimuth, reach = rng.uniform(0, 360, n), radius_m * np.sqrt(rng.uniform(0, 1, n))
    out_lon, out_lat, _ = ELLIPSOID.fwd(np.full(n, lon), np.full(n, lat), azimuth, reach)
    return np.stack([out_lon, out_lat], axis=1)


def test_doctests():
    failed, tried = doctest.testmod(geodesy, extraglobs={"np": np})
    assert failed == 0
    assert tried > 5


@given(lonlats, lonlats)
def test_haversine_is_the_geodesic_of_a_sphere(a, b):
    _, _, expected = SPHERE.inv(*a, *b)
    # Near the antipode the haversine loses half its digits; elsewhere it keeps them all.
    assert float(haversine_m(a, b)) == pytest.approx(expected, rel=1e-9, abs=0.2)


@given(lonlats, lonlats)
def test_haversine_is_within_its_stated_error_of_the_ellipsoid(a, b):
    _, _, expected = ELLIPSOID.inv(*a, *b)
    assert float(haversine_m(a, b)) == pytest.approx(expected, rel=0.006, abs=0.01)


def test_haversine_broadcasts_rows_and_every_pair():
    a, b = town(-134.4, 58.3, 5000, 4), town(-134.4, 58.3, 5000, 3)
    table = haversine_m(a[:, None], b)
    assert table.shape == (4, 3)
    assert np.array_equal(table[:, 1], haversine_m(a, b[1]))
    assert np.array_equal(table[:3].diagonal(), haversine_m(a[:3], b))


def test_haversine_refuses_shapes_that_do_not_pair():
    with pytest.raises(ParameterError, match=r"\(3, 2\) and \(4, 2\)"):
        haversine_m(np.zeros((3, 2)), np.zeros((4, 2)))
    with pytest.raises(ParameterError, match=r"a must have shape \(n, 2\)"):
        haversine_m(np.zeros((3, 3)), np.zeros((3, 2)))


@pytest.mark.parametrize(
    ("lon", "lat"), [(-134.4, 58.3), (174.8, -41.3), (179.99, 52.0), (15.0, 89.9), (0.0, 0.0)]
)
def test_local_metres_agree_with_geodesics(lon, lat):
    points = town(lon, lat, 100_000)
    metres = LocalProjection.around(points).to_metres(points)
    i, j = np.triu_indices(len(points), 1)
    _, _, expected = ELLIPSOID.inv(*points[i].T, *points[j].T)
    flat = np.hypot(*(metres[i] - metres[j]).T)
    # The middle is the median of the points, so none is farther than twice the radius from it.
    assert np.allclose(flat, expected, rtol=200_000**2 / (8 * EARTH_RADIUS_M**2))


@given(lonlats, st.floats(10, 300_000))
@settings(max_examples=50)
def test_local_projection_round_trip_is_below_a_centimetre(place, radius_m):
    points = town(*place, radius_m, 10)
    projection = LocalProjection.around(points)
    back = projection.to_lonlat(projection.to_metres(points))
    assert haversine_m(points, back).max() < 0.01


def test_east_is_x_and_north_is_y():
    projection = LocalProjection(-134.4, 58.3)
    (x, y), (zero_x, north) = projection.to_metres([(-134.39, 58.3), (-134.4, 58.31)])
    assert x > 500
    assert abs(y) < 1
    assert abs(zero_x) < 1e-6
    assert north > 1000


def test_one_stray_pin_does_not_move_the_map():
    homes = town(-134.4, 58.3, 5000)
    alone = LocalProjection.around(homes)
    strays = LocalProjection.around(np.vstack([homes, [(0.0, 0.0), (58.3, -134.4 + 90)]]))
    assert haversine_m((alone.lon_deg, alone.lat_deg), (strays.lon_deg, strays.lat_deg)) < 3000


def test_nan_passes_through_and_spares_its_neighbours():
    points = np.array([[-134.4, 58.3], [np.nan, 58.3], [-134.4, np.nan], [-134.4, 95.0]])
    metres = LocalProjection.around(points[:3]).to_metres(points)
    assert np.isfinite(metres[0]).all()
    assert np.isnan(metres[1:]).all()
    assert np.isnan(LocalProjection(0, 0).to_lonlat([[np.nan, 1.0], [np.inf, 1.0]])).all()


def test_no_points_and_no_known_points_are_ordinary():
    assert LocalProjection.around([]).to_metres([]).shape == (0, 2)
    assert LocalProjection.around([[np.nan, np.nan]]) == LocalProjection(0.0, 0.0)


def test_points_all_over_the_globe_still_have_a_projection():
    globe = [(0, 0), (180, 0), (90, 0), (-90, 0), (0, 90), (0, -90)]
    assert np.isfinite(LocalProjection.around(globe).to_metres([(0.0, 0.0)])).all()


def test_order_of_rows_does_not_matter():
    points = town(10, 50, 20_000)
    assert LocalProjection.around(points) == LocalProjection.around(points[::-1])


def test_projection_can_be_sent_to_a_worker():
    projection = LocalProjection(-134.4, 58.3)
    projection.to_metres([(-134.0, 58.0)])
    assert pickle.loads(pickle.dumps(projection)) == projection


def test_geometries_of_every_kind_are_projected():
    projection = LocalProjection(-134.4, 58.3)
    square = shapely.box(-134.41, 58.29, -134.39, 58.31)
    shapes = np.array(
        [square, shapely.Point(-134.4, 58.3), None, shapely.LineString(), shapely.Point(1, 2, 3)]
    )
    metres = projection.geometry_to_metres(shapes)
    area, _ = ELLIPSOID.geometry_area_perimeter(square)
    # A geodesic box and one of straight edges differ a little along its sides.
    assert shapely.area(metres[0]) == pytest.approx(abs(area), rel=1e-4)
    assert metres[1].equals_exact(shapely.Point(0, 0), tolerance=1e-6)
    assert metres[2] is None
    assert metres[3].is_empty
    assert not metres[4].has_z
    back = projection.geometry_to_lonlat(projection.geometry_to_metres(square))
    assert back.equals_exact(square, tolerance=1e-8)


def test_wrong_shape_is_refused():
    with pytest.raises(ParameterError, match=r"lonlat must have shape \(n, 2\), not \(3,\)"):
        LocalProjection.around([1, 2, 3])


@given(st.floats(-179.9, 179.9), st.floats(-79.9, 83.9))
def test_srid_is_a_zone_whose_area_of_use_holds_the_place(lon, lat):
    srid = projected_srid_for(lon, lat, lon, lat)
    area = CRS.from_epsg(srid).area_of_use
    slack = 12.0 if lat >= 56 and 0 <= lon < 42 else 1e-9  # Norway and Svalbard widen their zones
    assert area.west - slack <= lon <= area.east + slack
    assert area.south <= lat <= area.north


@pytest.mark.parametrize(
    ("bounds", "srid"),
    [
        ((-135.2, 58.1, -133.8, 58.9), 32608),
        ((174.6, -41.4, 175.0, -41.1), 32760),
        ((177.0, 51.5, -176.0, 53.0), 32601),
        ((176.0, 51.5, -177.0, 53.0), 32660),
        ((180.0, 10.0, 180.0, 10.0), 32601),
        ((-180.0, 10.0, -180.0, 10.0), 32601),
        ((5.2, 60.3, 5.4, 60.5), 32632),  # Bergen
        ((15.5, 78.2, 15.7, 78.3), 32633),  # Longyearbyen
        ((-64.2, -31.5, -64.1, -31.3), 32720),  # Córdoba
        ((-1.0, -1.0, 1.0, 1.0), 32631),  # on the equator: north
        ((-30.0, 85.0, 30.0, 90.0), 32661),
        ((-30.0, -90.0, 30.0, -85.0), 32761),
    ],
)
def test_srid_of_known_places(bounds, srid):
    assert projected_srid_for(*bounds) == srid


@pytest.mark.parametrize("srid", [32661, 32761])
def test_polar_srids_are_metres(srid):
    to = Transformer.from_crs(4326, srid, always_xy=True)
    lat = 88.0 if srid == 32661 else -88.0
    a, b = to.transform(10.0, lat), to.transform(10.5, lat)
    assert np.hypot(b[0] - a[0], b[1] - a[1]) == pytest.approx(
        float(haversine_m((10.0, lat), (10.5, lat))), rel=0.02
    )


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((np.nan, 0, 1, 1), "must be numbers"),
        ((0, 0, 1, 91), "within ±90"),
        ((0, 0, 181, 1), "within ±180"),
        ((0, 2, 1, 1), "south bound lies north"),
    ],
)
def test_bounds_that_are_none_are_refused(bounds, said):
    with pytest.raises(ParameterError, match=said):
        projected_srid_for(*bounds)
