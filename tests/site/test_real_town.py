"""The three file commands on a real county, one after the other."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from benchmarks.teton import table, walk


@pytest.mark.real_data
def test_teton_county_from_addresses_to_matches(shared_data, tmp_path, capsys):
    path = walk(shared_data / "teton_county_id", tmp_path)
    with capsys.disabled():
        print(f"\n{table(path)}")

    placed = rows(tmp_path / "placed.csv")
    assert len(placed) == 10_947
    precise = {row["id"] for row in placed if row["quality"] in {"rooftop", "interpolated"}}
    assert len(precise) > 0.99 * len(placed)

    pods = rows(tmp_path / "pods.csv")
    assert [row["id"] for row in pods] == [row["id"] for row in placed]
    sizes = Counter(row["pod"] for row in pods if row["pod"])
    assert min(sizes.values()) >= 5
    assert max(sizes.values()) <= 30
    assert all(bool(row["pod"]) != bool(row["reason"]) for row in pods)
    assert sum(sizes.values()) == path.pods["households"] - path.pods["unplaced"]

    matches = rows(tmp_path / "matches.csv")
    served = [row for row in matches if row["volunteer"]]
    assert len(served) == path.match["served"] > 0
    assert path.match["gap"] == 0
    assert all(row["reason"] for row in matches if not row["volunteer"])


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
