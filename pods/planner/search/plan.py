"""A plan under way: who is in which pod, and the compiled moves that improve it.

Pods are linked lists of blocks (`head`, `next`), so a pod may hold any number of them. Every move
leaves a plan that keeps the hard rules.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geomatch.core.arrays import Bools, Floats, Ints
from pods.planner.jit import compiled, inner
from pods.planner.search.kernels import FORBIDDEN, best_medoid, cut_in_two
from pods.planner.search.subproblem import Patch, find, make_patch
from pods.planner.town.town import Town, TownArrays


class Plan(NamedTuple):
    """Pods 0..capacity-1, those of size -1 unused."""

    label: Ints  # (m,) pod of each block, -1 unplaced
    next: Ints  # (m,) next block of the same pod, -1 at the end
    head: Ints  # (capacity,) first block, -1 for an unused pod
    size: Ints  # (capacity,)
    cost: Floats  # (capacity,) in units
    leader: Ints  # (capacity,) site of the point person, -1 for none
    lock: Ints  # (capacity,) lock number, -1 for none
    stale: Bools  # (capacity,) changed since its neighbours were last looked at
    version: Ints  # (capacity,) counts the changes of a pod

    @property
    def used(self) -> Bools:
        return self.head >= 0


def new_plan(town: Town, labels: Ints, spare: int | None = None) -> Plan:
    """Start from labels 0..k-1 (-1 unplaced), with room for `spare` more pods."""
    k = int(labels.max(initial=-1)) + 1
    capacity = k + (k // 2 + 16 if spare is None else spare)
    plan = Plan(
        label=np.ascontiguousarray(labels, dtype=np.int64),
        next=np.full(len(labels), -1),
        head=np.full(capacity, -1),
        size=np.zeros(capacity, dtype=np.int64),
        cost=np.zeros(capacity),
        leader=np.full(capacity, -1),
        lock=np.full(capacity, -1),
        stale=np.ones(capacity, dtype=bool),
        version=np.zeros(capacity, dtype=np.int64),
    )
    fill(town.arrays, plan)
    return plan


@compiled
def fill(town: TownArrays, plan: Plan) -> None:
    """Complete a plan that has labels only."""
    for t in range(len(plan.label) - 1, -1, -1):
        if plan.label[t] >= 0:
            add(town, plan, t, plan.label[t])
    for pod in range(len(plan.head)):
        if plan.head[pod] >= 0:
            recost(town, plan, pod)


@inner
def add(town: TownArrays, plan: Plan, block: int, pod: int) -> None:
    """Put a block in a pod, cost aside."""
    plan.label[block] = pod
    plan.next[block] = plan.head[pod]
    plan.head[pod] = block
    plan.size[pod] += town.size[block]
    plan.leader[pod] = max(plan.leader[pod], town.leader[block])
    plan.lock[pod] = max(plan.lock[pod], town.lock[block])
    plan.stale[pod] = True
    plan.version[pod] += 1


@inner
def clear(plan: Plan, pod: int) -> None:
    """Empty a pod."""
    plan.head[pod] = -1
    plan.size[pod] = 0
    plan.cost[pod] = 0.0
    plan.leader[pod] = -1
    plan.lock[pod] = -1
    plan.stale[pod] = True
    plan.version[pod] += 1


@inner
def members(plan: Plan, pods: Ints) -> Ints:
    """Blocks of some pods, ascending."""
    count = 0
    for k in range(len(pods)):
        block = plan.head[pods[k]]
        while block >= 0:
            count += 1
            block = plan.next[block]
    blocks = np.empty(count, np.int64)
    count = 0
    for k in range(len(pods)):
        block = plan.head[pods[k]]
        while block >= 0:
            insert(blocks, count, block)
            count += 1
            block = plan.next[block]
    return blocks


@inner
def insert(ascending: Ints, count: int, value: int) -> None:
    """Put a value in its place among the first `count` of an array with room for it."""
    at = count
    while at > 0 and ascending[at - 1] > value:
        ascending[at] = ascending[at - 1]
        at -= 1
    ascending[at] = value


@inner
def cost_as_one(town: TownArrays, blocks: Ints) -> float:
    """Cost of blocks as one pod, whose medoid is its point person's home if it has one."""
    patch = make_patch(town, blocks)
    leader = -1
    for t in range(len(blocks)):
        leader = max(leader, town.leader[blocks[t]])
    everyone = np.zeros(len(blocks), np.int64)
    return best_medoid(patch, everyone, 0, at_site(patch, leader))


