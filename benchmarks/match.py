"""Time the matcher against its peers: ``python -m benchmarks.match --case 10k --peers``.

Every run is a process of its own, so that memory is its own: `more_MB` is the most that solving
held beyond the prepared day (`day_MB`, mostly Python's texts), `peak_MB` the most the process ever
held. Time is wall and CPU, of solving alone: the invented day is prepared before the clock starts,
and peers are given all feasible pairs for nothing. Figures are medians over `--runs`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely

from geomatch.core.arrays import Floats, Ints
from geomatch.core.streetmap import StreetMap
from geomatch.matching.engine import (
    Flag,
    MatchProblem,
    Policy,
    Requests,
    Volunteers,
    prepare,
    shortlist,
)
from geomatch.matching.engine.model.pairs import feasible_pairs
from geomatch.matching.engine.model.score import scores
from geomatch.matching.engine.solver.flow import Slots, assign_by_flow
from geomatch.matching.engine.solver.solve import slots_of

TODAY = dt.date(2026, 11, 22)
CASES = {  # requests, volunteers, towns
    "1k": (1_000, 1_000, 1),
    "10k": (10_000, 10_000, 1),
    "scarce6k": (10_000, 6_000, 1),
    "scarce4k": (10_000, 4_000, 1),
    "100k": (100_000, 100_000, 10),
    "300k": (300_000, 300_000, 30),
    "1m": (1_000_000, 1_000_000, 100),
}
ON_FOOT = {"10k-walk": "10k", "scarce6k-walk": "scarce6k"}  # along invented streets
PEERS = ("ortools", "greedy", "first-come", "scipy-sparse", "scipy-dense")
SINGLE = ("top20", "insert", "insert-scarce")
SKILLS = tuple(f"skill {k}" for k in range(12))
LANGUAGES = ("en", "es", "tl", "zh", "vi", "so")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=[*CASES, *ON_FOOT, *SINGLE], action="append")
    parser.add_argument("--peers", action="store_true", help="also OR-Tools, scipy and greedy")
    parser.add_argument("--peer", choices=PEERS, action="append", help="only these peers")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--one", nargs=2, metavar=("CASE", "METHOD"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run_one(*options.one)))
        return
    for case in options.case or ["1k", "10k"]:
        methods = ["ours", *(options.peer or (PEERS if options.peers else ()))]
        for method in [case] if case in SINGLE else methods:
            runs = [run_apart(case, method) for _ in range(options.runs)]
            print(case, summary(runs), flush=True)


def run_apart(case: str, method: str) -> dict[str, float | int | str]:
    """Run one measurement in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.match", "--one", case, method]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(answer.stdout.splitlines()[-1])


def summary(runs: list[dict]) -> str:
    middle = {
        key: statistics.median(run[key] for run in runs)
        for key, value in runs[0].items()
        if isinstance(value, (int, float))
    }
    return "  ".join([runs[0]["method"], *(f"{key} {value:,.6g}" for key, value in middle.items())])


def run_one(case: str, method: str) -> dict[str, float | int | str]:
    if case in SINGLE:
        return time_shortlists() if case == "top20" else time_arrivals(case)
    n, m, towns = CASES[ON_FOOT.get(case, case)]
    people = workload(n, m, towns)
    cpu = time.process_time()
    streets = StreetMap(street_grid(people)) if case in ON_FOOT else None
    laid = {"streets_cpu_s": round(time.process_time() - cpu, 3)} if streets else {}
    problem = prepare(*people, Policy.default(), today=TODAY, streets=streets)
    slots = slots_of(problem, np.full(n, -1))
    if method == "ours":
        return measured(problem, slots, method, ours(problem, slots)) | laid
    pairs = feasible_pairs(problem)
    value = 10_000 * problem.requests.urgency[pairs.i] + pairs.score
    solve = {
        "ortools": lambda: assign_by_flow(pairs.i, pairs.j, value, slots, n),
        "greedy": lambda: greedy(pairs.i, pairs.j, value, slots, n),
        "first-come": lambda: first_come(pairs.i, pairs.j, value, slots, n),
        "scipy-dense": lambda: scipy_dense(pairs.i, pairs.j, value, slots, n),
        "scipy-sparse": lambda: scipy_sparse(pairs.i, pairs.j, value, slots, n),
    }[method]
    return measured(problem, slots, method, solve) | {"pairs": len(pairs)}


def ours(problem: MatchProblem, slots: Slots) -> Callable[[], Ints]:
    """Solve with our own engine; compiled code is loaded before the clock starts."""
    from geomatch.matching.engine.solver.column_generation import Solver
    from geomatch.matching.engine.warm import warm

    warm()

    def solve() -> Ints:
        solver = Solver(problem, slots, np.ones(len(problem.requests), dtype=np.bool_))
        solver.bring_in(solver.rows)
        if solver.bound != objective(problem, slots, solver.match):
            raise AssertionError("not proven best")
        return solver.match

    return solve


