"""How well, and how fast, the gazetteer finds addresses that people have messed up.

    python -m benchmarks.geocode                    # a sample of each town
    python -m benchmarks.geocode --sample 0         # every address
    python -m benchmarks.geocode --show "one typo"  # the wrong and open ones of an accident

The true addresses of real towns ($GEOMATCH_SHARED, default ../shared) are the gazetteer; what is
asked are those addresses after a seeded accident. An answer is right when it is called rooftop and
lies at the true address, wrong when it is called rooftop and lies elsewhere, and else left open.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.addressmess import ACCIDENTS, AddressRow
from benchmarks.addressparsing import PARTS, parsing
from geomatch.geocoding import QUALITIES, Gazetteer, Geocode
from geomatch.geocoding.geocodefile import read_former, read_gazetteer
from geomatch.tables import Feature, Table, read_features, read_table

ROOT = Path(__file__).resolve().parent.parent
TOWNS = ("teton_county_id", "vt_montpelier", "vt_burlington")
RIGHT_WITHIN_M = 60.0
NONE: frozenset[int] = frozenset()
KINDS = ("accidents", "withheld", "stale", "parsing", "speed")


@dataclass(frozen=True)
class Town:
    """A real town: its addresses, and its streets where there are any."""

    name: str
    rows: list[AddressRow]
    streets: list[Feature]

    def gazetteer(self, *, without: frozenset[int] = NONE) -> Gazetteer:
        kept = [row for at, row in enumerate(self.rows) if at not in without]
        columns = {
            name: [str(value) for value in values]
            for name, values in zip(AddressRow._fields, zip(*kept, strict=True), strict=True)
        }
        return read_gazetteer(Table.from_columns(columns, file=self.name), self.streets)


class Score(NamedTuple):
    """How often the addresses of one accident were found."""

    asked: int
    right: int
    wrong: int
    qualities: Counter[str]

    def line(self) -> str:
        share = 100 / max(1, self.asked)
        left = self.asked - self.right - self.wrong
        rest = ", ".join(
            f"{quality} {self.qualities[quality]:,}"
            for quality in QUALITIES[1:]
            if self.qualities[quality]
        )
        return (
            f"{self.asked:,} | {self.right * share:.2f} | {self.wrong * share:.2f} | "
            f"{left * share:.2f} | {rest}"
        )

    def __add__(self, other: Score) -> Score:  # type: ignore[override]  # scores add to scores, not tuples
        return Score(
            self.asked + other.asked,
            self.right + other.right,
            self.wrong + other.wrong,
            self.qualities + other.qualities,
        )


def load(folder: Path, name: str) -> Town:
    table = read_table(folder / name / "addresses.csv", needed=("number", "street"))
    columns = [table.texts(column) for column in AddressRow._fields[:6]]
    rows = [
        AddressRow(*parts, lon=float(point[0]), lat=float(point[1]))
        for *parts, point in zip(*columns, table.points(), strict=True)
    ]
    roads = folder / name / "roads.geojson"
    return Town(name, rows, read_features(roads) if roads.exists() else [])


def metres(answer: Geocode, row: AddressRow) -> float:
    """Metres from an answer to the true point; flat is near enough at these distances."""
    east = (answer.lon - row.lon) * math.cos(math.radians(row.lat))
    return math.hypot(east, answer.lat - row.lat) * 111_195


def judge(answers: Sequence[Geocode], rows: Sequence[AddressRow]) -> Score:
    right = wrong = 0
    qualities = Counter(answer.quality for answer in answers)
    for answer, row in zip(answers, rows, strict=True):
        if answer.quality == "rooftop":
            is_right = metres(answer, row) <= RIGHT_WITHIN_M
            right += is_right
            wrong += not is_right
    return Score(len(rows), right, wrong, qualities)


def decidable(town: Town, gazetteer: Gazetteer) -> list[AddressRow]:
    """Addresses that are one place by the contract; the others must be left open, as written."""
    answers = gazetteer.geocode_many([row.line() for row in town.rows])
    return [row for row, answer in zip(town.rows, answers, strict=True) if not answer.candidates]


def sample(rows: list[AddressRow], size: int, chance: random.Random) -> list[AddressRow]:
    return chance.sample(rows, size) if 0 < size < len(rows) else rows


def accidents(town: Town, size: int, seed: int, show: str) -> dict[str, Score]:
    """Ask about every accident, and print a row for each."""
    gazetteer = town.gazetteer()
    certain = decidable(town, gazetteer)
    print(f"\n### {town.name}\n")
    print(
        f"{len(town.rows):,} addresses, {len(town.rows) - len(certain)} of them several places.\n"
    )
    print("| accident | asked | right % | wrong % | open % | open as |\n|---|--:|--:|--:|--:|---|")
    scores: dict[str, Score] = {}
    for accident in ACCIDENTS:
        chance = random.Random(f"{seed} {town.name} {accident.name}")
        made = [(accident.make(row, chance), row) for row in sample(certain, size, chance)]
        pairs = [(line, row) for line, row in made if line is not None]
        if not pairs:
            continue
        lines, rows = [line for line, _ in pairs], [row for _, row in pairs]
        answers = gazetteer.geocode_many(lines)
        score = judge(answers, rows)
        print(f"| {accident.name} | {score.line()} |")
        known = scores.get(accident.kind)
        scores[accident.kind] = score if known is None else known + score
        if show and accident.name.startswith(show):
            reveal(lines, rows, answers)
    return scores


def reveal(
    lines: list[str], rows: list[AddressRow], answers: list[Geocode], limit: int = 40
) -> None:
    """Print what went wrong, then what was left open."""
    told = [
        (answer.quality != "rooftop", line, row, answer)
        for line, row, answer in zip(lines, rows, answers, strict=True)
        if answer.quality != "rooftop" or metres(answer, row) > RIGHT_WITHIN_M
    ]
    for is_open, line, row, answer in sorted(told, key=lambda one: one[0])[:limit]:
        said = answer.reason if is_open else answer.matched_address
        print(f"    {'open ' if is_open else 'WRONG'} {line!r} (true: {row.door}) -> {said[:150]}")


def withheld(town: Town, seed: int, show: str) -> None:
    """Leave addresses out of the gazetteer: none of them may be called rooftop."""
    chance = random.Random(f"{seed} withheld")
    everywhere = range(len(town.rows))
    single = frozenset(chance.sample(everywhere, len(town.rows) // 10))
    streets = sorted({(row.street, row.city) for row in town.rows})
    gone = set(chance.sample(streets, len(streets) // 10))
    whole = frozenset(i for i, row in enumerate(town.rows) if (row.street, row.city) in gone)
    for name, out in (("one address in ten", single), ("one street in ten", whole)):
        rows = [town.rows[i] for i in sorted(out)]
        keys = {
            (row.number, row.street, row.city) for i, row in enumerate(town.rows) if i not in out
        }
        # An address that another row still has is not withheld: its twin answers for it.
        rows = [row for row in rows if (row.number, row.street, row.city) not in keys]
        gazetteer = town.gazetteer(without=out)
        for label, lines in (
            ("as written", [row.line() for row in rows]),
            ("number and street only", [row.door for row in rows]),
        ):
            answers = gazetteer.geocode_many(lines)
            qualities = Counter(answer.quality for answer in answers)
            off = [
                metres(answer, row)
                for answer, row in zip(answers, rows, strict=True)
                if answer.quality == "interpolated"
            ]
            middle = f"{statistics.median(off):.0f}" if off else "-"
            ninth = f"{statistics.quantiles(off, n=10)[-1]:.0f}" if len(off) > 1 else "-"
            share = qualities["rooftop"] * 100 / max(1, len(rows))
            rest = ", ".join(f"{q} {qualities[q]:,}" for q in QUALITIES[1:] if qualities[q])
            print(
                f"| {town.name} | {name}, {label} | {len(rows):,} | {share:.2f} | "
                f"{middle} | {ninth} | {rest} |"
            )
            if show.startswith("withheld"):
                bad = [
                    x for x in zip(lines, rows, answers, strict=True) if x[2].quality == "rooftop"
                ]
                for line, _, answer in bad[:40]:
                    print(f"    WRONG {line!r} -> {answer.matched_address} ({answer.reason})")


def stale(folder: Path, town: Town, show: str) -> None:
    """Ask for the addresses from before the county renumbered, without and with its table."""
    path = folder / town.name / "old_addresses.csv"
    if not path.exists():
        return
    table = read_table(path, needed=("old_address",))
    parts = zip(*(table.texts(name) for name in AddressRow._fields[:6]), strict=True)
    points = table.points().tolist()
    rows = [AddressRow(*row, *point) for row, point in zip(parts, points, strict=True)]
    old = table.texts("old_address")
    lines = [row.line(door=address) for address, row in zip(old, rows, strict=True)]
    today = {(row.number, row.street.lower(), row.city) for row in town.rows}
    gazetteer = town.gazetteer()
    for label in ("without the table of old addresses", "with it (--former)"):
        answers = gazetteer.geocode_many(lines)
        # An old address that is somebody else's today can only be found there.
        taken = sum(
            answer.quality == "rooftop"
            and metres(answer, row) > RIGHT_WITHIN_M
            and (*address.lower().split(" ", 1), row.city) in today
            for answer, row, address in zip(answers, rows, old, strict=True)
        )
        print(f"| {label} | {judge(answers, rows).line()} | {taken} |")
        if show.startswith("stale"):
            reveal(lines, rows, answers)
        gazetteer.add_former(read_former(table))


def timed(work: Callable[[], object]) -> float:
    """Seconds of this core, so that a busy machine does not blur the figure."""
    started = time.process_time()
    work()
    return time.process_time() - started


def speed(town: Town, seed: int) -> None:
    """Addresses a second on this core, exact and with a typo, and a large gazetteer's load."""
    chance = random.Random(seed)
    gazetteer = town.gazetteer()
    certain = decidable(town, gazetteer)
    by_name = {accident.name: accident for accident in ACCIDENTS}
    typo = [by_name["one typo in the street"].make(row, chance) for row in certain]
    lower = [by_name["no commas, lower case"].make(row, chance) for row in certain]
    parts = [gazetteer.read(row.line()) for row in certain]
    for label, asked in (
        ("exact, parts", parts),
        ("exact, lines", [row.line() for row in certain]),
        ("exact, lines without commas", lower),
        ("one typo, lines", typo),
    ):
        seconds = min(timed(lambda asked=asked: gazetteer.geocode_many(asked)) for _ in range(3))
        print(f"| {label} | {len(asked) / seconds:,.0f} |")


