"""The streets of the current network, for a policy that measures along them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import QuerySet
from shapely import from_wkb

from geomatch.core.errors import ParameterError
from geomatch.matching.engine import Policy
from geomatch.network.models import GroundFeature

if TYPE_CHECKING:
    from geomatch.core.streetmap import StreetMap

__all__ = ["lacks_streets", "network_streets"]

MOST_NETWORKS = 4  # whose streets stay laid out in this process


def network_streets(policy: Policy) -> StreetMap | None:
    """Return the current network's streets where its policy measures along them, if it has any.

    Laying a county out takes a second, and pages ask again and again: it is done once for the same
    lines. Reading the lines each time is what makes sure that they are the same.
    """
    if policy.along != "streets":
        return None
    rows = _streets().order_by("id")
    lines = rows.annotate(line=AsWKB("geometry")).values_list("line", flat=True)
    return _laid_out(tuple(bytes(line) for line in lines))


def lacks_streets(policy: Policy) -> bool:
    """Whether a policy measures along streets that the current network has not."""
    return policy.along == "streets" and not _streets().exists()


def _streets() -> QuerySet[GroundFeature]:
    return GroundFeature.objects.filter(kind=GroundFeature.Kind.STREET)


@lru_cache(maxsize=MOST_NETWORKS)
def _laid_out(lines: tuple[bytes, ...]) -> StreetMap | None:
    from geomatch.core.streetmap import StreetMap  # loads compiled code

    try:
        return StreetMap(from_wkb(list(lines)))
    except ParameterError:
        return None  # no line among them: straight ones, and pages say so
