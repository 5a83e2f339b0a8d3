"""Many networks in one pair of files: each apart, here or on a Dask cluster, the same answer."""

from __future__ import annotations

import datetime as dt
import json
import threading
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from geomatch.core.errors import ColumnError, ParameterError, RowError
from geomatch.matching.engines import DaskEngine, solve_here
from geomatch.matching.manynetworks import days_of, figures_of_all, matches_of_all
from geomatch.matching.matchfile import match_tables
from geomatch.tables import Table, read_table, write_table
from tests.cluster import kill_a_worker_at_work, two_workers
from tests.matching.engine.test_solve import TOWN
from tests.matching.invented import invented_cells

TODAY = dt.date(2026, 11, 22)
SIZES = {"juneau": (40, 30), "haines": (25, 60), "sitka": (3, 0), "kodiak": (0, 2)}


def network_cells(sizes: dict[str, tuple[int, int]]) -> list[dict[str, list[str]]]:
    """Volunteers and requests of several networks, rows mixed, with the same ids in each."""
    sides: list[dict[str, list[str]]] = [{}, {}]
    for seed, (name, (m, n)) in enumerate(sizes.items()):
        cells = invented_cells(TOWN, volunteers=m, requests=n, seed=seed)
        for side, columns in zip(sides, cells, strict=True):
            for column, values in columns.items():
                side.setdefault(column, []).extend(values)
            side.setdefault("network", []).extend([name] * len(columns["id"]))
    for seed, side in enumerate(sides):
        order = np.random.default_rng(seed).permutation(len(side["id"]))
        side.update({name: [values[row] for row in order] for name, values in side.items()})
    return sides


def tables_of(sizes: dict[str, tuple[int, int]]) -> tuple[Table, Table]:
    volunteers, requests = network_cells(sizes)
    return (
        Table.from_columns(volunteers, file="volunteers.csv"),
        Table.from_columns(requests, file="requests.csv"),
    )


def of_network(table: Table, name: str) -> Table:
    rows = [row for row, network in enumerate(table.columns["network"]) if network == name]
    columns = {
        key: [values[row] for row in rows]
        for key, values in table.columns.items()
        if key != "network"
    }
    return Table.from_columns(columns, file=table.file)


def solved(days, engine=solve_here):
    return engine([(day.problem, day.pins) for day in days], lambda done, of: None)


def test_each_network_has_what_it_would_have_alone():
    volunteers, requests = tables_of(SIZES)
    days = days_of(volunteers, requests, today=TODAY)
    found = solved(days)
    columns, figures = matches_of_all(days, found), figures_of_all(days, found, 0.0)
    assert columns["request"] == requests.columns["id"]
    assert columns["network"] == requests.columns["network"]
    assert sorted(figures["networks"]) == sorted(SIZES)
    for name in SIZES:
        alone, report = match_tables(
            of_network(volunteers, name), of_network(requests, name), today=TODAY
        )
        rows = [row for row, network in enumerate(columns["network"]) if network == name]
        for column, values in alone.items():
            assert [columns[column][row] for row in rows] == values
        for key, value in figures["networks"][name].items():
            assert report[key] == value
    for key in ("objective", "upper_bound", "served", "pairs", "requests", "volunteers"):
        assert figures[key] == sum(one[key] for one in figures["networks"].values())
    assert figures["gap"] == 0
    assert figures["served"] > 20
    assert figures["unmatched"]["no-volunteers"] == 2


def test_tables_without_networks_are_one_day():
    volunteers, requests = (of_network(table, "haines") for table in tables_of(SIZES))
    days = days_of(volunteers, requests, today=TODAY)
    assert [day.name for day in days] == [None]
    found = solved(days)
    columns, report = match_tables(volunteers, requests, today=TODAY)
    assert matches_of_all(days, found) == columns
    assert figures_of_all(days, found, report["seconds"]) == report


def test_never_and_pinned_belong_to_their_network():
    at_home = {"lon": ["-134.4"] * 2, "lat": ["58.3"] * 2, "network": ["a", "b"]}
    volunteers = Table.from_columns({"id": ["v", "v"], **at_home})
    requests = Table.from_columns({"id": ["r", "r"], **at_home})
    apart = Table.from_columns({"volunteer": ["v"], "request": ["r"], "network": ["b"]})
    days = days_of(volunteers, requests, never=apart, pinned=apart_pin("a"), today=TODAY)
    assert matches_of_all(days, solved(days))["volunteer"] == ["v", None]
    with pytest.raises(RowError, match="never paired"):
        days_of(volunteers, requests, never=apart, pinned=apart_pin("b"), today=TODAY)


def apart_pin(network: str) -> Table:
    return Table.from_columns({"request": ["r"], "volunteer": ["v"], "network": [network]})


def test_a_file_that_names_no_networks_beside_one_that_does_is_refused():
    volunteers, requests = tables_of(SIZES)
    nameless = of_network(requests, "haines")
    with pytest.raises(ColumnError, match=r"requests.csv: .*volunteers.csv has one"):
        days_of(volunteers, nameless, today=TODAY)
    with pytest.raises(ColumnError, match="in every file, or in none"):
        days_of(volunteers, requests, never=Table.from_columns({"volunteer": [], "request": []}))


