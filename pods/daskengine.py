"""Plan tiles on a Dask cluster: same tiles, same seeds, same plan as on one machine.

Each tile goes into a GeoParquet file, and a task reads it and plans it; only labels and prices come
back. A task depends on nothing but its file, so when a worker dies, Dask gives its tiles to the
others, and the plan is the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from geomatch.cluster import TRIES, cluster_client
from pods.planner.effort import Effort
from pods.planner.tiling.tiles import TilePlan, TileTask, planned
from pods.planner.town.town import Limits
from pods.planner.watch import Watch
from pods.tilefiles import read_tile, write_tile


class DaskEngine:
    """Plans tiles on a Dask cluster; see `pods.planner.tiling.engine.Engine`.

    Parameters
    ----------
    scheduler
        Address of the cluster's scheduler; without one, two workers are started on this machine.
    folder
        Where the tile files go for the time of the work. On several machines, a folder that all of
        them can read.
    patience_s
        How long to wait for the scheduler to answer.

    Raises
    ------
    ParameterError
        When Dask is not installed, or the scheduler does not answer.
    """

    def __init__(
        self,
        scheduler: str | None = None,
        folder: Path | None = None,
        *,
        patience_s: float = 10.0,
    ) -> None:
        self.scheduler, self.folder, self.patience_s = scheduler, folder, patience_s

    def __call__(self, tasks: Sequence[TileTask], watch: Watch) -> list[TilePlan]:
        """Plan tiles and return their plans in order."""
        with (
            tempfile.TemporaryDirectory(prefix="geomatch-tiles-", dir=self.folder) as folder,
            cluster_client(self.scheduler, patience_s=self.patience_s) as client,
        ):
            futures = [
                client.submit(
                    plan_tile_file, self._written(Path(folder), number, task), task.limits,
                    task.effort, task.seed, pure=False, retries=TRIES,
                )
                for number, task in enumerate(tasks)
            ]  # fmt: skip
            return self._gathered(client, futures, tasks, watch)

    @staticmethod
    def _written(folder: Path, number: int, task: TileTask) -> str:
        path = folder / f"tile-{number:05d}.parquet"
        write_tile(path, task)
        return str(path)

    @staticmethod
    def _gathered(
        client: Any, futures: list[Any], tasks: Sequence[TileTask], watch: Watch
    ) -> list[TilePlan]:
        """Wait for all; when told to stop, keep what is done and the plan in hand elsewhere."""
        from distributed import as_completed

        done: set[Any] = set()
        for batch in as_completed(futures).batches():
            done.update(future.key for future in batch)
            if not watch():
                client.cancel([future for future in futures if future.key not in done])
                break
        return [
            future.result()
            if future.key in done
            else TilePlan(task.labels, np.zeros(len(task.labels)))
            for future, task in zip(futures, tasks, strict=True)
        ]


def plan_tile_file(path: str, limits: Limits, effort: Effort, seed: int) -> TilePlan:
    """Plan the tile of a file; this runs on a worker."""
    town, blocks, labels = read_tile(Path(path))
    return planned(TileTask(town, blocks, labels, limits, effort, seed), Watch())