def large(town: Town, count: int) -> None:
    """Load a gazetteer of many towns, each a copy of the real one under another name."""
    import resource

    copies = -(-count // len(town.rows))
    rows = [
        row._replace(
            city=f"{row.city} {letter(copy)}", postcode=f"{10000 + copy}", lon=row.lon + copy
        )
        for copy in range(copies)
        for row in town.rows
    ][:count]
    many = Town("many towns", rows, [])
    made: list[Gazetteer] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    columns = {
        name: [str(value) for value in values]
        for name, values in zip(AddressRow._fields, zip(*rows, strict=True), strict=True)
    }
    table = Table.from_columns(columns, file=many.name)
    seconds = timed(lambda: made.append(read_gazetteer(table)))
    lines = [row.line() for row in rows[:: max(1, count // 20000)]]
    asking = timed(lambda: made[0].geocode_many(lines))
    typos = [line.replace("a", "e", 1) for line in lines]
    fuzzy = timed(lambda: made[0].geocode_many(typos))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"\n{count:,} addresses load in {seconds:.1f} s (peak memory of the process "
        f"{after / 1024:,.0f} MB, of it {before / 1024:,.0f} MB before), then answer "
        f"{len(lines) / asking:,.0f} exact and {len(typos) / fuzzy:,.0f} misspelled lines a second."
    )


def letter(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in f"{number:03d}").title() + "town"


def targets(scores: Iterable[dict[str, Score]]) -> None:
    total: dict[str, Score] = {}
    for town in scores:
        for kind, score in town.items():
            total[kind] = total[kind] + score if kind in total else score
    print("\n### All towns\n\n| kind | asked | right % | wrong % | open % | open as |")
    print("|---|--:|--:|--:|--:|---|")
    for kind, score in total.items():
        print(f"| {kind} | {score.line()} |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sample", type=int, default=2000, help="addresses per accident; 0: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", default="", help="show the failures of an accident")
    parser.add_argument("--town", action="append", choices=TOWNS)
    parser.add_argument("--only", action="append", choices=KINDS)
    options = parser.parse_args()
    folder = (ROOT / os.environ.get("GEOMATCH_SHARED", "../shared")).resolve() / "data"
    if not folder.is_dir():
        raise SystemExit(f"no real towns: {folder} is absent (set GEOMATCH_SHARED)")
    towns = [load(folder, name) for name in options.town or TOWNS]
    wanted = options.only or KINDS
    if "accidents" in wanted:
        targets([accidents(town, options.sample, options.seed, options.show) for town in towns])
    if "withheld" in wanted:
        print(
            "\n### Withheld\n\n| town | what | asked | rooftop % | median m | 90 % within m | as |"
        )
        print("|---|---|--:|--:|--:|--:|---|")
        for town in towns:
            withheld(town, options.seed, options.show)
    if "stale" in wanted:
        print(
            "\n### Stale\n\n| stale addresses | asked | right % | wrong % | open % | as | taken |"
        )
        print("|---|--:|--:|--:|--:|---|--:|")
        for town in towns:
            stale(folder, town, options.show)
    if "parsing" in wanted:
        print(f"\n### Parsing\n\n| | lines | {' | '.join([*PARTS, 'all parts'])} |")
        print(f"|---|{'--:|' * (len(PARTS) + 2)}")
        parsing(folder)
    if "speed" in wanted:
        print("\n### Speed\n\n| what | a second |\n|---|--:|")
        speed(towns[0], options.seed)
        large(towns[0], 250_000)


if __name__ == "__main__":
    main()
