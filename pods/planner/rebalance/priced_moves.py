"""Compiled moves of a plan that is being rebalanced: each household that changes pod has a price.

The same recuts of neighbouring pods as in `plan.py`, where a block pays its moves on top of its
distance. Slots of the plan are pods that are known by number (see `currentpods.py`), and what is
left of the allowed moves is counted in `room[0]`.
"""

from __future__ import annotations

import numpy as np

from geomatch.core.arrays import Ints
from pods.planner.jit import compiled, inner
from pods.planner.rebalance.current import CurrentPods, moves_if
from pods.planner.search.insertion import blocks_with, pods_beside
from pods.planner.search.kernels import cut_in_two
from pods.planner.search.plan import (
    Plan,
    add,
    adjacent_pods,
    at_site,
    cost_as_one,
    members,
    rebuild,
    recost,
    side_costs,
)
from pods.planner.search.subproblem import make_patch
from pods.planner.town.town import TownArrays

DEARER = 5
"""Times a cut that needs more moves than are left is tried again at twice the price."""


@compiled
def priced_sweep(
    town: TownArrays,
    plan: Plan,
    current: CurrentPods,
    price: float,
    room: Ints,
    low: int,
    high: int,
) -> int:
    """Recut every pair of neighbouring pods of which one is stale; return how many changed."""
    capacity = len(plan.head)
    was_stale = plan.stale.copy()
    plan.stale[:] = False
    seen = np.full(capacity, -1)
    found = np.empty(capacity, np.int64)
    changes = 0
    for one in range(capacity):
        if plan.head[one] < 0:
            continue
        count = adjacent_pods(town, plan, one, seen, one, found)
        for k in range(count):
            two = found[k]
            fresh = plan.stale[one] or plan.stale[two]
            due = was_stale[one] or was_stale[two]
            if not (fresh or (due and one < two)):
                continue
            dearer = price
            for _ in range(DEARER):
                outcome = priced_recut(town, plan, current, one, two, dearer, room, low, high)
                if outcome >= 0:
                    changes += outcome
                    break
                dearer = 2.0 * dearer + 1.0
    return changes


@inner
def priced_recut(
    town: TownArrays,
    plan: Plan,
    current: CurrentPods,
    one: int,
    two: int,
    price: float,
    room: Ints,
    low: int,
    high: int,
) -> int:
    """Cut two pods anew: 1 when that is better, 0 when not, -1 when it needs too many moves."""
    patch = make_patch(town, members(plan, np.array([one, two])))
    extra = side_costs(town, plan, patch, one, two)
    moves = 0
    for t in range(len(patch.size)):
        block = patch.blocks[t]
        extra[0, t] += price * moves_if(current, block, one)
        extra[1, t] += price * moves_if(current, block, two)
        moves += moves_if(current, block, plan.label[block])
    leaders = np.array([at_site(patch, plan.leader[one]), at_site(patch, plan.leader[two])])
    side = np.empty(len(patch.size), np.int64)
    cost = np.empty(2)
    limit = plan.cost[one] + plan.cost[two] + price * moves
    if cut_in_two(patch, extra, leaders, low, high, limit, side, cost) >= limit:
        return 0
    more = -moves
    for t in range(len(patch.size)):
        more += moves_if(current, patch.blocks[t], one if side[t] == 0 else two)
    if more > room[0]:
        return -1
    room[0] -= more
    rebuild(town, plan, patch, side, one, two, cost)
    return 1


@compiled
def join_beside(
    town: TownArrays,
    plan: Plan,
    current: CurrentPods,
    room: Ints,
    choices: int,
    low: int,
    high: int,
) -> int:
    """Let unplaced blocks join a pod next door that has room; return how many did.

    Only blocks with at most so many `choices` of pods, and only within the moves that are left.
    Pods that are too small come first, then the pod that grows least.
    """
    placed = 0
    seen = np.full(len(plan.head), -1)
    found = np.empty(len(plan.head), np.int64)
    for block in range(len(plan.label)):
        if plan.label[block] >= 0 or town.size[block] > high:
            continue
        count = pods_beside(town, plan, block, seen, block, found)
        options, best, chosen = 0, np.inf, -1
        for k in range(count):
            pod = found[k]
            led = town.leader[block] >= 0 and plan.leader[pod] >= 0
            strange = current.lock[block] >= 0 and current.lock[block] != pod
            full = plan.size[pod] + town.size[block] > high
            if led or strange or full or moves_if(current, block, pod) > room[0]:
                continue
            options += 1
            more = cost_as_one(town, blocks_with(plan, np.array([pod]), block)) - plan.cost[pod]
            if plan.size[pod] < low:
                more -= 2.0**45
            if more < best:
                best, chosen = more, pod
        if chosen >= 0 and options <= choices:
            room[0] -= moves_if(current, block, chosen)
            add(town, plan, block, chosen)
            recost(town, plan, chosen)
            placed += 1
    return placed
