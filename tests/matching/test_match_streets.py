"""`geomatch match --streets` and `geomatch checkmatch --streets`, from files to files."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command

from geomatch.core.geodesy import LocalProjection
from geomatch.matching.engine import PARTS
from tests.core.streettowns import two_banks

SEA = LocalProjection(-134.41, 58.3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two requests on one bank; “near” lives across the river, whose bridge is far, “far” here."""
    points, lines = two_banks()
    home = [f"{lon:.7f},{lat:.7f}" for lon, lat in SEA.to_lonlat(points)]
    (tmp_path / "volunteers.csv").write_text(
        f"id,lon,lat\nnear,{home[10]}\nfar,{home[5]}\n", encoding="utf-8"
    )
    (tmp_path / "requests.csv").write_text(
        f"id,lon,lat,mode\nr,{home[0]},\ncall,{home[0]},remote\n", encoding="utf-8"
    )
    write_streets(tmp_path / "streets.geojson", SEA.geometry_to_lonlat(lines))
    return tmp_path


def write_streets(path: Path, lines: list[shapely.Geometry]) -> None:
    features = [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(line)}
        for line in lines
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


def run(name: str, folder: Path, *options: str) -> str:
    said = StringIO()
    files = [str(folder / "volunteers.csv"), str(folder / "requests.csv")]
    call_command(name, *files, *options, "--today=2026-11-22", stderr=said, stdout=said)
    return said.getvalue()


def match(folder: Path, *options: str) -> str:
    return run("match", folder, f"--out={folder / 'out.csv'}", *options)


def checked(folder: Path, *options: str) -> str:
    return run("checkmatch", folder, str(folder / "out.csv"), *options)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def along(folder: Path) -> str:
    return f"--streets={folder / 'streets.geojson'}"


def test_streets_change_who_goes_add_a_column_and_are_reported(folder):
    report, pairs = folder / "report.json", folder / "pairs.csv"
    match(folder, f"--report={report}")
    before = {row["request"]: row for row in rows(folder / "out.csv")}
    assert json.loads(report.read_text("utf-8"))["distance"] == "straight"
    assert "walk_m" not in before["r"]
    said = match(folder, along(folder), f"--report={report}", f"--pairs={pairs}")
    after = {row["request"]: row for row in rows(folder / "out.csv")}
    assert json.loads(report.read_text("utf-8"))["distance"] == "walking"
    assert "on foot, along streets" in said
    assert (before["r"]["volunteer"], after["r"]["volunteer"]) == ("near", "far")
    columns = list(after["r"])
    assert columns[columns.index("distance_m") + 1] == "walk_m"
    assert after["r"]["distance_m"] == "100"
    assert 100 <= int(after["r"]["walk_m"]) <= 104
    assert after["call"]["walk_m"] == ""
    assert after["call"]["distance"] == "4000"
    every = rows(pairs)
    assert list(every[0]) == ["request", "volunteer", "score", *PARTS, "distance_m", "walk_m"]
    by_bridge = next(row for row in every if (row["request"], row["volunteer"]) == ("r", "near"))
    assert by_bridge["distance_m"] == "30"
    assert 2_000 < int(by_bridge["walk_m"]) < 2_100
    assert all(sum(int(row[part]) for part in PARTS) == int(row["score"]) for row in every)


def test_the_checker_proves_walks_by_the_files_alone(folder):
    prices = f"--prices={folder / 'prices.csv'}"
    match(folder, along(folder), prices)
    assert "; proven best" in checked(folder, along(folder), prices)
    with pytest.raises(CommandError, match=r"not right \(if they were scored along streets, name"):
        checked(folder, prices)
    match(folder, prices)
    assert "; proven best" in checked(folder, prices)
    with pytest.raises(CommandError, match="r: parts"):
        checked(folder, along(folder), prices)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("distance", "3999", "r: parts .* should be"),
        ("walk_m", "99", "r: a walk of 99 m should be 10. m"),
        ("walk_m", "", "r: a walk of None m should be 10. m"),
        ("volunteer", "near", "r: parts"),
    ],
)
def test_the_checker_catches_a_walk_that_is_not_true(folder, column, value, said):
    match(folder, along(folder))
    table = rows(folder / "out.csv")
    next(row for row in table if row["request"] == "r")[column] = value
    with (folder / "out.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    with pytest.raises(CommandError, match=said):
        checked(folder, along(folder))


def test_a_policy_that_asks_for_streets_needs_them(folder):
    policy = folder / "policy.toml"
    policy.write_text('name = "on foot"\n[distance]\nalong = "streets"\n', encoding="utf-8")
    with pytest.raises(CommandError, match=r"“on foot” measures along streets.*--streets FILE"):
        match(folder, f"--policy={policy}")
    assert not (folder / "out.csv").exists()
    match(folder, f"--policy={policy}", along(folder))
    with_policy = (folder / "out.csv").read_bytes()
    with pytest.raises(CommandError, match=r"“on foot” measures along streets.*--streets FILE"):
        checked(folder, f"--policy={policy}")
    match(folder, along(folder))  # the streets alone switch it on
    assert (folder / "out.csv").read_bytes() == with_policy


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "no line in it"),
        ([shapely.Point(-134.4, 58.3)], "no line in it"),
        ([shapely.LineString([(534_000, 6_461_000), (534_900, 6_461_000)])], "WGS 84"),
    ],
)
def test_streets_that_cannot_be_used_are_refused(folder, lines, said):
    write_streets(folder / "streets.geojson", lines)
    with pytest.raises(CommandError, match=said):
        match(folder, along(folder))
    assert not (folder / "out.csv").exists()


def test_an_island_is_noted(folder):
    _, lines = two_banks()
    write_streets(folder / "streets.geojson", SEA.geometry_to_lonlat(lines[:2]))
    said = match(folder, along(folder))
    assert "Note: 1 place is on streets that lead to few others" in said
    assert "three times the straight line" in said


def test_every_network_is_measured_along_the_same_streets(folder):
    for name in ("volunteers.csv", "requests.csv"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        named = [f"{lines[0]},network", *(f"{line},{n}" for n in "ab" for line in lines[1:])]
        (folder / name).write_text("\n".join(named), encoding="utf-8")
    report = folder / "report.json"
    match(folder, along(folder), f"--report={report}")
    assert [row["volunteer"] for row in rows(folder / "out.csv") if row["request"] == "r"] == [
        "far",
        "far",
    ]
    assert json.loads(report.read_text("utf-8"))["distance"] == "walking"
