"""Pins that people place: kept, undone, and never lost when the address changes."""

from __future__ import annotations

import doctest

import pytest
from django.contrib.gis.geos import Point
from pyproj import Transformer

from geomatch.core.errors import InputError
from geomatch.geocoding import suggestions
from geomatch.geocoding.providers import asking
from geomatch.network.intake.linkage.addresses import Doors
from geomatch.network.intake.sheets.rows import Address
from geomatch.network.locating.look_up import locate_households
from geomatch.network.locating.pins import as_seen, place_by_hand, undo_placement
from geomatch.network.models import (
    AuditEvent,
    Doubt,
    GazetteerEntry,
    Household,
    Placement,
)
from geomatch.network.selectors import candidates
from geomatch.network.selectors.candidates import candidates_of, typed_point
from geomatch.network.selectors.doubtful import latest_placements, location_queue, remaining
from tests.factories import HouseholdFactory, UserFactory

HERE = (-134.41, 58.31)


def doubtful(**fields) -> Household:
    return HouseholdFactory(**{"quality": "none", "lonlat": None, "geocode_reason": "?"} | fields)


def fresh(home: Household) -> Household:
    return Household.objects.get(pk=home.pk)


def put(network, home, lonlat=HERE, **more) -> Placement:
    return place_by_hand(network=network, household=home, lonlat=lonlat, actor=None, **more)


def test_a_meeting_place_that_was_said_since_outlives_the_pin(inside):
    home = doubtful()
    first = put(inside, home, meeting_place="The pier")
    Household.objects.update(meeting_place="The library, not the pier")
    undo_placement(network=inside, placement=first, actor=None)
    assert (fresh(home).location, fresh(home).meeting_place) == (None, "The library, not the pier")


class TestPlacing:
    def test_sets_both_points_and_keeps_the_address(self, inside):
        home = doubtful(given_address="PO Box 12", number="", street="")
        put(inside, home, address="14 Herring Street")
        after = fresh(home)
        assert after.location.coords == pytest.approx(HERE)
        expected = Transformer.from_crs(4326, inside.srid_m, always_xy=True).transform(*HERE)
        assert after.location_m.coords == pytest.approx(expected, abs=0.01)
        assert (after.quality, after.geocode_source) == ("hand_placed", "hand")
        assert (after.given_address, after.number, after.street) == ("PO Box 12", "", "")
        assert after.matched_address == "14 Herring Street"

    def test_is_written_down_without_the_address(self, inside):
        home = doubtful(given_address="12 Secret Cove")
        put(inside, home, address="12 Secret Cove")
        event = AuditEvent.objects.get()
        # The first page shows verb and target to all staff: not even the id of a hidden home.
        assert (event.verb, event.target) == ("placed a home by hand", "")
        assert event.figures == {"household": home.pk}

    @pytest.mark.parametrize(
        ("lonlat", "words"),
        [
            ((58.31, -134.41), "no place on Earth"),
            ((float("nan"), 58.3), "no place on Earth"),
            ((0.0, 0.0), "far from the network"),
            ((-80.0, 25.0), "far from the network"),
        ],
    )
    def test_of_a_slip_is_refused_and_changes_nothing(self, inside, lonlat, words):
        home = doubtful()
        with pytest.raises(InputError, match=words):
            put(inside, home, lonlat)
        assert fresh(home).location is None
        assert not Placement.objects.exists()

    def test_of_swapped_degrees_is_named(self, inside):
        from django.contrib.gis.geos import MultiPolygon, Polygon

        inside.boundary = MultiPolygon(Polygon.from_bbox((-73, 44, -72, 45)), srid=4326)
        with pytest.raises(InputError, match="swapped"):
            put(inside, doubtful(), (44.5, -72.5))

    def test_just_outside_the_network_is_a_persons_own_decision(self, inside):
        home = doubtful()
        put(inside, home, (-134.65, 58.3))
        assert not location_queue(Household.objects.all()).exists()

    def test_is_refused_when_somebody_else_was_faster(self, inside):
        home = doubtful()
        seen = as_seen(home)
        put(inside, home)
        with pytest.raises(InputError, match="while you looked"):
            put(inside, home, (-134.40, 58.30), seen=seen)
        assert fresh(home).location.coords == pytest.approx(HERE)
        put(inside, home, (-134.40, 58.30), seen=as_seen(fresh(home)))

    def test_keeps_where_help_should_come_and_never_overwrites_it(self, inside):
        home = doubtful()
        put(inside, home, meeting_place="Behind the library")
        put(inside, home, meeting_place="Elsewhere")
        assert fresh(home).meeting_place == "Behind the library"


