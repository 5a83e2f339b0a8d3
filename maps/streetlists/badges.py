"""Numbered badges on the map: each on its door where there is room, beside it where not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geomatch.core.arrays import Floats

__all__ = ["Badge", "place_badges"]


GAP_MM = 0.5
ROUNDS = 240
GOLDEN_ANGLE = 2.399963229728653
"""Doors at one point part in directions that never repeat (Vogel's sunflower, 1979)."""
SEED_SPACING = 0.62


@dataclass(frozen=True)
class Badge:
    """A number on the map, in millimetres.

    Attributes
    ----------
    at, half
        Middle of the badge and half its width and height.
    door
        Where the door itself is.
    """

    at: tuple[float, float]
    half: tuple[float, float]
    door: tuple[float, float]

    @property
    def beside(self) -> bool:
        """Whether the badge had to move so far that a line must lead to the door."""
        return float(np.hypot(self.at[0] - self.door[0], self.at[1] - self.door[1])) > 0.9

    def outline(self, spare_mm: float = 0.0) -> shapely.Polygon:
        """Return the paper the badge covers."""
        (x, y), (w, h) = self.at, self.half
        return shapely.box(x - w - spare_mm, y - h - spare_mm, x + w + spare_mm, y + h + spare_mm)


def place_badges(doors_mm: Floats, halves_mm: Floats, size_mm: Floats) -> list[Badge]:
    """Push badges apart until none covers another.

    Parameters
    ----------
    doors_mm : ndarray of float64, shape (n, 2)
        Where the doors are.
    halves_mm : ndarray of float64, shape (n, 2)
        Half the width and height of each badge.
    size_mm : ndarray of float64, shape (2,)
        Width and height of the map; badges stay inside.

    Returns
    -------
    list of Badge
        In the same order. Deterministic.

    Notes
    -----
    Every overlapping pair parts along the axis on which it overlaps less, half the way each, while
    a weak spring pulls each badge home; the scheme is the usual one for map labels (Imhof's rules,
    solved by relaxation). Where there is no room at all, some overlap stays.
    """
    n = len(doors_mm)
    if not n:
        return []
    at = _spread(doors_mm, halves_mm)
    need = halves_mm[:, None] + halves_mm[None] + GAP_MM
    need[np.arange(n), np.arange(n)] = 0
    order = np.arange(n)
    tie = np.sign(order[:, None] - order[None])[..., None]  # level badges must part, not drift
    low, high = halves_mm + GAP_MM, np.maximum(size_mm - halves_mm - GAP_MM, halves_mm + GAP_MM)
    for round_number in range(ROUNDS):
        at = np.clip(at, low, high)
        apart = at[:, None] - at[None]
        overlap = need - np.abs(apart)
        clash = (overlap > 1e-6).all(axis=2)
        if not clash.any():
            break
        along_y = overlap[..., 1] < overlap[..., 0]
        push = np.where(clash, np.where(along_y, overlap[..., 1], overlap[..., 0]), 0.0)
        step = np.where(apart == 0, tie, np.sign(apart)) * push[..., None] / 2
        at[:, 0] += np.where(along_y, 0.0, step[..., 0]).sum(axis=1)
        at[:, 1] += np.where(along_y, step[..., 1], 0.0).sum(axis=1)
        if round_number < ROUNDS // 2:
            at += 0.02 * (doors_mm - at)
    at = np.clip(at, low, high)
    return [
        Badge((float(x), float(y)), (float(w), float(h)), (float(u), float(v)))
        for (x, y), (w, h), (u, v) in zip(at, halves_mm, doors_mm, strict=True)
    ]


def _spread(doors_mm: Floats, halves_mm: Floats) -> Floats:
    """Start doors at one point as a sunflower's seeds: pushed apart they would make a queue."""
    _, place = np.unique(np.round(doors_mm), axis=0, return_inverse=True)
    place = place.ravel()
    earlier = np.array([np.count_nonzero(place[:i] == place[i]) for i in range(len(place))])
    radius = SEED_SPACING * 2 * halves_mm.mean(axis=1) * np.sqrt(earlier)
    turn = earlier * GOLDEN_ANGLE
    return np.asarray(doors_mm + radius[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1))
