"""The options `--engine`, `--scheduler` and `--seconds` of the commands that match."""

from __future__ import annotations

import argparse
from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.errors import ParameterError
from geomatch.core.translation import gettext


def add_engine_options(parser: CommandParser) -> None:
    """Add where the work is done, and for how long."""
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
    parser.add_argument(
        "--seconds",
        type=_seconds,
        metavar="N",
        help="for each network: price pairs no longer than so, and report the gap that is left "
        "(the first pricing of all pairs is always finished, so that there is one)",
    )


def chosen_engine(options: dict[str, Any]) -> Any:
    """Return what solves the days: see `geomatch.matching.engines.Engine`."""
    from geomatch.matching.engines import DaskEngine, solve_here

    if options["engine"] == "dask":
        return DaskEngine(options["scheduler"], seconds=options["seconds"])
    if options["scheduler"]:
        raise ParameterError(gettext("--scheduler belongs to --engine dask; add that."))
    return partial(solve_here, seconds=options["seconds"])


def _seconds(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(gettext("give a number of seconds above 0"))
    return value
