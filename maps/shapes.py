"""The soft shape of a pod on a map: where it is, never where its homes are.

A pod's convex hull has homes as its corners, so a hull is never drawn. The shape here is grown:
the ground near its homes and near the path that joins them, as far as that is nearer to one of its
homes than to anybody else's (Voronoi cells: pods meet halfway between their homes and never
overlap), less the water, then rounded and simplified.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError

__all__ = ["label_points", "pod_areas", "touching_pairs"]

REACH_M = (34.0, 130.0)
"""How far a pod reaches beyond its homes, in metres: from a garden's depth and half a street in
town to a field out the road, with the distance between neighbours."""

COURT_M = 45.0
"""A gap narrower than twice this between homes of one pod is part of the pod."""

ROUNDING_M = 9.0
SIMPLIFY_M = 1.5

Geometries = npt.NDArray[np.object_]


def pod_areas(
    points_m: npt.NDArray[np.float64],
    labels: npt.NDArray[np.int64],
    *,
    water: Sequence[shapely.Geometry] = (),
) -> Geometries:
    """Grow the soft shape of every pod.

    Parameters
    ----------
    points_m : ndarray of float64, shape (n, 2)
        Homes in local metres, all finite. Several homes may stand on one point.
    labels : ndarray of int64, shape (n,)
        Pod of each home, from 0; -1 for none: it keeps its ground, and no pod grows over it.
    water
        Areas in the same metres that no pod covers.

    Returns
    -------
    ndarray of shapely geometries, shape (labels.max() + 1,)
        Polygon or MultiPolygon in local metres; empty for a number no home has.

    Notes
    -----
    Where two pods share a point (an apartment house larger than a pod) the point's ground goes to
    the pod with more homes there.
    """
    n_pods = int(labels.max(initial=-1)) + 1
    areas = np.full(n_pods, shapely.Polygon(), dtype=object)
    if not n_pods:
        return areas
    places, owner = _places(points_m, labels)
    cells = _cells(places)
    drowned = shapely.union_all(list(water)) if len(water) else None
    for pod in np.unique(labels[labels >= 0]):
        grown = _grown(np.unique(points_m[labels == pod], axis=0))
        mine = owner == pod
        if mine.any():  # else every point is shared with a larger pod: the grown shape must do
            grown = shapely.intersection(grown, shapely.union_all(cells[mine]))
        if drowned is not None:
            grown = shapely.difference(grown, drowned)
        areas[pod] = _softened(grown)
    return areas


def touching_pairs(areas: Geometries, *, within_m: float = 40.0) -> npt.NDArray[np.int64]:
    """Return the pairs of shapes that touch or nearly touch.

    Parameters
    ----------
    areas : ndarray of shapely geometries, shape (k,)
        In metres; empty ones touch nothing.
    within_m : float, default 40.0
        How near counts as touching, in metres: across a street is beside.

    Returns
    -------
    ndarray of int64, shape (m, 2)
        Pairs of indices, each once, the smaller first.
    """
    if not len(areas):
        return np.empty((0, 2), dtype=np.int64)
    tree = shapely.STRtree(areas)
    pairs = tree.query(areas, predicate="dwithin", distance=within_m).T
    return np.asarray(pairs[pairs[:, 0] < pairs[:, 1]], dtype=np.int64)


def label_points(areas: Geometries) -> npt.NDArray[np.float64]:
    """Return a point well inside each shape, where its number is written.

    Parameters
    ----------
    areas : ndarray of shapely geometries, shape (k,)

    Returns
    -------
    ndarray of float64, shape (k, 2)
        The middle of the largest circle inside (Mapbox's polylabel, as GEOS computes it), NaN for
        an empty shape.
    """
    points = np.full((len(areas), 2), np.nan)
    for index, area in enumerate(areas):
        if not shapely.is_empty(area):
            circle = shapely.maximum_inscribed_circle(area, tolerance=2.0)
            points[index] = shapely.get_coordinates(circle)[0]
    return points


def _places(
    points_m: npt.NDArray[np.float64], labels: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Points without repeats, and the pod each belongs to (the one with most homes there)."""
    # To the millimetre: nearer points have no cell of their own worth drawing.
    places, where = np.unique(np.round(points_m, 3), axis=0, return_inverse=True)
    pairs, counts = np.unique(np.c_[where.ravel(), labels], axis=0, return_counts=True)
    order = np.lexsort((pairs[:, 1], -counts, pairs[:, 0]))
    first = np.unique(pairs[order, 0], return_index=True)[1]
    return places, pairs[order, 1][first]


def _cells(places: npt.NDArray[np.float64]) -> Geometries:
    """Voronoi cell of each place, in their order."""
    if len(places) == 1:
        return shapely.buffer(shapely.points(places), 2_000.0)
    around = shapely.buffer(shapely.multipoints(places).envelope, 2_000.0)
    cells = shapely.voronoi_polygons(shapely.multipoints(places), extend_to=around, ordered=True)
    return np.asarray(shapely.get_parts(cells), dtype=object)


def _grown(homes: npt.NDArray[np.float64]) -> shapely.Geometry:
    """Ground near the homes and along the shortest tree that joins them, without small gaps."""
    tree, length = _shortest_tree(homes)
    reach = float(np.clip(np.median(length), *REACH_M)) if len(length) else REACH_M[0]
    near = shapely.buffer(shapely.multipoints(homes), reach, quad_segs=6)
    paths = shapely.buffer(shapely.multilinestrings(tree), reach / 2, quad_segs=4)
    closed = shapely.buffer(shapely.union(near, paths), COURT_M, quad_segs=4)
    return _without_courts(shapely.buffer(closed, -COURT_M, quad_segs=4))


def _shortest_tree(
    homes: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64]]:
    """Edges of the minimum spanning tree of distinct points as lines, and their lengths."""
    if len(homes) < 2:
        return np.empty(0, dtype=object), np.empty(0)
    try:  # the tree is part of the Delaunay triangulation
        faces = Delaunay(homes).simplices
        edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        edges = np.unique(np.sort(edges), axis=0)
    except QhullError:  # too few, or all on one line
        edges = np.argwhere(np.triu(np.ones((len(homes),) * 2, dtype=bool), 1))
    length = np.hypot(*(homes[edges[:, 0]] - homes[edges[:, 1]]).T)
    tree = minimum_spanning_tree(coo_array((length, edges.T), shape=(len(homes),) * 2)).tocoo()
    return shapely.linestrings(np.stack([homes[tree.row], homes[tree.col]], axis=1)), tree.data


def _softened(area: shapely.Geometry) -> shapely.Geometry:
    """Round the corners, drop slivers, and leave a thin gap to the neighbour."""
    soft = shapely.buffer(shapely.buffer(area, -ROUNDING_M), ROUNDING_M - 1.5, quad_segs=4)
    return shapely.simplify(area if shapely.is_empty(soft) else soft, SIMPLIFY_M)


def _without_courts(area: shapely.Geometry) -> shapely.Geometry:
    """Fill the holes that are too small to mean something."""
    return shapely.union_all(
        [
            shapely.Polygon(
                part.exterior,
                [ring for ring in part.interiors if shapely.Polygon(ring).area > 4 * COURT_M**2],
            )
            for part in shapely.get_parts(area)
        ]
    )
