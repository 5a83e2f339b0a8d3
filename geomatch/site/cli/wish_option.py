"""The option `--wish NAME=METRES` of the commands that plan pods."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.translation import gettext

WISHES = {
    "willing": "a pod where nobody is willing to be point person (default 200)",
    "driver": "a pod without a driver (default 200)",
    "language": "a home that shares no language with anybody in its pod (default 100)",
    "street": "each street of a pod beyond its first (default 10)",
}
"""The fields of `pods.planner.WishWeights`, in words."""


def add_wish_option(parser: CommandParser) -> None:
    """Add `--wish`, which may be given several times."""
    parser.add_argument(
        "--wish",
        type=_wish,
        action="append",
        default=[],
        metavar="NAME=METRES",
        help="how many metres of walking a soft goal is worth, 0 for nothing; may be repeated. "
        + "; ".join(f"{name}: {words}" for name, words in WISHES.items())
        + ". A wish whose column is absent or empty costs nothing.",
    )


def chosen_wishes(options: dict[str, Any]) -> dict[str, float]:
    """Return the weights asked for, by name; the last of equals counts."""
    given: Sequence[tuple[str, float] | str] = options["wish"]
    return dict(_wish(one) if isinstance(one, str) else one for one in given)


def _wish(text: str) -> tuple[str, float]:
    name, _, metres = text.partition("=")
    if name not in WISHES:
        raise argparse.ArgumentTypeError(
            gettext("“{name}” is no wish; there are {list}: write driver=200").format(
                name=name, list=", ".join(WISHES)
            )
        )
    try:
        value = float(metres)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(
            gettext("{name} needs a number of metres, 0 or more: write {name}=200").format(
                name=name
            )
        )
    return name, value
