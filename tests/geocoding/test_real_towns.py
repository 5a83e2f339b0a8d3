"""The gazetteer on real towns, with what a separate reading of the rows says is right.

The checker here shares no code with the geocoder: it compares digits and letters of the rows, and
measures on a sphere.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

from benchmarks.addressmess import ACCIDENTS, AddressRow
from benchmarks.geocode import Town, load
from geomatch.core.geodesy import haversine_m
from geomatch.geocoding import Gazetteer, Geocode

pytestmark = pytest.mark.real_data

TETON = "teton_county_id"
TOWNS = (TETON, "vt_montpelier", "vt_burlington")


@pytest.fixture(scope="module")
def towns(shared_data: Path) -> dict[str, Town]:
    return {name: load(shared_data, name) for name in TOWNS}


@pytest.fixture(scope="module")
def gazetteers(towns: dict[str, Town]) -> dict[str, Gazetteer]:
    return {name: town.gazetteer() for name, town in towns.items()}


def plain(text: str) -> str:
    """Letters and digits in lower case: a cruder normalising than the geocoder's."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def places(rows: list[AddressRow]) -> dict[tuple[str, ...], list[AddressRow]]:
    """Rows by number, street (a unit in it taken off) and town, read letter for letter."""
    found: dict[tuple[str, ...], list[AddressRow]] = defaultdict(list)
    for row in rows:
        street = re.sub(r" (unit|apt)( \w+)?$", "", plain(row.street))
        found[plain(row.number), street, plain(row.city)].append(row)
    return found


def unit_of(row: AddressRow) -> str:
    inside = re.search(r" (?:unit|apt) (\w+)$", plain(row.street))
    return plain(row.unit) or (inside[1] if inside else "")


def is_one_place(rows: list[AddressRow]) -> bool:
    points = np.array([(row.lon, row.lat) for row in rows])
    return bool(haversine_m(points[:, None], points[None]).max() <= 60)


def metres(answer: Geocode, row: AddressRow) -> float:
    return float(haversine_m((answer.lon, answer.lat), (row.lon, row.lat)))


@pytest.mark.parametrize("name", TOWNS)
def test_every_own_address_is_found_or_open_because_it_is_several_places(
    name: str, towns: dict[str, Town], gazetteers: dict[str, Gazetteer]
) -> None:
    town = towns[name]
    by_place = places(town.rows)
    answers = gazetteers[name].geocode_many([row.line() for row in town.rows])
    found = several = 0
    for row, answer in zip(town.rows, answers, strict=True):
        street = re.sub(r" (unit|apt)( \w+)?$", "", plain(row.street))
        rivals = by_place[plain(row.number), street, plain(row.city)]
        if unit_of(row):
            rivals = [rival for rival in rivals if unit_of(rival) == unit_of(row)]
        if is_one_place(rivals):
            assert answer.quality == "rooftop", (row, answer)
            assert answer.score == 1.0, (row, answer)
            assert metres(answer, row) <= 60, (row, answer)
            found += 1
        else:
            assert answer.quality == "none", (row, answer)
            assert len(answer.candidates) >= 2
            several += 1
    print(
        f"{name}: {found:,} of {len(town.rows):,} own addresses found "
        f"({found / len(town.rows):.2%}), {several} open because they are several places"
    )
    assert found / len(town.rows) > 0.99


@pytest.mark.parametrize("name", TOWNS)
def test_messed_up_addresses_are_found_and_hardly_ever_wrong(
    name: str, towns: dict[str, Town], gazetteers: dict[str, Gazetteer]
) -> None:
    """The targets of the issue, on a sample; benchmarks/geocode.py asks about all of them."""
    chance = random.Random(7)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    clean = gazetteers[name].geocode_many([row.line() for row in towns[name].rows])
    certain = [row for row, answer in zip(towns[name].rows, clean, strict=True) if answer.is_placed]
    for accident in ACCIDENTS:
        for row in chance.sample(certain, 250):
            line = accident.make(row, chance)
            if line is None:
                continue
            answer = gazetteers[name].geocode(line)
            is_right = answer.quality == "rooftop" and metres(answer, row) <= 60
            kind = "right" if is_right else "wrong" if answer.quality == "rooftop" else "open"
            counts[accident.kind][kind] += 1
    shares = {
        kind: {k: n / count.total() for k, n in count.items()} for kind, count in counts.items()
    }
    print(name, {kind: {k: f"{n:.2%}" for k, n in share.items()} for kind, share in shares.items()})
    assert shares["ordinary"]["right"] >= 0.995
    assert shares["ordinary"].get("wrong", 0) <= 0.001
    assert shares["typo"]["right"] >= 0.95
    assert shares["typo"].get("wrong", 0) <= 0.005


@pytest.mark.parametrize("name", TOWNS)
def test_no_rooftop_has_another_number_street_or_town(name: str, towns: dict[str, Town]) -> None:
    """One address in ten is withheld: none of them may come back as somebody else's rooftop."""
    town = towns[name]
    chance = random.Random(3)
    out = frozenset(chance.sample(range(len(town.rows)), len(town.rows) // 10))
    kept = [row for i, row in enumerate(town.rows) if i not in out]
    known = places(kept)
    gazetteer = town.gazetteer(without=out)
    rows = [town.rows[i] for i in sorted(out)]
    off = []
    counts: Counter[str] = Counter()
    for row, answer in zip(rows, gazetteer.geocode_many([r.line() for r in rows]), strict=True):
        counts[answer.quality] += 1
        street = re.sub(r" (unit|apt)( \w+)?$", "", plain(row.street))
        if answer.quality == "rooftop":
            # Its building is there (another unit, or a row that repeats it).
            assert (plain(row.number), street, plain(row.city)) in known, (row, answer)
            matched = plain(answer.matched_address).split()
            assert matched[0] == plain(row.number).split()[0]
            assert plain(row.city) in plain(answer.matched_address)
        elif answer.quality == "interpolated":
            off.append(metres(answer, row))
    print(f"{name}: withheld {dict(counts)}, interpolated within {np.median(off):.0f} m (median)")
    assert np.median(off) <= 60


def test_stale_addresses_are_hardly_ever_given_a_rooftop(
    shared_data: Path, towns: dict[str, Town], gazetteers: dict[str, Gazetteer]
) -> None:
    """Addresses from before the county renumbered: open, unless today's county has that address."""
    import csv

    with (shared_data / TETON / "old_addresses.csv").open(encoding="utf-8") as file:
        records = list(csv.DictReader(file))
    lines = [f"{r['old_address']}, {r['city']}, {r['region']} {r['postcode']}" for r in records]
    answers = gazetteers[TETON].geocode_many(lines)
    now = {(plain(row.number), plain(row.street), plain(row.city)) for row in towns[TETON].rows}
    wrong = taken = 0
    for record, answer in zip(records, answers, strict=True):
        if answer.quality != "rooftop":
            continue
        true = (float(record["lon"]), float(record["lat"]))
        if float(haversine_m((answer.lon, answer.lat), true)) > 60:
            number, _, street = plain(record["old_address"]).partition(" ")
            taken += (number, street, plain(record["city"])) in now
            wrong += 1
    print(f"{len(records):,} stale addresses: {wrong} wrong rooftops, {taken} of them today's own")
    assert wrong - taken <= 0.003 * len(records)
