"""Published capacitated p-median instances: `python -m benchmarks.cpmp FILE... [--seconds S]`.

A file holds `n p`, then n lines `x y capacity demand`: exactly p of the points become medians,
the demands a median serves are within its capacity, and the sum of the Euclidean distances
(unrounded) is least. The pod planner solves it (`pods.planner.capacitated.p_median`); what it
returns is checked and measured here anew, from the file alone. One line per file: name, objective,
lower bound, gap between them, seconds.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from geomatch.core.errors import GeomatchError, TableError
from pods.planner.capacitated.p_median import CapacitatedPlan, capacitated_medians

WIDTHS = (24, 14, 14, 9, 8)


@dataclass(frozen=True)
class Instance:
    """One file: `points` (x, y), what each can serve as a median, and what each demands."""

    name: str
    p: int
    points: list[tuple[float, float]]
    capacities: list[int]
    demands: list[int]


def read_instance(path: Path) -> Instance:
    """Read a file.

    Raises
    ------
    TableError
        When it does not hold what it should; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TableError("it cannot be read as text.", file=str(path)) from error
    numbered = [(at, line.split()) for at, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        raise TableError("it is empty; “n p” should stand in its first line.", file=str(path))
    n, p = (int(v) for v in _numbers(path, *numbered[0], ("n", "p"), whole=(0, 1)))
    if not 1 <= p <= n:
        raise TableError(
            f"line {numbered[0][0]}: p must lie between 1 and n ({n}), not {p}.", file=str(path)
        )
    rows = [
        _numbers(path, at, words, ("x", "y", "capacity", "demand"), whole=(2, 3))
        for at, words in numbered[1:]
    ]
    if len(rows) != n:
        raise TableError(
            f"line {numbered[0][0]} announces {n} points, and {len(rows)} follow.", file=str(path)
        )
    return Instance(
        path.stem,
        p,
        [(row[0], row[1]) for row in rows],
        [int(row[2]) for row in rows],
        [int(row[3]) for row in rows],
    )


def _numbers(
    path: Path, at: int, words: list[str], names: tuple[str, ...], *, whole: tuple[int, ...]
) -> list[float]:
    if len(words) != len(names):
        raise TableError(
            f"line {at} should hold {len(names)} numbers ({' '.join(names)}), not {len(words)}.",
            file=str(path),
        )
    values = []
    for position, (word, name) in enumerate(zip(words, names, strict=True)):
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        unfit = position in whole and (value < 0 or value != value // 1)
        if not math.isfinite(value) or unfit:
            kind = "a whole number from 0" if position in whole else "a number"
            raise TableError(f"line {at}: {name} must be {kind}, not “{word}”.", file=str(path))
        values.append(value)
    return values


def objective_if_sound(instance: Instance, plan: CapacitatedPlan) -> float:
    """Check a plan against the file and add up its distances, by the plainest means.

    Raises
    ------
    AssertionError
        When the plan breaks a rule: a fault of the planner.
    """
    medians = [int(row) for row in plan.medians]
    if len(medians) != instance.p or len(set(medians)) != instance.p:
        raise AssertionError(f"{len(set(medians))} medians instead of {instance.p}")
    load = dict.fromkeys(medians, 0)
    total = 0.0
    for row, label in enumerate(plan.labels):
        median = medians[int(label)]
        load[median] += instance.demands[row]
        total += math.dist(instance.points[row], instance.points[median])
    for median, demand in load.items():
        if demand > instance.capacities[median]:
            raise AssertionError(f"median {median + 1} serves more than its capacity")
    if not plan.lower_bound <= total * (1 + 1e-9):
        raise AssertionError("the lower bound is above the objective")
    return total


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--seconds", type=float, default=60.0, help="per file (default 60)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        instances = [read_instance(path) for path in options.files]
        capacitated_medians([(0, 0), (1, 0), (9, 0)], [1, 1, 1], [2, 2, 2], 2)  # compile
        print(_line("name", "objective", "lower bound", "gap", "seconds"))
        for instance in instances:
            started = time.perf_counter()
            plan = capacitated_medians(
                instance.points,
                instance.demands,
                instance.capacities,
                instance.p,
                seconds=options.seconds,
                seed=options.seed,
            )
            spent = time.perf_counter() - started
            total = objective_if_sound(instance, plan)
            figures = f"{total:.2f}", f"{plan.lower_bound:.2f}", f"{100 * plan.gap:.3f} %"
            print(_line(instance.name, *figures, f"{spent:.1f}"), flush=True)
    except GeomatchError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _line(name: str, *figures: str) -> str:
    cells = [name.ljust(WIDTHS[0])]
    cells += [figure.rjust(width) for figure, width in zip(figures, WIDTHS[1:], strict=True)]
    return " ".join(cells)


if __name__ == "__main__":
    sys.exit(main())
