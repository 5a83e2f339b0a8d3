"""How long a spreadsheet takes: read, compare, write, place, read again and take back.

    python -m benchmarks.importing                      # 13,000 rows, CSV
    python -m benchmarks.importing --rows 200000
    python -m benchmarks.importing --ending .xlsx

Everybody in the sheet is invented, the same for the same seed; the gazetteer holds every address
of it. The database is an embedded one of its own, thrown away at the end, unless DATABASE_URL
names another. Seconds are of the clock and of the processor (this process's: a server's own work
is not in them); memory is the peak of the process. Another process makes sheet and gazetteer.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geomatch.tables import Table, write_table

STREETS = ("Main", "Harbor", "Spruce", "Ferry", "Gold Creek", "Cannery", "Fir", "Elm")
KINDS = ("Street", "Avenue", "Road", "Way")
GIVEN = ("Ana", "Bo", "Lucía", "Joy", "Ed", "Tom", "Maria", "Wei", "Ivan", "Noor")
DOORS_PER_STREET = 120
WEST, SOUTH, EAST, NORTH = -134.6, 58.2, -134.2, 58.4


def invented_rows(rows: int, seed: int) -> list[dict[str, str]]:
    """Make the neighbours of a town: one in seven is a unit, one in four has no phone."""
    chance = random.Random(seed)
    out = []
    for number in range(rows):
        street, door = divmod(number, DOORS_PER_STREET)
        name, kind = STREETS[street % 8], KINDS[street // 8 % 4]
        out.append(
            {
                "ID": f"H{number + 1}",
                "Name": f"{chance.choice(GIVEN)} Family{number * 7919 % rows}",
                "Address": f"{2 * door + 1} {name} {street // 32 or ''} {kind}".replace("  ", " "),
                "Apt": str(number % 4 + 1) if number % 7 == 0 else "",
                "Town": "Port Ellery",
                "Zip": "99801",
                "# in household": str(chance.randint(1, 6)),
                "Phone": f"907-555-{number % 10_000:04d}" if number % 4 else "",
                "Email": f"n{number}@example.org" if number % 3 == 0 else "",
                "Languages": chance.choice(("English", "Spanish; English", "Tagalog", "")),
                "Point person?": "yes" if number % 40 == 0 else "",
                "Drives": "x" if number % 2 else "",
                "Exposed until": "2026-12-01" if number % 50 == 0 else "",
                "Notes": "Ring twice." if number % 10 == 0 else "",
            }
        )
    return out


def gazetteer_of(rows: list[dict[str, str]], seed: int) -> Table:
    """Every address of the sheet once, somewhere in the town."""
    chance = random.Random(seed)
    doors = dict.fromkeys(row["Address"] for row in rows)
    numbers, streets = zip(*(door.split(" ", 1) for door in doors), strict=True)
    return Table.from_columns(
        {
            "number": numbers,
            "street": streets,
            "unit": [""] * len(doors),
            "city": ["Port Ellery"] * len(doors),
            "region": ["AK"] * len(doors),
            "postcode": ["99801"] * len(doors),
            "lon": [f"{chance.uniform(WEST, EAST):.6f}" for _ in doors],
            "lat": [f"{chance.uniform(SOUTH, NORTH):.6f}" for _ in doors],
        }
    )


@contextmanager
def timed(what: str) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what:44} {time.perf_counter() - wall:7.2f} s {time.process_time() - cpu:7.2f} s CPU"
        f" {peak:7.0f} MB",
        flush=True,
    )


def set_up(folder: str) -> None:
    """Load Django, with a home of its own."""
    os.environ["GEOMATCH_HOME"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geomatch.settings")
    import django

    django.setup()


def prepare(folder: str, path: Path, rows: int, seed: int) -> None:
    """Make the sheet, and a network with its gazetteer."""
    set_up(folder)
    from django.core.management import call_command

    from geomatch.network.services.ground import replace_gazetteer
    from tests.factories import NetworkFactory

    call_command("migrate", verbosity=0)
    invented = invented_rows(rows, seed)
    write_table(path, {name: [row[name] for row in invented] for name in invented[0]})
    replace_gazetteer(network=NetworkFactory(), table=gazetteer_of(invented, seed), actor=None)


def measure(path: Path) -> None:
    """Walk one sheet through everything that can be done with it."""
    from geomatch.network.intake.compare.compare import compare
    from geomatch.network.intake.files.spreadsheets import read_sheets_of
    from geomatch.network.intake.services import apply_sheets, take_back
    from geomatch.network.intake.sheets.file import understand
    from geomatch.network.locating.look_up import locate_households
    from geomatch.network.models import Network
    from geomatch.network.scope import use_network

    network = Network.objects.get()

    def preview() -> Any:
        sheets = read_sheets_of(path)
        understood = understand(sheets, path.name)
        with use_network(network, reading=True):
            return sheets, understood, compare(network=network, sheets=understood)

    with timed("nothing yet (imports)"):
        pass
    with timed("preview: read, compare with an empty network"):
        sheets, understood, seen = preview()
    with timed("apply: compare again and write"):
        taken = apply_sheets(
            network=network,
            sheets=sheets,
            understood=understood,
            file_name=path.name,
            actor=None,
            looked_at=seen.fingerprint(),
        )
    print(f"   {taken.figures}")
    del seen, sheets, understood
    with timed("place: build the gazetteer, look all up"):
        print(f"   {locate_households(network=network, actor=None)}")
    with timed("preview of the same sheet again"):
        same = preview()[2]
    print(f"   {same.figures()}")
    del same
    with timed("take it all back"):
        undone = take_back(network=network, sheet_import=taken.sheet_import, actor=None)
    print(f"   {undone.figures()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=13_000)
    parser.add_argument("--ending", default=".csv", choices=(".csv", ".xlsx", ".tsv"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"neighbors{options.ending}"
        made = multiprocessing.get_context("spawn").Process(
            target=prepare, args=(folder, path, options.rows, options.seed)
        )
        made.start()
        made.join()
        set_up(folder)
        measure(path)


if __name__ == "__main__":
    main()