def measured(
    problem: MatchProblem, slots: Slots, method: str, solve: Callable[[], Ints]
) -> dict[str, float | int | str]:
    before = held_mb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    wall, cpu = time.perf_counter(), time.process_time()
    volunteer = solve()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "method": method,
        "wall_s": round(wall, 3),
        "cpu_s": round(cpu, 3),
        "day_MB": before,
        "more_MB": held_mb("VmHWM") - before,
        "peak_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "objective": objective(problem, slots, volunteer),
        "served": int((volunteer >= 0).sum()),
    }


def held_mb(what: str) -> int:
    """Memory of this process as Linux counts it: `VmRSS` now, `VmHWM` at most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) // 1024


def objective(problem: MatchProblem, slots: Slots, volunteer: Ints) -> int:
    done = np.flatnonzero(volunteer >= 0)
    load = np.bincount(volunteer[done], minlength=len(slots.capacity))
    points = 10_000 * problem.requests.urgency[done] + scores(problem, done, volunteer[done])
    return int(points.sum()) - slots.total(load)


def greedy(i, j, value, slots, n):  # best pair first
    return in_order(np.argsort(-value, kind="stable"), i, j, slots, n)


def first_come(i, j, value, slots, n):  # each request in turn takes the best who is left
    return in_order(np.lexsort((-value, i)), i, j, slots, n)


def in_order(order, i, j, slots, n):
    volunteer, room = [-1] * n, slots.capacity.tolist()
    for a, b in zip(i[order].tolist(), j[order].tolist(), strict=True):
        if volunteer[a] < 0 and room[b]:
            volunteer[a] = b
            room[b] -= 1
    return np.array(volunteer)


def slot_columns(slots):
    capacity = slots.capacity
    owner = np.repeat(np.arange(len(capacity)), capacity)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(capacity) - capacity, capacity)
    return owner, slots.costs[np.minimum(nth, len(slots.costs) - 1)]


def scipy_dense(i, j, value, slots, n):
    from scipy.optimize import linear_sum_assignment

    owner, cost = slot_columns(slots)
    full = np.zeros((n, len(slots.capacity)))
    full[i, j] = value
    gain = full[:, owner]
    del full
    gain -= cost
    np.maximum(gain, 0, out=gain)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return np.where(gain[rows, columns] > 0, owner[columns], -1)


def scipy_sparse(i, j, value, slots, n):
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    owner, cost = slot_columns(slots)
    start = np.cumsum(slots.capacity) - slots.capacity
    large = 60_000.0  # staying open is a column of one's own
    rows, columns, data = [np.arange(n)], [len(owner) + np.arange(n)], [np.full(n, large)]
    for nth in range(int(slots.capacity.max())):
        has = slots.capacity[j] > nth
        rows.append(i[has])
        columns.append(start[j[has]] + nth)
        data.append(large - value[has] + cost[start[j[has]] + nth])
    table = csr_array(
        (np.concatenate(data), (np.concatenate(rows), np.concatenate(columns))),
        shape=(n, len(owner) + n),
    )
    row, column = min_weight_full_bipartite_matching(table)
    volunteer = np.full(n, -1)
    mine = column < len(owner)
    volunteer[row[mine]] = owner[column[mine]]
    return volunteer


def time_shortlists() -> dict[str, float | int | str]:
    problem = prepare(*workload(10_000, 10_000, 1), Policy.default(), today=TODAY)
    shortlist(problem, "r0")
    names = problem.requests.ids[:500]
    return each("top20", [lambda name=name: shortlist(problem, name) for name in names])


def each(method: str, calls: list[Callable[[], object]]) -> dict[str, float | int | str]:
    """Percentiles of wall and CPU milliseconds over many short calls."""
    took = []
    for call in calls:
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        took.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall_50, wall_99 = np.percentile([t[0] for t in took], [50, 99]) * 1000
    cpu_50, cpu_99 = np.percentile([t[1] for t in took], [50, 99]) * 1000
    return {
        "method": method,
        "wall_p50_ms": round(wall_50, 2),
        "wall_p99_ms": round(wall_99, 2),
        "cpu_p50_ms": round(cpu_50, 2),
        "cpu_p99_ms": round(cpu_99, 2),
    }


def time_arrivals(case: str) -> dict[str, float | int | str]:
    """The last 1,000 requests come one by one; each leaves the proven optimum."""
    from geomatch.matching.engine.solver.online import LivingDay
    from geomatch.matching.engine.warm import warm

    warm()
    volunteers = 10_000 if case == "insert" else 6_000
    problem = prepare(*workload(10_000, volunteers, 1), Policy.default(), today=TODAY)
    waiting = np.arange(10_000) >= 9_000
    day = LivingDay(problem, waiting)
    newcomers = problem.requests.ids[9_000:]
    figures = each(case, [lambda name=name: day.insert(name) for name in newcomers])
    if day.objective != day.upper_bound:
        raise AssertionError("not proven best")
    return figures


def street_grid(people: tuple[Volunteers, Requests], *, apart_m: float = 600.0) -> list:
    """Invent crooked streets over the whole region; one block in ten has lost a side."""
    lonlat = np.concatenate([side.lonlat for side in people])
    low, high = np.percentile(lonlat, [0.5, 99.5], axis=0)
    step = apart_m / 1000 / np.array([90.0, 111.2])  # degrees, at 36° north
    across, up = np.ceil((high - low) / step).astype(int)
    rng = np.random.default_rng(11)
    x, y = np.meshgrid(np.arange(across + 1), np.arange(up + 1), indexing="ij")
    corner = low + (np.stack([x, y], axis=2) + rng.uniform(-0.2, 0.2, (*x.shape, 2))) * step
    sides = np.concatenate(
        [
            np.stack([corner[:-1], corner[1:]], axis=2).reshape(-1, 2, 2),
            np.stack([corner[:, :-1], corner[:, 1:]], axis=2).reshape(-1, 2, 2),
        ]
    )
    return list(shapely.linestrings(sides[rng.random(len(sides)) > 0.05]))


def workload(n: int, m: int, towns: int, seed: int = 7) -> tuple[Volunteers, Requests]:
    """Invent towns of unequal size, helpers in the middle and requests a little to one side."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform(0, 60 * np.sqrt(towns), (towns, 2))
    share = 1 / np.arange(1, towns + 1) ** 0.6
    share /= share.sum()

    def places(k: int, shift: float) -> Floats:
        town = rng.choice(towns, k, p=share)
        spread = 10 * np.sqrt(share[town] * max(n, m) / 10_000)[:, None]
        km = centre[town] + (rng.normal(0, 1, (k, 2)) + shift) * spread
        return np.column_stack([-100 + km[:, 0] / 85.2, 36 + km[:, 1] / 111.2])

    def pods(lonlat: Floats) -> tuple[str, ...]:  # about 900 m across
        cells = np.floor(lonlat * (94.7, 123.6)).astype(np.int64)
        return tuple(f"{x}.{y}" for x, y in cells.tolist())

    def some(k: int, flag: str, part: float) -> tuple[tuple[Flag, ...], ...]:
        return tuple((Flag(flag),) if has else () for has in rng.random(k) < part)

    spoken = np.array([0.7, 0.12, 0.06, 0.05, 0.04, 0.03])
    common = 1 / np.arange(1, 13)
    helpers, homes = places(m, 0.0), places(n, 0.35)
    skills = rng.choice(12, (m, 4), p=common / common.sum()).tolist()
    needed = rng.choice(12, n, p=common**0.7 / (common**0.7).sum()).tolist()
    mother_tongue = rng.choice(6, m, p=spoken).tolist()
    times = (rng.integers(1, 1 << 14, n) & rng.integers(1, 1 << 14, n)).astype(np.uint32)
    volunteers = Volunteers(
        ids=tuple(f"v{k}" for k in range(m)),
        lonlat=helpers,
        person=("",) * m,
        skills=tuple(tuple(SKILLS[s] for s in sorted(set(row))) for row in skills),
        languages=tuple(("en",) if k == 0 else ("en", LANGUAGES[k]) for k in mother_tongue),
        flags=some(m, "immunocompromised", 0.12),
        capacity=rng.choice([1, 2, 3, 4, 5], m, p=[0.5, 0.25, 0.15, 0.07, 0.03]),
        max_km=np.full(m, 10.0),
        vehicle=rng.random(m) < 0.6,
        modes=np.full(m, 7, dtype=np.uint8),
        times=rng.integers(1, 1 << 14, m).astype(np.uint32),
        resting_until=(None,) * m,
        pod=pods(helpers),
        recent_tasks=rng.poisson(1.5, m),
        helped=((),) * m,
        withheld=("",) * m,
    )
    requests = Requests(
        ids=tuple(f"r{k}" for k in range(n)),
        lonlat=homes,
        person=("",) * n,
        skills=tuple((SKILLS[s],) for s in needed),
        languages=tuple((LANGUAGES[k],) for k in rng.choice(6, n, p=spoken).tolist()),
        flags=some(n, "exposed", 0.15),
        urgency=rng.choice([1, 2, 4], n, p=[0.6, 0.3, 0.1]),
        mode=np.zeros(n, dtype=np.uint8),
        needs_vehicle=rng.random(n) < 0.3,
        times=np.maximum(times, 1),
        pod=pods(homes),
        withheld=("",) * n,
    )
    return volunteers, requests


if __name__ == "__main__":
    main()
