"""`geomatch passon --network SLUG`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from geomatch.core.errors import ParameterError
from geomatch.core.translation import gettext
from geomatch.network.scope import use_network
from geomatch.site.cli.site_command import SiteCommand


class Command(SiteCommand):
    """Pass on the offers that nobody answered in time."""

    help = (
        "End the offers that nobody answered in time and choose whom to ask next. Pages do so when "
        "somebody looks; run this by the hour where nobody may look for long."
    )
    example = "geomatch passon --network juneau"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the time."""
        super().add_arguments(parser)
        parser.add_argument(
            "--now",
            type=dt.datetime.fromisoformat,
            metavar="TIME",
            help="pretend it is this time, as 2026-12-01T18:00+00:00 (default: now)",
        )

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Pass on, and say what came of it."""
        from geomatch.matching.rounds import pass_on
        from pods.selectors import published_pod_of_households

        network, now = self.network(options), options["now"]
        if now is not None and timezone.is_naive(now):
            raise ParameterError(gettext("--now needs its offset: write 2026-12-01T18:00+00:00"))
        with use_network(network):
            pod_of = published_pod_of_households()
        offers = pass_on(network=network, actor=None, pod_of=pod_of, now=now)
        self.say(
            gettext("{number} new offers wait to be told to a volunteer.").format(
                number=len(offers)
            )
        )
        return {"offers": len(offers)}
