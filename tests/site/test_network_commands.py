"""The commands that set up a network of one's own: its people and its ground."""

from __future__ import annotations

import io
import json

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from shapely import LineString, Point, box

from geomatch.core.errors import InputError
from geomatch.network.models import GroundFeature, Household, Member, Network, Person, Role
from geomatch.network.scope import use_network
from geomatch.network.services.networks import create_network
from geomatch.network.services.runs import Run
from geomatch.site.jobs.tasks import start
from pods.models import Barrier, Crossing, Plan
from tests.factories import (
    PASSWORD,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    PodFactory,
    UserFactory,
)
from tests.site.test_commands import run

CHANNEL = LineString([(-134.5, 58.21), (-134.5, 58.39)])
BRIDGE = LineString([(-134.51, 58.3), (-134.49, 58.3)])


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """Names whose passwords were asked for at the terminal."""
    prompts = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.delenv("GEOMATCH_NEW_PASSWORD", raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: prompts.append(prompt) or PASSWORD)
    return prompts


def write_shapes(path, *shapes, **properties):
    features = [
        {"type": "Feature", "properties": properties, "geometry": shape.__geo_interface__}
        for shape in shapes
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


class TestPasswordOfANewUser:
    """At a terminal it is asked for; a script gives it by the environment or a line of input."""

    def add(self, network):
        run("addmember", "bo", "--network", network.slug, "--role", "organizer")
        return User.objects.get(username="bo")

    def test_is_taken_from_the_environment(self, network, asked, monkeypatch):
        monkeypatch.setenv("GEOMATCH_NEW_PASSWORD", PASSWORD)
        assert self.add(network).check_password(PASSWORD)
        assert not asked

    def test_is_taken_from_a_line_of_standard_input(self, network, asked, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        assert self.add(network).check_password(PASSWORD)
        assert not asked

    @pytest.mark.parametrize("given", ["", "\n"])
    def test_that_is_missing_is_said_and_makes_nobody(self, network, asked, monkeypatch, given):
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        with pytest.raises(CommandError, match=r"“bo” is new .*GEOMATCH_NEW_PASSWORD") as refused:
            self.add(network)
        assert refused.value.returncode == 1
        assert not User.objects.exists()

    def test_left_at_the_terminal_is_said(self, network, monkeypatch):
        def leave(prompt):
            raise EOFError

        monkeypatch.setattr("getpass.getpass", leave)
        with pytest.raises(CommandError, match="needs a password"):
            self.add(network)

    def test_from_the_environment_may_not_be_easy(self, network, monkeypatch):
        monkeypatch.setenv("GEOMATCH_NEW_PASSWORD", "12345")
        with pytest.raises(CommandError, match="short"):
            self.add(network)
        assert not User.objects.exists()


class TestAddMember:
    def test_makes_the_user_and_gives_the_roles(self, network, asked):
        roles = ("--role", "organizer", "--role", "coordinator")
        run("addmember", "bo", "--network", network.slug, *roles)
        bo = User.objects.get(username="bo")
        assert bo.check_password(PASSWORD)
        assert len(asked) == 1
        given = Member.objects.filter(network=network, user=bo).values_list("role", flat=True)
        assert sorted(given) == ["coordinator", "organizer"]

    def test_a_user_that_is_there_keeps_their_password(self, network, asked):
        user = UserFactory()
        run("addmember", user.username, "--network", network.slug, "--role", "organizer")
        assert Member.objects.get().user == user
        assert not asked

    def test_a_point_person_can_open_the_list_of_their_pod(self, network, client):
        with use_network(network):
            person = PersonFactory(household=HouseholdFactory(ref="N7"))
            plan = Plan.objects.create(version=1, state=Plan.State.PUBLISHED)
            pod = PodFactory(plan=plan, number=4, point_person=person)
            MembershipFactory(pod=pod)
        role = ("--role", "point_person", "--person", "N7")
        run("addmember", "cy", "--network", network.slug, *role)
        client.force_login(User.objects.get(username="cy"))
        page = client.get(reverse("street_list_pdf", args=[network.slug, 4]))
        assert page["Content-Type"] == "application/pdf"

    def test_one_of_several_people_is_chosen_by_name(self, network):
        with use_network(network):
            home = HouseholdFactory(ref="N7")
            ana = PersonFactory(household=home, name="Ana Ruiz")
            PersonFactory(household=home, name="Bo Lind")
        words = ("--network", network.slug, "--role", "point_person", "--person", "N7")
        with pytest.raises(CommandError, match="“Ana Ruiz”, “Bo Lind”"):
            run("addmember", "ana", *words)
        with pytest.raises(CommandError, match="no “Cy”"):
            run("addmember", "ana", *words, "--called", "Cy")
        assert not User.objects.exists()
        run("addmember", "ana", *words, "--called", "ana ruiz")
        with use_network(network):
            assert Person.objects.get(user__username="ana") == ana

    def test_an_unknown_household_makes_nobody(self, network, asked):
        words = ("--network", network.slug, "--role", "point_person", "--person", "N404")
        with pytest.raises(CommandError, match="N404"):
            run("addmember", "cy", *words)
        assert not User.objects.exists()
        assert not asked

    def test_a_neighbour_is_one_user_only(self, network):
        with use_network(network):
            PersonFactory(household=HouseholdFactory(ref="N7"), user=UserFactory(username="ana"))
        words = ("--network", network.slug, "--role", "point_person", "--person", "N7")
        with pytest.raises(CommandError, match="“ana” already"):
            run("addmember", "cy", *words)
        assert not User.objects.filter(username="cy").exists()
        assert not Member.objects.exists()

    def test_an_easy_password_makes_nobody(self, network, monkeypatch):
        monkeypatch.setattr("getpass.getpass", lambda prompt: "12345")
        with pytest.raises(CommandError, match="password"):
            run("addmember", "cy", "--network", network.slug, "--role", "organizer")
        assert not User.objects.exists()


class TestGround:
    @pytest.mark.parametrize(
        ("kind", "shape", "stored"),
        [
            ("streets", CHANNEL, GroundFeature.Kind.STREET),
            ("contours", CHANNEL, GroundFeature.Kind.CONTOUR),
            ("water", box(-134.5, 58.3, -134.4, 58.31), GroundFeature.Kind.WATER),
            ("buildings", box(-134.5, 58.3, -134.4, 58.31), GroundFeature.Kind.BUILDING),
            ("landuse", box(-134.5, 58.3, -134.4, 58.31), GroundFeature.Kind.LAND_USE),
        ],
    )
    def test_a_layer_takes_the_place_of_the_one_before(
        self, network, tmp_path, kind, shape, stored
    ):
        path = tmp_path / "shapes.geojson"
        for shapes in ([shape, shape], [shape]):
            write_shapes(path, *shapes, name="Here")
            run("ground", path, "--kind", kind, "--network", network.slug)
        with use_network(network):
            feature = GroundFeature.objects.get()
        assert (feature.kind, feature.name) == (stored, "Here")

    def test_a_barrier_with_crossing_is_a_bridge(self, network, tmp_path):
        features = [
            {"type": "Feature", "properties": {"Crossing": value}, "geometry": g.__geo_interface__}
            for value, g in ((None, CHANNEL), (True, BRIDGE))
        ]
        path = tmp_path / "channel.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
        said = run("ground", path, "--kind", "barriers", "--network", network.slug)
        assert "1 barrier, 1 crossing." in said
        with use_network(network):
            assert Barrier.objects.get().geometry.coords == CHANNEL.__geo_interface__["coordinates"]
            assert Crossing.objects.get().geometry.coords == BRIDGE.__geo_interface__["coordinates"]

    @pytest.mark.parametrize(
        ("kind", "shape", "words"),
        [
            ("barriers", Point(-134.5, 58.3), "shape 2 is a Point"),
            ("streets", box(-134.5, 58.3, -134.4, 58.31), "shape 2 is a Polygon"),
            ("buildings", CHANNEL, "shape 1 is a LineString"),
        ],
    )
    def test_shapes_of_another_kind_replace_nothing(self, network, tmp_path, kind, shape, words):
        path = tmp_path / "shapes.geojson"
        write_shapes(path, CHANNEL)
        run("ground", path, "--kind", "barriers", "--network", network.slug)
        write_shapes(path, CHANNEL, shape)
        with pytest.raises(CommandError, match=words):
            run("ground", path, "--kind", kind, "--network", network.slug)
        with use_network(network):
            assert Barrier.objects.count() == 1
            assert not GroundFeature.objects.exists()

    def test_the_ground_of_another_place_is_refused(self, network, tmp_path):
        path = write_shapes(tmp_path / "far.geojson", LineString([(10, 50), (11, 51)]))
        with pytest.raises(CommandError, match="none of its shapes"):
            run("ground", path, "--kind", "water", "--network", network.slug)


def test_a_new_gazetteer_is_asked_for_those_who_were_not_found(network, tmp_path):
    with use_network(network):
        lost = HouseholdFactory(
            given_address="12 Main St",
            number="",
            street="",
            lonlat=None,
            quality="none",
            geocode_reason="no such street",
        )
        placed = HouseholdFactory(geocode_reason="rounded")
    path = tmp_path / "addresses.csv"
    header = "number,street,unit,city,region,postcode,lon,lat\n"
    path.write_text(f"{header}12,Main St,,,AK,99801,-134.4,58.3\n", "utf-8")
    run("gazetteer", path, "--network", network.slug)
    with use_network(network):
        assert Household.objects.get(pk=placed.pk).geocode_reason == "rounded"
    start(network=network, kind=Run.Kind.GEOCODE, actor=UserFactory())
    with use_network(network):
        lost.refresh_from_db()
    assert lost.location is not None


class TestNewNetwork:
    def new(self, slug, boundary):
        words = ("--name", "X", "--boundary", str(boundary), "--steward", "ana")
        call_command("newnetwork", slug, *words)

    def test_makes_the_network_and_its_steward(self, db, tmp_path):
        self.new("port-ellery", write_shapes(tmp_path / "b.geojson", box(-135, 58, -134, 59)))
        member = Member.objects.get(role=Role.STEWARD)
        assert (member.network.slug, member.user.username) == ("port-ellery", "ana")

    @pytest.mark.parametrize("slug", ["a/b", "Juneau", "port ellery", "", "ñ", "x" * 51, "static"])
    def test_a_slug_that_is_none_makes_nothing(self, db, tmp_path, asked, slug):
        boundary = write_shapes(tmp_path / "b.geojson", box(-135, 58, -134, 59))
        with pytest.raises(CommandError, match="“"):
            self.new(slug, boundary)
        with pytest.raises(InputError):
            create_network(slug=slug, name="X", boundary=box(-135, 58, -134, 59), actor=None)
        assert not User.objects.exists()
        assert not Network.objects.exists()
        assert not asked

    def test_a_boundary_that_is_none_makes_nobody(self, db, tmp_path, asked):
        with pytest.raises(CommandError, match="area"):
            self.new("x", write_shapes(tmp_path / "b.geojson", CHANNEL))
        assert not User.objects.exists()
        assert not asked


class TestPlace:
    @pytest.fixture
    def homes(self, network):
        with use_network(network):
            HouseholdFactory(number="12", street="Main St", lonlat=None)
            HouseholdFactory(number="", street="", given_address="nowhere", lonlat=None)

    def gazetteer(self, network, tmp_path) -> None:
        file = tmp_path / "addresses.csv"
        file.write_text("number,street,lon,lat\n12,Main Street,-134.4,58.3\n")
        run("gazetteer", str(file), "--network", network.slug)

    @pytest.mark.usefixtures("homes")
    def test_finds_homes_and_says_what_needs_a_person(self, network, tmp_path):
        self.gazetteer(network, tmp_path)
        said = run("place", "--network", network.slug)
        assert "1 of 2 homes on the map." in said
        assert "1 address needs a person" in said
        assert run("place", "--network", network.slug) == said  # again is no harm

    @pytest.mark.usefixtures("homes")
    def test_without_a_list_of_addresses_says_how_to_load_one(self, network):
        with pytest.raises(CommandError, match=f"gazetteer FILE --network {network.slug}"):
            run("place", "--network", network.slug)

    @pytest.mark.usefixtures("homes")
    def test_is_named_where_pods_are_wanted_too_early(self, network):
        with pytest.raises(CommandError, match=f"geomatch place --network {network.slug}"):
            run("planpods", "--network", network.slug)
