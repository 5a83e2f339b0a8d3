"""`geomatch pods HOUSEHOLDS --out PODS`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.errors import ParameterError
from geomatch.core.translation import gettext, ngettext
from geomatch.site.cli.file_command import FileCommand, hushed_libraries
from geomatch.site.cli.wish_option import add_wish_option, chosen_wishes


class Command(FileCommand):
    """Group homes into pods of neighbours."""

    help = (
        "Group homes into pods of neighbours: sizes within limits, buildings whole, nobody "
        "across a barrier, every pod in one piece, and a reason for each home that fits none."
    )
    writes = ("out", "report", "map")
    passes_through = "households"
    example = "geomatch pods households.csv --out pods.csv --barriers water.geojson --map pods.html"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the files and options of docs/reference/commands.md."""
        super().add_arguments(parser)
        parser.add_argument(
            "households",
            type=Path,
            help="id, lon, lat; optional people, building, unit, pod, locked, point_person, "
            "willing, drives, languages, street",
        )
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the pods")
        parser.add_argument("--min-size", type=int, default=5, help="fewest in a pod (default 5)")
        parser.add_argument("--max-size", type=int, default=30, help="most in a pod (default 30)")
        parser.add_argument(
            "--target-size", type=int, default=13, help="wanted size of a pod (default 13)"
        )
        parser.add_argument(
            "--size-by",
            choices=("households", "people"),
            default="households",
            help="what sizes count (default households)",
        )
        parser.add_argument(
            "--barriers",
            type=Path,
            metavar="FILE",
            help="lines or polygons nobody crosses; a feature with crossing=true is a bridge",
        )
        parser.add_argument(
            "--streets",
            type=Path,
            metavar="FILE",
            help="street lines: distances are walks along them (a street over water is a bridge)",
        )
        parser.add_argument(
            "--max-moves",
            type=int,
            metavar="N",
            help="rebalance the current pods, moving at most N homes",
        )
        add_wish_option(parser)
        parser.add_argument("--effort", choices=("fast", "balanced", "best"), default="balanced")
        parser.add_argument(
            "--seconds",
            type=_seconds,
            metavar="N",
            help="in place of --effort: improve for so long (results then depend on the machine)",
        )
        parser.add_argument("--engine", choices=("local", "dask"), default="local")
        parser.add_argument(
            "--scheduler",
            metavar="ADDRESS",
            help="of a Dask cluster; without one, --engine dask starts two workers here",
        )
        parser.add_argument(
            "--tiles",
            type=Path,
            metavar="FOLDER",
            help="where the workers find the tiles of the town: a folder all of them can read",
        )
        parser.add_argument("--map", type=Path, metavar="FILE.html", help="draw the pods")

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Read, plan, write, draw."""
        from geomatch.tables import read_features, read_table, write_table
        from pods.homes import PlanOptions
        from pods.planfile import plan_table

        table = read_table(options["households"], needed=("id", "lon", "lat"))
        barriers = read_features(options["barriers"]) if options["barriers"] else []
        streets = read_features(options["streets"]) if options["streets"] else None
        chosen = PlanOptions(
            min_size=options["min_size"],
            max_size=options["max_size"],
            target_size=options["target_size"],
            size_by=options["size_by"],
            effort=options["effort"],
            seconds=options["seconds"],
            max_moves=options["max_moves"],
            seed=options["seed"],
            wishes=chosen_wishes(options),
        )
        with hushed_libraries(), self.progress(gettext("Planning pods"), total=1.0) as bar:
            columns, report = plan_table(
                table,
                chosen,
                barriers=barriers,
                streets=streets,
                engine=_engine(options),
                progress=bar.to,
            )
        write_table(options["out"], columns, points=table.points())
        if options["map"]:
            _draw(options["map"], table, columns, barriers, streets or [])
        self._tell(report, rebalanced=options["max_moves"] is not None)
        if hidden := int(table.booleans("hidden").sum()):
            said = ngettext(
                "And {number:,} hidden home, in no number above: it rides along.",
                "And {number:,} hidden homes, in no number above: each rides along.",
                hidden,
            )
            self.say(said.format(number=hidden))
        return report

    def _tell(self, report: dict[str, Any], *, rebalanced: bool) -> None:
        from pods.homes.phrases import figures_in_words, why_moves

        placed = report["households"] - report["unplaced"]
        homes = report["households"]
        said = gettext("{pods} from {placed:,} of {homes}.")
        self.say(
            said.format(
                pods=ngettext("{number:,} pod", "{number:,} pods", report["pods"]).format(
                    number=report["pods"]
                ),
                placed=placed,
                homes=ngettext("{number:,} home", "{number:,} homes", homes).format(number=homes),
            )
        )
        if placed:
            said = (
                gettext(
                    "{least} to {most} in a pod; {metres:,.0f} m on average to its middle home, "
                    "along streets."
                )
                if report["distance"] == "walking"
                else gettext(
                    "{least} to {most} in a pod; {metres:,.0f} m on average to its middle home."
                )
            )
            self.say(
                said.format(
                    least=report["size_min"],
                    most=report["size_max"],
                    metres=report["mean_distance_to_medoid_m"],
                )
            )
            for words in figures_in_words(report):
                self.say(words)
        if report["moves"]:
            moved = ngettext(
                "{number:,} home is in another pod than before.",
                "{number:,} are in another pod than before.",
                report["moves"],
            ).format(number=report["moves"])
            why = why_moves(report) if rebalanced else ""
            self.say(f"{moved} {why}".rstrip())
        if report["unplaced"]:
            said = gettext("{number:,} are in no pod; the column “reason” says why.")
            self.say(said.format(number=report["unplaced"]))
        for note in report["notes"]:
            self.say(note)


def _engine(options: dict[str, Any]) -> Any:
    """Return what plans the tiles; None for threads of this process."""
    if options["engine"] == "local":
        if options["scheduler"] or options["tiles"]:
            raise ParameterError(
                gettext("--scheduler and --tiles belong to --engine dask; add that.")
            )
        return None
    from pods.daskengine import DaskEngine

    return DaskEngine(options["scheduler"], options["tiles"])


def _draw(path: Path, table: Any, columns: dict[str, Any], barriers: Any, streets: Any) -> None:
    from maps.exports import pods_map_html

    pods_map_html(
        path,
        ids=table.ids(),
        points_lonlat=table.points(),
        pods=columns[_spelled(columns, "pod")],
        reasons=columns[_spelled(columns, "reason")],
        people=table.integers("people", default=1, minimum=0) if "people" in table else None,
        buildings=table.texts("building") if "building" in table else None,
        units=table.texts("unit") if "unit" in table else None,
        point_person=table.booleans("point_person") if "point_person" in table else None,
        hidden=table.booleans("hidden") | table.booleans("quiet"),
        barriers=barriers,
        streets=streets,
    )


def _spelled(columns: dict[str, Any], name: str) -> str:
    return next(column for column in columns if column.strip().casefold() == name)


def _seconds(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(gettext("give a number of seconds above 0"))
    return value
