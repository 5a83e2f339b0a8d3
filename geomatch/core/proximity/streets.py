"""Walking distance: from the door to the street, along streets, and to the other door."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from geomatch.core.arrays import Floats, Geometries, Ints
from geomatch.core.errors import ParameterError

OFF_STREET_FACTOR = 3.0
"""Homes that no street joins are this many straight lines apart: far, but not infinitely."""

CANDIDATE_STREETS = 8
"""Street pieces tried per home before its way to the street may cross a barrier after all."""


class StreetNetwork:
    """Homes attached to a street network, and how far they are from each other on foot.

    Streets are joined wherever they meet or cross. A home goes straight to the nearest point of a
    street it can reach without crossing a barrier; a street that crosses water is a bridge. The
    walk between two homes is never shorter than the straight line, and 0 at one and the same point.

    Parameters
    ----------
    lines
        Streets, as shapely lines in metres.
    points_m
        (n, 2) homes in the same metres, without NaN.
    barriers
        Lines and polygons nobody crosses.

    Attributes
    ----------
    points
        (n, 2) the homes.
    graph
        (v, v) sparse symmetric matrix of street lengths; the first n vertices are the homes' own
        points on the street.
    vertices
        (v, 2) where each vertex of the graph is: a path over the graph can be drawn.
    access_m
        (n,) from each home to its point on the street.

    Raises
    ------
    ParameterError
        When there is no street at all.
    """

    points: Floats
    graph: csr_array
    vertices: Floats
    access_m: Floats

    def __init__(
        self,
        lines: Sequence[shapely.Geometry],
        points_m: Floats,
        *,
        barriers: Sequence[shapely.Geometry] = (),
    ) -> None:
        self.points = np.asarray(points_m, dtype=np.float64)
        starts, ends = street_pieces(lines)
        if not len(starts):
            raise ParameterError("The streets file has no line in it; give street centre lines.")
        pieces = shapely.linestrings(np.stack([starts, ends], axis=1))
        on_piece = nearest_pieces(pieces, shapely.points(self.points), barriers)
        along = shapely.line_locate_point(pieces[on_piece], shapely.points(self.points))
        foot = shapely.get_coordinates(shapely.line_interpolate_point(pieces[on_piece], along))
        self.access_m = np.linalg.norm(self.points - foot, axis=1)
        self.graph, corners = _street_graph(starts, ends, on_piece, along)
        self.vertices = np.concatenate([foot, corners])

    def walks(
        self, sources: Ints, targets: Ints | None = None, *, limit_m: float = np.inf
    ) -> Floats:
        """Return the (s, t) walking distances in metres between homes given by index.

        Parameters
        ----------
        sources, targets
            Home indices; all homes when targets is None.
        limit_m
            Stop looking along streets beyond this; farther homes count as not joined by streets.
        """
        targets = np.arange(len(self.points)) if targets is None else np.asarray(targets)
        sources = np.asarray(sources)
        # Equal feet are distinct vertices joined by edges of length 0, which scipy keeps explicit.
        along = dijkstra(self.graph, directed=True, indices=sources, limit=limit_m)[:, targets]
        walk = self.access_m[sources][:, None] + along + self.access_m[targets][None, :]
        straight = np.linalg.norm(
            self.points[sources][:, None, :] - self.points[targets][None, :, :], axis=2
        )
        walk = np.where(
            np.isfinite(along), np.maximum(walk, straight), OFF_STREET_FACTOR * straight
        )
        walk[straight == 0.0] = 0.0
        return np.asarray(walk, dtype=np.float64)


def street_pieces(
    lines: Sequence[shapely.Geometry] | Geometries,
) -> tuple[Floats, Floats]:
    """(p, 2) starts and ends of straight street pieces, split wherever streets meet."""
    paths = [part for line in lines for part in shapely.get_parts(line)]
    paths = [path for path in paths if path.geom_type == "LineString" and not path.is_empty]
    if not paths:
        return np.empty((0, 2)), np.empty((0, 2))
    noded = shapely.get_parts(shapely.node(shapely.multilinestrings(paths)))
    xy, path = shapely.get_coordinates(noded, return_index=True)
    same = path[:-1] == path[1:]
    return xy[:-1][same], xy[1:][same]


def nearest_pieces(
    pieces: Geometries,
    homes: Geometries,
    barriers: Sequence[shapely.Geometry] = (),
    tree: shapely.STRtree | None = None,
) -> Ints:
    """(n,) the nearest street piece of each home that it can reach without crossing a barrier.

    Of pieces equally near it is the one whose lower end comes first, by x and then y.
    """
    tree = tree or shapely.STRtree(pieces)
    rank = _rank_by_ends(pieces)
    chosen = np.full(len(homes), -1)
    home, piece = tree.query_nearest(homes)
    order = np.lexsort((rank[piece], home))
    home, piece = home[order], piece[order]
    first = np.unique(home, return_index=True)[1]
    chosen[home[first]] = piece[first]
    if not len(barriers):
        return chosen
    walls = shapely.union_all(list(barriers))
    shapely.prepare(walls)
    blocked = shapely.intersects(walls, shapely.shortest_line(homes, pieces[chosen]))
    for number in np.flatnonzero(blocked):
        reach = shapely.distance(homes[number], pieces[chosen[number]])
        near = tree.query(homes[number], predicate="dwithin", distance=4.0 * reach + 100.0)
        near = near[np.lexsort((rank[near], shapely.distance(homes[number], pieces[near])))]
        near = near[:CANDIDATE_STREETS]
        ways = shapely.shortest_line(homes[number], pieces[near])
        free = near[~shapely.intersects(walls, ways)]
        if len(free):
            chosen[number] = free[0]
    return chosen


def _rank_by_ends(pieces: Geometries) -> Ints:
    """(p,) place of each piece when all are ordered by their lower ends, then their upper ones."""
    ends = shapely.get_coordinates(pieces).reshape(-1, 2, 2)
    x, y = ends[..., 0], ends[..., 1]
    turned = (x[:, 1] < x[:, 0]) | ((x[:, 1] == x[:, 0]) & (y[:, 1] < y[:, 0]))
    ends[turned] = ends[turned, ::-1]
    rank = np.empty(len(ends), dtype=np.int64)
    rank[np.lexsort(ends.reshape(-1, 4).T[::-1])] = np.arange(len(ends))
    return rank


def _street_graph(
    starts: Floats, ends: Floats, on_piece: Ints, along: Floats
) -> tuple[csr_array, Floats]:
    """Sparse graph whose first n vertices are the homes' feet, then the streets' (c, 2) corners."""
    n = len(on_piece)
    corners, corner_of = np.unique(np.concatenate([starts, ends]), axis=0, return_inverse=True)
    corner_of = corner_of.ravel() + n
    begin, finish = corner_of[: len(starts)], corner_of[len(starts) :]
    length = np.linalg.norm(ends - starts, axis=1)
    # Every piece becomes a chain: its start, the feet on it in order, its end.
    order = np.lexsort((along, on_piece))
    vertex = np.concatenate([begin, order, finish])
    piece = np.concatenate([np.arange(len(starts)), on_piece[order], np.arange(len(starts))])
    place = np.concatenate([np.zeros(len(starts)), along[order], length])
    rank = np.concatenate([np.zeros(len(starts)), np.ones(n), np.full(len(starts), 2.0)])
    chain = np.lexsort((place, rank, piece))
    vertex, piece, place = vertex[chain], piece[chain], place[chain]
    linked = piece[:-1] == piece[1:]
    one, two = vertex[:-1][linked], vertex[1:][linked]
    step = np.maximum(np.diff(place)[linked], 0.0)
    return shortest_parallel(one, two, step, n + len(corners)), corners


def shortest_parallel(one: Ints, two: Ints, step: Floats, size: int) -> csr_array:
    """Symmetric csr matrix that keeps the shortest of parallel edges, and edges of length 0."""
    tail, head = np.concatenate([one, two]), np.concatenate([two, one])
    weight = np.concatenate([step, step])
    order = np.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return coo_array((weight[first], (tail[first], head[first])), shape=(size, size)).tocsr()
