"""The soft shape of a pod on a map: where it is, never where its homes are.

A pod's convex hull has homes as its corners, so a hull is never drawn. The shape here is grown:
the ground near its homes and near the path that joins them, as far as that is nearer to one of its
homes than to anybody else's (Voronoi cells: pods meet halfway between their homes and never
overlap), less the water, then rounded and simplified.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError

from geomatch.core.arrays import Floats, Geometries, Ints

__all__ = ["label_points", "pod_areas", "touching_pairs"]

REACH_M = (34.0, 130.0)
"""How far a pod reaches beyond its homes, in metres: from a garden's depth and half a street in
town to a field out the road, with the distance between neighbours."""

COURT_M = 45.0
"""A gap narrower than twice this between homes of one pod is part of the pod."""

FAR_M = 2_000.0
"""How far ground goes on beyond the outermost home before anything is cut."""

ROUNDING_M = 9.0
SIMPLIFY_M = 1.5


def pod_areas(
    points_m: Floats,
    labels: Ints,
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
    if not n_pods:
        return np.empty(0, dtype=object)
    places, owner = _places(points_m, labels)
    grown = _grown(points_m[labels >= 0], labels[labels >= 0], n_pods)
    # A pod all of whose places have more homes of another pod keeps what it has grown.
    owns = np.flatnonzero(np.bincount(owner[owner >= 0], minlength=n_pods))
    grown[owns] = shapely.intersection(grown[owns], _own_ground(places, owner, n_pods)[owns])
    if len(water):
        grown = shapely.difference(grown, shapely.union_all(list(water)))
    return _softened(grown)


def touching_pairs(areas: Geometries, *, within_m: float = 40.0) -> Ints:
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


def label_points(areas: Geometries) -> Floats:
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


def _places(points_m: Floats, labels: Ints) -> tuple[Floats, Ints]:
    """Points without repeats, and the pod each belongs to (the one with most homes there)."""
    # To the millimetre: nearer points have no cell of their own worth drawing.
    places, where = np.unique(np.round(points_m, 3), axis=0, return_inverse=True)
    pairs, counts = np.unique(np.c_[where.ravel(), labels], axis=0, return_counts=True)
    order = np.lexsort((pairs[:, 1], -counts, pairs[:, 0]))
    first = np.unique(pairs[order, 0], return_index=True)[1]
    return places, pairs[order, 1][first]


def _own_ground(places: Floats, owner: Ints, n_pods: int) -> Geometries:
    """Union of the Voronoi cells of each pod's places."""
    if len(places) == 1:
        cells = shapely.buffer(shapely.points(places), FAR_M)
    else:
        around = shapely.buffer(shapely.multipoints(places).envelope, FAR_M)
        drawn = shapely.voronoi_polygons(
            shapely.multipoints(places), extend_to=around, ordered=True
        )
        cells = np.asarray(shapely.get_parts(drawn), dtype=object)
    order = np.argsort(owner, kind="stable")
    order = order[owner[order] >= 0]
    ground = np.full(n_pods, shapely.Polygon(), dtype=object)
    shapely.geometrycollections(cells[order], indices=owner[order], out=ground)
    return np.asarray(shapely.unary_union(ground[:, None], axis=1), dtype=object)


def _grown(homes: Floats, labels: Ints, n_pods: int) -> Geometries:
    """Ground near each pod's homes and along the shortest paths among them, small gaps filled."""
    rows = np.unique(np.c_[labels, homes], axis=0)
    of_home, homes = rows[:, 0].astype(np.int64), rows[:, 1:]
    ends, length = _shortest_trees(homes, of_home)
    of_edge = of_home[ends[:, 0]]
    reach = np.full(n_pods, REACH_M[0])
    for pod in np.unique(of_edge):
        reach[pod] = np.clip(np.median(length[of_edge == pod]), *REACH_M)
    near = np.full(n_pods, shapely.MultiPoint(), dtype=object)
    shapely.multipoints(shapely.points(homes), indices=of_home, out=near)
    paths = np.full(n_pods, shapely.MultiLineString(), dtype=object)
    order = np.argsort(of_edge, kind="stable")
    lines = shapely.linestrings(homes[ends[order]])
    shapely.multilinestrings(lines, indices=of_edge[order], out=paths)
    # To widen by COURT_M and take it away again closes what is narrower than twice that.
    wide = shapely.union(
        shapely.buffer(near, reach + COURT_M, quad_segs=4),
        shapely.buffer(paths, reach / 2 + COURT_M, quad_segs=4),
    )
    closed = shapely.buffer(shapely.simplify(wide, SIMPLIFY_M), -COURT_M, quad_segs=3)
    return np.array([_without_courts(area) for area in closed], dtype=object)


def _shortest_trees(homes: Floats, labels: Ints) -> tuple[Ints, Floats]:
    """Edges (m, 2) of the shortest trees that join the homes of a pod over neighbours, and lengths.

    Neighbours are those of the Delaunay triangulation of all homes: a pod in several pieces keeps
    its pieces apart, rather than a path through somebody else's ground.
    """
    try:
        faces = Delaunay(homes).simplices
        edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        edges = np.unique(np.sort(edges), axis=0)
    except (QhullError, ValueError):  # too few, or all on one line: one after the other
        order = np.lexsort((homes[:, 1], homes[:, 0]))
        edges = np.stack([order[:-1], order[1:]], axis=1)
    edges = edges[labels[edges[:, 0]] == labels[edges[:, 1]]]
    length = np.hypot(*(homes[edges[:, 0]] - homes[edges[:, 1]]).T)
    graph = coo_array((length, edges.T), shape=(len(homes),) * 2)
    tree = minimum_spanning_tree(graph.tocsr()).tocoo()
    return np.stack([tree.row, tree.col], axis=1).astype(np.int64), tree.data


def _softened(areas: Geometries) -> Geometries:
    """Round the corners, drop slivers, and leave a thin gap to the neighbour."""
    core = shapely.buffer(areas, -ROUNDING_M, quad_segs=3)
    soft = shapely.buffer(core, ROUNDING_M - 1.5, quad_segs=4)
    rounded: Geometries = np.where(shapely.is_empty(soft), areas, soft)
    rounded = shapely.simplify(rounded, SIMPLIFY_M)
    return rounded


def _without_courts(area: shapely.Geometry) -> shapely.Geometry:
    """Fill the holes that are too small to mean something."""
    if not shapely.get_num_interior_rings(shapely.get_parts(area)).any():
        return area
    return shapely.union_all(
        [
            shapely.Polygon(
                part.exterior,
                [ring for ring in part.interiors if shapely.Polygon(ring).area > 4 * COURT_M**2],
            )
            for part in shapely.get_parts(area)
        ]
    )
