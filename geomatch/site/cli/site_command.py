"""What every command on the site's own data shares: the network it works in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.errors import InputError
from geomatch.core.translation import gettext, language
from geomatch.network.models import Network
from geomatch.network.speaking import spoken
from geomatch.site.cli.file_command import FileCommand


class SiteCommand(FileCommand):
    """A command that works on one network of the site's database.

    Attributes
    ----------
    for_every
        Whether it can be told to work on every network, one after the other.
    """

    for_every = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--network` to the options every command has."""
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--network", metavar="SLUG", help="the network's name")
        if self.for_every:
            which.add_argument(
                "--every-network", action="store_true", help="all networks of this site"
            )

    def handle(self, *args: Any, **options: Any) -> None:
        """Speak the terminal's language in what models say, too."""
        with spoken(language()):
            super().handle(*args, **options)

    def networks(self, options: dict[str, Any]) -> list[Network]:
        """Return the network that was named, or every one, by name."""
        if options.get("every_network"):
            return list(Network.objects.order_by("slug"))
        return [self.network(options)]

    def network(self, options: dict[str, Any]) -> Network:
        """Return the network that was named.

        Raises
        ------
        geomatch.core.errors.InputError
            If there is none of that name; the message lists those there are.
        """
        network = Network.objects.filter(slug=options["network"]).first()
        if network is None:
            known = ", ".join(Network.objects.values_list("slug", flat=True)) or gettext("none yet")
            raise InputError(
                gettext("no network “{network}” (there are: {known})").format(
                    network=options["network"], known=known
                )
            )
        return network
