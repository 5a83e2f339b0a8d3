"""The neighbour graph: it defines what "next to each other" and *contiguous* mean.

Equal points are merged, each building is one node, and two nodes are neighbours when a Delaunay
edge of any length joins them that crosses no barrier, or crosses it by its crossing.

What "by its crossing" means
----------------------------
A crossing serves the barriers it touches, or the nearest one when it touches none. Of the Delaunay
edges over that barrier, the one that passes nearest to the crossing goes by it (bridges run beside
the edges, seldom through them), and so do those that pass within 10 m more, which is how well
anybody knows where a bridge is. No edge is invented, so the graph stays a part of the Delaunay
triangulation, and a bridge joins the homes at its two ends rather than everybody who could see it.
An edge over two barriers needs a crossing over each.

Firm edges
----------
Where four homes lie on one circle (a street grid), either diagonal makes a Delaunay triangulation,
and a different map projection picks the other one. Such an edge is in `edges` but is not *firm*. A
plan built on firm edges alone is connected in whatever projection somebody checks it, and leaving
the others out never takes the graph apart: the edge is left out only where it is the longest side
of a triangle whose other two sides stay. For the same reason only edges beyond doubt go by a
crossing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, QhullError, cKDTree

from geomatch.core.arrays import Bools, Floats, Geometries, Ints
from geomatch.core.errors import ParameterError
from geomatch.core.given import shapes_given
from geomatch.core.unique_rows import unique_rows

FIRM_ANGLE_RAD = 0.005
"""How far from π the two angles facing an edge must sum for every projection to agree on it: a
plane chart of a county (half a degree of latitude) stretches one axis by about this much."""

EQUALLY_NEAR_M = 10.0
"""Edges that pass a crossing within this of the nearest one go by it as well."""

NEAREST_IN_SPACE = 8
"""Neighbours per point when points have three or more coordinates, where no map is drawn."""


@dataclass(frozen=True)
class NeighbourGraph:
    """Homes as nodes, neighbours as edges.

    Attributes
    ----------
    node_of
        (n,) the node of each input point; -1 where the point is missing (NaN).
    points
        (N, d) where each node stands: the mean of its distinct points, metres.
    edges
        (E, 2) pairs of nodes, smaller first, sorted, each once.
    firm
        (E,) whether every projection finds this edge (see the module's notes).
    parts
        (N,) the part of the town each node is in, numbered from 0: parts are what is left
        connected when barriers are cut.
    """

    node_of: Ints
    points: Floats
    edges: Ints
    firm: Bools
    parts: Ints

    @property
    def n_nodes(self) -> int:
        return len(self.points)

    @property
    def n_parts(self) -> int:
        return int(self.parts.max()) + 1 if len(self.parts) else 0

    def adjacency(self, *, firm_only: bool = False) -> csr_array:
        """Return the symmetric (N, N) sparse adjacency, one stored 1 per direction."""
        edges = self.edges[self.firm] if firm_only else self.edges
        both = np.concatenate([edges, edges[:, ::-1]])
        ones = np.ones(len(both), dtype=np.int8)
        graph = coo_array((ones, (both[:, 0], both[:, 1])), shape=(self.n_nodes, self.n_nodes))
        return graph.tocsr()


def neighbour_graph(
    points_m: Floats,
    *,
    buildings: Ints | None = None,
    barriers: Sequence[shapely.Geometry] = (),
    crossings: Sequence[shapely.Geometry] = (),
) -> NeighbourGraph:
    """Build the neighbour graph of a town.

    Parameters
    ----------
    points_m
        (n, d) metres; rows with NaN are left out. d is 2 on a map; one coordinate makes a chain,
        three or more the nearest neighbours joined by a spanning tree (no barriers there).
    buildings
        (n,) building of each point, -1 for a point that is in none. The points of a building are
        one node; a building that stands in two parts of the town has a node in each.
    barriers
        Lines and polygons nobody crosses, in the same metres.
    crossings
        Points, lines or polygons where the barriers can be crossed.

    Returns
    -------
    NeighbourGraph

    Raises
    ------
    ParameterError
        When sizes do not fit, a coordinate is infinite, a barrier or crossing is no shape, or
        barriers come without a map (d != 2).

    Examples
    --------
    >>> import numpy as np
    >>> square = np.array([[0.0, 0], [0, 9], [10, 0], [10, 10], [10, 10]])
    >>> graph = neighbour_graph(square, barriers=[shapely.LineString([(5, -1), (5, 11)])])
    >>> graph.node_of
    array([0, 1, 2, 3, 3])
    >>> graph.edges.tolist(), graph.n_parts
    ([[0, 1], [2, 3]], 2)
    """
    barriers, crossings = shapes_given(barriers, "barriers"), shapes_given(crossings, "crossings")
    points = _checked_points(points_m, buildings, barriers)
    located = ~np.isnan(points).any(axis=1)
    distinct, _, inverse = unique_rows(points[located])
    place_of = np.full(len(points), -1)
    place_of[located] = inverse

    edges, faces = _edges_of_places(distinct)
    sides = _edge_numbers(edges, faces, len(distinct))
    doubtful = _doubtful_edges(distinct, edges, faces, sides)
    kept = ~_cut_edges(distinct, edges, doubtful, barriers, crossings)
    firm = _firm_edges(distinct, edges, kept, doubtful, sides)[kept]
    edges = edges[kept]

    parts_of_places = _components(len(distinct), edges)
    node_of_place = _merged_by_building(place_of, buildings, parts_of_places)
    return _contracted(distinct, place_of, edges, firm, node_of_place)


def _checked_points(
    points_m: Floats, buildings: Ints | None, barriers: Sequence[shapely.Geometry]
) -> Floats:
    points = np.asarray(points_m, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] == 0:
        raise ParameterError(f"points must be an (n, d) array of metres, not of {points.shape}.")
    if np.isinf(points).any():
        raise ParameterError("A coordinate is infinite; give metres, or NaN where none is known.")
    if buildings is not None and np.shape(buildings) != (len(points),):
        raise ParameterError(
            f"buildings must hold one value per point ({len(points)}), not {np.shape(buildings)}."
        )
    if len(barriers) and points.shape[1] != 2:
        raise ParameterError("Barriers need points of two coordinates, x and y in metres.")
    return points


def _edges_of_places(places: Floats) -> tuple[Ints, Ints]:
    """(E, 2) edges among distinct points, and the (F, 3) triangles where there are any."""
    no_faces = np.empty((0, 3), dtype=np.int64)
    if len(places) < 2:
        return np.empty((0, 2), dtype=np.int64), no_faces
    if places.shape[1] > 2:
        return _nearest_in_space(places), no_faces
    if places.shape[1] == 1 or len(places) < 3:
        return _chain(places), no_faces
    try:
        triangulation = Delaunay(places - places.mean(axis=0))
    except QhullError:  # all on one line
        return _chain(places), no_faces
    faces = triangulation.simplices.astype(np.int64)
    sides = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [0, 2]]])
    # Points Qhull leaves out (nearly on top of another) belong to the vertex it names.
    left_out = triangulation.coplanar[:, [0, 2]].astype(np.int64)
    return _unique_edges(np.concatenate([sides, left_out])), faces


def _chain(places: Floats) -> Ints:
    """Join points along the line they lie on."""
    middle = places - places.mean(axis=0)
    direction = np.linalg.svd(middle, full_matrices=False)[2][0] if len(places) > 1 else middle[0]
    order = np.argsort(middle @ direction, kind="stable")
    return _unique_edges(np.column_stack([order[:-1], order[1:]]))


def _nearest_in_space(places: Floats) -> Ints:
    k = min(NEAREST_IN_SPACE + 1, len(places))
    other = np.asarray(cKDTree(places).query(places, k)[1])
    near = np.column_stack([np.repeat(np.arange(len(places)), k - 1), other[:, 1:].ravel()])
    edges = _unique_edges(near[near[:, 0] != near[:, 1]])
    parts = _components(len(places), edges)
    while parts.max() > 0:  # join each part to the nearest point outside it
        links = []
        for part in range(parts.max() + 1):
            inside, outside = np.flatnonzero(parts == part), np.flatnonzero(parts != part)
            found = cKDTree(places[outside]).query(places[inside])
            distance, near_to = np.asarray(found[0]), np.asarray(found[1])
            best = int(distance.argmin())
            links.append((inside[best], outside[near_to[best]]))
        edges = _unique_edges(np.concatenate([edges, np.array(links)]))
        parts = _components(len(places), edges)
    return edges


def _unique_edges(pairs: Ints) -> Ints:
    apart = pairs[:, 0] != pairs[:, 1]
    return _unique_pairs(pairs[apart])[0]


def _unique_pairs(pairs: Ints) -> tuple[Ints, Ints]:
    """Pairs of numbers below 2**31, smaller first, sorted, each once; and where each one went."""
    # One number per pair sorts several times faster than rows do.
    low, high = pairs.min(axis=1, initial=2**31), pairs.max(axis=1, initial=-1)
    key, inverse = np.unique((low << 32) | high, return_inverse=True)
    return np.column_stack([key >> 32, key & (2**32 - 1)]), inverse.ravel()


def _components(n: int, edges: Ints) -> Ints:
    """Component of each of n nodes, numbered by first appearance."""
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    labels = connected_components(graph, directed=False)[1].astype(np.int64)
    first = np.unique(labels, return_index=True)[1]
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[labels] if n else labels


def _cut_edges(
    places: Floats,
    edges: Ints,
    doubtful: Bools,
    barriers: Sequence[shapely.Geometry],
    crossings: Sequence[shapely.Geometry],
) -> Bools:
    """(E,) whether a barrier takes the edge away."""
    cut = np.zeros(len(edges), dtype=bool)
    close = _edges_close_to(places[edges], barriers)
    if not len(close):
        return cut
    lines = shapely.linestrings(places[edges[close]])
    edge, barrier = _meetings(lines, barriers)
    sure = ~doubtful[close]
    if not sure[edge].any():
        sure[:] = True
    pardoned = _pardoned(lines, edge, barrier, sure, barriers, crossings)
    cut[close[edge[~pardoned]]] = True
    return cut


def _edges_close_to(ends: Floats, barriers: Sequence[shapely.Geometry]) -> Ints:
    """Edges, given by their (E, 2, 2) ends, whose box meets the box of a barrier."""
    low, high = ends.min(axis=1), ends.max(axis=1)
    close = np.zeros(len(ends), dtype=bool)
    for left, bottom, right, top in shapely.bounds(np.asarray(barriers, dtype=object)):
        close |= ((high >= (left, bottom)) & (low <= (right, top))).all(axis=1)
    return np.flatnonzero(close)


def _meetings(lines: Geometries, barriers: Sequence[shapely.Geometry]) -> tuple[Ints, Ints]:
    """Pairs (edge, barrier) that meet, each once, sorted.

    A long coast is searched piece by piece: its boundary as two-point segments in a tree, and
    whole polygons only for edges that lie inside without touching the boundary.
    """
    pieces, owner = [], []
    for number, geometry in enumerate(barriers):
        for line in shapely.get_parts(shapely.segmentize(geometry, np.inf)):
            rings = shapely.boundary(line) if line.geom_type == "Polygon" else line
            for path in shapely.get_parts(rings):
                xy = shapely.get_coordinates(path)
                if len(xy) == 1:
                    pieces.append(shapely.points(xy))
                else:
                    pieces.append(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)))
                owner.append(np.full(len(pieces[-1]), number))
    if not pieces:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    tree = shapely.STRtree(np.concatenate(pieces))
    edge, piece = tree.query(lines, predicate="intersects")
    pairs = [np.column_stack([edge, np.concatenate(owner)[piece]])]
    for number, geometry in enumerate(barriers):
        if shapely.area(geometry) > 0:
            shapely.prepare(geometry)
            start = shapely.get_coordinates(shapely.get_point(lines, 0))
            inside = np.flatnonzero(shapely.contains_xy(geometry, start[:, 0], start[:, 1]))
            pairs.append(np.column_stack([inside, np.full(len(inside), number)]))
    found = unique_rows(np.concatenate(pairs)).distinct
    return found[:, 0], found[:, 1]


def _pardoned(
    lines: Geometries,
    edge: Ints,
    barrier: Ints,
    sure: Bools,
    barriers: Sequence[shapely.Geometry],
    crossings: Sequence[shapely.Geometry],
) -> Bools:
    """(meetings,) whether the edge goes over the barrier by one of its crossings."""
    pardoned = np.zeros(len(edge), dtype=bool)
    for crossing in crossings:
        apart = shapely.distance(crossing, np.asarray(barriers, dtype=object))
        served = np.flatnonzero(apart <= apart.min())
        over = np.flatnonzero(np.isin(barrier, served) & sure[edge])
        if not len(over):
            continue
        away = shapely.distance(crossing, lines[edge[over]])
        for number in served:  # each barrier under the bridge has its own nearest edge
            mine = np.flatnonzero(barrier[over] == number)
            if len(mine):
                nearest = mine[away[mine] <= away[mine].min() + EQUALLY_NEAR_M]
                pardoned[over[nearest]] = True
    return pardoned


SIDES = ((0, 1), (1, 2), (0, 2))
"""Corners of a face at the ends of each of its sides; the corner facing it is the third."""


def _edge_numbers(edges: Ints, faces: Ints, n: int) -> Ints:
    """(F, 3) edge number of each side of each face; edges are sorted."""
    ends = np.stack([np.sort(faces[:, side], axis=1) for side in SIDES], axis=1).reshape(-1, 2)
    number = np.searchsorted(edges[:, 0] * n + edges[:, 1], ends[:, 0] * n + ends[:, 1])
    return number.reshape(-1, 3).astype(np.int64)


def _doubtful_edges(places: Floats, edges: Ints, faces: Ints, sides: Ints) -> Bools:
    """(E,) whether the four corners about an edge nearly share a circle."""
    if not len(faces):
        return np.zeros(len(edges), dtype=bool)
    corner = places[faces]
    angle = np.empty(faces.shape)
    for side, (one, two) in enumerate(SIDES):
        apex = corner[:, 3 - one - two]
        first, second = corner[:, one] - apex, corner[:, two] - apex
        across = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
        angle[:, side] = np.arctan2(across, np.einsum("ij,ij->i", first, second))
    facing = np.bincount(sides.ravel(), angle.ravel(), len(edges))
    shared = np.bincount(sides.ravel(), minlength=len(edges)) == 2
    return np.asarray(shared & (np.abs(facing - np.pi) < FIRM_ANGLE_RAD))


def _firm_edges(places: Floats, edges: Ints, kept: Bools, doubtful: Bools, sides: Ints) -> Bools:
    """(E,) False for doubtful edges that have a way round by two shorter kept ones."""
    firm = np.ones(len(edges), dtype=bool)
    length = np.linalg.norm(np.diff(places[edges], axis=1)[:, 0], axis=1)
    # Shorter by (length, number), a strict order: a spanning tree avoids whatever is dropped.
    rank = np.empty(len(edges), dtype=np.int64)
    rank[np.lexsort((np.arange(len(edges)), length))] = np.arange(len(edges))
    for side in range(3):
        mine, others = sides[:, side], np.delete(sides, side, axis=1)
        longest = (rank[mine][:, None] > rank[others]).all(axis=1)
        way_round = longest & kept[others].all(axis=1)
        firm[mine[way_round & doubtful[mine]]] = False
    return firm


def _merged_by_building(place_of: Ints, buildings: Ints | None, parts: Ints) -> Ints:
    """(places,) node of each distinct place: places of one building in one part are one node."""
    n = len(parts)
    if buildings is None:
        return np.arange(n)
    building = np.asarray(buildings)
    housed = (place_of >= 0) & (building >= 0)
    key = np.column_stack([building[housed], parts[place_of[housed]]])
    group = unique_rows(key).inverse
    # Places and (building, part) groups are joined where a household ties them.
    groups = int(group.max()) + 1 if len(group) else 0
    ties = np.column_stack([place_of[housed], n + group])
    return _components(n + groups, ties)[:n]


def _contracted(
    places: Floats, place_of: Ints, edges: Ints, firm: Bools, node_of_place: Ints
) -> NeighbourGraph:
    n = int(node_of_place.max()) + 1 if len(node_of_place) else 0
    count = np.maximum(np.bincount(node_of_place, minlength=n), 1)
    points = np.column_stack(
        [np.bincount(node_of_place, column, n) / count for column in places.T]
    ).reshape(n, places.shape[1])
    pairs = node_of_place[edges]
    apart = pairs[:, 0] != pairs[:, 1]
    pairs, inverse = _unique_pairs(pairs[apart])
    firm_pairs = np.bincount(inverse, firm[apart], len(pairs)) > 0
    node_of = np.where(place_of >= 0, node_of_place[place_of], -1) if n else place_of
    return NeighbourGraph(node_of, points, pairs, firm_pairs, _components(n, pairs))
