"""`geomatch geocode ADDRESSES --gazetteer GAZETTEER --out OUT`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError, CommandParser

from geomatch.core.translation import gettext
from geomatch.site.cli.file_command import FileCommand

if TYPE_CHECKING:
    from geomatch.geocoding.gazetteer import Gazetteer

PROVIDERS = ("nominatim", "photon", "pelias", "census")  # said here, so that --help loads no geopy


class Command(FileCommand):
    """Find the point of every address in a table."""

    help = (
        "Find where addresses are, in a local table of address points (no network), or by a "
        "geocoding service if you name one. Every row comes back with its point or a reason."
    )
    writes = ("out", "report", "provider_answers")
    passes_through = "addresses"
    example = (
        "geomatch geocode households.csv --gazetteer addresses.csv --streets roads.geojson "
        "--out placed.csv"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the files and options of docs/reference/commands.md."""
        super().add_arguments(parser)
        parser.add_argument(
            "addresses",
            type=Path,
            help="id and either address (one line) or number, street, unit, city, region, "
            "postcode; optional hidden",
        )
        parser.add_argument(
            "--gazetteer",
            type=Path,
            metavar="FILE",
            help="known addresses: number, street, unit, city, region, postcode, lon, lat",
        )
        parser.add_argument(
            "--streets",
            type=Path,
            metavar="FILE",
            help="lines with name, left_from, left_to, right_from, right_to, for numbers between "
            "known addresses",
        )
        parser.add_argument(
            "--former",
            type=Path,
            metavar="FILE",
            help="addresses from before a renumbering: old_address, and today's number, street, "
            "unit, city, region, postcode, lon, lat",
        )
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--provider",
            metavar="NAME",
            type=str.lower,
            choices=PROVIDERS,
            help=f"ask a service instead: {', '.join(PROVIDERS)}. The addresses leave "
            "this machine, hidden ones excepted",
        )
        parser.add_argument(
            "--provider-url",
            metavar="URL",
            help="where the service is, if it is your own (needed for pelias)",
        )
        parser.add_argument(
            "--provider-answers",
            type=Path,
            metavar="FILE",
            help="keep the service's answers there, so that no address is sent twice and a run "
            "that was cut off goes on (the file holds addresses)",
        )

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Read, find, write."""
        from geomatch.geocoding.geocodefile import geocode_table
        from geomatch.tables import check_can_be_written, read_table, write_table

        if bool(options["gazetteer"]) == bool(options["provider"]):
            raise CommandError(
                gettext("name one place to look: --gazetteer FILE or --provider NAME (see --help)"),
                returncode=2,
            )
        check_can_be_written(options["out"])  # a service may take an hour first
        table = read_table(options["addresses"], needed=("id",))
        figures: dict[str, Any] = {}
        if options["provider"]:
            geocoder = self._provider(options)
        else:
            geocoder = self._gazetteer(options)
            figures["gazetteer_rows"] = len(geocoder)
            figures["gazetteer_left_out"] = [str(problem) for problem in geocoder.problems]
        with self.progress(gettext("Looking up"), total=len(table)) as bar:
            columns, report = geocode_table(table, geocoder, progress=bar.advance)
        write_table(options["out"], columns)
        self._tell(report)
        return {**report, **figures}

    def _gazetteer(self, options: dict[str, Any]) -> Gazetteer:
        from geomatch.geocoding.geocodefile import read_former, read_gazetteer
        from geomatch.tables import read_features, read_table

        streets = read_features(options["streets"]) if options["streets"] else ()
        gazetteer = read_gazetteer(
            read_table(options["gazetteer"], needed=("number", "street", "lon", "lat")), streets
        )
        if options["former"]:
            needed = ("old_address", "number", "street", "lon", "lat")
            gazetteer.add_former(read_former(read_table(options["former"], needed=needed)))
        self.say_left_out(gazetteer.problems)
        return gazetteer

    def _provider(self, options: dict[str, Any]) -> Any:
        from geomatch.geocoding.providers import provider_geocoder

        provider = provider_geocoder(
            options["provider"],
            url=options["provider_url"],
            answers=options["provider_answers"],
        )
        said = gettext("The addresses are sent to {host}; hidden ones are not.")
        self.say(said.format(host=provider.host))
        return provider

    def _tell(self, report: dict[str, Any]) -> None:
        rows, open_rows = report["rows"], report["none"]
        parts = ", ".join(
            f"{report[quality]:,} {quality}"
            for quality in ("rooftop", "interpolated", "street", "town")
            if report[quality]
        )
        said = gettext("{found:,} of {rows:,} addresses have a point ({parts}).")
        self.say(said.format(found=rows - open_rows, rows=rows, parts=parts or gettext("none")))
        if open_rows:
            said = gettext("{number:,} have none; the column “reason” says why.")
            self.say(said.format(number=open_rows))
