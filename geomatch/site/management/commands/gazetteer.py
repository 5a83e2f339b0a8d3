"""`geomatch gazetteer FILE --network SLUG`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.translation import gettext
from geomatch.network.models import GroundFeature
from geomatch.network.services.ground import replace_gazetteer, replace_ground
from geomatch.site.cli.site_command import SiteCommand


class Command(SiteCommand):
    """Load the addresses a network looks its neighbours up in."""

    help = (
        "Load a network's known addresses (columns number, street, unit, city, region, postcode, "
        "lon, lat), and streets with address ranges for those between them."
    )
    example = "geomatch gazetteer addresses.csv --streets roads.geojson --network juneau"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the files."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="address points: .csv, .xlsx, .geojson, .gpkg")
        parser.add_argument(
            "--streets",
            type=Path,
            metavar="FILE",
            help="lines with name, left_from, left_to, right_from, right_to",
        )

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Replace the gazetteer and, where given, the streets."""
        from geomatch.tables import read_features, read_table

        network = self.network(options)
        table = read_table(options["file"], needed=("number", "street", "lon", "lat"))
        loaded = replace_gazetteer(network=network, table=table, actor=None)
        self.say_left_out(loaded.left_out)
        report = {"addresses": loaded.addresses, "left_out": [str(row) for row in loaded.left_out]}
        self.say(gettext("{number:,} addresses to look up.").format(number=loaded.addresses))
        if options["streets"]:
            report["streets"] = replace_ground(
                network=network,
                kind=GroundFeature.Kind.STREET,
                features=read_features(options["streets"]),
                actor=None,
            )
            self.say(f"{report['streets']} pieces of street.")
        return report
