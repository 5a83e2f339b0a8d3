"""`geomatch importsheet FILE --network SLUG`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.translation import gettext
from geomatch.network.intake.files.rejected import rejected_rows
from geomatch.network.intake.files.spreadsheets import letters_of, read_sheets_of, write_rejected
from geomatch.network.intake.services import import_sheet
from geomatch.site.cli.site_command import SiteCommand


class Command(SiteCommand):
    """Take a spreadsheet into a network."""

    help = (
        "Take a network's spreadsheet (neighbours, volunteers, requests). Good rows are imported; "
        "bad and unclear rows are written beside the file, with the reason on each. Nobody is "
        "asked: the page shows what would change first. `geomatch takeback` undoes an import."
    )
    example = "geomatch importsheet neighbors.xlsx --network juneau"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file and `--strict`."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help=".xlsx, .ods, .csv, .tsv, .geojson or .gpkg")
        parser.add_argument("--encoding", help="of a .csv or .tsv: cp1252, mac_roman, utf-16, …")
        parser.add_argument(
            "--strict", action="store_true", help="import nothing if one row is rejected"
        )

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Read, import, and write rejected rows beside the sheet."""
        path: Path = options["file"]
        letters = {"encoding": options["encoding"]} if options["encoding"] else _found(path)
        if letters and not options["encoding"]:
            self.say(f"The letters are read as {letters['encoding']}; --encoding says otherwise.")
        result = import_sheet(
            network=self.network(options),
            sheets=read_sheets_of(path, **letters),
            file_name=path.name,
            actor=None,
            strict=options["strict"],
        )
        for kind, counts in result.figures.items():
            rows = "homes" if kind == "households" else kind
            self.say(f"{rows}: " + ", ".join(f"{n} {word}" for word, n in counts.items()))
        if result.rejected:
            beside = path.with_name(f"{path.stem}-rejected.csv")
            write_rejected(beside, result.rejected)
            self.say(f"The rejected rows, with reasons: {beside}")
        self.say(
            gettext("Next: geomatch place --network {network}").format(network=options["network"])
        )
        return {"figures": result.figures, "rejected": len(rejected_rows(result.rejected))}


def _found(path: Path) -> dict[str, str]:
    """Find how the letters of a text file are written; reading it says what else is wrong."""
    return letters_of(path.name, path.read_bytes()) if path.is_file() else {}
