"""`geomatch place --network SLUG`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.errors import InputError
from geomatch.core.phrases import counted
from geomatch.core.translation import gettext
from geomatch.network.locating.look_up import locate_households
from geomatch.network.models import GazetteerEntry
from geomatch.network.scope import use_network
from geomatch.network.selectors.numbers import network_numbers
from geomatch.site.cli.site_command import SiteCommand


class Command(SiteCommand):
    """Find a network's homes on the map."""

    help = (
        "Look the addresses of a network's homes up in its own list of addresses, as its page "
        "does; nothing leaves this machine. What somebody placed by hand stays."
    )
    example = "geomatch place --network juneau"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--again`."""
        super().add_arguments(parser)
        parser.add_argument(
            "--again", action="store_true", help="look up those that were looked up before, too"
        )

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Look up, and say how many are on the map now."""
        network = self.network(options)
        with use_network(network, reading=True):
            is_empty = not GazetteerEntry.objects.exists()
        if is_empty:
            raise InputError(
                gettext(
                    "this network has no list of addresses yet; load one with "
                    "`geomatch gazetteer FILE --network {network}`"
                ).format(network=network.slug)
            )
        with self.progress(gettext("Placing addresses")) as bar:
            locate_households(
                network=network, actor=None, everyone=options["again"], progress=bar.to
            )
        with use_network(network, reading=True):
            numbers = network_numbers(roles=())  # of homes that are not hidden, as every page
        self.say(
            counted(
                "%(located)s of %(n)s home on the map.",
                "%(located)s of %(n)s homes on the map.",
                numbers.households,
                located=numbers.located,
            )
        )
        if numbers.doubtful:
            self.say(
                counted(
                    "%(n)s address needs a person: open “Fix locations”.",
                    "%(n)s addresses need a person: open “Fix locations”.",
                    numbers.doubtful,
                )
            )
        return {
            "homes": numbers.households,
            "located": numbers.located,
            "doubtful": numbers.doubtful,
        }
