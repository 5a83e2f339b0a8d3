"""GeoJSON and GeoPackage, checked against GDAL, which shares no code with ours."""

from __future__ import annotations

import json
import sqlite3

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geomatch.core.errors import ColumnError, GeomatchError, ParameterError, RowError, TableError
from geomatch.tables import Limits, read_features, read_table, sheet_names, write_table

COLUMNS = {
    "id": ["007", "b", "c"],
    "lon": [-134.4, None, 1.5],
    "lat": [58.3, None, 2.0],
    "people": [1, None, 3],
    "share": [0.1, 2.0, None],
    "ok": [True, None, False],
    "name": ["José", "=1+1", ""],
}
BARRIERS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Channel", "crossing": False},
            "geometry": {"type": "LineString", "coordinates": [[-134.5, 58.3], [-134.3, 58.3]]},
        },
        {
            "type": "Feature",
            "id": 7,
            "properties": None,
            "geometry": {"type": "Point", "coordinates": [-134.4, 58.3, 12.0]},
        },
    ],
}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(*coordinates):
    return {"type": "Point", "coordinates": list(coordinates)}


@pytest.mark.parametrize("ending", [".geojson", ".gpkg"])
def test_gdal_reads_what_we_write(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    write_table(path, COLUMNS)
    meta, _, shapes, fields = pyogrio.raw.read(path)
    shapes = shapely.from_wkb(shapes)
    assert meta["crs"] in ("EPSG:4326", "OGC:CRS84")
    assert meta["geometry_type"] == "Point"
    assert list(meta["fields"]) == ["id", "people", "share", "ok", "name"]
    assert shapely.get_coordinates(shapes).tolist() == [[-134.4, 58.3], [1.5, 2.0]]
    assert shapely.is_missing(shapes).tolist() == [False, True, False]
    values = dict(zip(meta["fields"], fields, strict=True))
    assert values["id"].tolist() == ["007", "b", "c"]
    assert values["name"].tolist() == ["José", "=1+1", None]
    assert np.array_equal(values["people"].astype(float), [1, np.nan, 3], equal_nan=True)
    assert values["share"][:2].tolist() == [0.1, 2.0]


@pytest.mark.parametrize("ending", [".geojson", ".gpkg"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32608", "EPSG:3857"])
def test_we_read_what_gdal_writes(tmp_path, ending, crs):
    path = tmp_path / f"a{ending}"
    lonlat = np.array([[-134.4, 58.3], [-134.5, 58.4], [np.nan, np.nan]])
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform(*lonlat.T)
    shapes = shapely.to_wkb(shapely.points(x, y))
    shapes[2] = None
    pyogrio.raw.write(
        path,
        shapes,
        [
            np.array(["a", "b", "c"], dtype=object),
            np.array([1, 2, 3]),
            np.array([True, False, True]),
            np.array(["2026-01-02", "2026-01-03", "2026-01-04"], dtype="datetime64[D]"),
        ],
        ["id", "people", "ok", "day"],
        crs=crs,
        geometry_type="Point",
        driver="GPKG" if ending == ".gpkg" else "GeoJSON",
    )
    table = read_table(path)
    assert np.allclose(table.points(), lonlat, atol=1e-6, equal_nan=True)
    assert table.integers("people").tolist() == [1, 2, 3]
    assert table.booleans("ok").tolist() == [True, False, True]
    assert table.texts("day")[0] == "2026-01-02"


def test_features(file):
    features = read_features(file("a.geojson", json.dumps(BARRIERS)))
    assert [shape.geometry.geom_type for shape in features] == ["LineString", "Point"]
    assert features[0].properties == {"name": "Channel", "crossing": False, "id": None}
    assert features[1].properties == {"name": None, "crossing": None, "id": 7}
    assert not features[1].geometry.has_z


def test_features_of_a_geopackage(tmp_path):
    path = tmp_path / "a.gpkg"
    square = shapely.box(-134.5, 58.3, -134.4, 58.4)
    for layer, name in (("water", "lake"), ("roads", "street")):
        pyogrio.raw.write(
            path,
            shapely.to_wkb(np.array([square])),
            [np.array([name], dtype=object)],
            ["name"],
            crs="EPSG:4326",
            geometry_type="Polygon",
            layer=layer,
            append=path.exists(),
        )
    assert sheet_names(path) == ["water", "roads"]
    assert read_features(path)[0].properties == {"name": "lake"}
    street = read_features(path, layer="roads")[0]
    assert street.properties == {"name": "street"}
    assert street.geometry.equals(square)
    with pytest.raises(TableError, match="no layer “rails”; there are: “water”, “roads”"):
        read_features(path, layer="rails")


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    properties=st.dictionaries(
        st.text(min_size=1, max_size=4),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=4)
        | st.floats(allow_nan=False, allow_infinity=False),
        max_size=4,
    )
)
def test_properties_come_as_they_are(file, properties):
    path = file(
        "a.geojson",
        collection(
            feature(point(1, 2), **{"type": "x"}, **{f"p{k}": v for k, v in properties.items()})
        ),
    )
    found = read_features(path)[0].properties
    assert found == {"type": "x", **{f"p{k}": v for k, v in properties.items()}}


def test_text_that_looks_like_a_date_stays_text(file):
    path = file("a.geojson", collection(feature(point(1, 2), id="2026/01/02", zip="01234")))
    table = read_table(path)
    assert (table.texts("id"), table.texts("zip")) == (["2026/01/02"], ["01234"])


def test_a_point_wins_over_properties(file):
    path = file(
        "a.geojson",
        collection(
            feature(point(1.5, 2.5), id="a", Lon=9, lat=9),
            feature(None, id="b", Lon=3, lat=4),
            feature({"type": "MultiPoint", "coordinates": [[5, 6]]}, id="c"),
            feature({"type": "Point", "coordinates": []}, id="d"),
        ),
    )
    table = read_table(path)
    assert np.array_equal(
        table.points(), [[1.5, 2.5], [3, 4], [5, 6], [np.nan, np.nan]], equal_nan=True
    )


def test_lists_and_objects_become_text(file):
    path = file(
        "a.geojson", collection(feature(point(1, 2), id="a", tags=["x", "y"], more={"k": [1]}))
    )
    table = read_table(path)
    assert table.lists("tags") == [("x", "y")]
    assert table.texts("more") == ['{"k": [1]}']


def test_a_single_feature_is_a_collection_of_one(file):
    assert len(read_features(file("a.geojson", json.dumps(feature(point(1, 2)))))) == 1


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\n", " "])
def test_features_one_after_another_are_a_collection(file, between):
    # As OpenAddresses gives its files out: a feature to a line, and nothing around them.
    features = [feature(point(k, 2), id=f"a{k}", city="Line\u2028break") for k in range(3)]
    path = file("a.geojson", between.join(map(json.dumps, features)) + "\n")
    table = read_table(path)
    assert table.texts("id") == ["a0", "a1", "a2"]
    assert table.points().tolist() == [[0, 2], [1, 2], [2, 2]]
    assert len(read_features(path)) == 3


def test_an_empty_collection_has_no_barriers(file):
    path = file("a.geojson", collection())
    assert read_features(path) == []
    with pytest.raises(TableError, match="no rows"):
        read_table(path)


def test_a_reference_system_of_before_the_standard(file):
    to = Transformer.from_crs(4326, 32608, always_xy=True)
    x, y = to.transform(-134.4, 58.3)
    document = json.loads(collection(feature(point(x, y), id="a")))
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32608"}}
    table = read_table(file("a.geojson", json.dumps(document)))
    assert np.allclose(table.points(), [[-134.4, 58.3]])
    document["crs"]["properties"]["name"] = "urn:ogc:def:crs:EPSG::999999"
    with pytest.raises(TableError, match="coordinate reference system of this layer is not known"):
        read_table(file("b.geojson", json.dumps(document)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,lon\n1,2\n", "this is not JSON (line 1, column 1"),
        ('{"type": "FeatureCollection", "features": [', "it may be cut short"),
        ("[]", "this is JSON, but not GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}\n{}', "line 2, column 1: Extra data"),
        ('{"type": "Feature", "geometry": null}\n{"type": "Fea', "this is not JSON (line 2"),
        (
            '{"type": "Topology"}',
            "a FeatureCollection is needed, not “Topology”".replace("a F", "a GeoJSON F"),
        ),
        ('{"type": "FeatureCollection", "features": {}}', "FeatureCollection is needed"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "it holds NaN"),
        ("[" * 100_000, "cannot be read as GeoJSON"),
        ('{"a": ' + "9" * 5000 + "}", "cannot be read as GeoJSON"),
        (b'{"type": "Feature\xe9"}', "byte 17 (line 1) is not UTF-8"),
    ],
)
def test_what_is_no_geojson(file, content, said):
    for read in (read_table, read_features):
        with pytest.raises(TableError) as error:
            read(file("a.geojson", content))
        assert said in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (17, "this is not a Feature"),
        ({"type": "Point", "coordinates": [1, 2]}, "this is not a Feature"),
        ({"type": "Feature", "properties": [], "geometry": None}, "must be an object or null"),
        (feature({"type": "Blob", "coordinates": []}), "not as RFC 7946"),
        (feature({"type": "LineString", "coordinates": [[1, 2]]}), "not as RFC 7946"),
        (feature({"type": "Point", "coordinates": ["a", "b"]}), "not as RFC 7946"),
        (feature({"type": "Point"}), "not as RFC 7946"),
        (feature("POINT(1 2)"), "not as RFC 7946"),
        (feature(17), "not as RFC 7946"),
    ],
)
def test_features_that_are_none(file, wrong, said):
    path = file("a.geojson", collection(feature(point(1, 2)), wrong))
    with pytest.raises(RowError, match=said) as error:
        read_features(path)
    assert error.value.problems[0].row == 3


def test_what_follows_a_feature_has_to_be_one(file):
    content = json.dumps(feature(point(1, 2))) + "\n17\n"
    with pytest.raises(RowError, match="this is not a Feature") as error:
        read_features(file("a.geojson", content))
    assert error.value.problems[0].row == 3


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (None, "there is no shape"),
        ({"type": "LineString", "coordinates": []}, "there is no shape"),
        (point(500_000, 6_400_000), "beyond ±180° or ±90°"),
        (point(58.3, -134.4), "beyond ±180° or ±90°"),
        (point(1, 1e400), "beyond ±180° or ±90°"),
    ],
)
def test_a_barrier_without_a_usable_shape_is_never_left_out(file, geometry, said):
    content = collection(feature(point(1, 2)), feature(geometry)).replace("Infinity", "1e400")
    with pytest.raises(RowError, match=said) as error:
        read_features(file("a.geojson", content))
    assert [problem.row for problem in error.value.problems] == [3]


