"""The map: to scale, inside its frame, nothing on top of anything, and no text in the drawing."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.streetlists.badges import place_badges
from maps.streetlists.document import list_data
from maps.streetlists.frame import Frame, scale_bar

from .samples import (
    Feature,
    Surroundings,
    apartments,
    at,
    corner,
    harbor_street,
    line,
    options,
    pod,
    replace,
)

SIZE = np.array([184.9, 100.0])
places = st.lists(
    st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=1, max_size=30
).map(lambda xy: np.array(xy).reshape(-1, 2))


def framed(points_m: np.ndarray) -> Frame:
    return Frame.around(points_m, width_mm=184.9, heights_mm=(78.0, 112.0), pad_mm=10.0)


@given(places)
def test_every_door_is_inside_the_border(points_m):
    frame = framed(points_m)
    at_mm = frame.to_mm(points_m)
    assert (at_mm >= 10 - 1e-6).all()
    assert (at_mm <= np.array([frame.width_mm, frame.height_mm]) - 10 + 1e-6).all()
    assert 78 <= frame.height_mm <= 112


@given(places)
def test_the_frame_keeps_distances_and_north(points_m):
    frame = framed(points_m)
    moved = points_m + np.array([30.0, 40.0])
    step = frame.to_mm(moved) - frame.to_mm(points_m)
    np.testing.assert_allclose(step[:, 0], 30 * frame.mm_per_m, atol=1e-6)
    np.testing.assert_allclose(step[:, 1], -40 * frame.mm_per_m, atol=1e-6)  # north is up


@given(st.floats(1e-4, 1.0))
def test_scale_bars_are_round_and_fit(mm_per_m):
    bar = scale_bar(Frame(180, 100, mm_per_m, (0, 0)))
    for unit, metres in (
        ("metric", {"m": 1, "km": 1000}),
        ("imperial", {"ft": 0.3048, "mi": 1609.344}),
    ):
        number, name = bar[unit]["label"].split(" ")
        assert bar[unit]["mm"] == pytest.approx(float(number) * metres[name] * mm_per_m)
        assert 42 / 2.6 <= bar[unit]["mm"] <= 42 + 1e-6
        assert number.strip("0.")[0] in "125"


@settings(max_examples=60, deadline=None)
# The frame keeps 10 mm around the doors; a pod has 5 to 30 of them.
@given(st.lists(st.tuples(st.floats(10, 174.9), st.floats(10, 90)), min_size=1, max_size=16))
def test_badges_part_and_stay_on_the_map(doors):
    doors_mm = np.array(doors)
    halves = np.tile([3.4, 3.0], (len(doors), 1))
    badges = place_badges(doors_mm, halves, SIZE)
    outlines = [badge.outline() for badge in badges]
    sheet = shapely.box(0, 0, *SIZE)
    for i, one in enumerate(outlines):
        assert sheet.contains(one)
        for two in outlines[i + 1 :]:
            assert one.intersection(two).area < 0.05


def test_thirty_doors_at_one_point_stay_near_it():
    badges = place_badges(np.full((30, 2), 50.0), np.tile([3.4, 3.0], (30, 1)), SIZE)
    outlines = [badge.outline() for badge in badges]
    shared = [
        one.intersection(two).area for i, one in enumerate(outlines) for two in outlines[i + 1 :]
    ]
    assert max(shared) < 0.05
    assert max(np.hypot(b.at[0] - 50, b.at[1] - 50) for b in badges) < 25


def test_a_badge_with_room_stays_on_its_door():
    (one, two) = place_badges(np.array([[30.0, 30.0], [90.0, 40.0]]), np.full((2, 2), 3.0), SIZE)
    assert np.hypot(one.at[0] - 30, one.at[1] - 30) < 0.05
    assert not one.beside
    assert not two.beside


def test_a_badge_that_moved_is_led_to_its_door():
    badges = place_badges(np.full((3, 2), 50.0), np.full((3, 2), 3.0), SIZE)
    assert sum(badge.beside for badge in badges) >= 2
    doors = [replace(door, **at(0, i)) for i, door in enumerate(harbor_street(3))]
    data = list_data(pod([*doors, harbor_street(12)[11]]), options(order="street"))
    assert data["map"]["svg"].count("<circle") >= 2


def boxes_of(sketch: dict) -> list[shapely.Geometry]:
    def box(item: dict) -> shapely.Geometry:
        x, y, w, h = item["x"], item["y"], item["width"] / 2, item["height"] / 2
        flat = shapely.box(x - w, y - h, x + w, y + h)
        return shapely.affinity.rotate(flat, item.get("angle", 0), origin=(x, y))

    import shapely.affinity

    return [box(item) for item in [*sketch["badges"], *sketch["labels"]]]


@pytest.mark.parametrize("large", [False, True])
def test_names_and_numbers_do_not_cover_each_other(large):
    sketch = list_data(pod(harbor_street(12)), options(large_print=large), corner())["map"]
    assert {label["text"] for label in sketch["labels"]} >= {"Harbor Street", "Duck Pond"}
    boxes = boxes_of(sketch)
    for i, one in enumerate(boxes):
        for two in boxes[i + 1 :]:
            assert one.intersection(two).area < 0.05


def test_names_are_never_upside_down():
    around = [
        Feature(line((0, 0), (150 * np.cos(a), 150 * np.sin(a))), {"name": f"Way {i}"})
        for i, a in enumerate(np.linspace(0, 2 * np.pi, 12, endpoint=False))
    ]
    doors = [replace(harbor_street(1)[0], **at(x, y)) for x, y in ((-150, -100), (150, 100))]
    labels = list_data(pod(doors), options(order="street"), Surroundings.of(streets=around))["map"][
        "labels"
    ]
    assert len(labels) >= 6
    assert all(-90.01 <= label["angle"] <= 90.01 for label in labels)


def test_one_badge_for_a_building_says_its_rows():
    data = list_data(pod(harbor_street(2) + apartments(14)), options(order="street"))
    assert {badge["text"] for badge in data["map"]["badges"]} == {"1–14", "15", "16"}


def test_the_drawing_holds_numbers_only():
    doors = [replace(door, name="<script>", street="</svg>") for door in harbor_street(6)]
    odd = Surroundings.of(
        streets=[Feature(line((-60, 0), (300, 0)), {"name": '"/><text>Ana</text>'})]
    )
    svg = list_data(pod(doors), options(), odd)["map"]["svg"]
    bare = re.sub(
        r'<(svg|path|circle)( [a-z-]+="[^"<>]*"| xmlns="[^"]*"| viewBox="[^"]*")*/?>', "", svg
    )
    assert bare == "</svg>"


def test_nothing_is_filled_but_white_and_small_dots():
    svg = list_data(pod(), options(), corner())["map"]["svg"]
    assert set(re.findall(r'<path[^>]* fill="([^"]*)"', svg)) == {"none"}
    assert all(float(r) <= 1 for r in re.findall(r'<circle[^>]* r="([^"]*)"', svg))


def test_lines_are_dark_enough_to_see():
    svg = list_data(pod(), options(), corner())["map"]["svg"]
    for colour in set(re.findall(r'stroke="(#[0-9a-f]+)"', svg)) - {"#fff"}:
        grey = int(colour[1] * 2 if len(colour) == 4 else colour[1:3], 16) / 255
        luminance = grey / 12.92 if grey <= 0.04045 else ((grey + 0.055) / 1.055) ** 2.4
        assert 1.05 / (luminance + 0.05) >= 4.5  # WCAG AA against white


def test_doors_without_a_place_are_on_the_list_and_not_on_the_map():
    doors = [replace(d, lon=None, lat=None) if i < 2 else d for i, d in enumerate(harbor_street(5))]
    data = list_data(pod(doors), options())
    assert len(data["map"]["badges"]) == 3
    assert [row["remarks"] for row in data["rows"]].count(["not on the map"]) == 2
    assert list_data(pod(doors[:2]), options())["map"] is None


def test_a_town_seen_from_afar_has_streets_of_one_line():
    doors = [
        replace(door, **at(x, 0)) for door, x in zip(harbor_street(2), (0, 6_000), strict=True)
    ]
    near = list_data(pod(), options(order="street"), corner())["map"]["svg"]
    afar = list_data(pod(doors), options(order="street"), corner())["map"]["svg"]
    assert near.count('stroke="#fff"') == 1
    assert afar.count('stroke="#fff"') == 0
    assert "<path" in afar


@pytest.mark.real_data
def test_a_real_valley_is_walked_by_its_roads(shared_data):
    from geomatch.tables import read_features, read_table
    from maps.streetlists import Door
    from maps.streetlists.planning import plan_of

    folder = shared_data / "teton_county_id"
    table = read_table(folder / "addresses.csv", needed=("number", "street", "lon", "lat"))
    ground = Surroundings.of(
        streets=read_features(folder / "roads.geojson"),
        buildings=read_features(folder / "buildings.geojson"),
    )
    points = table.points()
    number, street = table.texts("number"), table.texts("street")
    for row in (0, 2_000, 5_000, 9_000):
        near = np.argsort(np.linalg.norm(points - points[row], axis=1), kind="stable")[:14]
        doors = [
            Door(str(i), number[i], street[i], lon=float(points[i, 0]), lat=float(points[i, 1]))
            for i in near
        ]
        plan = plan_of(pod(doors), options(), ground)
        assert sorted(plan.doors) == list(range(14))
        straight = plan_of(pod(doors), options())
        assert plan.walk_m >= straight.walk_m * 0.999  # streets are never shorter than the crow
        svg = list_data(pod(doors), options(), ground)["map"]["svg"]
        assert 1_000 < len(svg) < 400_000
