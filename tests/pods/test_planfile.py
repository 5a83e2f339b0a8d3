from __future__ import annotations

import csv
import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command

from geomatch.core.errors import RowError
from geomatch.core.geodesy import LocalProjection
from geomatch.site.cli.file_command import hushed_libraries
from geomatch.tables import Feature, Table
from pods.homes import Ground, PlanOptions
from pods.homes.homes import unit_ranks
from pods.planfile import plan_table
from pods.planner.check.plan import check_plan

HARBOUR = (-134.42, 58.30)


def town(n: int = 60, seed: int = 1) -> dict[str, list[str]]:
    """n homes within a kilometre of the harbour, as text columns."""
    random = np.random.default_rng(seed)
    lonlat = np.array(HARBOUR) + random.random((n, 2)) * [0.017, 0.009]
    return {
        "id": [f"h{number}" for number in range(n)],
        "lon": [f"{lon:.6f}" for lon in lonlat[:, 0]],
        "lat": [f"{lat:.6f}" for lat in lonlat[:, 1]],
    }


def write_csv(path: Path, columns: dict[str, list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def metres(columns: dict[str, list[str]]) -> np.ndarray:
    lonlat = np.array(
        [
            [float(lon or "nan"), float(lat or "nan")]
            for lon, lat in zip(columns["lon"], columns["lat"], strict=True)
        ]
    )
    return LocalProjection.around(lonlat).to_metres(lonlat)


def channel(*, bridge: bool) -> str:
    """A barrier down the middle of the town, as GeoJSON text."""
    lon = HARBOUR[0] + 0.0085
    lines = [([[lon, 58.2], [lon, 58.4]], False)]
    if bridge:
        lines.append(([[lon - 0.0005, 58.304], [lon + 0.0005, 58.304]], True))
    features = [
        {
            "type": "Feature",
            "properties": {"crossing": crossing},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for line, crossing in lines
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_the_command_writes_one_row_per_household_in_order(tmp_path: Path) -> None:
    columns = town() | {"name": [f"n{number}" for number in range(60)]}
    source = write_csv(tmp_path / "homes.csv", columns)
    call_command("pods", source, out=tmp_path / "pods.csv", report=tmp_path / "figures.json")
    rows = read_csv(tmp_path / "pods.csv")
    assert [row["id"] for row in rows] == columns["id"]
    assert [row["name"] for row in rows] == columns["name"]
    labels = [int(row["pod"]) - 1 for row in rows]
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["pods"] == len(set(labels)) == round(60 / 13)
    assert figures["size_max"] == max(labels.count(label) for label in labels)
    assert figures["lower_bound"] <= figures["objective"]
    assert check_plan(metres(columns), labels) == []
    assert np.isclose(figures["objective"], figures["mean_distance_to_medoid_m"] * 60, atol=0.1)


def test_nobody_crosses_the_channel_but_by_the_bridge(tmp_path: Path) -> None:
    columns = town(24)
    source = write_csv(tmp_path / "homes.csv", columns)
    east = np.array(columns["lon"], dtype=float) > HARBOUR[0] + 0.0085
    pods_of = {}
    for bridge in (False, True):
        barriers = tmp_path / f"water{bridge}.geojson"
        barriers.write_text(channel(bridge=bridge))
        out = tmp_path / f"pods{bridge}.csv"
        options = {"min_size": 20, "max_size": 24, "target_size": 22, "barriers": barriers}
        call_command("pods", source, out=out, **options)
        pods_of[bridge] = [row["pod"] for row in read_csv(out)]
    assert 0 < east.sum() < 20  # neither bank is enough for a pod of 20
    assert set(pods_of[False]) == {""}
    assert set(pods_of[True]) == {"1"}


def test_what_cannot_be_placed_says_so_in_words(tmp_path: Path) -> None:
    columns = town(20)
    columns["lon"][3] = columns["lat"][3] = ""
    columns["lon"][7], columns["lat"][7] = "58.3", "-34.4"
    source = write_csv(tmp_path / "homes.csv", columns)
    call_command("pods", source, out=tmp_path / "pods.csv")
    rows = read_csv(tmp_path / "pods.csv")
    assert [row["id"] for row in rows if not row["pod"]] == ["h3", "h7"]
    assert rows[3]["reason"].startswith("No location yet")
    assert "km from the others" in rows[7]["reason"]
    assert not any(row["reason"] for row in rows if row["pod"])


def test_swapped_coordinates_are_recognised() -> None:
    columns = {
        "id": [f"h{number}" for number in range(13)],
        "lon": ["11.5"] * 12 + ["48.1"],
        "lat": [f"48.1{number:02}" for number in range(12)] + ["11.5"],
    }
    planned, report = plan_table(Table.from_columns(columns), PlanOptions())
    assert report["unplaced"] == 1
    assert "swapped" in planned["reason"][12]


@pytest.mark.parametrize("homes", [1, 4])
def test_fewer_than_five_households_are_told_their_choices(homes: int) -> None:
    planned, report = plan_table(Table.from_columns(town(homes)), PlanOptions())
    assert planned["pod"] == [None] * homes
    assert report["pods"] == 0
    assert report["objective"] == report["lower_bound"] == 0
    assert "phone pod" in planned["reason"][0]
    assert ("1 home)" if homes == 1 else "4 homes)") in planned["reason"][0]


def test_a_barrier_that_isolates_three_homes_leaves_the_rest_planned() -> None:
    columns = town(40)
    order = np.argsort(columns["lat"])
    between = np.array(columns["lat"], dtype=float)[order][[2, 3]].mean()
    wall = Feature(shapely.LineString([(-134.5, between), (-134.3, between)]), {"name": "wall"})
    planned, _ = plan_table(Table.from_columns(columns), PlanOptions(), barriers=[wall])
    alone = [row for row, pod in enumerate(planned["pod"]) if pod is None]
    assert sorted(alone) == sorted(order[:3].tolist())
    points = metres(columns)
    away, nearest = min(
        (float(np.hypot(*(points[row] - points[other]))), planned["pod"][row])
        for row in range(40)
        for other in alone
        if row not in alone
    )
    assert {planned["reason"][row] for row in alone} == {
        "Too few neighbours here (3 homes): "
        f"join pod {nearest} ({round(away, -1):.0f} m away), accept a small pod, "
        "or make it a phone pod."
    }


def test_people_are_counted_when_asked() -> None:
    columns = town(30) | {"people": ["3"] * 30}
    _, report = plan_table(Table.from_columns(columns), PlanOptions(size_by="people"))
    assert report["people"] == 90
    assert report["pods"] == round(90 / 13)
    assert 5 <= report["size_min"] <= report["size_max"] <= 30


def test_an_apartment_building_stays_whole_and_a_tower_is_shared_out_by_unit() -> None:
    columns = town(40)
    tower = [*columns["id"], *(f"t{number}" for number in range(64))]
    columns = {
        "id": tower,
        "lon": columns["lon"] + ["-134.41"] * 64,
        "lat": columns["lat"] + ["58.304"] * 64,
        "building": [""] * 40 + ["tower"] * 64,
        "unit": [""] * 40 + [f"Apt {number + 1}" for number in range(64)],
    }
    planned, _ = plan_table(Table.from_columns(columns), PlanOptions())
    shares = planned["pod"][40:]
    assert [shares.count(pod) for pod in dict.fromkeys(shares)] == [22, 21, 21]
    assert all(shares[k] == shares[k + 1] for k in range(63) if k not in (21, 42))


def test_current_pods_keep_their_numbers_and_locked_households_their_pod() -> None:
    first, _ = plan_table(Table.from_columns(town(60)), PlanOptions())
    numbers = [str(pod + 100) for pod in first["pod"]]
    columns = town(60) | {"pod": numbers, "locked": ["yes", *[""] * 59]}
    again, report = plan_table(Table.from_columns(columns), PlanOptions(seed=5))
    assert again["pod"][0] == int(numbers[0])
    assert set(again["pod"]) <= {int(number) for number in numbers}
    assert report["moves"] == sum(
        pod != int(number) for pod, number in zip(again["pod"], numbers, strict=True)
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"min_size": 9, "max_size": 5}, "no pod could be both"),
        ({"min_size": 0}, "whole number from 1"),
        ({"target_size": 40}, "must lie between"),
        ({"max_moves": -3}, "whole number from 0"),
    ],
)
def test_options_that_cannot_be_used_are_refused(
    tmp_path: Path, options: dict[str, object], words: str
) -> None:
    source = write_csv(tmp_path / "homes.csv", town(20))
    with pytest.raises(CommandError, match=words):
        call_command("pods", source, out=tmp_path / "pods.csv", **options)
    assert not (tmp_path / "pods.csv").exists()


def test_streets_make_distances_walks_and_the_report_says_so(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "homes.csv", town(40))
    homes = np.array([town(40)["lon"], town(40)["lat"]], dtype=float).T
    west, south = homes.min(axis=0)
    east, north = homes.max(axis=0)
    lanes = [[(x, south), (x, north)] for x in np.linspace(west, east, 6)]
    ways = [*lanes, [(west, south), (east, south)]]  # a comb: from lane to lane by its back only
    streets = tmp_path / "streets.geojson"
    shape = shapely.geometry.mapping(shapely.MultiLineString(ways))
    feature = {"type": "Feature", "properties": {}, "geometry": shape}
    file = {"type": "FeatureCollection", "features": [feature]}
    streets.write_text(json.dumps(file), "utf-8")
    reports = {}
    for name, options in {"straight": {}, "walking": {"streets": streets}}.items():
        out, report = tmp_path / f"{name}.csv", tmp_path / f"{name}.json"
        call_command("pods", source, out=out, report=report, effort="fast", **options)
        reports[name] = json.loads(report.read_text("utf-8"))
        assert reports[name]["distance"] == name
    assert reports["walking"]["unplaced"] == 0
    assert reports["walking"]["objective"] > reports["straight"]["objective"]
    # The checker's own walks come to the same figure as the report.
    pod = [int(row["pod"]) for row in read_csv(tmp_path / "walking.csv")]
    projection = LocalProjection.around(homes)
    walked = projection.geometry_to_metres([shapely.MultiLineString(ways)])
    broken = check_plan(projection.to_metres(homes), pod, streets=list(walked), objective=1.0)
    assert [rule.rule for rule in broken] == ["objective"]
    checked = float(broken[0].detail.split()[-1])
    assert reports["walking"]["objective"] == pytest.approx(checked, abs=0.01)


def test_a_streets_file_without_a_line_is_refused(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "homes.csv", town(20))
    streets = tmp_path / "streets.geojson"
    streets.write_text('{"type": "FeatureCollection", "features": []}', "utf-8")
    with pytest.raises(CommandError, match="street"):
        call_command("pods", source, out=tmp_path / "pods.csv", streets=streets)
    assert not (tmp_path / "pods.csv").exists()


def test_bad_cells_are_named() -> None:
    with pytest.raises(RowError) as caught:
        plan_table(Table.from_columns(town(20) | {"people": ["-2"] * 20}), PlanOptions())
    assert caught.value.problems[0].column == "people"


def test_the_map_is_drawn(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "homes.csv", town(30) | {"hidden": ["yes", *[""] * 29]})
    call_command("pods", source, out=tmp_path / "pods.csv", map=tmp_path / "pods.html")
    page = (tmp_path / "pods.html").read_text(encoding="utf-8")
    assert "h1" in page
    assert '"h0"' not in page


def test_the_same_seed_gives_the_same_bytes_with_one_thread_or_two(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "homes.csv", town(150))
    outputs = []
    for threads in ("1", "2"):
        out = tmp_path / f"pods{threads}.csv"
        environment = os.environ | {"NUMBA_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        command = [sys.executable, "-m", "geomatch.cli", "pods", str(source), "--out", str(out)]
        subprocess.run([*command, "--seed", "7"], check=True, env=environment)
        outputs.append(out.read_bytes())
    assert outputs[0] == outputs[1]


def test_units_count_as_people_count() -> None:
    units = ["10", "2", "Apt 2B", "", "apt 2b", "101"]
    assert unit_ranks(units).tolist() == [2, 1, 4, 0, 4, 3]


def test_a_feature_is_a_crossing_when_it_says_so() -> None:
    shapes = [Feature(None, {"crossing": value}) for value in (True, "yes", "false", None, 1)]
    ground = Ground.from_features([*shapes, Feature(None, {})])
    assert (len(ground.barriers), len(ground.crossings)) == (3, 3)


REAL = [("teton_county_id", 10947), ("vt_burlington", 12048), ("vt_montpelier", 2958)]


@pytest.mark.real_data
@pytest.mark.parametrize(("place", "count"), REAL)
def test_every_placed_household_of_a_real_town_is_in_one_pod_of_5_to_30(
    shared_data: Path, tmp_path: Path, place: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    addresses = read_csv(shared_data / place / "addresses.csv")
    columns = {
        "id": [str(number) for number in range(len(addresses))],
        "lon": [row["lon"] for row in addresses],
        "lat": [row["lat"] for row in addresses],
    }
    source = write_csv(tmp_path / "homes.csv", columns)
    call_command("pods", source, out=tmp_path / "pods.csv", report=tmp_path / "figures.json")
    labels = [int(row["pod"] or 0) - 1 for row in read_csv(tmp_path / "pods.csv")]
    assert len(labels) == count
    assert check_plan(metres(columns), labels) == []
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["pods"] == round(count / 13)
    with capsys.disabled():
        sys.stderr.write(f"\n{place}: {figures}\n")


def test_nothing_is_printed_where_data_could_go(capfd: pytest.CaptureFixture[str]) -> None:
    """A compiled library's own chatter stays away from people and pipes."""
    libc = ctypes.CDLL(None)
    with hushed_libraries():
        libc.puts(b"chatter")
    libc.puts(b"kept")
    libc.fflush(None)
    assert capfd.readouterr().out == "kept\n"


def test_the_command_moves_at_most_as_many_as_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    homes = town(60)
    call_command("pods", write_csv(tmp_path / "homes.csv", homes), out=tmp_path / "pods.csv")
    pods = [row["pod"] for row in read_csv(tmp_path / "pods.csv")]
    pods[0], pods[1] = "", str(1 + int(pods[1]) % 4)  # one is new, one has moved house
    source = write_csv(tmp_path / "later.csv", homes | {"pod": pods})
    call_command(
        "pods", source, out=tmp_path / "again.csv", max_moves=1, report=tmp_path / "report.json"
    )
    again = [row["pod"] for row in read_csv(tmp_path / "again.csv")]
    report = json.loads((tmp_path / "report.json").read_text())
    moved = [i for i in range(1, 60) if again[i] not in ("", pods[i])]
    assert len(moved) == report["moves"] <= 1
    assert again[0]
    assert report["moves_lower_bound"] == report["moves"] == 1
    said = capsys.readouterr().err
    assert "1 home is in another pod than before. No plan that keeps the rules moves" in said
