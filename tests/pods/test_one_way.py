"""A table of homes and a network with the same homes and barriers give the same plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geomatch.core.errors import InputError
from geomatch.network.models import Household
from geomatch.tables import Feature, Table
from pods.homes import Ground, PlanOptions, homes_from_table, plan_homes, plan_report
from pods.homes.from_network import NetworkMap
from pods.models import Barrier, Crossing, Membership, Plan
from pods.services import publish_plan, rebalance_plan, replace_barriers, suggest_plan
from tests.factories import HouseholdFactory, PersonFactory, UserFactory

WEST, SOUTH = -134.500, 58.300
SPELLINGS = [
    {"crossing": " yes"}, {"Crossing": "TRUE"}, {" CROSSING ": 1}, {"crossing": 1.0},
    {"crossing": "no"}, {"crossing": None}, {"name": "Bridge"},
]  # fmt: skip


@st.composite
def towns(draw: st.DrawFn) -> list[dict]:
    """Homes on a few streets, some in one building, some hidden; north and south of a channel."""
    random = np.random.default_rng(draw(st.integers(0, 2**16)))
    homes = []
    for number in range(draw(st.integers(12, 34))):
        north = bool(random.random() < 0.4)
        homes.append(
            {
                "lonlat": (
                    WEST + round(float(random.random()) * 0.01, 6),
                    SOUTH + (0.003 if north else 0.0) + round(float(random.random()) * 0.002, 6),
                ),
                "number": str(number),
                "street": f"{'North' if north else 'South'} {random.integers(3)} Street",
                "people_count": int(random.integers(1, 5)),
                "hidden": bool(random.random() < 0.15),
                "languages": [["en"], ["tl"], ["es", "en"], []][random.integers(4)],
            }
        )
    flats = homes[0] | {"number": "7", "street": "Tall Street"}
    return homes + [flats | {"unit": str(unit)} for unit in range(draw(st.integers(0, 9)))]


def channel(properties: dict[str, object]) -> list[Feature]:
    """A channel through the town, and a line over it that may be a crossing."""
    across = LineString([(-134.6, SOUTH + 0.0025), (-134.4, SOUTH + 0.0025)])
    over = LineString([(WEST + 0.005, SOUTH + 0.002), (WEST + 0.005, SOUTH + 0.003)])
    return [Feature(across, {}), Feature(over, properties)]


def table_of(households: list[Household], before: Plan | None = None) -> Table:
    """The same homes as a person would write them into a table."""
    members = Membership.objects.filter(plan=before, pod__isnull=False) if before else []
    pods = {member.household_id: member for member in members}
    drivers = set(Household.objects.filter(people__drives=True).values_list("pk", flat=True))
    rows = [
        {
            "id": str(home.pk),
            "lon": repr(home.location.x),
            "lat": repr(home.location.y),
            "people": str(home.people_count),
            "building": f"{home.number} {home.street}",
            "unit": home.unit,
            "street": home.street,
            "city": home.city,
            "hidden": "yes" if home.hidden else "",
            "languages": ";".join(home.languages),
            "drives": "yes" if home.pk in drivers and not home.hidden else "",
            "pod": str(pods[home.pk].pod.number) if home.pk in pods else "",
            "locked": "yes" if home.pk in pods and pods[home.pk].locked else "",
        }
        for home in households
    ]
    return Table.from_columns({name: [row[name] for row in rows] for name in rows[0]})


def assert_same(plan: Plan, network, features, options: PlanOptions, before: Plan | None = None):
    """Compare a network's plan with that of a table, on the network's own flat map."""
    members = list(plan.memberships.select_related("pod", "household").order_by("household_id"))
    found = homes_from_table(table_of([member.household for member in members], before))
    planned = plan_homes(
        replace(found.homes, flat_map=NetworkMap(network)),
        options,
        Ground.from_features(features),
        hidden=found.hidden,
        along_a_walk=before is None,
    )
    for rows, labels, reasons in (
        (found.rows, planned.labels, planned.reasons),
        (found.hidden_rows, planned.hidden.labels, planned.hidden.reasons),
    ):
        theirs = [members[row] for row in rows]
        pods = [planned.numbers[label] if label >= 0 else None for label in labels]
        assert [member.pod.number if member.pod else None for member in theirs] == pods
        assert [m.reason for m in theirs] == [reasons.get(row, "") for row in range(len(rows))]
    figures = plan_report(planned)
    assert {name: plan.report[name] for name in figures} == figures


class TestTheSamePlan:
    @settings(
        max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(
        town=towns(),
        properties=st.sampled_from(SPELLINGS),
        size_by=st.sampled_from(["households", "people"]),
    )
    def test_from_a_table_and_from_a_network(self, inside, town, properties, size_by):
        sizes = {"size_by": size_by, "max_size": 20, "target_size": 9}
        with transaction.atomic():
            for number, home in enumerate(town):
                household = HouseholdFactory(**home)
                if number % 5 == 0:
                    PersonFactory(household=household, drives=True)
            features = channel(properties)
            replace_barriers(network=inside, features=features, actor=None)
            plan = suggest_plan(network=inside, actor=None, effort="fast", **sizes)
            assert_same(plan, inside, features, PlanOptions(effort="fast", **sizes))
            transaction.set_rollback(True)

    def test_rebalanced_with_a_lock(self, inside):
        for number in range(30):
            HouseholdFactory(lonlat=(WEST + 0.0004 * number, SOUTH), number=str(number))
        plan = suggest_plan(network=inside, actor=None, target_size=10)
        publish_plan(network=inside, plan=plan, actor=UserFactory())
        locked = plan.memberships.first()
        Membership.objects.filter(pk=locked.pk).update(locked=True)
        for number in range(4):
            HouseholdFactory(lonlat=(WEST + 0.0004 * number, SOUTH + 0.0002), number=f"{number} B")
        draft = rebalance_plan(network=inside, actor=None, max_moves=3)
        options = PlanOptions(target_size=10, max_moves=3)
        assert_same(draft, inside, [], options, before=plan)
        again = draft.memberships.get(household=locked.household_id)
        assert (again.pod.number, again.locked) == (locked.pod.number, True)


@pytest.mark.parametrize(("properties", "over"), [*zip(SPELLINGS, [1] * 4 + [0] * 3, strict=True)])
def test_a_crossing_is_one_for_the_command_and_for_the_site(inside, properties, over):
    features = channel(properties)
    made = replace_barriers(network=inside, features=features, actor=None)
    ground = Ground.from_features(features)
    assert made == (Barrier.objects.count(), Crossing.objects.count()) == (2 - over, over)
    assert (len(ground.barriers), len(ground.crossings)) == made


def row_of_homes(n: int, step: float = 0.0005, **columns: list[str]) -> Table:
    """Homes in a row, going east."""
    lon = [f"{WEST + step * number:.6f}" for number in range(n)]
    return Table.from_columns(
        {"id": [str(number) for number in range(n)], "lon": lon, "lat": [str(SOUTH)] * n, **columns}
    )


def planned(table: Table, barriers: list[Feature] = (), **options):
    found = homes_from_table(table)
    ground = Ground.from_features(barriers)
    return plan_homes(found.homes, PlanOptions(**options), ground, hidden=found.hidden)


class TestFiguresOfVisibleHomes:
    def test_a_hidden_home_is_in_no_figure_of_the_site(self, inside):
        for number in range(6):
            HouseholdFactory(
                lonlat=(WEST + 0.0004 * number, SOUTH), people_count=2, hidden=number == 5
            )
        figures = suggest_plan(network=inside, actor=None).report
        told = {"pods": 1, "households": 5, "people": 10, "unplaced": 0, "people_placed": 10}
        assert told.items() <= figures.items()
        assert figures["size_min"] == figures["size_max"] == 5
        assert figures["diameter_p99_m"] < 100  # four steps, not five

    def test_the_same_figures_without_the_hidden_one(self):
        hidden = ["yes" if row == 0 else "" for row in range(20)]
        everybody = row_of_homes(20, hidden=hidden)
        plan = planned(everybody)
        assert plan_report(plan) == plan_report(planned(everybody.only(np.arange(1, 20))))
        assert plan_report(plan)["households"] == 19
        assert plan.hidden.labels.tolist() == [plan.labels[0]]


class TestBarriersOfAnotherPlace:
    RIVER = LineString([(WEST, SOUTH + 0.001), (WEST + 0.01, SOUTH + 0.001)])
    SWAPPED = LineString([(58.301, -84.5), (58.301, -84.49)])
    FAR = LineString([(-100.51, 40.205), (-100.48, 40.205)])

    @pytest.mark.parametrize("barrier", [SWAPPED, FAR])
    def test_are_refused_by_the_command(self, barrier):
        with pytest.raises(InputError, match="longitude and latitude exchanged"):
            planned(row_of_homes(20), [Feature(barrier, {})])

    def test_are_refused_by_the_site(self, inside):
        for number in range(10):
            HouseholdFactory(lonlat=(WEST + 0.0004 * number, SOUTH))
        replace_barriers(network=inside, features=[Feature(self.FAR, {})], actor=None)
        with pytest.raises(InputError, match="km or more from the homes"):
            suggest_plan(network=inside, actor=None)
        assert not Plan.objects.exists()

    def test_one_of_many_is_enough(self):
        through = LineString([(WEST + 0.00475, 58.2), (WEST + 0.00475, 58.4)])
        plan = planned(row_of_homes(20), [Feature(self.FAR, {}), Feature(through, {})])
        assert not plan.notes
        assert len(set(plan.labels[:10]) & set(plan.labels[10:])) == 0

    def test_beside_the_homes_are_told(self):
        (note,) = planned(row_of_homes(20), [Feature(self.RIVER, {})]).notes
        assert note.startswith("No barrier lies among the homes (the nearest is less than 1 km")

    def test_hidden_homes_are_not_told_by_a_note(self):
        hidden = ["yes" if row == 19 else "" for row in range(20)]
        by_it = Feature(LineString([(WEST + 0.0094, 58.2), (WEST + 0.0094, 58.4)]), {})
        assert planned(row_of_homes(20, hidden=hidden), [by_it]).notes
        assert not planned(row_of_homes(20), [by_it]).notes

    def test_a_crossing_alone_is_told(self):
        (note,) = planned(row_of_homes(20), [Feature(Point(WEST, SOUTH), {"crossing": 1})]).notes
        assert "no barrier they lead over" in note


class TestWhatIsInTheWay:
    def test_a_home_inside_a_barrier_is_told_so(self):
        lake = box(WEST - 0.0001, 58.29, WEST + 0.0012, 58.31)
        plan = planned(row_of_homes(20), [Feature(lake, {})])
        told = {row for row, words in plan.reasons.items() if "inside a barrier" in words}
        assert told == {0, 1, 2} == set(np.flatnonzero(plan.labels < 0).tolist())
        assert plan_report(plan)["unplaced_by_reason"] == {"inside_barrier": 3}

    def test_three_homes_behind_a_line_are_not(self):
        line = LineString([(WEST + 0.0012, 58.2), (WEST + 0.0012, 58.4)])
        plan = planned(row_of_homes(20), [Feature(line, {})])
        assert plan_report(plan)["unplaced_by_reason"] == {"too_few_neighbours": 3}

    @pytest.mark.parametrize(("homes", "least", "target"), [(31, 16, 20), (61, 21, 25)])
    def test_a_building_whose_equal_parts_are_no_pod_is_told_so(self, homes, least, target):
        table = row_of_homes(homes, 0.0, building=["Tower"] * homes)
        plan = planned(table, min_size=least, target_size=target)
        left = np.flatnonzero(plan.labels < 0)
        assert len(left)
        assert all("equal parts are smaller" in plan.reasons[row] for row in left)
