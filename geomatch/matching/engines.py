"""Where days are solved: in this process, or on a Dask cluster, one task per network.

A task carries all it needs (a day that was read and checked here), and only what was found comes
back. So when a worker dies, Dask gives its networks to the others, nothing of anybody stays behind
in a file, and the answer is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from geomatch.cluster import TRIES, cluster_client
from geomatch.core.arrays import Ints
from geomatch.matching.engine import Assignment, MatchProblem, solve_problem
from geomatch.matching.engine.solver.solve import Method

__all__ = ["DaskEngine", "Engine", "PinnedDay", "solve_here"]

PinnedDay = tuple[MatchProblem, Ints]
"""A day and the pinned volunteer of each request, as `solve_problem` takes them."""

Told = Callable[[float, float], None]
"""Told how many days are done, of how many."""

Engine = Callable[[Sequence[PinnedDay], Told], list[Assignment]]
"""Solves days and returns the assignments in their order."""


def solve_here(
    days: Sequence[PinnedDay], done: Told, *, seconds: float | None = None
) -> list[Assignment]:
    """Match network after network in this process; see `Engine`.

    Parameters
    ----------
    seconds
        For each network: stop after so long, with the bound reached.
    """
    found = []
    for problem, pins in days:
        found.append(_solved(problem, pins, seconds))
        done(len(found), len(days))
    return found


class DaskEngine:
    """Matches networks on a Dask cluster, one task per network; see `Engine`.

    Parameters
    ----------
    scheduler
        Address of the cluster's scheduler; without one, two workers are started on this machine.
    seconds
        For each network: stop after so long, with the bound reached.
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
        *,
        seconds: float | None = None,
        patience_s: float = 10.0,
    ) -> None:
        self.scheduler, self.seconds, self.patience_s = scheduler, seconds, patience_s

    def __call__(self, days: Sequence[PinnedDay], done: Told) -> list[Assignment]:
        """Solve every day."""
        with cluster_client(self.scheduler, patience_s=self.patience_s) as client:
            import dask
            from distributed import as_completed

            # the largest first, so that nobody begins it when all others are done
            largest_first = sorted(range(len(days)), key=lambda k: -_size(days[k][0]))
            # Dask would have large days loaded by the workers: they are meant to come from here
            with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
                futures = {
                    k: client.submit(
                        solved_apart, *days[k], self.seconds, pure=False, retries=TRIES
                    )
                    for k in largest_first
                }
            for number, _ in enumerate(as_completed(futures.values()), start=1):
                done(number, len(days))
            return [
                Assignment(problem=problem, **futures[k].result())
                for k, (problem, _) in enumerate(days)
            ]


def _size(problem: MatchProblem) -> int:
    requests, volunteers = problem.shape
    return requests * volunteers


def solved_apart(problem: MatchProblem, pins: Ints, seconds: float | None = None) -> dict[str, Any]:
    """Match one network; this runs on a worker. Only what was found goes back."""
    found = _solved(problem, pins, seconds)
    return {
        field.name: getattr(found, field.name) for field in fields(found) if field.name != "problem"
    }


def _solved(problem: MatchProblem, pins: Ints, seconds: float | None) -> Assignment:
    # only generation can stop early: a flow has nothing to show before it ends
    method: Method = "auto" if seconds is None else "generation"
    return solve_problem(problem, pins, method=method, seconds=seconds)
