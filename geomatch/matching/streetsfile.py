"""Streets for the file commands: read, laid out, and asked for where a policy needs them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from geomatch.core.errors import ParameterError
from geomatch.core.translation import gettext
from geomatch.matching.engine import Policy

if TYPE_CHECKING:
    import shapely

    from geomatch.core.streetmap import StreetMap
    from geomatch.tables import Feature

__all__ = ["refuse_missing_streets", "street_map", "street_shapes"]


def refuse_missing_streets(policy: Policy, *, given: bool) -> None:
    """Refuse to measure in a straight line what a policy wants measured along streets."""
    if policy.along == "streets" and not given:
        raise ParameterError(
            gettext(
                "the policy “{name}” measures along streets, and none are given: name "
                'them with --streets FILE, or write along = "straight" in its [distance]'
            ).format(name=policy.name)
        )


def street_shapes(features: Sequence[Feature]) -> list[shapely.Geometry]:
    """Take the shapes out of a streets file; a map file may hold features without one."""
    return [feature.geometry for feature in features if feature.geometry is not None]


def street_map(features: Sequence[Feature] | None) -> StreetMap | None:
    """Lay the streets of a file out; None without a file.

    Raises
    ------
    ParameterError
        There is no line in it, or its corners are no longitudes and latitudes.
    """
    from geomatch.core.streetmap import StreetMap  # compiles, or loads a cache

    return None if features is None else StreetMap(street_shapes(features))
