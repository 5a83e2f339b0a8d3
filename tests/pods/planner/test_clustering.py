from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from pods.planner import PodClustering
from pods.planner.check import check_plan
from tests.pods.planner.towns import TownCase, towns


def fitted(case: TownCase, **parameters: object) -> PodClustering:
    low, high, target = case.limits
    pods = PodClustering(low, high, target, size_by=case.size_by, **parameters)
    return pods.fit(case.points, **case.fit_arguments())


def broken_rules(case: TownCase, pods: PodClustering) -> list[object]:
    return check_plan(
        case.points,
        pods.labels_,
        min_size=case.limits[0],
        max_size=case.limits[1],
        size=case.size,
        weight=case.size,
        buildings=case.buildings,
        barriers=case.barriers,
        crossings=case.crossings,
        current=case.current,
        locked=case.locked,
        point_person=case.point_person,
        objective=pods.objective_,
        lower_bound=pods.lower_bound_,
        explained=[unplaced.index for unplaced in pods.unplaced_],
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_every_hard_rule_is_kept_in_strange_towns(case: TownCase) -> None:
    assert broken_rules(case, fitted(case)) == []
