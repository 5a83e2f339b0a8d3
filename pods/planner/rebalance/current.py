"""What blocks remember: how many of their households are in which pod now, and what a move is.

A *move* is a household that had a pod, is placed, and ends in a pod of another number. Households
without a current pod are newcomers: they cost no move wherever they go. Current pods are numbered
0..c-1 here; while a plan is being rebalanced, slot p of it is current pod p for p < c, and a new
pod from c on. So a pod keeps its number whatever happens to it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geomatch.core.arrays import Ints
from pods.planner.jit import inner
from pods.planner.town.town import Households, Town


class CurrentPods(NamedTuple):
    """Current pods of the households in each block (m blocks)."""

    names: Ints  # (c,) the number each current pod is known by
    ptr: Ints  # (m + 1,) current pods of each block
    pod: Ints  # current pods, ascending within a block
    homes: Ints  # households of the block in that pod
    known: Ints  # (m,) households that are in any pod now
    lock: Ints  # (m,) the current pod a block is locked to, -1 for none

    @property
    def first_new(self) -> int:
        """First slot that is no current pod."""
        return len(self.names)

    def moves(self, block: int, slot: int) -> int:
        """Households that move when a block is put in a slot."""
        return int(self.known[block]) - int(self.staying(np.array([block]), slot)[0])

    def staying(self, blocks: Ints, slot: int) -> Ints:
        """(b,) households of some blocks that are in a pod already."""
        here = self.pod == slot
        count = np.zeros(len(self.known), dtype=np.int64)
        block = np.repeat(np.arange(len(self.known)), np.diff(self.ptr))
        count[block[here]] = self.homes[here]
        return count[blocks]


def current_pods(town: Town, households: Households) -> CurrentPods:
    """Count the current pods of everybody who can be placed."""
    m = town.n_blocks
    rows = np.flatnonzero((town.block_of >= 0) & (households.current >= 0))
    names, number = np.unique(households.current[rows], return_inverse=True)
    key, count = np.unique(
        town.block_of[rows] * max(len(names), 1) + number.ravel(), return_counts=True
    )
    block, pod = np.divmod(key, max(len(names), 1))
    lock = np.full(m, -1)
    held = town.arrays.lock >= 0
    lock[held] = np.searchsorted(names, town.lock_pods[town.arrays.lock[held]])
    return CurrentPods(
        names=names,
        ptr=np.searchsorted(block, np.arange(m + 1)),
        pod=pod,
        homes=count,
        known=np.bincount(town.block_of[rows], minlength=m),
        lock=lock,
    )


def moves_of(current: CurrentPods, labels: Ints) -> int:
    """Households that move in a plan with slots as labels (-1 unplaced)."""
    return int(moves_by_block(current, labels).sum())


def moves_by_block(current: CurrentPods, labels: Ints) -> Ints:
    """(m,) households of each block that move in a plan with slots as labels (-1 unplaced)."""
    block = np.repeat(np.arange(len(labels)), np.diff(current.ptr))
    here = current.pod == labels[block]
    stays = np.zeros(len(labels), dtype=np.int64)
    stays[block[here]] = current.homes[here]
    return np.where(labels >= 0, current.known - stays, 0)


@inner
def moves_if(current: CurrentPods, block: int, slot: int) -> int:
    """Households that move when a block is put in a slot."""
    for q in range(current.ptr[block], current.ptr[block + 1]):
        if current.pod[q] == slot:
            return int(current.known[block] - current.homes[q])
    return int(current.known[block])
