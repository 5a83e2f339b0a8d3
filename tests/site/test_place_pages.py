"""The location queue's pages: plain forms that work without a script, and what they give away."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from geomatch.network.models import GazetteerEntry, Household, Placement, Role, Run
from geomatch.network.scope import use_network
from pods.models import Plan
from tests.factories import HouseholdFactory, MemberFactory, MembershipFactory, PersonFactory
from tests.security.test_permissions import signed_in


def client_of(network, role: Role) -> Client:
    return signed_in(MemberFactory(network=network, role=role).user)


@pytest.fixture
def town(network):
    """Three homes to look at, the worst first, and two doors that are known."""
    with use_network(network):
        for number, lon in (("12", -134.40), ("16", -134.41)):
            GazetteerEntry.objects.create(number=number, street="Spruce Lane", lon=lon, lat=58.3)
        return [
            HouseholdFactory(
                given_address=line, number="", street="", city="", quality=quality,
                lonlat=lonlat, geocode_reason="?",
            )
            for line, quality, lonlat in (
                ("12 Sprcue Lane", "none", None),
                ("PO Box 9", "none", None),
                ("16 Spruce Lane", "street", (-134.42, 58.3)),
            )
        ]  # fmt: skip


def address(network, name: str, *arguments: int) -> str:
    return reverse(name, args=[network.slug, *arguments])


def fresh(network, home: Household) -> Household:
    with use_network(network):
        return Household.objects.get(pk=home.pk)


def map_data(answer) -> dict:
    """The JSON block of the map, as the browser reads it."""
    page = answer.content.decode()
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page)[1])


def seen(client, network, home) -> str:
    return client.get(address(network, "place_household", home.pk)).context["seen"]


class TestWithoutAScript:
    def test_the_queue_begins_with_the_worst_and_says_how_many_remain(
        self, organizer, network, town
    ):
        answer = organizer.get(address(network, "place_queue"), follow=True)
        page = answer.content.decode()
        assert "12 Sprcue Lane" in page
        assert "3 addresses need you, the worst first." in page
        assert "1 of 3" in page

    def test_a_candidate_is_chosen_by_its_button(self, organizer, network, town):
        page = organizer.get(address(network, "place_household", town[0].pk))
        chosen = page.context["candidates"][0]
        assert chosen["address"] == "12 Spruce Lane"
        answer = organizer.post(
            page.context["put_url"], {"candidate": chosen["value"], "seen": page.context["seen"]}
        )
        assert answer["Location"] == address(network, "place_household", town[1].pk)
        home = fresh(network, town[0])
        assert home.location.coords == pytest.approx((-134.40, 58.3))
        assert (home.quality, home.matched_address) == ("hand_placed", "12 Spruce Lane")
        assert home.given_address == "12 Sprcue Lane"

    @pytest.mark.parametrize("point", ["58.31, -134.43", "58.31,-134.43", "58.31 N 134.43 W"])
    def test_the_pin_is_placed_by_its_numbers(self, organizer, network, town, point):
        url = address(network, "place_put", town[0].pk)
        organizer.post(url, {"point": point, "seen": seen(organizer, network, town[0])})
        assert fresh(network, town[0]).location.coords == pytest.approx((-134.43, 58.31))

    @pytest.mark.parametrize("point", ["", "here", "99, 300", "0, 0"])
    def test_a_pin_that_is_none_changes_nothing_and_says_so(self, organizer, network, town, point):
        url = address(network, "place_put", town[0].pk)
        answer = organizer.post(
            url, {"point": point, "seen": seen(organizer, network, town[0])}, follow=True
        )
        assert fresh(network, town[0]).location is None
        (message,) = answer.context["messages"]
        assert message.level_tag == "error"

    def test_a_placement_is_undone_after_a_reload_by_somebody_else(self, organizer, network, town):
        url = address(network, "place_put", town[2].pk)
        organizer.post(url, {"point": "58.31, -134.43", "seen": seen(organizer, network, town[2])})
        other = client_of(network, Role.ORGANIZER)
        page = other.get(address(network, "place_queue"), follow=True)
        (placed,) = page.context["placed"]
        answer = other.post(placed["undo_url"])
        assert answer["Location"] == address(network, "place_household", town[2].pk)
        home = fresh(network, town[2])
        assert home.quality == "street"
        assert home.location.coords == pytest.approx((-134.42, 58.3))
        again = other.post(placed["undo_url"], follow=True)
        assert "already" in [str(m) for m in again.context["messages"]][-1]

    def test_skipping_goes_round_and_changes_nothing(self, organizer, network, town):
        url, visited = address(network, "place_household", town[0].pk), []
        for _ in range(4):
            visited.append(url)
            page = organizer.get(url)
            url = page.context["next_url"]
        assert visited[0] == visited[3]
        assert len(set(visited)) == 3
        with use_network(network):
            assert not Placement.objects.exists()

    def test_a_typed_address_is_looked_for_and_a_typed_point_becomes_the_pin(
        self, organizer, network, town
    ):
        url = address(network, "place_household", town[1].pk)
        assert organizer.get(url).context["candidates"] == []
        found = organizer.post(url, {"find": "16 spruce ln"})
        assert found.context["candidates"][0]["address"] == "16 Spruce Lane"
        assert organizer.post(url, {"find": "58.31, -134.43"}).context["point"] == (
            "58.310000, -134.430000"
        )
        assert organizer.post(url, {"find": "quite elsewhere"}).context["found_nothing"]
        assert fresh(network, town[1]).location is None

    def test_a_box_asks_where_help_should_come_and_the_answer_reaches_the_paper(
        self, organizer, network, town
    ):
        url = address(network, "place_household", town[1].pk)
        assert b"for mail only" in organizer.get(url).content
        page = organizer.post(url, {"find": "16 Spruce Lane"})
        organizer.post(
            page.context["put_url"],
            {
                "candidate": page.context["candidates"][0]["value"],
                "seen": page.context["seen"],
                "meeting_place": "16 Spruce Lane",
            },
        )
        home = fresh(network, town[1])
        assert (home.given_address, home.meeting_place) == ("PO Box 9", "16 Spruce Lane")

    def test_two_people_on_one_home_do_not_overwrite_each_other(self, organizer, network, town):
        other, url = client_of(network, Role.ORGANIZER), address(network, "place_put", town[0].pk)
        first = seen(organizer, network, town[0])
        organizer.post(url, {"point": "58.31, -134.43", "seen": first})
        answer = other.post(url, {"point": "58.32, -134.40", "seen": first}, follow=True)
        assert "while you looked" in answer.content.decode()
        assert fresh(network, town[0]).location.coords == pytest.approx((-134.43, 58.31))

    def test_the_last_one_leads_to_the_page_that_says_so(self, organizer, network):
        with use_network(network):
            home = HouseholdFactory(quality="town")
        url = address(network, "place_put", home.pk)
        answer = organizer.post(
            url, {"point": "58.3, -134.4", "seen": seen(organizer, network, home)}, follow=True
        )
        assert answer.redirect_chain[-1][0] == address(network, "place_queue")
        assert b"Every address is on the map" in answer.content

    def test_before_anything_was_looked_up_it_offers_to(self, organizer, network):
        with use_network(network):
            HouseholdFactory(quality="none", lonlat=None)
        page = organizer.get(address(network, "place_queue")).content.decode()
        assert "Place 1 address" in page
        assert "Every address is on the map" not in page


class TestTheNeighboursPage:
    def test_says_whose_doors_are_in_no_pod(self, organizer, network, town):
        url = address(network, "household_list")
        assert "3 neighbours in 3 homes.<" in organizer.get(url).content.decode()
        with use_network(network):
            HouseholdFactory(in_pods=False)
        lead = organizer.get(url).context["lead"]
        assert lead == ("3 neighbours in 3 homes. 1 volunteer’s home besides, in no pod.")


class TestTheWayThere:
    def test_is_on_the_first_page_the_neighbours_and_the_import(self, organizer, network, town):
        link = address(network, "place_queue")
        assert link in organizer.get(address(network, "dashboard")).content.decode()
        page = organizer.get(address(network, "household_list")).content.decode()
        assert link in page
        assert "Fix 3 locations" in page
        with use_network(network):
            from geomatch.network.models import SheetImport

            sheet = SheetImport.objects.create(file_name="x.csv", figures={})
        page = organizer.get(address(network, "import_result", sheet.pk)).content.decode()
        assert "Fix 3 locations" in page

    def test_stays_among_the_neighbours_while_other_addresses_wait(self, organizer, network, town):
        with use_network(network):
            HouseholdFactory(quality="none", lonlat=None)
        page = organizer.get(address(network, "household_list")).content.decode()
        assert "Place 1 address" in page
        assert "Fix 3 locations" in page
        assert page.count("Not looked up yet") == 1

    def test_is_pointed_out_when_addresses_were_looked_up(self, organizer, network, town):
        with use_network(network):
            run = Run.objects.create(kind=Run.Kind.GEOCODE, state=Run.State.DONE)
        page = organizer.get(address(network, "run_detail", run.pk), follow=True).content.decode()
        assert "The addresses were looked up. 3 addresses need you." in page
        with use_network(network):
            Household.objects.update(quality="hand_placed", doubt="")
        page = organizer.get(address(network, "run_detail", run.pk), follow=True).content.decode()
        assert "All are on the map." in page

    def test_is_for_those_who_may_place(self, network, town):
        coordinator = client_of(network, Role.COORDINATOR)
        page = coordinator.get(address(network, "household_list")).content.decode()
        assert "Fix 3 locations" not in page
        page = coordinator.get(address(network, "dashboard")).content.decode()
        assert address(network, "place_queue") not in page


class TestAHiddenHome:
    SECRET = "77 Secret Cove"

    @pytest.fixture
    def hidden(self, network):
        with use_network(network):
            home = HouseholdFactory(
                hidden=True, quality="street", given_address=self.SECRET,
                number="77", street="Secret Cove", lonlat=(-134.4567, 58.3456),
            )  # fmt: skip
            PersonFactory(household=home, name="Sec Ret")
            MembershipFactory(household=home)
        return home

    def test_does_not_exist_for_an_organizer(self, organizer, network, hidden):
        for client_call in (
            lambda: organizer.get(address(network, "place_household", hidden.pk)),
            lambda: organizer.post(
                address(network, "place_put", hidden.pk), {"point": "58.3,-134.4"}
            ),
        ):
            assert client_call().status_code == 404
        page = organizer.get(address(network, "place_queue"), follow=True)
        assert b"Secret Cove" not in page.content
        assert "No address needs you." in page.content.decode()

    def test_is_placed_and_undone_by_a_steward_on_a_page_that_nobody_keeps(
        self, organizer, network, hidden
    ):
        steward = client_of(network, Role.STEWARD)
        page = steward.get(address(network, "place_household", hidden.pk))
        assert "no-store" in page["Cache-Control"]
        assert map_data(page)["pin"]["lon"] == pytest.approx(-134.4567)
        steward.post(
            page.context["put_url"], {"point": "58.3111, -134.4111", "seen": page.context["seen"]}
        )
        placed = steward.get(address(network, "place_queue"), follow=True).content.decode()
        with use_network(network):
            placement = Placement.objects.get()
        undo = address(network, "placement_undo", placement.pk)
        assert organizer.post(undo).status_code == 404
        page = organizer.get(address(network, "place_queue"), follow=True).content.decode()
        assert "Secret" not in page
        assert steward.post(undo).status_code == 302
        assert placed

    @pytest.mark.parametrize("role", [Role.ORGANIZER, Role.COORDINATOR, Role.STEWARD])
    def test_is_on_no_map_that_can_be_loaded(self, network, hidden, role):
        client = client_of(network, role)
        with use_network(network):
            version = Plan.objects.get().version
        for name, arguments in (("ground_data", []), ("plan_data", [version])):
            answer = client.get(address(network, name, *arguments))
            assert b"134.4567" not in answer.content, name
            assert b"Secret" not in answer.content, name


def test_the_map_of_a_home_holds_that_home_and_nobody_else(organizer, network, town):
    with use_network(network):
        HouseholdFactory(lonlat=(-134.41234, 58.31234))
    data = map_data(organizer.get(address(network, "place_household", town[2].pk)))
    assert data["pin"] == {"lon": -134.42, "lat": 58.3, "label": ""}
    assert {door["label"] for door in data["doors"]} == {"16"}
    assert "134.41234" not in json.dumps(data)