@inner
def at_site(patch: Patch, site: int) -> int:
    """Position of a site in a patch, -1 for none."""
    if site < 0:
        return -1
    return find(patch.sites, len(patch.sites), site)


@inner
def recost(town: TownArrays, plan: Plan, pod: int) -> None:
    """Bring a pod's cost up to date."""
    plan.cost[pod] = cost_as_one(town, members(plan, np.array([pod])))


@inner
def adjacent_pods(
    town: TownArrays, plan: Plan, pod: int, seen: Ints, stamp: int, found: Ints
) -> int:
    """Pods next to a pod (or at the same node), in order of discovery."""
    count = 0
    seen[pod] = stamp
    block = plan.head[pod]
    last_node = -1
    while block >= 0:
        node = town.node[block]
        if node != last_node:
            for q in range(town.node_ptr[node] - 1, town.node_ptr[node + 1]):
                other = node if q < town.node_ptr[node] else town.node_neighbour[q]
                for r in range(town.node_block_ptr[other], town.node_block_ptr[other + 1]):
                    label = plan.label[town.node_block[r]]
                    if label >= 0 and seen[label] != stamp:
                        seen[label] = stamp
                        found[count] = label
                        count += 1
        last_node = node
        block = plan.next[block]
    return count


@inner
def side_costs(town: TownArrays, plan: Plan, patch: Patch, one: int, two: int) -> Floats:
    """Extra costs (2, t) that keep locks and point people on their own side."""
    extra = np.zeros((2, len(patch.size)))
    for t in range(len(patch.size)):
        block = patch.blocks[t]
        if town.lock[block] >= 0 or town.leader[block] >= 0:
            extra[1 if plan.label[block] == one else 0, t] = FORBIDDEN
    return extra


@inner
def recut_pair(town: TownArrays, plan: Plan, one: int, two: int, low: int, high: int) -> bool:
    """Cut the union of two pods in two anew, when that is shorter."""
    patch = make_patch(town, members(plan, np.array([one, two])))
    extra = side_costs(town, plan, patch, one, two)
    leaders = np.array([at_site(patch, plan.leader[one]), at_site(patch, plan.leader[two])])
    side = np.empty(len(patch.size), np.int64)
    cost = np.empty(2)
    limit = plan.cost[one] + plan.cost[two]
    if cut_in_two(patch, extra, leaders, low, high, limit, side, cost) >= limit:
        return False
    rebuild(town, plan, patch, side, one, two, cost)
    return True


@inner
def rebuild(
    town: TownArrays,
    plan: Plan,
    patch: Patch,
    side: Ints,
    one: int,
    two: int,
    cost: Floats,
) -> None:
    """Make the cut of a patch the two pods."""
    clear(plan, one)
    clear(plan, two)
    for t in range(len(side) - 1, -1, -1):
        add(town, plan, patch.blocks[t], one if side[t] == 0 else two)
    plan.cost[one] = cost[0]
    plan.cost[two] = cost[1]


