from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components, shortest_path

from geomatch.core.errors import ParameterError
from geomatch.core.proximity import StreetNetwork, neighbour_graph

SQUARE = np.array([[0.0, 0.0], [0.0, 10.0], [10.0, 0.0], [11.0, 12.0]])


def pairs(graph: object) -> set[tuple[int, int]]:
    return {tuple(edge) for edge in graph.edges.tolist()}


def test_equal_points_are_one_node_and_missing_points_none() -> None:
    points = np.array([[1.0, 1], [5, 5], [1, 1], [np.nan, np.nan], [9, 0]])
    graph = neighbour_graph(points)
    assert graph.n_nodes == 3
    assert graph.node_of[0] == graph.node_of[2]
    assert graph.node_of[3] == -1
    assert len(graph.edges) == 3


@pytest.mark.parametrize("homes", [0, 1, 2])
def test_very_small_towns(homes: int) -> None:
    graph = neighbour_graph(SQUARE[:homes])
    assert graph.n_nodes == homes
    assert len(graph.edges) == max(homes - 1, 0)
    assert graph.n_parts == min(homes, 1)


def test_homes_on_one_line_form_a_chain() -> None:
    order = np.random.default_rng(0).permutation(20)
    line = np.column_stack([order * 7.0, order * 3.0])
    graph = neighbour_graph(line)
    along = graph.points[np.argsort(graph.points[:, 0])]
    assert len(graph.edges) == 19
    assert np.linalg.norm(np.diff(graph.points[graph.edges], axis=1), axis=2).max() < 8.0
    assert len(along) == 20


def test_a_building_is_one_node() -> None:
    graph = neighbour_graph(SQUARE, buildings=np.array([-1, 4, 4, -1]))
    assert graph.n_nodes == 3
    assert graph.node_of[1] == graph.node_of[2]


def test_a_building_on_both_sides_of_a_barrier_is_not_a_way_across() -> None:
    wall = shapely.LineString([(5, -99), (5, 99)])
    graph = neighbour_graph(SQUARE, buildings=np.array([7, -1, 7, -1]), barriers=[wall])
    assert graph.n_parts == 2
    assert graph.node_of[0] != graph.node_of[2]


@pytest.mark.parametrize(
    "wall",
    [
        shapely.LineString([(5, -99), (5, 99)]),
        shapely.box(4, -99, 6, 99),
        shapely.MultiLineString([[(5, -99), (5, 6)], [(5, 6), (5, 99)]]),
    ],
)
def test_lines_and_polygons_cut(wall: shapely.Geometry) -> None:
    graph = neighbour_graph(SQUARE, barriers=[wall])
    left = graph.points[:, 0] < 5
    assert all(left[a] == left[b] for a, b in graph.edges)
    assert graph.n_parts == 2


def test_an_edge_inside_a_lake_is_cut_too() -> None:
    points = np.vstack([SQUARE, [[100.0, 100.0], [101.0, 101.0]]])
    graph = neighbour_graph(points, barriers=[shapely.Point(100, 100).buffer(10)])
    nodes = graph.node_of[4:]
    assert graph.n_parts == 3
    assert graph.parts[nodes[0]] != graph.parts[nodes[1]]


def banks(seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    points = random.random((60, 2)) * [400.0, 100.0]
    points[:, 1] += np.where(points[:, 1] > 50, 30, -30)
    return points


def test_a_bridge_joins_the_homes_at_its_two_ends() -> None:
    river = shapely.LineString([(-999, 50), (999, 50)])
    bridge = shapely.LineString([(200, 30), (200, 70)])
    points = banks()
    apart = neighbour_graph(points, barriers=[river])
    joined = neighbour_graph(points, barriers=[river], crossings=[bridge])
    assert (apart.n_parts, joined.n_parts) == (2, 1)
    over = pairs(joined) - pairs(apart)
    assert 1 <= len(over) < 5
    assert over <= pairs(neighbour_graph(points))
    for a, b in over:
        line = shapely.LineString(joined.points[[a, b]])
        assert line.distance(bridge) < 15


def test_an_edge_over_two_rivers_needs_two_bridges() -> None:
    points = np.array([[0.0, 0], [3, 1], [1, -3], [100, 2], [103, 0], [99, -4.0]])
    rivers = [shapely.LineString([(x, -999), (x, 999)]) for x in (40, 60)]
    bridges = [shapely.LineString([(x - 5, 0), (x + 5, 0)]) for x in (40, 60)]
    for crossings, parts in (([], 2), (bridges[:1], 2), (bridges, 1)):
        graph = neighbour_graph(points, barriers=rivers, crossings=crossings)
        assert graph.n_parts == parts


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 60), st.integers(0, 10**6), st.sampled_from([1.0, 10.0]))
def test_firm_edges_connect_what_all_edges_connect(n: int, seed: int, step: float) -> None:
    random = np.random.default_rng(seed)
    points = random.integers(0, 9, (n, 2)) * step
    wall = shapely.LineString([(4.4 * step, -99), (4.6 * step, 5.5 * step)])
    graph = neighbour_graph(points, barriers=[wall])
    labels = connected_components(graph.adjacency(firm_only=True), directed=False)[1]
    assert len(set(labels)) == graph.n_parts
    assert len(set(zip(labels.tolist(), graph.parts.tolist(), strict=True))) == graph.n_parts


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 80), st.integers(0, 10**6), st.floats(0.999, 1.001))
def test_every_projection_finds_the_firm_edges(n: int, seed: int, stretch: float) -> None:
    points = np.random.default_rng(seed).integers(0, 12, (n, 2)) * 25.0
    firm = neighbour_graph(points)
    other = neighbour_graph(points * [stretch, 1.0])
    assert {tuple(e) for e in firm.edges[firm.firm].tolist()} <= pairs(other)


