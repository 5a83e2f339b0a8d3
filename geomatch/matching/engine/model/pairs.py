"""Every feasible pair with its score, without ever holding requests x volunteers.

Requests are taken in blocks of near neighbours; for each block only volunteers whose reach
touches the block are looked at, and the hard rules decide about those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.curve import CELLS, morton_codes
from geomatch.core.sphere import arc_metres
from geomatch.matching.engine.model.problem import MatchProblem
from geomatch.matching.engine.model.rules import REMOTE, feasible
from geomatch.matching.engine.model.score import scores

__all__ = ["Pairs", "feasible_pairs", "morton_order"]

_BLOCK_PAIRS = 400_000  # pairs looked at in one go: keeps the memory of a block near 100 MB
_BLOCK_REQUESTS = 256
_SLACK_M = 1.0  # a block may reach a metre too far, never too short


@dataclass(frozen=True, eq=False)
class Pairs:
    """Feasible pairs, sorted by request, then volunteer; arrays of one length.

    Attributes
    ----------
    i, j
        Positions of request and volunteer.
    score
        Points, 0 to 9,999.
    """

    i: Ints
    j: Ints
    score: Ints

    def __len__(self) -> int:
        return len(self.i)


def feasible_pairs(problem: MatchProblem, *, only: Ints | None = None) -> Pairs:
    """Find every pair that no hard rule forbids.

    Parameters
    ----------
    only
        Positions of the requests to look at; all of them if None.
    """
    wanted = np.arange(len(problem.requests)) if only is None else np.asarray(only)
    volunteers = np.flatnonzero(
        (problem.volunteers.capacity > 0) & ~problem.resting & (problem.v_withheld == 0)
    )
    wanted = wanted[problem.r_withheld[wanted] == 0]
    found_i, found_j = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for requests, reachable in _blocks(problem, wanted, volunteers):
        step = max(1, _BLOCK_PAIRS // max(1, len(reachable)))
        for start in range(0, len(requests), step):
            rows = requests[start : start + step]
            a, b = np.nonzero(feasible(problem, rows[:, None], reachable[None, :]))
            found_i.append(rows[a])
            found_j.append(reachable[b])
    i, j = np.concatenate(found_i), np.concatenate(found_j)
    order = np.lexsort((j, i))
    i, j = i[order], j[order]
    return Pairs(i, j, _scores_in_steps(problem, i, j))


def _scores_in_steps(problem: MatchProblem, i: Ints, j: Ints) -> Ints:
    out = np.empty(len(i), dtype=np.int64)
    for start in range(0, len(i), _BLOCK_PAIRS):
        part = slice(start, start + _BLOCK_PAIRS)
        out[part] = scores(problem, i[part], j[part])
    return out


def _blocks(problem: MatchProblem, requests: Ints, volunteers: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield requests near each other with the volunteers that may reach one of them."""
    remote = problem.requests.mode[requests] == REMOTE
    if remote.any():
        yield requests[remote], volunteers
    near = requests[~remote & ~np.isnan(problem.r_xyz[requests, 0])]
    volunteers = volunteers[~np.isnan(problem.v_xyz[volunteers, 0])]
    near = near[morton_order(problem.requests.lonlat[near])]
    for start in range(0, len(near), _BLOCK_REQUESTS):
        block = near[start : start + _BLOCK_REQUESTS]
        yield block, volunteers[_touches(problem, block, volunteers)]


def _touches(problem: MatchProblem, block: Ints, volunteers: Ints) -> Bools:
    middle = problem.r_xyz[block].mean(axis=0)
    length = float(np.linalg.norm(middle))
    if length < 0.5:  # a block that spans half the globe has no useful middle
        return np.ones(len(volunteers), dtype=np.bool_)
    middle = middle / length
    radius = float(arc_metres(problem.r_xyz[block], middle).max())
    away = arc_metres(problem.v_xyz[volunteers], middle)
    return np.asarray(away <= problem.reach_m[volunteers] + radius + _SLACK_M)


def morton_order(lonlat: Floats) -> Ints:
    """Rows of points in Morton order."""
    if not len(lonlat):
        return np.empty(0, dtype=np.int64)
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    cells = (lonlat - low) / np.maximum(high - low, 1e-9) * CELLS
    return np.argsort(morton_codes(cells), kind="stable")