def test_lines_are_no_households(file):
    path = file("a.geojson", json.dumps(BARRIERS))
    with pytest.raises(RowError, match="this is a LineString; a point is needed") as error:
        read_table(path, needed=())
    assert [problem.row for problem in error.value.problems] == [2]


def test_limits(file, tmp_path):
    path = file("a.geojson", collection(*[feature(point(1, 2), id=i, n=i) for i in range(5)]))
    with pytest.raises(TableError, match="more than 3 features"):
        read_table(path, limits=Limits(rows=3))
    with pytest.raises(TableError, match="2 properties; at most 1"):
        read_table(path, limits=Limits(columns=1))
    with pytest.raises(TableError, match="too large"):
        read_table(path, limits=Limits(json_bytes=100))
    package = tmp_path / "a.gpkg"
    write_table(package, {"id": range(5), "n": range(5)})
    with pytest.raises(TableError, match="more than 3 rows"):
        read_table(package, limits=Limits(rows=3))
    with pytest.raises(TableError, match="2 columns; at most 1"):
        read_table(package, limits=Limits(columns=1))


# ---- GeoPackage ---------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "a.gpkg"
    write_table(path, COLUMNS)
    return path


def run(path, *statements):
    database = sqlite3.connect(path)
    with database:
        for statement in statements:
            database.execute(statement)
    database.close()


