"""Which door comes next: by street, by side, on foot; and what is one building."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.streetlists import Door
from maps.streetlists.addresses import natural_key, stops_of
from maps.streetlists.order import by_odd_even, by_street, by_walk
from maps.streetlists.planning import plan_of
from maps.streetlists.tour import path_length

from .samples import apartments, at, corner, harbor_street, options, pod, replace

doors_strategy = st.lists(
    st.builds(
        lambda number, street, unit, place: Door(
            name=f"{number} {street} {unit}",
            number=number,
            street=street,
            unit=unit,
            **(at(*place) if place else {}),
        ),
        number=st.sampled_from(["", "1", "2", "3", "10", "11", "12B", "13.8", "412 1/2", "٣"]),
        street=st.sampled_from(["", "Alder Way", "Harbor Street", "10th Street", "2nd Street"]),
        unit=st.sampled_from(["", "1", "2", "10", "B"]),
        place=st.none() | st.tuples(st.integers(-200, 200), st.integers(-200, 200)),
    ),
    min_size=1,
    max_size=14,
)
ORDERS = ("walk", "odd-even", "street")


@settings(max_examples=60, deadline=None)
@given(doors_strategy, st.sampled_from(ORDERS), st.booleans())
def test_every_door_has_exactly_one_row(doors, order, with_streets):
    surroundings = corner() if with_streets else None
    plan = plan_of(pod(doors), options(order=order), surroundings)
    assert sorted(plan.doors) == list(range(len(doors)))


@settings(max_examples=60, deadline=None)
@given(doors_strategy, st.randoms(use_true_random=False))
def test_the_order_of_the_file_never_shows(doors, random):
    shuffled = list(doors)
    random.shuffle(shuffled)
    for order in ORDERS:
        one = [doors[i] for i in plan_of(pod(doors), options(order=order)).doors]
        two = [shuffled[i] for i in plan_of(pod(shuffled), options(order=order)).doors]
        assert one == two


@settings(max_examples=60, deadline=None)
@given(doors_strategy)
def test_the_walk_is_never_longer_than_the_other_orders(doors):
    stops = stops_of(doors)
    placed = [i for i, stop in enumerate(stops) if stop.placed]
    xy = np.array([(stops[i].lon * 60_000, stops[i].lat * 111_000) for i in placed]).reshape(-1, 2)
    distance = np.rint(np.linalg.norm(xy[:, None] - xy[None], axis=2) * 1000).astype(np.int64)
    rank = {stop: at_ for at_, stop in enumerate(placed)}

    def length(order):
        return path_length(distance, [rank[stop] for stop in order if stop in rank])

    walk = by_walk(stops, placed, distance, None)
    assert length(walk) <= min(length(by_street(stops)), length(by_odd_even(stops)))
    assert walk[len(placed) :] == [i for i in by_street(stops) if i not in rank]


def test_odd_side_up_and_even_side_back():
    plan = plan_of(pod(harbor_street(8)), options(order="odd-even"))
    numbers = [harbor_street(8)[i].number for i in plan.doors]
    assert numbers == ["101", "103", "105", "107", "108", "106", "104", "102"]


def test_street_order_reads_numbers_as_numbers():
    doors = [Door(number=n, street=s) for s in ("10th St", "9th St") for n in ("1000", "90", "9B")]
    plan = plan_of(pod(doors), options(order="street"))
    assert [(doors[i].street, doors[i].number) for i in plan.doors] == [
        ("9th St", "9B"),
        ("9th St", "90"),
        ("9th St", "1000"),
        ("10th St", "9B"),
        ("10th St", "90"),
        ("10th St", "1000"),
    ]


def test_units_of_a_building_stay_together_in_natural_order():
    doors = harbor_street(6) + apartments(16)
    for order in ORDERS:
        rows = [doors[i] for i in plan_of(pod(doors), options(order=order)).doors]
        units = [door.unit for door in rows if door.unit]
        first = rows.index(next(door for door in rows if door.unit))
        assert units == [f"{floor}{letter}" for floor in (1, 2) for letter in "ABCDEFGH"]
        assert all(door.unit for door in rows[first : first + 16])


def test_unit_ten_comes_after_unit_nine():
    units = ["10", "9", "1", "2B", "2A", "Lot 12", "Lot 3"]
    assert sorted(units, key=natural_key) == ["1", "2A", "2B", "9", "10", "Lot 3", "Lot 12"]


@pytest.mark.parametrize(
    ("change", "stops"),
    [
        ({}, 1),
        ({"city": "Eider"}, 2),
        ({"number": "102"}, 2),
        ({"number": ""}, 2),  # a street without a number is many places
        (at(300, 0), 2),  # one address for a whole trailer park
        ({"lon": None, "lat": None}, 1),
        ({"street": " harbor  STREET "}, 1),
    ],
)
def test_what_is_one_building(change, stops):
    one = replace(harbor_street(1)[0], unit="1")
    assert len(stops_of([one, replace(one, unit="2", **change)])) == stops


def test_an_unplaced_unit_goes_with_its_building():
    doors = [*harbor_street(3), replace(harbor_street(3)[1], unit="2", lon=None, lat=None)]
    plan = plan_of(pod(doors), options())
    assert abs(plan.doors.index(3) - plan.doors.index(1)) == 1


def test_the_walk_begins_at_the_end_near_the_point_person():
    doors = harbor_street(10)
    for home, first in ((1, {"101", "102"}), (8, {"109", "110"})):
        marked = [replace(door, point_person=i == home) for i, door in enumerate(doors)]
        plan = plan_of(pod(marked), options())
        assert doors[plan.doors[0]].number in first


def test_the_walk_goes_by_the_street_and_not_through_the_water():
    # Two rows of houses back to back: 40 m apart as the crow flies, 400 m by their streets.
    from .samples import Feature, Surroundings, line

    doors = [
        Door(number=str(n), street=street, **at(x, y))
        for street, y in (("North Lane", 20.0), ("South Lane", -20.0))
        for n, x in enumerate((0.0, 30.0, 60.0), start=1)
    ]
    lanes = Surroundings.of(
        streets=[
            Feature(line((-200, 35), (80, 35))),
            Feature(line((-200, -35), (80, -35))),
            Feature(line((-200, 35), (-200, -35))),
        ]
    )
    plan = plan_of(pod(doors), options(), lanes)
    streets = [doors[i].street for i in plan.doors]
    assert streets in (
        ["North Lane"] * 3 + ["South Lane"] * 3,
        ["South Lane"] * 3 + ["North Lane"] * 3,
    )
    assert plan.walk_m > 500
    assert plan_of(pod(doors), options()).walk_m < 200


def test_the_legs_begin_and_end_at_the_doors():
    plan = plan_of(pod(), options(), corner())
    stops = [plan.placed.index(stop) for stop in plan.order]
    assert len(plan.legs_m) == len(stops) - 1
    for leg, here, there in zip(plan.legs_m, stops, stops[1:], strict=False):
        np.testing.assert_allclose(leg[0], plan.points_m[here])
        np.testing.assert_allclose(leg[-1], plan.points_m[there])
