"""Hidden homes ride along: no plan is other for them, and where there is room they have a seat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, box

from geomatch.tables import Feature, Table
from pods.homes import Ground, PlanOptions, homes_from_table, plan_homes, plan_report
from pods.homes.ride_along import Parts, Riders, Seated, ride_along
from pods.planfile import plan_table

WEST, SOUTH = -134.500, 58.300
WALL = Feature(LineString([(-134.6, SOUTH + 0.0025), (-134.4, SOUTH + 0.0025)]), {})
BRIDGE = Feature(
    LineString([(WEST + 0.005, SOUTH + 0.002), (WEST + 0.005, SOUTH + 0.003)]), {"crossing": "yes"}
)
NOTHING_SAID = ("people", "building", "street", "languages", "pod", "locked", "willing", "drives")


@st.composite
def towns(draw: st.DrawFn) -> Table:
    """A town on both sides of a channel, of which some homes are hidden."""
    random = np.random.default_rng(draw(st.integers(0, 2**16)))
    said = draw(st.sets(st.sampled_from(NOTHING_SAID)))
    rows = []
    for number in range(draw(st.integers(15, 40))):
        north = random.random() < 0.3
        pod = int(random.integers(4))
        row = {
            "id": str(number),
            "lon": f"{WEST + random.random() * 0.01:.6f}",
            "lat": f"{SOUTH + (0.003 if north else 0) + random.random() * 0.002:.6f}",
            "people": str(random.integers(1, 5)),
            "building": str(random.integers(12)) if random.random() < 0.2 and not north else "",
            "street": f"Street {random.integers(4)}" if random.random() < 0.8 else "",
            "languages": ["", "en", "tl;en", "es"][random.integers(4)],
            "pod": str(pod) if pod else "",
            "locked": "yes" if pod and random.random() < 0.1 else "",
            "willing": "yes" if random.random() < 0.2 else "no",
            "drives": "yes" if random.random() < 0.2 else "",
            "hidden": "yes" if random.random() < 0.25 else "",
        }
        rows.append({name: row[name] for name in row if name not in NOTHING_SAID or name in said})
    return Table.from_columns({name: [row[name] for row in rows] for name in rows[0]})


@settings(max_examples=25, deadline=None)
@given(
    town=towns(),
    features=st.sampled_from([[], [WALL], [WALL, BRIDGE]]),
    moves=st.sampled_from([None, 0, 3]),
    size_by=st.sampled_from(["households", "people"]),
)
def test_everything_planned_is_as_if_no_home_were_hidden(town, features, moves, size_by):
    options = PlanOptions(
        min_size=4, max_size=9, target_size=6, size_by=size_by, effort="fast", max_moves=moves
    )
    seen = np.flatnonzero(~town.booleans("hidden"))
    columns, report = plan_table(town, options, barriers=features)
    without, report_without = plan_table(town.only(seen), options, barriers=features)
    assert {name: [values[row] for row in seen] for name, values in columns.items()} == without
    assert report | {"seconds": 0} == report_without | {"seconds": 0}
    assert_sizes_hold(town, columns["pod"], options)


def assert_sizes_hold(town: Table, pods: list[int | None], options: PlanOptions) -> None:
    """Hold the most of a pod against everybody in it, hidden homes too."""
    size = town.integers("people", default=1) if options.size_by == "people" else np.ones(len(town))
    for pod in {pod for pod in pods if pod}:
        assert sum(size[row] for row, its in enumerate(pods) if its == pod) <= options.max_size


@st.composite
def seats(draw: st.DrawFn) -> tuple[Seated, Riders, int, list[Parts]]:
    """Pods as they may be, and riders: the pods need not be good ones."""
    random = np.random.default_rng(draw(st.integers(0, 2**16)))
    n, m, pods = draw(st.integers(0, 30)), draw(st.integers(0, 12)), draw(st.integers(1, 5))
    labels = random.integers(-1, pods, n)
    labels = np.unique(labels, return_inverse=True)[1] - bool((labels < 0).any())
    sizes = random.integers(1, 4, n)
    largest = int(np.bincount(labels[labels >= 0], sizes[labels >= 0]).max(initial=1))
    k = int(labels.max(initial=-1)) + 1
    held = random.integers(-1, k, m) if k else np.full(m, -1)
    points = random.random((m, 2)) * 100
    points[random.random(m) < 0.1] = np.nan
    wide = Parts(random.integers(0, 2, n), random.integers(0, 2, m))
    narrow = Parts(
        wide.of_seated * 2 + random.integers(0, 2, n), wide.of_riders * 2 + random.integers(0, 2, m)
    )
    return (
        Seated(random.random((n, 2)) * 100, labels, sizes, random.integers(-1, 6, n)),
        Riders(
            points, random.integers(1, 4, m), random.integers(-1, 6, m), held,
            (random.random(m) < 0.2) & (held >= 0),
        ),
        largest + draw(st.integers(0, 4)),
        draw(st.sampled_from([[], [wide], [narrow, wide]])),
    )  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(town=seats(), within_m=st.sampled_from([np.inf, 30.0]))
def test_a_rider_has_a_seat_if_and_only_if_a_pod_in_reach_has_room(town, within_m):
    seated, riders, max_size, parts = town
    got = ride_along(seated, riders, max_size, parts, within_m=within_m)
    taken = np.bincount(seated.labels[seated.labels >= 0], seated.sizes[seated.labels >= 0])
    for label, size in zip(got.labels, riders.sizes, strict=True):
        if label >= 0:
            taken[label] += size
    assert taken.max(initial=0) <= max_size
    for rider, label in enumerate(got.labels):
        reach = pods_in_reach(seated, riders, rider, parts, within_m)
        if label >= 0:
            assert label in reach
        assert got.full[rider] == (label < 0 and bool(reach))
        if label < 0:
            assert all(taken[pod] + riders.sizes[rider] > max_size for pod in reach)


def pods_in_reach(
    seated: Seated, riders: Riders, rider: int, parts: list[Parts], within_m: float
) -> set[int]:
    """Pods a rider may join, by going through everybody."""
    away = np.hypot(*(seated.points - riders.points[rider]).T)
    pods = {
        int(label)
        for row, label in enumerate(seated.labels)
        if label >= 0
        and away[row] < within_m
        and (not parts or parts[-1].of_seated[row] == parts[-1].of_riders[rider])
    }
    return pods & {int(riders.held[rider])} if riders.locked[rider] else pods


def row_of_homes(n: int, **columns: list[str]) -> Table:
    """Homes in a row, 29 m apart, going east."""
    lon = [f"{WEST + 0.0005 * number:.6f}" for number in range(n)]
    return Table.from_columns(
        {"id": [str(number) for number in range(n)], "lon": lon, "lat": [str(SOUTH)] * n, **columns}
    )


def said(n: int, **by_row: str) -> list[str]:
    """Return a column that is empty but for some rows: `said(3, _1="yes")`."""
    return [by_row.get(f"_{row}", "") for row in range(n)]


class TestOnPaper:
    """Cases whose answer is known."""

    SIZES = PlanOptions(min_size=5, max_size=6, target_size=5)

    def test_a_pod_below_its_least_size_has_no_hidden_home_in_it(self):
        town = row_of_homes(5, hidden=said(5, _2="yes"))
        columns, report = plan_table(town, PlanOptions())
        assert columns["pod"] == [None] * 5
        assert (report["households"], report["unplaced"]) == (4, 4)
        assert columns["reason"][2].startswith("There is no pod in reach")

    def test_a_building_takes_its_own_in(self):
        town = row_of_homes(
            11, hidden=said(11, _10="yes"), building=said(11, _0="tower", _10="tower")
        )
        pods = plan_table(town, self.SIZES)[0]["pod"]
        assert pods[10] == pods[0] != pods[9]

    def test_who_finds_the_nearest_pod_full_goes_to_the_next(self):
        town = row_of_homes(13, hidden=said(13, _11="yes", _12="yes", _10="yes"))
        columns, _ = plan_table(town, self.SIZES)
        assert sorted(columns["pod"].count(pod) for pod in {1, 2}) == [6, 6]
        (left,) = [row for row in range(13) if not columns["pod"][row]]
        assert left in (10, 11, 12)
        assert columns["reason"][left].startswith("Every pod in reach is full")

    @pytest.mark.parametrize(("features", "words"), [([WALL], "a barrier lies between"), ([], "")])
    def test_nobody_is_carried_over_a_barrier(self, features, words):
        columns = row_of_homes(6, hidden=said(6, _5="yes")).columns
        columns["lat"][5] = f"{SOUTH + 0.003:.6f}"
        planned, _ = plan_table(Table.from_columns(columns), PlanOptions(), barriers=features)
        assert words in planned["reason"][5]
        assert bool(planned["pod"][5]) != bool(words)

    def test_a_bridge_carries(self):
        columns = row_of_homes(20, hidden=said(20, _10="yes")).columns
        columns["lat"][10] = f"{SOUTH + 0.003:.6f}"
        town = Table.from_columns(columns)
        planned, _ = plan_table(town, PlanOptions(), barriers=[WALL, BRIDGE])
        assert planned["pod"][10]

    def test_a_pin_on_another_continent_is_no_neighbour(self):
        columns = row_of_homes(6, hidden=said(6, _5="yes")).columns
        columns["lon"][5], columns["lat"][5] = str(SOUTH), "-40"
        planned, report = plan_table(Table.from_columns(columns), PlanOptions())
        assert planned["reason"][5].startswith("There is no pod in reach")
        assert report["households"] == 5

    def test_inside_a_barrier_and_without_a_place_are_told_so(self):
        columns = row_of_homes(7, hidden=said(7, _5="yes", _6="yes")).columns
        columns["lat"][5] = str(SOUTH + 0.01)
        columns["lon"][6] = columns["lat"][6] = ""
        lake = Feature(box(WEST - 0.01, SOUTH + 0.008, WEST + 0.01, SOUTH + 0.02), {})
        planned, _ = plan_table(Table.from_columns(columns), PlanOptions(), barriers=[lake])
        assert "inside a barrier" in planned["reason"][5]
        assert planned["reason"][6].startswith("No location yet")

    @pytest.mark.parametrize(
        ("moves", "locked", "pod"), [(0, "", 2), (None, "yes", 2), (None, "", 1)]
    )
    def test_who_is_in_a_pod_stays_when_rebalancing_or_locked(self, moves, locked, pod):
        """The sixth of a row of eleven is nearest to pod 1, and was put into pod 2."""
        town = row_of_homes(
            11,
            hidden=said(11, _0="yes"),
            pod=["2"] + ["1"] * 5 + ["2"] * 5,
            locked=said(11, _0=locked),
        )
        options = PlanOptions(min_size=5, max_size=6, target_size=5, max_moves=moves)
        assert plan_table(town, options)[0]["pod"][0] == pod

    def test_a_lock_to_a_pod_that_is_none_any_more_is_told(self):
        town = row_of_homes(
            6, hidden=said(6, _5="yes"), pod=["1"] * 5 + ["2"], locked=said(6, _5="yes")
        )
        planned, _ = plan_table(town, PlanOptions(max_moves=0))
        assert planned["reason"][5].startswith("The pod it is locked to is full, or is none")

    def test_a_hidden_point_person_leads_nobody(self):
        town = row_of_homes(8, hidden=said(8, _0="yes"), point_person=said(8, _0="yes"))
        found = homes_from_table(town)
        plan = plan_homes(found.homes, PlanOptions(), Ground(), hidden=found.hidden)
        assert not plan.homes.point_person.any()
        assert plan.clustering.medoid_indices_.tolist() == [3]  # of the seven planned
        assert plan_report(plan)["households"] == 7
