"""Planning on a Dask cluster: the same plan, whatever becomes of a worker."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from distributed import LocalCluster
from hypothesis import HealthCheck, given, settings

from benchmarks.towns import invented_town
from geomatch.core.errors import ParameterError
from pods.daskengine import DaskEngine, plan_tile_file
from pods.planner import PodClustering
from pods.planner.tiling.tiles import TilePlan, TileTask
from pods.planner.watch import Watch
from pods.tilefiles import read_tile, write_tile
from tests.cluster import kill_a_worker_at_work, two_workers
from tests.core.streettowns import StreetTown, street_towns
from tests.pods.planner.test_clustering import fitted
from tests.pods.planner.towns import TownCase, towns

TOWN = invented_town(1200)


def planned(**parameters: object) -> PodClustering:
    pods = PodClustering(effort="fast", tile_size=200, **parameters)
    return pods.fit(TOWN.points, buildings=TOWN.building, barriers=[TOWN.channel])


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with two_workers() as cluster:
        yield cluster


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
        same_arrays(task.town.arrays, town.arrays)


def same_arrays(expected: tuple, found: tuple) -> None:
    """Named tuples of arrays, of figures and of further such tuples are equal to the last bit."""
    for name in expected._fields:
        one, two = getattr(expected, name), getattr(found, name)
        if isinstance(one, tuple):
            same_arrays(one, two)
        else:
            assert np.asarray(two).dtype == np.asarray(one).dtype, name
            np.testing.assert_array_equal(two, one, name)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(street_towns(least=10))
def test_streets_come_back_with_a_tile_and_the_plan_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, town: StreetTown
) -> None:
    folder = tmp_path_factory.mktemp("tiles")

    def by_files(tasks: list[TileTask], watch: Watch) -> list[TilePlan]:
        plans = []
        for number, task in enumerate(tasks):
            path = folder / f"{number}.parquet"
            write_tile(path, task)
            same_arrays(task.town.arrays, read_tile(path)[0].arrays)
            plans.append(plan_tile_file(str(path), task.limits, task.effort, task.seed))
        return plans

    one, two = (
        PodClustering(2, 6, 4, effort="fast", tile_size=10, engine=engine).fit(
            town.points, barriers=town.barriers, streets=town.streets
        )
        for engine in (None, by_files)
    )
    assert one.labels_.tobytes() == two.labels_.tobytes()
    assert one.lower_bound_ == two.lower_bound_


def test_a_tile_file_is_a_geoparquet_file(tmp_path: Path) -> None:
    nobody = np.full(40, -1)
    task = tiles_of(TownCase(TOWN.points[:40], np.ones(40, int), nobody, np.arange(40)))[0]
    write_tile(tmp_path / "tile.parquet", task)
    table = pq.read_table(tmp_path / "tile.parquet")
    described = json.loads(table.schema.metadata[b"geo"])
    assert described["columns"][described["primary_column"]]["encoding"] == "WKB"
    places = shapely.from_wkb(table.column(described["primary_column"]).to_numpy())
    assert shapely.get_coordinates(places).shape == task.town.arrays.site_xy.shape
