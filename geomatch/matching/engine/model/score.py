"""The score of a pair: whole points, the exact sum of named parts, 0 to 9,999.

Every part is computed in whole numbers, so that a sum of parts is the score to the point, on any
machine. The names and the order are `policy.PARTS`.
"""

from __future__ import annotations

import numpy as np

from geomatch.core.arrays import Bools, Ints
from geomatch.core.sphere import arc_metres
from geomatch.matching.engine.inputs.policy import PARTS
from geomatch.matching.engine.model.problem import MatchProblem
from geomatch.matching.engine.model.rules import REMOTE

__all__ = ["distance_m", "score_parts", "scores", "walk_m"]


def scores(problem: MatchProblem, i: Ints, j: Ints) -> Ints:
    """Points of the pairs of requests `i` and volunteers `j`, (k,)."""
    total: Ints = score_parts(problem, i, j).sum(axis=1)
    return total


def score_parts(problem: MatchProblem, i: Ints, j: Ints) -> Ints:
    """Points of each part, (k, len(PARTS)), for positions `i`, `j` of shape (k,)."""
    weights = problem.policy.weights
    part_of = {
        "distance": _distance_points(problem, i, j),
        "skills": _fit_points(problem, i, j, weights["skills"]),
        "language": _language_points(problem, i, j, weights["language"]),
        "time": weights["time"]
        * np.minimum(_shared_slots(problem, i, j), problem.policy.enough_slots)
        // problem.policy.enough_slots,
        "pod": weights["pod"] * _same_pod(problem, i, j),
        "load": weights["load"] // (1 + problem.volunteers.recent_tasks[j]),
        "continuity": weights["continuity"] * _known(problem, i, j),
    }
    return np.stack([part_of[name] for name in PARTS], axis=1).astype(np.int64)


def distance_m(problem: MatchProblem, i: Ints, j: Ints) -> Ints:
    """Great-circle distance in whole metres, -1 where either place is unknown."""
    metres = arc_metres(problem.r_xyz[i], problem.v_xyz[j])
    whole: Ints = np.floor(np.where(np.isnan(metres), -1.0, metres + 0.5)).astype(np.int64)
    return whole


def walk_m(problem: MatchProblem, i: Ints, j: Ints) -> Ints:
    """Walk along streets in whole metres, (k,) for `i`, `j` of shape (k,).

    -1 where there are no streets, either place is unknown, or the task is remote.
    """
    whole = np.full(len(i), -1, dtype=np.int64)
    if problem.on_foot is None:
        return whole
    straight = arc_metres(problem.r_xyz[i], problem.v_xyz[j])
    near = np.flatnonzero((problem.requests.mode[i] != REMOTE) & ~np.isnan(straight))
    walk = problem.on_foot.metres(i[near], j[near], straight[near])
    whole[near] = np.floor(walk + 0.5).astype(np.int64)
    return whole


def _distance_points(problem: MatchProblem, i: Ints, j: Ints) -> Ints:
    table = problem.distance_points
    metres = (distance_m if problem.on_foot is None else walk_m)(problem, i, j)
    near = (metres >= 0) & (metres < len(table))
    points = np.where(near, table[np.where(near, metres, 0)], 0)
    # a call is never far: remote tasks are not put behind the ones next door
    remote = problem.requests.mode[i] == REMOTE
    return np.asarray(np.where(remote, problem.policy.weights["distance"], points))


def _fit_points(problem: MatchProblem, i: Ints, j: Ints, weight: int) -> Ints:
    """All for exactly the skills needed; a nurse with four others for an errand: a sixth."""
    fit = weight * (1 + problem.r_skill_count[i]) // (1 + problem.v_skill_count[j])
    return np.asarray(np.minimum(fit, weight))


def _language_points(problem: MatchProblem, i: Ints, j: Ints, weight: int) -> Ints:
    """All for the language named first (or where none is named), half for a later one."""
    first: Bools = ((problem.r_first_language[:, i] & problem.v_languages[:, j]) != 0).any(axis=0)
    return np.asarray(np.where(first, weight, weight // 2))


def _shared_slots(problem: MatchProblem, i: Ints, j: Ints) -> Ints:
    both = problem.requests.times[i] & problem.volunteers.times[j]
    return np.asarray(np.bitwise_count(both), dtype=np.int64)


def _same_pod(problem: MatchProblem, i: Ints, j: Ints) -> Bools:
    return np.asarray((problem.r_pod[i] == problem.v_pod[j]) & (problem.r_pod[i] >= 0))


def _known(problem: MatchProblem, i: Ints, j: Ints) -> Bools:
    keys = problem.keys(i, j)
    if not len(problem.helped):
        return np.zeros(np.shape(keys), dtype=np.bool_)
    at = np.minimum(np.searchsorted(problem.helped, keys), len(problem.helped) - 1)
    return np.asarray(problem.helped[at] == keys)
