"""Improve a plan by moves that keep every rule: recut pairs, and trade a split for a merge."""

from __future__ import annotations

import numpy as np

from geomatch.core.arrays import Bools, Floats, Ints
from pods.planner.search.insertion import rescue_unplaced
from pods.planner.search.plan import Plan, merge, new_plan, split, survey, sweep
from pods.planner.town.town import Limits, Town
from pods.planner.watch import Watch


def wanted_pods(town: Town, labels: Ints, limits: Limits) -> Ints:
    """(parts,) number of pods each part should have for who is placed in it."""
    arrays = town.arrays
    placed = labels >= 0
    top = int(arrays.part.max(initial=-1)) + 1
    total = np.bincount(arrays.part[placed], arrays.size[placed], top)
    led = np.bincount(arrays.part[placed], arrays.leader[placed] >= 0, top)
    held = np.unique(
        np.column_stack([arrays.part, arrays.lock])[placed & (arrays.lock >= 0)], axis=0
    )
    locks = np.bincount(held[:, 0], minlength=top)
    wanted = [limits.pods_for(int(size)) if size else 0 for size in total]
    return np.maximum(wanted, np.maximum(led, locks)).astype(np.int64)


def pods_per_part(town: Town, labels: Ints) -> Ints:
    """(parts,) number of pods a plan has in each part."""
    part = town.arrays.part
    first = np.unique(labels, return_index=True)[1]
    return np.bincount(part[first[labels[first] >= 0]], minlength=int(part.max(initial=-1)) + 1)


def improved(
    town: Town,
    labels: Ints,
    limits: Limits,
    rounds: int,
    watch: Watch,
    wanted: Ints | None = None,
    unsettled: Bools | None = None,
) -> Ints:
    """Return better labels.

    Parameters
    ----------
    town, labels, limits
        The town, (m,) pods of its blocks, and the size limits.
    rounds
        Most rounds of trades of splits for merges.
    watch
        Asked between rounds whether to go on.
    wanted
        (parts,) number of pods in each part; by default what the target size asks for.
    unsettled
        (m,) blocks whose pods are worth recutting; by default all.
    """
    if not len(labels) or labels.max() < 0:
        return labels
    plan = new_plan(town, labels)
    if unsettled is not None:
        plan.stale[:] = False
        plan.stale[labels[unsettled & (labels >= 0)]] = True
    going = True
    while going:
        going = _settle(town, plan, limits, watch)
        if not rescue_unplaced(town.arrays, plan, limits.min_size, limits.max_size):
            break
    if wanted is None:
        wanted = wanted_pods(town, plan.label, limits)
    prices = _Prices(len(plan.head))
    while going and rounds > 0:
        prices.renew(town, plan, limits)
        if not _trade(town, plan, limits, wanted, prices):
            break
        sweep(town.arrays, plan, limits.min_size, limits.max_size)
        rounds -= 1
        going = watch()
    if going:
        _settle(town, plan, limits, watch)
    return plan.label.copy()


def _settle(town: Town, plan: Plan, limits: Limits, watch: Watch) -> bool:
    """Recut pairs until nothing changes; False when told to stop."""
    while sweep(town.arrays, plan, limits.min_size, limits.max_size):
        if not watch():
            return False
    return True


class _Prices:
    """What each pod gains when split, and loses when merged with its best neighbour."""

    def __init__(self, capacity: int) -> None:
        self.gain = np.full(capacity, -np.inf)
        self.loss = np.full(capacity, np.inf)
        self.partner = np.full(capacity, -1)
        self._known = np.full(capacity, -1)

    def renew(self, town: Town, plan: Plan, limits: Limits) -> None:
        due = plan.version != self._known
        survey(
            town.arrays, plan, due, self.gain, self.loss, self.partner,
            limits.min_size, limits.max_size,
        )  # fmt: skip
        self._known[:] = plan.version


def _trade(town: Town, plan: Plan, limits: Limits, wanted: Ints, prices: _Prices) -> int:
    """Split where it gains most and merge where it costs least, part by part; return how many.

    The number of pods moves towards the wanted number, and stays there: after that every split is
    paid for by a merge that loses less than the split gains.
    """
    arrays = town.arrays
    used = np.flatnonzero(plan.used)
    part = np.full(len(plan.head), -1)
    part[used] = arrays.part[plan.head[used]]
    have = np.bincount(part[used], minlength=len(wanted))
    spare = list(np.flatnonzero(~plan.used)[::-1])
    busy = np.zeros(len(plan.head), dtype=bool)
    trades = 0
    for number in np.unique(part[used]):
        mine = used[part[used] == number]
        splits = _best_first(mine, -prices.gain[mine])
        merges = _best_first(mine, prices.loss[mine])
        lack = int(wanted[number] - have[number])
        trades += _trade_in_part(town, plan, limits, prices, splits, merges, lack, spare, busy)
    return trades


def _best_first(pods: Ints, price: Floats) -> list[int]:
    pods, price = pods[np.isfinite(price)], price[np.isfinite(price)]
    return [int(pod) for pod in pods[np.lexsort((pods, price))]]


def _trade_in_part(
    town: Town,
    plan: Plan,
    limits: Limits,
    prices: _Prices,
    splits: list[int],
    merges: list[int],
    lack: int,
    spare: list[int],
    busy: Bools,
) -> int:
    arrays, low, high = town.arrays, limits.min_size, limits.max_size

    def next_split() -> int:
        return next((pod for pod in splits if not busy[pod]), -1)

    def next_merge(apart_from: int) -> int:
        return next(
            (
                pod
                for pod in merges
                if not (busy[pod] or busy[prices.partner[pod]])
                and apart_from not in (pod, prices.partner[pod])
            ),
            -1,
        )

    done = 0
    while True:
        cut = next_split() if lack >= 0 and spare else -1
        join = next_merge(cut) if lack <= 0 else -1
        if lack > 0:
            enough = cut < 0
        elif lack < 0:
            enough = join < 0
        else:
            enough = cut < 0 or join < 0 or prices.gain[cut] <= prices.loss[join]
        if enough:
            return done
        if cut >= 0:
            new = int(spare.pop())
            split(arrays, plan, cut, new, low, high)
            busy[cut] = busy[new] = True
            lack -= lack > 0
        if join >= 0:
            other = int(prices.partner[join])
            merge(arrays, plan, join, other)
            busy[join] = busy[other] = True
            lack += lack < 0
        done += 1
