"""What the site knows for wishes, what it keeps to itself, and what the plan's page says of it."""

from __future__ import annotations

from typing import ClassVar

import pytest
from shapely import LineString

from geomatch.network.models import Household, Role
from geomatch.network.scope import use_network
from geomatch.tables import Feature
from pods.homes.from_network import homes_of_network
from pods.models import Membership
from pods.services import replace_barriers, suggest_plan
from tests.factories import HouseholdFactory, PersonFactory, VolunteerFactory
from tests.pods.test_services import street
from tests.security.test_rows_for_stewards import page

WITHHELD = ["hidden", "quiet", "do_not_contact"]


class TestWhatTheSiteKnows:
    def test_who_drives_or_has_a_vehicle(self, inside):
        homes = street(3)
        PersonFactory(household=homes[0], drives=True)
        VolunteerFactory(person=PersonFactory(household=homes[2]), vehicle=True)
        PersonFactory(household=None, drives=True)
        assert homes_of_network(inside).homes.drives.tolist() == [True, False, True]

    @pytest.mark.parametrize("state", WITHHELD)
    def test_nobody_behind_a_withheld_door_is_counted_on(self, inside, state):
        homes = street(2)
        PersonFactory(household=homes[0], drives=True)
        assert homes_of_network(inside).homes.drives.any()
        Household.objects.filter(pk=homes[0].pk).update(**{state: True})
        assert homes_of_network(inside).homes.drives is None

    def test_languages_of_the_door_and_of_who_lives_there(self, inside):
        homes = street(3)
        Household.objects.filter(pk=homes[0].pk).update(languages=["es"])
        PersonFactory(household=homes[0], languages=["tl", "es"])
        PersonFactory(household=homes[1], languages=["tl"])
        languages = homes_of_network(inside).homes.languages
        assert languages.sum(axis=1).tolist() == [2, 1, 0]
        assert (languages[0] & languages[1]).sum() == 1

    def test_one_street_of_two_towns_is_two(self, inside):
        homes = street(2)
        Household.objects.filter(pk=homes[1].pk).update(city="Elsewhere")
        HouseholdFactory(street="")
        assert homes_of_network(inside).homes.street_of.tolist() == [0, 1, -1]

    def test_what_nobody_said_is_not_wished_for(self, inside):
        rows = [HouseholdFactory(street="") for _ in range(3)]
        homes = homes_of_network(inside).homes
        assert homes.willing is homes.drives is homes.languages is homes.street_of is None
        PersonFactory(household=rows[1], is_point_person=True)
        assert homes_of_network(inside).homes.willing.tolist() == [False, True, False]


class TestPlans:
    SIZES: ClassVar = {"target_size": 6, "min_size": 3, "max_size": 9}

    def drivers_at_one_end(self) -> None:
        """Twelve doors in a row; pods of 8 and 4 have a driver each, the shorter 6 and 6 do not."""
        homes = street(12)
        for home in (homes[7], homes[10]):
            PersonFactory(household=home, drives=True)

    @pytest.mark.parametrize(("worth", "driverless"), [(0, 1), (5000, 0)])
    def test_wishes_weigh_what_they_are_worth(self, inside, worth, driverless):
        self.drivers_at_one_end()
        plan = suggest_plan(network=inside, actor=None, wishes={"driver": worth}, **self.SIZES)
        assert plan.report["pods_without_driver"] == driverless

    def test_figures_are_those_of_who_sees_no_hidden_door(self, inside):
        homes = street(6)
        for home, languages in zip(homes, [["en"]] * 4 + [["tl"]] * 2, strict=True):
            Household.objects.filter(pk=home.pk).update(languages=languages)
        plan = suggest_plan(network=inside, actor=None)
        assert plan.report["households_alone_in_language"] == 0
        Household.objects.filter(pk=homes[5].pk).update(hidden=True)
        plan = suggest_plan(network=inside, actor=None)
        assert plan.report["households_alone_in_language"] == 1

    def test_who_is_left_over_is_told_the_street_and_the_next_pod(self, inside):
        street(10)
        cut_off = street(3, lat=58.3100)
        hidden = cut_off[0]
        Household.objects.filter(pk=hidden.pk).update(hidden=True, street="Secret Lane")
        wall = Feature(LineString([(-134.6, 58.3050), (-134.4, 58.3050)]), {})
        replace_barriers(network=inside, features=[wall], actor=None)
        plan = suggest_plan(network=inside, actor=None)
        reasons = dict(
            Membership.objects.filter(plan=plan, pod=None).values_list("household", "reason")
        )
        assert reasons[cut_off[1].pk] == reasons[cut_off[2].pk]
        assert reasons[cut_off[1].pk].startswith(
            "Too few neighbours at 58.31 Street (2 homes): join pod 1 (58.3 Street, 1.1 km away), "
        )
        assert not any("Secret" in words for words in reasons.values())

    def test_the_page_says_which_wishes_are_open(self, network):
        with use_network(network):
            self.drivers_at_one_end()
            plan = suggest_plan(network=network, actor=None, wishes={"driver": 0}, **self.SIZES)
        said = page(network, Role.ORGANIZER, "plan_map", version=plan.version)
        assert "1 pod has no driver." in said
        assert "no language" not in said
        assert "Across a wide pod" in said
