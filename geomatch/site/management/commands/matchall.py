"""`geomatch matchall --network SLUG`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from geomatch.network.scope import use_network
from geomatch.site.sitecommand import SiteCommand


class Command(SiteCommand):
    """Propose a volunteer for every open request."""

    help = "Propose the best assignment of every open request; pinned matches are kept."
    example = "geomatch matchall --network juneau"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the day."""
        super().add_arguments(parser)
        parser.add_argument(
            "--today",
            type=dt.date.fromisoformat,
            metavar="DATE",
            help="the day that decides which flags hold (default: today)",
        )

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Match, and say what came of it."""
        from geomatch.matching.services import match_all
        from pods.selectors import published_pod_of_households

        network = self.network(options)
        with use_network(network):
            pod_of = published_pod_of_households()
        with self.progress("Matching requests") as bar:
            assignment = match_all(
                network=network,
                actor=None,
                pod_of=pod_of,
                today=options["today"],
                progress=bar.to,
            )
        report = assignment.report
        self.say(f"{report['served']} of {report['requests']} requests have somebody.")
        return {"objective": assignment.objective, "upper_bound": assignment.upper_bound, **report}
