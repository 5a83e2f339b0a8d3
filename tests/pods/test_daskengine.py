"""Planning on a Dask cluster: the same plan, whatever becomes of a worker."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from distributed import Client, LocalCluster
from hypothesis import HealthCheck, given, settings

from benchmarks.towns import invented_town
from geomatch.core.errors import ParameterError
from pods.daskengine import DaskEngine
from pods.planner import PodClustering
from pods.planner.tiles import TilePlan, TileTask
from pods.tilefiles import read_tile, write_tile
from tests.pods.planner.test_clustering import fitted
from tests.pods.planner.towns import TownCase, towns

TOWN = invented_town(1200)


def planned(**parameters: object) -> PodClustering:
    pods = PodClustering(effort="fast", tile_size=200, **parameters)
    return pods.fit(TOWN.points, buildings=TOWN.building, barriers=[TOWN.channel])


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


def tiles_done(dask_scheduler: object) -> int:
    return sum(task.state == "memory" for task in dask_scheduler.tasks.values())


def kill_a_worker_at_work(cluster: LocalCluster, killed: list[int]) -> None:
    """Wait until the second tile is done, then kill a worker that is planning another."""
    with Client(cluster.scheduler_address) as client:
        for _ in range(6000):
            busy = [address for address, tasks in client.processing().items() if tasks]
            finished = client.run_on_scheduler(
                lambda dask_scheduler: sum(
                    t.state == "memory" for t in dask_scheduler.tasks.values()
                )
            )
            if busy and finished >= 2:
                pid = client.run(os.getpid, workers=busy[:1])[busy[0]]
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                return
            time.sleep(0.01)


@pytest.mark.xdist_group("dask")
def test_the_plan_is_the_local_one_though_a_worker_is_killed(
    cluster: LocalCluster, tmp_path: Path
) -> None:
    local = planned()
    killed: list[int] = []
    killer = threading.Thread(target=kill_a_worker_at_work, args=(cluster, killed))
    killer.start()
    pods = planned(engine=DaskEngine(cluster.scheduler_address, tmp_path))
    killer.join()
    assert killed
    assert pods.labels_.tobytes() == local.labels_.tobytes()
    assert pods.lower_bound_ == local.lower_bound_
    assert list(tmp_path.iterdir()) == []  # no home stays behind in a tile file


@pytest.mark.xdist_group("dask")
def test_work_that_is_stopped_keeps_the_plan_in_hand(cluster: LocalCluster) -> None:
    told: list[float] = []
    engine = DaskEngine(cluster.scheduler_address)

    def stop_in_the_tiles(share: float) -> bool:
        told.append(share)
        return len(told) < 12

    pods = planned(engine=engine, progress=stop_in_the_tiles)
    assert (pods.labels_ >= 0).all()


def test_a_scheduler_that_does_not_answer_is_named() -> None:
    with pytest.raises(ParameterError, match=r"No Dask scheduler answers at tcp://127.0.0.1:9"):
        planned(engine=DaskEngine("tcp://127.0.0.1:9", patience_s=0.5))


def tiles_of(case: TownCase) -> list[TileTask]:
    taken: list[TileTask] = []

    def engine(tasks: list[TileTask], watch: object) -> list[TilePlan]:
        taken.extend(tasks)
        return [TilePlan(task.labels, np.zeros(len(task.labels))) for task in tasks]

    fitted(case, effort="fast", engine=engine, tile_size=20)
    return taken


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_a_tile_comes_back_from_its_file_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, case: TownCase
) -> None:
    path = tmp_path_factory.mktemp("tiles") / "tile.parquet"
    for task in tiles_of(case):
        write_tile(path, task)
        town, blocks, labels = read_tile(path)
        assert town.unit_m == task.town.unit_m
        np.testing.assert_array_equal(blocks, task.blocks)
        np.testing.assert_array_equal(labels, task.labels)
        assert_same_arrays(town.arrays, task.town.arrays)


def assert_same_arrays(found: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    """Compare named tuples of arrays, and of such tuples."""
    assert type(found) is type(expected)
    for mine, theirs in zip(found, expected, strict=True):
        if isinstance(theirs, tuple):
            assert_same_arrays(mine, theirs)
        else:
            assert mine.dtype == theirs.dtype
            np.testing.assert_array_equal(mine, theirs)


def test_a_tile_file_is_a_geoparquet_file(tmp_path: Path) -> None:
    nobody = np.full(40, -1)
    task = tiles_of(TownCase(TOWN.points[:40], np.ones(40, int), nobody, np.arange(40)))[0]
    write_tile(tmp_path / "tile.parquet", task)
    table = pq.read_table(tmp_path / "tile.parquet")
    described = json.loads(table.schema.metadata[b"geo"])
    assert described["columns"][described["primary_column"]]["encoding"] == "WKB"
    places = shapely.from_wkb(table.column(described["primary_column"]).to_numpy())
    assert shapely.get_coordinates(places).shape == task.town.arrays.site_xy.shape
