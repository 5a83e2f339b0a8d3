"""Pods proposed by prices: what the relaxed problem chooses is nearly a plan.

When the prices of the lower bound are good, the cheapest pods about each site are just those that a
good plan is made of; column generation rests on that (Barnhart and others 1998). The pods chosen in
the last rounds of the ascent are collected here, and those that keep every rule are offered to the
recombination (`recombine.py`), beside the pods of whole plans.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from geomatch.core.arrays import Floats, Ints
from pods.planner.jit import compiled
from pods.planner.search.kernels import best_medoid
from pods.planner.search.plan import Plan, at_site, members, new_plan
from pods.planner.search.subproblem import make_patch, pieces
from pods.planner.town.town import Town, TownArrays


class ProposedPods:
    """Collects the pods chosen in the last rounds of an ascent: those have the best prices."""

    def __init__(self, rounds: int) -> None:
        self._rounds: deque[tuple[Ints, Ints]] = deque(maxlen=rounds)

    def take(self, ptr: Ints, blocks: Ints) -> None:
        """Remember the pods of one round, given as CSR."""
        self._rounds.append((ptr, blocks))

    def valid(self, town: Town, low: int, high: int) -> list[tuple[Ints, float]]:
        """Return the blocks (ascending) and the cost of each distinct pod that keeps every rule."""
        if not self._rounds:
            return []
        ptr, blocks = _distinct(list(self._rounds), town.n_blocks)
        sort_columns(ptr, blocks)
        cost = column_costs(town.arrays, ptr, blocks, _lock_sizes(town.arrays), low, high)
        return [
            (blocks[ptr[k] : ptr[k + 1]], float(cost[k])) for k in np.flatnonzero(cost < np.inf)
        ]


def _distinct(rounds: list[tuple[Ints, Ints]], n_blocks: int) -> tuple[Ints, Ints]:
    """CSR of the pods of all rounds, each once.

    A pod is told by the sum of its blocks' random numbers; two that agree by chance, one in 2**64,
    cost no more than a proposal.
    """
    mark = np.random.default_rng(0).integers(2**64, size=n_blocks, dtype=np.uint64)
    blocks = np.concatenate([members for _, members in rounds])
    count = np.concatenate([np.diff(ptr) for ptr, _ in rounds])
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    key = np.add.reduceat(mark[blocks], start[:-1])
    kept = np.sort(np.unique(key, return_index=True)[1])
    ptr = np.concatenate([[0], np.cumsum(count[kept])]).astype(np.int64)
    at = np.repeat(start[kept] - ptr[:-1], count[kept]) + np.arange(ptr[-1])
    return ptr, np.ascontiguousarray(blocks[at])


def _lock_sizes(arrays: TownArrays) -> Ints:
    """(locks,) how many blocks each lock holds together."""
    return np.bincount(arrays.lock[arrays.lock >= 0]).astype(np.int64)


@compiled
def sort_columns(ptr: Ints, blocks: Ints) -> None:
    """Put the blocks of each column in ascending order, in place."""
    for k in range(len(ptr) - 1):
        for q in range(ptr[k] + 1, ptr[k + 1]):
            value, at = blocks[q], q
            while at > ptr[k] and blocks[at - 1] > value:
                blocks[at] = blocks[at - 1]
                at -= 1
            blocks[at] = value


@compiled
def column_costs(
    town: TownArrays, ptr: Ints, blocks: Ints, lock_size: Ints, low: int, high: int
) -> Floats:
    """Cost of each column as a pod, in units; infinite where it breaks a rule."""
    cost = np.full(len(ptr) - 1, np.inf)
    for k in range(len(ptr) - 1):
        mine = blocks[ptr[k] : ptr[k + 1]].copy()
        size, leaders, lock, held = 0, 0, -1, 0
        for t in range(len(mine)):
            size += town.size[mine[t]]
            leaders += town.leader[mine[t]] >= 0
            if town.lock[mine[t]] >= 0:
                held += 1 if lock in (-1, town.lock[mine[t]]) else len(town.lock)
                lock = town.lock[mine[t]]
        if size < low or size > high or leaders > 1 or (lock >= 0 and held != lock_size[lock]):
            continue
        patch = make_patch(town, mine)
        everyone = np.zeros(len(mine), np.int64)
        places = len(patch.near_ptr)
        if pieces(patch, everyone, 0, np.empty(places, np.int64), np.empty(places, np.int64)) == 1:
            leader = -1
            for t in range(len(mine)):
                leader = max(leader, town.leader[mine[t]])
            cost[k] = best_medoid(patch, everyone, 0, at_site(patch, leader))
    return cost


def walks(town: Town, labels: Ints) -> Floats:
    """(m,) what each block pays in a plan, in units; `labels` are pods 0..k-1, nobody left out."""
    walk = np.zeros(town.n_blocks)
    measure_walks(town.arrays, new_plan(town, labels, spare=0), walk)
    return walk


@compiled
def measure_walks(town: TownArrays, plan: Plan, walk: Floats) -> None:
    """Write what each block of a plan pays into `walk`."""
    for pod in range(len(plan.head)):
        mine = members(plan, np.array([pod]))
        patch = make_patch(town, mine)
        best, medoid = np.inf, 0
        for a in range(len(patch.sites)):
            total = 0.0
            for t in range(len(mine)):
                total += patch.cost[a, t]
            led = plan.leader[pod] < 0 or plan.leader[pod] == patch.sites[a]
            if led and total < best:
                best, medoid = total, a
        for t in range(len(mine)):
            walk[mine[t]] = patch.cost[medoid, t]