def test_a_layer_that_is_a_program_is_not_run(package):
    run(
        package,
        "ALTER TABLE 'table' RENAME TO t2",
        "CREATE VIEW 'table' AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) "
        "SELECT i AS id, i AS geom FROM n WHERE i = 2",
    )
    with pytest.raises(TableError, match="no layer that is a plain table"):
        read_table(package)


def test_names_cannot_carry_sql(tmp_path):
    path = tmp_path / "a.gpkg"
    names = ['"; DROP TABLE gpkg_contents; --', "fid", "GEOM", "a'b", "select"]
    write_table(path, {"id": [1], **{name: ["x"] for name in names}})
    table = read_table(path)
    assert table.names[1:6] == names
    assert pyogrio.read_info(path)["features"] == 1


def test_blobs_are_refused_by_name(package):
    run(package, "ALTER TABLE 'table' ADD COLUMN photo BLOB", "UPDATE 'table' SET photo = x'00ff'")
    with pytest.raises(ColumnError, match="column “photo” holds binary data"):
        read_table(package)


@pytest.mark.parametrize(
    "blob", ["x'00'", "x'475000011111111101'", "'text'", "x'4750000100000000'"]
)
def test_damaged_shapes_are_named(package, blob):
    run(package, f"UPDATE 'table' SET geom = {blob} WHERE fid = 2")
    with pytest.raises(RowError, match="1 row cannot be read") as error:
        read_table(package)
    assert error.value.problems[0].row == 3


