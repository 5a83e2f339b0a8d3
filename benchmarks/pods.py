"""Pods against its peers: `python -m benchmarks.pods [--homes 1000 13000] [--runs 3] [--real]`.

Every method plans the same invented town for pods of 5 to 30, about 13. Only ours keeps buildings
whole, pods in one piece and everybody on their own bank; peers are measured without those rules.
Prints medians of the runs: wall and processor seconds, mean metres to the medoid, gap to our best
bound. Each method runs in a process of its own, so that its peak memory is its own; what the
imports and the town take before it starts is told apart. `--real` adds the towns of
$GEOMATCH_SHARED. Peers come from PyPI: k-means-constrained, pymetis.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.towns import Town, invented_town
from geomatch.core.geodesy import LocalProjection
from pods.planner import PodClustering
from pods.planner.town.distances import measured

LOW, HIGH, TARGET = 5, 30, 13
REAL = ("teton_county_id", "vt_burlington", "vt_montpelier")
HOURS = {"k-means-constrained": 3000}  # homes above which a method takes hours


def ours(effort: str, *, certify: bool = True) -> Callable[[Town], np.ndarray]:
    def plan(town: Town) -> np.ndarray:
        pods = PodClustering(LOW, HIGH, TARGET, effort=effort, certify=certify)
        pods.fit(town.points, buildings=town.building, barriers=town.barriers)
        bounds.append(pods.lower_bound_)
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


def metis(town: Town) -> np.ndarray:
    """Cut the neighbour graph in k equal pieces (METIS); near neighbours are held more tightly."""
    import pymetis

    from geomatch.core.proximity import neighbour_graph

    graph = neighbour_graph(town.points + np.random.default_rng(0).normal(0, 1e-3, (len(town), 2)))
    adjacency = graph.adjacency()
    tail = np.repeat(np.arange(len(town)), np.diff(adjacency.indptr))
    apart = np.linalg.norm(graph.points[tail] - graph.points[adjacency.indices], axis=1)
    weight = np.maximum(1, np.rint(1000.0 / (1.0 + apart / 10.0))).astype(int)
    k = max(1, round(len(town) / TARGET))
    cut = pymetis.part_graph(
        k, xadj=adjacency.indptr, adjncy=adjacency.indices, eweights=weight, recursive=True
    )
    return np.asarray(cut[1])[graph.node_of]


METHODS: dict[str, Callable[[Town], np.ndarray]] = {
    "geomatch, fast": ours("fast"),
    "geomatch, fast, no certificate": ours("fast", certify=False),
    "geomatch, balanced": ours("balanced"),
    "geomatch, best": ours("best"),
    "Lloyd + OR-Tools flow": lloyd_with_flow,
    "k-means-constrained": k_means_constrained,
    "METIS, recursive": metis,
    "KMeans, no size bounds": k_means,
}
bounds: list[float] = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, nargs="+", default=[1000, 13000])
    parser.add_argument("--real", action="store_true", help="the real towns as well")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help="methods whose name has this in it")
    parser.add_argument("--child", nargs=2, metavar=("TOWN", "METHOD"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(*options.child, options.runs)))
        return
    wanted = [m for m in METHODS if not options.only or any(o in m for o in options.only)]
    print("| homes | method | s | CPU s | MB | mean m | gap | size faults |")
    print("|---|---|---|---|---|---|---|---|")
    for name in [str(n) for n in options.homes] + list(REAL if options.real else ()):
        print("\n".join(_rows(name, wanted, options.runs)), flush=True)


def town_named(name: str) -> Town:
    """Read a real town, or invent one of so many homes."""
    if name.isdigit():
        return invented_town(int(name))
    shared = Path(os.environ.get("GEOMATCH_SHARED", "../shared"))
    with (shared / "data" / name / "addresses.csv").open(encoding="utf-8") as file:
        lonlat = np.array([(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)])
    points = LocalProjection.around(lonlat).to_metres(lonlat)
    return Town(points, np.full(len(points), -1), None)


def measure(name: str, method: str, runs: int) -> dict[str, object]:
    """Measure one method on one town, in this process."""
    town = town_named(name)
    if method.startswith("geomatch"):
        PodClustering(effort="fast").fit(invented_town(300).points)  # load the kernels
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = [], []
    for _ in range(runs):
        start, used = time.perf_counter(), time.process_time()
        labels = METHODS[method](town)
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    nobody = np.zeros(len(town), dtype=bool)
    sizes = np.bincount(labels[labels >= 0])
    return {
        "homes": len(town),
        "wall": statistics.median(wall),
        "cpu": statistics.median(cpu),
        "peak_mb": peak // 1024,
        "before_mb": before // 1024,
        "total": measured(town.points, np.ones(len(town)), labels, nobody).objective,
        "faults": int(((sizes < LOW) | (sizes > HIGH)).sum()),
        "bound": max(bounds, default=0.0),
    }


def _rows(name: str, wanted: list[str], runs: int) -> list[str]:
    found: dict[str, dict[str, float] | str] = {}
    for method in wanted:
        if name.isdigit() and int(name) > HOURS.get(method, 10**9):
            continue
        command = [sys.executable, "-m", "benchmarks.pods", "--runs", str(runs)]
        done = subprocess.run(
            [*command, "--child", name, method], capture_output=True, text=True, check=False
        )
        last = done.stdout.strip().splitlines()[-1:] or [""]
        found[method] = json.loads(last[0]) if done.returncode == 0 else _why(done.stderr)
    figures = [row for row in found.values() if isinstance(row, dict)]
    bound = max((row["bound"] for row in figures), default=0.0)
    return [_row(name, method, row, bound) for method, row in found.items()]


def _row(name: str, method: str, row: dict[str, float] | str, bound: float) -> str:
    if isinstance(row, str):
        return f"| {name} | {method} | {row} | | | | | |"
    homes = f"{row['homes']:,}" if name.isdigit() else f"{row['homes']:,} ({name})"
    gap = f"{100 * (row['total'] / bound - 1):.2f} %" if bound else ""
    return (
        f"| {homes} | {method} | {row['wall']:.2f} | {row['cpu']:.2f} "
        f"| {row['peak_mb']:.0f} ({row['before_mb']:.0f} before) "
        f"| {row['total'] / row['homes']:.2f} | {gap} | {row['faults']} |"
    )


def _why(stderr: str) -> str:
    last = (stderr.strip().splitlines() or ["failed"])[-1]
    return "not installed" if "No module named" in last else last[:80]


if __name__ == "__main__":
    main()
