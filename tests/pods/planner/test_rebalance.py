"""Rebalancing: never more moves than allowed, never a broken pod, and as few moves as there are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.spatial import Delaunay

from geomatch.core.errors import ParameterError
from pods.planner import PodClustering
from pods.planner.check.plan import check_plan
from pods.planner.program import Program
from tests.pods.planner.test_clustering import broken_rules, fitted
from tests.pods.planner.towns import TownCase, towns

LOW, HIGH = 3, 5


def churned(seed: int, homes: int, joining: int, wrong: int) -> tuple[np.ndarray, np.ndarray]:
    """A small town planned once, then some join and some are filed under the wrong pod."""
    random = np.random.default_rng(seed)
    points = random.random((homes, 2)) * 300
    current = PodClustering(LOW, HIGH, 4, effort="fast").fit(points).labels_
    beside = random.integers(homes)
    new = points[beside] + random.random((joining, 2)) * 20
    current = np.append(current, np.full(joining, -1))
    strays = random.choice(homes, wrong, replace=False)
    current[strays] = random.integers(-1, current.max() + 1, wrong)
    return np.vstack([points, new]), current


def exact(points: np.ndarray, current: np.ndarray, budget: float = np.inf) -> tuple[int, int]:
    """Households left out and moves at least, by choosing among all connected pods there can be."""
    n = len(points)
    near = np.eye(n, dtype=bool)
    for triangle in Delaunay(points).simplices:
        for a, b in itertools.permutations(triangle, 2):
            near[a, b] = True
    numbers = sorted(set(current[current >= 0].tolist()))
    columns, costs, moves = [], [], []
    for count in range(LOW, HIGH + 1):
        for pod in itertools.combinations(range(n), count):
            rows = list(pod)
            reached, inside = {rows[0]}, set(rows)
            while more := {b for a in reached for b in inside - reached if near[a, b]}:
                reached |= more
            if len(reached) < count:
                continue
            known = int((current[rows] >= 0).sum())
            stays = {p: int((current[rows] == p).sum()) for p in numbers}
            for name in [p for p in numbers if stays[p]] + [None]:
                column = np.zeros(n + len(numbers))
                column[rows] = 1
                if name is not None:
                    column[n + numbers.index(name)] = 1
                columns.append(column)
                moves.append(known - stays.get(name, 0))
                costs.append(moves[-1] - 1000 * count)
    top = np.ones(n + len(numbers))
    found = milp(
        np.array(costs, dtype=float),
        integrality=np.ones(len(costs)),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(np.array(columns).T, -np.inf, top),
            LinearConstraint(np.array([moves]), -np.inf, budget),
        ],
    )
    chosen = found.x > 0.5
    placed = sum(int(np.array(columns)[k][:n].sum()) for k in np.flatnonzero(chosen))
    return n - placed, int(np.array(moves)[chosen].sum())


@settings(max_examples=8, deadline=None)
@given(
    st.integers(0, 10**6), st.integers(7, 10), st.integers(0, 2), st.integers(0, 3), st.booleans()
)
def test_small_towns_move_as_few_as_an_exact_model_says(
    seed: int, homes: int, joining: int, wrong: int, newcomers_only: bool
) -> None:
    points, current = churned(seed, homes, joining, 0 if newcomers_only else wrong)
    assume((current >= 0).any())
    left_out, moves = exact(points, current)
    pods = PodClustering(LOW, HIGH, 4, move_price_m=1e12).fit(points, current=current)
    assert (len(pods.unplaced_), pods.moves_) == (left_out, moves)
    assert pods.moves_needed_ == pods.moves_lower_bound_ == moves
    for budget in range(moves):
        short = PodClustering(LOW, HIGH, 4, max_moves=budget).fit(points, current=current)
        assert len(short.unplaced_) == exact(points, current, budget)[0]
        assert short.moves_ <= budget
        assert short.moves_needed_ == moves


def test_pods_mended_one_by_one_move_as_few_and_the_bound_says_nearly_as_many() -> None:
    """As in a county, where no program sees the whole town."""
    fewest = found = proven = 0
    for seed in range(16):
        points, current = churned(seed, homes=14, joining=2, wrong=2)
        left_out, moves = exact(points, current)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("pods.planner.rebalance.repair.WHOLE_TOWN", 0)
            pods = PodClustering(LOW, HIGH, 4, move_price_m=1e12).fit(points, current=current)
        assert len(pods.unplaced_) == left_out
        assert pods.moves_lower_bound_ <= moves <= pods.moves_needed_ == pods.moves_
        fewest += moves
        found += pods.moves_
        proven += pods.moves_lower_bound_
    assert found == fewest
    assert proven >= 0.9 * fewest


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns(max_homes=22), st.integers(0, 8), st.integers(0, 10**6))
def test_every_hard_rule_is_kept_in_strange_towns(case: TownCase, most: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    if case.current is None:  # a plan of the town as it was, a few filed wrongly, some new
        case.current = fitted(case, effort="fast").labels_
        strays = random.random(len(case.points)) < 0.1
        case.current[strays] = random.integers(-1, 5, strays.sum())
        case.locked = random.random(len(case.points)) < 0.05
    pods = fitted(case, effort="fast", max_moves=most)
    assert broken_rules(case, pods) == []
    assert pods.moves_ <= most
    assert pods.moves_lower_bound_ <= pods.moves_


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns(max_homes=40), st.integers(0, 8), st.integers(0, 10**6))
def test_no_more_move_than_allowed_when_no_program_sees_the_whole_town(
    case: TownCase, most: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    case.current = fitted(case, effort="fast").labels_
    strays = random.random(len(case.points)) < 0.2  # and so buildings are split between pods
    case.current[strays] = random.integers(-1, 5, strays.sum())
    case.locked = random.random(len(case.points)) < 0.05
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pods.planner.rebalance.repair.WHOLE_TOWN", 0)
        pods = fitted(case, effort="fast", max_moves=most)
    assert broken_rules(case, pods) == []
    assert pods.moves_lower_bound_ <= pods.moves_ <= most


def row_of_houses(homes: int = 208) -> tuple[np.ndarray, np.ndarray]:
    """A long street in pods of 13 that nobody would draw anew just so."""
    points = np.column_stack([np.arange(homes) * 20.0, np.zeros(homes)])
    return points, (np.arange(homes) + 5) // 13


def test_a_building_split_between_pods_waits_until_its_moves_are_allowed() -> None:
    points, current = row_of_houses()
    flats = [44, 45, 46]  # at the end of pod 3
    points[flats], building = points[45], np.full(len(points), -1)
    building[flats], current[44] = 7, 12
    plans = {
        most: PodClustering(effort="fast", max_moves=most).fit(
            points, current=current, buildings=building
        )
        for most in (0, 1)
    }
    assert [plan.moves_ for plan in plans.values()] == [0, 1]
    left_out = {one.index: one.code for one in plans[0].unplaced_}
    assert left_out == dict.fromkeys(flats, "too_few_moves")
    assert plans[1].unplaced_ == []
    assert set(plans[1].labels_[flats].tolist()) == {3}


def test_a_pod_whose_middle_must_wait_is_not_left_in_two_pieces() -> None:
    points, current = row_of_houses()
    flats = [38, 39, 40]  # in the middle of pod 3
    points[flats], building = points[39], np.full(len(points), -1)
    building[flats], current[38] = 7, 12
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "pods.planner.rebalance.repair.fewest_moves", lambda *asked: None
        )  # no way is found
        pods = PodClustering(effort="fast", max_moves=0).fit(
            points, current=current, buildings=building
        )
    assert pods.moves_ == pods.moves_lower_bound_ == 0
    assert set(flats) < {one.index for one in pods.unplaced_}
    broken = check_plan(
        points, pods.labels_, buildings=building, explained=[u.index for u in pods.unplaced_]
    )
    assert broken == []


def test_a_pod_too_large_is_parted_and_nobody_else_moves() -> None:
    """A tower as large as a pod may be, filed with twelve houses."""
    points, current = row_of_houses()
    tower = np.tile(points[100] + [0.0, 5.0], (30, 1))
    houses = np.arange(94, 106)
    current[houses] = 99
    building = np.append(np.full(len(points), -1), np.full(30, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "pods.planner.rebalance.repair.fewest_moves", lambda *asked: None
        )  # no way is found
        pods = PodClustering(effort="fast", move_price_m=1e12).fit(
            np.vstack([points, tower]), current=np.append(current, np.full(30, 99)),
            buildings=building,
        )  # fmt: skip
    assert pods.unplaced_ == []
    assert pods.moves_ == pods.moves_needed_ == 12
    assert set(pods.labels_[-30:].tolist()) == {99}
    assert (pods.labels_[: len(points)] != current).nonzero()[0].tolist() == houses.tolist()


def grown(homes: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """A town some time after it was planned: too large for one program."""
    random = np.random.default_rng(4)
    side = np.sqrt(homes) * 30
    points = random.random((homes, 2)) * side
    current = PodClustering(effort="fast").fit(points).labels_
    stay = random.random(homes) > 0.1
    new = np.vstack([random.random((20, 2)) * side, random.random((25, 2)) * 60 + side / 2])
    points, current = points[stay], current[stay]
    current[:4] = current[[50, 80, 110, 140]]  # moved house
    return np.vstack([points, new]), np.append(current, np.full(len(new), -1))


def test_a_grown_town_is_mended_first_and_then_made_shorter_with_what_is_left() -> None:
    points, current = grown()
    plans = {}
    for most in (0, 12, 40):
        pods = PodClustering(effort="fast", max_moves=most).fit(points, current=current)
        unplaced = [u.index for u in pods.unplaced_]
        broken = check_plan(
            points,
            pods.labels_,
            objective=pods.objective_,
            lower_bound=pods.lower_bound_,
            explained=unplaced,
        )
        assert broken == []
        assert pods.moves_ <= most
        assert pods.moves_lower_bound_ <= pods.moves_
        plans[most] = pods
    needed = plans[0].moves_needed_
    assert 4 <= needed <= 8
    assert {u.code for u in plans[0].unplaced_} == {"too_few_moves"}
    assert f"allow {needed} moves" in plans[0].unplaced_[0].reason
    assert plans[12].unplaced_ == []
    assert plans[40].objective_ < plans[12].objective_
    again = PodClustering(effort="fast", max_moves=12).fit(points, current=current)
    assert again.labels_.tobytes() == plans[12].labels_.tobytes()


def test_a_price_stops_moves_that_save_less() -> None:
    points, current = grown()
    moves = [
        PodClustering(effort="fast", move_price_m=price).fit(points, current=current).moves_
        for price in (1e12, 5.0)
    ]
    assert 4 <= moves[0] <= 8
    assert moves[0] < moves[1]


def test_whole_blocks_are_not_asked_for_where_the_current_pods_are_chaos() -> None:
    """They would take hours: 800 homes, three in ten filed anywhere, were not done in minutes."""
    points, current = grown(500)
    random = np.random.default_rng(8)
    wrong = np.flatnonzero((random.random(len(points)) < 0.4) & (current >= 0))
    current[wrong] = random.integers(current.max() + 1, size=len(wrong))
    asked: list[int] = []
    solved = Program.solved

    def spied(self: Program, whole: np.ndarray, *, most_nodes: int) -> object:
        asked.append(len(whole))
        return solved(self, whole, most_nodes=most_nodes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Program, "solved", spied)
        pods = PodClustering(effort="fast", max_moves=len(points)).fit(points, current=current)
    assert set(asked) == {0}
    assert len(wrong) / 2 < pods.moves_lower_bound_ <= pods.moves_


def test_an_overfull_pod_passes_one_neighbour_along_a_row_of_full_pods() -> None:
    """On a street only the pod at the end has room: each pod on the way gives one and takes one."""
    street = np.column_stack([np.arange(16) * 20.0, np.zeros(16)])
    current = np.repeat([0, 1, 2, 3], [5, 4, 4, 3])
    pods = PodClustering(3, 4, 4, max_moves=16).fit(street, current=current)
    assert (pods.moves_, pods.moves_needed_, pods.moves_lower_bound_) == (3, 3, 3)
    assert pods.labels_.tolist() == np.repeat([0, 1, 2, 3], 4).tolist()
    short = PodClustering(3, 4, 4, max_moves=2).fit(street, current=current)
    assert (short.moves_, len(short.unplaced_)) == (0, 1)
    assert "with 2 moves of other homes" in short.unplaced_[0].reason
    assert "allow 3 moves" in short.unplaced_[0].reason


def test_a_pod_that_lost_too_many_is_kept_or_dissolved_whichever_moves_fewer() -> None:
    street = np.column_stack([np.arange(12) * 20.0, np.zeros(12)])
    for small, numbers in ((1, {1, 2}), (2, {0, 1, 2})):
        current = np.repeat([0, 1, 2], [small, 6, 6])[:12]
        pods = PodClustering(3, 7, 5, max_moves=5).fit(street[: len(current)], current=current)
        assert pods.moves_ == pods.moves_lower_bound_ == 1
        assert set(pods.labels_) == numbers


def test_newcomers_on_a_new_island_make_pods_of_their_own_with_new_numbers() -> None:
    street = np.column_stack([np.arange(12) * 20.0, np.zeros(12)])
    points = np.vstack([street, street + np.array([0, 500])])
    current = np.append(np.repeat([0, 7], 6), np.full(12, -1))
    channel = shapely.LineString([(-999, 250), (999, 250)])
    pods = PodClustering(5, 7, 6, max_moves=0).fit(points, current=current, barriers=[channel])
    assert pods.labels_[:12].tolist() == current[:12].tolist()
    assert set(pods.labels_[12:]) == {1, 2}
    assert pods.moves_ == 0


def test_two_point_people_in_one_pod_part_and_locked_neighbours_stay() -> None:
    points = np.random.default_rng(1).random((24, 2)) * 200
    current = PodClustering(5, 9, 6, effort="fast").fit(points).labels_
    led = np.zeros(24, dtype=bool)
    led[np.flatnonzero(current == 0)[:2]] = True
    locked = current == 1
    pods = PodClustering(5, 9, 6, max_moves=6).fit(
        points, current=current, point_person=led, locked=locked
    )
    assert pods.unplaced_ == []
    assert len(set(pods.labels_[led])) == 2
    assert (pods.labels_[locked] == 1).all()
    assert pods.moves_lower_bound_ >= 1


@pytest.mark.parametrize(
    "parameters", [{"max_moves": -1}, {"max_moves": 2.5}, {"move_price_m": -1}]
)
def test_what_cannot_be_used_is_refused(parameters: dict[str, object]) -> None:
    points = np.random.default_rng(0).random((9, 2))
    with pytest.raises(ParameterError, match=next(iter(parameters))):
        PodClustering(**parameters).fit(points, current=np.zeros(9))


def test_without_current_pods_a_plan_is_made_as_ever() -> None:
    points = np.random.default_rng(0).random((40, 2)) * 100
    plain = PodClustering(effort="fast").fit(points)
    pods = PodClustering(effort="fast", max_moves=3).fit(points, current=np.full(40, -1))
    assert pods.labels_.tolist() == plain.labels_.tolist()
    assert pods.moves_ == pods.moves_lower_bound_ == 0
