"""SVG of a sketch's lines. Numbers only: no text of anybody ever goes in."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from geomatch.core.arrays import Geometries

__all__ = ["line", "path", "spot", "svg"]


def _data(shapes: Geometries) -> str:
    """Path data of the lines and rings of shapes, to a hundredth of a millimetre."""
    parts = shapely.get_parts(shapely.get_parts(shapes))  # twice: a collection may hold a multi
    kind = shapely.get_type_id(parts)
    rings = shapely.get_rings(parts[kind == shapely.GeometryType.POLYGON])
    is_line = (kind == shapely.GeometryType.LINESTRING) | (kind == shapely.GeometryType.LINEARRING)
    strokes = np.concatenate([parts[is_line], rings])
    if not len(strokes):
        return ""
    xy, stroke = shapely.get_coordinates(strokes, return_index=True)
    begins = np.concatenate([[True], stroke[1:] != stroke[:-1]])
    return "".join(
        f"{'M' if begin else 'L'}{x:g} {y:g}"
        for begin, (x, y) in zip(begins.tolist(), np.round(xy, 2).tolist(), strict=True)
    )


def path(
    shapes: Iterable[shapely.Geometry] | Geometries,
    *,
    width_mm: float,
    colour: str = "#000",
    fill: str = "none",
    dash: str = "",
) -> str:
    """One SVG path that strokes many shapes alike; empty when there is nothing to draw."""
    data = _data(np.array(list(shapes), dtype=object))
    if not data:
        return ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{data}" fill="{fill}" stroke="{colour}" stroke-width="{width_mm:g}"'
        f' stroke-linecap="round" stroke-linejoin="round"{dashed}/>'
    )


def line(a: tuple[float, float], b: tuple[float, float], *, width_mm: float) -> str:
    """One straight line from a to b."""
    return path([shapely.linestrings([a, b])], width_mm=width_mm)


def spot(at: tuple[float, float], radius_mm: float) -> str:
    """Draw a filled dot."""
    return f'<circle cx="{at[0]:.2f}" cy="{at[1]:.2f}" r="{radius_mm:g}"/>'


def svg(width_mm: float, height_mm: float, parts: Iterable[str]) -> str:
    """Wrap drawn parts into an SVG of a size in millimetres."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm:g}mm" height="{height_mm:g}mm"'
        f' viewBox="0 0 {width_mm:g} {height_mm:g}">{"".join(parts)}</svg>'
    )