class TestUndo:
    def test_brings_back_everything_of_the_point(self, inside):
        home = HouseholdFactory(
            quality="street",
            geocode_score=0.6,
            geocode_source="gazetteer",
            geocode_reason="the street's middle",
            matched_address="Herring Street",
            doubt=Doubt.OUTSIDE,
        )
        before = fresh(home)
        placement = put(inside, home, meeting_place="The pier")
        undo_placement(network=inside, placement=placement, actor=UserFactory())
        after = fresh(home)
        for field in Household._meta.concrete_fields:
            if field.name not in {"updated_at", "location_m"}:
                assert getattr(after, field.attname) == getattr(before, field.attname), field.name
        assert after.location_m.equals_exact(before.location_m, 0.01)
        assert AuditEvent.objects.first().verb == "put a pin back where it was"

    def test_goes_back_step_by_step(self, inside):
        home = doubtful()
        first, second = put(inside, home), put(inside, home, (-134.40, 58.30))
        with pytest.raises(InputError, match="changed since"):
            undo_placement(network=inside, placement=first, actor=None)
        undo_placement(network=inside, placement=second, actor=None)
        assert fresh(home).location.coords == pytest.approx(HERE)
        undo_placement(network=inside, placement=first, actor=None)
        assert fresh(home).location is None
        with pytest.raises(InputError, match="already"):
            undo_placement(network=inside, placement=first, actor=None)
        assert latest_placements(Household.objects.all(), 9) == []

    def test_is_offered_for_the_last_ones_and_for_the_home_one_looks_at(self, inside):
        homes = [doubtful() for _ in range(4)]
        placements = [put(inside, home) for home in homes]
        everybody = Household.objects.all()
        assert latest_placements(everybody, 2) == placements[:1:-1]
        assert latest_placements(everybody, 2, of=homes[0]) == [*placements[:1:-1], placements[0]]
        assert latest_placements(everybody, 2, of=homes[3]) == placements[:1:-1]


class TestAChangedAddress:
    @pytest.fixture
    def pinned(self, inside):
        home = doubtful(given_address="12 Main St, Port Ellery")
        put(inside, home)
        return fresh(home)

    def changed(self, network, home, line):
        Doors(network).move(home, Address(line=line))
        home.save()
        return fresh(home)

    @pytest.mark.parametrize("line", ["14 Main St", "12 Elm St", "12 Main St, Douglas", "PO Box 9"])
    def test_keeps_the_pin_and_asks_somebody_to_look(self, inside, pinned, line):
        after = self.changed(inside, pinned, line)
        assert after.location.coords == pytest.approx(HERE)
        assert (after.quality, after.doubt) == ("hand_placed", "moved")
        assert "changed after the pin" in after.geocode_reason
        assert list(location_queue(Household.objects.all())) == [after]

    @pytest.mark.parametrize("line", ["12 MAIN STREET", "12 Main St. #4, Port Ellery, AK"])
    def test_that_says_the_same_place_in_other_words_asks_nobody(self, inside, pinned, line):
        assert self.changed(inside, pinned, line).doubt == ""

    def test_is_settled_by_placing_again(self, inside, pinned):
        home = self.changed(inside, pinned, "14 Main St")
        put(inside, home)
        assert fresh(home).doubt == ""
        assert not location_queue(Household.objects.all()).exists()

    def test_is_not_undone_into_the_old_place(self, inside, pinned):
        placement = Placement.objects.get()
        self.changed(inside, pinned, "14 Main St")
        with pytest.raises(InputError, match="address is another"):
            undo_placement(network=inside, placement=placement, actor=None)

    def test_is_not_moved_by_looking_everybody_up_again(self, inside, pinned):
        GazetteerEntry.objects.create(number="14", street="Main St", lon=-134.3, lat=58.25)
        home = self.changed(inside, pinned, "14 Main St")
        locate_households(network=inside, actor=None, everyone=True)
        assert fresh(home).location.coords == pytest.approx(HERE)


