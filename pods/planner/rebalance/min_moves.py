"""The fewest moves that make a plan keep its rules: an integer program, proven by HiGHS.

One variable says that a block is in a pod. Sizes, one point person per pod, locks and the number of
moves are rows of the program. Connection is not: pods that come back in pieces are forbidden
one by one ("whoever is in this piece needs one of its neighbours in the pod as well"), and the
program is solved again, until every pod is in one piece. Every row is true of every valid plan, so
the bound of the last program is a bound on all of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from geomatch.core.arrays import Bools, Floats, Ints
from pods.planner.rebalance.current import CurrentPods
from pods.planner.town.town import Limits, Town

MOST_ROUNDS = 15
"""Programs solved before a plan in pieces is given up: usually five do."""

MOST_NODES = 400
"""Branch-and-bound nodes of all programs of a question together."""

INFEASIBLE = 2
"""What SciPy's `milp` calls it."""


@dataclass
class Work:
    """Programs that may still be solved, in all: a bound on work, so that results repeat."""

    programs: int


@dataclass(frozen=True)
class Question:
    """Blocks, and the pods they may be in.

    Attributes
    ----------
    blocks
        (b,) blocks, ascending.
    slots
        (p,) pods they may be in, new ones last.
    allowed
        (b, p) which block may be in which.
    budget
        Most moves.
    """

    blocks: Ints
    slots: Ints
    allowed: Bools
    budget: int


@dataclass(frozen=True)
class Answer:
    """A valid plan of the blocks of a question.

    Attributes
    ----------
    labels
        (b,) slots, -1 for blocks that no valid plan (within the budget) places.
    left_out, moves
        Households left out and moved.
    fewest
        Moves that every plan needs that leaves out no more (and asks no more than the question).
    """

    labels: Ints
    left_out: int
    moves: int
    fewest: int


def fewest_moves(
    town: Town, current: CurrentPods, question: Question, limits: Limits, work: Work
) -> Answer | None:
    """Place as many households as the rules allow, with the fewest moves.

    Returns
    -------
    Answer or None
        None when no plan in one piece was found within the work allowed.
    """
    program = _Program(town, current, question, limits)
    for _ in range(MOST_ROUNDS):
        work.programs -= 1
        if work.programs < 0:
            return None
        found = program.solved()
        if found is None:
            return None
        if not program.forbid_pieces(found):
            return program.answer(found)
    return None