@compiled
def sweep(town: TownArrays, plan: Plan, low: int, high: int) -> int:
    """Recut every pair of neighbouring pods of which one is stale; return how many changed."""
    capacity = len(plan.head)
    was_stale = np.empty(capacity, np.bool_)
    for pod in range(capacity):
        was_stale[pod] = plan.stale[pod]
        plan.stale[pod] = False
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
            # A pair that was due is met twice: the second time only news counts.
            meet = fresh or (due and one < two)
            if meet and recut_pair(town, plan, one, two, low, high):
                changes += 1
    return changes


@inner
def split_gain(town: TownArrays, plan: Plan, pod: int, low: int, high: int) -> float:
    """How much shorter the town's walks get when a pod becomes two; -inf when it cannot."""
    if plan.size[pod] < 2 * low:
        return -np.inf
    patch = make_patch(town, members(plan, np.array([pod])))
    side = np.empty(len(patch.size), np.int64)
    total = cut_pod(town, plan, patch, pod, low, high, side, np.empty(2))
    return float(plan.cost[pod] - total)


@inner
def cut_pod(
    town: TownArrays,
    plan: Plan,
    patch: Patch,
    pod: int,
    low: int,
    high: int,
    side: Ints,
    cost: Floats,
) -> float:
    """Best cut of one pod in two; its locked blocks and its point person stay on side 0."""
    extra = np.zeros((2, len(patch.size)))
    for t in range(len(patch.size)):
        if town.lock[patch.blocks[t]] >= 0 or town.leader[patch.blocks[t]] >= 0:
            extra[1, t] = FORBIDDEN
    leaders = np.array([at_site(patch, plan.leader[pod]), -1])
    return cut_in_two(patch, extra, leaders, low, high, np.inf, side, cost)


@compiled
def split(town: TownArrays, plan: Plan, pod: int, new: int, low: int, high: int) -> bool:
    """Make a pod two; `new` is an unused pod."""
    patch = make_patch(town, members(plan, np.array([pod])))
    side = np.empty(len(patch.size), np.int64)
    cost = np.empty(2)
    if cut_pod(town, plan, patch, pod, low, high, side, cost) == np.inf:
        return False
    rebuild(town, plan, patch, side, pod, new, cost)
    return True


@inner
def merged_cost(town: TownArrays, plan: Plan, one: int, two: int, high: int) -> float:
    """Cost of two pods as one; infinite where a rule forbids it."""
    if plan.size[one] + plan.size[two] > high:
        return np.inf
    if min(plan.leader[one], plan.leader[two]) >= 0 or min(plan.lock[one], plan.lock[two]) >= 0:
        return np.inf
    return cost_as_one(town, members(plan, np.array([one, two])))


@compiled
def merge(town: TownArrays, plan: Plan, one: int, two: int) -> None:
    """Make two pods one; `two` becomes unused."""
    blocks = members(plan, np.array([one, two]))
    clear(plan, one)
    clear(plan, two)
    for t in range(len(blocks) - 1, -1, -1):
        add(town, plan, blocks[t], one)
    recost(town, plan, one)


@compiled
def survey(
    town: TownArrays,
    plan: Plan,
    due: Bools,
    gain: Floats,
    loss: Floats,
    partner: Ints,
    low: int,
    high: int,
) -> None:
    """Price a split of every pod that is due, and its cheapest merge with a neighbour."""
    capacity = len(plan.head)
    seen = np.full(capacity, -1)
    found = np.empty(capacity, np.int64)
    for pod in range(capacity):
        if plan.head[pod] < 0:
            gain[pod], loss[pod], partner[pod] = -np.inf, np.inf, -1
            continue
        if not due[pod] and (partner[pod] < 0 or not due[partner[pod]]):
            continue
        gain[pod] = split_gain(town, plan, pod, low, high)
        loss[pod], partner[pod] = np.inf, -1
        for k in range(adjacent_pods(town, plan, pod, seen, pod, found)):
            more = merged_cost(town, plan, pod, found[k], high)
            more -= plan.cost[pod] + plan.cost[found[k]]
            if more < loss[pod]:
                loss[pod], partner[pod] = more, found[k]
