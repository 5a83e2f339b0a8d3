"""`geomatch streetlists HOUSEHOLDS --pods PODS --out FOLDER`."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.translation import gettext, ngettext
from geomatch.site.cli.file_command import FileCommand


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            gettext("{text!r} is no date; write it as 2026-10-14").format(text=text)
        ) from None


class Command(FileCommand):
    """Print a map and a list for each point person."""

    help = (
        "Print street lists: for each pod a PDF with a map, one row per home and boxes to tick, "
        "and one PDF with all pods. Hidden and quiet homes are nowhere in them."
    )
    example = (
        "geomatch streetlists households.csv --pods pods.csv --out lists\n"
        "  geomatch streetlists households.csv --pods pods.csv --out lists "
        "--streets streets.geojson --order odd-even --large-print --language es"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the files and options of docs/reference/commands.md."""
        super().add_arguments(parser)
        parser.add_argument(
            "households",
            type=Path,
            help="id, name, number, street, unit, city, lon, lat; optional people, phone, "
            "languages, directions, point_person, hidden, do_not_contact, quiet",
        )
        parser.add_argument("--pods", type=Path, required=True, metavar="FILE", help="id, pod")
        parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
        parser.add_argument(
            "--order",
            choices=("walk", "odd-even", "street"),
            default="walk",
            help="a short walk (default); up the odd side and back along the even one; by number",
        )
        parser.add_argument("--large-print", action="store_true", help="18-point type")
        parser.add_argument("--language", choices=("en", "es", "tl"), default="en")
        parser.add_argument(
            "--details",
            choices=("minimum", "contact"),
            default="minimum",
            help="name and address (default), or phone and languages as well",
        )
        parser.add_argument(
            "--date", type=_day, metavar="YYYY-MM-DD", help="print date (default today)"
        )
        parser.add_argument(
            "--destroy-after",
            type=int,
            default=30,
            metavar="DAYS",
            help="days until the date on which the paper is to be destroyed (default 30)",
        )
        parser.add_argument("--paper", choices=("letter", "a4"), default="letter")
        parser.add_argument("--network", default="", metavar="NAME", help="printed on every list")
        for layer, words in (
            ("streets", "lines to draw and to walk along"),
            ("water", "shores to draw"),
            ("buildings", "houses to draw"),
        ):
            parser.add_argument(f"--{layer}", type=Path, metavar="FILE", help=words)

    def work(self, options: dict[str, Any]) -> Mapping[str, Any]:
        """Read, print, and say what was printed."""
        # typst, shapely and numpy load here, so that --help answers at once.
        from geomatch.tables import read_features, read_table
        from maps.streetlists import (
            PrintOptions,
            Surroundings,
            street_lists_from_tables,
            write_street_lists,
        )
        from maps.streetlists.files import HOUSEHOLD_COLUMNS

        began = time.perf_counter()
        how = PrintOptions(
            date=options["date"] or dt.date.today(),
            order=options["order"],
            large_print=options["large_print"],
            language=options["language"],
            details=options["details"],
            paper=options["paper"],
            destroy_after_days=options["destroy_after"],
        )
        gathered = street_lists_from_tables(
            read_table(options["households"], needed=HOUSEHOLD_COLUMNS),
            read_table(options["pods"], needed=("id", "pod")),
            network=options["network"],
        )
        layers = {
            layer: read_features(options[layer])
            for layer in ("streets", "water", "buildings")
            if options[layer]
        }
        with self.progress(gettext("Printing"), total=2 * len(gathered.lists)) as bar:
            figures = write_street_lists(
                gathered.lists,
                options["out"],
                how,
                Surroundings.of(**layers) if layers else None,
                progress=bar.advance,
            )
        report = {
            **figures,
            "without_pod": gathered.without_pod,
            "unknown_ids": gathered.unknown_ids,
            "seconds": round(time.perf_counter() - began, 3),
        }
        self._tell(report, options["out"])
        return report

    def _tell(self, report: Mapping[str, Any], folder: Path) -> None:
        pods, homes = report["pods"], report["doors"]
        said = gettext("{lists} with {homes} in {folder}/, and all of them in {file}.")
        self.say(
            said.format(
                lists=ngettext("{number:,} street list", "{number:,} street lists", pods).format(
                    number=pods
                ),
                homes=ngettext("{number:,} home", "{number:,} homes", homes).format(number=homes),
                folder=folder,
                file=folder / "all-pods.pdf",
            )
        )
        if number := report["without_pod"]:
            said = ngettext(
                "{number:,} home in no pod: on no list.",
                "{number:,} homes in no pod: on no list.",
                number,
            )
            self.say(said.format(number=number))
        if number := report["unknown_ids"]:
            said = ngettext(
                "{number:,} row of the pods file left out: no home has that id.",
                "{number:,} rows of the pods file left out: no home has that id.",
                number,
            )
            self.say(said.format(number=number))
        if number := report["unprintable"]:
            said = ngettext(
                "{number:,} name or address with letters that no font here has: they are printed "
                "as “�”, to be mended by pen.",
                "{number:,} names or addresses with letters that no font here has: they are "
                "printed as “�”, to be mended by pen.",
                number,
            )
            self.say(said.format(number=number))