def test_a_pair_of_a_network_that_is_spelled_otherwise_is_not_forgotten():
    never = Table.from_columns(
        {"network": ["Juneau"], "volunteer": ["v0"], "request": ["r0"]}, file="never.csv"
    )
    with pytest.raises(RowError, match="no volunteer or request is of “Juneau”"):
        days_of(*tables_of(SIZES), never=never, today=TODAY)


def test_faults_of_all_networks_are_told_together_with_their_rows():
    volunteers, requests = network_cells({"a": (5, 5), "b": (5, 5)})
    for network in ("a", "b"):
        requests["urgency"][requests["network"].index(network)] = "3"
    tables = [Table.from_columns(side, file="requests.csv") for side in (volunteers, requests)]
    with pytest.raises(RowError) as refused:
        days_of(*tables, today=TODAY)
    rows = sorted(requests["network"].index(network) + 2 for network in ("a", "b"))
    assert [(p.row, p.value) for p in refused.value.problems] == [(row, "3") for row in rows]
    requests["network"][3] = ""
    with pytest.raises(RowError, match=r"row 5, column “network”: is empty"):
        days_of(tables[0], Table.from_columns(requests), today=TODAY)


@pytest.mark.xdist_group("dask")
def test_a_cluster_finds_the_same_though_a_worker_is_killed():
    sizes = {f"network {k:02d}": (90 + 20 * (k % 5), 130) for k in range(14)}
    days = days_of(*tables_of(sizes), today=TODAY)
    killed: list[int] = []
    told: list[float] = []
    with two_workers() as cluster:
        killer = threading.Thread(target=kill_a_worker_at_work, args=(cluster, killed))
        killer.start()
        engine = DaskEngine(cluster.scheduler_address)
        there = engine([(day.problem, day.pins) for day in days], lambda n, of: told.append(n))
        killer.join()
    here = solved(days)
    assert killed
    assert told == list(range(1, 15))
    assert matches_of_all(days, there) == matches_of_all(days, here)
    assert figures_of_all(days, there, 0) == figures_of_all(days, here, 0)
    assert all((a.prices == b.prices).all() for a, b in zip(there, here, strict=True))


def test_a_scheduler_that_does_not_answer_is_named():
    days = days_of(*tables_of({"a": (2, 2)}), today=TODAY)
    with pytest.raises(ParameterError, match=r"No Dask scheduler answers at tcp://127.0.0.1:9"):
        solved(days, DaskEngine("tcp://127.0.0.1:9", patience_s=0.5))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, side in zip(("volunteers", "requests"), network_cells(SIZES), strict=True):
        write_table(tmp_path / f"{name}.csv", side)
    return tmp_path


def match(folder: Path, *options: str) -> str:
    words = StringIO()
    files = [str(folder / name) for name in ("volunteers.csv", "requests.csv")]
    call_command(
        "match", *files, f"--out={folder / 'out.csv'}", "--today=2026-11-22", *options, stderr=words
    )
    return words.getvalue()


def test_the_command_says_whose_row_is_whose(files: Path):
    extra = [f"--{name}={files / name}.csv" for name in ("pairs", "prices")]
    words = match(files, *extra, f"--report={files / 'report.json'}")
    assert "4 networks, each matched apart" in words
    report = json.loads((files / "report.json").read_text(encoding="utf-8"))
    pairs, prices = (read_table(files / f"{name}.csv", needed=()) for name in ("pairs", "prices"))
    assert len(pairs) == report["pairs"]
    for name in SIZES:
        assert pairs.columns["network"].count(name) == report["networks"][name]["pairs"]
        assert prices.columns["network"].count(name) == SIZES[name][0]


def test_a_time_budget_leaves_an_honest_gap(tmp_path: Path):
    """Far more to do than time: what is found is allowed, and no better than the bound."""
    scarce = network_cells({"juneau": (150, 500)})
    for name, side in zip(("volunteers", "requests"), scarce, strict=True):
        write_table(tmp_path / f"{name}.csv", side)
    reports = []
    for seconds in ("--seconds=0.000001", "--seconds=1000"):
        words = match(tmp_path, seconds, f"--report={tmp_path / 'report.json'}")
        reports.append(json.loads((tmp_path / "report.json").read_text(encoding="utf-8")))
    hasty, patient = reports
    assert "proven best" in words
    assert patient["gap"] == 0
    assert hasty["objective"] <= patient["objective"] <= hasty["upper_bound"]
    assert hasty["gap"] > 0


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "soon"])
def test_seconds_that_are_none_are_wrong_usage(files: Path, seconds: str):
    with pytest.raises(CommandError, match="--seconds"):
        match(files, f"--seconds={seconds}")


def test_a_scheduler_without_the_engine_is_refused(files: Path):
    with pytest.raises(CommandError, match="--scheduler belongs to --engine dask"):
        match(files, "--scheduler=tcp://127.0.0.1:9")
