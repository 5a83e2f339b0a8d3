"""Addresses become points, on both databases, and a point placed by hand stays."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod

from geomatch.network.locating.look_up import locate_households, to_planar
from geomatch.network.models import GazetteerEntry, GroundFeature, Household
from geomatch.network.services.ground import replace_gazetteer, replace_ground
from geomatch.tables import Feature, Table
from tests.factories import HouseholdFactory

DOORS = {
    "number": ["12", "14", "16"],
    "street": ["Main Street"] * 3,
    "unit": ["", "", ""],
    "city": ["Port Ellery"] * 3,
    "region": ["AK"] * 3,
    "postcode": ["99801"] * 3,
    "lon": ["-134.40", "-134.41", "-134.42"],
    "lat": ["58.30", "58.30", "58.30"],
}


@pytest.fixture
def gazetteer(inside):
    table = Table(
        names=list(DOORS),
        columns=dict(DOORS),
        row_numbers=np.arange(2, 5),
        file="gazetteer.csv",
    )
    replace_gazetteer(network=inside, table=table, actor=None)
    return inside


def waiting(address: str, **fields) -> Household:
    return HouseholdFactory(
        given_address=address, number="", street="", city="", lonlat=None, quality="none", **fields
    )


def test_an_address_finds_its_door_and_its_spelling(gazetteer):
    home = waiting("12 MAIN ST. #4")
    locate_households(network=gazetteer, actor=None)
    home.refresh_from_db()
    assert home.quality == "rooftop"
    assert (home.number, home.street, home.unit) == ("12", "Main Street", "4")
    assert home.location.x == pytest.approx(-134.40)
    assert home.address == "12 Main Street, 4"


def test_a_unit_that_is_longer_than_any_ends_no_run(gazetteer):
    homes = [waiting(f"12 Main St Apt {'1' * 60}"), waiting("16 Main St"), waiting("9" * 290)]
    locate_households(network=gazetteer, actor=None)
    for home in homes:
        home.refresh_from_db()
    assert [home.quality for home in homes] == ["rooftop", "rooftop", "none"]
    assert all(home.geocode_reason for home in (homes[0], homes[2]))


def test_both_points_say_the_same_place(gazetteer):
    first, second = waiting("12 Main St"), waiting("16 Main St")
    locate_households(network=gazetteer, actor=None)
    first.refresh_from_db()
    second.refresh_from_db()
    metres = Geod(ellps="WGS84").inv(*first.location.coords, *second.location.coords)[2]
    assert first.location_m.distance(second.location_m) == pytest.approx(metres, rel=2e-3)


def test_what_is_not_found_says_why_and_is_not_looked_up_again(gazetteer):
    home = waiting("99 Nowhere Lane")
    locate_households(network=gazetteer, actor=None)
    home.refresh_from_db()
    assert home.quality in {"none", "town"}
    assert home.geocode_reason
    updated = home.updated_at
    locate_households(network=gazetteer, actor=None)
    home.refresh_from_db()
    assert home.updated_at == updated


def test_a_pin_placed_by_hand_is_never_moved(gazetteer):
    home = HouseholdFactory(
        given_address="12 Main St", quality="hand_placed", lonlat=(-134.3, 58.35)
    )
    locate_households(network=gazetteer, actor=None, everyone=True)
    home.refresh_from_db()
    assert home.location.coords == pytest.approx((-134.3, 58.35))


def test_a_point_outside_the_network_is_flagged(gazetteer):
    GazetteerEntry.objects.filter(number="12").update(lon=-120.0)
    home = waiting("12 Main St")
    locate_households(network=gazetteer, actor=None)
    home.refresh_from_db()
    assert "outside the network" in home.geocode_reason


def test_streets_with_ranges_place_what_the_gazetteer_lacks(gazetteer):
    from shapely import LineString

    street = Feature(
        geometry=LineString([(-134.40, 58.31), (-134.38, 58.31)]),
        properties={
            "name": "Side Street",
            "left_from": 1,
            "left_to": 99,
            "right_from": 2,
            "right_to": 98,
        },
    )
    replace_ground(network=gazetteer, kind=GroundFeature.Kind.STREET, features=[street], actor=None)
    home = waiting("50 Side St")
    locate_households(network=gazetteer, actor=None)
    home.refresh_from_db()
    assert home.quality == "interpolated"
    assert -134.40 < home.location.x < -134.38


def test_planar_metres_of_nobody_are_nobody(network):
    lonlat = np.array([[-134.4, 58.3], [np.nan, np.nan]])
    planar = to_planar(network, lonlat)
    assert np.isfinite(planar[0]).all()
    assert np.isnan(planar[1]).all()
    assert to_planar(network, np.empty((0, 2))).shape == (0, 2)


def test_progress_is_told(gazetteer):
    waiting("12 Main St")
    seen = []
    locate_households(
        network=gazetteer, actor=None, progress=lambda done, total: seen.append((done, total))
    )
    assert seen
    assert seen[-1][0] == seen[-1][1]


def test_without_a_gazetteer_everybody_gets_a_reason(inside):
    home = waiting("12 Main St")
    locate_households(network=inside, actor=None)
    home.refresh_from_db()
    assert (home.quality, home.location) == ("none", None)
    assert home.geocode_reason


@pytest.mark.parametrize("meanwhile", ["a new address", "a pin by hand"])
def test_what_changes_during_the_look_up_is_not_overwritten(gazetteer, monkeypatch, meanwhile):
    from geomatch.geocoding import Gazetteer

    home = waiting("12 Main St")
    look_up = Gazetteer.geocode_many

    def slowly(*arguments, **options):
        if meanwhile == "a new address":
            Household.objects.filter(pk=home.pk).update(given_address="16 Main St")
        else:
            Household.objects.filter(pk=home.pk).update(quality="hand_placed")
        return look_up(*arguments, **options)

    monkeypatch.setattr(Gazetteer, "geocode_many", slowly)
    locate_households(network=gazetteer, actor=None)
    home.refresh_from_db()
    assert home.location is None
    monkeypatch.undo()
    locate_households(network=gazetteer, actor=None)
    home.refresh_from_db()
    assert home.number == ("16" if meanwhile == "a new address" else "")


def test_stopped_between_batches_what_was_saved_is_kept(gazetteer, monkeypatch):
    monkeypatch.setattr("geomatch.network.locating.look_up.BATCH", 2)
    homes = [waiting("12 Main St") for _ in range(5)]
    told = []

    def stop_after_two(done, total):
        told.append((done, total))
        return done < 2

    locate_households(network=gazetteer, actor=None, progress=stop_after_two)
    assert [home.pk for home in Household.objects.exclude(location=None)] == [
        home.pk for home in homes[:2]
    ]
    assert told == [(0, 5), (2, 5), (2, 5)]
    locate_households(network=gazetteer, actor=None)
    assert not Household.objects.filter(location=None).exists()
