"""The whole path on a real county, by the commands themselves: `python -m benchmarks.teton`.

Teton County, Idaho: 10,947 addresses, public domain. Volunteers and requests are invented on those
addresses, the same for the same seed. Prints the table of the README.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geomatch.tables import read_table, write_table
from tests.matching.invented import invented_cells

ROOT = Path(__file__).resolve().parent.parent
VOLUNTEERS, REQUESTS = 1_500, 1_000
PRECISE = frozenset({"rooftop", "interpolated"})


@dataclass(frozen=True)
class Walk:
    """The files and figures of one walk.

    Attributes
    ----------
    folder
        Holds `placed.csv`, `pods.csv` and `matches.csv`.
    geocode, pods, match
        What each command reported, with `wall_s`, the seconds of the whole process.
    """

    folder: Path
    geocode: dict[str, Any]
    pods: dict[str, Any]
    match: dict[str, Any]


def walk(town: Path, folder: Path, *, seed: int = 0) -> Walk:
    """Geocode, plan and match the county, each by its command.

    Parameters
    ----------
    town
        Folder with `addresses.csv` and `roads.geojson`.
    folder
        Where every file is written.
    """
    rows = read_table(town / "addresses.csv", needed=())
    given = {name: rows.texts(name) for name in ("number", "street", "unit", "city", "postcode")}
    ids = [f"h{i}" for i in range(len(rows))]
    write_table(folder / "addresses.csv", {"id": ids, **given})
    geocode = command(
        "geocode",
        folder / "addresses.csv",
        "--gazetteer",
        town / "addresses.csv",
        "--streets",
        town / "roads.geojson",
        "--out",
        folder / "placed.csv",
    )
    pods = command("pods", folder / "placed.csv", "--out", folder / "pods.csv", "--seed", seed)
    placed = read_table(folder / "placed.csv").points()
    homes = placed[np.isfinite(placed).all(axis=1)]
    people = invented_cells(homes, volunteers=VOLUNTEERS, requests=REQUESTS, seed=seed)
    for name, cells in zip(("volunteers", "requests"), people, strict=True):
        write_table(folder / f"{name}.csv", cells)
    match = command(
        "match",
        folder / "volunteers.csv",
        folder / "requests.csv",
        "--out",
        folder / "matches.csv",
        "--today",
        "2026-11-22",
    )
    return Walk(folder, geocode, pods, match)


def command(name: str, *arguments: object) -> dict[str, Any]:
    """Run one file command as its own process and return its report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        words = [sys.executable, "-m", "geomatch.cli", name, *map(str, arguments)]
        start = time.perf_counter()
        done = subprocess.run(
            [*words, "--report", str(report)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(f"geomatch {name} failed:\n{done.stderr}")
        return {**json.loads(report.read_text("utf-8")), "wall_s": round(seconds, 1)}


def table(path: Walk) -> str:
    """Lay the figures out as the README shows them."""
    with (path.folder / "placed.csv").open(encoding="utf-8-sig") as file:
        qualities = [row["quality"] for row in csv.DictReader(file)]
    placed = sum(quality in PRECISE for quality in qualities) / len(qualities)
    pods, match = path.pods, path.match
    rows = (
        ("geocode", f"{placed:.2%} of {len(qualities):,} addresses on the map", path.geocode),
        (
            "pods",
            f"{pods['pods']} pods of {pods['size_min']}-{pods['size_max']}; "
            f"{1 - pods['unplaced'] / pods['households']:.2%} of households in one; "
            f"{pods['mean_distance_to_medoid_m']:.0f} m to the medoid on average; "
            f"gap {pods['gap']:.1%}",
            pods,
        ),
        (
            "match",
            f"{match['served']} of {REQUESTS:,} requests served by {VOLUNTEERS:,} volunteers; "
            f"gap {match['gap']:.0%}",
            match,
        ),
    )
    lines = ["| command | result | seconds |", "|---|---|---|"]
    lines += [f"| `{name}` | {words} | {report['wall_s']} |" for name, words, report in rows]
    return "\n".join(lines)


def main() -> None:
    """Walk and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="the median run is printed")
    options = parser.parse_args()
    shared = Path(os.environ.get("GEOMATCH_SHARED", ROOT.parent / "shared"))
    town = shared / "data" / "teton_county_id"
    if not town.is_dir():
        raise SystemExit(f"no real data: {town} is absent (set GEOMATCH_SHARED)")
    results = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            path = walk(town, Path(folder))
            results.append((path.pods["wall_s"], table(path)))
    print(sorted(results)[len(results) // 2][1])


if __name__ == "__main__":
    main()
