"""The options `--engine` and `--scheduler` of the commands that match."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.errors import ParameterError


def add_engine_options(parser: CommandParser) -> None:
    """Add where the work is done."""
    parser.add_argument(
        "--engine",
        choices=("local", "dask"),
        default="local",
        help="where networks are matched: here, or one task each on a Dask cluster (same answer)",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask cluster; without one, --engine dask starts two workers here",
    )


def chosen_engine(options: dict[str, Any]) -> Any:
    """Return what solves the days: see `geomatch.matching.engines.Engine`."""
    from geomatch.matching.engines import DaskEngine, solve_here

    if options["engine"] == "dask":
        return DaskEngine(options["scheduler"])
    if options["scheduler"]:
        raise ParameterError("--scheduler belongs to --engine dask; add that.")
    return solve_here
