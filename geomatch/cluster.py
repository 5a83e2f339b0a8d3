"""A Dask cluster to hand work to: the one that is named, or two workers started here.

What pods and matching share: how a cluster is found, what is said when there is none, and how
often work is tried again when workers die over it. What is sent there is their own affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from geomatch.core.errors import ParameterError
from geomatch.core.translation import gettext

__all__ = ["TRIES", "cluster_client"]

TRIES = 5
"""Workers that may die over one piece of work before it is given up."""


@contextmanager
def cluster_client(scheduler: str | None, *, patience_s: float = 10.0) -> Iterator[Any]:
    """Connect to a cluster for the time of a block.

    Parameters
    ----------
    scheduler
        Address of the cluster's scheduler; without one, two workers are started on this machine.
    patience_s
        How long to wait for the scheduler to answer.

    Yields
    ------
    distributed.Client

    Raises
    ------
    ParameterError
        When Dask is not installed, or the scheduler does not answer.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as missing:
        raise ParameterError(
            gettext("Dask is not installed. Install it with: pip install 'geomatch[dask]'")
        ) from missing
    if scheduler is None:
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler, timeout=patience_s)
    except (OSError, ValueError) as error:
        raise ParameterError(
            gettext(
                "No Dask scheduler answers at {scheduler}. Start one with: dask scheduler"
            ).format(scheduler=scheduler)
        ) from error
    with client:
        yield client
