"""What lies between the homes: what nobody crosses, the ways over it, and streets to walk along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geomatch.core.yes_no import is_crossing
from geomatch.tables import Feature

Shapes = Sequence[Any]  # shapely geometries, longitude and latitude in degrees


@dataclass(frozen=True)
class Ground:
    """Barriers, crossings and streets, in degrees.

    Attributes
    ----------
    barriers
        Lines and polygons that nobody crosses on foot.
    crossings
        Where a barrier can be crossed.
    streets
        Centre lines along which distances are walked; None for straight lines.
    """

    barriers: Shapes = ()
    crossings: Shapes = ()
    streets: Shapes | None = None

    @classmethod
    def from_features(
        cls, barriers: Sequence[Feature] = (), streets: Sequence[Feature] | None = None
    ) -> Ground:
        """Sort the features of map files; a file of streets may hold features without a shape."""
        crossing = [is_crossing(feature.properties) for feature in barriers]
        each = list(zip(barriers, crossing, strict=True))
        return cls(
            barriers=[feature.geometry for feature, over in each if not over],
            crossings=[feature.geometry for feature, over in each if over],
            streets=None
            if streets is None
            else [each.geometry for each in streets if each.geometry is not None],
        )
