"""Pods against its peers: `python -m benchmarks.pods [--homes 1000 13000] [--runs 3]`.

Every method plans the same invented town for pods of 5 to 30, about 13. Only ours keeps buildings
whole, pods in one piece and everybody on their own bank; peers are measured without those rules.
Prints medians of the runs: wall and processor seconds, mean metres to the medoid, gap to our bound.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.towns import Town, invented_town
from pods.planner import PodClustering
from pods.planner.measures import measured

LOW, HIGH, TARGET = 5, 30, 13


def ours(effort: str) -> Callable[[Town], np.ndarray]:
    def plan(town: Town) -> np.ndarray:
        pods = PodClustering(LOW, HIGH, TARGET, effort=effort)
        pods.fit(town.points, buildings=town.building, barriers=[town.channel])
        bounds[len(town.points)] = max(bounds.get(len(town.points), 0.0), pods.lower_bound_)
        return pods.labels_

    return plan


def lloyd_with_flow(town: Town, rounds: int = 8, near: int = 12) -> np.ndarray:
    """Lloyd's method whose assignment is a sparse min-cost flow with bounds (OR-Tools)."""
    from ortools.graph.python import min_cost_flow
    from sklearn.cluster import kmeans_plusplus

    n = len(town.points)
    k = round(n / TARGET)
    centre = kmeans_plusplus(town.points, k, random_state=0)[0]
    labels = np.zeros(n, dtype=int)
    for _ in range(rounds):
        near_m, pod = cKDTree(centre).query(town.points, min(near, k))
        flow = min_cost_flow.SimpleMinCostFlow()
        home = np.repeat(np.arange(n), pod.shape[1])
        sink, far = n + k, n + k + 1
        flow.add_arcs_with_capacity_and_unit_cost(
            home, n + pod.ravel(), np.ones(pod.size, int), np.rint(near_m.ravel() * 100).astype(int)
        )
        flow.add_arcs_with_capacity_and_unit_cost(
            np.arange(n), np.full(n, far), np.ones(n, int), np.full(n, 10_000_000)
        )
        flow.add_arcs_with_capacity_and_unit_cost(
            np.full(k, far), n + np.arange(k), np.full(k, HIGH), np.zeros(k, int)
        )
        flow.add_arcs_with_capacity_and_unit_cost(
            n + np.arange(k), np.full(k, sink), np.full(k, HIGH - LOW), np.zeros(k, int)
        )
        supply = np.concatenate([np.ones(n), np.full(k, -LOW), [-(n - LOW * k), 0]]).astype(int)
        flow.set_nodes_supplies(np.arange(len(supply)), supply)
        if flow.solve() != flow.OPTIMAL:
            raise RuntimeError("no flow")
        used = np.flatnonzero(flow.flows(np.arange(pod.size)))
        labels[home[used]] = pod.ravel()[used]
        centre = np.stack(
            [np.bincount(labels, axis, k) / np.maximum(np.bincount(labels, minlength=k), 1)
             for axis in town.points.T], axis=1,
        )  # fmt: skip
    return labels


def k_means_constrained(town: Town) -> np.ndarray:
    from k_means_constrained import KMeansConstrained

    k = round(len(town.points) / TARGET)
    return KMeansConstrained(k, LOW, HIGH, n_init=1, random_state=0).fit_predict(town.points)


def k_means(town: Town) -> np.ndarray:
    """Run scikit-learn's k-means, which keeps no size at all: a lower mark for distance."""
    from sklearn.cluster import KMeans

    return KMeans(round(len(town.points) / TARGET), n_init=1, random_state=0).fit_predict(
        town.points
    )


METHODS: dict[str, Callable[[Town], np.ndarray]] = {
    "geomatch, fast": ours("fast"),
    "geomatch, balanced": ours("balanced"),
    "geomatch, best": ours("best"),
    "Lloyd + OR-Tools flow": lloyd_with_flow,
    "k-means-constrained": k_means_constrained,
    "KMeans, no size bounds": k_means,
}
bounds: dict[int, float] = {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, nargs="+", default=[1000, 13000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help="methods whose name has this in it")
    options = parser.parse_args()
    wanted = [m for m in METHODS if not options.only or any(o in m for o in options.only)]
    ours("balanced")(invented_town(300))  # compile
    bounds.clear()
    print("| homes | method | s | CPU s | mean m | gap | size faults |")
    print("|---|---|---|---|---|---|---|")
    for n in options.homes:
        town = invented_town(n)
        for method in wanted:
            if method == "k-means-constrained" and n > 3000:
                continue  # hours
            print(_row(town, method, options.runs), flush=True)
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _row(town: Town, method: str, runs: int) -> str:
    n = len(town.points)
    wall, cpu = [], []
    try:
        for _ in range(runs):
            start, used = time.perf_counter(), time.process_time()
            labels = METHODS[method](town)
            wall.append(time.perf_counter() - start)
            cpu.append(time.process_time() - used)
    except ImportError as missing:
        return f"| {n:,} | {method} | not installed ({missing.name}) | | | | |"
    total = measured(town.points, np.ones(n), labels, np.zeros(n, dtype=bool)).objective
    sizes = np.bincount(labels[labels >= 0])
    faults = int(((sizes < LOW) | (sizes > HIGH)).sum())
    gap = f"{100 * (total / bounds[n] - 1):.2f} %" if n in bounds else ""
    return (
        f"| {n:,} | {method} | {statistics.median(wall):.2f} | {statistics.median(cpu):.2f} "
        f"| {total / n:.2f} | {gap} | {faults} |"
    )


if __name__ == "__main__":
    main()
