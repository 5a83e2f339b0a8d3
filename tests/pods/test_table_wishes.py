"""Wishes, figures and named places between two files: `geomatch pods`."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command

from geomatch.site.cli.wish_option import WISHES
from geomatch.tables import Feature, Table
from pods.homes import PlanOptions
from pods.homes.from_table import homes_from_table
from pods.homes.phrases import figures_in_words
from pods.planfile import plan_table
from pods.planner import WishWeights
from tests.pods.test_planfile import channel, metres, read_csv, town, write_csv

FIGURES = {
    "willing": "pods_without_willing",
    "drives": "pods_without_driver",
    "languages": "households_alone_in_language",
    "street": "streets_per_pod",
}


def wishful_town(n: int = 60) -> dict[str, list[str]]:
    """Everybody east of the harbour drives; every fifth speaks Tagalog only, some do not say."""
    columns = town(n)
    east = np.array(columns["lon"], dtype=float) > -134.411
    return columns | {
        "drives": ["yes" if drives else "" for drives in east],
        "languages": [("tl", "en;es", "EN", "", "en")[row % 5] for row in range(n)],
        "willing": ["1" if row % 7 == 0 else "" for row in range(n)],
        "street": ["Harbor Wy" if row % 2 else "HARBOR WAY" for row in range(n)],
    }


def test_each_column_that_says_something_has_its_figure() -> None:
    plain = town()
    wishes = wishful_town()
    for column, figure in FIGURES.items():
        _, report = plan_table(Table.from_columns(plain | {column: wishes[column]}), PlanOptions())
        assert {name for name in FIGURES.values() if name in report} == {figure}
    _, report = plan_table(
        Table.from_columns(plain | dict.fromkeys(FIGURES, [""] * 60)), PlanOptions()
    )
    assert not set(FIGURES.values()) & set(report)
    assert report["wish_cost_m"] == 0


def test_the_command_weighs_wishes_and_counts_what_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = wishful_town()
    source = write_csv(tmp_path / "homes.csv", columns)
    driverless = {}
    for metres_worth in (0, 5000):
        out, figures = tmp_path / "pods.csv", tmp_path / "figures.json"
        call_command("pods", source, out=out, report=figures, wish=[f"driver={metres_worth}"])
        report = json.loads(figures.read_text())
        drivers: dict[str, bool] = {}
        for row in read_csv(out):
            drivers[row["pod"]] = drivers.get(row["pod"], False) or row["drives"] == "yes"
        driverless[metres_worth] = list(drivers.values()).count(False)
        assert report["pods_without_driver"] == driverless[metres_worth]
        said = capsys.readouterr().err
        assert ("no driver" in said) == (driverless[metres_worth] > 0)
        assert "The widest pods are about" in said
    assert driverless[0] > driverless[5000]


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("car=3", "there are willing, driver"),
        ("driver", "a number of metres"),
        ("street=-1", "0 or more"),
    ],
)
def test_a_wish_that_cannot_be_read_is_wrong_usage(tmp_path: Path, wish: str, words: str) -> None:
    source = write_csv(tmp_path / "homes.csv", town(20))
    with pytest.raises(CommandError, match=words):
        call_command("pods", str(source), f"--out={tmp_path / 'pods.csv'}", f"--wish={wish}")
    assert not (tmp_path / "pods.csv").exists()


def test_the_option_names_every_wish_and_its_default() -> None:
    defaults = {weight.name: f"(default {weight.default:.0f})" for weight in fields(WishWeights)}
    assert list(defaults) == list(WISHES)
    assert all(WISHES[name].endswith(default) for name, default in defaults.items())


def test_what_a_table_says_of_wishes() -> None:
    columns = wishful_town(6) | {"city": ["Juneau"] * 5 + ["Sitka"]}
    said = homes_from_table(Table.from_columns(columns)).homes
    assert said.languages.astype(int).tolist() == [
        [1, 0, 0], [0, 1, 1], [0, 1, 0], [0, 0, 0], [0, 1, 0], [1, 0, 0],
    ]  # fmt: skip
    assert said.street_of.tolist() == [0, 0, 0, 0, 0, 1]
    assert said.willing.tolist() == [True] + [False] * 5
    silent = homes_from_table(Table.from_columns(town(3))).homes
    assert silent.willing is silent.drives is silent.languages is silent.street_of is None


def test_both_counts_and_the_spread_are_reported(tmp_path: Path) -> None:
    columns = town(26) | {"people": [str(1 + row % 4) for row in range(26)]}
    planned, report = plan_table(Table.from_columns(columns), PlanOptions())
    points, people = metres(columns), np.array(columns["people"], dtype=int)
    pods = [np.flatnonzero(np.array(planned["pod"]) == pod) for pod in sorted(set(planned["pod"]))]
    across = [max(np.hypot(*(points[a] - points[b])) for a in pod for b in pod) for pod in pods]
    assert np.isclose(report["diameter_p99_m"], np.percentile(across, 99), atol=0.01)
    counts = [int(people[pod].sum()) for pod in pods]
    assert (report["people_min"], report["people_max"]) == (min(counts), max(counts))
    assert report["people_placed"] == people.sum()
    assert report["households_max"] == report["size_max"]


def test_ways_over_the_bridge_are_counted(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "homes.csv", town(24))
    counted = {}
    for bridge in (False, True):
        barriers, figures = tmp_path / "water.geojson", tmp_path / "figures.json"
        barriers.write_text(channel(bridge=bridge))
        options = {"min_size": 5, "max_size": 24, "target_size": 24, "barriers": barriers}
        call_command("pods", source, out=tmp_path / "pods.csv", report=figures, **options)
        counted[bridge] = json.loads(figures.read_text())["barrier_crossings"]
    east = int((np.array(town(24)["lon"], dtype=float) > -134.4115).sum())
    assert counted[False] == 0
    assert counted[True] in (east, 24 - east)  # everybody on the bank without the medoid


def isolated_town(**more: list[str]) -> tuple[dict[str, list[str]], np.ndarray, Feature]:
    """Forty homes, of which a wall cuts off the three most southern ones."""
    columns = town(40)
    south = np.argsort(columns["lat"])[:3]
    latitudes = np.sort(np.array(columns["lat"], dtype=float))
    middle = latitudes[[2, 3]].mean()
    wall = Feature(shapely.LineString([(-134.5, middle), (-134.3, middle)]), {})
    columns["street"] = ["Mile 23" if row in south else "Mile 21" for row in range(40)]
    return columns | more, south, wall


def test_who_is_left_over_is_told_where_and_whom_they_could_join() -> None:
    columns, south, wall = isolated_town()
    planned, _ = plan_table(Table.from_columns(columns), PlanOptions(), barriers=[wall])
    reasons = {planned["reason"][row] for row in south}
    assert len(reasons) == 1
    (words,) = reasons
    assert words.startswith("Too few neighbours at Mile 23 (3 homes): join pod ")
    pod = int(words.split("join pod ")[1].split()[0])
    assert f"join pod {pod} (Mile 21, " in words
    assert words.endswith("accept a small pod, or make it a phone pod.")
    assert pod in planned["pod"]


def test_a_full_pod_is_not_offered() -> None:
    columns, south, wall = isolated_town()
    options = PlanOptions(min_size=5, max_size=37, target_size=37)
    planned, _ = plan_table(Table.from_columns(columns), options, barriers=[wall])
    assert planned["reason"][south[0]].startswith(
        "Too few neighbours at Mile 23 (3 homes): join the next area, "
    )


def test_a_hidden_street_is_named_to_nobody() -> None:
    columns, south, wall = isolated_town(hidden=[""] * 40)
    columns["hidden"][south[0]] = "yes"
    columns["street"][south[0]] = "Secret Lane"
    columns["street"] = ["" if name == "Mile 23" else name for name in columns["street"]]
    planned, _ = plan_table(Table.from_columns(columns), PlanOptions(), barriers=[wall])
    assert not any("Secret" in words for words in planned["reason"])
    assert "here (2 homes)" in planned["reason"][south[1]]  # a hidden door is in no small count
    assert planned["reason"][south[0]].startswith(
        "There is no pod in reach: a barrier lies between"
    )


def test_locks_that_contradict_name_the_pod_as_the_table_does() -> None:
    columns = town(60)
    west = set(np.argsort([float(lon) for lon in columns["lon"]])[:40].tolist())
    columns["pod"] = ["Harbor" if row in west else "Hill" for row in range(60)]
    columns["locked"] = ["yes" if row in west else "" for row in range(60)]
    planned, _ = plan_table(Table.from_columns(columns), PlanOptions())
    for row in range(60):
        words = planned["reason"][row]
        held = words.startswith("Locked neighbours of pod Harbor cannot all stay together")
        assert (planned["pod"][row] is None) == held == (row in west)  # the rest is planned


def test_figures_are_said_in_the_singular_and_the_plural() -> None:
    report = {
        "pods": 9, "diameter_p99_m": 812.2, "barrier_crossings": 2, "pods_without_willing": 1,
        "pods_without_driver": 1, "households_alone_in_language": 1200,
    }  # fmt: skip
    assert figures_in_words(report) == [
        "The widest pods are about 812 m across.",
        "2 homes go over a bridge or round a barrier to the middle of their pods.",
        "1 pod has nobody yet who is willing to be point person.",
        "1 pod has no driver.",
        "1,200 homes share no language with anybody in their pods.",
    ]
    assert figures_in_words({"pods": 0, "diameter_p99_m": None}) == []
