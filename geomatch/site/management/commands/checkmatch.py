"""`geomatch checkmatch VOLUNTEERS REQUESTS MATCHES`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandParser

from geomatch.core.errors import InputError, Problem
from geomatch.core.translation import gettext
from geomatch.site.cli.file_command import FileCommand

if TYPE_CHECKING:
    from geomatch.tables import Table

NEEDED = {
    "volunteers": ("id", "lon", "lat"),
    "requests": ("id", "lon", "lat"),
    "matches": ("request", "volunteer"),
    "prices": ("volunteer", "price"),
    "never": ("volunteer", "request"),
    "pinned": ("request", "volunteer"),
}


class Command(FileCommand):
    """Judge the matches of one network by the files alone."""

    help = (
        "Check matches against the files alone: every rule, every part of every score, what they "
        "are worth and, with --prices, that nothing can be better. It shares no rule, score or "
        "bound with `geomatch match`, and is slow: minutes for some thousand requests."
    )
    example = (
        "geomatch checkmatch volunteers.csv requests.csv matches.csv --prices prices.csv\n"
        "  geomatch checkmatch volunteers.csv requests.csv matches.csv --streets roads.geojson"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the files that `geomatch match` read and wrote."""
        super().add_arguments(parser)
        for name in ("volunteers", "requests", "matches"):
            parser.add_argument(name, type=Path, help="as for, or from, `geomatch match`")
        for name in ("prices", "never", "pinned", "policy"):
            parser.add_argument(f"--{name}", type=Path, metavar="FILE")
        parser.add_argument(
            "--streets", type=Path, metavar="FILE", help="as for the match: it scored walks"
        )
        parser.add_argument(
            "--today", type=dt.date.fromisoformat, metavar="DATE", help="as for the match"
        )

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Read, judge, say."""
        from geomatch.matching import matchfile, matchpeople
        from geomatch.matching.engine import Policy
        from geomatch.matching.engine.check import Judge
        from geomatch.matching.streetsfile import refuse_missing_streets, street_shapes
        from geomatch.tables import read_features, read_table

        tables = {
            name: read_table(options[name], needed=needed)
            for name, needed in NEEDED.items()
            if options[name]
        }
        _refuse_many_networks(tables.values())
        path, streets = options["policy"], options["streets"]
        policy = matchfile.read_policy(path) if path else Policy.default()
        refuse_missing_streets(policy, given=streets is not None)
        judge = Judge(
            matchpeople.read_volunteers(tables["volunteers"]),
            matchpeople.read_requests(tables["requests"]),
            policy,
            never=_pairs(tables.get("never"), "volunteer", "request"),
            today=options["today"] or dt.date.today(),
            streets=street_shapes(read_features(streets)) if streets else None,
        )
        matches = _pairs(tables["matches"], "request", "volunteer")
        with self.progress("Judging"):
            verdict = judge.judge(
                dict(matches),
                scores=_scores(tables["matches"]),
                walks=_walks(tables["matches"]) if streets else None,
                prices=_prices(tables.get("prices")),
                pinned=_pairs(tables.get("pinned"), "request", "volunteer"),
            )
        if verdict.faults:
            forgotten = streets is None and "walk_m" in tables["matches"]
            raise InputError(
                "these matches are not right"
                + (" (if they were scored along streets, name those: --streets FILE)" * forgotten),
                file=tables["matches"].file,
                problems=tuple(Problem(fault) for fault in verdict.faults),
            )
        proof = "proven best" if verdict.proven_best else "not proven best by these prices"
        served = sum(bool(volunteer) for _, volunteer in matches)
        self.say(f"All is well with {served:,} matches, worth {verdict.objective:,}; {proof}.")
        return {
            "objective": verdict.objective,
            "upper_bound": verdict.upper_bound,
            "proven_best": verdict.proven_best,
            "served": served,
        }


def _refuse_many_networks(tables: Iterable[Table]) -> None:
    """Refuse files of many networks: matched apart, nothing is proven of them together."""
    from geomatch.matching.manynetworks import NETWORK

    for table in tables:
        if NETWORK in table and len(set(table.texts(NETWORK))) > 1:
            raise InputError(
                gettext("these are matches of many networks; check each by its own rows"),
                file=table.file,
            )


def _walks(table: Table) -> dict[str, int]:
    """Take the walk that each match claims to be, in whole metres."""
    if "walk_m" not in table:
        return {}
    walks = table.integers("walk_m", minimum=0)
    said = zip(table.ids("request"), table.texts("walk_m"), walks, strict=True)
    return {request: int(metres) for request, text, metres in said if text}


def _pairs(table: Table | None, first: str, second: str) -> list[tuple[str, str]]:
    if table is None:
        return []
    return list(zip(table.texts(first), table.texts(second), strict=True))


def _scores(table: Table) -> dict[str, dict[str, int]]:
    """Take the parts that each match claims, and their sum."""
    from geomatch.matching.engine import PARTS

    columns = {name: table.integers(name) for name in ("score", *PARTS)}
    return {
        request: {name: int(points[row]) for name, points in columns.items()}
        for row, request in enumerate(table.ids("request"))
    }


def _prices(table: Table | None) -> dict[str, int]:
    if table is None:
        return {}
    prices = table.integers("price", minimum=0)
    return {name: int(price) for name, price in zip(table.texts("volunteer"), prices, strict=True)}
