"""Colours for pods, so that pods beside each other never share one.

The eight colours themselves are design tokens (`--pod-1` … `--pod-8`, Okabe-Ito without black and
Tol's wine); this module only says which pod takes which number.
"""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

from geomatch.core.arrays import Ints
from geomatch.core.errors import ParameterError

__all__ = ["N_COLOURS", "assign_colours"]

N_COLOURS = 8
"""Colours in the tokens file."""


def assign_colours(n_pods: int, neighbours: npt.ArrayLike, *, n_colours: int = N_COLOURS) -> Ints:
    """Give every pod a colour that none of its neighbours has.

    Parameters
    ----------
    n_pods : int
        Number of pods.
    neighbours : array_like of int, shape (m, 2)
        Pairs of pods (indices from 0) that lie beside each other, in any order, repeated or not.
    n_colours : int, default 8
        How many colours there are.

    Returns
    -------
    ndarray of int64, shape (n_pods,)
        Colour of each pod, from 0. The same input gives the same answer. Where the map needs more
        than `n_colours` (pods in several pieces can), a pod takes the colour fewest of its
        neighbours have: the numbers on the map still tell them apart.

    Raises
    ------
    ParameterError
        If a pair names a pod that does not exist, or there is no colour.

    Notes
    -----
    Smallest-last order (Matula and Beck, "Smallest-last ordering and clustering and graph coloring
    algorithms", J. ACM 30, 1983): a planar graph always has a vertex of degree five or less, so
    pods that are one piece each need six colours at most. Among the free colours the one least
    seen two steps away is taken, then the one least used: the map does not cluster into one hue.

    Examples
    --------
    >>> colours = assign_colours(4, [(0, 1), (1, 2), (2, 0)])
    >>> len(set(colours[:3].tolist()))
    3
    >>> assign_colours(0, []).tolist()
    []
    """
    if n_colours < 1:
        raise ParameterError(f"a map needs at least one colour, not {n_colours}")
    beside = _adjacency(n_pods, neighbours)
    colours = np.full(n_pods, -1, dtype=np.int64)
    used = np.zeros(n_colours, dtype=np.int64)
    for pod in reversed(_smallest_last(beside)):
        near = np.bincount(_seen(colours, beside[pod]), minlength=n_colours)
        two_steps = {far for other in beside[pod] for far in beside[other]} - {pod}
        far = np.bincount(_seen(colours, two_steps), minlength=n_colours)
        # lexsort takes its last key first: conflicts, then colours two steps away, then use.
        choice = np.lexsort((used, far, near))[0]
        colours[pod] = choice
        used[choice] += 1
    return colours


def _seen(colours: Ints, pods: set[int]) -> Ints:
    found = colours[sorted(pods)] if pods else colours[:0]
    return found[found >= 0]


def _adjacency(n_pods: int, neighbours: npt.ArrayLike) -> list[set[int]]:
    pairs = np.asarray(neighbours, dtype=np.int64).reshape(-1, 2)
    if pairs.size and (pairs.min() < 0 or pairs.max() >= n_pods):
        raise ParameterError(f"a neighbour pair names a pod outside 0 to {n_pods - 1}")
    beside: list[set[int]] = [set() for _ in range(n_pods)]
    for one, other in pairs.tolist():
        if one != other:
            beside[one].add(other)
            beside[other].add(one)
    return beside


def _smallest_last(beside: list[set[int]]) -> list[int]:
    """Take away, again and again, the pod with the fewest neighbours left."""
    degree = [len(others) for others in beside]
    queue = [(d, pod) for pod, d in enumerate(degree)]
    heapq.heapify(queue)
    taken: list[int] = []
    gone = [False] * len(beside)
    while queue:
        d, pod = heapq.heappop(queue)
        if gone[pod] or d != degree[pod]:
            continue
        gone[pod] = True
        taken.append(pod)
        for other in beside[pod]:
            if not gone[other]:
                degree[other] -= 1
                heapq.heappush(queue, (degree[other], other))
    return taken
