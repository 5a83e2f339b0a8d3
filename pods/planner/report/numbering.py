"""Which pod keeps which number: pods that go on from a current plan keep theirs."""

from __future__ import annotations

import numpy as np

from geomatch.core.arrays import Bools, Ints


def named_like(labels: Ints, current: Ints, locked: Bools) -> Ints:
    """Renumber pods so that each keeps the number most of its households know.

    Parameters
    ----------
    labels
        (n,) pods 0..k-1, -1 for unplaced.
    current
        (n,) numbers they know, -1 for newcomers.
    locked
        (n,) households whose pod must keep their number.

    Returns
    -------
    ndarray of shape (n,)
        New numbers, -1 for unplaced. A pod nobody claims takes the smallest free number.
    """
    claims = (labels >= 0) & (current >= 0)
    # A lock outweighs any number of others.
    weight = np.where(locked, len(labels) + 1, 1)[claims]
    pairs, inverse = np.unique(
        np.column_stack([labels[claims], current[claims]]), axis=0, return_inverse=True
    )
    strength = np.bincount(inverse.ravel(), weight, len(pairs))
    name = np.full(int(labels.max(initial=-1)) + 1, -1)
    given: set[int] = set()
    for pod, number in pairs[np.lexsort((pairs[:, 1], pairs[:, 0], -strength))].tolist():
        if name[pod] < 0 and number not in given:
            name[pod] = number
            given.add(number)
    free = (number for number in range(len(labels)) if number not in given)
    name[name < 0] = [next(free) for _ in range(int((name < 0).sum()))]
    return np.where(labels >= 0, name[labels], -1) if len(name) else labels
