"""Rebalance a town after a year: `python -m benchmarks.rebalance [--homes 2000 13000]`.

An invented town is planned once; then one household in twenty leaves, one in twenty is new, and one
in a hundred is filed under some other pod. For several limits on the moves, prints how many
households move, how many must (found, and proven), who stays out, the gap, processor and wall
seconds; and how many a fresh plan would move.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from benchmarks.towns import Town, invented_town
from geomatch.core.arrays import Ints
from pods.planner import PodClustering
from pods.planner.report.numbering import named_like

LIMITS = (5, 30, 13)
SEED = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, nargs="+", default=[2000, 13000])
    options = parser.parse_args()
    print("| homes | moves allowed | moves | needed | proven | left out | gap | CPU s | s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for homes in options.homes:
        town, current = after_a_year(invented_town(homes))
        for share in (0.0, 0.01, 0.05):
            print(row(town, current, round(homes * share)), flush=True)
        fresh = planned(town)
        named = named_like(fresh, current, np.zeros(len(town), dtype=bool))
        known = (current >= 0) & (named >= 0)
        print(f"| {len(town):,} | a fresh plan | {(named != current)[known].sum():,} | | | | | | |")


def planned(town: Town) -> Ints:
    pods = PodClustering(*LIMITS, effort="fast", certify=False)
    return pods.fit(town.points, buildings=town.building, barriers=town.barriers).labels_


def after_a_year(town: Town) -> tuple[Town, Ints]:
    """Return the town as it is now, and the pods that are on file."""
    random, homes = np.random.default_rng(SEED), len(town)
    current = planned(town)
    stay = random.random(homes) >= 0.05
    current[random.random(homes) < 0.05] = -1
    wrong = np.flatnonzero((random.random(homes) < 0.01) & (current >= 0))
    current[wrong] = random.integers(current.max() + 1, size=len(wrong))
    return Town(town.points[stay], town.building[stay], town.channel), current[stay]


def row(town: Town, current: Ints, allowed: int) -> str:
    start, used = time.perf_counter(), time.process_time()
    pods = PodClustering(*LIMITS, max_moves=allowed).fit(
        town.points, buildings=town.building, barriers=town.barriers, current=current
    )
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    return (
        f"| {len(town):,} | {allowed:,} | {pods.moves_:,} | {pods.moves_needed_:,} "
        f"| {pods.moves_lower_bound_:,} | {len(pods.unplaced_):,} | {pods.gap_:.2%} "
        f"| {cpu:.1f} | {wall:.1f} |"
    )


if __name__ == "__main__":
    main()
