"""One day's places on the streets, where distances are walks and not straight lines.

The way along streets is measured in whole steps (`geomatch.core.streetmap`), so that it is the same
number wherever it is added up. A walk is that way, but never less than the great-circle distance;
where no street leads it is three times that distance, far but not infinite, as in the planner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.core.arrays import Floats, Ints

if TYPE_CHECKING:  # loads compiled code; days without streets need none
    from geomatch.core.streetmap import StreetMap
    from geomatch.core.walks import Walks

__all__ = ["OnFoot", "Ways", "find_places", "ways_of"]


class OnFoot(NamedTuple):
    """Where everybody stands on the streets.

    Attributes
    ----------
    walks
        Between the places of the requests and then the volunteers.
    r_place, v_place
        (n,), (m,) number of each place in `walks`.
    astray
        Known places that streets do not join to most of the others.
    """

    walks: Walks
    r_place: Ints
    v_place: Ints
    astray: int

    def one_request(self, row: slice) -> OnFoot:
        """Keep the requests of `row` alone."""
        return self._replace(r_place=self.r_place[row])

    def metres(self, i: Ints, j: Ints, straight_m: Floats) -> Floats:
        """(k,) walks between requests `i` and volunteers `j` so far apart straight."""
        from geomatch.core.walks import walks_of_pairs

        return walks_of_pairs(self.walks, self.r_place[i], self.v_place[j], straight_m)


def find_places(streets: StreetMap, requests: Floats, volunteers: Floats) -> OnFoot:
    """Find places in longitude and latitude, (n, 2) and (m, 2), on the streets."""
    walks, part = streets.walks(np.concatenate([requests, volunteers]))
    joined = np.bincount(part[part >= 0], minlength=1)
    return OnFoot(
        walks=walks,
        r_place=np.arange(len(requests)),
        v_place=np.arange(len(requests), len(part)),
        astray=int(joined.sum() - joined.max()),
    )


class Ways(NamedTuple):
    """What the kernels read of `OnFoot`, in the order of a layout; see `Walks` for the names."""

    r_access: Floats
    r_stretch: Ints
    r_end: Ints
    r_to_end: Floats
    v_access: Floats
    v_stretch: Ints
    v_end: Ints
    v_to_end: Floats
    ptr: Ints
    hub: NDArray[np.int32]
    length: Floats
    hubs: int
    step_m: float


def ways_of(on_foot: OnFoot | None, request: Ints, volunteer: Ints) -> Ways | None:
    """Lay the places out: the requests `request` and the volunteers `volunteer`, in that order."""
    if on_foot is None:
        return None
    walks, labels = on_foot.walks, on_foot.walks.labels
    r, v = on_foot.r_place[request], on_foot.v_place[volunteer]
    return Ways(
        *(walks.access[r], walks.stretch[r], walks.end[r], walks.to_end[r]),
        *(walks.access[v], walks.stretch[v], walks.end[v], walks.to_end[v]),
        ptr=labels.ptr,
        hub=labels.hub.astype(np.int32),
        length=labels.length,
        hubs=int(labels.hub.max(initial=-1)) + 1,
        step_m=walks.step_m,
    )
