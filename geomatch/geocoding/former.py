"""Addresses from before a renumbering: a sheet that is older than the street signs.

Counties renumber whole valleys and publish which address became which. With such a table a former
address is found where it is today; without it, it is honestly unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from geomatch.core.addresses import Address
from geomatch.core.geodesy import haversine_m
from geomatch.core.translation import gettext
from geomatch.geocoding.results import Candidate, Geocode, cannot_choose

__all__ = ["FormerAddresses"]

_SAME_PLACE_M: Final = 60.0


class _Exact(Protocol):
    def exactly(self, address: Address) -> Geocode | None:
        """Find an address as written."""


class FormerAddresses:
    """Former addresses, and what they are called today.

    Parameters
    ----------
    gazetteer : Gazetteer
        The former addresses, at today's points.
    now : sequence of str, shape (n,)
        Today's address of every row of it.
    points : array_like, shape (n, 2)
        WGS84 lon/lat of every row.
    """

    def __init__(self, gazetteer: _Exact, now: Sequence[str], points: npt.ArrayLike) -> None:
        self._gazetteer = gazetteer
        self._now = now
        lonlat = np.asarray(points, dtype=np.float64).tolist()
        self._now_at = {tuple(point): name for point, name in zip(lonlat, now, strict=True)}

    def find(self, address: Address) -> Geocode | None:
        """Find a former address as written, under the name it has today."""
        found = self._gazetteer.exactly(address)
        if found is None:
            return None
        if not found.is_placed:
            return cannot_choose(
                [place._replace(address=self._now_at[place[1:]]) for place in found.candidates],
                why=gettext("{number} places had this address before a renumbering, today").format(
                    number=len(found.candidates)
                ),
            )
        now = self._now[found.row]
        reason = "; ".join(
            part
            for part in (found.reason, gettext("a former address, today {now}").format(now=now))
            if part
        )
        return found._replace(
            matched_address=now, score=round(found.score * 0.95, 3), reason=reason, row=-1
        )

    def weighed(self, today: Geocode | None, former: Geocode | None) -> Geocode | None:
        """Choose between what an address is today and what it was."""
        if today is None or former is None:
            return today or former
        if not (today.is_placed and former.is_placed):
            return today
        if haversine_m((today.lon, today.lat), (former.lon, former.lat)) <= _SAME_PLACE_M:
            return today
        return cannot_choose(
            [
                Candidate(
                    gettext("{address} of today").format(address=today.matched_address),
                    today.lon,
                    today.lat,
                ),
                Candidate(
                    gettext("{address}, formerly that").format(address=former.matched_address),
                    former.lon,
                    former.lat,
                ),
            ],
            why=gettext("renumbered: two places have or had this address"),
        )
