"""`geomatch takeback --network SLUG`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.errors import InputError
from geomatch.core.translation import gettext
from geomatch.network.intake.services import take_back
from geomatch.network.models import Network, SheetImport
from geomatch.network.scope import use_network
from geomatch.site.cli.site_command import SiteCommand


class Command(SiteCommand):
    """Undo an import."""

    help = (
        "Take a whole import back: what was new goes, what was changed is as it was before. "
        "What people changed since stays, and is counted. Without --import, the last one."
    )
    example = "geomatch takeback --network juneau --import 12"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--import` and `--list`."""
        super().add_arguments(parser)
        parser.add_argument("--import", type=int, dest="number", help="number of the import")
        parser.add_argument("--list", action="store_true", help="list the imports and stop")

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Find the import, undo it, and say what was kept."""
        network = self.network(options)
        if options["list"]:
            return self._list(network)
        taken = self._import(network, options["number"])
        done = take_back(network=network, sheet_import=taken, actor=None)
        self.say(
            gettext("{file}: {removed} rows removed, {restored} put back.").format(
                file=taken.file_name, removed=done.removed, restored=done.restored
            )
        )
        for (what, why), number in Counter((r["what"], r["why"]) for r in done.kept).items():
            self.say(f"kept, {why}: {number} ({what})")
        return {"import": taken.pk, **done.figures()}

    def _import(self, network: Network, number: int | None) -> SheetImport:
        with use_network(network, reading=True):
            imports = SheetImport.objects.filter(taken_back_at=None)
            found = imports.first() if number is None else imports.filter(pk=number).first()
        if found is None:
            raise InputError(
                gettext("there is no such import to take back; --list names those there are")
            )
        return found

    def _list(self, network: Network) -> dict[str, Any]:
        with use_network(network, reading=True):
            imports = list(SheetImport.objects.all())
        for taken in imports:
            state = ", taken back" if taken.taken_back_at else ""
            self.say(f"{taken.pk}  {taken.imported_at:%Y-%m-%d %H:%M}  {taken.file_name}{state}")
        return {"imports": [taken.pk for taken in imports]}
