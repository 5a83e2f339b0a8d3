"""Ways to know walking distances: `python -m benchmarks.streets [--unions 200] [--plans]`.

Teton County, Idaho: 10,947 homes on 2,943 public streets. The planner asks for all pairs among the
homes of two neighbouring pods, over and over, and the bound once for each home's 768 nearest by
straight line. Every way answers the same questions, some of them, on one processor; the figures are
microseconds per pair. `--plans` plans the county by straight lines and on foot.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geomatch.core.geodesy import LocalProjection
from geomatch.core.proximity import StreetNetwork
from geomatch.core.walks import walks_among, walks_of_rows, walks_on
from geomatch.tables import read_features, read_table
from pods.planner import PodClustering

UNION, NEAR = 26, 768  # homes of two pods; homes the bound looks at

Answer = Callable[[list[np.ndarray], list[np.ndarray]], list[np.ndarray]]
"""Gets homes and, for each group of them, the others: the (homes, others) lengths along streets."""


def county() -> tuple[np.ndarray, list]:
    """Return homes and streets in metres."""
    shared = Path(os.environ.get("GEOMATCH_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    town = shared / "data" / "teton_county_id"
    if not town.is_dir():
        raise SystemExit(f"no real data: {town} is absent (set GEOMATCH_SHARED)")
    lonlat = read_table(town / "addresses.csv", needed=()).points()
    lonlat = lonlat[np.isfinite(lonlat).all(axis=1)]
    projection = LocalProjection.around(lonlat)
    roads = [road.geometry for road in read_features(town / "roads.geojson")]
    return projection.to_metres(lonlat), list(projection.geometry_to_metres(roads))


def ours(network: StreetNetwork) -> Answer:
    """Hub labels on junctions, compiled."""
    walks = walks_on(network)

    def answer(groups: list[np.ndarray], others: list[np.ndarray]) -> list[np.ndarray]:
        found = []
        for one, two in zip(groups, others, strict=True):
            if one is two:
                found.append(walks_among(walks, walks.step_m, one, np.ones((len(one),) * 2)))
                continue
            rows = np.tile(two, (len(one), 1))
            found.append(walks_of_rows(walks, walks.step_m, one, rows, np.ones(rows.shape)))
        return found

    return answer


def scipy_limited(network: StreetNetwork) -> Answer:
    """Dijkstra of SciPy from every home, no farther than 3 km: farther pairs are cut off."""

    def answer(groups: list[np.ndarray], others: list[np.ndarray]) -> list[np.ndarray]:
        return [
            dijkstra(network.graph, indices=one, limit=3000.0)[:, two]
            for one, two in zip(groups, others, strict=True)
        ]

    return answer


def igraph_distances(network: StreetNetwork) -> Answer:
    """Dijkstra of igraph from every home to the others."""
    import igraph

    edges = network.graph.tocoo()
    once = edges.row < edges.col
    graph = igraph.Graph(network.graph.shape[0], np.column_stack([edges.row, edges.col])[once])
    weight = edges.data[once].tolist()

    def answer(groups: list[np.ndarray], others: list[np.ndarray]) -> list[np.ndarray]:
        return [
            np.array(graph.distances(one.tolist(), np.unique(two).tolist(), weights=weight))
            for one, two in zip(groups, others, strict=True)
        ]

    return answer


def pandana_pairs(network: StreetNetwork) -> Answer:
    """Contraction hierarchies of pandana, all pairs of a group in one call."""
    import pandana
    import pandas as pd

    edges = network.graph.tocoo()
    once = edges.row < edges.col
    xy = network.vertices
    net = pandana.Network(
        pd.Series(xy[:, 0]), pd.Series(xy[:, 1]), pd.Series(edges.row[once]),
        pd.Series(edges.col[once]), pd.DataFrame({"m": edges.data[once]}), twoway=True,
    )  # fmt: skip

    def answer(groups: list[np.ndarray], others: list[np.ndarray]) -> list[np.ndarray]:
        return [
            np.array(net.shortest_path_lengths(np.repeat(one, len(two)), np.tile(two, len(one))))
            for one, two in zip(groups, others, strict=True)
        ]

    return answer


WAYS = {
    "hub labels (ours)": ours,
    "scipy dijkstra, 3 km": scipy_limited,
    "igraph distances": igraph_distances,
    "pandana": pandana_pairs,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unions", type=int, default=200)
    parser.add_argument("--plans", action="store_true", help="plan the county both ways")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", module="pandana")  # it names every pair no street joins
    points, streets = county()
    network = StreetNetwork(streets, points)
    near = cKDTree(points).query(points, NEAR)[1]
    homes = np.random.default_rng(0).choice(len(points), options.unions, replace=False)
    unions = [np.sort(near[home, :UNION]) for home in homes]
    print("| way | prepare s | pairs in two pods, us | pairs of the bound, us |\n|---|---|---|---|")
    for name, way in WAYS.items():
        print(_row(name, way, network, unions, homes, near), flush=True)
    if options.plans:
        _plans(points, streets)


def _row(
    name: str,
    way: Callable[[StreetNetwork], Answer],
    network: StreetNetwork,
    unions: list[np.ndarray],
    homes: np.ndarray,
    near: np.ndarray,
) -> str:
    try:
        way(network)(unions[:1], unions[:1])  # compile
        start = time.process_time()
        answer = way(network)
        prepared = time.process_time() - start
    except ImportError as missing:
        return f"| {name} | not installed ({missing.name}) | | |"
    start = time.process_time()
    answer(unions, unions)
    among = (time.process_time() - start) / len(unions) / UNION**2
    alone, others = [homes[i : i + 1] for i in range(len(homes))], [near[home] for home in homes]
    answer(alone[:1], others[:1])
    start = time.process_time()
    answer(alone, others)
    listed = (time.process_time() - start) / len(homes) / NEAR
    return f"| {name} | {prepared:.2f} | {among * 1e6:.3f} | {listed * 1e6:.3f} |"


def _plans(points: np.ndarray, streets: list) -> None:
    print("\n| effort | distance | CPU s | mean m | gap | peak MB |\n|---|---|---|---|---|---|")
    for lines in (None, streets):
        PodClustering().fit(points[:400], streets=lines)  # compile
    for effort in ("fast", "balanced"):
        for lines in (None, streets):
            start = time.process_time()
            pods = PodClustering(effort=effort).fit(points, streets=lines)
            used = time.process_time() - start
            mean = pods.objective_ / (pods.labels_ >= 0).sum()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            words = "straight" if lines is None else "walking"
            print(f"| {effort} | {words} | {used:.1f} | {mean:.1f} | {pods.gap_:.2%} | {peak} |")


if __name__ == "__main__":
    main()
