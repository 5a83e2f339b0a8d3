"""The piece of ground a sketch shows, and the way from metres to millimetres on paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geomatch.core.arrays import Floats, Geometries
from geomatch.core.geodesy import METRES_PER_MILE

__all__ = ["Frame", "scale_bar"]


LARGEST_MM_PER_M = 0.8
"""No closer than 230 m across a letter sheet: two doors need some street around them."""
FOOT_M = 0.3048


@dataclass(frozen=True)
class Frame:
    """A map frame: north is up, x grows to the right and y *down*, as paper is drawn.

    Attributes
    ----------
    width_mm, height_mm
        Size on paper.
    mm_per_m
        Scale.
    middle_m
        The point of the ground in the middle, (x, y) in local metres.
    """

    width_mm: float
    height_mm: float
    mm_per_m: float
    middle_m: tuple[float, float]

    @classmethod
    def around(
        cls,
        points_m: Floats,
        *,
        width_mm: float,
        heights_mm: tuple[float, float],
        pad_mm: float,
    ) -> Frame:
        """Fit a frame around points.

        Parameters
        ----------
        points_m : ndarray of float64, shape (n, 2), n >= 1
            In local metres.
        width_mm : float
            Width of the paper between its margins.
        heights_mm : (least, most)
            The height follows the shape of the pod between these.
        pad_mm : float
            Free border around the points.
        """
        low, high = points_m.min(axis=0), points_m.max(axis=0)
        wide, tall = np.maximum(high - low, 1.0)
        by_width = min((width_mm - 2 * pad_mm) / wide, LARGEST_MM_PER_M)
        height = float(np.clip(tall * by_width + 2 * pad_mm, *heights_mm))
        scale = min(by_width, (height - 2 * pad_mm) / tall)
        middle = (low + high) / 2
        return cls(width_mm, height, float(scale), (float(middle[0]), float(middle[1])))

    def to_mm(self, points_m: Floats) -> Floats:
        """Local metres, shape (n, 2), to millimetres from the frame's top left corner."""
        x = (points_m[:, 0] - self.middle_m[0]) * self.mm_per_m + self.width_mm / 2
        y = self.height_mm / 2 - (points_m[:, 1] - self.middle_m[1]) * self.mm_per_m
        return np.stack([x, y], axis=1)

    def shapes_to_mm(self, shapes: Geometries, spare_mm: float = 0.0) -> Geometries:
        """Return shapes in millimetres, cut at the frame and `spare_mm` beyond it.

        The cut keeps one (possibly empty) shape per shape given.
        """
        if not len(shapes):
            return shapes
        moved = shapely.transform(shapes, self.to_mm)
        right, bottom = self.width_mm + spare_mm, self.height_mm + spare_mm
        return np.asarray(shapely.clip_by_rect(moved, -spare_mm, -spare_mm, right, bottom))

    def bounds_m(self, spare_m: float = 0.0) -> tuple[float, float, float, float]:
        """West, south, east and north of the frame in local metres, widened by `spare_m`."""
        half_x = self.width_mm / 2 / self.mm_per_m + spare_m
        half_y = self.height_mm / 2 / self.mm_per_m + spare_m
        x, y = self.middle_m
        return (x - half_x, y - half_y, x + half_x, y + half_y)


def scale_bar(frame: Frame, longest_mm: float = 42.0) -> dict[str, object]:
    """Round lengths for a scale bar, in metric and in feet or miles.

    Parameters
    ----------
    frame : Frame
        The map.
    longest_mm : float
        No bar is longer than this on paper.

    Returns
    -------
    dict
        ``metric`` and ``imperial``, each with ``mm`` (length on paper) and ``label``.
    """
    most_m = longest_mm / frame.mm_per_m
    metric = _round_down(most_m)
    imperial_unit = FOOT_M if most_m < METRES_PER_MILE / 2 else METRES_PER_MILE
    imperial = _round_down(most_m / imperial_unit)
    metric_label = f"{metric:g} m" if metric < 1000 else f"{metric / 1000:g} km"
    imperial_label = f"{imperial:g} {'ft' if imperial_unit == FOOT_M else 'mi'}"
    return {
        "metric": {"mm": metric * frame.mm_per_m, "label": metric_label},
        "imperial": {"mm": imperial * imperial_unit * frame.mm_per_m, "label": imperial_label},
    }


def _round_down(length: float) -> float:
    """Largest of 1, 2, 5 times a power of ten that is not longer."""
    power = 10.0 ** np.floor(np.log10(length))
    return float(max(step * power for step in (1, 2, 5) if step * power <= length))