class TestQueue:
    def test_the_worst_come_first(self, inside):
        rows = [
            doubtful(),
            HouseholdFactory(quality="town"),
            HouseholdFactory(quality="street"),
            HouseholdFactory(quality="hand_placed", doubt=Doubt.MOVED),
            HouseholdFactory(quality="interpolated", geocode_score=0.8),
            HouseholdFactory(quality="rooftop", doubt=Doubt.OUTSIDE),
            HouseholdFactory(quality="rooftop", geocode_score=0.81),
        ]
        HouseholdFactory(quality="rooftop", geocode_score=0.9)
        HouseholdFactory(quality="hand_placed")
        doubtful(geocode_reason="")  # nobody looked it up yet
        assert list(location_queue(Household.objects.all())) == rows
        assert remaining(Household.objects.all()).doubtful == 6
        assert remaining(Household.objects.all()).between == 1

    def test_homes_of_one_street_come_together(self, inside):
        streets = [doubtful(street=street).street for street in ("B Street", "A Street") * 2]
        found = [home.street for home in location_queue(Household.objects.all())]
        assert found == sorted(streets)


class TestCandidates:
    @pytest.fixture(autouse=True)
    def _doors(self, inside):
        for number in (10, 12, 16, 20):
            for street, lat in (("Spruce Lane", 58.30), ("Bruce Street", 58.32)):
                GazetteerEntry.objects.create(
                    number=str(number), street=street, city="Port Alder",
                    lon=-134.4 + number * 1e-4, lat=lat,
                )  # fmt: skip
        GazetteerEntry.objects.create(
            number="12", street="Spruce Lane", city="Douglas", lon=-134.5, lat=58.25
        )

    def test_of_a_wrong_street_are_those_alike_the_likeliest_first(self):
        first, *others = candidates_of("12 Pruse Lane, Port Alder")
        assert (first.address, first.quality) == ("12 Spruce Lane, Port Alder", "rooftop")
        assert "Spruce Lane" in first.why
        assert any(one.address.startswith("12 Bruce Street") for one in others)
        scores = [one.score for one in (first, *others)]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] < 1

    def test_of_a_missing_number_are_between_its_neighbours(self):
        first = candidates_of("14 Spruce Lane, Port Alder")[0]
        assert (first.address, first.quality) == ("14 Spruce Lane, Port Alder", "interpolated")
        assert -134.4 + 12e-4 < first.lon < -134.4 + 16e-4

    def test_name_the_other_town(self):
        both = candidates_of("12 Spruce Ln")
        assert {one.address for one in both} >= {
            "12 Spruce Lane, Port Alder",
            "12 Spruce Lane, Douglas",
        }
        elsewhere = next(
            one for one in candidates_of("12 Spruce Ln, Port Alder") if "Douglas" in one.address
        )
        assert "in Douglas" in elsewhere.why

    @pytest.mark.parametrize("line", ["PO Box 12, Port Alder", "", "somewhere", "99801"])
    def test_of_no_street_are_none(self, line):
        assert candidates_of(line) == []

    def test_use_streets_that_are_only_drawn(self, inside):
        from geomatch.network.models import GroundFeature

        GroundFeature.objects.create(
            kind="street",
            name="Long Road",
            properties={
                "name": "Long Road",
                "left_from": 1, "left_to": 99, "right_from": 2, "right_to": 98,
            },
            geometry="SRID=4326;LINESTRING(-134.40 58.31,-134.38 58.31)",
        )  # fmt: skip
        first = candidates_of("50 Lonng Rd")[0]
        assert (first.quality, first.address) == ("interpolated", "50 Long Road")


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("58.3, -134.4", (-134.4, 58.3)),
        (" 58.3 -134.4 ", (-134.4, 58.3)),
        ("58.3° N, 134.4° W", (-134.4, 58.3)),
        ("33.9S; 151.2E", (151.2, -33.9)),
        ("58", None),
        ("12 14", (14.0, 12.0)),
        ("12 Main St", None),
        ("58.3, -134.4, 3", None),
    ],
)
def test_a_point_can_be_typed(text, point):
    assert typed_point(text) == point


def test_doctests():
    for module in (suggestions, candidates, asking):
        failed, tried = doctest.testmod(module)
        assert tried
        assert not failed


def test_a_pin_is_a_point_of_the_network_entered(inside):
    home = doubtful()
    put(inside, home)
    assert isinstance(fresh(home).location, Point)
    assert Placement.objects.get().network_id == inside.pk
