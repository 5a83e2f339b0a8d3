"""Find a place for whoever the first plan left out, by making room next door."""

from __future__ import annotations

import numpy as np

from geomatch.core.arrays import Ints
from pods.planner.jit import compiled, inner
from pods.planner.search.kernels import FORBIDDEN, cut_in_two
from pods.planner.search.plan import (
    Plan,
    add,
    adjacent_pods,
    at_site,
    clear,
    cost_as_one,
    insert,
    members,
    recost,
)
from pods.planner.search.subproblem import make_patch
from pods.planner.town.town import TownArrays


@compiled
def rescue_unplaced(town: TownArrays, plan: Plan, low: int, high: int) -> int:
    """Place unplaced blocks with their neighbours; return how many.

    A block joins the pod next door that grows least by it. Where none has room (or each has its
    point person already), it and a pod next door are cut in two, or it and two neighbouring pods
    are. Locked blocks are left to the first plan, which keeps them together.
    """
    placed = 0
    seen = np.full(len(plan.head), -1)
    found = np.empty(len(plan.head), np.int64)
    further = np.empty(len(plan.head), np.int64)
    stamp = 0
    for block in range(len(plan.label)):
        if plan.label[block] >= 0 or town.lock[block] >= 0 or town.size[block] > high:
            continue
        stamp += 1
        count = pods_beside(town, plan, block, seen, stamp, found)
        if join_best(town, plan, block, found, count, high):
            placed += 1
            continue
        for k in range(count):
            spare = unused_pod(plan)
            if spare >= 0 and recut_with(town, plan, block, found[k], spare, low, high):
                placed += 1
                break
            stamp += 1
            done = False
            for other in range(adjacent_pods(town, plan, found[k], seen, stamp, further)):
                if recut_with(town, plan, block, found[k], further[other], low, high):
                    done = True
                    break
            if done:
                placed += 1
                break
    return placed


@inner
def pods_beside(
    town: TownArrays, plan: Plan, block: int, seen: Ints, stamp: int, found: Ints
) -> int:
    """Pods at the node of a block or at neighbouring nodes."""
    count = 0
    node = town.node[block]
    for q in range(town.node_ptr[node] - 1, town.node_ptr[node + 1]):
        other = node if q < town.node_ptr[node] else town.node_neighbour[q]
        for r in range(town.node_block_ptr[other], town.node_block_ptr[other + 1]):
            pod = plan.label[town.node_block[r]]
            if pod >= 0 and seen[pod] != stamp:
                seen[pod] = stamp
                found[count] = pod
                count += 1
    return count


@inner
def unused_pod(plan: Plan) -> int:
    """First unused pod, -1 when there is none."""
    for pod in range(len(plan.head)):
        if plan.head[pod] < 0:
            return pod
    return -1


@inner
def blocks_with(plan: Plan, pods: Ints, block: int) -> Ints:
    """Blocks of some pods and one more, ascending."""
    already = members(plan, pods)
    together = np.empty(len(already) + 1, np.int64)
    for t in range(len(already)):
        together[t] = already[t]
    insert(together, len(already), block)
    return together


@inner
def join_best(town: TownArrays, plan: Plan, block: int, found: Ints, count: int, high: int) -> bool:
    """Let a block join the pod that grows least, of those with room."""
    best, chosen = np.inf, -1
    for k in range(count):
        pod = found[k]
        led = town.leader[block] >= 0 and plan.leader[pod] >= 0
        if led or plan.size[pod] + town.size[block] > high:
            continue
        more = cost_as_one(town, blocks_with(plan, np.array([pod]), block)) - plan.cost[pod]
        if more < best:
            best, chosen = more, pod
    if chosen >= 0:
        add(town, plan, block, chosen)
        recost(town, plan, chosen)
    return chosen >= 0


@inner
def recut_with(
    town: TownArrays, plan: Plan, block: int, one: int, two: int, low: int, high: int
) -> bool:
    """Cut a block and two pods (or one and an unused one) into two pods, if the rules allow it.

    The point person's home of a block without a pod becomes the second pod's, where that has none.
    """
    size = plan.size[one] + plan.size[two] + town.size[block]
    if size > 2 * high or size < 2 * low:
        return False
    leader = town.leader[block]
    if leader >= 0 and plan.leader[one] >= 0 and plan.leader[two] >= 0:
        return False
    blocks = blocks_with(plan, np.array([one, two]), block)
    patch = make_patch(town, blocks)
    to_one = leader >= 0 and plan.leader[two] >= 0
    extra = np.zeros((2, len(blocks)))
    for t in range(len(blocks)):
        if town.lock[blocks[t]] >= 0 or town.leader[blocks[t]] >= 0:
            mine = to_one if blocks[t] == block else plan.label[blocks[t]] == one
            extra[1 if mine else 0, t] = FORBIDDEN
    first, second = plan.leader[one], plan.leader[two]
    if leader >= 0 and to_one:
        first = leader
    elif leader >= 0:
        second = leader
    leaders = np.array([at_site(patch, first), at_site(patch, second)])
    side = np.empty(len(blocks), np.int64)
    cost = np.empty(2)
    if cut_in_two(patch, extra, leaders, low, high, np.inf, side, cost) == np.inf:
        return False
    clear(plan, one)
    clear(plan, two)
    for t in range(len(blocks) - 1, -1, -1):
        add(town, plan, blocks[t], one if side[t] == 0 else two)
    plan.cost[one], plan.cost[two] = cost[0], cost[1]
    return True
