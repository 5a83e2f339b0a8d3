"""Two Dask workers for tests, and a way to kill one of them while it works."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client, LocalCluster


@contextmanager
def two_workers() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


def kill_a_worker_at_work(cluster: LocalCluster, killed: list[int]) -> None:
    """Wait until the second task is done, then kill a worker that is at another."""
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
