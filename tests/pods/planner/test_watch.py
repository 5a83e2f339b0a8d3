from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from pods.planner.watch import Watch


def test_it_stops_by_the_clock_it_is_given() -> None:
    now = 0.0
    watch = Watch(seconds=10.0, clock=lambda: now)
    assert watch()
    now = 9.9
    assert watch()
    now = 10.0
    assert not watch()


def test_progress_is_told_only_in_the_thread_that_asked_for_it() -> None:
    tellers: set[int] = set()
    watch = Watch(progress=lambda share: tellers.add(threading.get_ident()), steps=40)
    with ThreadPoolExecutor(2) as pool:
        done = watch.gathered([pool.submit(watch) for _ in range(40)])
    assert done == [True] * 40
    assert tellers == {threading.get_ident()}


def test_the_share_grows_and_never_reaches_the_end() -> None:
    shares: list[float] = []
    watch = Watch(progress=shares.append, steps=10)
    for _ in range(100):
        watch()
    assert shares == sorted(shares)
    assert 0 < shares[0] <= 0.1
    assert 0.95 < shares[-1] < 1.0


def test_once_stopped_it_stays_stopped_in_every_thread() -> None:
    answers = iter([True, False, True])
    watch = Watch(progress=lambda share: next(answers, True))
    assert [watch(), watch(), watch()] == [True, False, False]
    with ThreadPoolExecutor(1) as pool:
        assert not pool.submit(watch.look).result()