def test_a_file_that_is_open_elsewhere_is_refused(package):
    package.with_name("a.gpkg-wal").write_bytes(b"waiting")
    with pytest.raises(TableError, match="open in another program"):
        read_table(package)


def test_a_plain_sqlite_file_is_no_geopackage(tmp_path):
    run(tmp_path / "a.gpkg", "CREATE TABLE t (id)")
    with pytest.raises(TableError, match="no such table: gpkg_contents"):
        read_table(tmp_path / "a.gpkg")


def test_reading_leaves_no_trace(package):
    before = (package.read_bytes(), sorted(path.name for path in package.parent.iterdir()))
    read_table(package)
    assert before == (
        package.read_bytes(),
        sorted(path.name for path in package.parent.iterdir()),
    )


def test_a_table_without_shapes(tmp_path):
    path = tmp_path / "a.gpkg"
    pyogrio.raw.write(
        path, None, [np.array(["a"], dtype=object)], ["id"], geometry_type=None, driver="GPKG"
    )
    assert read_table(path).names == ["id"]
    with pytest.raises(TableError, match="a table without shapes"):
        read_features(path)


def test_points_given_apart(tmp_path):
    path = tmp_path / "a.geojson"
    write_table(path, {"id": [1, 2]}, points=[[1.0, 2.0], [np.nan, 3.0]])
    assert np.array_equal(read_table(path).points(), [[1, 2], [np.nan, np.nan]], equal_nan=True)
    with pytest.raises(ParameterError, match=r"points must have shape \(2, 2\), not \(1, 2\)"):
        write_table(path, {"id": [1, 2]}, points=[[1.0, 2.0]])


@pytest.mark.parametrize("ending", [".geojson", ".gpkg"])
def test_coordinates_that_are_none_are_not_written(tmp_path, ending):
    with pytest.raises(GeomatchError, match="row 2, column “lat”, value “95”"):
        write_table(tmp_path / f"a{ending}", {"id": [1], "lon": [1], "lat": [95]})
    assert not list(tmp_path.iterdir())


@pytest.mark.real_data
def test_real_layers(shared_data):
    roads = read_features(shared_data / "teton_county_id" / "roads.geojson")
    _, _, shapes, _ = pyogrio.raw.read(shared_data / "teton_county_id" / "roads.geojson")
    assert len(roads) == len(shapes) > 1000
    theirs = shapely.from_wkb(shapes)
    assert all(ours.geometry.equals(their) for ours, their in zip(roads, theirs, strict=True))
    for name in (
        "juneau_ak_coast/borough",
        "juneau_ak_coast/land_osm2017",
        "teton_county_id/buildings",
    ):
        assert read_features(shared_data / f"{name}.geojson")
