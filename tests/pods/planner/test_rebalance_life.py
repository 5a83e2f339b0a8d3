"""The life of a network: people join, leave and move house, and pods are rebalanced each time."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pods.planner import PodClustering
from pods.planner.check.plan import check_plan

LOW, HIGH, TARGET = 3, 8, 5
MOST = 60  # homes: each step plans anew


class Network(RuleBasedStateMachine):
    """Households with a place, a pod (-1 for newcomers), and perhaps a point person."""

    @initialize(seed=st.integers(0, 10**6), homes=st.integers(12, 45))
    def found(self, seed: int, homes: int) -> None:
        self.random = np.random.default_rng(seed)
        self.points = self.random.random((homes, 2)) * 400
        self.led = np.zeros(homes, dtype=bool)
        self.pods = PodClustering(LOW, HIGH, TARGET, effort="fast").fit(self.points)
        self.current = self.pods.labels_.copy()

    def rebalance(self, most: int) -> PodClustering:
        self.pods = PodClustering(LOW, HIGH, TARGET, effort="fast", max_moves=most).fit(
            self.points, current=self.current, point_person=self.led
        )
        assert self.pods.moves_lower_bound_ <= self.pods.moves_ <= most
        before, self.current = self.current, self.pods.labels_.copy()
        known = (before >= 0) & (self.current >= 0)
        assert (before != self.current)[known].sum() == self.pods.moves_
        return self.pods

    def everybody_has_a_pod(self) -> bool:
        return bool((self.current >= 0).all())

    @precondition(lambda self: len(self.points) < MOST)
    @rule(at=st.tuples(st.floats(0, 400), st.floats(0, 400)))
    def one_joins(self, at: tuple[float, float]) -> None:
        settled, before = self.everybody_has_a_pod(), self.current.copy()
        self.points = np.vstack([self.points, at])
        self.led, self.current = np.append(self.led, False), np.append(self.current, -1)
        pods = self.rebalance(0)
        graph = pods.graph_
        adjacency = graph.adjacency(firm_only=True)
        node = graph.node_of[-1]
        near = {*adjacency.indices[adjacency.indptr[node] : adjacency.indptr[node + 1]], node}
        beside = {int(before[i]) for i in range(len(before)) if graph.node_of[i] in near}
        if settled and any(0 < (before == pod).sum() < HIGH for pod in beside if pod >= 0):
            assert self.current[-1] >= 0
        if settled and self.current[-1] >= 0:
            assert self.current[:-1].tolist() == before.tolist()

    @precondition(lambda self: len(self.points) < MOST - 12)
    @rule(
        at=st.tuples(st.floats(0, 400), st.floats(0, 400)),
        homes=st.integers(2, 12),
        most=st.integers(0, 6),
    )
    def a_house_is_built(self, at: tuple[float, float], homes: int, most: int) -> None:
        self.points = np.vstack([self.points, np.array(at) + self.random.random((homes, 2)) * 9])
        self.led = np.append(self.led, np.zeros(homes, dtype=bool))
        self.current = np.append(self.current, np.full(homes, -1))
        self.rebalance(most)

    @precondition(lambda self: len(self.points) > 14)
    @rule(homes=st.integers(1, 4), most=st.integers(0, 6))
    def some_leave(self, homes: int, most: int) -> None:
        stay = np.ones(len(self.points), dtype=bool)
        stay[self.random.choice(len(stay), homes, replace=False)] = False
        self.points, self.led, self.current = self.points[stay], self.led[stay], self.current[stay]
        self.rebalance(most)

    @rule(most=st.integers(0, 6))
    def one_moves_house(self, most: int) -> None:
        self.points[self.random.integers(len(self.points))] = self.random.random(2) * 400
        self.rebalance(most)

    @rule(most=st.integers(0, 6))
    def a_point_person_is_named(self, most: int) -> None:
        self.led[self.random.integers(len(self.led))] ^= True
        self.rebalance(most)

    @precondition(lambda self: self.everybody_has_a_pod())
    @rule(most=st.integers(1, 6))
    def with_more_moves_walks_are_never_longer(self, most: int) -> None:
        before, standing = self.current.copy(), self.objective()
        assert self.rebalance(0).labels_.tolist() == before.tolist()
        assert self.rebalance(most).objective_ <= standing * (1 + 1e-9)
        assert self.everybody_has_a_pod()

    def objective(self) -> float:
        return self.pods.objective_

    @invariant()
    def no_rule_is_broken(self) -> None:
        if not hasattr(self, "pods"):
            return
        broken = check_plan(
            self.points,
            self.current,
            min_size=LOW,
            max_size=HIGH,
            point_person=self.led,
            objective=self.pods.objective_,
            lower_bound=self.pods.lower_bound_,
            explained=[unplaced.index for unplaced in self.pods.unplaced_],
        )
        assert broken == []


TestNetwork = Network.TestCase
TestNetwork.settings = settings(
    max_examples=8,
    stateful_step_count=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
