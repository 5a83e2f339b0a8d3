"""Walks by hub labels are those of `StreetNetwork`, and those of the checkers' own search."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import HealthCheck, given, settings

from geomatch.core.checkwalks import StreetWalks
from geomatch.core.hublabels import hub_labels, label_distance
from geomatch.core.proximity import StreetNetwork
from geomatch.core.walks import NO_WALKS, Walks, walks_among, walks_of_rows, walks_on
from tests.core.streettowns import StreetTown, street_towns, two_banks

STRANGE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def straight_m(points: np.ndarray) -> np.ndarray:
    return np.linalg.norm(points[:, None] - points[None], axis=2)


def metres_among(walks: Walks, homes: np.ndarray, straight: np.ndarray) -> np.ndarray:
    return walks_among(walks, walks.step_m, homes, straight)


@STRANGE
@given(street_towns())
def test_three_ways_to_measure_a_walk_agree(town: StreetTown) -> None:
    """The definition, the kernels' labels, and the checker's own search."""
    homes = np.arange(len(town.points))
    network = StreetNetwork(town.streets, town.points, barriers=town.barriers)
    defined = network.walks(homes)
    labelled = walks_on(network)
    among = metres_among(labelled, homes, straight_m(town.points))
    np.testing.assert_allclose(among, defined, rtol=1e-9, atol=1e-9)
    everybody = np.tile(homes, (len(homes), 1))
    straight = straight_m(town.points)
    rows = walks_of_rows(labelled, labelled.step_m, homes, everybody, straight)
    assert rows.tobytes() == among.tobytes()
    checker = StreetWalks([(x, y) for x, y in town.points.tolist()], town.streets, town.barriers)
    for home in homes[:6].tolist():
        np.testing.assert_allclose(
            checker.walks_from(home, homes.tolist()), defined[home], rtol=1e-9, atol=1e-9
        )


def test_a_home_as_near_to_two_streets_goes_to_the_same_one_however_they_are_given() -> None:
    """On the diagonal of a block, which side it takes decides how far it walks."""
    grid = [shapely.LineString([(at, 0), (at, 800)]) for at in (0, 400, 800)]
    grid += [shapely.LineString([(0, at), (800, at)]) for at in (0, 400, 800)]
    points = np.array([[at, at] for at in range(100, 800, 100)] + [[650.0, 0.0], [0.0, 650.0]])
    homes = np.arange(len(points))
    walked = set()
    for turn in range(len(grid)):
        streets = [*grid[turn:], *grid[:turn]]
        among = metres_among(walks_on(StreetNetwork(streets, points)), homes, straight_m(points))
        checker = StreetWalks([(x, y) for x, y in points.tolist()], streets)
        for home in homes.tolist():
            np.testing.assert_allclose(checker.walks_from(home, homes.tolist()), among[home])
        walked.add(among.round(6).tobytes())
    assert len(walked) == 1


def test_labels_know_the_distance_of_every_pair_of_vertices() -> None:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    random = np.random.default_rng(5)
    places = random.random((300, 2))
    near = np.argsort(straight_m(places), axis=1)[:, 1:4]
    one, two = np.repeat(np.arange(300), 3), near.ravel()
    length = random.integers(0, 50, 900).astype(float)
    tail, head = np.concatenate([one, two]), np.concatenate([two, one])
    rows, first = np.unique(np.column_stack([tail, head]), axis=0, return_index=True)
    both = np.concatenate([length, length])[first]
    half = rows[:, 0] < rows[:, 1]  # one length for both directions
    graph = coo_array(
        (np.tile(both[half], 2), (np.append(*rows[half].T), np.append(*rows[half].T[::-1]))),
        shape=(300, 300),
    ).tocsr()
    labels = hub_labels(graph, places)
    found = [[label_distance.py_func(labels, a, b) for b in range(300)] for a in range(0, 300, 30)]
    np.testing.assert_array_equal(found, dijkstra(graph, indices=np.arange(0, 300, 30)))


def test_walks_of_some_homes_are_those_of_all() -> None:
    points, streets = two_banks()
    walks = walks_on(StreetNetwork(streets, points))
    some = np.array([3, 17, 11])
    apart = straight_m(points[some])
    np.testing.assert_array_equal(
        metres_among(walks.some(some), np.arange(3), apart), metres_among(walks, some, apart)
    )
    assert NO_WALKS.some(some).access.size == 0