@pytest.mark.parametrize("d", [1, 3, 6])
def test_points_that_are_no_map_still_have_neighbours(d: int) -> None:
    points = np.random.default_rng(d).normal(size=(40, d))
    points[:20] += 50.0
    graph = neighbour_graph(points)
    assert graph.n_parts == 1
    with pytest.raises(ParameterError, match="two coordinates"):
        neighbour_graph(points, barriers=[shapely.Point(0, 0)])


@pytest.mark.parametrize(
    ("points", "words"),
    [(np.zeros(4), "array"), (np.full((3, 2), np.inf), "infinite"), (np.zeros((3, 0)), "array")],
)
def test_bad_points_are_refused(points: np.ndarray, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        neighbour_graph(points)


GRID = [
    *(shapely.LineString([(x, 0), (x, 300)]) for x in range(0, 301, 100)),
    *(shapely.LineString([(0, y), (300, y)]) for y in range(0, 301, 100)),
]


def test_walks_follow_a_street_grid() -> None:
    homes = np.array([[50.0, 5.0], [100.0, 250.0], [105.0, 250.0], [50.0, 5.0]])
    network = StreetNetwork(GRID, homes)
    walks = network.walks(np.arange(4))
    assert np.allclose(network.access_m, [5, 0, 5, 5])
    assert np.isclose(walks[0, 1], 5 + 50 + 250)
    assert np.isclose(walks[1, 2], 5)
    assert walks[0, 3] == 0
    assert np.allclose(walks, walks.T)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 25), st.integers(0, 10**6))
def test_walks_are_never_shorter_than_the_straight_line(n: int, seed: int) -> None:
    homes = np.random.default_rng(seed).random((n, 2)) * 300
    network = StreetNetwork(GRID, homes)
    walks = network.walks(np.arange(n))
    straight = np.linalg.norm(homes[:, None] - homes[None], axis=2)
    assert (walks >= straight - 1e-9).all()
    assert np.allclose(walks, walks.T)
    # The same by another road: a dense Floyd-Warshall over the network's own matrix.
    dense = shortest_path(network.graph, method="D", directed=False)[:n, :n]
    ways = dense + network.access_m[:, None] + network.access_m[None, :]
    off = straight > 0
    assert np.allclose(walks[off], np.maximum(ways, straight)[off])


def test_a_home_reaches_a_street_on_its_own_bank() -> None:
    near = shapely.LineString([(0, 20), (100, 20)])
    mine = shapely.LineString([(0, -50), (100, -50)])
    river = shapely.LineString([(-99, 10), (199, 10)])
    home = np.array([[50.0, 0.0]])
    assert StreetNetwork([near, mine], home).access_m[0] == 20
    assert StreetNetwork([near, mine], home, barriers=[river]).access_m[0] == 50


def test_homes_no_street_joins_are_far_but_not_infinitely() -> None:
    islands = [shapely.LineString([(0, 0), (10, 0)]), shapely.LineString([(0, 90), (10, 90)])]
    network = StreetNetwork(islands, np.array([[0.0, 0.0], [0.0, 90.0]]))
    assert np.isclose(network.walks(np.array([0]), np.array([1]))[0, 0], 270)


def test_streets_without_a_line_are_refused() -> None:
    with pytest.raises(ParameterError, match="no line"):
        StreetNetwork([shapely.Point(0, 0)], SQUARE)
