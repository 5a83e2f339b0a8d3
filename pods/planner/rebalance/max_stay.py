"""Who can stay: a bound on moves for a whole county, and a start for a plan that reaches it.

A program over who stays. Blocks are whole; pods have an allowed size and one point person at most,
and lie in one part of the town; everybody who does not stay must fill up a pod or be one of a new
pod that is large enough. And pods are in one piece: whoever stays where a pod is cut needs
somebody to join on the way to the others. That is asked for piece by piece, wherever the answer
so far comes apart. Forgotten is only where leavers find a place, and how new pods hang together:
so the answer is a bound, and mending what is left of it mostly needs no more moves than it says.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.unique_rows import unique_rows
from pods.planner.program import Program
from pods.planner.rebalance.contiguity import beside, main_pieces, pieces_among
from pods.planner.rebalance.current import CurrentPods
from pods.planner.town.town import Limits, Town

RELAXED_ROUNDS, WHOLE_ROUNDS = 20, 3
"""Programs solved: first in fractions (usually ten do), then in whole blocks."""

MOST_NODES = 200
"""Branch-and-bound nodes of a program in whole blocks: usually one does."""

LEAST_SHARE = 1e-6
"""From which share on a block counts as present, in fractions."""

MOST_UNDECIDED = 0.1
"""Share of blocks in fractions beyond which no more is asked: current pods are chaos, and whole
blocks would take hours."""

MOST_PAIRS = 50_000
"""Pairs of a block and a pod in trouble up to which whole blocks are asked for."""


@dataclass(frozen=True)
class MostStay:
    """The most that can be hoped for.

    Attributes
    ----------
    moves
        Households that move in every valid plan which places the same blocks.
    labels
        (m,) slots of who stays, each pod in one piece; -1 for the others. None where no answer was
        found.
    """

    moves: int
    labels: Ints | None


def most_stay(town: Town, current: CurrentPods, placed: Ints, limits: Limits) -> MostStay:
    """Find a number of moves that every valid plan needs that places exactly these blocks.

    Parameters
    ----------
    placed
        (b,) blocks.

    Notes
    -----
    Pieces are tied by node separators: Carvajal, Constantino, Goycoolea, Vielma and Weintraub,
    *Imposing connectivity constraints in forest planning models*, Operations Research 61(4), 2013.
    """
    inside = np.zeros(town.n_blocks, dtype=bool)
    inside[placed] = True
    pairs = _pairs(town, current, inside)
    trouble = _in_trouble(town, current, pairs, limits)
    if not trouble.any():
        return MostStay(0, None)
    stays = _Stays(town, current, inside, limits, pairs.some(trouble), pairs.some(~trouble))
    known, moves, labels = int(current.known[placed].sum()), 0, None
    for _ in range(RELAXED_ROUNDS):
        most, chosen, undecided = stays.answer(whole=False)
        moves = max(moves, _at_least(known - most))
        if chosen is None or undecided > MOST_UNDECIDED:
            return MostStay(moves, None)
        if not stays.tie_pieces(chosen):
            break
    for _ in range(WHOLE_ROUNDS if trouble.sum() <= MOST_PAIRS else 0):
        most, chosen, _ = stays.answer(whole=True)
        moves = max(moves, _at_least(known - most))
        if chosen is None:
            break
        labels = stays.labels(chosen)
        if not stays.tie_pieces(chosen):
            break
    return MostStay(moves, labels)


def _at_least(moves: float) -> int:
    """Round up, but for what arithmetic adds."""
    return int(np.ceil(moves - 1e-6))


class _Pairs(NamedTuple):
    """Blocks and the pods they have households in (q pairs)."""

    block: Ints  # (q,) ascending
    unit: Ints  # (q,) number of the pod and part: of a pod that barriers cut, one unit goes on
    pod: Ints  # (q,)
    homes: Ints  # (q,) households that stay if the block does
    size: Floats  # (q,) of the block

    def some(self, mask: Bools) -> _Pairs:
        """Those of a mask, with their units numbered anew."""
        columns = (column[mask] for column in self)
        pairs = _Pairs(*columns)  # type: ignore[arg-type]  # in the fields' order
        return pairs._replace(unit=np.unique(pairs.unit, return_inverse=True)[1].ravel())


def _pairs(town: Town, current: CurrentPods, inside: Bools) -> _Pairs:
    block = np.repeat(np.arange(town.n_blocks), np.diff(current.ptr))
    known = np.flatnonzero(inside[block])
    block, pod = block[known], current.pod[known]
    arrays = town.arrays
    key = np.column_stack([pod, arrays.part[block]])
    unit = unique_rows(key).inverse
    return _Pairs(block, unit, pod, current.homes[known], arrays.size[block].astype(np.float64))


def _in_trouble(town: Town, current: CurrentPods, pairs: _Pairs, limits: Limits) -> Bools:
    """(q,) pairs of units that break a rule as they are."""
    arrays = town.arrays
    total = np.bincount(pairs.unit, pairs.size)
    led = np.bincount(pairs.unit, arrays.leader[pairs.block] >= 0)
    piece = pieces_among(arrays, pairs.block, pairs.unit)
    unit_of_piece = unique_rows(np.column_stack([piece, pairs.unit])).distinct[:, 1]
    trouble = (total < limits.min_size) | (total > limits.max_size) | (led > 1)
    trouble |= np.bincount(unit_of_piece) > 1
    torn = np.bincount(pairs.block, minlength=town.n_blocks)[pairs.block] > 1
    torn |= (current.lock[pairs.block] >= 0) & (current.lock[pairs.block] != pairs.pod)
    trouble[pairs.unit[torn]] = True
    pod_of_unit = np.zeros(len(total), dtype=np.int64)
    pod_of_unit[pairs.unit] = pairs.pod
    trouble |= np.bincount(pod_of_unit)[pod_of_unit] > 1
    return np.asarray(trouble[pairs.unit])


class _Stays:
    """Which blocks of pods in trouble stay, as a program.

    A *pair* is a block and a unit it has households in; a *join* one it has none in. Pairs
    elsewhere stay, unless their block joins a unit in trouble. Of the pods they are in nothing is
    asked: those find room for whoever leaves, and give whoever is missing.
    """

    def __init__(
        self,
        town: Town,
        current: CurrentPods,
        inside: Bools,
        limits: Limits,
        pairs: _Pairs,
        elsewhere: _Pairs,
    ) -> None:
        self.town, self.current, self.arrays = town, current, town.arrays
        self.inside, self.limits = inside, limits
        self.pairs, self.elsewhere = pairs, elsewhere
        self.everybody = float(pairs.homes.sum() + elsewhere.homes.sum())
        self.units = int(pairs.unit.max()) + 1
        self.pod = np.zeros(self.units, dtype=np.int64)
        self.pod[pairs.unit] = pairs.pod
        self._by_unit = np.argsort(pairs.unit, kind="stable")
        self._unit_ptr = np.searchsorted(pairs.unit[self._by_unit], np.arange(self.units + 1))
        self.program = Program()
        self.stay = self.program.columns(len(pairs.unit), cost=-pairs.homes)
        self.goes_on = self.program.columns(self.units)
        self.joining = self.program.columns(self.units, top=np.inf)
        self.joins: dict[tuple[int, int], int] = {}
        self._joins_of: defaultdict[int, list[int]] = defaultdict(list)
        self._keep_sizes()
        self._keep_whole()
        self._keep_locks()
        self.fragile = self._keep_one_unit()
        self.new_pods = self._settle_leavers()

    # What every valid plan keeps.

    def _between(self, used: Ints, *sizes: tuple[Ints, Ints, Floats]) -> None:
        """Keep sizes within the limits, as often as a column says (0 when it is not used)."""
        row = np.arange(len(used))
        self.program.rows(*sizes, (row, used, -float(self.limits.max_size)), high=0.0)
        self.program.rows(*sizes, (row, used, -float(self.limits.min_size)), low=0.0)

    def _keep_sizes(self) -> None:
        staying = (self.pairs.unit, self.stay, self.pairs.size)
        joining = (np.arange(self.units), self.joining, np.ones(self.units))
        self._between(self.goes_on, staying, joining)

    def _keep_whole(self) -> None:
        """Keep a block in one pod, and two point people out of each other's."""
        number = np.unique(self.pairs.block, return_inverse=True)[1].ravel()
        self.program.rows((number, self.stay, 1.0), high=1.0)
        led = np.flatnonzero(self.arrays.leader[self.pairs.block] >= 0)
        number = np.unique(self.pairs.unit[led], return_inverse=True)[1].ravel()
        self.program.rows((number, self.stay[led], 1.0), high=1.0)

    def _keep_locks(self) -> None:
        held = np.flatnonzero(self.current.lock[self.pairs.block] == self.pairs.pod)
        self.program.rows((np.arange(len(held)), self.stay[held], 1.0), low=1.0)

    def _keep_one_unit(self) -> Ints:
        """Let one unit of a pod go on; return the columns of those that may well not."""
        number = np.unique(self.pod, return_inverse=True)[1].ravel()
        self.program.rows((number, self.goes_on, 1.0), high=1.0)
        total = np.bincount(self.pairs.unit, self.pairs.size)
        fragile = (total < self.limits.min_size) | (np.bincount(number)[number] > 1)
        weak = np.flatnonzero(fragile[self.pairs.unit])
        self._at_most_each(self.stay[weak], self.goes_on[self.pairs.unit[weak]])
        return self.goes_on[fragile]

    def _settle_leavers(self) -> Ints:
        """Put everybody of a part in its pods or in new ones; return the numbers of new pods."""
        parts, part_of = np.unique(self.arrays.part, return_inverse=True)
        part_of, part = part_of.ravel(), np.arange(len(parts))
        placed = np.flatnonzero(self.inside)
        everybody = np.bincount(part_of[placed], self.arrays.size[placed], len(parts))
        unit_part = np.zeros(self.units, dtype=np.int64)
        unit_part[self.pairs.unit] = part_of[self.pairs.block]
        apart = unique_rows(
            np.column_stack([self.elsewhere.unit, part_of[self.elsewhere.block]])
        ).distinct
        room = np.bincount(apart[:, 1], minlength=len(parts)) * float(self.limits.max_size)
        held = self.program.columns(len(parts), top=room)
        new_size = self.program.columns(len(parts), top=np.inf)
        new_pods = self.program.columns(len(parts), top=np.inf)
        self.program.rows(
            (part_of[self.pairs.block], self.stay, self.pairs.size),
            (unit_part, self.joining, 1.0),
            (part, held, 1.0),
            (part, new_size, 1.0),
            low=everybody,
            high=everybody,
        )
        self._between(new_pods, (part, new_size, np.ones(len(parts))))
        return new_pods

    # What is asked for as answers come apart.

    def tie_pieces(self, present: Bools) -> int:
        """Ask for joiners between the pieces of each unit; return how many pieces were tied.

        Parameters
        ----------
        present
            (columns,) which blocks are where in the answer so far.
        """
        if self.arrays.scattered[0]:
            return 0
        block, unit = self._present(present)
        piece = pieces_among(self.arrays, block, unit)
        count = int(piece.max(initial=-1)) + 1
        size = np.bincount(piece, self.arrays.size[block], count)
        unit_of = np.zeros(count, dtype=np.int64)
        unit_of[piece] = unit
        # The largest piece of a unit is what its others are tied to.
        order = np.lexsort((np.arange(count), -size, unit_of))
        tied = size < self.limits.min_size
        tied[np.delete(order, np.unique(unit_of[order], return_index=True)[1])] = True
        for number in np.flatnonzero(tied).tolist():
            self._tie(np.unique(block[piece == number]), int(unit_of[number]))
        return int(tied.sum())

    def _present(self, present: Bools) -> tuple[Ints, Ints]:
        """Blocks and units of all pairs and joins in the answer so far."""
        joins = np.array(list(self.joins), dtype=np.int64).reshape(-1, 2)
        columns = np.concatenate([self.stay, np.array(list(self.joins.values()), dtype=np.int64)])
        here = present[columns]
        block = np.concatenate([self.pairs.block, joins[:, 0]])
        return block[here], np.concatenate([self.pairs.unit, joins[:, 1]])[here]

    def _tie(self, piece: Ints, unit: int) -> None:
        """Let blocks of a piece stay only if a neighbour is there too, or if nobody else is."""
        near = np.setdiff1d(beside(self.arrays, piece), piece)
        links = self._columns(near[self.inside[near]], unit)
        mine = self._pairs_of(unit)
        stay = self.stay[mine[np.isin(self.pairs.block[mine], piece)]]
        if self.arrays.size[piece].sum() < self.limits.min_size:  # it is no pod alone
            self._at_most(stay, links)
            return
        away = self.stay[mine[~np.isin(self.pairs.block[mine], np.union1d(piece, near))]]
        sides = self.program.columns(2)
        for side, some in zip(sides, (stay, away), strict=True):
            self._at_most_each(some, np.full(len(some), side))
        one = np.zeros(2 + len(links), dtype=np.int64)
        self.program.rows((one[:2], sides, 1.0), (one[2:], links, -1.0), high=1.0)

    def _at_most_each(self, columns: Ints, limits: Ints) -> None:
        row = np.arange(len(columns))
        self.program.rows((row, columns, 1.0), (row, limits, -1.0), high=0.0)

    def _at_most(self, columns: Ints, links: Ints) -> None:
        """Keep each of some columns at or below the sum of others."""
        row = np.arange(len(columns))
        each, tiled = np.repeat(row, len(links)), np.tile(links, len(columns))
        self.program.rows((row, columns, 1.0), (each, tiled, -1.0), high=0.0)

    def _pairs_of(self, unit: int) -> Ints:
        return self._by_unit[self._unit_ptr[unit] : self._unit_ptr[unit + 1]]

    def _columns(self, blocks: Ints, unit: int) -> Ints:
        """(b,) columns that say whether blocks are in a unit."""
        mine = self._pairs_of(unit)
        own = dict(zip(self.pairs.block[mine].tolist(), self.stay[mine].tolist(), strict=True))
        columns = [own[b] if b in own else self._join(b, unit) for b in blocks.tolist()]
        return np.array(columns, dtype=np.int64)

    def _join(self, block: int, unit: int) -> int:
        """Return the column that says whether a block joins a unit it has no households in."""
        if (block, unit) in self.joins:
            return self.joins[block, unit]
        first, last = np.searchsorted(self.elsewhere.block, [block, block + 1])
        column = int(self.program.columns(1, cost=self.elsewhere.homes[first:last].sum())[0])
        self.joins[block, unit] = column
        self._joins_of[block].append(column)
        first, last = np.searchsorted(self.pairs.block, [block, block + 1])
        columns = np.array([*self.stay[first:last], *self._joins_of[block]], dtype=np.int64)
        one = np.zeros(len(columns), dtype=np.int64)
        self.program.rows((one, columns, 1.0), high=1.0)
        filling = np.array([column, self.joining[unit]])
        size = np.array([float(self.arrays.size[block]), -1.0])
        self.program.rows((np.zeros(2, dtype=np.int64), filling, size), high=0.0)
        return column

    # Answers.

    def answer(self, *, whole: bool) -> tuple[float, Bools | None, float]:
        """Solve it as it stands.

        Parameters
        ----------
        whole
            Whether blocks stay whole, or may in fractions.

        Returns
        -------
        most
            Households that stay at most.
        chosen
            (columns,) what stays and joins (in fractions: all that is not left out altogether);
            None where no answer was found.
        undecided
            Share of the blocks that is in fractions.
        """
        joins = np.array(list(self.joins.values()), dtype=np.int64)
        columns = np.concatenate([self.stay, joins, self.fragile, self.new_pods])
        nodes = MOST_NODES if whole else 1
        least, values = self.program.solved(columns if whole else columns[:0], most_nodes=nodes)
        most = min(self.elsewhere.homes.sum() - least, self.everybody)
        if values is None:
            return most, None, 1.0
        undecided = float((np.abs(values[self.stay] - 0.5) < 0.5 - LEAST_SHARE).mean())
        return most, np.asarray(values > (0.5 if whole else LEAST_SHARE)), undecided

    def labels(self, chosen: Bools) -> Ints:
        """(m,) slots of whoever stays, each pod in one piece; -1 for the others."""
        labels = np.full(self.town.n_blocks, -1)
        stays = chosen[self.stay]
        labels[self.pairs.block[stays]] = self.pairs.pod[stays]
        leaves = np.isin(self.elsewhere.block, [b for (b, _), c in self.joins.items() if chosen[c]])
        labels[self.elsewhere.block[~leaves]] = self.elsewhere.pod[~leaves]
        return main_pieces(self.town, self.current, labels)