class _Program:
    """Variables: a pair (block, slot) per allowed pair, one per slot in use, one per block out."""

    def __init__(
        self, town: Town, current: CurrentPods, question: Question, limits: Limits
    ) -> None:
        self.town, self.question, self.limits = town, question, limits
        self.size = town.arrays.size[question.blocks]
        self.led = town.arrays.leader[question.blocks] >= 0
        self.homes = np.bincount(town.block_of[town.block_of >= 0], minlength=town.n_blocks)[
            question.blocks
        ]
        self.new = question.slots >= current.first_new
        self.block, self.slot = np.nonzero(self._possible(current))
        self.index = np.full(question.allowed.shape, -1)
        self.index[self.block, self.slot] = np.arange(len(self.block))
        known = current.known[question.blocks]
        staying = np.column_stack([current.staying(question.blocks, s) for s in question.slots])
        self.moves = (known[:, None] - staying)[self.block, self.slot]
        # Few moves first, then few new pods; of those who must be left out, newcomers first. Two
        # programs instead of one with weights that dwarf each other, which HiGHS finds hard.
        self.out_from = len(self.moves) + len(question.slots)
        self.per_move = int(self.new.sum()) + 1
        self.move_cost = np.concatenate(
            [self.moves * self.per_move, self.new, np.zeros(len(self.size))]
        ).astype(np.float64)
        self.out_cost = np.zeros(len(self.move_cost))
        self.out_cost[self.out_from :] = self.homes * (int(known.sum()) + 1) + known
        self.least_out = 0.0
        self.rows: list[tuple[Ints, Floats, float, float]] = []
        self.bound = 0.0
        self.nodes = MOST_NODES
        self._near = _Nearness(town, question.blocks)
        self._state_rules()

    def _possible(self, current: CurrentPods) -> Bools:
        """Find the allowed pairs that no lock forbids."""
        lock = current.lock[self.question.blocks]
        own = lock[:, None] == self.question.slots[None, :]
        return np.asarray(self.question.allowed & ((lock < 0)[:, None] | own))

    def _state_rules(self) -> None:
        pairs, slots = len(self.block), len(self.question.slots)
        for b in range(len(self.size)):  # in one pod, or out
            mine = self.index[b][self.index[b] >= 0]
            self._row([*mine, pairs + slots + b], np.ones(len(mine) + 1), 1, 1)
        for p in range(slots):
            mine = np.flatnonzero(self.slot == p)
            size = self.size[self.block[mine]]
            used = pairs + p
            self._row([*mine, used], [*size, -self.limits.max_size], -np.inf, 0)
            self._row([*mine, used], [*size, -self.limits.min_size], 0, np.inf)
            led = mine[self.led[self.block[mine]]]
            if len(led) > 1:
                self._row([*led, used], [*np.ones(len(led)), -1.0], -np.inf, 0)
            for pair in mine[size == 0]:
                self._row([pair, used], [1.0, -1.0], -np.inf, 0)
            for pair in mine[size < self.limits.min_size]:  # nobody is a pod alone
                self._need_neighbour(pair, self._near.of({int(self.block[pair])}), p)
        if self.question.budget < self.moves.sum():
            self._row(np.arange(pairs), self.moves, -np.inf, self.question.budget)

    def _row(self, index: object, value: object, low: float, high: float) -> None:
        self.rows.append(
            (np.asarray(index, dtype=np.int64), np.asarray(value, dtype=np.float64), low, high)
        )

    def _need_neighbour(self, pair: int, near: set[int], p: int) -> None:
        others = [self.index[b, p] for b in sorted(near) if self.index[b, p] >= 0]
        self._row([pair, *others], [1.0] + [-1.0] * len(others), -np.inf, 0)

    def solved(self) -> Ints | None:
        """Solve as it stands; return (b,) positions among the slots, -1 for out."""
        found = self._solve(self.move_cost)
        if found.status == INFEASIBLE:  # somebody must be left out
            least = self._solve(self.out_cost)
            if least.x is None:
                return None
            self.least_out, self.bound = float(self.out_cost @ np.rint(least.x)), 0.0
            found = self._solve(self.move_cost)
        if found.x is None:
            return None
        self.bound = max(self.bound, float(found.mip_dual_bound))
        chosen = np.flatnonzero(found.x[: len(self.block)] > 0.5)
        labels = np.full(len(self.size), -1)
        labels[self.block[chosen]] = self.slot[chosen]
        return labels

    def _solve(self, cost: Floats) -> Any:
        """Solve for one cost; when moves count, nobody more is left out than must be."""
        width = len(cost)
        ptr = np.cumsum([0, *(len(row[0]) for row in self.rows)])
        matrix = csr_array(
            (
                np.concatenate([row[1] for row in self.rows]),
                np.concatenate([row[0] for row in self.rows]),
                ptr,
            ),
            shape=(len(self.rows), width),
        )
        rules = [
            LinearConstraint(matrix, [row[2] for row in self.rows], [row[3] for row in self.rows])
        ]
        top = np.ones(width)
        if cost is self.move_cost and self.least_out:
            rules.append(LinearConstraint(self.out_cost[None, :], -np.inf, self.least_out + 0.5))
        elif cost is self.move_cost:
            top[self.out_from :] = 0.0
        found = milp(
            cost,
            integrality=np.ones(width, dtype=np.int64),
            bounds=Bounds(0, top),
            constraints=rules,
            options={"node_limit": max(self.nodes, 1), "mip_rel_gap": 0.0},
        )
        self.nodes -= int(found.mip_node_count or 0)
        return found

    def forbid_pieces(self, labels: Ints) -> int:
        """Forbid every piece of a pod but its largest; return how many there were."""
        forbidden = 0
        for p in np.unique(labels[labels >= 0]):
            pieces = self._near.pieces(np.flatnonzero(labels == p))
            pieces.sort(key=lambda piece: (-len(piece), min(piece)))
            alike = np.flatnonzero(self.new) if self.new[p] else [p]
            for piece in pieces[1:]:
                forbidden += 1
                for q in alike:
                    self._forbid(piece, min(pieces[0]), int(q))
        return forbidden

    def _forbid(self, piece: set[int], other: int, p: int) -> None:
        """Whoever of a piece is in pod p needs a neighbour of the piece there.

        A piece that could be a pod alone only needs one when `other` is in pod p as well.
        """
        near = self._near.of(piece)
        small = self.size[sorted(piece)].sum() < self.limits.min_size
        for b in sorted(piece):
            pair = int(self.index[b, p])
            if pair < 0:
                continue
            if small:
                self._need_neighbour(pair, near, p)
            elif self.index[other, p] >= 0:
                others = [self.index[s, p] for s in sorted(near) if self.index[s, p] >= 0]
                self._row(
                    [pair, self.index[other, p], *others],
                    [1.0, 1.0] + [-1.0] * len(others),
                    -np.inf,
                    1,
                )

    def answer(self, labels: Ints) -> Answer:
        """Turn positions into slots, and say what is proven."""
        placed = np.flatnonzero(labels >= 0)
        moves = int(self.moves[self.index[placed, labels[placed]]].sum())
        proven = (self.bound - 1e-4 - (self.per_move - 1)) / self.per_move
        slots = np.where(labels >= 0, self.question.slots[labels], -1)
        left_out = int(self.homes[labels < 0].sum())
        return Answer(slots, left_out, moves, min(moves, max(0, int(np.ceil(proven)))))


class _Nearness:
    """Who is next to whom among some blocks, by position."""

    def __init__(self, town: Town, blocks: Ints) -> None:
        self._node = town.arrays.node[blocks]
        self._ptr, self._next = town.arrays.node_ptr, town.arrays.node_neighbour
        self._here: dict[int, list[int]] = defaultdict(list)
        for position, node in enumerate(self._node.tolist()):
            self._here[node].append(position)

    def of(self, piece: set[int]) -> set[int]:
        """Neighbours of a piece that are not in it."""
        near: set[int] = set()
        for node in {int(self._node[b]) for b in piece}:
            near.update(self._here[node])
            for other in self._next[self._ptr[node] : self._ptr[node + 1]].tolist():
                near.update(self._here.get(other, ()))
        return near - piece

    def pieces(self, group: Ints) -> list[set[int]]:
        """Part a group into its connected pieces."""
        left = set(group.tolist())
        found = []
        while left:
            piece, pending = set(), [min(left)]
            left.discard(pending[0])
            while pending:
                b = pending.pop()
                piece.add(b)
                more = self.of({b}) & left
                left -= more
                pending += sorted(more)
            found.append(piece)
        return found
