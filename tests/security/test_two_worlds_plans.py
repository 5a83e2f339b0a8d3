"""Plans in two worlds: drawn, published and rebalanced, they tell nobody of a hidden home."""

from __future__ import annotations

import pytest
from shapely import LineString

from geomatch.network.models import Person, Role, Run
from geomatch.network.scope import use_network
from geomatch.tables import Feature
from pods.models import Membership, Plan
from pods.services import replace_barriers
from tests.security.two_worlds import (
    LOOKERS,
    STORY_ID,
    World,
    assert_nobody_sees_a_difference,
    told,
)

WEST, SOUTH, STEP = -134.500, 58.300, 0.0004
SIZES = {"min_size": 4, "max_size": 8, "target_size": 6, "size_by": "households"}
PRINTED = ("street_lists_pdf", "street_list_pdf")


def settle(world: World) -> None:
    """Two streets, an islet behind a channel that is one home short of a pod, and hidden homes."""
    languages = (["en"], ["tl"], ["es", "en"], [])
    for number in range(1, 25):
        world.home(
            number,
            lonlat=(WEST + STEP * (number % 12), SOUTH + 0.0004 * (number // 12)),
            street=f"Street {number // 12}",
            languages=languages[number % 4],
            lives={"is_point_person": number % 7 == 1, "drives": number % 9 == 2},
        )
        # Somebody everywhere who is the last of a pod, a building, a language, a walk.
        if number == 6:
            world.hidden_home(
                106, lonlat=(WEST + STEP * 6.5, SOUTH), number="6", street="Street 0", unit="2",
                languages=["fr"], people_count=7, lives={"is_point_person": True, "drives": True},
            )  # fmt: skip
        if number == 12:
            world.hidden_home(112, lonlat=(WEST + STEP * 14, SOUTH), street="Secret Lane")
    for number in range(31, 34):
        world.home(number, lonlat=(WEST + STEP * number / 10, SOUTH + 0.004), street="Islet Way")
    world.hidden_home(134, lonlat=(WEST + STEP * 3.4, SOUTH + 0.004), street="Islet Way")
    world.hidden_home(135, lonlat=(-100.0, 40.0), street="Far Street")
    world.hidden_home(136, street="Nowhere Street", lonlat=None)
    world.hidden_home(137, lonlat=(WEST + STEP * 3, SOUTH + 0.0002), people_count=9, number="9")
    channel = Feature(LineString([(-134.6, SOUTH + 0.002), (-134.4, SOUTH + 0.002)]), {})
    with use_network(world.network):
        replace_barriers(network=world.network, features=[channel], actor=None)
    world.helps(3)
    world.asks(4)


def seat(world: World) -> None:
    """Tie the point person who signs in to the one who looks after a pod."""
    with use_network(world.network):
        user = world.network.members.get(role=Role.POINT_PERSON).user
        Person.objects.filter(pk=STORY_ID + 8).update(user=user)


def drawn(world: World, size_by: str = "households") -> None:
    """Settle the town, let an organizer draw a plan, and let everybody look at it."""
    settle(world)
    seat(world)
    sizes = SIZES | ({"max_size": 16, "target_size": 9} if size_by == "people" else {})
    world.post(Role.ORGANIZER, "start_planning", sizes | {"size_by": size_by})
    world.things |= {"version": [1], "run": _runs(world)}
    world.look(without=PRINTED)


def rebalanced(world: World) -> None:
    """Publish, let people come, go and hide nothing, and rebalance twice."""
    drawn(world)
    for version in (1, 2):
        world.post(Role.ORGANIZER, "plan_publish", version=version)
        for number in (40 * version, 40 * version + 1):
            lonlat = (WEST + STEP * (2.5 + number % 2), SOUTH + 0.0002 * version)
            world.home(number, lonlat=lonlat, street="New Street")
        world.hidden_home(100 + 40 * version, lonlat=(WEST + STEP * 9, SOUTH + 0.0002 * version))
        world.post(Role.ORGANIZER, "start_rebalancing", {"max_moves": 3})
        world.things |= {"version": [1, 2, 3][: version + 1], "run": _runs(world)}
        with use_network(world.network):
            pods = Plan.objects.get(version=version).pods.order_by("number")
            world.things["pod"] = list(pods.values_list("number", flat=True))
        world.look(without=PRINTED if version == 1 else ())


def _runs(world: World) -> list[int]:
    with use_network(world.network):
        return list(Run.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.django_db
class TestPlans:
    @pytest.mark.parametrize("size_by", ["households", "people"])
    def test_a_plan_that_is_drawn(self, size_by):
        seen = assert_nobody_sees_a_difference(lambda world: drawn(world, size_by))
        opened = [page for page, body in seen.items() if body.startswith(b"200")]
        assert {page.split()[0] for page in opened} == set(LOOKERS)
        data = next(seen[p] for p in opened if "organizer opens" in p and "/pods/1/data" in p)
        assert b"Street 0" in data
        assert b"Secret" not in data

    def test_a_plan_that_is_published_and_rebalanced(self):
        seen = assert_nobody_sees_a_difference(rebalanced)
        printed = [body for page, body in seen.items() if ".pdf" in page and b"%PDF" in body]
        assert len(printed) >= 4

    def test_the_worlds_do_differ(self):
        """Hold the test against itself: hidden homes are in the one world, in pods, and lead."""
        members = {}

        def story(world: World) -> None:
            drawn(world)
            with use_network(world.network):
                hidden = Membership.objects.filter(household__hidden=True)
                members[world.has_hidden] = {m.household_id - STORY_ID: m for m in hidden}

        for there in (False, True):
            told(story, has_hidden=there)
        assert not members[False]
        reasons = {number: member.reason for number, member in members[True].items()}
        assert {number for number, words in reasons.items() if not words} == {106, 112, 137}
        assert reasons[134].startswith("There is no pod in reach")
        assert reasons[135].startswith("This point lies outside the network")
        assert reasons[136].startswith("We do not know yet exactly where")
