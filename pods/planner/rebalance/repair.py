"""Make current pods keep the rules again, with as few moves as can be found.

In a small town one integer program answers for everybody at once, and its answer is proven. In a
large one a looser program says who can stay (`moststay.py`). Whoever is new joins the pod next
door or, where many came, makes a pod of their own; then each pod that still breaks a rule is
mended together with the pods around it, by the first program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from geomatch.core.arrays import Bools, Ints
from pods.planner.rebalance.contiguity import beside, broken_slots, main_pieces, pieces_of, standing
from pods.planner.rebalance.current import CurrentPods, moves_by_block, moves_of
from pods.planner.rebalance.max_stay import most_stay
from pods.planner.rebalance.min_moves import Answer, Question, Work, fewest_moves
from pods.planner.rebalance.priced_moves import join_beside
from pods.planner.search.construct import first_plan
from pods.planner.search.plan import new_plan
from pods.planner.town.subtown import subtown
from pods.planner.town.town import Limits, Town

WHOLE_TOWN = 2_500
"""Pairs of a block and a pod up to which one program answers for the whole town."""

REGION, REGION_OF_NEED = 1_000, 4_000
"""Pairs up to which a program looks further around a broken pod: for fewer moves; for a place."""

ASTRAY = 25
"""Households astray up to which a program is asked: beyond, current pods are no help to it."""

PROGRAMS, BLOCKS_PER_PROGRAM = 40, 20
"""Programs solved in all: so many, and one more for so many blocks."""

NEW_PODS = 6
"""New pods a program may make, at most."""


@dataclass(frozen=True)
class Repair:
    """A valid plan.

    Attributes
    ----------
    labels
        (m,) slots, -1 for blocks left out.
    needed
        Moves found to place everybody whom the rules allow.
    fewest
        Moves that every plan needs which places the same blocks, proven; None where nobody asked.
    beyond
        Blocks left out only because the moves did not suffice.
    """

    labels: Ints
    needed: int
    fewest: int | None
    beyond: Ints


def repaired(
    town: Town,
    current: CurrentPods,
    limits: Limits,
    budget: int,
    seed: int,
    fresh: Callable[[], Ints],
    settled: Callable[[Ints, int], Ints],
) -> Repair:
    """Mend the current pods within a number of moves.

    Parameters
    ----------
    budget
        Most moves.
    fresh
        Makes the slots of a plan that starts from nothing: taken where mending leaves out more.
    settled
        Takes back moves that are not needed, within a budget.
    """
    start = standing(town, current)
    if (start >= 0).all() and not len(broken_slots(town, start, limits)):
        moves = moves_of(current, start)  # of buildings that were split, if any
        if moves <= budget:
            return Repair(start, moves, None, np.empty(0, dtype=np.int64))
    answers = _whole_town(town, current, start, limits, budget)
    if answers is not None:
        free, kept = answers
        beyond = np.flatnonzero((kept.labels < 0) & (free.labels >= 0))
        return Repair(kept.labels, free.moves, kept.fewest, beyond)
    everybody = int(current.known.sum())
    mending = _Mending(town, current, limits, seed)
    hoped = most_stay(town, current, np.arange(town.n_blocks), limits)
    if hoped.labels is not None:
        start = hoped.labels
    free_labels, order = mending.mended(start, everybody, [], REGION_OF_NEED)
    if (free_labels < 0).any():
        free_labels = min(free_labels, fresh(), key=lambda labels: _left_out(town, labels))
    free_labels = settled(free_labels, everybody)
    needed = moves_of(current, free_labels)
    if needed <= budget:
        fewest = hoped.moves if (free_labels >= 0).all() else None
        return Repair(free_labels, needed, fewest, np.empty(0, dtype=np.int64))
    labels, _ = mending.mended(_within(town, current, start, budget), budget, order, REGION)
    return Repair(labels, needed, None, np.flatnonzero((labels < 0) & (free_labels >= 0)))


def _within(town: Town, current: CurrentPods, labels: Ints, budget: int) -> Ints:
    """Leave out buildings that are split between pods, until the others move few enough.

    They move whichever pod they are in. Those that move most for their size go first, and those
    that hold locked households last.
    """
    moves = moves_by_block(current, labels)
    homes = np.bincount(town.block_of[town.block_of >= 0], minlength=town.n_blocks)
    order = np.lexsort((moves / np.maximum(homes, 1), current.lock >= 0))
    kept = np.zeros(town.n_blocks, dtype=bool)
    kept[order] = moves[order].cumsum() <= budget
    return main_pieces(town, current, np.where(kept, labels, -1))


def _left_out(town: Town, labels: Ints) -> int:
    """Households left out."""
    return int((labels[town.block_of[town.block_of >= 0]] < 0).sum())


def _work(town: Town) -> Work:
    return Work(PROGRAMS + town.n_blocks // BLOCKS_PER_PROGRAM)


def _whole_town(
    town: Town, current: CurrentPods, start: Ints, limits: Limits, budget: int
) -> tuple[Answer, Answer] | None:
    """Answers without and within the budget, where the town is small enough to ask."""
    slots = _slots(town, current, np.arange(current.first_new), start, limits, current.first_new)
    astray = _astray(town, current, start, limits, np.arange(town.n_blocks))
    if len(slots) * town.n_blocks > WHOLE_TOWN or astray > ASTRAY:
        return None
    allowed = np.ones((town.n_blocks, len(slots)), dtype=bool)
    question = Question(np.arange(town.n_blocks), slots, allowed, int(current.known.sum()))
    work = _work(town)
    free = fewest_moves(town, current, question, limits, work)
    if free is None or free.moves <= budget:
        return None if free is None else (free, free)
    within = Question(question.blocks, slots, allowed, budget)
    kept = fewest_moves(town, current, within, limits, work)
    return None if kept is None else (free, kept)


def _astray(town: Town, current: CurrentPods, labels: Ints, limits: Limits, blocks: Ints) -> int:
    """Size of those who cannot stay: in no pod that stands, or beyond what theirs may hold."""
    mine, size = labels[blocks], town.arrays.size[blocks]
    total = np.bincount(mine[mine >= 0], size[mine >= 0])
    small = total[total < limits.min_size].sum()
    homeless = size[(mine < 0) & (current.known[blocks] > 0)].sum()
    return int(small + homeless + np.maximum(total - limits.max_size, 0).sum())


def _slots(
    town: Town, current: CurrentPods, pods: Ints, labels: Ints, limits: Limits, first_free: int
) -> Ints:
    """Pods of a question: those there are, and as many new ones as those in trouble might make."""
    inside = labels >= 0
    size = np.bincount(labels[inside], town.arrays.size[inside], current.first_new + 1)
    homeless = int(town.arrays.size[~inside].sum())
    over = np.maximum(size - limits.max_size, 0).sum() + size[size < limits.min_size].sum()
    most = int(town.arrays.size.sum()) // limits.min_size
    new = min(most, NEW_PODS, -(-int(homeless + over) // limits.min_size) + 1)
    return np.concatenate([pods, first_free + np.arange(max(new, 0))]).astype(np.int64)


class _Mending:
    """Mends a town pod by pod."""

    def __init__(self, town: Town, current: CurrentPods, limits: Limits, seed: int) -> None:
        self.town, self.current, self.limits, self.seed = town, current, limits, seed

    def mended(
        self, start: Ints, budget: int, order: list[int], widest: int
    ) -> tuple[Ints, list[int]]:
        """Return a valid plan within the budget, and the blocks mended around, cheapest first.

        Parameters
        ----------
        order
            Blocks to mend around first, from a run without a budget.
        widest
            Pairs of a block and a pod up to which a place is looked for further away.
        """
        labels = self._own_pods(start.copy(), self.limits.target_size, away=True)
        labels = self._joined(labels, 0)
        labels = self._own_pods(labels, self.limits.min_size, away=False)
        prices: list[tuple[float, int]] = []
        tried: set[int] = set()
        queue, work = list(order), _work(self.town)
        while True:
            trouble = self._trouble(labels, queue, tried)
            if trouble < 0:
                break
            tried.add(trouble)
            before = moves_of(self.current, labels)
            out = labels < 0
            labels = self._mended_around(labels, trouble, budget - before, widest, work)
            healed = int(out.sum() - (labels < 0).sum())
            prices.append(((moves_of(self.current, labels) - before) / (1 + abs(healed)), trouble))
        labels = self._dissolved(labels, budget)
        room = budget - moves_of(self.current, labels)
        return self._joined(labels, max(room, 0)), [block for _, block in sorted(prices)]

    def _own_pods(self, labels: Ints, least: int, *, away: bool) -> Ints:
        """Let newcomers who are many enough and next to each other make pods of their own.

        With `away`, only where no pod beside them is in trouble and might need them.
        """
        new = np.flatnonzero((labels < 0) & (self.current.known == 0))
        clump = pieces_of(self.town, np.where(np.isin(np.arange(len(labels)), new), 0, -1))
        size = np.bincount(clump[new], self.town.arrays.size[new], int(clump.max(initial=-1)) + 1)
        broken = set(broken_slots(self.town, labels, self.limits).tolist())
        chosen = []
        for number in np.flatnonzero(size >= least):
            mine = new[clump[new] == number]
            if not (away and broken and broken & set(self._beside(labels, mine))):
                chosen.append(mine)
        if not chosen:
            return labels
        blocks = np.sort(np.concatenate(chosen))
        made = first_plan(subtown(self.town, blocks), self.limits, self.seed)
        labels[blocks[made >= 0]] = self._free_slot(labels) + made[made >= 0]
        return labels

    def _free_slot(self, labels: Ints) -> int:
        return max(int(labels.max(initial=-1)) + 1, self.current.first_new)

    def _joined(self, labels: Ints, budget: int) -> Ints:
        """Let whoever is in no pod join one next door, who has one choice only first."""
        if (labels >= 0).all() or labels.max(initial=-1) < 0:
            return labels
        plan = new_plan(self.town, labels, spare=0)
        room = np.array([budget])
        low, high = self.limits.min_size, self.limits.max_size
        while any(
            join_beside(self.town.arrays, plan, self.current, room, choices, low, high)
            for choices in (1, len(plan.head))
        ):
            pass
        return plan.label.copy()

    def _trouble(self, labels: Ints, queue: list[int], tried: set[int]) -> int:
        """Return a block to mend around: of a broken pod, or in no pod; -1 when all is well."""
        broken = np.isin(labels, broken_slots(self.town, labels, self.limits)) | (labels < 0)
        while queue:
            block = queue.pop(0)
            if broken[block] and block not in tried:
                return block
        slots = {int(labels[block]) for block in tried if labels[block] >= 0}
        for block in np.flatnonzero(broken).tolist():
            if block not in tried and (labels[block] < 0 or labels[block] not in slots):
                return int(block)
        return -1

    def _mended_around(
        self, labels: Ints, trouble: int, room: int, widest: int, work: Work
    ) -> Ints:
        """Ask about ever more pods around a block in trouble until nobody there is left out."""
        best, least = labels, (np.inf, np.inf)
        for hops in (1, 2, 3):
            question, blocks = self._question(labels, trouble, hops, room)
            astray = _astray(self.town, self.current, labels, self.limits, blocks)
            pairs = REGION if least[0] == 0 else widest
            if astray > ASTRAY or (question.allowed.sum() > pairs and hops > 1):
                break
            answer = fewest_moves(self.town, self.current, question, self.limits, work)
            if answer is None:
                break
            mended = labels.copy()
            mended[blocks] = answer.labels
            price = (answer.left_out, moves_of(self.current, mended))
            if price < least:
                best, least = mended, price
            if answer.left_out == 0 and (hops > 1 or price[1] <= moves_of(self.current, labels)):
                break
        return best

    def _question(self, labels: Ints, trouble: int, hops: int, room: int) -> tuple[Question, Ints]:
        """Everybody in the pods around a block, and those in no pod beside them."""
        mine = self._with_its_kind(labels, trouble)
        pods = {int(label) for label in labels[mine] if label >= 0}
        ring = set(self._beside(labels, mine)) | pods
        for _ in range(hops):
            pods |= ring
            ring = set(self._beside(labels, np.flatnonzero(np.isin(labels, sorted(pods))))) - pods
        inside = np.isin(labels, sorted(pods))
        inside[mine] = True
        reach = beside(self.town.arrays, np.flatnonzero(inside))
        inside[reach[labels[reach] < 0]] = True
        blocks = np.flatnonzero(inside)
        slots = _slots(
            self.town, self.current, np.array(sorted(pods), dtype=np.int64),
            np.where(inside & (labels < self.current.first_new), labels, self.current.first_new),
            self.limits, self._free_slot(labels),
        )  # fmt: skip
        budget = room + moves_of(self.current, np.where(inside, labels, -1))
        return Question(blocks, slots, self._allowed(labels, blocks, slots), budget), blocks

    def _with_its_kind(self, labels: Ints, block: int) -> Ints:
        """Return the pod of a block, or the clump of blocks in no pod that it is in."""
        if labels[block] >= 0:
            return np.flatnonzero(labels == labels[block])
        clump = pieces_of(self.town, np.where(labels < 0, 0, -1))
        return np.flatnonzero(clump == clump[block])

    def _allowed(self, labels: Ints, blocks: Ints, slots: Ints) -> Bools:
        """Let a block be in its pod, in one at most two pods further, or in a new one."""
        allowed = np.zeros((len(blocks), len(slots)), dtype=bool)
        position = {int(slot): p for p, slot in enumerate(slots)}
        fresh = np.isin(slots, labels, invert=True)
        near: dict[int, set[int]] = {}

        def beside(slot: int) -> set[int]:
            if slot not in near:
                near[slot] = set(self._beside(labels, np.flatnonzero(labels == slot)))
            return near[slot]

        homeless = set(self._beside(labels, blocks[labels[blocks] < 0]))
        for b, block in enumerate(blocks.tolist()):
            first = {int(labels[block])} if labels[block] >= 0 else homeless
            second = set().union(first, *(beside(slot) for slot in first))
            reach = second if labels[block] < 0 else second.union(*(beside(s) for s in second))
            stays = self.current.pod[self.current.ptr[block] : self.current.ptr[block + 1]]
            for slot in (*reach, *stays.tolist()):
                if slot in position:
                    allowed[b, position[slot]] = True
            allowed[b, fresh] = True
        return allowed

    def _beside(self, labels: Ints, blocks: Ints) -> Iterable[int]:
        """Pods of some blocks and of those next to them."""
        if not len(blocks):
            return []
        found = np.unique(labels[beside(self.town.arrays, blocks)])
        return [int(label) for label in found[found >= 0]]

    def _dissolved(self, labels: Ints, budget: int) -> Ints:
        """Part each pod that is still broken into pods that keep the rules.

        The one in which most stay keeps the number. The others are new, or nobody's where their
        moves are too many.
        """
        labels = labels.copy()
        for slot in broken_slots(self.town, labels, self.limits).tolist():
            blocks = np.flatnonzero(labels == slot)
            labels[blocks] = -1
            made = first_plan(subtown(self.town, blocks), self.limits, self.seed)
            held = self.current.lock[blocks] == slot
            stay = np.bincount(
                made[made >= 0], self.current.staying(blocks, slot)[made >= 0]
            ) + 2.0**30 * np.bincount(made[made >= 0], held[made >= 0])
            for rank, number in enumerate(np.argsort(-stay, kind="stable").tolist()):
                mine = made == number
                is_lock_broken = (held & ~mine).any() if rank == 0 else (held & mine).any()
                if is_lock_broken:
                    continue
                labels[blocks[mine]] = self._free_slot(labels) if rank else slot
                if moves_of(self.current, labels) > budget:
                    labels[blocks[mine]] = -1
        return labels
