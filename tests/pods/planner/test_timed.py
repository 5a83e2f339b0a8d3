"""Seconds as an effort, by a clock of our own."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from pods.planner import PodClustering, clustering
from pods.planner.check.plan import check_plan
from pods.planner.tiling.anytime import PLAN_SHARE, UntilShare
from pods.planner.watch import Watch


class Clock:
    """Moves on by one second each time somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    ours = Clock()
    monkeypatch.setattr(clustering, "Watch", partial(Watch, clock=ours))
    return ours


POINTS = np.random.default_rng(2).random((160, 2)) * 900.0


def test_a_watch_knows_the_share_of_its_seconds() -> None:
    now = [100.0]
    watch = Watch(seconds=8, clock=lambda: now[0])
    quarter = UntilShare(watch, 0.25)
    assert (watch.spent(), watch.left(), quarter.look()) == (0.0, 8.0, True)
    assert (quarter.left(), UntilShare(Watch(), 0.25).left()) == (2.0, np.inf)
    now[0] = 102.0
    assert (watch.spent(), watch.left(), quarter.look()) == (0.25, 6.0, False)
    assert (quarter.left(), UntilShare(watch, 0.5).left()) == (0.0, 2.0)
    assert watch.look()
    now[0] = 109.0
    assert (watch.spent(), watch.left(), watch.look()) == (1.0, 0.0, False)
    assert (Watch().spent(), Watch().left()) == (0.0, np.inf)


def test_no_seconds_still_give_a_whole_plan() -> None:
    pods = PodClustering(seconds=0).fit(POINTS)
    assert pods.n_pods_ > 1
    assert check_plan(POINTS, pods.labels_, objective=pods.objective_) == []
    assert pods.lower_bound_ <= pods.objective_


def test_seconds_are_used_and_never_lose(clock: Clock) -> None:
    shares: list[float] = []
    short = PodClustering(seconds=20).fit(POINTS)
    long = PodClustering(seconds=1500, progress=shares.append).fit(POINTS)
    assert long.objective_ < short.objective_
    assert long.lower_bound_ <= long.objective_
    assert check_plan(POINTS, long.labels_, objective=long.objective_) == []
    assert clock.now > PLAN_SHARE * 1500
    assert max(shares) > 0.5
    assert all(0 <= share <= 1 for share in shares)


def test_seconds_can_be_cut_short(clock: Clock) -> None:
    pods = PodClustering(seconds=1e9, progress=lambda share: False).fit(POINTS)
    assert check_plan(POINTS, pods.labels_, objective=pods.objective_) == []
    assert clock.now < 10_000


def test_who_fits_no_pod_is_still_told_why() -> None:
    pods = PodClustering(seconds=0).fit(np.array([[0.0, 0.0], [9.0, 0.0]]))
    assert [unplaced.code for unplaced in pods.unplaced_] == ["too_few_neighbours"] * 2
