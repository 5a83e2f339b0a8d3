"""Further figures of a finished plan, straight from their definitions.

Nothing here is used to plan: every figure is counted anew from who is in which pod.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from geomatch.core.arrays import Bools, Floats, Ints
from pods.planner.town.wishes import Wishes

PAIRS_AT_ONCE = 4_000_000  # distances held in memory at a time
HULL_FROM = 1_000  # larger pods are measured between the corners of their hull


def diameters_m(points: Floats, labels: Ints) -> Floats:
    """(k,) largest straight-line distance between two members of each pod, pods ascending.

    Parameters
    ----------
    points
        (n, 2) metres.
    labels
        (n,) pods, -1 for unplaced.
    """
    placed = np.flatnonzero(labels >= 0)
    order = placed[np.argsort(labels[placed], kind="stable")]
    _, first, size = np.unique(labels[order], return_index=True, return_counts=True)
    found = np.zeros(len(size))
    for members in np.unique(size):
        pods = np.flatnonzero(size == members)
        for some in _batches(pods, int(members)):
            xy = points[order[first[some, None] + np.arange(members)]]
            if members >= HULL_FROM:
                xy = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(xy[0])))[None]
            apart = ((xy[:, :, None, :] - xy[:, None, :, :]) ** 2).sum(axis=3)
            found[some] = np.sqrt(apart.max(axis=(1, 2)))
    return found


def _batches(pods: Ints, members: int) -> Iterator[Ints]:
    step = 1 if members >= HULL_FROM else max(1, PAIRS_AT_ONCE // members**2)
    return (pods[at : at + step] for at in range(0, len(pods), step))


def barrier_crossings(
    points: Floats,
    labels: Ints,
    medoid_indices: Ints,
    barriers: Sequence[shapely.Geometry],
) -> int:
    """Count the households whose straight way to their pod's medoid meets a barrier.

    The planner joins neighbours who can reach each other; it does not look at the way to the
    medoid. So this is 0 unless a pod reaches over a bridge or round the end of a barrier, and then
    says how many have that to walk. Who lives at the medoid's very place has no way to go.

    Parameters
    ----------
    points
        (n, 2) metres.
    labels
        (n,) pods, -1 for unplaced.
    medoid_indices
        (k,) row of each pod's medoid, pods ascending.
    barriers
        Lines and polygons in the same metres.
    """
    placed = np.flatnonzero(labels >= 0)
    if not len(barriers) or not len(placed):
        return 0
    pod = np.unique(labels[placed], return_inverse=True)[1].ravel()
    ways = np.stack([points[placed], points[medoid_indices[pod]]], axis=1)
    ways = ways[(ways[:, 0] != ways[:, 1]).any(axis=1)]
    tree = shapely.STRtree(list(barriers))
    return len(np.unique(tree.query(shapely.linestrings(ways), predicate="intersects")[0]))


def wish_figures(wishes: Wishes, labels: Ints) -> dict[str, float]:
    """Say how far wishes are granted; a wish whose input is not given has no figure.

    Returns
    -------
    dict
        `pods_without_willing`, `pods_without_driver`: pods where nobody is.
        `households_alone_in_language`: share no language with anybody in their pod, of those whose
        languages are known.
        `streets_per_pod`: how many streets a pod is on, on average.
        `share_on_two_main_streets`: of a pod's households on known streets, those on its two
        commonest; on average over pods.
    """
    figures: dict[str, float] = {}
    placed = np.flatnonzero(labels >= 0)
    pod = np.unique(labels[placed], return_inverse=True)[1].ravel()
    pods = int(pod.max(initial=-1)) + 1
    if wishes.willing is not None:
        figures["pods_without_willing"] = pods - len(np.unique(pod[wishes.willing[placed]]))
    if wishes.drives is not None:
        figures["pods_without_driver"] = pods - len(np.unique(pod[wishes.drives[placed]]))
    if wishes.languages is not None:
        figures["households_alone_in_language"] = _alone(wishes.languages[placed], pod, pods)
    if wishes.street is not None:
        figures |= _street_figures(wishes.street[placed], pod)
    return figures


def _alone(languages: Bools, pod: Ints, pods: int) -> int:
    company = np.zeros(len(pod), dtype=bool)
    for speaks in languages.T:
        heard = np.bincount(pod[speaks], minlength=pods)
        company |= speaks & (heard[pod] > 1)
    return int((languages.any(axis=1) & ~company).sum())


def _street_figures(street: Ints, pod: Ints) -> dict[str, float]:
    owner, homes = _streets_of_pods(street, pod)
    if not len(owner):
        return {}
    order = np.lexsort((-homes, owner))
    owner, homes = owner[order], homes[order]
    first, streets = np.unique(owner, return_index=True, return_counts=True)[1:]
    main = np.arange(len(owner)) - np.repeat(first, streets) < 2
    on_main = np.add.reduceat(np.where(main, homes, 0), first)
    share = on_main / np.add.reduceat(homes, first)
    return {
        "streets_per_pod": round(float(streets.mean()), 3),
        "share_on_two_main_streets": round(float(share.mean()), 4),
    }


def _streets_of_pods(street: Ints, pod: Ints) -> tuple[Ints, Ints]:
    """Return each pair of a pod and one of its streets: the pod, and the households there."""
    known = street >= 0
    names, name = np.unique(street[known], return_inverse=True)
    pairs, homes = np.unique(pod[known] * len(names) + name.ravel(), return_counts=True)
    return pairs // max(len(names), 1), homes


def wish_cost_m(wishes: Wishes, labels: Ints) -> float:
    """Price what a plan leaves to be wished for, in metres."""
    weights, figures = wishes.weights, wish_figures(wishes, labels)
    further = 0
    if wishes.street is not None:
        placed = labels >= 0
        owner = _streets_of_pods(wishes.street[placed], labels[placed])[0]
        further = len(owner) - len(np.unique(owner))
    return float(
        weights.willing * figures.get("pods_without_willing", 0)
        + weights.driver * figures.get("pods_without_driver", 0)
        + weights.language * figures.get("households_alone_in_language", 0)
        + weights.street * further
    )
