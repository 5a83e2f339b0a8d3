"""How long it takes to print the street lists of a whole town.

    python -m benchmarks.streetlists [PODS] [--one]

Pods of 13 neighbouring doors are drawn from the fictional town's gazetteer (they overlap: nothing
but their number matters here), with its streets, water and buildings. `--one` makes the one PDF of
all pods only; typst remembers what it has set, so the two are measured in processes of their own.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from geomatch.tables import read_features, read_table
from maps.streetlists import Door, PrintOptions, StreetList, Surroundings, write_street_lists
from maps.streetlists.document import document_data, list_data
from maps.streetlists.render import render_data

TOWN = Path(__file__).resolve().parent.parent / "fixtures" / "town"
DOORS_PER_POD = 13


def street_lists(count: int) -> list[StreetList]:
    table = read_table(TOWN / "gazetteer.csv", needed=("number", "street", "lon", "lat"))
    points = table.points()
    _, near = cKDTree(points * [0.54, 1.0]).query(
        points[np.random.default_rng(0).integers(len(points), size=count)] * [0.54, 1.0],
        k=DOORS_PER_POD,
    )
    number, street, unit, city = (table.texts(n) for n in ("number", "street", "unit", "city"))
    return [
        StreetList(
            str(pod + 1),
            tuple(
                Door(
                    name=f"Neighbour {row}",
                    number=number[row],
                    street=street[row],
                    unit=unit[row],
                    city=city[row],
                    lon=float(points[row, 0]),
                    lat=float(points[row, 1]),
                    people=2,
                )
                for row in rows
            ),
        )
        for pod, rows in enumerate(near)
    ]


def timed(words: str, count: int, since: tuple[float, float]) -> None:
    wall, cpu = time.perf_counter() - since[0], time.process_time() - since[1]
    each = f"{1000 * cpu / count:6.1f} ms CPU each" if count > 1 else ""
    print(f"{words:<44}{wall:7.2f} s  {cpu:7.2f} s CPU  {each}")


def now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def main(count: int, *, one_file: bool) -> None:
    began = now()
    ground = Surroundings.of(
        **{
            name: read_features(TOWN / f"{name}.geojson")
            for name in ("streets", "water", "buildings")
        }
    )
    lists = street_lists(count)
    timed("read the town", 1, began)
    options = PrintOptions(date=dt.date(2026, 10, 14))
    render_data(document_data([list_data(lists[0], options, ground)], options), options)  # warm

    if one_file:
        began = now()
        drawn = [list_data(item, options, ground) for item in lists]
        timed(f"order and draw {count} pods", count, began)
        began = now()
        pdf = render_data(document_data(drawn, options, contents=True), options)
        timed(f"set one PDF of {count} pods, {len(pdf) / 1e6:.1f} MB", count, began)
    else:
        began = now()
        with tempfile.TemporaryDirectory() as folder:
            write_street_lists(lists, Path(folder) / "lists", options, ground)
        timed(f"geomatch streetlists: {count + 1} files, all told", count, began)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
    main(numbers[0] if numbers else 400, one_file="--one" in sys.argv)
