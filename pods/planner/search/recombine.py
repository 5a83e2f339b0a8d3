"""Several plans make a better one: choose the best pods of all of them by set partitioning.

Each plan of a town is good in some streets and poor in others. All their pods go into one pool,
with those that good prices propose (see `columns.py`), and an integer program picks those that
cover everybody exactly once, with the wanted number of pods and the least total distance (solved
by HiGHS, part by part). Every pod in the pool keeps every rule, so the result does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from geomatch.core.arrays import Floats, Ints
from pods.planner.search.plan import new_plan
from pods.planner.town.grouping import grouped
from pods.planner.town.town import Town

MOST_NODES = 200
"""Branch-and-bound nodes per part: a bound on work, so that results repeat."""


def recombined(
    town: Town,
    plans: Sequence[Ints],
    proposed: Sequence[tuple[Ints, float]] = (),
    seconds: float = np.inf,
) -> Ints:
    """Return the best plan that can be put together from the pods of several.

    Parameters
    ----------
    town
        The town.
    plans
        (m,) labels each; the first decides who is placed and how many pods a part has.
    proposed
        Further pods that keep every rule: their blocks, ascending, and their cost.
    seconds
        Longest time for a part; with an end, results depend on the machine.

    Returns
    -------
    ndarray of shape (m,)
        Labels at least as good as those of every plan that places the same blocks.
    """
    base = plans[0]
    pool = _Pool(town, base, seconds)
    for labels in plans[1:]:
        pool.take(labels)
    pool.offer(proposed)
    chosen = [
        pod for part in np.unique(town.arrays.part[base >= 0]) for pod in pool.best_cover(int(part))
    ]
    labels = np.full(len(base), -1)
    for number, blocks in enumerate(chosen):
        labels[blocks] = number
    return labels


class _Pool:
    """Distinct pods of all plans, by part, with their costs."""

    def __init__(self, town: Town, base: Ints, seconds: float) -> None:
        self.town, self.base, self.seconds = town, base, seconds
        self.complete = bool((base >= 0).all())
        self.pods: dict[int, dict[bytes, tuple[Ints, float]]] = {}
        self.take(base)
        self.base_pods = {part: len(pods) for part, pods in self.pods.items()}  # they come first

    def take(self, labels: Ints) -> None:
        """Add the pods of a plan whose blocks the first plan places as well."""
        costs = new_plan(self.town, labels, spare=0).cost
        self.offer([(blocks, float(costs[labels[blocks[0]]])) for blocks in grouped(labels)])

    def offer(self, pods: Iterable[tuple[Ints, float]]) -> None:
        """Add pods whose blocks the first plan places as well."""
        for blocks, cost in pods:
            if self.complete or (self.base[blocks] >= 0).all():
                mine = self.pods.setdefault(int(self.town.arrays.part[blocks[0]]), {})
                mine.setdefault(blocks.tobytes(), (blocks, cost))

    def best_cover(self, part: int) -> list[Ints]:
        """Pods that cover the part's placed blocks exactly once, shortest in total."""
        pods = list(self.pods[part].values())
        mine = np.flatnonzero((self.town.arrays.part == part) & (self.base >= 0))
        now = list(range(self.base_pods[part]))
        if len(now) == len(pods):
            return [pods[number][0] for number in now]
        columns = _columns(mine, [blocks for blocks, _ in pods])
        costs = np.array([cost for _, cost in pods])
        picked = _partition(columns, costs, len(now), now, self.seconds)
        return [pods[number][0] for number in picked]


def _columns(rows: Ints, pods: list[Ints]) -> csc_array:
    """Incidence of blocks (rows) and pods (columns), and a last row that counts pods."""
    ends = np.cumsum([len(blocks) + 1 for blocks in pods])
    # The row that counts pods comes last in each column: a block beyond all others stands for it.
    beyond = np.array([rows[-1] + 1])
    index = np.searchsorted(rows, np.concatenate([x for blocks in pods for x in (blocks, beyond)]))
    return csc_array(
        (np.ones(len(index)), index.astype(np.int32), np.concatenate([[0], ends]).astype(np.int32)),
        shape=(len(rows) + 1, len(pods)),
    )


def _partition(
    columns: csc_array, costs: Floats, count: int, now: list[int], seconds: float
) -> list[int]:
    """Choose columns: every row once, `count` in all; `now` is a choice known to be possible."""
    scale = max(float(costs.mean()), 1.0)
    rows, width = columns.shape
    wanted = np.append(np.ones(rows - 1), float(count))
    # SciPy's own HiGHS: the wheel `highspy` and the solvers of OR-Tools cannot live in one process.
    answer = milp(
        costs / scale,
        integrality=np.ones(width, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(columns, wanted, wanted),
        options={"node_limit": MOST_NODES, "mip_rel_gap": 1e-5, "time_limit": seconds},
    )
    if answer.x is None:
        return now
    picked = np.flatnonzero(answer.x > 0.5)
    whole = np.array_equal(columns[:, picked].sum(axis=1), wanted)
    if whole and costs[picked].sum() <= costs[now].sum():
        return [int(number) for number in picked]
    return now
